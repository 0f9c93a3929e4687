//! Map projections: a PROJ string, run by a pure-Rust engine.

use proj4rs::Proj;
use proj4rs::errors::Error as ProjError;
use proj4rs::transform::{Transform, TransformClosure, transform};

use crate::error::{Error, Result};

/// The projections that have a name of their own, with their PROJ strings and how a source line
/// calls them.
const NAMED: &[(&str, &str, &str)] = &[
    ("equal-earth", "+proj=eqearth +datum=WGS84", "Equal Earth"),
    ("robinson", "+proj=robin +datum=WGS84", "Robinson"),
    (
        "albers-china",
        "+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105 +datum=WGS84",
        "Albers equal-area conic (25° N, 47° N; 105° E)",
    ),
    ("mercator", "+proj=merc +datum=WGS84", "Mercator"),
];

/// The PROJ string of a named projection; any other text as it is.
fn definition(text: &str) -> &str {
    let named = NAMED.iter().find(|(name, ..)| name.eq_ignore_ascii_case(text.trim()));
    named.map_or(text, |(_, definition, _)| definition)
}

/// A map projection.
pub struct Projection {
    /// How a source line calls it.
    pub title: String,
    /// The central meridian, in degrees.
    pub central: f64,
    projected: Proj,
    geographic: Proj,
}

/// One coordinate pair on its way through the engine.
struct Pair(f64, f64);

impl Transform for Pair {
    fn transform_coordinates<F: TransformClosure>(
        &mut self,
        f: &mut F,
    ) -> std::result::Result<(), ProjError> {
        f(self.0, self.1, 0.0).map(|(x, y, _)| (self.0, self.1) = (x, y))
    }
}

impl Projection {
    /// The projection of that name (`equal-earth`, `albers-china`, …), or of a PROJ string.
    pub fn new(text: &str) -> Result<Self> {
        let named = NAMED.iter().find(|(name, ..)| name.eq_ignore_ascii_case(text.trim()));
        let (definition, title) = match named {
            Some((_, definition, title)) => (*definition, (*title).to_string()),
            None => (text, text.to_string()),
        };
        let bad = |reason: String| {
            let names: Vec<_> = NAMED.iter().map(|(name, ..)| *name).collect();
            Error::usage(format!("projection \"{text}\" can't be used: {reason}")).with_hint(
                format!(
                    "give a PROJ string such as \"+proj=laea +lat_0=35 +lon_0=105\", or one of: {}",
                    names.join(", ")
                ),
            )
        };
        let projected = Proj::from_proj_string(definition).map_err(|e| bad(e.to_string()))?;
        if projected.is_latlong() || projected.is_geocent() {
            return Err(bad("it does not make a plane".into()));
        }
        let geographic = Proj::from_proj_string("+proj=longlat +datum=WGS84 +no_defs")
            .map_err(|e| bad(e.to_string()))?;
        let central = definition
            .split_whitespace()
            .find_map(|word| word.strip_prefix("+lon_0=")?.parse().ok())
            .unwrap_or(0.0);
        Ok(Projection { title, central, projected, geographic })
    }

    /// The projection of that name or string for a map of `bbox` (west, south, east, north in
    /// degrees). One that names no central meridian takes the box's own where the box would
    /// otherwise lie across the seam.
    pub fn for_box(text: &str, [west, _, east, _]: [f64; 4]) -> Result<Self> {
        let projection = Projection::new(text)?;
        let span = if east > west { east - west } else { east - west + 360.0 };
        let middle = west + span / 2.0;
        let from_central = (middle - projection.central + 180.0).rem_euclid(360.0) - 180.0;
        if from_central.abs() + span / 2.0 <= 180.0 {
            return Ok(projection);
        }
        let definition = definition(text);
        if definition.contains("+lon_0=") {
            let (title, central) = (&projection.title, projection.central);
            let reason = format!("the bbox lies across the seam of {title}, opposite {central}° E");
            return Err(
                Error::usage(reason).with_hint(format!("give the projection +lon_0={middle:.0}"))
            );
        }
        let central = (middle + 180.0).rem_euclid(360.0) - 180.0;
        let mut centred = Projection::new(&format!("{definition} +lon_0={central}"))?;
        centred.title = format!("{}, central meridian {central}°", projection.title);
        Ok(centred)
    }

    /// Degrees to metres; none where the projection has no answer.
    pub fn project(&self, longitude: f64, latitude: f64) -> Option<(f64, f64)> {
        let mut pair = Pair(longitude.to_radians(), latitude.to_radians());
        transform(&self.geographic, &self.projected, &mut pair).ok()?;
        (pair.0.is_finite() && pair.1.is_finite()).then_some((pair.0, pair.1))
    }

    /// Metres to degrees; none outside the projection's range.
    pub fn unproject(&self, x: f64, y: f64) -> Option<(f64, f64)> {
        let mut pair = Pair(x, y);
        transform(&self.projected, &self.geographic, &mut pair).ok()?;
        let (longitude, latitude) = (pair.0.to_degrees(), pair.1.to_degrees());
        (longitude.is_finite() && latitude.is_finite()).then_some((longitude, latitude))
    }
}
