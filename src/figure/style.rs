//! What colours stand for, and sizes of text, in one place. All lengths are points (1/72 inch) at
//! print size.

use serde::{Deserialize, Deserializer};

use crate::site::ReeType;

/// A colour of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// What it stands for; the picture's [`Theme`](super::theme::Theme) says how that looks.
    Role(Role),
    /// A colour of its own, `0xRRGGBB` in sRGB.
    Rgb(u32),
}

/// What a colour stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the constants below say it")]
pub enum Role {
    Ink,
    InkSoft,
    Paper,
    Sea,
    Land,
    Focus,
    Coast,
    Border,
    Province,
    Graticule,
    Frame,
    Lens,
    Leader,
    Port,
    Type(ReeType),
    /// A step of the ramp for counts, as a share from 0, few, to 1, many; in thousandths.
    Ramp(u16),
    /// The value of an attribute, by its number.
    Category(u8),
}

/// How the areas of one class are filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fill {
    /// The colour.
    pub colour: Colour,
    /// Whether stripes tell it from colours that are as dark.
    pub striped: bool,
}

impl<'de> Deserialize<'de> for Colour {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.strip_prefix('#')
            .filter(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .map(Colour::Rgb)
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
pub const INK: Colour = Colour::Role(Role::Ink);
/// Text of second rank.
pub const INK_SOFT: Colour = Colour::Role(Role::InkSoft);
/// The page.
pub const PAPER: Colour = Colour::Role(Role::Paper);
/// Sea and lakes.
pub const SEA: Colour = Colour::Role(Role::Sea);
/// Land that the figure is not about.
pub const LAND: Colour = Colour::Role(Role::Land);
/// Land that the figure is about.
pub const FOCUS: Colour = Colour::Role(Role::Focus);
/// Coastlines.
pub const COAST: Colour = Colour::Role(Role::Coast);
/// Borders between countries.
pub const BORDER: Colour = Colour::Role(Role::Border);
/// Borders between provinces.
pub const PROVINCE: Colour = Colour::Role(Role::Province);
/// The graticule.
pub const GRATICULE: Colour = Colour::Role(Role::Graticule);
/// Frames of panels.
pub const FRAME: Colour = Colour::Role(Role::Frame);
/// Lenses' extents.
pub const LENS: Colour = Colour::Role(Role::Lens);
/// Lines from a lens's extent to the lens.
pub const LEADER: Colour = Colour::Role(Role::Leader);
/// Ports.
pub const PORT: Colour = Colour::Role(Role::Port);

/// The colour of a type of rare earths.
pub fn ree_type_colour(ree_type: ReeType) -> Colour {
    Colour::Role(Role::Type(ree_type))
}
