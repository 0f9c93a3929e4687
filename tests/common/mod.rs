//! What the tests share.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::path::{Path, PathBuf};

/// A file of the official databases, which stay out of the repository: beside the checkout in
/// `../shared/data`, or where `REEMAP_SHARED` points. None, with a word, where they are absent.
pub fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("REEMAP_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"),
        PathBuf::from,
    );
    let file = root.join(path);
    if file.exists() {
        return Some(file);
    }
    eprintln!("skipped: {} is not here", file.display());
    None
}
