//! What happens while files are fetched.

use std::time::Duration;

/// What happens meanwhile, for who looks on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event<'a> {
    /// Another process fetches the same; this one waits for it.
    Waiting,
    /// A file begins to come, from this byte on, of so many where that is known.
    File {
        /// Its name.
        name: &'a str,
        /// How much is there already.
        at: u64,
        /// Its size.
        of: Option<u64>,
    },
    /// So many bytes of it are there.
    Bytes(u64),
    /// A try failed; the next is after a pause.
    Pause {
        /// Why it failed, as a clause.
        reason: &'a str,
        /// How long the pause is.
        pause: Duration,
    },
}
