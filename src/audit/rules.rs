//! The rules of the audit: the table `data/rules/audit.toml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::Severity;
use crate::error::{Error, Result};

/// A rule: what it checks and why, and its thresholds.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rule {
    /// Its id, `coordinates-swapped`.
    pub id: String,
    /// The severity of its findings.
    pub severity: Severity,
    /// A second, milder severity, and for which case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub softer: Option<Softer>,
    /// What it checks.
    pub checks: String,
    /// Why that matters.
    pub why: String,
    /// What it reads that the embedded catalogue doesn't keep.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needs: Option<String>,
    /// How far off the generalised border or coast may be, in kilometres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub border_km: Option<f64>,
    /// At most how much is allowed for the rounding of coordinates, in kilometres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rounding_km: Option<f64>,
    /// How far outside its country a point must lie, in kilometres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beyond_km: Option<f64>,
    /// How far apart records may be that are compared, in kilometres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within_km: Option<f64>,
    /// The shortest name that tells, in letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub letters: Option<usize>,
    /// Years before the source's date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub years: Option<i32>,
    /// The source's date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<i32>,
    /// Parts of names of deposit types that may lie offshore.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offshore_types: Vec<String>,
    /// Words by which a source says that a deposit lies offshore.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offshore_words: Vec<String>,
    /// Words for a kind of record after its name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// Words before a name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lead_words: Vec<String>,
    /// Words of references that are no publication.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unpublished: Vec<String>,
    /// Countries whose stated provinces can't be told from smaller units of the same names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ambiguous: Vec<String>,
    /// Units that sources count with a country, by its code.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub held_with: BTreeMap<String, Vec<String>>,
    /// Provinces that were part of another until lately, by their codes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub split_from: BTreeMap<String, String>,
    /// Columns that it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
}

/// The milder case of a rule.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Softer {
    /// The severity there.
    pub severity: Severity,
    /// The case.
    pub case: String,
}

/// The table of rules.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Table {
    /// The version of the rules.
    pub version: String,
    /// What a name begins with that says nothing, in small letters and without blanks.
    pub no_name: Vec<String>,
    /// The rules, in the order of reports.
    pub rule: Vec<Rule>,
}

impl Table {
    /// The table that ships with the program.
    pub fn embedded() -> Result<&'static Table> {
        static TABLE: OnceLock<std::result::Result<Table, String>> = OnceLock::new();
        TABLE
            .get_or_init(|| toml::from_str(Self::TEXT).map_err(|error| error.to_string()))
            .as_ref()
            .map_err(|reason| Error::embedded("data/rules/audit.toml", reason))
    }

    /// The text of the table.
    pub const TEXT: &'static str = include_str!("../../data/rules/audit.toml");

    /// Whether a name, in small letters and without blanks, says nothing.
    pub fn is_no_name(&self, bare: &str) -> bool {
        self.no_name.iter().any(|word| bare.starts_with(word.as_str()))
    }

    /// The rule of that id.
    ///
    /// # Errors
    /// A table that lacks it: a defect of the program.
    pub fn rule(&self, id: &str) -> Result<&Rule> {
        self.rule.iter().find(|rule| rule.id == id).ok_or_else(|| {
            Error::embedded("data/rules/audit.toml", format!("the rule {id} is missing"))
        })
    }
}
