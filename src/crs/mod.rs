//! Coordinate systems: which one a text names, and the way between it and WGS 84.
//!
//! A text is an EPSG code, WKT, a PROJ string, or one of the projections that have a name here.
//! Two engines do the arithmetic. `proj4rs`, in pure Rust, runs the named projections, PROJ
//! strings, and the codes and WKT that a small table knows. With the cargo feature `proj`, PROJ
//! itself runs everything but the named projections, so that the built-in figures are the same in
//! both builds: every EPSG code, every WKT, and the datum shifts that need no grid files.
//!
//! Coordinates are longitude before latitude and easting before northing, whatever order the
//! EPSG dataset gives the axes.

mod named;
mod proj4;
#[cfg(feature = "proj")]
mod proj9;
mod projjson;
mod statement;
mod table;
mod wkt;

pub use self::named::names;
pub use self::statement::{is_wgs84, name};
use crate::error::Error;

#[cfg(feature = "proj")]
use self::proj9 as engine;
#[cfg(not(feature = "proj"))]
use self::table as engine;

/// What this build can't do, and which one can; empty in the build that can.
pub const OTHER_BUILD: &str = if cfg!(feature = "proj") {
    ""
} else {
    "build reemap with `--features proj`, which knows every EPSG code"
};

/// The answer to a question about a system, or the reason why there is none.
pub type Answer<T> = std::result::Result<T, String>;

/// A coordinate system.
#[derive(Debug, Clone, PartialEq)]
pub struct System {
    /// How messages and a source line call it: `EPSG:3857 (WGS 84 / Pseudo-Mercator)`.
    pub title: String,
    /// Its code, where it has one: in the EPSG dataset, above 32767 among Esri's.
    pub code: Option<u32>,
    /// What its coordinates are.
    pub axes: Axes,
    /// The meridian opposite its seam, in degrees east of Greenwich.
    pub central: f64,
    /// What a reader of data in it should know of its datum.
    pub note: Option<Note>,
    definition: Definition,
}

/// How a datum is brought to WGS 84, and how far off that leaves positions.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// In words that follow "coordinates are".
    pub text: String,
    /// Within how many metres of their place on WGS 84 positions are, where that is known.
    pub within: Option<f64>,
}

impl Note {
    /// Whether positions may be so far off that a map or a table shows it: by ten metres, about
    /// the fourth decimal of a degree.
    pub fn shows(&self) -> bool {
        self.within.is_none_or(|metres| metres >= 10.0)
    }
}

/// What the coordinates of a system are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Axes {
    /// Longitude and latitude, in units of so many degrees.
    Angles(f64),
    /// Easting and northing in a plane, in units of so many metres.
    Plane(f64),
}

/// What an engine is told.
#[derive(Debug, Clone, PartialEq)]
enum Definition {
    /// Longitude and latitude that are taken as those on WGS 84.
    AsTheyAre,
    /// A PROJ string, for `proj4rs`.
    Pure(String),
    /// Anything that PROJ understands.
    #[cfg(feature = "proj")]
    Proj(String),
}

impl System {
    /// The system that a user names: a named projection, an EPSG code with or without `EPSG:`
    /// before it, a PROJ string or WKT.
    ///
    /// # Errors
    /// A text that names no system, or one that this build does not know.
    pub fn parse(text: &str) -> Answer<Self> {
        let text = text.trim();
        if let Some(named) = named::system(text) {
            return named;
        }
        match text.parse::<u32>() {
            Ok(code) => System::stated(&format!("EPSG:{code}")),
            Err(_) => System::stated(text),
        }
    }

    /// The system that a file states: a code of EPSG or Esri in one of its spellings (`EPSG:4214`,
    /// `ESRI:102025`, a URN, an address), WKT or a PROJ string.
    ///
    /// # Errors
    /// A text that states no system, or one that this build does not know.
    pub fn stated(text: &str) -> Answer<Self> {
        stated_by(text, engine::of_code, engine::of_text)
    }

    /// The system as the table and `proj4rs` alone know it, in a build with PROJ too.
    ///
    /// # Errors
    /// As [`System::stated`] without the feature.
    pub fn stated_without_proj(text: &str) -> Answer<Self> {
        stated_by(text, table::of_code, table::of_text)
    }

    /// Whether its coordinates are, or are taken as, longitude and latitude on WGS 84.
    pub fn is_wgs84(&self) -> bool {
        self.definition == Definition::AsTheyAre
    }

    /// The name by which OGC's standards know its code: `urn:ogc:def:crs:EPSG::3857`.
    pub fn urn(&self) -> Option<String> {
        let code = self.code?;
        Some(format!("urn:ogc:def:crs:{}::{code}", statement::authority_of(code)))
    }

    /// What a program other than this knows it by: `EPSG:3857`, or the definition as it was given.
    pub fn id(&self) -> String {
        match (self.code, &self.definition) {
            (Some(code), _) => format!("{}:{code}", statement::authority_of(code)),
            (None, Definition::AsTheyAre) => "EPSG:4326".into(),
            (None, Definition::Pure(text)) => text.clone(),
            #[cfg(feature = "proj")]
            (None, Definition::Proj(text)) => text.clone(),
        }
    }

    /// The same projection around another central meridian, where its definition leaves that
    /// open.
    pub fn centred(&self, central: f64) -> Option<Answer<Self>> {
        if let Axes::Angles(_) = self.axes {
            return Some(Ok(System { central, ..self.clone() }));
        }
        let id = self.id();
        let open = id.starts_with('+') && !["+lon_0=", "+zone="].iter().any(|w| id.contains(w));
        open.then(|| {
            let definition = format!("{id} +lon_0={central}");
            let centred = match &self.definition {
                Definition::Pure(_) => proj4::system(&self.title, &definition),
                _ => System::stated(&definition),
            }?;
            Ok(System { title: self.title.clone(), ..centred })
        })
    }

    /// The way between it and WGS 84.
    ///
    /// # Errors
    /// A definition that the engine refuses.
    pub fn transform(&self) -> Answer<Transform> {
        Ok(Transform(match &self.definition {
            Definition::AsTheyAre => Engine::None,
            Definition::Pure(text) => Engine::Pure(Box::new(proj4::Transform::new(text)?)),
            #[cfg(feature = "proj")]
            Definition::Proj(text) => Engine::Proj(proj9::Transform::new(text)?),
        }))
    }
}

/// The system of a statement, by an engine's way to read codes and texts.
fn stated_by(
    text: &str,
    of_code: fn(u32) -> Answer<System>,
    of_text: fn(&str) -> Answer<System>,
) -> Answer<System> {
    let text = text.trim();
    match statement::code(text) {
        Some(4326 | 4979) => Ok(wgs84()),
        // A WKT says what its code stands for.
        Some(code) if statement::is_wkt(text) => of_code(code).or_else(|_| of_text(text)),
        Some(code) => of_code(code),
        None => of_text(text),
    }
}

/// Longitude and latitude on WGS 84.
fn wgs84() -> System {
    System {
        title: "EPSG:4326 (WGS 84)".into(),
        code: Some(4326),
        axes: Axes::Angles(1.0),
        central: 0.0,
        note: None,
        definition: Definition::AsTheyAre,
    }
}

/// What a user is told of a text that gives no projection or coordinate system.
pub(crate) fn unusable(what: &str, text: &str, reason: &str) -> Error {
    let names: Vec<_> = names().collect();
    let or = if OTHER_BUILD.is_empty() { "" } else { "; or " };
    Error::usage(format!("{what} \"{text}\" can't be used: {reason}")).with_hint(format!(
        "give an EPSG code such as EPSG:3857, a PROJ string such as \
         \"+proj=laea +lat_0=35 +lon_0=105\", WKT, or one of: {}{or}{}",
        names.join(", "),
        OTHER_BUILD
    ))
}

/// A way between a coordinate system and longitude and latitude on WGS 84, in degrees. With
/// PROJ it belongs to the thread that made it.
#[derive(Debug)]
pub struct Transform(Engine);

#[derive(Debug)]
enum Engine {
    None,
    Pure(Box<proj4::Transform>),
    #[cfg(feature = "proj")]
    Proj(proj9::Transform),
}

impl Transform {
    /// The longitude and latitude of a place in the system.
    ///
    /// # Errors
    /// A place outside what the projection covers.
    pub fn inverse(&self, x: f64, y: f64) -> Answer<(f64, f64)> {
        finite(match &self.0 {
            Engine::None => Ok((x, y)),
            Engine::Pure(engine) => engine.inverse(x, y),
            #[cfg(feature = "proj")]
            Engine::Proj(engine) => engine.inverse(x, y),
        })
    }

    /// The coordinates in the system of a longitude and latitude.
    ///
    /// # Errors
    /// A place outside what the projection covers.
    pub fn forward(&self, longitude: f64, latitude: f64) -> Answer<(f64, f64)> {
        finite(match &self.0 {
            Engine::None => Ok((longitude, latitude)),
            Engine::Pure(engine) => engine.forward(longitude, latitude),
            #[cfg(feature = "proj")]
            Engine::Proj(engine) => engine.forward(longitude, latitude),
        })
    }
}

/// An answer of an engine, unless it is none.
fn finite(place: Answer<(f64, f64)>) -> Answer<(f64, f64)> {
    match place {
        Ok((x, y)) if !(x.is_finite() && y.is_finite()) => {
            Err("outside what the projection covers".into())
        }
        place => place,
    }
}
