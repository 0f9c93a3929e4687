//! From arguments to sites: read, classified, located.

use std::collections::HashSet;
use std::path::PathBuf;

use reemap::classify::Rules;
use reemap::dataset::context::{self, ContextLayer};
use reemap::dataset::{self, Collection, Corrections, Reading, Watch};
use reemap::figure::Material;
use reemap::figure::language::{Language, Phrase, Words};
use reemap::figure::spec::Figure;
use reemap::place::{self, Gazetteer};
use reemap::select::Selection;
use reemap::select::cql2::Filter;
use reemap::site::{Dataset, Port};
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
    pub ports: Vec<Port>,
    /// How far off the coast a site still counts as in a country, where it isn't the usual distance.
    pub coast_km: Option<f64>,
    /// Whether the sites are those of `--data`, not of the embedded catalogue.
    pub given: bool,
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
        own: selector.filter().into_iter().flat_map(Filter::own_columns).map(Into::into).collect(),
    };

    let progress = (!data.data.is_empty()).then(|| terminal.progress("reading"));
    let notices = &mut terminal.notices;
    let mut given = !data.data.is_empty();
    let mut collection = if data.data.is_empty() {
        dataset::embedded_with(wanted, &mut reading)?
    } else {
        let mut collection = dataset::read_with(&data.paths()?, &mut reading, notices)?;
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
    let coast_km = coast_km(data);
    let ports = classify_and_locate(&mut collection, &rules, gazetteer, coast_km)?;
    let context = context::read(&collection.context, named.iter().copied(), notices)?;
    drop(progress);
    Ok(Loaded { collection, context, gazetteer, rules, ports, coast_km, given })
}

/// The distance of `--coast-km`, where it isn't the usual one.
fn coast_km(data: &DataArgs) -> Option<f64> {
    data.coast_km.filter(|km| *km != place::TOLERANCE_KM)
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
        own: Vec::new(),
    };
    let mut collection = match given {
        true => dataset::read_with(&data.paths()?, &mut reading, &mut terminal.notices)?,
        false => Collection::default(),
    };
    let held: HashSet<Dataset> = collection.sites.iter().map(|site| site.dataset).collect();
    collection.join(dataset::embedded_with(|dataset| !held.contains(&dataset), &mut reading)?);
    settle(&mut collection, corrections.as_ref(), &mut terminal.notices)?;
    let coast_km = coast_km(data);
    let ports = classify_and_locate(&mut collection, &rules, gazetteer, coast_km)?;
    drop(progress);
    Ok(Loaded { collection, context: Vec::new(), gazetteer, rules, ports, coast_km, given })
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
    coast_km: Option<f64>,
) -> Result<Vec<Port>> {
    rules.classify_all(&mut collection.sites);
    let coast_km = coast_km.unwrap_or(place::TOLERANCE_KM);
    gazetteer.locate_within(&mut collection.sites, coast_km);
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

    /// The files that were read, which no output may overwrite.
    pub fn inputs(&self) -> Vec<PathBuf> {
        self.collection.inputs.iter().map(|input| input.path.clone()).collect()
    }

    /// Notes what holds no sites, which may surprise whoever gave it.
    fn note_left_aside(&self, terminal: &mut Terminal) {
        let own = self.collection.context.iter().filter(|candidate| !candidate.is_official());
        let aside = context::left_aside(own, &[]);
        aside.into_iter().for_each(|note| terminal.notices.note(note));
    }
}
