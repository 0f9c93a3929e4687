//! What a mineral says in deposits of some types and nowhere else: eudialyte, which is neither
//! light nor heavy by itself, is the ore of mixed rare earths in peralkaline rocks.

use serde::Deserialize;

use super::text::{fold, has_phrase};
use crate::site::{Evidence, ReeType, Site};

/// A setting as the rules spell it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SettingEntry {
    minerals: Vec<String>,
    /// Whole deposit types.
    types: Vec<String>,
    /// Words in the subtype.
    #[serde(default)]
    subtypes: Vec<String>,
    class: MainClass,
    why: String,
    pub(super) source: String,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum MainClass {
    Light,
    Mixed,
    Heavy,
}

/// Minerals, the deposits in which they speak, and what they say there.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    minerals: Vec<String>,
    types: Vec<String>,
    subtypes: Vec<String>,
    pub(super) class: ReeType,
    why: String,
    source: String,
}

impl Setting {
    pub(super) fn new(entry: SettingEntry, source: String) -> Self {
        let folded = |words: Vec<String>| words.iter().map(|word| fold(word)).collect();
        Setting {
            minerals: folded(entry.minerals),
            types: folded(entry.types),
            subtypes: folded(entry.subtypes),
            class: match entry.class {
                MainClass::Light => ReeType::Light,
                MainClass::Mixed => ReeType::Mixed,
                MainClass::Heavy => ReeType::Heavy,
            },
            why: entry.why,
            source,
        }
    }

    /// Whether a site is a deposit of one of the types.
    pub(super) fn holds_for(&self, site: &Site) -> bool {
        let subtype = site.deposit_subtype.as_deref().map(fold).unwrap_or_default();
        site.deposit_types.iter().any(|term| self.types.contains(&fold(&term.name)))
            || self.subtypes.iter().any(|words| has_phrase(&subtype, words))
    }

    /// Whether it speaks of a mineral.
    pub(super) fn speaks_of(&self, mineral: &str) -> bool {
        self.minerals.contains(&fold(mineral))
    }

    /// What it says of that mineral.
    pub(super) fn evidence(&self, mineral: String) -> Evidence {
        Evidence {
            rule: "minerals.setting".into(),
            column: "REE_Mins".into(),
            cell: mineral,
            says: self.why.clone(),
            source: self.source.clone(),
            ..Evidence::default()
        }
    }
}
