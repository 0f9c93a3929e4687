//! The vocabulary and the weights of linking, from `data/rules/link.toml`.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::OnceLock;

use serde::Deserialize;

use super::names::plain_words;
use crate::error::{Error, Result};

const TEXT: &str = include_str!("../../data/rules/link.toml");

/// The rules by which records are linked.
#[derive(Debug)]
pub struct Rules {
    /// The version of the rules.
    pub version: u32,
    /// What each piece of evidence weighs.
    pub weights: Weights,
    /// Where a pair counts as linked, and what lowers its score.
    pub scores: Scores,
    /// How alike names are that aren't the same.
    pub names: NameScores,
    /// How far is looked.
    pub reach: Reach,
    /// How exact locations are.
    pub precision: Precision,
    pub(super) words: Words,
    pub(super) spelling: Vec<[String; 2]>,
    /// Words of a name, joined, to those of the name that it stands for.
    pub(super) aliases: HashMap<String, String>,
    /// Folded word or code to the commodity's groups.
    commodities: HashMap<String, Vec<String>>,
    families: BTreeMap<String, Vec<String>>,
    deposit_types: BTreeMap<String, Vec<String>>,
}

/// What each piece of evidence weighs in the score.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// How alike the names are.
    pub name: f64,
    /// How near the locations are.
    pub distance: f64,
    /// Whether commodities are shared.
    pub commodities: f64,
    /// Whether the provinces are the same.
    pub province: f64,
}

/// Thresholds, and the parts of a score that are left where something speaks against a pair.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scores {
    /// From this score up a pair is linked.
    pub linked: f64,
    /// From this score up it is a candidate.
    pub candidate: f64,
    /// Names this much alike earn nothing.
    pub least_name: f64,
    /// Without a distance.
    pub without_location: f64,
    /// Rare names whose locations contradict each other.
    pub far_apart: f64,
    /// No commodity goes with one of the other.
    pub other_commodities: f64,
    /// The deposit types exclude each other.
    pub other_type: f64,
    /// Two tables of one database state different provinces.
    pub other_province: f64,
}

/// How alike two names are that are not spelled alike.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameScores {
    /// The same by sound.
    pub sound: f64,
    /// All words of the one among those of the other.
    pub words: f64,
    /// A part of a compound.
    pub part: f64,
    /// One is another name of its site.
    pub other: f64,
    /// Both are.
    pub both_other: f64,
    /// The first letters differ.
    pub first_letter: f64,
    /// Marked as different parts of a place.
    pub other_mark: f64,
}

/// How far is looked.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reach {
    /// Kilometres within which places are compared whatever their names.
    pub place_km: f64,
    /// Kilometres over which the distance's part of the score falls to 1/e.
    pub decay_km: f64,
    /// Kilometres that two records may miss at which their distance is worth 1/e.
    pub vague_km: f64,
    /// The least letters of a name that may link contradicting locations.
    pub rare_letters: usize,
    /// Kilometres within which records of one name don't make it common.
    pub again_km: f64,
    /// The most records that a key of names may have to lead to comparisons.
    pub common: usize,
}

/// Kilometres by which points may miss their sites.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Precision {
    /// By what the record describes; the empty name stands for all others.
    kind: BTreeMap<String, f64>,
    /// By what the curated list says.
    curated: BTreeMap<String, f64>,
}

impl Precision {
    /// The kilometres of a kind of record.
    pub fn of_kind(&self, kind: &str) -> f64 {
        let known = self.kind.iter().find(|(name, _)| name.eq_ignore_ascii_case(kind));
        known.map(|(_, km)| *km).or_else(|| self.kind.get("").copied()).unwrap_or_default()
    }

    /// The kilometres of a word of the curated list.
    pub fn of_curated(&self, word: &str) -> Option<f64> {
        self.curated.get(word).copied()
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub kind: HashSet<String>,
    pub commodity: HashSet<String>,
    pub company: HashSet<String>,
    pub feature: HashSet<String>,
    pub article: HashSet<String>,
    pub mark: HashSet<String>,
    pub many: Vec<String>,
    pub no_name: Vec<String>,
    pub plant: HashSet<String>,
    pub chinese: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    weights: Weights,
    scores: Scores,
    names: NameScores,
    reach: Reach,
    precision: Precision,
    words: Words,
    spelling: Spelling,
    alias: Vec<Alias>,
    commodities: BTreeMap<String, Vec<String>>,
    families: BTreeMap<String, Vec<String>>,
    deposit_types: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Spelling {
    pairs: Vec<[String; 2]>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Alias {
    name: String,
    also: Vec<String>,
    /// For people: who says so.
    source: String,
}

impl Rules {
    /// The rules that ship with the program.
    ///
    /// # Errors
    /// A broken table: a defect of the program.
    pub fn embedded() -> Result<&'static Rules> {
        static EMBEDDED: OnceLock<std::result::Result<Rules, String>> = OnceLock::new();
        EMBEDDED
            .get_or_init(|| Rules::parse(TEXT))
            .as_ref()
            .map_err(|reason| Error::embedded("rules of linking", reason))
    }

    fn parse(text: &str) -> std::result::Result<Rules, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut commodities: HashMap<String, Vec<String>> = HashMap::new();
        for (group, words) in &file.commodities {
            for word in words {
                let groups = commodities.entry(folded(word)).or_default();
                if !groups.contains(group) {
                    groups.push(group.clone());
                }
            }
        }
        for (family, groups) in &file.families {
            if let Some(group) = groups.iter().find(|g| !file.commodities.contains_key(*g)) {
                return Err(format!("{family}: no commodity is named {group}"));
            }
        }
        let mut rules = Rules {
            version: file.version,
            weights: file.weights,
            scores: file.scores,
            names: file.names,
            reach: file.reach,
            precision: file.precision,
            words: file.words,
            spelling: file.spelling.pairs,
            aliases: HashMap::new(),
            commodities,
            families: file.families,
            deposit_types: file.deposit_types,
        };
        for alias in file.alias {
            if alias.source.is_empty() {
                return Err(format!("the alias {} has no source", alias.name));
            }
            let core = |text: &str| plain_words(text, &rules.words).concat();
            let chief = core(&alias.name);
            let also: Vec<String> = alias.also.iter().map(|text| core(text)).collect();
            rules.aliases.extend(also.into_iter().map(|also| (also, chief.clone())));
        }
        Ok(rules)
    }

    /// The groups of a commodity as a source writes it; none where it is not known.
    pub fn commodity(&self, text: &str) -> &[String] {
        let text = folded(text);
        let bare = text.split(['(', ',']).next().unwrap_or_default().trim();
        let groups = self.commodities.get(&text).or_else(|| self.commodities.get(bare));
        groups.map(Vec::as_slice).unwrap_or_default()
    }

    /// The family that holds both groups, if any.
    pub fn family(&self, one: &str, other: &str) -> Option<&str> {
        let holds = |groups: &[String], wanted: &str| groups.iter().any(|group| group == wanted);
        let found = self.families.iter().find(|(_, g)| holds(g, one) && holds(g, other));
        found.map(|(name, _)| name.as_str())
    }

    /// The classes of a deposit type as stated, which exclude each other.
    pub fn deposit_classes(&self, text: &str) -> impl Iterator<Item = &str> {
        let text = text.to_lowercase();
        self.deposit_types
            .iter()
            .filter(move |(_, words)| words.iter().any(|word| text.contains(word.as_str())))
            .map(|(class, _)| class.as_str())
    }
}

fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commodities_go_by_code_and_by_word() {
        let rules = Rules::embedded().unwrap();
        for (word, groups) in [
            ("REE", vec!["rare earths"]),
            ("Rare Earth elements (REE)", vec!["rare earths"]),
            ("Niobium (columbium)", vec!["niobium"]),
            ("Heavy minerals (zircon, rutile, ilmenite)", vec!["titanium", "zirconium"]),
            ("Gem (ruby, sapphire)", vec!["gems"]),
            ("Cement", vec![]),
        ] {
            assert_eq!(rules.commodity(word), groups, "{word}");
        }
        assert!(rules.family("beryllium", "tin").is_some());
        assert!(rules.family("graphite", "rare earths").is_none());
    }
}
