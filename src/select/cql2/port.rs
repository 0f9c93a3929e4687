//! The properties that ports share with sites.

use crate::property::{Value, coordinates};
use crate::site::Port;

/// Whether ports have a property.
pub(super) fn has(name: &str) -> bool {
    NAMES.contains(&name)
}

const NAMES: [&str; 11] = [
    "id",
    "name",
    "longitude",
    "latitude",
    "dataset",
    "country",
    "country_code",
    "province",
    "province_code",
    "stated_country",
    "stated_province",
];

/// A property of a port.
pub(super) fn value<'p>(port: &'p Port, name: &str) -> Value<'p> {
    let place = &port.place;
    let text = |text: Option<&'p str>| text.into();
    match name {
        "id" => text(Some(&port.id)),
        "name" => text(Some(&port.name)),
        "longitude" => port.point.map(|point| coordinates(point)[0]).into(),
        "latitude" => port.point.map(|point| coordinates(point)[1]).into(),
        "dataset" => text(Some(port.dataset.name())),
        "country" => text(place.country.as_ref().map(|unit| unit.name.as_str())),
        "country_code" => text(place.country.as_ref().map(|unit| unit.code.as_str())),
        "province" => text(place.province.as_ref().map(|unit| unit.name.as_str())),
        "province_code" => text(place.province.as_ref().map(|unit| unit.code.as_str())),
        "stated_country" => text(port.stated_country.as_deref()),
        "stated_province" => text(port.stated_province.as_deref()),
        _ => Value::None,
    }
}
