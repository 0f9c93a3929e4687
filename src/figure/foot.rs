//! The words of a figure: its numbers in title and subtitle, and at its foot what is not shown,
//! the sources and the boundary note.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::context::Context;
use super::language::Words;
use super::legend::grouped;
use super::projection::Projection;
use super::spec::{Attribute, Figure};
use super::{Counts, Material};
use crate::basemap;
use crate::dataset::{self, About};
use crate::site::{Dataset, Port, ReeType, Site};

/// What [`Projection`] adds to the name of a system of longitude and latitude,
const PLATE_CARREE: &str = ", as a plate carrée";
/// and to one that it moved to another meridian.
const CENTRAL_MERIDIAN: &str = ", central meridian ";

/// What stands for the words in braces, such as `{n}`, that a figure's texts may hold.
pub struct Blanks(BTreeMap<&'static str, String>);

impl Blanks {
    /// The blanks of a figure that shows sites and ports of these datasets; `by` is what its
    /// colours say.
    pub fn new(counts: &Counts, used: &[Dataset], by: &str, words: &Words) -> Self {
        let about = used.iter().filter_map(|&one| dataset::about(one));
        let mut as_of: Vec<_> = about.map(|about| words.term(&about.as_of).to_string()).collect();
        as_of.dedup();
        let as_of = match as_of.is_empty() {
            true => words.foot.no_date.clone(),
            false => as_of.join(&words.lists.semicolon),
        };
        Blanks(BTreeMap::from([
            ("{n}", grouped(counts.drawn)),
            ("{selected}", grouped(counts.selected)),
            ("{ports}", grouped(counts.ports)),
            ("{without-location}", grouped(counts.without_location)),
            ("{as-of}", as_of),
            ("{by}", by.to_string()),
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
    /// How many of the sites drawn lie in no area of a choropleth.
    pub nowhere: usize,
    /// The datasets of sites and ports.
    pub used: &'a [Dataset],
    /// The words.
    pub words: &'a Words,
}

impl Foot<'_> {
    /// The paragraphs, of a main map in that projection; the figure's own notes go first, their
    /// `blanks` filled.
    pub fn paragraphs(
        &self,
        blanks: &Blanks,
        counts: &Counts,
        projection: &Projection,
    ) -> Vec<String> {
        let foot = &self.words.foot;
        let mut remarks: Vec<String> = self.evidence().into_iter().collect();
        let not_shown = self.not_shown(counts);
        if !not_shown.is_empty() {
            let list = not_shown.join(&self.words.lists.semicolon);
            remarks.push(foot.not_shown.replace("{list}", &list));
        }
        if self.nowhere > 0 {
            remarks.push(self.words.choropleth.nowhere.of(self.nowhere));
        }
        if counts.moved > 0 {
            // Rounded up: at most so far.
            let mm = format!("{:.1}", (counts.moved_mm * 10.0).ceil() / 10.0);
            remarks.push(foot.moved.of(counts.moved).replace("{mm}", &mm));
        }
        if counts.unlabelled > 0 {
            remarks.push(foot.unlabelled.of(counts.unlabelled));
        }
        if counts.covered > 0 {
            remarks.push(foot.covered.of(counts.covered));
        }
        if counts.under_insets > 0 {
            remarks.push(foot.under_insets.of(counts.under_insets));
        }
        let language = self.words.language();
        let notes = self.figure.notes.iter().map(|note| blanks.fill(note.of(language)));
        let mut paragraphs: Vec<String> = notes.collect();
        paragraphs.extend((!remarks.is_empty()).then(|| self.sentences(&remarks)));
        let mut parts: Vec<String> = self.official_layers().into_iter().collect();
        parts.extend(self.context_layers());
        parts.extend(self.sources());
        let classes = foot.classes.replace("{version}", env!("CARGO_PKG_VERSION"));
        parts.push(classes.replace("{rules}", self.material.rules_version));
        parts.push(foot.basemap.replace("{name}", basemap::SOURCE));
        parts.push(foot.projection.replace("{name}", &self.projection_name(projection)));
        parts.push(foot.boundaries.clone());
        paragraphs.push(self.sentences(&parts));
        paragraphs
    }

    /// What the types of the sites drawn rest on, the most frequent first; none where colours say
    /// something else.
    fn evidence(&self) -> Option<String> {
        if self.figure.tells() != Attribute::ReeType {
            return None;
        }
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for site in self.sites.iter().filter(|site| site.ree_type.value != ReeType::Unknown) {
            *counts.entry(site.ree_type.basis.as_str()).or_default() += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(basis, count)| (std::cmp::Reverse(*count), *basis));
        let words = self.words;
        let part = |(basis, count)| format!("{} ({})", words.term(basis), grouped(count));
        let parts: Vec<String> = counts.into_iter().map(part).collect();
        let list = words.listed(&parts);
        (!parts.is_empty()).then(|| words.foot.types.replace("{list}", &list))
    }

    /// What the figure was asked for and does not show.
    fn not_shown(&self, counts: &Counts) -> Vec<String> {
        let foot = &self.words.foot;
        let parts = [
            (counts.without_location, &foot.not_located),
            (counts.outside_frame, &foot.outside),
            (counts.ports_not_drawn, &foot.ports),
            (counts.nonspatial.unwrap_or(0), &foot.nonspatial),
        ];
        let parts = parts.into_iter().filter(|(count, _)| *count > 0);
        parts.map(|(count, words)| words.of(count)).collect()
    }

    fn sentences(&self, sentences: &[String]) -> String {
        sentences.join(&self.words.lists.blank)
    }

    /// The projection's name with what it is set to.
    fn projection_name(&self, projection: &Projection) -> String {
        let (title, foot) = (&projection.title, &self.words.foot);
        if let Some(name) = title.strip_suffix(PLATE_CARREE) {
            return foot.plate_carree.replace("{name}", name);
        }
        if self.words.has(title) {
            return self.words.term(title).to_string();
        }
        match (title.split_once(CENTRAL_MERIDIAN), title.split_once(" (")) {
            (Some((name, meridian)), _) => {
                let named = foot.central_meridian.replace("{name}", self.words.term(name));
                named.replace("{meridian}", meridian)
            }
            (None, Some((name, set_to))) => format!("{} ({set_to}", self.words.term(name)),
            (None, None) => title.clone(),
        }
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
        let list = sources.join(&self.words.lists.semicolon);
        (!sources.is_empty()).then(|| self.words.foot.sources.replace("{list}", &list))
    }

    /// The layers of the GIS compilations that the sites and ports were read from, and that the
    /// curated ones were left out beside them.
    fn official_layers(&self) -> Option<String> {
        let foot = &self.words.foot;
        let official = |dataset: Dataset| COMPILATIONS.contains(&dataset);
        let sites = || self.sites.iter().filter(|site| official(site.dataset));
        let ports = || self.ports.iter().filter(|port| official(port.dataset));
        let mut layers = Layers::default();
        let records = sites().map(|site| &site.record).chain(ports().map(|port| &port.record));
        records.for_each(|record| layers.add(Path::new(&record.file), &record.table));
        let heading = match (sites().next(), ports().next()) {
            (Some(_), Some(_)) => &foot.sites_and_ports,
            (Some(_), None) => &foot.sites,
            (None, Some(_)) => &foot.ports_from,
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
            (true, true) => &*foot.both_left_out,
            (true, false) => &*foot.plants_left_out,
            (false, true) => &*foot.ports_left_out,
            (false, false) => "",
        };
        Some(heading.replace("{list}", &format!("{}{left_out}", layers.listed(self.words))))
    }

    /// The layers drawn around the sites.
    fn context_layers(&self) -> Option<String> {
        let mut layers = Layers::default();
        let origins = self.context.iter().flat_map(|context| &context.origins);
        origins.for_each(|origin| layers.add(&origin.file, &origin.layer));
        let list = layers.listed(self.words);
        (!list.is_empty()).then(|| self.words.foot.context.replace("{list}", &list))
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

    fn listed(&self, words: &Words) -> String {
        let of_file = |(file, layers): &(String, Vec<String>)| {
            // A file of one layer is named like it.
            let stem = Path::new(file).file_stem();
            match stem.is_some_and(|stem| layers.iter().all(|layer| stem == &**layer)) {
                true => file.clone(),
                false => {
                    let list = words.listed(layers);
                    words.foot.layers_of.replace("{list}", &list).replace("{file}", file)
                }
            }
        };
        let files: Vec<String> = self.0.iter().map(of_file).collect();
        files.join(&words.lists.semicolon)
    }
}

/// The name of the file that a user gave: of an archive's member, the archive's.
fn given_name(file: &Path) -> String {
    let mut parts = file.components().map(|part| part.as_os_str().to_string_lossy());
    let archive = parts.find(|part| part.to_lowercase().ends_with(".zip"));
    let name = archive.or_else(|| file.file_name().map(|name| name.to_string_lossy()));
    name.unwrap_or_default().into_owned()
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
