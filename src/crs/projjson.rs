//! The definition of a system as PROJJSON (version 0.7), which GeoParquet wants.
//!
//! Names and codes of methods and parameters are those of the EPSG dataset, as PROJ spells them.

use serde_json::{Value, json};

use super::{Definition, System, statement};

impl System {
    /// Its definition as PROJJSON; none where this build can't tell it: without PROJ that takes a
    /// usual projection on WGS 84, or longitude and latitude that are taken as those on it.
    pub fn projjson(&self) -> Option<Value> {
        let mut json = match &self.definition {
            Definition::AsTheyAre => geographic(self.code.unwrap_or(4326))?,
            Definition::Pure(text) => projected(text)?,
            #[cfg(feature = "proj")]
            Definition::Proj(text) => super::proj9::projjson(text)?,
        };
        if json.get("name").is_none_or(Value::is_null) {
            json["name"] = json!(self.plain_name());
        }
        if let (Some(code), None) = (self.code, json.get("id")) {
            json["id"] = id(statement::authority_of(code), code);
        }
        json["$schema"] = json!("https://proj.org/schemas/v0.7/projjson.schema.json");
        Some(json)
    }

    /// The title without the code before it.
    fn plain_name(&self) -> &str {
        let named = self.title.split_once(" (").and_then(|(_, name)| name.strip_suffix(')'));
        named.filter(|_| self.code.is_some()).unwrap_or(&self.title)
    }
}

fn id(authority: &str, code: u32) -> Value {
    json!({"authority": authority, "code": code})
}

/// Longitude and latitude on one of the datums that are as good as WGS 84.
fn geographic(code: u32) -> Option<Value> {
    let (name, datum, ellipsoid, flattening) = match code {
        4326 => ("WGS 84", "World Geodetic System 1984", "WGS 84", 298.257_223_563),
        4490 => {
            let datum = "China Geodetic Coordinate System 2000";
            ("China Geodetic Coordinate System 2000", datum, "CGCS2000", 298.257_222_101)
        }
        4258 => {
            let datum = "European Terrestrial Reference System 1989";
            ("ETRS89", datum, "GRS 1980", 298.257_222_101)
        }
        4269 => ("NAD83", "North American Datum 1983", "GRS 1980", 298.257_222_101),
        _ => return None,
    };
    let axis = |name: &str, abbreviation: &str, direction: &str| {
        json!({
            "name": name, "abbreviation": abbreviation, "direction": direction, "unit": "degree",
        })
    };
    Some(json!({
        "type": "GeographicCRS",
        "name": name,
        "datum": {
            "type": "GeodeticReferenceFrame",
            "name": datum,
            "ellipsoid": {
                "name": ellipsoid,
                "semi_major_axis": 6_378_137,
                "inverse_flattening": flattening,
            },
        },
        "coordinate_system": {
            "subtype": "ellipsoidal",
            "axis": [
                axis("Geodetic latitude", "Lat", "north"),
                axis("Geodetic longitude", "Lon", "east"),
            ],
        },
        "id": id("EPSG", code),
    }))
}

/// A parameter of a method: its name, its code, the key in PROJ strings, and its unit.
type Parameter = (&'static str, u32, &'static str, &'static str);

const LATITUDE: Parameter = ("Latitude of natural origin", 8801, "lat_0", "degree");
const LONGITUDE: Parameter = ("Longitude of natural origin", 8802, "lon_0", "degree");
const SCALE: Parameter = ("Scale factor at natural origin", 8805, "k", "unity");
const EAST: Parameter = ("False easting", 8806, "x_0", "metre");
const NORTH: Parameter = ("False northing", 8807, "y_0", "metre");
const FIRST: Parameter = ("Latitude of 1st standard parallel", 8823, "lat_1", "degree");
const CONIC: [Parameter; 6] = [
    ("Latitude of false origin", 8821, "lat_0", "degree"),
    ("Longitude of false origin", 8822, "lon_0", "degree"),
    FIRST,
    ("Latitude of 2nd standard parallel", 8824, "lat_2", "degree"),
    ("Easting at false origin", 8826, "x_0", "metre"),
    ("Northing at false origin", 8827, "y_0", "metre"),
];
const TRUE_SCALE: Parameter = ("Latitude of 1st standard parallel", 8823, "lat_ts", "degree");

/// A projection of WGS 84 as a PROJ string has it; none where that says more than is known here.
fn projected(text: &str) -> Option<Value> {
    let mut given: Vec<(&str, &str)> = text
        .split_whitespace()
        .map(|word| word.trim_start_matches('+'))
        .map(|word| word.split_once('=').unwrap_or((word, "")))
        .collect();
    let mut take = |key: &str| {
        let at = given.iter().position(|(known, _)| *known == key)?;
        Some(given.swap_remove(at).1)
    };
    (take("datum") == Some("WGS84")).then_some(())?;
    let _ = (take("no_defs"), take("type"));
    if take("units").is_some_and(|unit| unit != "m") {
        return None;
    }
    let projection = take("proj")?;
    let zone: Option<f64> = take("zone").and_then(|zone| zone.parse().ok());
    let south = take("south").is_some();
    let true_scale = given.iter().any(|(key, _)| *key == "lat_ts");
    let (method, code, parameters): (&str, u32, &[Parameter]) = match projection {
        "utm" | "tmerc" => {
            ("Transverse Mercator", 9807, &[LATITUDE, LONGITUDE, SCALE, EAST, NORTH])
        }
        "webmerc" => {
            let method = "Popular Visualisation Pseudo Mercator";
            (method, 1024, &[LATITUDE, LONGITUDE, EAST, NORTH])
        }
        "merc" if true_scale => {
            ("Mercator (variant B)", 9805, &[TRUE_SCALE, LONGITUDE, EAST, NORTH])
        }
        "merc" => ("Mercator (variant A)", 9804, &[LATITUDE, LONGITUDE, SCALE, EAST, NORTH]),
        "lcc" => ("Lambert Conic Conformal (2SP)", 9802, &CONIC),
        "aea" => ("Albers Equal Area", 9822, &CONIC),
        "laea" => ("Lambert Azimuthal Equal Area", 9820, &[LATITUDE, LONGITUDE, EAST, NORTH]),
        "cea" => ("Lambert Cylindrical Equal Area", 9835, &[TRUE_SCALE, LONGITUDE, EAST, NORTH]),
        "eqearth" => ("Equal Earth", 1078, &[LONGITUDE, EAST, NORTH]),
        "robin" => ("Robinson", 0, &[LONGITUDE, EAST, NORTH]),
        "moll" => ("Mollweide", 0, &[LONGITUDE, EAST, NORTH]),
        _ => return None,
    };
    let mut numbers = Vec::new();
    for (name, code, key, unit) in parameters {
        let stated = given.iter().position(|(known, _)| known == key);
        let stated = stated.map(|at| given.swap_remove(at).1.parse::<f64>());
        let usual = if *key == "k" { 1.0 } else { 0.0 };
        let value = match (projection, *key) {
            ("utm", "lon_0") => zone? * 6.0 - 183.0,
            ("utm", "k") => 0.9996,
            ("utm", "x_0") => 500_000.0,
            ("utm", "y_0") if south => 10_000_000.0,
            _ => stated.transpose().ok()?.unwrap_or(usual),
        };
        numbers.push(json!({
            "name": name, "value": value, "unit": unit, "id": id("EPSG", *code),
        }));
    }
    // What is left would be left out.
    if !given.is_empty() {
        return None;
    }
    let mut method = json!({"name": method});
    if code > 0 {
        method["id"] = id("EPSG", code);
    }
    let axis = |name: &str, abbreviation: &str, direction: &str| {
        json!({
            "name": name, "abbreviation": abbreviation, "direction": direction, "unit": "metre",
        })
    };
    Some(json!({
        "type": "ProjectedCRS",
        "name": null,
        "base_crs": geographic(4326)?,
        "conversion": {"name": "unnamed", "method": method, "parameters": numbers},
        "coordinate_system": {
            "subtype": "Cartesian",
            "axis": [axis("Easting", "E", "east"), axis("Northing", "N", "north")],
        },
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Option<Value> {
        System::parse(text).unwrap().projjson()
    }

    #[test]
    fn usual_systems_have_a_definition() {
        let utm = json("EPSG:32749").unwrap();
        assert_eq!(utm["id"], id("EPSG", 32749));
        assert_eq!(utm["name"], "WGS 84 / UTM zone 49S");
        let number = |name: &str| {
            let all = utm["conversion"]["parameters"].as_array().unwrap();
            all.iter().find(|one| one["name"] == name).unwrap()["value"].as_f64().unwrap()
        };
        assert_eq!(number("Longitude of natural origin"), 111.0);
        assert_eq!(number("False northing"), 10_000_000.0);
        for text in ["EPSG:3857", "EPSG:4490", "robinson", "equal-earth", "albers-china"] {
            assert!(json(text).is_some(), "{text}");
        }
        for text in ["EPSG:8857", "EPSG:54009", "+proj=laea +lat_0=35 +lon_0=105 +datum=WGS84"] {
            assert!(json(text).is_some(), "{text}");
        }
    }

    #[cfg(not(feature = "proj"))]
    #[test]
    fn what_is_not_fully_known_has_none() {
        for text in ["EPSG:4610", "EPSG:21453", "+proj=laea +lat_0=35 +units=us-ft +datum=WGS84"] {
            assert!(json(text).is_none(), "{text}");
        }
    }
}
