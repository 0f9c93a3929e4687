//! A dataset's folder while its files are fetched: nobody else's, and changed all at once.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::PathBuf;

use super::cache::Cache;
use super::download::{Part, Wanted};
use super::get::Event;
use super::record::Record;
use crate::error::{Error, Result};

/// The folder, locked until this is dropped, or the process ends in whatever way.
pub(super) struct Keep {
    /// The folder.
    pub folder: PathBuf,
    _lock: File,
}

impl Keep {
    /// Waits until no other process fetches this dataset, and makes its folder.
    pub fn lock(cache: &Cache, name: &str, watch: &mut dyn FnMut(Event<'_>)) -> Result<Self> {
        let made = |folder: PathBuf| match fs::create_dir_all(&folder) {
            Ok(()) => Ok(folder),
            Err(cause) => Err(Error::io(folder, cause)),
        };
        let folder = made(cache.folder(name))?;
        // The lock lies outside the folder, so that the folder has the dataset's files only.
        let path = made(cache.root().join(".locks"))?.join(name);
        let lock = File::create(&path).map_err(|cause| Error::io(&path, cause))?;
        let waited = match lock.try_lock() {
            Err(TryLockError::WouldBlock) => {
                watch(Event::Waiting);
                lock.lock()
            }
            Err(TryLockError::Error(cause)) => Err(cause),
            Ok(()) => Ok(()),
        };
        match waited {
            // Some shared folders know no locks; there, two at once are the user's to avoid.
            Err(cause) if cause.kind() != io::ErrorKind::Unsupported => Err(Error::io(path, cause)),
            _ => Ok(Keep { folder, _lock: lock }),
        }
    }

    /// The part of a file. Without a record, a file that is what it has to be is taken for it: a run
    /// was ended as it put files in place, or a user laid it there.
    pub fn part(&self, wanted: &Wanted, recorded: bool) -> Result<Part> {
        let part = Part::of(&self.folder, &wanted.name);
        let whole = self.folder.join(&wanted.name);
        if !recorded && wanted.is(&whole) {
            fs::rename(&whole, &part.path).map_err(|cause| Error::io(&whole, cause))?;
        }
        Ok(part)
    }

    /// Puts the parts of all files in place, writes the record, and removes files of the old record
    /// that are no more among them.
    pub fn put(&self, record: &Record, old: Option<&Record>) -> Result<()> {
        let path = self.folder.join(Record::FILE);
        let beside = self.folder.join(format!("{}.part", Record::FILE));
        let text = toml::to_string(record)
            .map_err(|cause| Error::not_found(format!("the record can't be written: {cause}")))?;
        let written = File::create(&beside).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
        written.map_err(|cause| Error::io(&beside, cause))?;

        // Without a record no file here counts, and with the new one all are its.
        match fs::remove_file(&path) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
                return Err(Error::io(&path, cause));
            }
            _ => {}
        }
        for file in &record.file {
            let (part, whole) = (Part::of(&self.folder, &file.name), self.folder.join(&file.name));
            fs::rename(&part.path, &whole).map_err(|cause| Error::io(&whole, cause))?;
        }
        fs::rename(&beside, &path).map_err(|cause| Error::io(&path, cause))?;

        for file in &record.file {
            Part::of(&self.folder, &file.name).remove();
        }
        for gone in old.into_iter().flat_map(|old| &old.file) {
            if !record.file.iter().any(|file| file.name == gone.name) {
                // What can't be removed is in nobody's way.
                let _ = fs::remove_file(self.folder.join(&gone.name));
                Part::of(&self.folder, &gone.name).remove();
            }
        }
        Ok(())
    }

    /// Removes the folder where nothing came into it.
    pub fn leave(self) {
        let _ = fs::remove_dir(&self.folder);
    }
}
