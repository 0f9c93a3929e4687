//! Which schema a layer is of, told by its columns.

use super::catalog;
use super::gis::roles::Mapping;
use super::gis::{self, Kind};
use super::global_ree;
use super::location;
use crate::error::{Error, Result};
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
    if !layer.spatial {
        return Err(unknown(layer, "no longitude and latitude columns"));
    }
    match first_geometry(layer)? {
        Some(geo::Geometry::Point(_) | geo::Geometry::MultiPoint(_)) => Ok(Schema::Points),
        Some(_) => Ok(Schema::Context),
        None => Err(unknown(layer, "no geometry")),
    }
}

/// The first geometry of a layer.
fn first_geometry(layer: &Layer) -> Result<Option<geo::Geometry<f64>>> {
    for row in layer.rows()? {
        match row {
            Ok(Row { geometry: Some(geometry), .. }) => return Ok(Some(geometry)),
            Ok(_) => {}
            Err(error) if error.is_one_row() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// A layer of no known schema.
fn unknown(layer: &Layer, lacks: &str) -> Error {
    let names: Vec<&str> = layer.columns.iter().map(|column| column.name.as_str()).collect();
    Error::input(
        layer.at.clone(),
        format!(
            "not a table that reemap knows: it has {lacks}; its columns are {}",
            if names.is_empty() { "none".into() } else { names.join(", ") }
        ),
    )
    .with_hint(
        "looked for the Global REE database (ID_No, Dep_Type, Commods, P_Status), its references \
         (short_ref, full_ref), a USGS GIS compilation (FeatureUID, FeatureNam), and for any \
         table with longitude and latitude columns (lon, lng, x, 经度; lat, y, 纬度)",
    )
}
