//! Maps, tables and data of rare-earth sites, from the official databases.
//!
//! Data runs one way, and each step is a module:
//!
//! ```text
//! files → source → dataset → site → classify → place → select → figure, table, export
//! ```
//!
//! - [`fetch`] gets the official files into the user's cache.
//! - [`source`] opens files and yields rows; it knows formats and nothing of rare earths.
//! - [`crs`] knows coordinate systems, for layers that are read, maps and exports.
//! - [`dataset`] knows the schemas of the databases and turns rows into [`site::Site`]s.
//! - [`resource`] reads what the databases state of resources and reserves.
//! - [`classify`] says which segments of the supply chain a site is in and which rare earths
//!   it holds, and on what evidence.
//! - [`place`] finds the country and the province that a site lies in.
//! - [`link`] finds the same site in several databases.
//! - [`property`] names what is known of a site.
//! - [`select`] narrows sites by what a user asks for.
//! - [`stream`] takes tables larger than memory all that way, a block at a time.
//! - [`figure`], [`table`] and [`export`] make what people take away.
//! - [`audit`] says what of the databases is wrong, doubtful, or would be counted twice.

pub mod areas;
pub mod audit;
pub mod basemap;
pub mod classify;
pub mod crs;
pub mod dataset;
pub mod error;
pub mod export;
pub mod fetch;
pub mod figure;
pub mod fonts;
mod letters;
pub mod link;
pub mod output;
pub mod parallel;
pub mod place;
pub mod property;
pub mod resource;
pub mod select;
mod simplify;
pub mod site;
pub mod source;
pub mod stream;
pub mod table;

pub use error::{Error, Notices, Result};
