//! FGDC metadata: XML files that say what the columns of layers hold.
//!
//! USGS ships one `LAYER.xml` for each layer of its geodatabases, in a folder of their own
//! (Content Standard for Digital Geospatial Metadata, FGDC-STD-001-1998, section 5). The label of
//! an attribute may have the alias behind the column's name: `DsgAttr01 [Alias: Commodity 1]`.
//! One file may also describe several layers, each in a `detailed` element that names it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::content::Content;
use super::kind::{Kind, sniff};
use super::xml::{elements, text};
use super::{Input, Layer, Source, is_near, zip};
use crate::error::{At, Error, Result};

/// No metadata are larger than this.
const LARGEST: u64 = 16 << 20;

/// How deep a folder of metadata is entered.
const DEEPEST: usize = 4;

/// What tells a folder or zip of metadata beside data by its name, in lower case.
const NAMED: [&str; 2] = ["metadata", "fgdc"];

/// What to give.
const WANTED: &str = "give FGDC metadata: LAYER.xml, or a folder or zip of such files";

/// Metadata that lie beside data, or that a user gave for them.
#[derive(Debug, Clone, Default)]
pub struct Metadata {
    documents: Vec<Document>,
}

/// One file.
#[derive(Debug, Clone)]
struct Document {
    content: Content,
    /// The layer that its name tells, in lower case.
    named: String,
    /// The layer that each part names, in lower case, and the part's aliases, by column in lower
    /// case.
    parts: Vec<(String, BTreeMap<String, String>)>,
}

impl Metadata {
    /// The metadata that paths hold: XML files, or folders or zips of them.
    ///
    /// # Errors
    /// A path that can't be read, or that holds no metadata with aliases.
    pub fn read(paths: &[PathBuf]) -> Result<Self> {
        let mut all = Metadata::default();
        for path in paths {
            let found = Self::of(&files(path)?)?;
            if found.documents.iter().all(|document| document.parts.is_empty()) {
                let reason = "holds no FGDC metadata with aliases of columns, or they are broken";
                return Err(Error::input(At::file(path), reason).with_hint(WANTED));
            }
            all.documents.extend(found.documents);
        }
        Ok(all)
    }

    /// The metadata among files, in their order. Files of other kinds are left aside.
    pub(super) fn of(files: &[Content]) -> Result<Self> {
        let mut documents = Vec::new();
        for content in files {
            if sniff(content)? == Kind::Metadata {
                documents.push(Document::read(content)?);
            }
        }
        Ok(Metadata { documents })
    }

    /// The metadata that lie beside a file or geodatabase: in its folder, and in a folder or zip
    /// there, or one folder up, that is named for metadata. What can't be read is passed over,
    /// since no one asked for it.
    pub(super) fn beside(path: &Path) -> Self {
        let parent = folder_of(path);
        let mut paths = entries(&parent);
        paths.retain(|other| other != path && (is_xml(other) || is_for_metadata(other)));
        // USGS's zips unpack to a folder each, of the data and of the metadata.
        if let Some(up) = parent.file_name().map(|_| folder_of(&parent)) {
            let known = |other: &PathBuf| *other == parent;
            paths.extend(entries(&up).into_iter().filter(|o| is_for_metadata(o) && !known(o)));
        }
        let documents = paths.iter().filter_map(|path| Self::of(&files(path).ok()?).ok());
        Metadata { documents: documents.flat_map(|found| found.documents).collect() }
    }

    /// Gives the columns of a source's layers the aliases that are documented for them, and adds
    /// the files that serve to the source's inputs.
    pub fn apply(&self, source: &mut Source) -> Result<()> {
        for layer in &mut source.layers {
            for document in &self.documents {
                if document.parts.is_empty() && document.named == layer.name.to_lowercase() {
                    let path = document.content.path.display();
                    source.notes.push(format!("{path}: gives no aliases of columns"));
                }
                // A member of a zip is told by the zip's own checksum.
                let within = |input: &Input| document.content.path.starts_with(&input.path);
                let known = source.inputs.iter().any(within);
                if document.serve(layer) && !known {
                    source.inputs.push(document.content.input());
                }
            }
        }
        Ok(())
    }

    /// A note, where none of the documents is among those that served a layer.
    pub fn unused(&self, served: &BTreeSet<PathBuf>) -> Option<String> {
        let paths = || self.documents.iter().map(|document| &document.content.path);
        let first = paths().next().filter(|_| !paths().any(|path| served.contains(path)))?;
        Some(format!("{}: describes no layer that was read", first.display()))
    }
}

impl Document {
    /// Reads a file.
    fn read(content: &Content) -> Result<Self> {
        let bytes = content.small(LARGEST)?;
        let xml = encoding_rs::UTF_8.decode(&bytes).0;
        let mut parts = Vec::new();
        for part in elements(&xml, "detailed") {
            let mut aliases = BTreeMap::new();
            add_aliases(part, &mut aliases);
            let layer = text(part, "enttypl").unwrap_or_default().to_lowercase();
            if !aliases.is_empty() {
                parts.push((layer, aliases));
            }
        }
        let named = name(&content.stem().to_lowercase()).to_owned();
        Ok(Document { content: content.clone(), named, parts })
    }

    /// Gives a layer its aliases; whether there was any for it.
    fn serve(&self, layer: &mut Layer) -> bool {
        let wanted = layer.name.to_lowercase();
        let mut serves = false;
        for (label, aliases) in &self.parts {
            // `CHN_Mineral_Facilities Attribute Table` is of that layer too.
            let first = label.split(|c: char| c.is_whitespace() || c == '.').next();
            let exact = self.named == wanted || *label == wanted || first == Some(&wanted);
            let near = layer.documented_by.is_none() && is_near(&self.named, &wanted);
            if !exact && !near {
                continue;
            }
            for column in &mut layer.columns {
                let alias = aliases.get(&column.name.trim().to_lowercase());
                if let Some(alias) = alias.filter(|alias| *alias != column.name.trim()) {
                    column.documented = Some(alias.clone());
                    serves = true;
                }
            }
        }
        if serves {
            layer.documented_by = Some(self.content.path.clone());
        }
        serves
    }
}

/// Adds the aliases that metadata give to columns, by column in lower case. What is there
/// already stays.
pub(super) fn add_aliases(xml: &str, aliases: &mut BTreeMap<String, String>) {
    for attribute in elements(xml, "attr") {
        let Some(label) = text(attribute, "attrlabl") else { continue };
        // ArcGIS has an element of its own, USGS writes the alias behind the name.
        let (name, written) = match label.split_once("[Alias:") {
            Some((name, alias)) => (name, alias.trim_end().strip_suffix(']')),
            None => (label.as_str(), None),
        };
        let alias = text(attribute, "attalias").or(written.map(|alias| alias.trim().to_owned()));
        if let Some(alias) = alias.filter(|alias| !alias.is_empty()) {
            aliases.entry(name.trim().to_lowercase()).or_insert(alias);
        }
    }
}

/// The layer's name in a stem: `ports` of `ports.shp` (from `ports.shp.xml`) and `ports_metadata`.
fn name(stem: &str) -> &str {
    let ends = [".shp", ".gdb", ".csv", ".geojson", "_metadata", "-metadata", " metadata"];
    ends.iter().find_map(|end| stem.strip_suffix(end)).unwrap_or(stem)
}

/// The folder that a path lies in.
fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

/// What lies in a folder, by path; nothing where it can't be listed.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.flatten().map(|entry| match folder == Path::new(".") {
        true => PathBuf::from(entry.file_name()),
        false => entry.path(),
    });
    let mut paths: Vec<PathBuf> = paths.collect();
    paths.sort();
    paths
}

fn is_xml(path: &Path) -> bool {
    path.extension().is_some_and(|end| end.eq_ignore_ascii_case("xml")) && path.is_file()
}

/// Whether a path is a folder or zip named for metadata.
fn is_for_metadata(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let is_zip = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("zip"));
    NAMED.iter().any(|part| name.contains(part)) && (is_zip || path.is_dir())
}

/// The XML files at a path.
fn files(path: &Path) -> Result<Vec<Content>> {
    let metadata = fs::metadata(path).map_err(|cause| Error::io(path, cause))?;
    if metadata.is_dir() {
        let mut found = Vec::new();
        enter(path, 0, &mut found);
        return Ok(found);
    }
    let content = Content::disk(path);
    match sniff(&content)? {
        Kind::Zip => Ok(zip::unpack(&content)?.members),
        _ => Ok(vec![content]),
    }
}

/// The XML files in a folder and its subfolders, by path.
fn enter(folder: &Path, depth: usize, found: &mut Vec<Content>) {
    for path in entries(folder) {
        if path.is_dir() && depth < DEEPEST {
            enter(&path, depth + 1, found);
        } else if is_xml(&path) {
            found.push(Content::disk(&path));
        }
    }
}
