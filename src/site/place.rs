//! Where a site was found to lie.

use serde::Serialize;

/// A country or a province.
#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Unit {
    /// ISO 3166 code: alpha-3 for a country (Natural Earth's `ADM0_A3` where ISO has none),
    /// ISO 3166-2 for a province.
    pub code: String,
    /// The English name.
    pub name: String,
}

impl Clone for Unit {
    fn clone(&self) -> Self {
        Unit { code: self.code.clone(), name: self.name.clone() }
    }

    /// In the memory that it has: a stream of sites fills one again and again.
    fn clone_from(&mut self, other: &Self) {
        self.code.clone_from(&other.code);
        self.name.clone_from(&other.name);
    }
}

/// How a place was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PlaceBasis {
    /// The point lies inside.
    Within,
    /// The point lies in none; this is the nearest, within the tolerance.
    Nearest,
    /// No location, or nothing within the tolerance.
    #[default]
    None,
}

impl PlaceBasis {
    /// The name used in files.
    pub fn name(self) -> &'static str {
        match self {
            PlaceBasis::Within => "within",
            PlaceBasis::Nearest => "nearest",
            PlaceBasis::None => "none",
        }
    }
}

/// The country and province that a point lies in.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Place {
    /// The country.
    pub country: Option<Unit>,
    /// The province.
    pub province: Option<Unit>,
    /// How it was found.
    pub basis: PlaceBasis,
    /// Geodesic distance to the place in kilometres, where it is the nearest.
    pub distance_km: Option<f64>,
}
