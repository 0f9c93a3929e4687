//! The projections that have a name of their own.

use super::{Answer, System, proj4};

/// Their names, PROJ strings and titles.
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

/// The names.
pub fn names() -> impl Iterator<Item = &'static str> {
    NAMED.iter().map(|(name, ..)| *name)
}

/// The projection of that name, letter case aside.
pub(super) fn system(text: &str) -> Option<Answer<System>> {
    let named = NAMED.iter().find(|(name, ..)| name.eq_ignore_ascii_case(text));
    named.map(|(_, definition, title)| proj4::system(title, definition))
}
