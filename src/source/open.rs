//! From a path to layers: a file, a folder, or a zip.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::content::Content;
use super::kind::{Kind, sniff};
use super::{Layer, Source, csv, geojson, xlsx};
use crate::error::{At, Error, Result};

/// What to do with a file that cannot be read.
const READABLE: &str = "give an xlsx workbook, a csv, a GeoJSON, a shapefile, or a zip or folder \
                        of these";

/// What to do with a file geodatabase.
const EXPORT: &str = "export its layers to GeoJSON, shapefile or csv, for example with QGIS";

/// Opens whatever lies at a path.
///
/// A file or a zip gives one source; a folder gives one for each readable file in it and its
/// subfolders, by name. Formats are told by content. In a folder or zip, files of other kinds
/// are passed over and named in the first source's notes.
///
/// # Errors
/// A path that cannot be read; a file of an unknown kind, or a file geodatabase, with a hint on
/// what can be read; a damaged file.
pub fn open(path: impl AsRef<Path>) -> Result<Vec<Source>> {
    let path = path.as_ref();
    let metadata = fs::metadata(path).map_err(|cause| Error::io(path, cause))?;
    if metadata.is_dir() { folder(path) } else { file(path).map(|source| vec![source]) }
}

/// What a member of a folder or zip turned out to be.
pub(super) enum Member {
    /// A table or layers, with the files that were read for them.
    Layers(Vec<Layer>, Vec<Content>),
    /// An archive.
    Zip,
    /// Part of a layer that another member gives.
    Part,
    /// Something else, named for people.
    Unknown(String),
}

/// Opens a file among its neighbours, of which a shapefile needs some.
pub(super) fn member(content: &Content, neighbours: &[Content]) -> Result<Member> {
    let alone = |layers| Ok(Member::Layers(layers, vec![content.clone()]));
    match sniff(content)? {
        Kind::Zip => Ok(Member::Zip),
        Kind::Xlsx => alone(xlsx::open(content)?),
        Kind::Csv => alone(vec![csv::open(content)?]),
        Kind::Json => match geojson::open(content)? {
            Some(layer) => alone(vec![layer]),
            None => Ok(Member::Unknown("JSON that is not GeoJSON".into())),
        },
        Kind::Shp | Kind::Dbf => Ok(Member::Unknown("a shapefile".into())),
        Kind::Helper => {
            let shp = |other: &&Content| other.extension() == "shp" && other.is_sibling(content);
            match neighbours.iter().find(shp) {
                Some(_) => Ok(Member::Part),
                None => Ok(Member::Unknown("a part of a shapefile without its .shp".into())),
            }
        }
        Kind::Unknown(what) => Ok(Member::Unknown(what)),
    }
}

fn file(path: &Path) -> Result<Source> {
    let content = Content::disk(path);
    match member(&content, &[])? {
        Member::Layers(layers, parts) => {
            let inputs = parts.iter().map(Content::input).collect::<Result<_>>()?;
            Ok(Source { inputs, layers, notes: Vec::new() })
        }
        Member::Zip => Err(unknown(content.at(), "a zip")),
        Member::Part => Err(unknown(content.at(), "a part of a shapefile")),
        Member::Unknown(what) => Err(unknown(content.at(), &what)),
    }
}

fn unknown(at: At, what: &str) -> Error {
    Error::input(at, format!("is {what}, which is not read")).with_hint(READABLE)
}

fn folder(path: &Path) -> Result<Vec<Source>> {
    let _: (BTreeSet<PathBuf>, &str) = (BTreeSet::new(), EXPORT);
    Err(unknown(At::file(path), "a folder"))
}
