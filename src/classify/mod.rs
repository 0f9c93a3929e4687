//! Which segments of the supply chain a site is in and which rare earths it holds, by rules
//! that a geologist can read (`data/rules/*.toml`).
//!
//! A class is a function of what a site's fields say — facts, minerals, deposit types, products
//! with what the source adds on them — and never of the words of a note on light and heavy, so that
//! a site from the embedded catalogue, which keeps facts only, gets the class that the official file
//! gives it.

mod claim;
mod deposit_type;
mod elements;
mod minerals;
mod notes;
mod ree_type;
mod segment;
mod setting;
mod statements;
mod text;
pub(crate) mod words;

use std::convert::Infallible;

use crate::error::Result;
use crate::parallel;
use crate::site::{Fact, Site};

pub use self::minerals::MineralClass;

/// The rules of classification.
#[derive(Debug, Clone)]
pub struct Rules {
    elements: elements::Elements,
    minerals: minerals::Minerals,
    deposit_types: deposit_type::DepositTypes,
    segments: segment::SegmentRules,
}

impl Rules {
    /// The rules that ship with the program.
    pub fn embedded() -> Result<Self> {
        Ok(Rules {
            elements: elements::Elements::read(include_str!("../../data/rules/elements.toml"))?,
            minerals: minerals::Minerals::read(include_str!("../../data/rules/minerals.toml"))?,
            deposit_types: deposit_type::DepositTypes::read(include_str!(
                "../../data/rules/deposit_types.toml"
            ))?,
            segments: segment::SegmentRules::read(include_str!("../../data/rules/segments.toml"))?,
        })
    }

    /// The version of the rules, such as `2026.1`.
    pub fn version(&self) -> &str {
        &self.elements.version
    }

    /// What a note states of the light/heavy split; and where it states nothing that can be
    /// read, or more than was read, a word on that.
    pub fn parse_note(&self, column: &str, text: &str) -> (Vec<Fact>, Option<String>) {
        notes::parse(column, text, self.elements.bare_share_from)
    }

    /// What a mineral's name, as lists of minerals spell it, says of the split; none for a name
    /// that the rules do not know.
    pub fn mineral(&self, name: &str) -> Option<MineralClass> {
        self.minerals.class(name, &self.elements)
    }

    /// Whether a commodity or product is of rare earths (`Rare Earths`, `monazite`, `NdFeB`).
    pub fn is_rare_earth(&self, commodity: &str) -> bool {
        self.segments.is_rare_earth(commodity)
    }

    /// [`Rules::classify`] of many sites, on all cores.
    pub fn classify_all(&self, sites: &mut [Site]) {
        const AT_ONCE: usize = 256;
        let classify = |sites: &mut [Site]| sites.iter_mut().for_each(|site| self.classify(site));
        let Ok(()) = parallel::in_order(sites.chunks_mut(AT_ONCE), classify, Ok::<_, Infallible>);
    }

    /// Fills the facts of notes that have a text and no facts yet, then the site's REE type and
    /// its segments.
    pub fn classify(&self, site: &mut Site) {
        for note in &mut site.notes {
            if let (Some(text), true) = (&note.text, note.facts.is_empty()) {
                note.facts = self.parse_note(&note.column, text).0;
            }
        }
        site.ree_type = ree_type::classify(self, site);
        site.segments = self.segments.classify(site);
    }
}
