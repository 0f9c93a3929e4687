//! The official files, from their catalogue into the user's cache, where `--data NAME` finds them.
//!
//! ```text
//! sources.toml → the catalogue's JSON → files wanted → downloads → checked → the cache
//! ```
//!
//! - [`sources`] says what can be fetched.
//! - [`cache`] is the folder that holds it, with a [`record`] of each dataset.
//! - `catalogue` reads what an item of the catalogue lists, `download` gets one file through
//!   `client`, again and from where it stopped as `retry` says.
//!
//! Nothing that comes over the network is trusted: names are checked before they are paths
//! (`names`), lengths are bounded, checksums hold before a file takes its place, and archives stay
//! packed. Without the feature `fetch` the cache is still found, and nothing is fetched.

pub mod cache;
#[cfg(feature = "fetch")]
mod catalogue;
#[cfg(feature = "fetch")]
mod client;
#[cfg(feature = "fetch")]
mod download;
#[cfg(feature = "fetch")]
mod event;
#[cfg(feature = "fetch")]
mod get;
#[cfg(feature = "fetch")]
mod keep;
mod names;
pub mod record;
#[cfg(feature = "fetch")]
mod retry;
pub mod sources;

#[cfg(feature = "fetch")]
pub use self::client::Client;
#[cfg(feature = "fetch")]
pub use self::event::Event;
#[cfg(feature = "fetch")]
pub use self::get::{Outcome, Settings, fetch};
#[cfg(feature = "fetch")]
pub use self::retry::Retries;
