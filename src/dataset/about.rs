//! What the datasets are: titles, citations, licences, from `data/catalog/catalog.toml`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::OnceLock;

use crate::error::{Error, Result};
use crate::site::{Dataset, Site};

/// What a dataset is and how it is to be cited.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// The title.
    pub title: String,
    /// Authors and year, for a source line: `Orris, Dunlap, and Wallis (2018)`.
    pub short: String,
    /// The full citation.
    pub citation: String,
    /// The year it was published.
    pub year: Option<u16>,
    /// The DOI, without a resolver before it.
    pub doi: Option<String>,
    /// The licence, in a few words.
    pub licence: String,
    /// The time that its statements are of, in a few words.
    pub as_of: String,
    /// The attribution that a licence asks for, to stand beside every use.
    pub attribution: Option<String>,
    /// What a user should know.
    pub notice: Option<String>,
}

/// What the catalogue's tables of the global database were made from: `global-ree.toml`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Made {
    /// The version of the table's columns.
    pub schema: u32,
    /// Rows of `global-ree.csv`.
    pub rows: u64,
    /// Rows of `global-ree-nonspatial.csv`: records of the database that have no location; none
    /// where the table of those records was not at hand.
    pub records_without_location: Option<u64>,
    /// The official files, by name.
    pub source: BTreeMap<String, Source>,
}

/// An official file that the catalogue was made from.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// SHA-256 of the file.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
}

impl Made {
    /// The text of `global-ree.toml`.
    pub fn to_toml(&self) -> String {
        let mut out = String::from(
            "# What global-ree.csv and global-ree-nonspatial.csv were made from. Written by reemap \
             catalog; not to be edited.\n\n",
        );
        // Writing to a string can't fail.
        let _ = writeln!(out, "schema = {}\nrows = {}", self.schema, self.rows);
        if let Some(count) = self.records_without_location {
            let _ = writeln!(out, "records_without_location = {count}");
        }
        for (name, source) in &self.source {
            let name = name.replace('\\', "\\\\").replace('"', "\\\"");
            let _ = writeln!(
                out,
                "\n[source.\"{name}\"]\nsha256 = \"{}\"\nbytes = {}",
                source.sha256, source.bytes
            );
        }
        out
    }
}

/// What the catalogue's table of the global database was made from.
pub fn made() -> Result<&'static Made> {
    static MADE: OnceLock<std::result::Result<Made, String>> = OnceLock::new();
    MADE.get_or_init(|| {
        toml::from_str(include_str!("../../data/catalog/global-ree.toml"))
            .map_err(|error| error.to_string())
    })
    .as_ref()
    .map_err(|reason| Error::embedded("data/catalog/global-ree.toml", reason))
}

/// What a dataset is; none of a user's own points.
pub fn about(dataset: Dataset) -> Option<&'static About> {
    all().as_ref().ok()?.get(dataset.name())
}

/// The time that a site's status is of, in a few words: its own row's, else its dataset's; none of a
/// user's own points.
pub fn status_as_of(site: &Site) -> Option<&str> {
    let own = site.curation.as_ref().and_then(|curation| curation.as_of.as_deref());
    own.or_else(|| about(site.dataset).map(|about| about.as_of.as_str()))
}

/// Every description, by the dataset's name.
fn all() -> &'static std::result::Result<BTreeMap<String, About>, String> {
    static ABOUT: OnceLock<std::result::Result<BTreeMap<String, About>, String>> = OnceLock::new();
    ABOUT.get_or_init(|| {
        toml::from_str(include_str!("../../data/catalog/catalog.toml"))
            .map_err(|error| error.to_string())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dataset_but_a_users_points_is_described() {
        assert!(all().is_ok(), "{:?}", all());
        for dataset in Dataset::ALL {
            assert_eq!(about(dataset).is_some(), dataset != Dataset::Points, "{dataset:?}");
        }
        assert_eq!(about(Dataset::GlobalRee).unwrap().doi.as_deref(), Some("10.5066/F7DR2TN4"));
    }
}
