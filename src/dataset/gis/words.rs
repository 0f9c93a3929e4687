//! The words of `data/rules/gis.toml`, and values held against them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use crate::error::{Error, Result};
use crate::site::Dataset;

/// The words by which columns are told apart.
#[derive(Debug)]
pub struct Words {
    groups: BTreeSet<String>,
    metals: BTreeSet<String>,
    commodities: BTreeSet<String>,
    forms: BTreeSet<String>,
    companions: BTreeSet<String>,
    capacity_remarks: BTreeSet<String>,
    units: BTreeSet<String>,
    deposit_types: BTreeSet<String>,
    countries: Vec<(Dataset, BTreeSet<String>)>,
}

/// The words as the file holds them.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "version")]
    _version: u32,
    groups: BTreeSet<String>,
    metals: BTreeSet<String>,
    commodities: BTreeSet<String>,
    forms: BTreeSet<String>,
    companions: BTreeSet<String>,
    capacity_remarks: BTreeSet<String>,
    units: BTreeSet<String>,
    deposit_types: BTreeSet<String>,
    countries: BTreeMap<String, BTreeSet<String>>,
}

impl Words {
    /// The words that ship with the program.
    pub fn embedded() -> Result<&'static Self> {
        static WORDS: OnceLock<std::result::Result<Words, String>> = OnceLock::new();
        WORDS
            .get_or_init(|| Self::parse(include_str!("../../../data/rules/gis.toml")))
            .as_ref()
            .map_err(|reason| Error::embedded("data/rules/gis.toml", reason))
    }

    fn parse(text: &str) -> std::result::Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut countries = Vec::new();
        for (name, list) in file.countries {
            let dataset = Dataset::ALL
                .into_iter()
                .find(|dataset| dataset.name() == name)
                .ok_or_else(|| format!("no dataset is named {name}"))?;
            countries.push((dataset, list.iter().map(|country| country.to_lowercase()).collect()));
        }
        Ok(Words {
            groups: file.groups,
            metals: file.metals,
            commodities: file.commodities,
            forms: file.forms,
            companions: file.companions,
            capacity_remarks: file.capacity_remarks,
            units: file.units,
            deposit_types: file.deposit_types,
            countries,
        })
    }

    /// Whether a value is a group of commodities.
    pub fn is_group(&self, value: &str) -> bool {
        self.groups.contains(&value.to_lowercase())
    }

    /// Whether a value is a commodity.
    pub fn is_commodity(&self, value: &str) -> bool {
        self.is_in(value, |head| self.metals.contains(head) || self.commodities.contains(head))
    }

    /// Whether a value is a metal.
    pub fn is_metal(&self, value: &str) -> bool {
        self.is_in(value, |head| self.metals.contains(head))
    }

    /// Whether a test holds for a value, or for it without what stands in brackets and after
    /// the first comma: `Niobium (columbium) and tantalum`, `Iron, direct-reduced`.
    fn is_in(&self, value: &str, holds: impl Fn(&str) -> bool) -> bool {
        let value = value.to_lowercase();
        let bare = match value.split_once('(') {
            Some((before, rest)) => {
                let after = rest.split_once(')').map_or("", |(_, after)| after);
                format!("{} {}", before.trim(), after.trim())
            }
            None => value.clone(),
        };
        let head = bare.split([',', ';']).next().unwrap_or_default();
        holds(value.trim()) || holds(bare.trim()) || holds(head.trim())
    }

    /// Whether a value names the form of a product.
    pub fn is_form(&self, value: &str) -> bool {
        holds_word(value, &self.forms)
    }

    /// How many words a value has, and how many of them are those of forms, commodities and what
    /// stands beside them: all of `Rare-Earth Compounds`, one of `oxides since 2010`.
    pub fn known(&self, value: &str) -> (usize, usize) {
        let value = value.to_lowercase();
        let is_known = |word: &&str| {
            [&self.forms, &self.companions, &self.metals, &self.commodities]
                .iter()
                .any(|known| known.contains(*word))
        };
        (words(&value).count(), words(&value).filter(is_known).count())
    }

    /// Whether a value tells of the capacity.
    pub fn is_capacity_remark(&self, value: &str) -> bool {
        holds_word(value, &self.capacity_remarks)
    }

    /// Whether a value is a unit of capacity.
    pub fn is_unit(&self, value: &str) -> bool {
        self.units.contains(&value.to_lowercase())
    }

    /// Whether a value names a deposit type.
    pub fn is_deposit_type(&self, value: &str) -> bool {
        holds_word(value, &self.deposit_types)
    }

    /// The compilation that a country is in.
    pub fn dataset_of(&self, country: &str) -> Option<Dataset> {
        let country = country.to_lowercase();
        self.countries.iter().find(|(_, list)| list.contains(&country)).map(|(dataset, _)| *dataset)
    }
}

/// Whether one of the words stands in the value.
fn holds_word(value: &str, words: &BTreeSet<String>) -> bool {
    self::words(&value.to_lowercase()).any(|word| words.contains(word))
}

/// The words of a value; a hyphen is a letter.
fn words(value: &str) -> impl Iterator<Item = &str> {
    value
        .split(|letter: char| !letter.is_alphanumeric() && letter != '-')
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_held_against_the_words() {
        let words = Words::embedded().unwrap();
        for commodity in [
            "Rare Earth elements (REE)",
            "Niobium (columbium) and tantalum",
            "Platinum-group elements (PGE)",
            "Heavy minerals (ilmenite, rutile, zircon)",
            "Gem (beryl,  aquamarine)",
        ] {
            assert!(words.is_commodity(commodity), "{commodity}");
        }
        assert!(!words.is_commodity("Mine") && !words.is_commodity("Owner-operator"));
        assert!(words.is_metal("Rare Earths") && !words.is_metal("Coal"));
        assert!(words.is_form("Columbite-tantalite, ore and concentrate"));
        assert!(words.is_unit("Thousand metric tons") && !words.is_unit("2018"));
        assert_eq!(words.dataset_of("Congo (Kinshasa)"), Some(Dataset::AfricaGis));
        assert_eq!(words.dataset_of("china"), Some(Dataset::ChinaGis));
        assert_eq!(words.dataset_of("Peru"), None);
    }
}
