//! The picture's SVG string, parsed once, with its fonts: what PNG, PDF and outlines are made
//! from.

use std::sync::{Arc, OnceLock};

use resvg::usvg::{Options, Tree, fontdb};

use super::style::PT_PER_MM;
use crate::error::{Error, Result};
use crate::fonts;

/// CSS pixels in an inch, the unit of a parsed SVG.
pub(super) const PX_PER_INCH: f64 = 96.0;

/// A parsed picture.
pub struct Sheet {
    pub(super) tree: Tree,
}

impl Sheet {
    /// Parses an SVG string and sets its texts in the embedded fonts.
    pub fn parse(svg: &str) -> Result<Self> {
        let options =
            Options { fontdb: known_fonts(), dpi: PX_PER_INCH as f32, ..Options::default() };
        let tree = Tree::from_str(svg, &options)
            .map_err(|e| Error::Draw { what: "the picture".into(), reason: e.to_string() })?;
        Ok(Sheet { tree })
    }

    /// Width and height in points.
    pub fn size(&self) -> (f64, f64) {
        // What the SVG states in hundredths of a millimetre, free of the parser's rounding.
        let points = |pixels: f32| {
            let millimetres = f64::from(pixels) / PX_PER_INCH * 25.4;
            (millimetres * 100.0).round() / 100.0 * PT_PER_MM
        };
        (points(self.tree.size().width()), points(self.tree.size().height()))
    }
}

/// The embedded fonts, indexed once.
fn known_fonts() -> Arc<fontdb::Database> {
    static KNOWN: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    let load = || {
        let mut known = fontdb::Database::new();
        for file in fonts::ALL {
            known.load_font_source(fontdb::Source::Binary(Arc::new(file)));
        }
        known.set_sans_serif_family(fonts::LATIN);
        Arc::new(known)
    };
    KNOWN.get_or_init(load).clone()
}
