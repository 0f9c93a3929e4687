//! The record of what was fetched: `fetched.toml`, beside the folder of the files.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::names;
use crate::error::{At, Error, Result};
use crate::source::Checked;

/// What was fetched for one dataset, from where, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The dataset's name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Its DOI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doi: Option<String>,
    /// Its licence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// The item of the catalogue, or the page, that lists the files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// When the last of the files was there, in UTC, as RFC 3339 writes it.
    pub fetched: String,
    /// The folder that they lie in, beside the record.
    pub folder: String,
    /// The program that fetched them, with its version.
    pub by: String,
    /// The files.
    pub file: Vec<File>,
}

/// One fetched file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Its name in the dataset's folder.
    pub name: String,
    /// Where it came from.
    pub url: String,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, in lower-case hexadecimals.
    pub sha256: String,
    /// Its MD5, likewise.
    pub md5: String,
    /// The server's tag of this version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// When it was last changed, in the server's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
    /// Whether it only describes the others.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub metadata: bool,
}

/// Where an input of a run was fetched from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// The input.
    pub path: PathBuf,
    /// The dataset that it was fetched for.
    pub name: String,
    /// The address.
    pub url: String,
    /// The item of the catalogue, or the page, that lists it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// The dataset's DOI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doi: Option<String>,
}

impl Origin {
    /// The origin of an input that lies where a record tells, and whose bytes are still those that were
    /// fetched; none of others.
    pub fn of(input: &Checked) -> Option<Self> {
        let folder = input.path.parent()?;
        let record = Record::read(folder.parent()?).ok()??;
        let (folder, name) = (folder.file_name()?, input.path.file_name()?);
        let mut files = record.file.into_iter().filter(|_| folder == record.folder.as_str());
        let file = files.find(|file| name == file.name.as_str())?;
        (file.sha256 == input.sha256).then_some(Origin {
            path: input.path.clone(),
            name: record.name,
            url: file.url,
            item: record.item,
            doi: record.doi,
        })
    }
}

impl Record {
    /// The record's name in a dataset's folder.
    pub const FILE: &'static str = "fetched.toml";

    /// The record in a folder; none where there is none.
    ///
    /// # Errors
    /// A record that can't be read, or that names files outside its folder.
    pub fn read(folder: &Path) -> Result<Option<Self>> {
        let path = folder.join(Self::FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(Error::io(path, cause)),
        };
        let record: Record =
            toml::from_str(&text).map_err(|error| Self::broken(folder, error.to_string()))?;
        match record.file.iter().find(|file| names::refused(&file.name).is_some()) {
            Some(file) => {
                let reason = format!("{:?} is no name of a fetched file", file.name);
                Err(Self::broken(folder, reason))
            }
            None if !Self::is_folder(&record.folder) => {
                Err(Self::broken(folder, format!("{:?} is no folder of files", record.folder)))
            }
            None => Ok(Some(record)),
        }
    }

    /// Whether a folder beside the record is named as those of files are: `2026-11-29`, `2026-11-29-2`.
    pub(super) fn is_folder(name: &str) -> bool {
        let parts: Vec<&str> = name.split('-').collect();
        let digits = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
        (3..=4).contains(&parts.len()) && parts.iter().all(digits)
    }

    /// The error of a folder's record that makes no sense.
    pub(super) fn broken(folder: &Path, reason: String) -> Error {
        let name = folder.file_name().unwrap_or_default().display();
        Error::input(At::file(folder.join(Self::FILE)), reason)
            .with_hint(format!("reemap fetch --force {name} fetches the files again"))
    }
}
