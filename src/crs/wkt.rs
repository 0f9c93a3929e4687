//! Projected coordinate systems, from the WKT that Esri and OGC write to what PROJ is told.
//!
//! Of WKT only the first version is read, which geodatabases and `.prj` files hold. Parameters
//! have the names of Esri's and of OGC 01-009.

use std::collections::BTreeMap;

/// A projection with its parameters, as a PROJ string without an ellipsoid or datum, and the WKT
/// of the geographic system that it is made from. None where the projection is not known, a
/// parameter is missing, or one is there that the projection does not take.
pub(super) fn projection(wkt: &str) -> Option<(String, &str)> {
    let base = wkt.get(wkt.to_ascii_uppercase().find("GEOGCS")?..)?;
    let kind = strings(wkt, "PROJECTION").next()?.to_ascii_lowercase();
    // An extension of GDAL's says that it is another projection after all.
    if elements(wkt, "EXTENSION").next().is_some() {
        return None;
    }
    // Angles are in the geographic system's unit, of which only degrees are known; lengths are in
    // the last one.
    let metres: f64 = units(wkt).last()?;
    let mut parameters: BTreeMap<String, f64> = strings(wkt, "PARAMETER")
        .map(str::to_ascii_lowercase)
        .zip(numbers(wkt, "PARAMETER"))
        .collect();
    if !parameters.values().all(|number| number.is_finite()) {
        return None;
    }
    let mut take = |names: &[&str]| names.iter().find_map(|name| parameters.remove(*name));
    let east = take(&["false_easting"]).unwrap_or(0.0) * metres;
    let north = take(&["false_northing"]).unwrap_or(0.0) * metres;
    let meridian = take(&["central_meridian", "longitude_of_center"])?;
    let own = match kind.as_str() {
        "albers" | "albers_conic_equal_area" => {
            format!("aea +lat_1={} +lat_2={} +lat_0={}", take(FIRST)?, take(SECOND)?, take(ORIGIN)?)
        }
        "lambert_conformal_conic"
        | "lambert_conformal_conic_2sp"
        | "lambert_conformal_conic_1sp" => {
            let origin = take(ORIGIN)?;
            let first = take(FIRST).unwrap_or(origin);
            let second = take(SECOND).unwrap_or(first);
            let scale = take(SCALE).unwrap_or(1.0);
            format!("lcc +lat_1={first} +lat_2={second} +lat_0={origin} +k_0={scale}")
        }
        "transverse_mercator" | "gauss_kruger" => {
            format!("tmerc +lat_0={} +k_0={}", take(ORIGIN)?, take(SCALE).unwrap_or(1.0))
        }
        "mercator" | "mercator_1sp" | "mercator_2sp" => match take(FIRST) {
            Some(first) => format!("merc +lat_ts={first}"),
            None => format!("merc +k_0={}", take(SCALE).unwrap_or(1.0)),
        },
        "mercator_auxiliary_sphere" => "webmerc".into(),
        "plate_carree" | "equidistant_cylindrical" | "equirectangular" => format!(
            "eqc +lat_ts={} +lat_0={}",
            take(FIRST).unwrap_or(0.0),
            take(ORIGIN).unwrap_or(0.0)
        ),
        "cylindrical_equal_area" => format!("cea +lat_ts={}", take(FIRST).unwrap_or(0.0)),
        "behrmann" => format!("cea +lat_ts={}", take(FIRST).unwrap_or(30.0)),
        "mollweide" => "moll".into(),
        "robinson" => "robin".into(),
        "equal_earth" => "eqearth".into(),
        "lambert_azimuthal_equal_area" => format!("laea +lat_0={}", take(ORIGIN)?),
        "azimuthal_equidistant" => format!("aeqd +lat_0={}", take(ORIGIN)?),
        "stereographic" => {
            format!("stere +lat_0={} +k_0={}", take(ORIGIN)?, take(SCALE).unwrap_or(1.0))
        }
        "oblique_stereographic" | "double_stereographic" => {
            format!("sterea +lat_0={} +k_0={}", take(ORIGIN)?, take(SCALE).unwrap_or(1.0))
        }
        "polar_stereographic"
        | "polar_stereographic_variant_a"
        | "polar_stereographic_variant_b"
        | "stereographic_north_pole"
        | "stereographic_south_pole" => {
            let parallel = match take(FIRST) {
                Some(first) => first,
                None => take(ORIGIN)?,
            };
            let pole = 90_f64.copysign(parallel);
            let scale = take(SCALE).unwrap_or(1.0);
            format!("stere +lat_0={pole} +lat_ts={parallel} +k_0={scale}")
        }
        _ => return None,
    };
    if take(SCALE).is_some_and(|scale| scale != 1.0)
        || parameters.values().any(|number| *number != 0.0)
    {
        return None;
    }
    let metres = format!("+x_0={east} +y_0={north} +to_meter={metres} +no_defs");
    Some((format!("+proj={own} +lon_0={meridian} {metres}"), base))
}

/// The names of parameters.
const ORIGIN: &[&str] = &["latitude_of_origin", "latitude_of_center", "central_parallel"];
const FIRST: &[&str] = &["standard_parallel_1"];
const SECOND: &[&str] = &["standard_parallel_2"];
const SCALE: &[&str] = &["scale_factor"];

/// The first string in each element of a kind.
fn strings<'a>(wkt: &'a str, keyword: &'a str) -> impl Iterator<Item = &'a str> {
    elements(wkt, keyword).filter_map(|inside| inside.split('"').nth(1))
}

/// The number that follows that string.
fn numbers<'a>(wkt: &'a str, keyword: &'a str) -> impl Iterator<Item = f64> + 'a {
    elements(wkt, keyword).map(|inside| {
        let number = inside.split('"').nth(2).unwrap_or_default().trim_start_matches(',');
        let end = number.find([',', ']', ')']).unwrap_or(number.len());
        number.get(..end).unwrap_or_default().trim().parse().unwrap_or(f64::NAN)
    })
}

/// The units' sizes in radians or metres, in the order of the text.
fn units(wkt: &str) -> impl Iterator<Item = f64> {
    numbers(wkt, "UNIT").filter(|size| size.is_finite() && *size > 0.0)
}

/// The text from behind the bracket of each element of a kind.
fn elements<'a>(wkt: &'a str, keyword: &'a str) -> impl Iterator<Item = &'a str> {
    let opens = |place: &usize| {
        let before = wkt.get(..*place).and_then(|text| text.chars().next_back());
        before.is_none_or(|letter| !letter.is_ascii_alphabetic() && letter != '_')
    };
    wkt.match_indices(keyword).map(|(place, _)| place).filter(opens).filter_map(move |place| {
        let rest = wkt.get(place + keyword.len()..)?.trim_start();
        rest.strip_prefix(['[', '('])
    })
}
