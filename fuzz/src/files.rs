//! Files for readers, in a folder that is used again and again.

use std::cell::RefCell;
use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use tempfile::{Builder, TempDir};
use zip::write::SimpleFileOptions;

/// What stands between the parts of an input that is several files.
const BETWEEN: &[u8] = b"\n%%%%\n";

thread_local! {
    static FOLDER: RefCell<Option<TempDir>> = const { RefCell::new(None) };
}

/// A folder in memory where the system has such, which no disk can slow down.
pub fn folder(suffix: &str) -> TempDir {
    let memory = Path::new("/dev/shm");
    let mut builder = Builder::new();
    let builder = builder.prefix("reemap-fuzz-").suffix(suffix);
    let made = if memory.is_dir() { builder.tempdir_in(memory) } else { builder.tempdir() };
    made.expect("a folder")
}

/// Writes files, has something done with the first of them, and removes them.
pub fn with<T>(files: &[(&str, &[u8])], work: impl FnOnce(&Path) -> T) -> T {
    let folder = FOLDER.take().unwrap_or_else(|| folder(""));
    let path = |name: &str| folder.path().join(name);
    files.iter().for_each(|(name, bytes)| fs::write(path(name), bytes).expect("written"));
    let done = work(&path(files.first().expect("a file").0));
    files.iter().for_each(|(name, _)| fs::remove_file(path(name)).expect("removed"));
    FOLDER.set(Some(folder));
    done
}

/// The parts of an input.
pub fn parts(input: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(input);
    std::iter::from_fn(move || {
        let bytes = rest?;
        let end = bytes.windows(BETWEEN.len()).position(|window| window == BETWEEN);
        rest = end.and_then(|end| bytes.get(end + BETWEEN.len()..));
        bytes.get(..end.unwrap_or(bytes.len()))
    })
}

/// An input of several parts.
pub fn joined(parts: &[&[u8]]) -> Vec<u8> {
    parts.join(BETWEEN)
}

/// An archive of members that are not compressed.
pub fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in members {
        // A name twice is refused.
        if archive.start_file(*name, options).is_ok() {
            archive.write_all(bytes).expect("in memory");
        }
    }
    archive.finish().expect("in memory").into_inner()
}
