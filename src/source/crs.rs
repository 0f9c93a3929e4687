//! Coordinate systems: which one a file states, and the way from it to WGS 84.
//!
//! A small table covers what mineral data comes in, and WKT tells the common projections of it;
//! `proj4rs` does the arithmetic. Codes are
//! those of the EPSG dataset. Where a datum can't be shifted exactly, the note says by how much
//! positions may be off.

use geo::MapCoords;
use proj4rs::Proj;

use super::{Crs, Layer, Row, Rows, wkt};
use crate::error::{At, Error, Result};

/// Longitude and latitude on WGS 84.
const WGS84: &str = "+proj=longlat +datum=WGS84 +no_defs";

/// What to do about a system that the table does not hold.
const REPROJECT: &str = "reproject the layer to EPSG:4326 (WGS 84 longitude and latitude), for \
                         example with QGIS or ogr2ogr -t_srs EPSG:4326";

/// Reads a statement of a system: `EPSG:4326`, an OGC name or address, or WKT.
pub fn recognise(text: &str) -> Crs {
    match code(text) {
        Some(4326) => Crs::Wgs84,
        _ => Crs::Other(text.trim().to_owned()),
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

/// What a reader of the data should know about its system.
pub(super) fn note(crs: &Crs) -> Option<String> {
    let Crs::Other(text) = crs else { return None };
    match known(text) {
        Some(System::Near(note)) => Some(format!("coordinates are {note}")),
        Some(System::Projected { note: Some(note), .. }) => Some(format!("coordinates are {note}")),
        Some(System::Projected { .. }) | None => None,
    }
}

/// A system's name: that in a WKT, or the whole statement where it is no WKT.
pub(super) fn name(text: &str) -> &str {
    quoted(text).next().unwrap_or(text)
}

/// The way to WGS 84, none where coordinates are taken as they are.
///
/// # Errors
/// A system that is neither in the table nor a projection of one in it.
pub fn to_wgs84(crs: &Crs, at: &At) -> Result<Option<Transform>> {
    let Crs::Other(text) = crs else { return Ok(None) };
    let unknown = || {
        let name = name(text);
        Error::input(at.clone(), format!("has coordinates in a system that is not known: {name}"))
            .with_hint(REPROJECT)
    };
    match known(text).ok_or_else(unknown)? {
        System::Near(_) => Ok(None),
        System::Projected { proj, .. } => {
            // What a file states can be beyond what a projection is defined for.
            let from = Proj::from_proj_string(&proj).map_err(|_| unknown())?;
            let to = Proj::from_proj_string(WGS84).map_err(|error| {
                Error::embedded("coordinate system", format!("{WGS84}: {error}"))
            })?;
            Ok(Some(Transform { from, to }))
        }
    }
}

/// A place in degrees, or the reason why there is none.
type Placed<T> = std::result::Result<T, String>;

/// A way from one coordinate system to longitude and latitude on WGS 84.
#[derive(Debug)]
pub struct Transform {
    from: Proj,
    to: Proj,
}

impl Transform {
    /// The geometry in degrees of longitude and latitude; a reason where a vertex has none.
    pub(super) fn apply(&self, geometry: &geo::Geometry<f64>) -> Placed<geo::Geometry<f64>> {
        geometry.try_map_coords(|coordinate| {
            let mut point = match self.from.is_latlong() {
                true => (coordinate.x.to_radians(), coordinate.y.to_radians(), 0.0),
                false => (coordinate.x, coordinate.y, 0.0),
            };
            let lost = |reason: String| {
                format!("({}, {}) cannot be unprojected{reason}", coordinate.x, coordinate.y)
            };
            proj4rs::transform::transform(&self.from, &self.to, &mut point)
                .map_err(|error| lost(format!(": {error}")))?;
            let place = geo::coord! { x: point.0.to_degrees(), y: point.1.to_degrees() };
            match place.x.is_finite() && place.y.is_finite() {
                true => Ok(place),
                false => Err(lost(String::new())),
            }
        })
    }
}

impl Layer {
    /// The rows with their geometry in degrees of longitude and latitude on WGS 84. A row whose
    /// geometry has no place there is an error of that row.
    ///
    /// # Errors
    /// A coordinate system that is not known, with the hint to reproject.
    pub fn rows_wgs84(&self) -> Result<Rows<'static>> {
        let transform = to_wgs84(&self.crs, &self.at)?;
        let at = self.at.clone();
        Ok(Box::new(self.rows()?.map(move |row| {
            let mut row = row?;
            let number = row.number;
            place(&mut row, transform.as_ref())
                .map_err(|reason| Error::row(at.clone().row(number), reason))?;
            Ok(row)
        })))
    }
}

fn place(row: &mut Row, transform: Option<&Transform>) -> Placed<()> {
    let Some(geometry) = &row.geometry else { return Ok(()) };
    match transform {
        Some(transform) => row.geometry = Some(transform.apply(geometry)?),
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

/// How a system relates to WGS 84.
enum System {
    /// Longitude and latitude so close to it that they are taken as they are, with what that
    /// leaves out.
    Near(&'static str),
    /// Anything with a PROJ string, and what its datum leaves out.
    Projected { proj: String, note: Option<&'static str> },
}

/// The system that a text states: one of the table, or a projection of one of the table.
fn known(text: &str) -> Option<System> {
    if let Some(system) = code(text).and_then(system) {
        return Some(system);
    }
    let (projection, base) = wkt::projection(text)?;
    let base = wkt_code(base)?;
    Some(match (base, system(base)?) {
        (4326, _) => System::Projected { proj: format!("{projection} +datum=WGS84"), note: None },
        // The others of these are on the ellipsoid of GRS 1980, or one that differs by less than
        // a millimetre.
        (_, System::Near(note)) => {
            System::Projected { proj: format!("{projection} +ellps=GRS80"), note: Some(note) }
        }
        (_, System::Projected { proj, note }) => {
            let datum = proj.strip_prefix("+proj=longlat")?;
            System::Projected { proj: format!("{projection}{datum}"), note }
        }
    })
}

/// The table. Accuracy is that of the EPSG dataset's transformations to WGS 84.
fn system(code: u32) -> Option<System> {
    let shifted = |proj: &str, note| System::Projected { proj: proj.into(), note: Some(note) };
    let exact = |proj: String| System::Projected { proj, note: None };
    Some(match code {
        4326 | 4979 => System::Near("on WGS 84"),
        4490 => System::Near("on CGCS2000 (EPSG:4490), taken as WGS 84, at most a metre away"),
        4258 => System::Near("on ETRS89 (EPSG:4258), taken as WGS 84, about a metre away"),
        4269 => System::Near("on NAD83 (EPSG:4269), taken as WGS 84, about two metres away"),
        4214 => shifted(
            "+proj=longlat +ellps=krass +towgs84=15.8,-154.4,-82.3,0,0,0,0 +no_defs",
            "on Beijing 1954 (EPSG:4214), shifted to WGS 84 by EPSG's fourth set of \
             parameters, made for the Tarim basin; elsewhere in China they may \
             be off by some tens of metres",
        ),
        4610 => shifted(
            "+proj=longlat +a=6378140 +rf=298.257 +no_defs",
            "on Xian 1980 (EPSG:4610), for which no shift to WGS 84 is public; they are taken as \
             they are and may be off by about a hundred metres",
        ),
        3857 | 900_913 | 102_100 | 102_113 | 3785 => exact(
            "+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m \
             +nadgrids=@null +no_defs"
                .into(),
        ),
        32601..=32660 => exact(format!("+proj=utm +zone={} +datum=WGS84 +units=m", code - 32600)),
        32701..=32760 => {
            exact(format!("+proj=utm +zone={} +south +datum=WGS84 +units=m", code - 32700))
        }
        _ => return None,
    })
}

/// The EPSG code that a statement of a system comes down to.
fn code(text: &str) -> Option<u32> {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    // CRS84 is WGS 84 with longitude first, which is how files hold it anyway.
    if lower.ends_with("crs84") || lower.ends_with("crs84h") {
        return Some(4326);
    }
    let is_name = lower.starts_with("epsg:")
        || lower.starts_with("urn:") && lower.contains(":epsg:")
        || lower.contains("/epsg/")
        || lower.contains("epsg.xml#");
    if is_name {
        return lower.rsplit([':', '/', '#']).next()?.parse().ok();
    }
    wkt_code(text)
}

fn wkt_code(text: &str) -> Option<u32> {
    // Of a system with heights or a bound datum the horizontal part counts.
    let upper = text.to_ascii_uppercase();
    let start = ["PROJCS", "PROJCRS", "GEOGCS", "GEOGCRS", "GEODCRS"]
        .iter()
        .filter_map(|keyword| upper.find(keyword))
        .min()?;
    let text = text.get(start..)?;
    let projected = upper.get(start..)?.starts_with("PROJ");
    if let Some(code) = authority(text) {
        return Some(code);
    }
    let name: String = quoted(text)
        .next()?
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    if projected {
        return projected_name(&name);
    }
    let lower = text.to_ascii_lowercase();
    let usual = |keyword: &str, value: &str| !lower.contains(keyword) || lower.contains(value);
    if !usual("unit", "degree") || !usual("primem", "greenwich") {
        return None;
    }
    match name.strip_prefix("gcs").unwrap_or(&name) {
        "wgs84" | "wgs1984" | "wgs84crs84" => Some(4326),
        "cgcs2000" | "chinageodeticcoordinatesystem2000" | "china2000" => Some(4490),
        "beijing1954" => Some(4214),
        "xian1980" => Some(4610),
        "northamerican1983" | "nad83" => Some(4269),
        "etrs1989" | "etrs89" => Some(4258),
        _ => None,
    }
}

fn projected_name(name: &str) -> Option<u32> {
    if let "wgs1984webmercatorauxiliarysphere" | "wgs84pseudomercator" | "wgs1984webmercator" = name
    {
        return Some(3857);
    }
    let zone =
        ["wgs1984utmzone", "wgs84utmzone"].iter().find_map(|prefix| name.strip_prefix(prefix))?;
    let (base, number) = match (zone.strip_suffix('n'), zone.strip_suffix('s')) {
        (Some(number), _) => (32600, number),
        (_, Some(number)) => (32700, number),
        _ => return None,
    };
    let number: u32 = number.parse().ok()?;
    (1..=60).contains(&number).then_some(base + number)
}

/// The EPSG code that a WKT gives for itself, not for a part of it.
fn authority(wkt: &str) -> Option<u32> {
    let mut depth = 0_u32;
    let mut within = false;
    for (index, byte) in wkt.bytes().enumerate() {
        match byte {
            b'"' => within = !within,
            _ if within => {}
            b'[' | b'(' => {
                let keyword = wkt.get(..index)?.rsplit([',', '[', '(']).next()?.trim();
                let named = ["AUTHORITY", "ID"].iter().any(|id| keyword.eq_ignore_ascii_case(id));
                if depth == 1 && named {
                    let inside = wkt.get(index + 1..)?.split([']', ')']).next()?;
                    let (name, code) = inside.split_once(',')?;
                    let code = code.split(',').next()?.trim().trim_matches('"');
                    if name.trim().trim_matches('"').eq_ignore_ascii_case("EPSG") {
                        return code.parse().ok();
                    }
                }
                depth += 1;
            }
            b']' | b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// The strings in quotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').skip(1).step_by(2)
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
        let wkt = r#"PROJCS["Somewhere",GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],AUTHORITY["EPSG","4326"]],PROJECTION["Transverse_Mercator"]]"#;
        assert!(matches!(recognise(wkt), Crs::Other(_)));
        let error = to_wgs84(&recognise(wkt), &At::file("a.shp")).expect_err("unknown");
        assert!(error.to_string().contains("Somewhere"), "{error}");
        assert!(error.hint().is_some_and(|hint| hint.contains("EPSG:4326")));
    }

    #[test]
    fn projected_places_come_back_to_degrees() {
        let near = |text: &str, x: f64, y: f64, longitude: f64, latitude: f64, within: f64| {
            let transform =
                to_wgs84(&recognise(text), &At::default()).expect("known").expect("projected");
            let point = geo::Geometry::Point(geo::point!(x: x, y: y));
            let Ok(geo::Geometry::Point(point)) = transform.apply(&point) else {
                panic!("no point")
            };
            assert!((point.x() - longitude).abs() < within, "{text}: {point:?}");
            assert!((point.y() - latitude).abs() < within, "{text}: {point:?}");
        };
        near("EPSG:3857", 20_037_508.342_789_244, 0.0, 180.0, 0.0, 1e-9);
        near("EPSG:32649", 500_000.0, 0.0, 111.0, 0.0, 1e-9);
        near(r#"PROJCS["WGS_1984_UTM_Zone_49S"]"#, 500_000.0, 10_000_000.0, 111.0, 0.0, 1e-9);
        // Projections told by their parameters, as PROJ 9 has them.
        let gcs = |name: &str, datum: &str, ellipsoid: &str| {
            format!(
                r#"GEOGCS["GCS_{name}",DATUM["D_{datum}",SPHEROID["{ellipsoid}"]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#
            )
        };
        let projected = |base: &str, own: &str, parameters: &[(&str, f64)], metres: f64| {
            let parameters = parameters.iter();
            let parameters: String = parameters
                .map(|(name, value)| format!(r#"PARAMETER["{name}",{value:?}],"#))
                .collect();
            format!(
                r#"PROJCS["Some",{base},PROJECTION["{own}"],{parameters}UNIT["Unit",{metres}]]"#
            )
        };
        let conic = [
            ("False_Easting", 0.0),
            ("False_Northing", 0.0),
            ("Central_Meridian", 95.0),
            ("Standard_Parallel_1", 15.0),
            ("Standard_Parallel_2", 65.0),
            ("Latitude_Of_Origin", 30.0),
        ];
        let wgs84 = gcs("WGS_1984", "WGS_1984", "WGS_1984");
        let albers = projected(&wgs84, "Albers", &conic, 1.0);
        near(&albers, 500_000.0, 3_000_000.0, 103.388_932_868, 54.507_488_643, 1e-8);
        let conic = [
            ("False_Easting", 6_561_666.667),
            ("False_Northing", 1_640_416.667),
            ("Central_Meridian", -118.0),
            ("Standard_Parallel_1", 35.466_666_666_666_7),
            ("Standard_Parallel_2", 34.033_333_333_333_3),
            ("Latitude_Of_Origin", 33.5),
        ];
        let nad83 = gcs("North_American_1983", "North_American_1983", "GRS_1980");
        let feet = projected(&nad83, "Lambert_Conformal_Conic", &conic, 0.304_800_609_601_219);
        near(&feet, 500_000.0, 3_000_000.0, -138.513_293_018, 35.530_268_636, 1e-8);
        assert!(note(&recognise(&feet)).is_some_and(|note| note.contains("NAD83")));
        let azimuthal = [
            ("False_Easting", 4_321_000.0),
            ("False_Northing", 3_210_000.0),
            ("Central_Meridian", 10.0),
            ("Latitude_Of_Origin", 52.0),
        ];
        let etrs89 = gcs("ETRS_1989", "ETRS_1989", "GRS_1980");
        let laea = projected(&etrs89, "Lambert_Azimuthal_Equal_Area", &azimuthal, 1.0);
        near(&laea, 500_000.0, 3_000_000.0, -37.129_386_874, 38.841_393_774, 1e-8);
        let cylinder = [
            ("False_Easting", 500_000.0),
            ("False_Northing", 0.0),
            ("Central_Meridian", 111.0),
            ("Scale_Factor", 1.0),
            ("Latitude_Of_Origin", 0.0),
        ];
        let cgcs = gcs("China_Geodetic_Coordinate_System_2000", "China_2000", "CGCS2000");
        let kruger = projected(&cgcs, "Gauss_Kruger", &cylinder, 1.0);
        near(&kruger, 500_000.0, 0.0, 111.0, 0.0, 1e-9);
        let unknown = projected(&wgs84, "Bonne", &cylinder, 1.0);
        assert!(to_wgs84(&recognise(&unknown), &At::default()).is_err());
        let unknown =
            projected(&gcs("Clarke", "Clarke", "Clarke_1866"), "Gauss_Kruger", &cylinder, 1.0);
        assert!(to_wgs84(&recognise(&unknown), &At::default()).is_err());
        let senseless = albers.replace("15.0", "NaN").replace("65.0", "1e999");
        assert!(to_wgs84(&recognise(&senseless), &At::default()).is_err());
        // The geocentric shift, worked out apart.
        near("EPSG:4214", 110.0, 41.0, 110.000451194, 41.000353850, 1e-8);
        // No shift is known, and none is made up.
        near("EPSG:4610", 110.0, 41.0, 110.0, 41.0, 1e-12);
        assert!(note(&recognise("EPSG:4214")).is_some_and(|note| note.contains("tens of metres")));
        assert!(to_wgs84(&recognise("EPSG:4490"), &At::default()).expect("known").is_none());
    }
}
