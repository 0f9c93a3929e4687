//! The cache: a folder for each dataset, with its files as they were published and a
//! [`Record`] of them.
//!
//! ```text
//! CACHE/china-gis/fetched.toml
//! CACHE/china-gis/2026-11-29/CHN_GIS.gdb.zip
//! ```
//!
//! While files are fetched, they grow as `.part` files beside the record. Once all are whole and
//! checked, they get a folder of their own, and then the record takes the place of the old one: at any
//! moment it stands for whole files of one time.

use std::env;
use std::fs;
use std::path::{Component, Path, PathBuf};

use etcetera::BaseStrategy;

use super::names;
use super::record::{File, Record};
use super::sources::Sources;
use crate::error::{Error, Result};
use crate::source::Input;

/// The environment variable that names the cache.
pub const VARIABLE: &str = "REEMAP_CACHE";

/// The folder of fetched files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cache {
    root: PathBuf,
}

impl Cache {
    /// The cache in the folder given, else in that of `REEMAP_CACHE`, else in the place that the
    /// system has for caches: `$XDG_CACHE_HOME/reemap` or `~/.cache/reemap`, `~/Library/Caches/reemap`
    /// on macOS, `%LOCALAPPDATA%\reemap` on Windows. The folder need not be there.
    ///
    /// # Errors
    /// A system that tells of no home.
    pub fn at(given: Option<&Path>) -> Result<Self> {
        let named = given
            .map(Path::to_path_buf)
            .or_else(|| env::var_os(VARIABLE).filter(|value| !value.is_empty()).map(PathBuf::from));
        if let Some(root) = named {
            return Ok(Cache { root });
        }
        match etcetera::base_strategy::choose_native_strategy() {
            Ok(base) => Ok(Cache { root: base.cache_dir().join("reemap") }),
            Err(_) => Err(Error::not_found("the system tells of no folder for caches").with_hint(
                format!("name one with --cache or in the environment variable {VARIABLE}"),
            )),
        }
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of a dataset.
    pub fn folder(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// The folder of the files of a record.
    pub fn place(&self, record: &Record) -> PathBuf {
        self.folder(&record.name).join(&record.folder)
    }

    /// What was fetched for a dataset; none where nothing was.
    ///
    /// # Errors
    /// A record that can't be read, or that is of another dataset.
    pub fn record(&self, name: &str) -> Result<Option<Record>> {
        if !names::is_plain(name) {
            return Ok(None);
        }
        let folder = self.folder(name);
        match Record::read(&folder)? {
            Some(record) if record.name != name => {
                let reason = format!("is the record of {:?}", record.name);
                Err(Record::broken(&folder, reason))
            }
            record => Ok(record),
        }
    }

    /// The datasets that are here, by name.
    pub fn names(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(&self.root) else { return Vec::new() };
        let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
        let here =
            |name: &String| names::is_plain(name) && self.folder(name).join(Record::FILE).is_file();
        let mut names: Vec<String> = names.filter(here).collect();
        names.sort();
        names
    }

    /// What is wrong with the files of a record, each as a clause; all bytes are read.
    ///
    /// # Errors
    /// A file that is there and can't be read.
    pub fn check(&self, record: &Record) -> Result<Vec<String>> {
        let folder = self.place(record);
        let mut wrong = Vec::new();
        for file in &record.file {
            if let Some(reason) = amiss(&folder, file) {
                wrong.push(reason);
            } else if Input::of(&folder.join(&file.name)).checked()?.sha256 != file.sha256 {
                wrong.push(format!("{} is not what was fetched (SHA-256)", file.name));
            }
        }
        Ok(wrong)
    }

    /// Whether the files of a record are there, as large as they were.
    pub fn holds(&self, record: &Record) -> bool {
        let folder = self.place(record);
        record.file.iter().all(|file| amiss(&folder, file).is_none())
    }
}

/// Why a file is not the one that was fetched, as far as its size tells.
fn amiss(folder: &Path, file: &File) -> Option<String> {
    match fs::metadata(folder.join(&file.name)) {
        Ok(meta) if meta.is_file() && meta.len() == file.bytes => None,
        Ok(meta) if meta.is_file() => {
            Some(format!("{} has {} bytes in place of {}", file.name, meta.len(), file.bytes))
        }
        _ => Some(format!("{} is missing", file.name)),
    }
}

/// The paths that a user means by `--data`: one that exists is itself; `china-gis`, or another name
/// of a source, means what was fetched for it; `natural-earth/FILE` one file of that. Any other is
/// left for the reader to refuse.
///
/// # Errors
/// A source that was not fetched, or whose files are not as they were.
pub fn resolve(given: &Path, cache: Option<&Path>) -> Result<Vec<PathBuf>> {
    let itself = || vec![given.to_path_buf()];
    if fs::symlink_metadata(given).is_ok() {
        return Ok(itself());
    }
    let mut parts = Vec::new();
    for part in given.components() {
        match part {
            Component::Normal(part) => parts.push(part.to_string_lossy()),
            _ => return Ok(itself()),
        }
    }
    let (word, one) = match parts.as_slice() {
        [word] => (word, None),
        [word, file] => (word, Some(file)),
        _ => return Ok(itself()),
    };
    let sources = Sources::embedded()?;
    let source = sources.get(word);
    let name = source.map_or(word.as_ref(), |source| &source.name);
    let cache = match Cache::at(cache) {
        Ok(cache) => cache,
        Err(_) if source.is_none() => return Ok(itself()),
        Err(error) => return Err(error),
    };
    let again = format!("reemap fetch {name}");
    let Some(record) = cache.record(name)? else {
        if source.is_none() {
            return Ok(itself());
        }
        let root = cache.root().display();
        return Err(Error::not_found(format!("{name} is not in the cache ({root})"))
            .with_hint(format!("{again} gets it; or give the path of your own copy")));
    };
    let folder = cache.place(&record);
    if let Some(reason) = record.file.iter().find_map(|file| amiss(&folder, file)) {
        let reason = format!("{name} in the cache is damaged: {reason}");
        return Err(Error::not_found(reason).with_hint(format!("{again} gets it again")));
    }
    let files: Vec<PathBuf> = match one {
        None => record.file.iter().filter(|file| !file.metadata).collect::<Vec<_>>(),
        Some(one) => record.file.iter().filter(|file| file.name == **one).collect(),
    }
    .into_iter()
    .map(|file| folder.join(&file.name))
    .collect();
    if files.is_empty() {
        let names: Vec<&str> = record.file.iter().map(|file| file.name.as_str()).collect();
        return Err(Error::not_found(format!("{}: no such file was fetched", given.display()))
            .with_hint(format!("{name} has {}", names.join(", "))));
    }
    Ok(files)
}
