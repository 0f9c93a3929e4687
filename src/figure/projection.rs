//! Map projections: the plane of a coordinate system, in metres.

use crate::crs::{self, Axes, System, Transform};
use crate::error::{Error, Result};

/// Metres that a degree of the equator is long on a plate carrée.
const PER_DEGREE: f64 = 6_378_137.0 * std::f64::consts::PI / 180.0;

/// Degrees that the seam is kept clear of, a tenth of a millimetre on the globe: a meridian on
/// it may be drawn on either side.
const SEAM: f64 = 1e-9;

/// A map projection.
///
/// On a plate carrée a shift of datum would move all of a map alike, and throws the poles about:
/// it is left out.
pub struct Projection {
    /// How a source line calls it.
    pub title: String,
    /// The central meridian, in degrees.
    pub central: f64,
    system: System,
    transform: Transform,
}

impl Projection {
    /// The projection of that name (`equal-earth`, `albers-china`, …), of a PROJ string, or of the
    /// coordinate system that an EPSG code or WKT states. Longitude and latitude are drawn as a
    /// plate carrée.
    ///
    /// # Errors
    /// A text that names no projection, or one that this build does not know.
    pub fn new(text: &str) -> Result<Self> {
        let made = match plain_title(text) {
            // The same in every build, as are the projections that have a name.
            Some(title) => System::stated_without_proj(text)
                .and_then(Projection::of)
                .map(|projection| Projection { title, ..projection }),
            None => System::parse(text).and_then(Projection::of),
        };
        made.map_err(|reason| crs::unusable("projection", text, &reason))
    }

    fn of(system: System) -> crs::Answer<Self> {
        let transform = system.transform()?;
        let title = match system.axes {
            Axes::Angles(_) => format!("{}, as a plate carrée", system.title),
            Axes::Plane(_) => system.title.clone(),
        };
        Ok(Projection { title, central: system.central, system, transform })
    }

    /// The projection of that name or string for a map of `bbox` (west, south, east, north in
    /// degrees). One that names no central meridian takes the box's own where the box would
    /// otherwise lie across the seam.
    ///
    /// # Errors
    /// As [`Projection::new`], and a box across a seam that can't be moved.
    pub fn for_box(text: &str, [west, _, east, _]: [f64; 4]) -> Result<Self> {
        let projection = Projection::new(text)?;
        let span = if east > west { east - west } else { east - west + 360.0 };
        let middle = west + span / 2.0;
        let from_central = (middle - projection.central + 180.0).rem_euclid(360.0) - 180.0;
        if from_central.abs() + span / 2.0 <= 180.0 || projection.is_seamless() {
            return Ok(projection);
        }
        // In whole degrees where the box leaves room to the seam.
        let middle = if span < 358.0 { middle.round() } else { middle };
        let central = (middle + 180.0).rem_euclid(360.0) - 180.0;
        let title = &projection.title;
        let Some(centred) = projection.system.centred(central) else {
            let reason = format!(
                "the bbox lies across the seam of {title}, opposite {}° E",
                projection.central
            );
            let hint = format!("give a projection with +lon_0={middle:.0}");
            return Err(Error::usage(reason).with_hint(hint));
        };
        let centred = centred.and_then(Projection::of);
        let centred = centred.map_err(|reason| crs::unusable("projection", text, &reason))?;
        let title = format!("{title}, central meridian {central}°");
        Ok(Projection { title, ..centred })
    }

    /// An equal-area projection around the middle of a small area, north up, the same in every
    /// build.
    ///
    /// # Errors
    /// An area that has no middle.
    pub fn local([west, south, east, north]: [f64; 4]) -> Result<Self> {
        let east = if east > west { east } else { east + 360.0 };
        let (longitude, latitude) = ((west + east) / 2.0, (south + north) / 2.0);
        let text = format!("+proj=laea +lat_0={latitude} +lon_0={longitude} +datum=WGS84");
        let made = System::stated_without_proj(&text).and_then(Projection::of);
        made.map_err(|reason| crs::unusable("projection", &text, &reason))
    }

    /// Whether it is a named projection or a PROJ string, which are made for one map, rather than
    /// the system of an EPSG code or WKT, which other maps and data share.
    pub fn is_for_one_map(text: &str) -> bool {
        text.trim().starts_with('+') || crs::names().any(|n| n.eq_ignore_ascii_case(text.trim()))
    }

    /// Degrees to metres; none where the projection has no answer.
    pub fn project(&self, longitude: f64, latitude: f64) -> Option<(f64, f64)> {
        let offset = longitude - self.central;
        // Beyond the seam longitudes go round the globe; on it they stay on their side.
        let offset = if offset.abs() <= 180.0 { offset } else { round_the_globe(offset) };
        let Axes::Plane(metres) = self.system.axes else {
            return Some((offset * PER_DEGREE, latitude * PER_DEGREE));
        };
        let longitude = match offset.abs() > 180.0 - SEAM {
            true => self.central + offset.clamp(SEAM - 180.0, 180.0 - SEAM),
            false => longitude,
        };
        let (x, y) = self.transform.forward(longitude, latitude).ok()?;
        Some((x * metres, y * metres))
    }

    /// Whether the two sides of its seam are one line: it shows the globe without a cut, as
    /// azimuthal projections do.
    pub fn is_seamless(&self) -> bool {
        let sides = [-60.0, -30.0, 0.0, 30.0, 60.0].into_iter().filter_map(|latitude| {
            let west = self.project(self.central - 180.0, latitude)?;
            Some((west, self.project(self.central + 180.0, latitude)?))
        });
        let mut apart = sides.map(|(west, east)| (west.0 - east.0).hypot(west.1 - east.1));
        apart.next().is_some_and(|first| first < 1.0) && apart.all(|distance| distance < 1.0)
    }

    /// Metres to degrees; none outside the projection's range.
    pub fn unproject(&self, x: f64, y: f64) -> Option<(f64, f64)> {
        let Axes::Plane(metres) = self.system.axes else {
            let (offset, latitude) = (x / PER_DEGREE, y / PER_DEGREE);
            let inside = offset.abs() <= 180.0 && latitude.abs() <= 90.0;
            return inside.then_some((round_the_globe(offset + self.central), latitude));
        };
        self.transform.inverse(x / metres, y / metres).ok()
    }
}

/// What a source line calls a PROJ string of an equal-area projection on WGS 84 that says nothing
/// but where its middle and its standard parallels lie; none for any other text.
fn plain_title(text: &str) -> Option<String> {
    let (mut name, mut first, mut second) = (None, None, None);
    let (mut latitude, mut longitude, mut datum) = (0.0, 0.0, None);
    for word in text.split_whitespace() {
        let (key, value) = word.strip_prefix('+')?.split_once('=')?;
        let number = || value.parse::<f64>().ok();
        match key {
            "proj" => name = Some(value),
            "datum" => datum = Some(value),
            "lat_0" => latitude = number()?,
            "lon_0" => longitude = number()?,
            "lat_1" => first = Some(number()?),
            "lat_2" => second = Some(number()?),
            _ => return None,
        }
    }
    let central = east(longitude);
    match (name?, datum?, first, second) {
        ("aea", "WGS84", Some(first), Some(second)) => {
            let (first, second) = (north(first), north(second));
            Some(format!("Albers equal-area conic ({first}, {second}; {central})"))
        }
        ("laea", "WGS84", None, None) => {
            Some(format!("Lambert azimuthal equal-area ({}; {central})", north(latitude)))
        }
        ("eqearth", "WGS84", None, None) if latitude == 0.0 => {
            Some(format!("Equal Earth ({central})"))
        }
        _ => None,
    }
}

/// A latitude in words: `18° S`.
pub fn north(degrees: f64) -> String {
    sided(degrees, 90.0, "N", "S")
}

/// A longitude in words: `134° E`.
pub fn east(degrees: f64) -> String {
    sided(degrees, 180.0, "E", "W")
}

fn sided(degrees: f64, most: f64, positive: &str, negative: &str) -> String {
    // Multiples of a tenth are no such fractions in binary.
    let degrees = (degrees * 1e6).round() / 1e6;
    match degrees {
        0.0 => "0°".into(),
        d if d.abs() == 180.0 && most == 180.0 => "180°".into(),
        d if d > 0.0 => format!("{d}° {positive}"),
        d => format!("{}° {negative}", -d),
    }
}

/// The same angle within half a turn of zero.
fn round_the_globe(degrees: f64) -> f64 {
    (degrees + 180.0).rem_euclid(360.0) - 180.0
}
