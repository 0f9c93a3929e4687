//! Which segment of the supply chain a site is in and which rare earths it holds, by rules
//! that a geologist can read (`data/rules/*.toml`).
//!
//! A class is a function of what a site's fields say — facts, minerals, deposit types,
//! products — and never of a note's own words, so that a site from the embedded catalogue,
//! which keeps facts only, gets the class that the official file gives it.

use crate::error::Result;
use crate::site::{Fact, Site};

/// The rules of classification.
#[derive(Debug, Clone)]
pub struct Rules {
    version: String,
}

impl Rules {
    /// The rules that ship with the program.
    pub fn embedded() -> Result<Self> {
        Ok(Rules { version: "2026.1".into() })
    }

    /// The version of the rules, such as `2026.1`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What a note states of the light/heavy split; and where it states nothing that can be
    /// read, why.
    pub fn parse_note(&self, _column: &str, _text: &str) -> (Vec<Fact>, Option<String>) {
        (Vec::new(), None)
    }

    /// Whether a commodity or product is of rare earths (`Rare Earths`, `monazite`, `NdFeB`).
    pub fn is_rare_earth(&self, _commodity: &str) -> bool {
        false
    }

    /// Fills the facts of notes that have a text and no facts yet, then the site's REE type and
    /// its segment.
    pub fn classify(&self, _site: &mut Site) {}
}
