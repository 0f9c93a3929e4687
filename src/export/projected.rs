//! Coordinates in another system than longitude and latitude on WGS 84.

use geo::Point;

use crate::crs::{Axes, System, Transform, unusable};
use crate::error::Result;
use crate::property::coordinates;
use crate::site::Site;

/// A coordinate system to write sites in.
#[derive(Debug)]
pub struct Projected {
    /// The system.
    pub system: System,
    transform: Transform,
}

impl Projected {
    /// The system that a user names, as [`System::parse`] reads it; none for WGS 84, in which
    /// sites are written anyway.
    ///
    /// # Errors
    /// A text that names no system, or one that this build does not know.
    pub fn new(text: &str) -> Result<Option<Self>> {
        let made = System::parse(text)
            .and_then(|system| Ok(Projected { transform: system.transform()?, system }));
        let projected =
            made.map_err(|reason| unusable("coordinate system", text.trim(), &reason))?;
        Ok((projected.system.code != Some(4326)).then_some(projected))
    }

    /// The coordinates of a place, to a millimetre or a millionth of a degree; none outside what
    /// the system covers.
    pub fn coordinates(&self, point: Point<f64>) -> Option<[f64; 2]> {
        let (x, y) = self.transform.forward(point.x(), point.y()).ok()?;
        let steps = match self.system.axes {
            Axes::Angles(_) => 1e6,
            Axes::Plane(_) => 1e3,
        };
        // Adding zero turns -0 into 0.
        Some([x, y].map(|number| (number * steps).round() / steps + 0.0))
    }
}

/// The place of a site in a system, or in longitude and latitude on WGS 84.
pub fn place(site: &Site, system: Option<&Projected>) -> Option<[f64; 2]> {
    site.point.and_then(|point| match system {
        Some(system) => system.coordinates(point),
        None => Some(coordinates(point)),
    })
}

/// The name of a system in a `crs` member: an OGC URN where there is a code, else the definition,
/// which GDAL and QGIS read too.
pub fn crs_name(system: &System) -> String {
    system.urn().unwrap_or_else(|| system.id())
}
