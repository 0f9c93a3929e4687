//! Themes: how the colours of a picture look, from `data/themes/` or a user's own file.

use serde::Deserialize;

use super::style::{Colour, Role};
use crate::error::{Error, Result};
use crate::site::ReeType;

/// The themes that ship with the program, by name, with their TOML text.
pub const BUILT_IN: &[(&str, &str)] = &[
    ("print", include_str!("../../data/themes/print.toml")),
    ("grey", include_str!("../../data/themes/grey.toml")),
    ("dark", include_str!("../../data/themes/dark.toml")),
];

/// How each role looks.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Theme {
    /// Whether colours that stand for nothing, such as a user's own, turn to grey.
    #[serde(default)]
    monochrome: bool,
    ink: Colour,
    ink_soft: Colour,
    paper: Colour,
    sea: Colour,
    land: Colour,
    focus: Colour,
    coast: Colour,
    border: Colour,
    province: Colour,
    graticule: Colour,
    frame: Colour,
    lens: Colour,
    leader: Colour,
    port: Colour,
    light: Colour,
    mixed: Colour,
    heavy: Colour,
    unknown: Colour,
    ramp: Vec<Colour>,
    categories: Vec<Colour>,
}

impl Theme {
    /// A built-in theme by its name, or the theme of a TOML file.
    ///
    /// # Errors
    /// A name that is neither, a file that can't be read or lacks a role.
    pub fn open(name_or_path: &str) -> Result<Self> {
        let (origin, text) = match BUILT_IN.iter().find(|(name, _)| *name == name_or_path) {
            Some((name, text)) => (format!("theme {name}"), (*text).to_string()),
            None if name_or_path.ends_with(".toml") => {
                let text = std::fs::read_to_string(name_or_path);
                (name_or_path.into(), text.map_err(|cause| Error::io(name_or_path, cause))?)
            }
            None => {
                let names: Vec<_> = BUILT_IN.iter().map(|(name, _)| *name).collect();
                let reason = format!("there is no theme \"{name_or_path}\"");
                let hint = format!("themes: {}; or give a TOML file's path", names.join(", "));
                return Err(Error::usage(reason).with_hint(hint));
            }
        };
        let theme: Theme =
            toml::from_str(&text).map_err(|cause| Error::usage(format!("{origin}: {cause}")))?;
        match theme.ramp.len() > 1 && !theme.categories.is_empty() {
            true => Ok(theme),
            false => Err(Error::usage(format!("{origin}: a ramp has two colours or more"))
                .with_hint("and categories one or more")),
        }
    }

    /// A colour in sRGB, `0xRRGGBB`.
    pub fn rgb(&self, colour: Colour) -> u32 {
        match colour {
            Colour::Rgb(rgb) if self.monochrome => grey(rgb),
            Colour::Rgb(rgb) => rgb,
            Colour::Role(role) => match self.role(role) {
                Colour::Rgb(rgb) => rgb,
                // No file can say so.
                Colour::Role(_) => 0,
            },
        }
    }

    /// The same as SVG writes it.
    pub fn hex(&self, colour: Colour) -> String {
        format!("#{:06x}", self.rgb(colour))
    }

    fn role(&self, role: Role) -> Colour {
        match role {
            Role::Ink => self.ink,
            Role::InkSoft => self.ink_soft,
            Role::Paper => self.paper,
            Role::Sea => self.sea,
            Role::Land => self.land,
            Role::Focus => self.focus,
            Role::Coast => self.coast,
            Role::Border => self.border,
            Role::Province => self.province,
            Role::Graticule => self.graticule,
            Role::Frame => self.frame,
            Role::Lens => self.lens,
            Role::Leader => self.leader,
            Role::Port => self.port,
            Role::Type(ReeType::Light) => self.light,
            Role::Type(ReeType::Mixed) => self.mixed,
            Role::Type(ReeType::Heavy) => self.heavy,
            Role::Type(ReeType::Unknown) => self.unknown,
            Role::Ramp(thousandths) => self.ramp_at(f64::from(thousandths) / 1000.0),
            Role::Category(number) => self.categories[usize::from(number) % self.categories.len()],
        }
    }

    /// The ramp at a share from 0 to 1, between its colours in sRGB.
    fn ramp_at(&self, share: f64) -> Colour {
        let steps = self.ramp.len() - 1;
        let at = share.clamp(0.0, 1.0) * steps as f64;
        let low = (at.floor() as usize).min(steps);
        let (Colour::Rgb(from), Colour::Rgb(to)) =
            (self.ramp[low], self.ramp[(low + 1).min(steps)])
        else {
            return self.unknown;
        };
        let mix = |shift: u32| {
            let [a, b] = [from, to].map(|rgb| f64::from((rgb >> shift) & 0xff));
            ((a + (b - a) * (at - low as f64)).round() as u32) << shift
        };
        Colour::Rgb(mix(16) | mix(8) | mix(0))
    }
}

/// The grey of a colour's luma (Rec. 709).
fn grey(rgb: u32) -> u32 {
    let part = |shift: u32| f64::from((rgb >> shift) & 0xff);
    let luma = 0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0);
    (luma.round() as u32) * 0x01_01_01
}
