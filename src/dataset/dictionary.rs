//! What a user knows of the columns beyond what the files say, and what stays open all the same.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::gis::roles::{Mapping, Role};
use super::gis::{self, Kind};
use crate::error::{At, Error, Result};
use crate::site::Dataset;
use crate::source::metadata::Metadata;
use crate::source::{self, Input, Layer, Source};

/// A data dictionary: what columns mean, as a user says it or metadata that the user gives.
#[derive(Debug, Clone, Default)]
pub struct Dictionary {
    /// The roles of columns.
    pub roles: Mapping,
    /// FGDC metadata, beside those that lie with the data.
    pub metadata: Metadata,
    inputs: Vec<Input>,
}

impl Dictionary {
    /// Reads a mapping of roles, where there is one, and metadata.
    ///
    /// # Errors
    /// Files that can't be read, or aren't what they should be.
    pub fn read(roles: Option<&Path>, metadata: &[PathBuf]) -> Result<Self> {
        let inputs = roles.map(Input::of).into_iter().collect();
        let roles = roles.map(Mapping::read).transpose()?.unwrap_or_default();
        Ok(Dictionary { roles, metadata: Metadata::read(metadata)?, inputs })
    }

    /// The files of the mapping.
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// Opens a path as [`source::open`] does, its columns with the aliases that the given
    /// metadata have for them.
    pub fn open(&self, path: &Path) -> Result<Vec<Source>> {
        let mut sources = source::open(path)?;
        for source in &mut sources {
            self.metadata.apply(source)?;
        }
        Ok(sources)
    }

    /// A note for each part that is of none of the layers that were opened.
    pub fn unused(&self, opened: &Opened) -> Vec<String> {
        let layers = opened.layers.iter().map(String::as_str);
        let mut notes = self.roles.unused(layers);
        notes.extend(self.metadata.unused(&opened.documents));
        notes
    }
}

/// The layers that were opened, by name, and the metadata that served them.
#[derive(Debug, Clone, Default)]
pub struct Opened {
    layers: BTreeSet<String>,
    documents: BTreeSet<PathBuf>,
}

impl Opened {
    /// Adds a layer.
    pub fn add(&mut self, layer: &Layer) {
        self.layers.insert(layer.name.clone());
        self.documents.extend(layer.documented_by.clone());
    }
}

/// A layer of which a role stays open that some questions need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsettled {
    /// The layer's dataset.
    pub dataset: Dataset,
    /// What the layer lists.
    pub kind: Kind,
    /// The role.
    pub role: Role,
    at: At,
    reason: String,
    hint: String,
}

impl Unsettled {
    /// The roles of a layer that are open and needed.
    pub(super) fn of(table: &gis::Table) -> Vec<Self> {
        let roles = table.roles();
        let unsettled = roles.needed().map(|role| {
            let (reason, hint) = roles.explain(role);
            let at = table.at().clone();
            let (dataset, kind) = (table.dataset(), table.kind());
            Unsettled { dataset, kind, role, at, reason, hint }
        });
        unsettled.collect()
    }

    /// Whether nothing of the layer's rows can be used without the role.
    pub fn bars_rows(&self) -> bool {
        matches!(self.role, Role::Id | Role::Commodity)
    }

    /// The error of a question that needs the role: what was seen of each column, and a mapping
    /// to fill in.
    pub fn error(&self) -> Error {
        Error::input(self.at.clone(), &self.reason).with_hint(&self.hint)
    }
}
