//! The named properties of a site, as filters, tables and exports know them: one list, so that a
//! name means the same everywhere.
//!
//! Plain points also have the columns of their own table. A name that is both counts as reemap's
//! property where reemap fills it for plain points (`country` is the country found), else as the
//! table's column (`status`).

use std::borrow::Cow;
use std::fmt;

use crate::dataset;
use crate::resource::Headline;
use crate::site::fact::Amount;
use crate::site::{Curation, Dataset, Needs, Part, Site, Unit};
use crate::source::Cell;

/// What kind of values a property has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A number.
    Real,
    /// A whole number.
    Integer,
    /// A truth value.
    Boolean,
    /// A list of texts.
    List,
}

/// The value of a property of one site.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value<'a> {
    /// Not known, or not stated.
    #[default]
    None,
    /// Text.
    Text(Cow<'a, str>),
    /// A number.
    Real(f64),
    /// A whole number.
    Integer(i64),
    /// A truth value.
    Boolean(bool),
    /// A list, which may be empty.
    List(Vec<Cow<'a, str>>),
}

impl<'a> Value<'a> {
    /// Text, none where it is empty.
    fn text(text: &'a str) -> Self {
        if text.is_empty() { Value::None } else { Value::Text(Cow::Borrowed(text)) }
    }

    fn words(text: String) -> Self {
        if text.is_empty() { Value::None } else { Value::Text(Cow::Owned(text)) }
    }

    fn list(items: impl IntoIterator<Item = &'a (impl fmt::Display + 'a)>) -> Self {
        Value::List(items.into_iter().map(|item| Cow::Owned(item.to_string())).collect())
    }
}

impl<'a> From<Option<&'a str>> for Value<'a> {
    fn from(text: Option<&'a str>) -> Self {
        text.map_or(Value::None, Value::text)
    }
}

impl From<Option<f64>> for Value<'_> {
    fn from(number: Option<f64>) -> Self {
        number.map_or(Value::None, Value::Real)
    }
}

impl<'a> From<&'a Cell> for Value<'a> {
    fn from(cell: &'a Cell) -> Self {
        match cell {
            Cell::Empty => Value::None,
            Cell::Text(text) | Cell::Cut(text) => Value::Text(Cow::Borrowed(text)),
            Cell::Integer(number) => Value::Integer(*number),
            Cell::Real(number) => Value::Real(*number),
            Cell::Boolean(truth) => Value::Boolean(*truth),
        }
    }
}

impl Needs {
    /// Adds what a column shows.
    pub fn column(&mut self, column: &Column) {
        match column {
            Column::Property(property) => self.part(property.part),
            Column::Own(name, _) => {
                if !self.own.iter().any(|own| own == name) {
                    self.own.push(name.to_string());
                }
            }
        }
    }
}

/// A property of sites.
#[derive(Debug)]
pub struct Property {
    /// The name in filters and files.
    pub name: &'static str,
    /// The kind of its values.
    pub kind: Kind,
    /// The part of a site that it is of.
    pub part: Part,
    /// Whether reemap fills it for plain points too.
    pub of_points: bool,
    /// What it is, in a line.
    pub about: &'static str,
    value: for<'a> fn(&'a Site) -> Value<'a>,
}

impl Property {
    /// Its value for a site.
    pub fn value<'a>(&self, site: &'a Site) -> Value<'a> {
        (self.value)(site)
    }

    /// The property of that name, letter case aside; `-` stands for `_`.
    pub fn named(name: &str) -> Option<&'static Property> {
        let is = |property: &&Property| {
            let (own, given) = (property.name.bytes(), name.trim().bytes());
            own.eq(given.map(|byte| if byte == b'-' { b'_' } else { byte.to_ascii_lowercase() }))
        };
        PROPERTIES.iter().chain(MORE).find(is)
    }
}

/// Longitude and latitude with at most six decimals (0.1 m).
pub fn coordinates(point: geo::Point<f64>) -> [f64; 2] {
    // Adding zero turns -0 into 0.
    [point.x(), point.y()].map(|degrees| (degrees * 1e6).round() / 1e6 + 0.0)
}

/// Kilometres with one metre's precision.
pub fn kilometres(distance: f64) -> f64 {
    (distance * 1e3).round() / 1e3
}

fn unit_name(unit: &Option<Unit>) -> Value<'_> {
    unit.as_ref().map(|unit| unit.name.as_str()).into()
}

fn unit_code(unit: &Option<Unit>) -> Value<'_> {
    unit.as_ref().map(|unit| unit.code.as_str()).into()
}

fn amount(headline: &Option<Headline>) -> Option<Amount> {
    headline.as_ref().map(|headline| headline.amount)
}

fn basis(headline: Option<Headline>) -> Value<'static> {
    headline.map_or(Value::None, |headline| Value::words(headline.basis.to_string()))
}

fn curation<'a>(site: &'a Site, text: fn(&'a Curation) -> Option<&'a str>) -> Value<'a> {
    site.curation.as_ref().and_then(text).into()
}

macro_rules! properties {
    (
        $(#[$doc:meta])* $list:ident:
        $($name:literal $kind:ident $part:ident $about:literal => |$site:ident| $value:expr;)+
    ) => {
        $(#[$doc])*
        pub static $list: &[Property] = &[$(Property {
            name: $name,
            kind: Kind::$kind,
            part: Part::$part,
            of_points: !matches!(Part::$part, Part::Source),
            about: $about,
            value: |$site| $value,
        }),+];
    };
}

properties! {
    /// Properties that filters ask for beside those of files.
    MORE:
    "other_names" List Source "other names"
        => |site| Value::list(&site.other_names);
    "deposit_subtype" Text Source "the subtype of the deposit, as stated"
        => |site| site.deposit_subtype.as_deref().into();
    "activity" Text Source "the status folded: active, past, none, unknown"
        => |site| Value::text(site.status.activity().name());
}

properties! {
    /// All properties of files, in their order.
    PROPERTIES:
    "id" Text Record "stable id, such as global-ree:5029"
        => |site| Value::text(&site.id);
    "source_id" Text Record "the source's own id"
        => |site| Value::text(&site.source_id);
    "record_table" Text Record "the table that the record stands in"
        => |site| Value::text(&site.record.table);
    "record_key" Text Record "the record's own key in that table"
        => |site| site.record.key.as_deref().into();
    "record_file" Text Record "the file that was read"
        => |site| Value::text(&site.record.file);
    "record_row" Integer Record "the row in that file"
        => |site| Value::Integer(i64::try_from(site.record.row).unwrap_or(i64::MAX));
    "name" Text Record "the name"
        => |site| Value::text(&site.name);
    "longitude" Real Point "degrees on WGS 84"
        => |site| site.point.map(|point| coordinates(point)[0]).into();
    "latitude" Real Point "degrees on WGS 84"
        => |site| site.point.map(|point| coordinates(point)[1]).into();
    "dataset" Text Point "the dataset that it comes from"
        => |site| Value::text(site.dataset.name());
    "country" Text Country "the country found from the location"
        => |site| unit_name(&site.place.country);
    "country_code" Text Country "its ISO 3166-1 alpha-3 code"
        => |site| unit_code(&site.place.country);
    "province" Text Province "the province found from the location"
        => |site| unit_name(&site.place.province);
    "province_code" Text Province "its ISO 3166-2 code"
        => |site| unit_code(&site.place.province);
    "place_basis" Text Country "how the place was found: within, nearest, none"
        => |site| Value::text(site.place.basis.name());
    "place_distance_km" Real Distance "kilometres to the nearest country, of a point in none"
        => |site| site.place.distance_km.map(kilometres).into();
    "stated_country" Text Stated "the country as the source states it"
        => |site| site.stated_country.as_deref().into();
    "stated_province" Text Stated "the province as the source states it"
        => |site| site.stated_province.as_deref().into();
    "segment" Text Class "upstream, midstream, downstream, unknown; several joined by '; '"
        => |site| Value::words(site.segments.to_string());
    "segment_confidence" Text Class "how far the segment can be relied on"
        => |site| site.segments.confidence().map_or(Value::None, Value::words);
    "segment_basis" Text Class "what the segment rests on"
        => |site| Value::words(site.segments.basis());
    "ree_type" Text Class "light, mixed, heavy, unknown"
        => |site| Value::text(site.ree_type.value.name());
    "ree_type_confidence" Text Class "how far the type can be relied on"
        => |site| site.ree_type.confidence.map(|confidence| confidence.name()).into();
    "ree_type_basis" Text Class "what the type rests on"
        => |site| Value::text(&site.ree_type.basis);
    "status" Text Source "the production status, in one vocabulary"
        => |site| Value::text(site.status.name());
    "status_certain" Boolean Source "false where the source doubts or assumes the status"
        => |site| Value::Boolean(site.status_certain);
    "status_as_of" Text Source "when the status was so"
        => |site| dataset::status_as_of(site).into();
    "deposit_type" List Source "deposit types"
        => |site| Value::list(&site.deposit_types);
    "commodities" List Terms "commodities"
        => |site| Value::list(&site.commodities);
    "products" List Source "products of a facility"
        => |site| Value::list(&site.products);
    "ree_minerals" List Source "minerals that bear rare earths"
        => |site| Value::list(&site.ree_minerals);
    "treo_mt" Real Source "million tons of rare-earth oxide, of the estimate published last"
        => |site| site.resources.treo().as_ref().map(Headline::value).into();
    "treo_mt_min" Real Source "its lower bound"
        => |site| amount(&site.resources.treo()).map(Amount::low).into();
    "treo_mt_max" Real Source "its upper bound"
        => |site| amount(&site.resources.treo()).and_then(Amount::high).into();
    "treo_mt_basis" Text Source "what kind of estimate, and whose"
        => |site| basis(site.resources.treo());
    "treo_percent" Real Source "grade in rare-earth oxide, likewise"
        => |site| site.resources.treo_grade().as_ref().map(Headline::value).into();
    "treo_percent_min" Real Source "its lower bound"
        => |site| amount(&site.resources.treo_grade()).map(Amount::low).into();
    "treo_percent_max" Real Source "its upper bound"
        => |site| amount(&site.resources.treo_grade()).and_then(Amount::high).into();
    "treo_percent_basis" Text Source "what kind of estimate, and whose"
        => |site| basis(site.resources.treo_grade());
    "resources" List Source "all figures on resources of the record"
        => |site| Value::List(site.resources.texts().into_iter().map(Cow::Owned).collect());
    "resources_unread" List Source "what of them could not be read"
        => |site| Value::list(&site.resources.unread);
    "references" List Source "short references"
        => |site| Value::list(&site.references);
    "nearest_port" Text Port "the nearest port of its country that exports metals"
        => |site| site.nearest_port.as_ref().map_or(Value::None, |it| Value::words(it.to_string()));
    "nearest_port_id" Text Port "its id"
        => |site| site.nearest_port.as_ref().map(|port| port.id.as_str()).into();
    "nearest_port_km" Real Port "geodesic kilometres to it"
        => |site| site.nearest_port.as_ref().map(|port| kilometres(port.distance_km)).into();
    "curation_confidence" Text Source "how far an entry of reemap's own tables can be relied on"
        => |site| curation(site, |curation| Some(curation.confidence.name()));
    "curation_precision" Text Source "what its point marks"
        => |site| curation(site, |curation| Some(&curation.precision));
    "curation_evidence" Text Source "what its status rests on"
        => |site| curation(site, |curation| curation.evidence.as_deref());
    "curation_as_of" Text Source "when that was so"
        => |site| curation(site, |curation| curation.as_of.as_deref());
}

/// A property of reemap's, or a column of the user's own table.
#[derive(Debug, Clone)]
pub enum Column {
    /// A property that no own column stands in for.
    Property(&'static Property),
    /// An own column of plain points, which stands in for a property of the same name that
    /// reemap does not fill for them.
    Own(Cow<'static, str>, Option<&'static Property>),
}

impl Column {
    /// The column of that name; an own one where reemap has no such property.
    pub fn named(name: &str) -> Self {
        match Property::named(name) {
            Some(property) if property.of_points => Column::Property(property),
            Some(property) => Column::Own(Cow::Borrowed(property.name), Some(property)),
            None => Column::Own(Cow::Owned(name.trim().to_owned()), None),
        }
    }

    /// The name, as it stands in files.
    pub fn name(&self) -> &str {
        match self {
            Column::Property(property) => property.name,
            Column::Own(name, _) => name,
        }
    }

    /// The value for a site.
    pub fn value<'a>(&self, site: &'a Site) -> Value<'a> {
        match self {
            Column::Property(property) => property.value(site),
            Column::Own(name, property) => {
                let own = match site.dataset {
                    Dataset::Points => site.own.get(name),
                    _ => None,
                };
                match (own, property) {
                    (Some(cell), _) => cell.into(),
                    (None, Some(property)) => property.value(site),
                    (None, None) => Value::None,
                }
            }
        }
    }
}
