//! From a path to layers: a file, a folder, or a zip.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::content::Content;
use super::gdb::{self, Contents, Geodatabase};
use super::kind::{HEAD, Kind, other_json, sniff};
use super::metadata::Metadata;
#[cfg(feature = "geoparquet")]
use super::parquet;
use super::shapefile::{self, Parts};
use super::{Layer, Source, csv, dbf, geojson, xlsx, zip};
use crate::error::{At, Error, Result};

/// What to do with a file that cannot be read.
const READABLE: &str = "give an xlsx workbook, a csv, a GeoJSON, a shapefile, a GeoParquet, \
                        a file geodatabase (the whole folder), or a zip or folder of these";

/// What metadata are called.
const METADATA: &str = "FGDC metadata";

/// How deep subfolders may lie.
const DEEPEST: usize = 32;

/// Opens whatever lies at a path.
///
/// A file or a zip gives one source; a folder gives one for each readable file in it and its
/// subfolders, by name, and one for each file geodatabase, which itself is a folder. Formats are
/// told by content. In a folder or zip, files of other kinds are passed over and named in the
/// first source's notes. FGDC metadata in it, or beside it, give aliases to the columns.
///
/// # Errors
/// A path that cannot be read; a file of an unknown kind, with a hint on what can be read; a
/// damaged file.
pub fn open(path: impl AsRef<Path>) -> Result<Vec<Source>> {
    let path = path.as_ref();
    let metadata = fs::metadata(path).map_err(|cause| Error::io(path, cause))?;
    let mut sources = if metadata.is_dir() {
        folder(path)?
    } else if metadata.is_file() {
        vec![file(path)?]
    } else {
        return Err(not_read(At::file(path), "neither a file nor a folder"));
    };
    // A folder's own metadata lie in it, save those of a geodatabase, which is a folder too.
    if metadata.is_file() || sources.iter().any(|source| source.is_folder(path)) {
        let beside = Metadata::beside(path);
        for source in &mut sources {
            beside.apply(source)?;
        }
    }
    Ok(sources)
}

/// What a file turned out to be.
enum Opened {
    /// Layers, with the files that were read for them.
    Layers(Vec<Layer>, Vec<Content>),
    /// An archive.
    Zip,
    /// Part of a shapefile that lies beside it.
    PartOf(Content),
    /// FGDC metadata of other files.
    Metadata,
    /// Something else, named for people.
    Other(String),
}

/// Opens a file among its neighbours, of which a shapefile needs some.
fn open_among(content: &Content, neighbours: &[Content]) -> Result<Opened> {
    let alone = |layers| Ok(Opened::Layers(layers, vec![content.clone()]));
    let sibling = |extension: &str| {
        neighbours.iter().find(|other| other.extension() == extension && other.is_sibling(content))
    };
    match sniff(content)? {
        Kind::Zip => Ok(Opened::Zip),
        Kind::Xlsx => {
            zip::guard(content)?;
            alone(xlsx::open(content)?)
        }
        Kind::Csv => alone(vec![csv::open(content)?]),
        Kind::Json => match geojson::open(content)? {
            Some(layer) => alone(vec![layer]),
            None => {
                let head = content.head(HEAD)?;
                Ok(Opened::Other(other_json(&String::from_utf8_lossy(&head)).into()))
            }
        },
        #[cfg(feature = "geoparquet")]
        Kind::Parquet => alone(vec![parquet::open(content)?]),
        #[cfg(not(feature = "geoparquet"))]
        Kind::Parquet => Ok(Opened::Other(
            "Parquet, for which this reemap was built without the feature geoparquet".into(),
        )),
        Kind::Shp => {
            let parts = Parts {
                shp: content,
                dbf: sibling("dbf"),
                shx: sibling("shx"),
                prj: sibling("prj"),
                cpg: sibling("cpg"),
            };
            let rest = [parts.dbf, parts.shx, parts.prj, parts.cpg];
            let files = [content].into_iter().chain(rest.into_iter().flatten());
            let files = files.cloned().collect();
            Ok(Opened::Layers(vec![shapefile::open(&parts)?], files))
        }
        Kind::Dbf => match sibling("shp") {
            Some(shp) => Ok(Opened::PartOf(shp.clone())),
            None => {
                let cpg = sibling("cpg");
                let files = [content].into_iter().chain(cpg).cloned().collect();
                Ok(Opened::Layers(vec![dbf::open(content, cpg)?], files))
            }
        },
        Kind::Helper => match sibling("shp").or_else(|| sibling("dbf")) {
            Some(main) => Ok(Opened::PartOf(main.clone())),
            None => Ok(Opened::Other("a part of a shapefile without its .shp".into())),
        },
        Kind::Metadata => Ok(Opened::Metadata),
        Kind::Unknown(what) => Ok(Opened::Other(what)),
    }
}

fn file(path: &Path) -> Result<Source> {
    let content = Content::disk(path);
    let neighbours = neighbours(&content);
    let mut opened = open_among(&content, &neighbours)?;
    if let Opened::PartOf(shp) = &opened {
        opened = open_among(shp, &neighbours)?;
    }
    match opened {
        Opened::Layers(layers, files) => source(layers, &files),
        Opened::Zip => archive(&content)?.map_err(|none| none.error(content.at())),
        Opened::PartOf(_) => Err(not_read(content.at(), "a part of a shapefile")),
        Opened::Metadata => Err(not_read(content.at(), METADATA)
            .with_hint("give the data that it describes; metadata beside data are read with them")),
        Opened::Other(_) if gdb::is_part(&content.extension()) => Err(part(&content)),
        Opened::Other(what) => Err(not_read(content.at(), &what)),
    }
}

/// The files beside a file that are named like it.
fn neighbours(content: &Content) -> Vec<Content> {
    let parent = match content.path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    // A folder that can't be listed leaves the file alone, which is fine for all but shapefiles.
    let Ok(entries) = fs::read_dir(parent) else { return Vec::new() };
    let names = entries.flatten().map(|entry| entry.file_name());
    let mut files: Vec<Content> = names
        .map(|name| Content::disk(&content.path.with_file_name(name)))
        .filter(|other| other.is_sibling(content) && other.path.is_file())
        .collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn source(layers: Vec<Layer>, files: &[Content]) -> Result<Source> {
    let inputs = files.iter().map(Content::input).collect();
    Ok(Source { inputs, layers, notes: Vec::new(), lost: Vec::new() })
}

fn folder(path: &Path) -> Result<Vec<Source>> {
    let walked = Walk::through(path)?;
    let mut passed = Passed { others: walked.others };
    let mut sources = Vec::new();
    let mut metadata = Vec::new();
    for geodatabase in &walked.geodatabases {
        let Contents { layers, notes, lost } = geodatabase.open()?;
        sources.push(Source {
            inputs: vec![geodatabase.input()],
            layers,
            notes,
            lost: lost.into_iter().collect(),
        });
    }
    for content in &walked.files {
        match open_among(content, &walked.files)? {
            Opened::Layers(layers, files) => sources.push(source(layers, &files)?),
            Opened::Zip => match archive(content)? {
                Ok(source) => sources.push(source),
                Err(none) => passed.others.extend(none.others),
            },
            Opened::PartOf(_) => {}
            Opened::Metadata => metadata.push(content.clone()),
            Opened::Other(what) => passed.others.push((content.path.clone(), what)),
        }
    }
    let documents = Metadata::of(&metadata)?;
    for source in &mut sources {
        documents.apply(source)?;
    }
    let first = |source: &Source| source.inputs.first().map(|input| input.path.clone());
    sources.sort_by_cached_key(first);
    match sources.first_mut() {
        Some(first) => {
            first.notes.extend(passed.notes());
            Ok(sources)
        }
        None => {
            passed.others.extend(metadata.into_iter().map(|file| (file.path, METADATA.into())));
            Err(passed.error(At::file(path)))
        }
    }
}

/// The source of an archive, or what it holds instead of anything readable.
fn archive(content: &Content) -> Result<std::result::Result<Source, Passed>> {
    let unpacked = zip::unpack(content)?;
    let mut passed = Passed { others: unpacked.others };
    let mut layers = Vec::new();
    let mut notes = Vec::new();
    let mut lost = Vec::new();
    let mut metadata = Vec::new();
    for geodatabase in &unpacked.geodatabases {
        let contents = geodatabase.open()?;
        layers.extend(contents.layers);
        notes.extend(contents.notes);
        lost.extend(contents.lost);
    }
    for member in &unpacked.members {
        match open_among(member, &unpacked.members)? {
            Opened::Layers(found, _) => layers.extend(found),
            Opened::Zip => {
                passed.others.push((member.path.clone(), "a zip within a zip: unpack it".into()))
            }
            Opened::PartOf(_) => {}
            Opened::Metadata => metadata.push(member.clone()),
            Opened::Other(what) => passed.others.push((member.path.clone(), what)),
        }
    }
    if layers.is_empty() && unpacked.geodatabases.is_empty() {
        passed.others.extend(metadata.into_iter().map(|file| (file.path, METADATA.into())));
        return Ok(Err(passed));
    }
    let inputs = vec![content.input()];
    notes.extend(passed.notes());
    let mut source = Source { inputs, layers, notes, lost };
    Metadata::of(&metadata)?.apply(&mut source)?;
    Ok(Ok(source))
}

fn not_read(at: At, what: &str) -> Error {
    Error::input(at, format!("is {what}, which is not read")).with_hint(READABLE)
}

/// The error of a file that is read only with the others in its folder.
fn part(content: &Content) -> Error {
    let folder = content.path.parent().filter(|folder| *folder != Path::new(""));
    let folder = folder.unwrap_or(Path::new("."));
    Error::input(content.at(), "is a part of a file geodatabase")
        .with_hint(format!("give the whole folder: {}", folder.display()))
}

/// What was passed over in a folder or archive.
struct Passed {
    others: Vec<(PathBuf, String)>,
}

impl Passed {
    /// The most files that one note names.
    const NAMED: usize = 10;

    fn notes(&self) -> Option<String> {
        (!self.others.is_empty()).then(|| format!("passed over: {}", self.list()))
    }

    fn list(&self) -> String {
        let named = self.others.iter().take(Self::NAMED);
        let mut list: Vec<String> =
            named.map(|(path, what)| format!("{} ({what})", path.display())).collect();
        let more = self.others.len().saturating_sub(Self::NAMED);
        if more > 0 {
            list.push(format!("and {more} more"));
        }
        list.join(", ")
    }

    /// The error where nothing was left.
    fn error(&self, at: At) -> Error {
        if self.others.is_empty() {
            Error::input(at, "holds no files, hidden ones aside").with_hint(READABLE)
        } else {
            Error::input(at, format!("holds nothing that is read: {}", self.list()))
                .with_hint(READABLE)
        }
    }
}

/// The files under a folder.
#[derive(Default)]
struct Walk {
    /// Files, by path.
    files: Vec<Content>,
    /// File geodatabases, which are folders.
    geodatabases: Vec<Geodatabase>,
    /// Folders that were not entered.
    others: Vec<(PathBuf, String)>,
    /// What was met, links resolved, so that no loop of links is followed.
    met: BTreeSet<PathBuf>,
}

impl Walk {
    fn through(folder: &Path) -> Result<Self> {
        let mut walk = Walk::default();
        walk.met.insert(fs::canonicalize(folder).map_err(|cause| Error::io(folder, cause))?);
        fs::read_dir(folder).map_err(|cause| Error::io(folder, cause))?;
        walk.enter(folder, 0);
        walk.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(walk)
    }

    fn enter(&mut self, folder: &Path, depth: usize) {
        let entries = match fs::read_dir(folder) {
            Ok(_) if depth > DEEPEST => {
                return self.pass(folder, "a folder too deep to enter".into());
            }
            Ok(entries) => entries,
            Err(cause) => return self.pass(folder, format!("a folder: {cause}")),
        };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        if paths.iter().any(|path| gdb::is_catalog(path)) {
            let files = paths.iter().filter(|path| path.is_file());
            let files = files.map(|path| Content::disk(path)).collect();
            self.geodatabases.push(Geodatabase { path: folder.to_path_buf(), files });
            return;
        }
        for path in paths {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with('.') || name == "__MACOSX" {
                continue;
            }
            let resolved = match fs::canonicalize(&path) {
                Ok(resolved) => resolved,
                Err(cause) => {
                    self.pass(&path, format!("cannot be reached: {cause}"));
                    continue;
                }
            };
            if !self.met.insert(resolved) {
                continue;
            }
            if path.is_dir() {
                self.enter(&path, depth + 1);
            } else if path.is_file() {
                self.files.push(Content::disk(&path));
            }
        }
    }

    fn pass(&mut self, path: &Path, what: String) {
        self.others.push((path.to_path_buf(), what));
    }
}
