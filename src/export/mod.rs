//! Sites as data for other programs, in several formats with the same columns.
//!
//! A [`Plan`] says what is written. Sites are added to [`Block`]s, on any thread; a [`SiteWriter`]
//! takes the blocks in order and is finished with the [`Metadata`], which count what was taken.
//! None holds all sites, save where an order is asked for.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::dataset::{self, Corrected};
use crate::site::{Dataset, Site};

pub mod block;
pub mod columns;
pub mod csv;
mod flatgeobuf;
pub mod format;
pub mod geojson;
#[cfg(feature = "geopackage")]
mod geopackage;
#[cfg(feature = "geoparquet")]
mod geoparquet;
mod hilbert;
pub mod manifest;
pub mod plan;
pub mod projected;
pub mod summary;
mod text;

pub use self::block::{Block, Tally};
pub use self::columns::Columns;
pub use self::format::Format;
pub use self::plan::{Order, Plan, SiteWriter};

/// What a file of sites says about itself.
#[derive(Debug, Clone, Serialize)]
pub struct Metadata {
    /// The datasets that the sites come from.
    pub sources: Vec<Source>,
    /// The licence of the file as a whole: each source's, the strictest deciding.
    pub licence: String,
    /// The program that wrote the file.
    pub generator: &'static str,
    /// The program's version.
    pub version: &'static str,
    /// The version of the rules of classification.
    pub rules_version: String,
    /// The filter in one line; none where nothing was filtered.
    pub filter: Option<String>,
    /// The coordinate system, where it is another than longitude and latitude on WGS 84.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crs: Option<String>,
    /// What was corrected on reading, where a file of corrections was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrections: Option<Corrected>,
    /// How far off the coast a site still counts as in a country, in kilometres, where it isn't the
    /// usual distance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coast_km: Option<f64>,
    /// What `nearest_port` means, where a site has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest_port: Option<&'static str>,
    /// How many sites.
    pub counts: Counts,
}

/// What the nearest port of a site is.
const NEAREST_PORT: &str = "the nearest port of the site's country that exports metals, of those \
    in the data; geodesic distance on WGS 84; (?) where no source states the metals; null where the \
    data list no port of the country; ports of the curated list are located by the World Port Index \
    (public domain)";

/// A dataset as its publisher names it.
#[derive(Debug, Clone, Serialize)]
pub struct Source {
    /// The dataset's name in ids.
    pub dataset: &'static str,
    /// The title.
    pub title: &'static str,
    /// The full citation; none of a user's own points.
    pub citation: Option<&'static str>,
    /// The DOI, where there is one.
    pub doi: Option<&'static str>,
    /// The year of publication, where there is one.
    pub year: Option<u16>,
    /// The licence.
    pub licence: &'static str,
    /// The attribution that the licence asks for, where it does.
    pub attribution: Option<&'static str>,
    /// What a user should know.
    pub notice: Option<&'static str>,
}

/// How many sites a file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// All sites.
    pub sites: usize,
    /// Sites of each dataset that has any.
    pub by_dataset: BTreeMap<&'static str, usize>,
    /// Sites whose source gives no location.
    pub without_location: usize,
}

impl Metadata {
    /// The metadata of these sites.
    pub fn new(sites: &[&Site], filter: Option<&str>, rules_version: &str) -> Self {
        let mut tally = Tally::default();
        sites.iter().for_each(|site| tally.add(site));
        Metadata::of(&tally, filter, rules_version)
    }

    /// The metadata of sites that were counted.
    pub fn of(tally: &Tally, filter: Option<&str>, rules_version: &str) -> Self {
        let counts = tally.counts();
        let sources: Vec<Source> = Dataset::ALL
            .into_iter()
            .filter(|dataset| counts.by_dataset.contains_key(dataset.name()))
            .map(Source::new)
            .collect();
        let mut licences: Vec<&str> = Vec::new();
        for source in &sources {
            if !licences.contains(&source.licence) {
                licences.push(source.licence);
            }
        }
        Metadata {
            licence: licences.join("; "),
            sources,
            generator: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            rules_version: rules_version.into(),
            filter: filter.map(Into::into),
            crs: None,
            corrections: None,
            coast_km: None,
            nearest_port: tally.has_ports().then_some(NEAREST_PORT),
            counts,
        }
    }
}

impl Metadata {
    /// What the file holds, in a line or two for people.
    fn describe(&self) -> String {
        let filter = self.filter.iter().map(|filter| format!(", filtered: {filter}"));
        let sources = self.sources.iter().map(|source| match source.citation {
            Some(citation) => format!("{citation} ({})", source.licence),
            None => source.title.to_owned(),
        });
        let sources: Vec<String> = sources.collect();
        format!(
            "{} sites{}, written by {} {}. From: {}",
            self.counts.sites,
            filter.collect::<String>(),
            self.generator,
            self.version,
            sources.join("; ")
        )
    }
}

impl Source {
    fn new(dataset: Dataset) -> Self {
        match dataset::about(dataset) {
            Some(about) => Source {
                dataset: dataset.name(),
                title: &about.title,
                citation: Some(&about.citation),
                doi: about.doi.as_deref(),
                year: about.year,
                licence: &about.licence,
                attribution: about.attribution.as_deref(),
                notice: about.notice.as_deref(),
            },
            None => Source {
                dataset: dataset.name(),
                title: "the user's own points",
                citation: None,
                doi: None,
                year: None,
                licence: "not stated",
                attribution: None,
                notice: None,
            },
        }
    }
}
