//! The engine with everything: PROJ itself, of which the cargo feature `proj` builds its own with
//! the EPSG dataset inside.
//!
//! Grid files for datum shifts are not inside. Where PROJ has the best shift for a place only by a
//! grid it takes the next best, and [`System::note`] says what accuracy it states then.

use std::fmt;

use proj::{Area, Proj};
use serde_json::Value;

use super::{Answer, Axes, Definition, Note, System, statement, table};

/// Longitude and latitude on WGS 84.
const WGS84: &str = "EPSG:4326";

/// The system of a code of EPSG or Esri.
pub(super) fn of_code(code: u32) -> Answer<System> {
    let code = table::official(code);
    system(&format!("{}:{code}", statement::authority_of(code)))
}

/// The system of a PROJ string, WKT, or the code of another authority.
pub(super) fn of_text(text: &str) -> Answer<System> {
    // Names and the rest of what PROJ takes are left out, lest a slip of the pen finds something.
    if statement::is_proj(text) || statement::is_wkt(text) || statement::is_code(text) {
        return system(text);
    }
    Err("it is no EPSG code, PROJ string or WKT".into())
}

fn system(definition: &str) -> Answer<System> {
    if definition.contains("+step") {
        return Err("it is an operation and no coordinate system".into());
    }
    // PROJ takes a string without a type for an operation.
    let whole = match statement::is_proj(definition) && !definition.contains("+type=crs") {
        true => format!("{definition} +type=crs"),
        false => definition.to_owned(),
    };
    let crs = Proj::new(&whole).map_err(|_| unknown())?;
    let json = crs.to_projjson(Some(false), None, None);
    let json = json.map_err(|_| "it is no coordinate system".to_string())?;
    let json: Value = serde_json::from_str(&json).map_err(|error| error.to_string())?;
    let own = horizontal(&json)?;
    let unit = &own["coordinate_system"]["axis"][0]["unit"];
    let axes = match own["type"].as_str() {
        Some("GeographicCRS") => Axes::Angles(degrees(1.0, unit)),
        Some("ProjectedCRS" | "DerivedProjectedCRS") => Axes::Plane(metres(unit)),
        other => {
            let what = other.unwrap_or("of no type");
            return Err(format!("it is neither of a plane nor of longitude and latitude ({what})"));
        }
    };
    let stated = || statement::code(definition).filter(|_| statement::is_code(definition));
    let code = epsg_code(own).or_else(stated);
    let name = own["name"].as_str().unwrap_or_default();
    let title = match code {
        Some(code) => format!("{}:{code} ({name})", statement::authority_of(code)),
        None if statement::is_code(definition) => format!("{definition} ({name})"),
        None if statement::is_wkt(definition) => name.to_owned(),
        None => definition.to_owned(),
    };
    let mut system = System {
        title,
        code,
        axes,
        central: central(own),
        note: None,
        definition: Definition::Proj(definition.to_owned()),
    };
    if !statement::is_proj(definition) {
        let base = if own["base_crs"].is_object() { &own["base_crs"] } else { own };
        system.note = note(&system, &crs, epsg_code(base).or(statement::base_code(definition)));
    }
    Ok(system)
}

/// The definition as PROJJSON.
pub(super) fn projjson(definition: &str) -> Option<Value> {
    let json = Proj::new(definition).ok()?.to_projjson(Some(false), None, None).ok()?;
    serde_json::from_str(&json).ok()
}

/// PROJ looks for its database where the environment says before it takes its own, and can't use
/// that of an older PROJ.
fn unknown() -> String {
    let elsewhere = ["PROJ_DATA", "PROJ_LIB"].into_iter().find_map(|name| {
        let folder = std::env::var_os(name)?;
        Some(format!(" by the database of {name}={}; unset it", folder.display()))
    });
    format!("PROJ does not know it{}", elsewhere.unwrap_or_default())
}

/// The horizontal part of a system, in PROJJSON, without heights and a datum shift bound to it.
fn horizontal(json: &Value) -> Answer<&Value> {
    let mut json = json;
    loop {
        json = match json["type"].as_str() {
            Some("CompoundCRS") => &json["components"][0],
            Some("BoundCRS") => &json["source_crs"],
            Some(_) => return Ok(json),
            None => return Err("it has no horizontal part".into()),
        };
    }
}

/// The EPSG code that a part of a system states.
fn epsg_code(json: &Value) -> Option<u32> {
    let code = json["id"]["code"].as_u64().filter(|_| json["id"]["authority"] == "EPSG")?;
    u32::try_from(code).ok()
}

/// The size of a unit of length in metres.
fn metres(unit: &Value) -> f64 {
    unit["conversion_factor"].as_f64().unwrap_or(1.0)
}

/// An angle in degrees.
fn degrees(value: f64, unit: &Value) -> f64 {
    unit["conversion_factor"].as_f64().map_or(value, |radians| (value * radians).to_degrees())
}

/// The central meridian, east of Greenwich.
fn central(crs: &Value) -> f64 {
    // A number in degrees, or one with its unit.
    let angle = |value: &Value| match value.as_f64() {
        Some(number) => number,
        None => degrees(value["value"].as_f64().unwrap_or(0.0), &value["unit"]),
    };
    let parameters = crs["conversion"]["parameters"].as_array();
    let origin = parameters.into_iter().flatten().find(|parameter| {
        let name = parameter["name"].as_str().unwrap_or_default();
        name.starts_with("Longitude of") || name == "lon_0"
    });
    let origin = origin.map_or(0.0, |parameter| {
        degrees(parameter["value"].as_f64().unwrap_or(0.0), &parameter["unit"])
    });
    let base = if crs["base_crs"].is_object() { &crs["base_crs"] } else { crs };
    let frames = ["datum", "datum_ensemble"].map(|key| &base[key]["prime_meridian"]["longitude"]);
    let greenwich = frames.into_iter().find(|meridian| !meridian.is_null()).map_or(0.0, angle);
    let meridian = origin + greenwich + 180.0;
    ((meridian.rem_euclid(360.0) - 180.0) * 1e9).round() / 1e9
}

/// What PROJ states of the shift to WGS 84, asked for on a grid over the area of the system, or of
/// the geographic one with the code `base` that it is made from.
fn note(system: &System, crs: &Proj, base: Option<u32>) -> Option<Note> {
    let area_of = |crs: &Proj| crs.area_of_use().ok().and_then(|(area, _)| area);
    let of_base = || area_of(&Proj::new(&format!("EPSG:{}", base?)).ok()?);
    let title = &system.title;
    let unstated = |text: String| Note { text, within: None };
    let unknown =
        || Some(unstated(format!("on {title}; PROJ states no accuracy for its way to WGS 84")));
    let Some(Area { west, south, east, north }) = area_of(crs).or_else(of_base) else {
        return unknown();
    };
    let Definition::Proj(definition) = &system.definition else { return None };
    let way = Transform::new(definition).ok()?;
    let east = if east < west { east + 360.0 } else { east };
    let share = |step: u32| (f64::from(step) + 0.5) / 8.0;
    let accuracies: Vec<f64> = (0..8)
        .flat_map(|i| (0..8).map(move |j| (share(i), share(j))))
        .filter_map(|(i, j)| {
            let (longitude, latitude) = (west + (east - west) * i, south + (north - south) * j);
            way.forward(longitude, latitude).ok()?;
            Some(way.forward.proj_info().accuracy)
        })
        .collect();
    let stated = || accuracies.iter().copied().filter(|accuracy| *accuracy >= 0.0);
    let (Some(least), Some(most)) = (stated().reduce(f64::min), stated().reduce(f64::max)) else {
        // Of what is near to WGS 84 all the same the table knows more.
        let none = || {
            unstated(format!(
                "on {title}; PROJ knows no shift to WGS 84 and takes them as they are"
            ))
        };
        return Some(base.and_then(table::note).unwrap_or_else(none));
    };
    let everywhere = stated().count() == accuracies.len();
    if everywhere && most == 0.0 {
        return None;
    }
    let range = if least == most { format!("{most} m") } else { format!("{least} to {most} m") };
    let parts = match everywhere {
        true => "",
        false => " in parts of its area; elsewhere it knows none and takes them as they are",
    };
    Some(Note {
        text: format!("on {title}; PROJ states its shift to WGS 84 to be good to {range}{parts}"),
        within: everywhere.then_some(most),
    })
}

/// A way between a system and WGS 84, by PROJ.
pub(super) struct Transform {
    inverse: Proj,
    forward: Proj,
}

impl fmt::Debug for Transform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transform").finish_non_exhaustive()
    }
}

impl Transform {
    pub(super) fn new(definition: &str) -> Answer<Self> {
        // Axes come as longitude, latitude and easting, northing from either end.
        let way = |from: &str, to: &str| {
            let way = Proj::new_known_crs(from, to, None).ok();
            // One without a definition leads nowhere: its projection is unknown, or PROJ could not
            // put its axes right.
            let leads = |way: &Proj| way.def().is_ok_and(|definition| !definition.is_empty());
            way.filter(leads).ok_or("PROJ has no way between it and WGS 84")
        };
        Ok(Transform { inverse: way(definition, WGS84)?, forward: way(WGS84, definition)? })
    }

    pub(super) fn inverse(&self, x: f64, y: f64) -> Answer<(f64, f64)> {
        self.inverse.convert((x, y)).map_err(|error| error.to_string())
    }

    pub(super) fn forward(&self, longitude: f64, latitude: f64) -> Answer<(f64, f64)> {
        self.forward.convert((longitude, latitude)).map_err(|error| error.to_string())
    }
}
