//! The words of the cells on resources, from `data/rules/resources.toml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::classify::words::member;
use crate::error::{Error, Result};

/// What a category says of the ground it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// What may be there to be worked.
    Resource,
    /// What may be worked, in any source's sense.
    Reserve,
    /// What is expected and hardly known.
    Prognostic,
}

/// How well an amount is known: `measured`, `reserve`, `C2`.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Category {
    pub(super) name: String,
    spellings: Vec<String>,
    pub(super) family: Option<Family>,
    #[serde(default)]
    pub(super) adds: bool,
    #[serde(default)]
    pub(super) amounts_only: bool,
    #[serde(rename = "means")]
    _means: String,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Vocabulary {
    #[serde(rename = "version")]
    _version: u32,
    /// The most rare-earth oxide that a record is believed to hold, in million tons.
    pub(super) most_treo_mt: f64,
    /// How many times an estimate's oxide may be over or under its ore times its grade.
    pub(super) misfit: f64,
    fillers: Vec<String>,
    parts: Vec<String>,
    category: Vec<Category>,
    names: BTreeMap<String, String>,
    codes: BTreeMap<String, String>,
}

/// What a word or phrase of a cell is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Phrase<'v> {
    Category(&'v str),
    Name(String),
    Part(&'v str),
    Filler,
}

impl Vocabulary {
    /// The vocabulary that ships with the program.
    pub(super) fn embedded() -> Result<&'static Self> {
        static WORDS: OnceLock<std::result::Result<Vocabulary, String>> = OnceLock::new();
        WORDS
            .get_or_init(|| {
                toml::from_str(include_str!("../../data/rules/resources.toml"))
                    .map_err(|error| error.to_string())
            })
            .as_ref()
            .map_err(|reason| Error::embedded("data/rules/resources.toml", reason))
    }

    /// The category of that name.
    pub(super) fn category(&self, name: &str) -> Option<&Category> {
        self.category.iter().find(|category| category.name == name)
    }

    /// The longest phrase that the words begin with, and how many of the words it takes.
    pub(super) fn phrase(&self, words: &[&str]) -> Option<(Phrase<'_>, usize)> {
        (1..=words.len().min(3)).rev().find_map(|count| {
            let text = words.get(..count)?.join(" ");
            Some((self.whole(&text)?, count))
        })
    }

    fn whole(&self, text: &str) -> Option<Phrase<'_>> {
        let same = |entry: &&String| entry.eq_ignore_ascii_case(text);
        if let Some(category) =
            self.category.iter().find(|category| category.spellings.iter().any(|s| same(&s)))
        {
            return Some(Phrase::Category(&category.name));
        }
        if let Some(name) = self.names.get(text) {
            return Some(Phrase::Name(name.clone()));
        }
        if member(text).is_some() {
            return Some(Phrase::Name(text.to_owned()));
        }
        if let Some(part) = self.parts.iter().find(same) {
            return Some(Phrase::Part(part));
        }
        self.fillers.iter().any(|filler| same(&filler)).then_some(Phrase::Filler)
    }

    /// A reporting code, empty where the source does not know it; none for an unknown spelling.
    pub(super) fn code(&self, text: &str) -> Option<&str> {
        self.codes.get(text).map(String::as_str)
    }
}
