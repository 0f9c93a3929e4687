//! The engine in pure Rust: PROJ strings, run by `proj4rs`.

use proj4rs::Proj;
use proj4rs::transform::transform;

use super::{Answer, Axes, Definition, System};

/// Longitude and latitude on WGS 84.
const WGS84: &str = "+proj=longlat +datum=WGS84 +no_defs";

/// Reads a PROJ string. proj4rs 0.3 cuts degrees and minutes by bytes and panics within other signs
/// than those of ASCII; the sign of degrees is spelt `d` too.
fn read(definition: &str) -> Answer<Proj> {
    let definition = definition.replace('°', "d");
    match definition.chars().find(|letter| !letter.is_ascii()) {
        Some(letter) => Err(format!("\"{letter}\" stands in no PROJ string")),
        None => Proj::from_proj_string(&definition).map_err(|error| error.to_string()),
    }
}

/// The system of a PROJ string.
pub(super) fn system(title: &str, definition: &str) -> Answer<System> {
    let proj = read(definition)?;
    if proj.is_geocent() {
        return Err("it is neither of a plane nor of longitude and latitude".into());
    }
    let axes = if proj.is_latlong() { Axes::Angles(1.0) } else { Axes::Plane(proj.to_meter()) };
    let meridian = (proj.longitude_of_origin() + proj.from_greenwich()).to_degrees();
    Ok(System {
        title: title.into(),
        code: None,
        axes,
        // A meridian that was written in degrees comes back as it was written.
        central: (meridian * 1e9).round() / 1e9,
        note: None,
        definition: Definition::Pure(definition.into()),
    })
}

/// A way between a PROJ string and WGS 84.
#[derive(Debug)]
pub(super) struct Transform {
    system: Proj,
    wgs84: Proj,
}

impl Transform {
    pub(super) fn new(definition: &str) -> Answer<Self> {
        Ok(Transform { system: read(definition)?, wgs84: read(WGS84)? })
    }

    pub(super) fn inverse(&self, x: f64, y: f64) -> Answer<(f64, f64)> {
        convert(&self.system, &self.wgs84, x, y)
    }

    pub(super) fn forward(&self, longitude: f64, latitude: f64) -> Answer<(f64, f64)> {
        convert(&self.wgs84, &self.system, longitude, latitude)
    }
}

/// Degrees are radians to the engine.
fn convert(from: &Proj, to: &Proj, x: f64, y: f64) -> Answer<(f64, f64)> {
    let mut place =
        if from.is_latlong() { (x.to_radians(), y.to_radians(), 0.0) } else { (x, y, 0.0) };
    transform(from, to, &mut place).map_err(|error| error.to_string())?;
    let (x, y, _) = place;
    Ok(if to.is_latlong() { (x.to_degrees(), y.to_degrees()) } else { (x, y) })
}
