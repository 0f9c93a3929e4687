//! A dataset's folder while its files are fetched: nobody else's, and changed in one moment.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::iter;
use std::path::PathBuf;

use super::cache::Cache;
use super::download::{Part, Wanted};
use super::event::Event;
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

    /// The part of a file. One that is what it has to be, and that a run left that was ended as it put
    /// files in place, or that a user laid into the dataset's folder, is taken for it.
    pub fn part(&self, wanted: &Wanted, old: Option<&Record>) -> Result<Part> {
        let part = Part::of(&self.folder, &wanted.name);
        let left = self.strays(old).into_iter().chain([self.folder.clone()]);
        let whole = left.map(|folder| folder.join(&wanted.name)).find(|path| wanted.is(path));
        if let Some(whole) = whole {
            fs::rename(&whole, &part.path).map_err(|cause| Error::io(&whole, cause))?;
        }
        Ok(part)
    }

    /// The name of a folder for files that were fetched on a day: the day, or `2026-11-29-2` where that
    /// is taken.
    pub fn fresh(&self, day: &str) -> String {
        let taken = |name: &String| self.folder.join(name).exists();
        let numbered = (2..).map(|number| format!("{day}-{number}"));
        iter::once(day.to_owned()).chain(numbered).find(|name| !taken(name)).unwrap_or_default()
    }

    /// Puts the parts of all files in the record's folder, and then the record in place of the old one,
    /// which is the moment from which on they count; last, what the old one stood for is removed.
    pub fn put(&self, record: &Record) -> Result<()> {
        let place = self.folder.join(&record.folder);
        fs::create_dir(&place).map_err(|cause| Error::io(&place, cause))?;
        for file in &record.file {
            let (part, whole) = (Part::of(&self.folder, &file.name), place.join(&file.name));
            fs::rename(&part.path, &whole).map_err(|cause| Error::io(&whole, cause))?;
        }
        let path = self.folder.join(Record::FILE);
        let beside = self.folder.join(format!("{}.part", Record::FILE));
        let text = toml::to_string(record)
            .map_err(|cause| Error::not_found(format!("the record can't be written: {cause}")))?;
        let written = File::create(&beside).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
        written.map_err(|cause| Error::io(&beside, cause))?;
        fs::rename(&beside, &path).map_err(|cause| Error::io(&path, cause))?;

        // What can't be removed is in nobody's way.
        record.file.iter().for_each(|file| Part::of(&self.folder, &file.name).remove());
        self.strays(Some(record)).iter().for_each(|stray| drop(fs::remove_dir_all(stray)));
        Ok(())
    }

    /// The folders of files here that are not the record's: of an older one, or of a run that was ended
    /// before its own was written.
    fn strays(&self, record: Option<&Record>) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(&self.folder) else { return Vec::new() };
        let is_stray = |name: &str| {
            Record::is_folder(name) && record.is_none_or(|record| record.folder != name)
        };
        let strays =
            entries.flatten().filter(|entry| entry.file_name().to_str().is_some_and(is_stray));
        let mut strays: Vec<PathBuf> = strays.map(|entry| entry.path()).collect();
        strays.sort();
        strays
    }

    /// Removes the folder where nothing came into it.
    pub fn leave(self) {
        let _ = fs::remove_dir(&self.folder);
    }
}
