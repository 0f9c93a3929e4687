//! Coordinate systems.

use super::Crs;

/// The system that a GeoJSON `crs` member names.
pub(super) fn from_geojson(_json: &[u8]) -> Crs {
    Crs::Wgs84
}

/// What to tell about a system.
pub(super) fn note(_crs: &Crs) -> Option<String> {
    None
}
