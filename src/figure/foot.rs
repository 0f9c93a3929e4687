//! The words of a figure: its numbers in title and subtitle, and at its foot what is not shown,
//! the sources and the boundary note.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::legend::grouped;
use super::projection::Projection;
use super::{Counts, Material};
use crate::basemap;
use crate::dataset::{self, About};
use crate::site::{Dataset, ReeType, Site};

/// The words that a figure's texts may hold in braces, such as `{n}`.
pub struct Words(BTreeMap<&'static str, String>);

impl Words {
    /// The words of a figure that shows sites and ports of these datasets.
    pub fn new(counts: &Counts, used: &[Dataset]) -> Self {
        let mut as_of: Vec<_> =
            used.iter().filter_map(|&one| dataset::about(one)).map(|a| a.as_of.clone()).collect();
        as_of.dedup();
        Words(BTreeMap::from([
            ("{n}", grouped(counts.drawn)),
            ("{selected}", grouped(counts.selected)),
            ("{ports}", grouped(counts.ports)),
            ("{without-location}", grouped(counts.without_location)),
            ("{as-of}", if as_of.is_empty() { "no date stated".into() } else { as_of.join("; ") }),
        ]))
    }

    /// A text with its words in braces replaced.
    pub fn fill(&self, text: &str) -> String {
        self.0.iter().fold(text.to_string(), |text, (word, value)| text.replace(word, value))
    }
}

/// The paragraphs at a figure's foot. `notes` are the figure's own.
pub fn paragraphs(
    notes: impl Iterator<Item = String>,
    sites: &[&Site],
    material: &Material,
    counts: &Counts,
    used: &[Dataset],
    projection: &Projection,
) -> Vec<String> {
    let mut remarks: Vec<String> = evidence(sites).into_iter().collect();
    let not_shown = not_shown(counts);
    if !not_shown.is_empty() {
        remarks.push(format!("Not shown: {}.", not_shown.join("; ")));
    }
    if counts.covered > 0 {
        let lie = if counts.covered == 1 { "symbol lies" } else { "symbols lie" };
        let count = grouped(counts.covered);
        remarks.push(format!("On the main map {count} {lie} wholly under others."));
    }
    let mut paragraphs: Vec<String> = notes.collect();
    paragraphs.extend((!remarks.is_empty()).then(|| remarks.join(" ")));
    // The two tables of the global database are one source.
    let table_of_other =
        |one: &Dataset| *one == Dataset::GlobalReeNonspatial && used.contains(&Dataset::GlobalRee);
    let used = used.iter().filter(|one| !table_of_other(one));
    let mut sources: Vec<_> = used.filter_map(|&one| dataset::about(one)).map(credit).collect();
    sources.extend(own_files(sites));
    let sources = match sources.is_empty() {
        true => String::new(),
        false => format!("Sources: {}. ", sources.join("; ")),
    };
    paragraphs.push(format!(
        "{sources}Classes: reemap {}, rules {}. Basemap: {}. Projection: {}. {}",
        env!("CARGO_PKG_VERSION"),
        material.rules_version,
        basemap::SOURCE,
        projection.title,
        basemap::CREDIT,
    ));
    paragraphs
}

/// What the types of the sites drawn rest on, the most frequent first.
fn evidence(sites: &[&Site]) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for site in sites.iter().filter(|site| site.ree_type.value != ReeType::Unknown) {
        *counts.entry(site.ree_type.basis.as_str()).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(basis, count)| (std::cmp::Reverse(*count), *basis));
    let parts: Vec<_> =
        counts.iter().map(|(basis, count)| format!("{basis} ({})", grouped(*count))).collect();
    (!parts.is_empty()).then(|| format!("Types rest on: {}.", parts.join(", ")))
}

/// The files of a user's own points, by their names.
fn own_files(sites: &[&Site]) -> BTreeSet<String> {
    let points = sites.iter().filter(|site| site.dataset == Dataset::Points);
    points
        .filter_map(|site| Path::new(&site.record.file).file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

/// A dataset in a source line.
fn credit(about: &About) -> String {
    let mut credit = format!("{}, {}", about.short, about.title);
    if let Some(doi) = &about.doi {
        credit.push_str(", doi ");
        credit.push_str(doi);
    }
    if let Some(attribution) = &about.attribution {
        credit.push_str(", ");
        credit.push_str(attribution);
    }
    credit
}

fn not_shown(counts: &Counts) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = |count: usize, one: &str, more: &str| {
        if count > 0 {
            parts.push(format!("{} {}", grouped(count), if count == 1 { one } else { more }));
        }
    };
    part(counts.without_location, "site without a location", "sites without a location");
    part(counts.outside_frame, "site outside the frame", "sites outside the frame");
    part(counts.ports_not_drawn, "port without a location here", "ports without a location here");
    part(
        counts.nonspatial.unwrap_or(0),
        "more in the database, which has no location",
        "more in the database, which have no location",
    );
    parts
}
