//! Colours, sizes and line weights, in one place. All lengths are points (1/72 inch) at print
//! size.

use std::fmt;

use serde::{Deserialize, Deserializer};

use crate::site::ReeType;

/// An opaque colour, `0xRRGGBB` in sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub u32);

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:06x}", self.0)
    }
}

impl<'de> Deserialize<'de> for Colour {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.strip_prefix('#')
            .filter(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .map(Colour)
            .ok_or_else(|| {
                serde::de::Error::custom(format!("\"{text}\" is no colour such as \"#7a6fa0\""))
            })
    }
}

/// Points in a millimetre.
pub const PT_PER_MM: f64 = 72.0 / 25.4;

/// The title.
pub const TITLE: f64 = 8.0;
/// Legends, subtitles, charts.
pub const BODY: f64 = 6.5;
/// Labels on the map, source lines.
pub const SMALL: f64 = 5.5;

/// Text.
pub const INK: Colour = Colour(0x1f2326);
/// Text of second rank; 5.9 : 1 on white.
pub const INK_SOFT: Colour = Colour(0x5b6166);
/// The page.
pub const PAPER: Colour = Colour(0xffffff);
/// Sea and lakes.
pub const SEA: Colour = Colour(0xeef3f6);
/// Land that the figure is not about.
pub const LAND: Colour = Colour(0xe9e6df);
/// Land that the figure is about.
pub const FOCUS: Colour = Colour(0xfaf8f3);
/// Coastlines.
pub const COAST: Colour = Colour(0x9fb0ba);
/// Borders between countries.
pub const BORDER: Colour = Colour(0x8d8a83);
/// Borders between provinces.
pub const PROVINCE: Colour = Colour(0xc4bfb4);
/// The graticule.
pub const GRATICULE: Colour = Colour(0xd3dde3);
/// Frames of panels.
pub const FRAME: Colour = Colour(0x6d757a);
/// Lenses' extents.
pub const LENS: Colour = Colour(0x3c4347);
/// Lines from a lens's extent to the lens.
pub const LEADER: Colour = Colour(0x9aa2a7);
/// Ports.
pub const PORT: Colour = Colour(0x1b7f79);

/// The colour of a type of rare earths. Least ΔE2000 between two of them, the land and the
/// ports: 20 in normal sight, 12 with protanopia, 11 with deuteranopia, 20 with tritanopia
/// (Machado 2009, severity 1).
pub fn ree_type_colour(ree_type: ReeType) -> Colour {
    match ree_type {
        ReeType::Light => Colour(0xe69f00),
        ReeType::Mixed => Colour(0xb5396b),
        ReeType::Heavy => Colour(0x14387f),
        ReeType::Unknown => Colour(0x9a9a9a),
    }
}
