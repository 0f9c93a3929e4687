//! Reads a file geodatabase of which one file is whatever the fuzzer makes of it.
//!
//! The input's first byte chooses the file among those of `tests/fixtures/gdb/mixed.gdb.zip`, the
//! rest takes its place. Run with `cargo +nightly fuzz run gdb`.

#![no_main]

use std::cell::LazyCell;
use std::fs;
use std::io::{Cursor, Read};

use libfuzzer_sys::fuzz_target;

/// A sound geodatabase.
const SOUND: &[u8] = include_bytes!("../../tests/fixtures/gdb/mixed.gdb.zip");

/// A folder with the geodatabase, and its files by name.
struct Place {
    folder: tempfile::TempDir,
    files: Vec<(String, Vec<u8>)>,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::Builder::new().suffix(".gdb").tempdir().expect("a folder");
        let mut archive = zip::ZipArchive::new(Cursor::new(SOUND)).expect("a zip");
        let mut files = Vec::new();
        for index in 0..archive.len() {
            let mut member = archive.by_index(index).expect("a member");
            let name = member.name().expect("a name");
            let name = name.rsplit('/').next().unwrap_or_default().to_owned();
            let mut bytes = Vec::new();
            member.read_to_end(&mut bytes).expect("sound");
            fs::write(folder.path().join(&name), &bytes).expect("written");
            if name.contains("gdbtabl") {
                files.push((name, bytes));
            }
        }
        Place { folder, files }
    }
}

thread_local! {
    static PLACE: LazyCell<Place> = LazyCell::new(Place::new);
}

fuzz_target!(|data: &[u8]| {
    let Some((choice, bytes)) = data.split_first() else { return };
    PLACE.with(|place| {
        let (name, sound) = &place.files[usize::from(*choice) % place.files.len()];
        let file = place.folder.path().join(name);
        fs::write(&file, bytes).expect("written");
        if let Ok(sources) = reemap::source::open(place.folder.path()) {
            for layer in sources.iter().flat_map(|source| &source.layers) {
                if let Ok(rows) = layer.rows() {
                    rows.flatten().for_each(|row| assert_eq!(row.cells.len(), layer.columns.len()));
                }
            }
        }
        fs::write(&file, sound).expect("written");
    });
});
