//! Which schema a layer is of, told by its columns.

use super::catalog;
use super::gis::roles::Mapping;
use super::gis::{self, Kind};
use super::global_ree;
use super::location;
use crate::error::{Error, Result};
use crate::letters::quoted;
use crate::source::{Layer, Row};

/// The schemas that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// A table of the global database.
    GlobalRee,
    /// Its table of references.
    References,
    /// Its table of abbreviations, which nothing here needs.
    Abbreviations,
    /// A layer of a GIS compilation.
    Gis(Kind),
    /// A layer without sites, which a figure can draw around them: dams, power lines, resource
    /// tracts of a GIS compilation, and any lines or areas.
    Context,
    /// A table of reemap's own catalogue.
    Catalog(catalog::Table),
    /// Any table with a longitude and a latitude.
    Points,
}

/// The most columns that an error names.
const NAMED: usize = 20;

/// Which schema a layer is of. One that is of none is an error that says what it has and what
/// was looked for. A user's mapping can say of a layer that it is of a GIS compilation.
pub fn recognise(layer: &Layer, mapping: &Mapping) -> Result<Schema> {
    let has = |names: &[&str]| names.iter().all(|name| layer.column(name).is_some());
    if let Some(table) = catalog::Table::of(layer)? {
        return Ok(Schema::Catalog(table));
    }
    if has(&global_ree::TELLING) {
        return Ok(Schema::GlobalRee);
    }
    if has(&["short_ref", "full_ref"]) {
        return Ok(Schema::References);
    }
    if layer.columns.len() == 2 && has(&["Abbrev", "Meaning"]) {
        return Ok(Schema::Abbreviations);
    }
    if let Some(kind) = gis::recognise(layer, mapping)? {
        return Ok(kind.map_or(Schema::Context, Schema::Gis));
    }
    if location::columns(layer).is_some() {
        return Ok(Schema::Points);
    }
    if layer.columns.is_empty() && layer.rows()?.next().is_none() {
        return Err(unknown(layer, "no rows"));
    }
    if !layer.spatial {
        return Err(unknown(layer, "no longitude and latitude columns"));
    }
    match first_geometry(layer)? {
        First::Geometry(geo::Geometry::Point(_) | geo::Geometry::MultiPoint(_)) => {
            Ok(Schema::Points)
        }
        First::Geometry(_) => Ok(Schema::Context),
        First::None => Err(unknown(layer, "no geometry")),
        First::Broken(error) => {
            let reason = format!("has no row that can be read; the first: {error}");
            Err(Error::input(layer.at.clone(), reason))
        }
    }
}

/// What a layer has for geometry.
enum First {
    Geometry(geo::Geometry<f64>),
    /// None of its rows has any.
    None,
    /// None of its rows can be read, the first for this reason.
    Broken(Error),
}

fn first_geometry(layer: &Layer) -> Result<First> {
    let (mut broken, mut sound) = (None, false);
    for row in layer.rows()? {
        match row {
            Ok(Row { geometry: Some(geometry), .. }) => return Ok(First::Geometry(geometry)),
            Ok(_) => sound = true,
            Err(error) if error.is_one_row() => broken = broken.or(Some(error)),
            Err(error) => return Err(error),
        }
    }
    Ok(broken.filter(|_| !sound).map_or(First::None, First::Broken))
}

/// A layer of no known schema.
fn unknown(layer: &Layer, lacks: &str) -> Error {
    let names = layer.columns.iter().map(|column| quoted(&column.name));
    let mut list = names.take(NAMED).collect::<Vec<_>>().join(", ");
    match layer.columns.len().saturating_sub(NAMED) {
        0 if list.is_empty() => list.push_str("none"),
        0 => {}
        more => list.push_str(&format!(" and {more} more")),
    }
    let reason = format!("not a table that reemap knows: it has {lacks}; its columns are {list}");
    Error::input(layer.at.clone(), reason).with_hint(
        "looked for the Global REE database (ID_No, Dep_Type, Commods, P_Status), its references \
         (short_ref, full_ref), a USGS GIS compilation (FeatureUID, FeatureNam), and for any \
         table with longitude and latitude columns (lon, lng, x, 经度; lat, y, 纬度)",
    )
}
