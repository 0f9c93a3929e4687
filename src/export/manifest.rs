//! The record of a run: which program made which files from which inputs, and what they count.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::basemap;
use crate::dataset::{self, Collection, Corrected, TableUse};
use crate::error::Result;
use crate::fetch::record::Origin;
use crate::figure;
use crate::source::{Checked, Input};

/// What `manifest.json` says. It holds no time of day, so that the same inputs and the same
/// version give the same bytes.
#[derive(Debug, Serialize)]
pub struct Manifest {
    /// The program, with its version.
    pub generator: String,
    /// The version of the rules of classification.
    pub rules_version: String,
    /// The basemap and its version.
    pub basemap: &'static str,
    /// The files that were read, the embedded ones by their place in the source.
    pub inputs: Vec<Checked>,
    /// Where those inputs came from that `reemap fetch` got.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fetched: Vec<Origin>,
    /// The official files that the embedded catalogue was made from, by name, where it served.
    pub catalog: Option<&'static BTreeMap<String, dataset::about::Source>>,
    /// What was corrected on reading, where a file of corrections was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrections: Option<Corrected>,
    /// How far off the coast a site still counts as in a country, in kilometres, where it isn't the
    /// usual distance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coast_km: Option<f64>,
    /// What each table gave.
    pub tables: Vec<TableUse>,
    /// How many sites of each dataset.
    pub sites: BTreeMap<&'static str, usize>,
    /// What each figure shows, by its name.
    pub figures: BTreeMap<String, figure::Counts>,
    /// The files that were written.
    pub outputs: Vec<Output>,
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Output {
    /// Its name in the output folder.
    pub path: PathBuf,
    /// SHA-256 of the file, in lower-case hexadecimals.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
}

impl Output {
    /// The record of a file of these bytes.
    pub fn new(path: impl Into<PathBuf>, bytes: &[u8]) -> Self {
        let digest = Sha256::digest(bytes);
        let sha256 = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Output { path: path.into(), sha256, bytes: bytes.len() as u64 }
    }
}

impl Manifest {
    /// The manifest of a run that drew from a collection; figures and outputs are to be added.
    ///
    /// # Errors
    /// An input that can't be read any more.
    pub fn new(collection: &Collection, rules_version: &str) -> Result<Self> {
        let inputs =
            collection.inputs.iter().map(Input::checked).collect::<Result<Vec<Checked>>>()?;
        let mut sites = BTreeMap::new();
        for site in &collection.sites {
            *sites.entry(site.dataset.name()).or_default() += 1;
        }
        Ok(Manifest {
            generator: format!("reemap {}", env!("CARGO_PKG_VERSION")),
            rules_version: rules_version.into(),
            basemap: basemap::SOURCE,
            fetched: inputs.iter().filter_map(Origin::of).collect(),
            inputs,
            catalog: collection.made.map(|made| &made.source),
            corrections: collection.corrected.clone(),
            coast_km: None,
            tables: collection.tables.clone(),
            sites,
            figures: BTreeMap::new(),
            outputs: Vec::new(),
        })
    }
}
