//! From arguments to sites: read, classified, located, selected.

use std::collections::HashSet;
use std::path::PathBuf;

use reemap::classify::Rules;
use reemap::dataset::context::{self, ContextLayer};
use reemap::dataset::gis::Kind;
use reemap::dataset::{self, Aside, Collection, Corrections, Reading, Unsettled, Watch};
use reemap::figure::Material;
use reemap::figure::language::{Language, Phrase, Words};
use reemap::figure::legend::grouped;
use reemap::figure::spec::{Attribute, Figure};
use reemap::place::{self, Gazetteer};
use reemap::property::Needs;
use reemap::select::{Selection, Selector};
use reemap::site::{Dataset, Port, Site};
use reemap::stream::{Pass, Passed};
use reemap::{Error, Notices, Result};

use super::args::DataArgs;
use super::terminal::Terminal;

/// Everything that was read, ready to be asked.
pub struct Loaded {
    /// Sites, ports and references, classified and located.
    pub collection: Collection,
    /// The layers that a figure draws around them, read.
    pub context: Vec<ContextLayer>,
    /// The places.
    pub gazetteer: &'static Gazetteer,
    /// The rules that classified.
    pub rules: Rules,
    /// The ports of which the nearest is found: those of the data that export metals, or else the
    /// curated ones, also where they are not shown.
    ports: Vec<Port>,
    /// Whether the sites are those of `--data`, not of the embedded catalogue.
    given: bool,
}

/// Reads the files of `--data`, or else the embedded catalogue, then classifies and locates
/// every site. The curated plants and ports join the user's files only where `selection` names
/// them and no official layer of the same kind was read.
pub fn load(data: &DataArgs, selection: &Selection, terminal: &mut Terminal) -> Result<Loaded> {
    load_watched(data, selection, None, terminal)
}

/// The same, but that tables of plain points are only opened, to be passed over once.
pub fn load_to_pass(
    data: &DataArgs,
    selection: &Selection,
    terminal: &mut Terminal,
) -> Result<Loaded> {
    let loaded = read(data, selection, &[], None, true, terminal)?;
    loaded.note_left_aside(terminal);
    Ok(loaded)
}

/// The same with somebody looking on while rows are read.
pub fn load_watched(
    data: &DataArgs,
    selection: &Selection,
    watch: Option<&mut dyn Watch>,
    terminal: &mut Terminal,
) -> Result<Loaded> {
    let loaded = read(data, selection, &[], watch, false, terminal)?;
    loaded.note_left_aside(terminal);
    Ok(loaded)
}

/// The same for a map, with the context layers of these names, and a note on those that could be
/// drawn too. Files that hold nothing but such layers leave the embedded catalogue in its place.
pub fn load_with_context(
    data: &DataArgs,
    selection: &Selection,
    named: &[&str],
    terminal: &mut Terminal,
) -> Result<Loaded> {
    let loaded = read(data, selection, named, None, false, terminal)?;
    let aside = context::left_aside(&loaded.collection.context, &loaded.context);
    aside.into_iter().for_each(|note| terminal.notices.note(note));
    Ok(loaded)
}

fn read(
    data: &DataArgs,
    selection: &Selection,
    named: &[&str],
    watch: Option<&mut dyn Watch>,
    aside: bool,
    terminal: &mut Terminal,
) -> Result<Loaded> {
    if data.data.is_empty() && !data.dictionary.is_empty() {
        return Err(Error::usage("--roles and --metadata tell of the columns of files")
            .with_hint("give the files with --data"));
    }
    let gazetteer = Gazetteer::embedded()?;
    let rules = Rules::embedded()?;
    // A word that names nothing is told before the work, not after it.
    let selector = selection.resolve(gazetteer)?;
    let wanted = |dataset| match dataset {
        // These count only where they are named.
        Dataset::GlobalReeNonspatial => !selection.dataset.is_empty() && selector.includes(dataset),
        // The curated list is looked at for a note on what it would add.
        Dataset::Curated => true,
        _ => selector.includes(dataset),
    };

    let mut corrections = data.apply_corrections.as_deref().map(Corrections::read).transpose()?;
    let dictionary = data.dictionary.read()?;
    let mut reading = Reading {
        dictionary: &dictionary,
        corrections: corrections.as_mut(),
        watch: watch.map(|watch| watch as &mut dyn Watch),
        aside,
    };

    let progress = (!data.data.is_empty()).then(|| terminal.progress("reading"));
    let notices = &mut terminal.notices;
    let mut given = !data.data.is_empty();
    let mut collection = if data.data.is_empty() {
        dataset::embedded_with(wanted, &mut reading)?
    } else {
        let mut collection = dataset::read_with(&data.data, &mut reading, notices)?;
        let name = Dataset::Curated.name();
        let no_sites = collection.tables.is_empty() && collection.unsettled.is_empty();
        if no_sites && !collection.context.is_empty() {
            if named.is_empty() {
                return Err(only_context(&collection));
            }
            notices.note("the data given hold no sites; those of the embedded catalogue are drawn");
            given = false;
            let Collection { inputs, context, .. } = collection;
            let embedded = dataset::embedded_with(wanted, &mut reading)?;
            collection = Collection { inputs, context, ..embedded };
        } else if selection.dataset.iter().any(|dataset| dataset.eq_ignore_ascii_case(name)) {
            collection.add_curated_with([true, true], &mut reading)?;
        } else if selector.includes(Dataset::Curated) {
            add_curated(&mut collection, &mut reading, notices)?;
        }
        collection
    };
    settle(&mut collection, corrections.as_ref(), notices)?;
    let ports = classify_and_locate(&mut collection, &rules, gazetteer)?;
    let context = context::read(&collection.context, named.iter().copied(), notices)?;
    drop(progress);
    Ok(Loaded { collection, context, gazetteer, rules, ports, given })
}

/// Reads the files of `--data`, and beside them the embedded tables of all datasets that they don't
/// hold.
pub fn load_beside(data: &DataArgs, terminal: &mut Terminal) -> Result<Loaded> {
    let (gazetteer, rules) = (Gazetteer::embedded()?, Rules::embedded()?);
    let given = !data.data.is_empty();
    let progress = given.then(|| terminal.progress("reading"));
    let mut corrections = data.apply_corrections.as_deref().map(Corrections::read).transpose()?;
    let dictionary = data.dictionary.read()?;
    let mut reading = Reading {
        dictionary: &dictionary,
        corrections: corrections.as_mut(),
        watch: None,
        aside: false,
    };
    let mut collection = match given {
        true => dataset::read_with(&data.data, &mut reading, &mut terminal.notices)?,
        false => Collection::default(),
    };
    let held: HashSet<Dataset> = collection.sites.iter().map(|site| site.dataset).collect();
    collection.join(dataset::embedded_with(|dataset| !held.contains(&dataset), &mut reading)?);
    settle(&mut collection, corrections.as_ref(), &mut terminal.notices)?;
    let ports = classify_and_locate(&mut collection, &rules, gazetteer)?;
    drop(progress);
    Ok(Loaded { collection, context: Vec::new(), gazetteer, rules, ports, given })
}

/// Holds that all corrections met what they are to correct, and tells of them.
fn settle(
    collection: &mut Collection,
    corrections: Option<&Corrections>,
    notices: &mut Notices,
) -> Result<()> {
    if let Some(corrections) = corrections {
        let note = collection.settle(corrections)?;
        note.into_iter().for_each(|note| notices.note(note));
        collection.corrected.iter().for_each(|done| notices.note(done.to_string()));
    }
    Ok(())
}

fn classify_and_locate(
    collection: &mut Collection,
    rules: &Rules,
    gazetteer: &Gazetteer,
) -> Result<Vec<Port>> {
    rules.classify_all(&mut collection.sites);
    gazetteer.locate(&mut collection.sites);
    gazetteer.locate_ports(&mut collection.ports);
    let mut ports = collection.ports.clone();
    if !ports.iter().any(|port| port.exports_metals) {
        let mut curated = Collection::default();
        curated.add_curated_ports()?;
        ports = curated.ports;
        gazetteer.locate_ports(&mut ports);
    }
    place::nearest_ports(&mut collection.sites, &ports);
    Ok(ports)
}

/// The error of files that hold only what is drawn around sites.
fn only_context(collection: &Collection) -> Error {
    let notes = context::left_aside(&collection.context, &[]);
    Error::not_found(format!("the data given hold no sites: {}", notes.join("; ")))
}

/// Adds the curated plants and ports, as far as no official layer lists them: both would count
/// the same plant twice.
fn add_curated(
    collection: &mut Collection,
    reading: &mut Reading<'_>,
    notices: &mut Notices,
) -> Result<()> {
    let official = |role: &str| {
        let table = collection.tables.iter().find(|table| {
            table.dataset == Some(Dataset::ChinaGis) && table.role == role && table.sites > 0
        });
        table.map(|table| table.layer.clone())
    };
    let (plants, ports) = (official("facilities"), official("ports"));
    collection.add_curated_with([plants.is_none(), ports.is_none()], reading)?;
    let left_out = [("plants", &plants), ("ports", &ports)];
    let left_out = left_out.into_iter().filter_map(|(what, layer)| Some((what, layer.as_ref()?)));
    let (what, layers): (Vec<&str>, Vec<&str>) =
        left_out.map(|(what, layer)| (what, layer.as_str())).unzip();
    if !what.is_empty() {
        let (what, layers) = (what.join(" and "), layers.join(" and "));
        notices.note(format!("the curated {what} are left out beside {layers}"));
    }
    Ok(())
}

/// Notes sites that hold no rare earths, which the GIS compilations list most of.
pub fn note_others(sites: &[&Site], notices: &mut Notices) {
    let others = sites.iter().filter(|site| site.is_of_other_commodities()).count();
    note_others_of(others, sites.len(), notices);
}

fn note_others_of(others: usize, all: usize, notices: &mut Notices) {
    if others > 0 {
        let (others, all) = (grouped(others), grouped(all));
        notices.note(format!(
            "{others} of {all} sites have no product or commodity of rare earths; --segment \
             upstream,midstream,downstream leaves them out"
        ));
    }
}

/// What a question asks of the sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// What they are and where.
    Sites,
    /// Their segment too.
    Segments,
    /// For ports, and what they export.
    Ports,
}

impl Loaded {
    /// What figures are drawn from.
    pub fn material(&self) -> Material<'_> {
        Material {
            sites: &self.collection.sites,
            ports: &self.collection.ports,
            context: &self.context,
            gazetteer: self.gazetteer,
            rules_version: self.rules.version(),
        }
    }

    /// Has a figure say at its foot what was corrected.
    ///
    /// # Errors
    /// An embedded language that lacks the words.
    pub fn tell_corrected(&self, figure: &mut Figure) -> Result<()> {
        let Some(done) = &self.collection.corrected else { return Ok(()) };
        let name = done.file.file_name().unwrap_or(done.file.as_os_str()).to_string_lossy();
        let words = |language| {
            let words = &Words::of(language)?.foot.corrected;
            Ok(words.of(done.cells).replace("{file}", &name))
        };
        let note = Phrase::Each { en: words(Language::En)?, zh: Some(words(Language::Zh)?) };
        figure.notes.push(note);
        Ok(())
    }

    /// Stops a question that needs to know what a column means of which that stays open.
    ///
    /// # Errors
    /// Such a column in a layer of a dataset that the selection includes.
    pub fn require(&self, selection: &Selection, asks: Asks) -> Result<()> {
        let selector = selection.resolve(self.gazetteer)?;
        let segments = asks == Asks::Segments || !selection.segment.is_empty();
        let stops = |open: &&Unsettled| {
            let of_ports = open.kind == Kind::Port;
            selector.includes(open.dataset)
                && of_ports == (asks == Asks::Ports)
                && (open.bars_rows() || segments)
        };
        self.collection.unsettled.iter().find(stops).map_or(Ok(()), |open| Err(open.error()))
    }

    /// As [`Self::require`], for all that a figure asks.
    pub fn require_for(&self, figure: &Figure) -> Result<()> {
        let by_segment = figure.chart.iter().any(|chart| chart.by == Attribute::Segment);
        let asks = if by_segment { Asks::Segments } else { Asks::Sites };
        self.require(&figure.sites, asks)?;
        let ports = figure.ports.as_ref();
        ports.map_or(Ok(()), |ports| self.require(&ports.select, Asks::Ports))
    }

    /// Notes that a figure (`this figure`, `figure3`) shows the curated list alone, where the data
    /// given hold sites and it selects none of them.
    ///
    /// # Errors
    /// A word of the figure's filters that names nothing.
    pub fn note_unused(&self, figure: &Figure, called: &str, notices: &mut Notices) -> Result<()> {
        let selector = figure.sites.resolve(self.gazetteer)?;
        let is_curated = |site: &&Site| site.dataset == Dataset::Curated;
        let (curated, own): (Vec<&Site>, Vec<&Site>) =
            self.collection.sites.iter().partition(is_curated);
        let selects = |sites: &[&Site]| sites.iter().any(|site| selector.matches(site));
        if self.given && !own.is_empty() && !selects(&own) && selects(&curated) {
            let sites = match own.len() {
                1 => "the 1 site in the data given is not".into(),
                count => format!("none of the {} sites in the data given is", grouped(count)),
            };
            let only = match figure.sites.dataset.as_slice() {
                [] => String::new(),
                named => format!(", and draws the datasets {} only", named.join(" and ")),
            };
            notices.note(format!("{sites} in {called}; it shows the curated list{only}"));
        }
        Ok(())
    }

    /// The files that were read, which no output may overwrite.
    pub fn inputs(&self) -> Vec<PathBuf> {
        self.collection.inputs.iter().map(|input| input.path.clone()).collect()
    }

    /// The sites that a selection asks for, with a note where there are none, and where the
    /// curated list, which counts only when named, holds more.
    pub fn select<'a>(
        &'a self,
        selection: &Selection,
        terminal: &mut Terminal,
    ) -> Result<(Vec<&'a Site>, Selector<'a>)> {
        self.require(selection, Asks::Sites)?;
        let selector = selection.resolve(self.gazetteer)?;
        let sites: Vec<&Site> =
            self.collection.sites.iter().filter(|site| selector.matches(site)).collect();
        note_others(&sites, &mut terminal.notices);
        self.note_unmatched(selection, &selector, sites.is_empty(), &mut terminal.notices)?;
        Ok((sites, selector))
    }

    /// Passes once over the sites that a selection asks for, also those of tables that are not in
    /// memory: `add` adds each to what `start` gives, and `take` gets that block by block, in
    /// order. Of the sites only what `needs` asks for is filled. With the notes of [`Self::select`].
    pub fn pass<T: Send>(
        &self,
        selection: &Selection,
        mut needs: Needs,
        terminal: &mut Terminal,
        start: impl Fn() -> T + Sync,
        add: impl Fn(&mut T, &Site) + Sync,
        take: impl FnMut(T) -> Result<()>,
    ) -> Result<Passed> {
        self.require(selection, Asks::Sites)?;
        let selector = selection.resolve(self.gazetteer)?;
        selector.needs(&mut needs);
        let mut aside = self.collection.aside.clone();
        aside.iter_mut().for_each(|table| table.keep(&needs.own));
        // Sites of other commodities are told of, by their class.
        needs.class |= aside.iter().any(Aside::states_commodities);
        let pass = Pass {
            held: &self.collection.sites,
            aside: &aside,
            rules: &self.rules,
            gazetteer: self.gazetteer,
            ports: &self.ports,
            needs,
            selector: &selector,
        };
        let progress = (!aside.is_empty()).then(|| terminal.progress_of(self.bytes()));
        let step = |rows, bytes| {
            if let Some(progress) = &progress {
                progress.step(rows, bytes);
            }
        };
        let passed = pass.run(start, add, take, step, &mut terminal.notices)?;
        drop(progress);
        note_others_of(passed.others as usize, passed.sites as usize, &mut terminal.notices);
        self.note_unmatched(selection, &selector, passed.sites == 0, &mut terminal.notices)?;
        Ok(passed)
    }

    /// How many bytes of text are in tables that are not in memory.
    fn bytes(&self) -> u64 {
        self.collection.aside.iter().map(Aside::bytes).sum()
    }

    /// Notes what a selection leaves out that a user may miss: sites of the curated list, which
    /// counts only when named, datasets that were not read, all sites.
    fn note_unmatched(
        &self,
        selection: &Selection,
        selector: &Selector<'_>,
        none: bool,
        notices: &mut Notices,
    ) -> Result<()> {
        if selection.dataset.is_empty() && !selection.is_empty() {
            let curated =
                Selection { dataset: vec![Dataset::Curated.name().into()], ..selection.clone() };
            let curated = curated.resolve(self.gazetteer)?;
            let more = self.collection.sites.iter().filter(|site| curated.matches(site)).count();
            if more > 0 {
                notices.note(if more == 1 {
                    "1 site of the curated list also matches; --dataset curated shows it".into()
                } else {
                    format!(
                        "{more} sites of the curated list also match; --dataset curated shows them"
                    )
                });
            }
        }
        for name in &selection.dataset {
            let named = |dataset: Dataset| dataset.name().eq_ignore_ascii_case(name.trim());
            let read = self.collection.sites.iter().any(|site| named(site.dataset))
                || (named(Dataset::Points) && !self.collection.aside.is_empty());
            if !name.eq_ignore_ascii_case("all") && !read {
                notices.note(format!(
                    "no site of the dataset {name} was read; give its files with --data"
                ));
            }
        }
        if none {
            let mut note = match selector.describe() {
                Some(filter) => format!("no site matches: {filter}"),
                None => "no site was read".into(),
            };
            if !selection.deposit_type.is_empty() {
                note.push_str(" (reemap count --by deposit-type lists the deposit types)");
            }
            notices.note(note);
        }
        Ok(())
    }

    /// Notes what holds no sites, which may surprise whoever gave it.
    fn note_left_aside(&self, terminal: &mut Terminal) {
        let own = self.collection.context.iter().filter(|candidate| !candidate.is_official());
        let aside = context::left_aside(own, &[]);
        aside.into_iter().for_each(|note| terminal.notices.note(note));
    }
}
