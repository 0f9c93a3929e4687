//! The coordinate system of a layer: which one its file states, and its geometry on WGS 84.

use std::cell::RefCell;

use geo::MapCoords;

use super::{Crs, Layer, Row, Rows};
use crate::crs::{self, Axes, Note, System, Transform};
use crate::error::{At, Error, Result};
use crate::letters::quoted;

/// What to do about a system that is not known.
const REPROJECT: &str = "reproject the layer to EPSG:4326 (WGS 84 longitude and latitude), for \
                         example with QGIS or ogr2ogr -t_srs EPSG:4326";

/// Reads a statement of a system: `EPSG:4326`, an OGC name or address, or WKT.
pub fn recognise(text: &str) -> Crs {
    match crs::is_wgs84(text) {
        true => Crs::Wgs84,
        false => Crs::Other(text.trim().to_owned()),
    }
}

/// The system that a GeoJSON `crs` member states (GeoJSON 2008, section 3).
pub(super) fn from_geojson(json: &[u8]) -> Crs {
    let Ok(value) = serde_json::from_slice::<serde_json::Value>(json) else {
        return Crs::Unstated;
    };
    let property = |name: &str| value.get("properties").and_then(|object| object.get(name));
    if let Some(name) = property("name").and_then(|name| name.as_str()) {
        recognise(name)
    } else if let Some(code) = property("code").and_then(|code| code.as_u64()) {
        recognise(&format!("EPSG:{code}"))
    } else if value.is_null() {
        Crs::Unstated
    } else {
        Crs::Other(value.to_string())
    }
}

/// The system of a layer and the way to WGS 84, none where coordinates are taken as they are; the
/// reason where this build does not know the system.
fn way(crs: &Crs) -> Placed<Option<(System, Transform)>> {
    let Crs::Other(text) = crs else { return Ok(None) };
    let system = System::stated(text)?;
    if system.is_wgs84() {
        return Ok(None);
    }
    // What a file states can be beyond what a projection is defined for.
    let transform = system.transform()?;
    Ok(Some((system, transform)))
}

/// What to do about a system that is not known.
fn remedy() -> String {
    let or = if crs::OTHER_BUILD.is_empty() { "" } else { "; or " };
    format!("{REPROJECT}{or}{}", crs::OTHER_BUILD)
}

/// The way to WGS 84, none where coordinates are taken as they are.
///
/// # Errors
/// A system that this build does not know.
pub fn to_wgs84(crs: &Crs, at: &At) -> Result<Option<Transform>> {
    let unknown = |reason: String| {
        let name = match crs {
            Crs::Other(text) => quoted(crs::name(text)),
            Crs::Wgs84 | Crs::Unstated => "WGS 84".into(),
        };
        let what = format!("has coordinates in a system that is not known: {name} ({reason})");
        Error::input(at.clone(), what).with_hint(remedy())
    };
    Ok(way(crs).map_err(unknown)?.map(|(_, transform)| transform))
}

thread_local! {
    /// The way last used, and of which system. With PROJ it can't leave its thread, while rows are
    /// read by whichever thread is free.
    static WAY: RefCell<Option<(Crs, Option<Transform>)>> = const { RefCell::new(None) };
}

/// Does something with the way to WGS 84, which each thread makes for itself.
fn on_this_thread<T>(crs: &Crs, at: &At, work: impl FnOnce(Option<&Transform>) -> T) -> Result<T> {
    WAY.with_borrow_mut(|way| {
        if way.as_ref().is_none_or(|(known, _)| known != crs) {
            *way = Some((crs.clone(), to_wgs84(crs, at)?));
        }
        Ok(work(way.as_ref().and_then(|(_, transform)| transform.as_ref())))
    })
}

/// A place in degrees, or the reason why there is none.
type Placed<T> = std::result::Result<T, String>;

impl Layer {
    /// What a reader of its geometry should know of the geometry's datum.
    pub fn crs_note(&self) -> Option<Note> {
        let Crs::Other(text) = &self.crs else { return None };
        let note = System::stated(text).ok()?.note?;
        Some(Note { text: format!("coordinates are {}", note.text), ..note })
    }

    /// The rows with their geometry in degrees of longitude and latitude on WGS 84. A row whose
    /// geometry has no place there is an error of that row.
    ///
    /// # Errors
    /// A coordinate system that is not known, with the hint to reproject.
    pub fn rows_wgs84(&self) -> Result<Rows<'static>> {
        to_wgs84(&self.crs, &self.at)?;
        let (crs, at) = (self.crs.clone(), self.at.clone());
        Ok(Box::new(self.rows()?.map(move |row| {
            let mut row = row?;
            let number = row.number;
            on_this_thread(&crs, &at, |transform| place(&mut row, transform))?
                .map_err(|reason| Error::row(at.clone().row(number), reason))?;
            Ok(row)
        })))
    }
}

/// The bounds of geometry in degrees, where its own coordinates are none.
pub(super) struct Bounds {
    transform: Transform,
    central: f64,
    west_south_east_north: Option<[f64; 4]>,
}

impl Bounds {
    /// Those of a layer's geometry, none where it is in degrees as it is; with a note where its
    /// system is not known.
    pub(super) fn of(layer: &Layer) -> (Option<Self>, Option<String>) {
        match way(&layer.crs) {
            Ok(Some((system, transform))) if system.axes != Axes::Angles(1.0) => {
                let bounds =
                    Bounds { transform, central: system.central, west_south_east_north: None };
                (Some(bounds), None)
            }
            Ok(_) => (None, None),
            Err(reason) => {
                let note = format!(
                    "the geometry can't be placed, since its coordinate system is not known \
                     ({reason}); columns of longitude and latitude count instead where the layer \
                     has them; else {}",
                    remedy()
                );
                (None, Some(note))
            }
        }
    }

    /// Takes in a place of the layer, unless it has none in degrees.
    pub(super) fn add(&mut self, place: geo::Coord<f64>) {
        let Ok((x, y)) = self.transform.inverse(place.x, place.y) else { return };
        // Unbroken from the system's seam to its seam, wherever the antimeridian is.
        let x = match x - self.central {
            off if off > 180.0 => x - 360.0,
            off if off < -180.0 => x + 360.0,
            _ => x,
        };
        self.west_south_east_north = Some(match self.west_south_east_north {
            None => [x, y, x, y],
            Some([west, south, east, north]) => {
                [west.min(x), south.min(y), east.max(x), north.max(y)]
            }
        });
    }

    /// West, south, east and north end; west lies east of east where the antimeridian is between.
    pub(super) fn degrees(&self) -> Option<[f64; 4]> {
        let [west, south, east, north] = self.west_south_east_north?;
        if east - west >= 360.0 {
            return Some([-180.0, south, 180.0, north]);
        }
        let west = if west < -180.0 { west + 360.0 } else { west };
        let east = if east > 180.0 { east - 360.0 } else { east };
        Some([west, south, east, north])
    }
}

fn place(row: &mut Row, transform: Option<&Transform>) -> Placed<()> {
    let Some(geometry) = &row.geometry else { return Ok(()) };
    match transform {
        Some(transform) => row.geometry = Some(unprojected(geometry, transform)?),
        None => {
            use geo::CoordsIter;
            let outside =
                |place: &geo::Coord<f64>| !(place.x.abs() <= 360.0 && place.y.abs() <= 90.0 + 1e-9);
            if let Some(place) = geometry.coords_iter().find(outside) {
                return Err(format!(
                    "lies at ({}, {}), which is no longitude and latitude",
                    place.x, place.y
                ));
            }
        }
    }
    Ok(())
}

/// The geometry in degrees of longitude and latitude; a reason where a vertex has none.
fn unprojected(geometry: &geo::Geometry<f64>, transform: &Transform) -> Placed<geo::Geometry<f64>> {
    geometry.try_map_coords(|geo::Coord { x, y }| match transform.inverse(x, y) {
        Ok((x, y)) => Ok(geo::coord! { x: x, y: y }),
        Err(reason) => Err(format!("({x}, {y}) cannot be unprojected: {reason}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ESRI_WGS84: &str = r#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;

    #[test]
    fn wgs84_is_known_by_every_usual_name() {
        for text in [
            "EPSG:4326",
            "urn:ogc:def:crs:OGC:1.3:CRS84",
            "urn:ogc:def:crs:EPSG::4326",
            "http://www.opengis.net/def/crs/EPSG/0/4326",
            ESRI_WGS84,
            r#"GEOGCRS["WGS 84",DATUM["World Geodetic System 1984",ELLIPSOID["WGS 84",6378137,298.257223563]],CS[ellipsoidal,2],ANGLEUNIT["degree",0.0174532925199433],ID["EPSG",4326]]"#,
        ] {
            assert_eq!(recognise(text), Crs::Wgs84, "{text}");
        }
    }

    #[test]
    fn the_inner_code_of_a_projection_is_not_its_own() {
        let wkt = r#"PROJCS["Somewhere",GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],AUTHORITY["EPSG","4326"]],PROJECTION["Nowhere"]]"#;
        assert!(matches!(recognise(wkt), Crs::Other(_)));
        let error = to_wgs84(&recognise(wkt), &At::file("a.shp")).expect_err("unknown");
        assert!(error.to_string().contains("Somewhere"), "{error}");
        assert!(error.hint().is_some_and(|hint| hint.contains("EPSG:4326")));
    }
}
