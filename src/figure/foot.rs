//! The words of a figure: its numbers in title and subtitle, and at its foot what is not shown,
//! the sources and the boundary note.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use super::context::Context;
use super::legend::grouped;
use super::projection::Projection;
use super::spec::Figure;
use super::{Counts, Material};
use crate::basemap;
use crate::dataset::{self, About};
use crate::site::{Dataset, Port, ReeType, Site};

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

/// What the foot of a figure tells of.
pub struct Foot<'a> {
    /// The figure.
    pub figure: &'a Figure,
    /// What it was drawn from.
    pub material: &'a Material<'a>,
    /// The sites drawn.
    pub sites: &'a [&'a Site],
    /// The ports drawn.
    pub ports: &'a [&'a Port],
    /// What is drawn around them.
    pub context: &'a [Context<'a>],
    /// How many there are.
    pub counts: &'a Counts,
    /// The datasets of sites and ports.
    pub used: &'a [Dataset],
    /// The projection of the main map.
    pub projection: &'a Projection,
}

impl Foot<'_> {
    /// The paragraphs; the figure's own notes go first, with these `words`.
    pub fn paragraphs(&self, words: &Words) -> Vec<String> {
        let counts = self.counts;
        let mut remarks: Vec<String> = evidence(self.sites).into_iter().collect();
        let not_shown = not_shown(counts);
        if !not_shown.is_empty() {
            remarks.push(format!("Not shown: {}.", not_shown.join("; ")));
        }
        if counts.covered > 0 {
            let lie = if counts.covered == 1 { "symbol lies" } else { "symbols lie" };
            let count = grouped(counts.covered);
            remarks.push(format!("On the main map {count} {lie} wholly under others."));
        }
        let mut paragraphs: Vec<String> =
            self.figure.notes.iter().map(|note| words.fill(note)).collect();
        paragraphs.extend((!remarks.is_empty()).then(|| remarks.join(" ")));
        let mut parts: Vec<String> = self.official_layers().into_iter().collect();
        parts.extend(self.context_layers());
        parts.extend(self.sources());
        parts.push(format!(
            "Classes: reemap {}, rules {}. Basemap: {}. Projection: {}. {}",
            env!("CARGO_PKG_VERSION"),
            self.material.rules_version,
            basemap::SOURCE,
            self.projection.title,
            basemap::CREDIT,
        ));
        paragraphs.push(parts.join(" "));
        paragraphs
    }

    /// The datasets and files, as they are to be cited.
    fn sources(&self) -> Option<String> {
        let origins = self.context.iter().flat_map(|context| &context.origins);
        let mut used = self.used.to_vec();
        used.extend(origins.filter_map(|origin| origin.dataset));
        used.sort();
        used.dedup();
        // The two tables of the global database are one source.
        if used.contains(&Dataset::GlobalRee) {
            used.retain(|one| *one != Dataset::GlobalReeNonspatial);
        }
        let mut sources: Vec<_> = used.into_iter().filter_map(dataset::about).map(credit).collect();
        sources.extend(own_files(self.sites));
        (!sources.is_empty()).then(|| format!("Sources: {}.", sources.join("; ")))
    }

    /// The layers of the GIS compilations that the sites and ports were read from, and that the
    /// curated ones were left out beside them.
    fn official_layers(&self) -> Option<String> {
        let official = |dataset: Dataset| COMPILATIONS.contains(&dataset);
        let sites = || self.sites.iter().filter(|site| official(site.dataset));
        let ports = || self.ports.iter().filter(|port| official(port.dataset));
        let mut layers = Layers::default();
        let records = sites().map(|site| &site.record).chain(ports().map(|port| &port.record));
        records.for_each(|record| layers.add(Path::new(&record.file), &record.table));
        let heading = match (sites().next(), ports().next()) {
            (Some(_), Some(_)) => "Sites and ports",
            (Some(_), None) => "Sites",
            (None, Some(_)) => "Ports",
            (None, None) => return None,
        };
        // The figure asks for curated ones too; where China's official layer is, none are at hand.
        let left_out = |wanted: &[String], at_hand: &mut dyn Iterator<Item = Dataset>| {
            let at_hand: BTreeSet<Dataset> = at_hand.collect();
            wanted.iter().any(|name| name == Dataset::Curated.name())
                && at_hand.contains(&Dataset::ChinaGis)
                && !at_hand.contains(&Dataset::Curated)
        };
        let Material { sites, ports, .. } = self.material;
        let wanted_ports = self.figure.ports.as_ref().map(|ports| &ports.select.dataset[..]);
        let left_out = match (
            left_out(&self.figure.sites.dataset, &mut sites.iter().map(|site| site.dataset)),
            left_out(wanted_ports.unwrap_or_default(), &mut ports.iter().map(|port| port.dataset)),
        ) {
            (true, true) => "; the curated plants and ports are left out beside them",
            (true, false) => "; the curated plants are left out beside them",
            (false, true) => "; the curated ports are left out beside them",
            (false, false) => "",
        };
        Some(format!("{heading}: {layers}{left_out}."))
    }

    /// The layers drawn around the sites.
    fn context_layers(&self) -> Option<String> {
        let mut layers = Layers::default();
        let origins = self.context.iter().flat_map(|context| &context.origins);
        origins.for_each(|origin| layers.add(&origin.file, &origin.layer));
        (!layers.0.is_empty()).then(|| format!("Context: {layers}."))
    }
}

/// The datasets that come as geodatabases of many layers.
const COMPILATIONS: [Dataset; 5] = [
    Dataset::ChinaGis,
    Dataset::AfricaGis,
    Dataset::IndoPacificGis,
    Dataset::SouthwestAsiaGis,
    Dataset::OtherGis,
];

/// Layers by the files that hold them, in the order met.
#[derive(Default)]
struct Layers(Vec<(String, Vec<String>)>);

impl Layers {
    fn add(&mut self, file: &Path, layer: &str) {
        let name = given_name(file);
        let place = self.0.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
            self.0.push((name, Vec::new()));
            self.0.len() - 1
        });
        if let Some((_, layers)) = self.0.get_mut(place)
            && !layers.iter().any(|known| known == layer)
        {
            layers.push(layer.to_owned());
        }
    }
}

impl fmt::Display for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (file, layers)) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            // A file of one layer is named like it.
            match Path::new(file)
                .file_stem()
                .is_some_and(|stem| layers.iter().all(|l| stem == &**l))
            {
                true => f.write_str(file)?,
                false => write!(f, "{} of {file}", layers.join(", "))?,
            }
        }
        Ok(())
    }
}

/// The name of the file that a user gave: of an archive's member, the archive's.
fn given_name(file: &Path) -> String {
    let mut parts = file.components().map(|part| part.as_os_str().to_string_lossy());
    let archive = parts.find(|part| part.to_lowercase().ends_with(".zip"));
    let name = archive.or_else(|| file.file_name().map(|name| name.to_string_lossy()));
    name.unwrap_or_default().into_owned()
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
