//! What maps of a country show by convention: its projection, its box, what belongs to it and
//! what stands in a corner.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::spec::Inset;
use crate::error::{Error, Result};

const TEXT: &str = include_str!("../../data/figures/conventions.toml");

/// How a country is mapped.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Convention {
    /// A projection's name or a PROJ string.
    pub projection: String,
    /// West, south, east and north in degrees.
    pub bbox: [f64; 4],
    /// The codes of the countries that the map is to show whole.
    pub shows: Vec<String>,
    /// The countries that are shown as one with it.
    pub focus: Vec<String>,
    /// Maps in a corner.
    #[serde(default)]
    pub inset: Vec<Inset>,
}

/// The convention for a country by its alpha-3 code, where there is one.
pub fn of(code: &str) -> Result<Option<&'static Convention>> {
    static ALL: OnceLock<std::result::Result<BTreeMap<String, Convention>, String>> =
        OnceLock::new();
    let all = ALL.get_or_init(|| toml::from_str(TEXT).map_err(|error| error.to_string()));
    let all = all.as_ref().map_err(|reason| Error::embedded("map conventions", reason))?;
    Ok(all.get(code))
}
