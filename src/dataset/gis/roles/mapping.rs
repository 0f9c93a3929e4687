//! The user's word on what columns mean: a TOML file with a table for each layer.
//!
//! ```toml
//! [CHN_Mineral_Facilities]
//! commodity = "DsgAttr01"
//! form = "DsgAttr02"
//! ```

use std::path::{Path, PathBuf};

use super::{Basis, Candidate, Role};
use crate::dataset::gis::Kind;
use crate::error::{At, Error, Result};
use crate::source::{Layer, is_near};

/// The key that says what a layer lists, for layers that don't tell it by themselves.
const LISTS: &str = "lists";

/// What a user says of the columns of layers.
#[derive(Debug, Clone, Default)]
pub struct Mapping {
    file: PathBuf,
    layers: Vec<LayerMapping>,
}

/// What a user says of the columns of one layer.
#[derive(Debug, Clone)]
pub struct LayerMapping {
    file: PathBuf,
    /// The layer's name, or the end of it behind an underscore.
    layer: String,
    /// What it lists, where the user says.
    lists: Option<Kind>,
    columns: Vec<(Role, String)>,
}

impl Mapping {
    /// Reads a mapping.
    ///
    /// # Errors
    /// A file that can't be read, is no TOML, or names a role that is none.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|cause| Error::io(path, cause))?;
        Self::parse(&text, path)
    }

    fn parse(text: &str, path: &Path) -> Result<Self> {
        let wrong = |reason: String| {
            Error::usage(format!("{}: {reason}", path.display())).with_hint(
                "reemap describe DATA --format roles writes a mapping of the layers in DATA",
            )
        };
        let file: toml::Table =
            toml::from_str(text).map_err(|error| wrong(error.to_string().trim_end().into()))?;
        let mut layers = Vec::new();
        for (layer, value) in file {
            let toml::Value::Table(table) = value else {
                return Err(wrong(format!(
                    "{layer} stands outside a table such as [{layer}_Layer]"
                )));
            };
            let mut mapping = LayerMapping {
                file: path.to_path_buf(),
                layer: layer.clone(),
                lists: None,
                columns: Vec::new(),
            };
            for (key, value) in table {
                let wrong = |reason: String| wrong(format!("[{layer}] {key}: {reason}"));
                let columns = strings(&value)
                    .ok_or_else(|| wrong("give a column's name, or a list of names".into()))?;
                if columns.iter().any(|column| column.trim().is_empty()) {
                    return Err(wrong(
                        "is not filled in; give a column, or take the line out".into(),
                    ));
                }
                if key.eq_ignore_ascii_case(LISTS) {
                    let kind = columns.first().and_then(|name| Kind::from_name(name));
                    let names = Kind::ALL.map(Kind::name).join(", ");
                    mapping.lists =
                        Some(kind.ok_or_else(|| wrong(format!("give one of: {names}")))?);
                    continue;
                }
                let Some(role) = Role::from_key(&key) else {
                    return Err(wrong(match nearest(&key) {
                        Some(role) => format!("is no role; did you mean {}?", role.key()),
                        None => {
                            let keys = Role::ALL.map(Role::key).join(", ");
                            format!("is no role; the roles are {keys}")
                        }
                    }));
                };
                if columns.len() > 1 && !role.is_repeated() {
                    return Err(wrong("only one column can have this role".into()));
                }
                for column in columns {
                    if mapping.columns.iter().any(|(_, c)| c.eq_ignore_ascii_case(column.trim())) {
                        return Err(wrong(format!("{column} has another role already")));
                    }
                    mapping.columns.push((role, column.trim().to_owned()));
                }
            }
            layers.push(mapping);
        }
        Ok(Mapping { file: path.to_path_buf(), layers })
    }

    /// What is said of a layer: under its name, or under the longest end of it (`Mineral_Facilities`
    /// for `CHN_Mineral_Facilities`), slips of spelling allowed.
    pub fn of(&self, layer: &Layer) -> Option<&LayerMapping> {
        let fit = |mapping: &LayerMapping| mapping.fit(&layer.name);
        self.layers.iter().filter(|mapping| fit(mapping).is_some()).max_by_key(|m| fit(m))
    }

    /// A note for each part that is of none of the layers, or of one by a slip of spelling.
    pub fn unused<'a>(&self, layers: impl Iterator<Item = &'a str> + Clone) -> Vec<String> {
        let unused =
            self.layers.iter().filter(|m| layers.clone().all(|layer| m.fit(layer).is_none()));
        let note = |mapping: &LayerMapping| {
            let (file, layer) = (self.file.display(), &mapping.layer);
            format!("{file}: no layer that was read is named {layer}")
        };
        let misspelt = self.layers.iter().filter_map(|mapping| {
            let is_near = |layer: &&str| matches!(mapping.fit(layer), Some((false, _)));
            let layer = layers.clone().find(is_near)?;
            let (file, name) = (self.file.display(), &mapping.layer);
            Some(format!("{file}: {name} is taken for the layer {layer}"))
        });
        unused.map(note).chain(misspelt).collect()
    }
}

impl LayerMapping {
    /// What the layer lists, where the user says.
    pub fn lists(&self) -> Option<Kind> {
        self.lists
    }

    /// How well it fits a layer's name: rightly spelt before misspelt, then by how much of the
    /// name it tells; none where it is of another.
    fn fit(&self, layer: &str) -> Option<(bool, usize)> {
        let (name, wanted) = (layer.to_lowercase(), self.layer.to_lowercase());
        let ends = name.match_indices('_').filter_map(|(place, _)| name.get(place + 1..));
        let ends = || std::iter::once(name.as_str()).chain(ends.clone());
        let exact = ends().any(|end| end == wanted);
        (exact || ends().any(|end| is_near(end, &wanted))).then_some((exact, wanted.len()))
    }

    /// Gives the columns the roles that the user says.
    ///
    /// # Errors
    /// A column that the layer doesn't have.
    pub(super) fn give(&self, layer: &Layer, candidates: &mut [Candidate]) -> Result<()> {
        for (place, (role, column)) in (0..).zip(&self.columns) {
            let found = candidates.iter_mut().find(|c| c.name.eq_ignore_ascii_case(column));
            let Some(candidate) = found else {
                let names: Vec<&str> = layer.columns.iter().map(|c| c.name.as_str()).collect();
                return Err(Error::usage(format!(
                    "{}: [{}] {}: {} has no column {column}",
                    self.file.display(),
                    self.layer,
                    role.key(),
                    At { row: None, ..layer.at.clone() }
                ))
                .with_hint(format!("its columns are {}", names.join(", "))));
            };
            candidate.give(*role, Basis::Mapping);
            candidate.place = Some(place);
        }
        Ok(())
    }
}

/// The role whose key is most like a misspelt one, if any is much like it.
fn nearest(key: &str) -> Option<Role> {
    let likeness = |role: Role| strsim::jaro_winkler(&key.to_lowercase(), role.key());
    let scored = Role::ALL.into_iter().map(|role| (role, likeness(role)));
    let best = scored.max_by(|(_, a), (_, b)| a.total_cmp(b));
    best.filter(|(_, likeness)| *likeness > 0.8).map(|(role, _)| role)
}

/// A string, or the strings of a list.
fn strings(value: &toml::Value) -> Option<Vec<&str>> {
    match value {
        toml::Value::String(text) => Some(vec![text]),
        toml::Value::Array(values) => values.iter().map(toml::Value::as_str).collect(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        Mapping::parse(text, Path::new("roles.toml")).unwrap_err().to_string()
    }

    #[test]
    fn a_mapping_that_cannot_be_meant_is_refused() {
        assert!(refused("[A]\ncomodity = \"DsgAttr01\"").contains("did you mean commodity?"));
        assert!(refused("[A]\nqqqqqq = \"DsgAttr01\"").contains("the roles are id, name"));
        assert!(refused("[A]\nform = \"\"").contains("not filled in"));
        assert!(refused("[A]\nform = [\"a\", \"b\"]").contains("only one column"));
        assert!(refused("[A]\nform = \"a\"\nunit = \"A\"").contains("another role"));
        assert!(refused("[A]\nform = 3").contains("a column's name"));
        assert!(refused("form = \"a\"").contains("outside a table"));
        assert!(refused("[A]\nlists = \"plants\"").contains("facilities, exploration"));
        assert!(refused("[A\n").contains("roles.toml"));
        assert!(Mapping::parse("[A]\ncommodity = [\"a\", \"b\"]", Path::new("r")).is_ok());
    }
}
