//! Panics of reemap's own code that its readers would take for those of a library, and catch.

use std::cell::RefCell;
use std::panic::{set_hook, take_hook};
use std::sync::Once;

use super::formats;

thread_local! {
    /// What the program's own code said in a panic that nobody has told yet.
    static OWN: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Looks on from now.
pub fn watch() {
    static WATCHING: Once = Once::new();
    WATCHING.call_once(|| {
        // The readers put a hook of theirs before what is there; this one comes before it.
        formats::zip_seeds().iter().for_each(|seed| formats::zip(seed));
        formats::parquet(b"PAR1");
        let before = take_hook();
        set_hook(Box::new(move |panic| {
            // Libraries lie elsewhere than in the workspace.
            if panic.location().is_some_and(|at| at.file().starts_with("src/")) {
                OWN.set(Some(panic.to_string()));
            }
            before(panic);
        }));
    });
}

/// Tells of a panic that was caught on this thread.
pub fn tell() {
    let said = OWN.take();
    assert!(said.is_none(), "caught, though it is no library's: {}", said.unwrap_or_default());
}
