//! What holds of whatever is opened, however it is damaged.

use std::path::Path;
use std::sync::OnceLock;

use geo::CoordsIter;
use reemap::areas::Areas;
use reemap::audit::{self, Cells};
use reemap::classify::Rules;
use reemap::dataset::{self, Collection, Dictionary, Reading};
use reemap::place::{self, Gazetteer};
use reemap::select::Selection;
use reemap::site::{Dataset, Needs, Port, Site};
use reemap::source::block::Wanted;
use reemap::source::describe::describe;
use reemap::source::{self, Cell, Layer, Row};
use reemap::stream::Pass;
use reemap::{Error, Notices};

/// More rows than these are only counted.
const MOST: usize = 4096;

/// The rules, read once.
pub fn rules() -> &'static Rules {
    static RULES: OnceLock<Rules> = OnceLock::new();
    RULES.get_or_init(|| Rules::embedded().expect("rules"))
}

/// The places, read once.
pub fn gazetteer() -> &'static Gazetteer {
    Gazetteer::embedded().expect("places")
}

/// The ports that ship with the program.
fn ports() -> &'static [Port] {
    static PORTS: OnceLock<Vec<Port>> = OnceLock::new();
    PORTS.get_or_init(|| {
        let mut curated = Collection::default();
        curated.add_curated_ports().expect("ports");
        gazetteer().locate_ports(&mut curated.ports);
        curated.ports
    })
}

/// Reads what lies at a path in every way that the program does.
pub fn check(path: &Path) {
    match source::open(path) {
        Ok(sources) => {
            let layers = || sources.iter().flat_map(|source| &source.layers);
            layers().for_each(layer);
            if layers().any(|layer| layer.spatial)
                && let Err(error) = Areas::read(path, None, &mut Notices::default())
            {
                told(&error);
            }
            sites(path);
        }
        Err(error) => told(&error),
    }
}

/// An error that a user can do something about, and no defect of the program.
pub fn told(error: &Error) {
    assert!(!matches!(error, Error::Embedded { .. } | Error::Draw { .. }), "{error}");
    let (text, hint) = (error.to_string(), error.hint());
    assert!(!text.is_empty() && hint.is_none_or(|hint| !hint.is_empty()), "{error:?}");
}

/// A row that was read, or why it was not, as text, so that NaN equals NaN.
type Told = std::result::Result<String, String>;

/// What is told of a row, and whether it ends the rows.
fn tell(row: std::result::Result<&Row, &Error>) -> (Told, bool) {
    match row {
        Ok(row) => (Ok(format!("{row:?}")), false),
        Err(error) => {
            told(error);
            (Err(error.to_string()), !error.is_one_row())
        }
    }
}

fn layer(layer: &Layer) {
    let Ok(rows) = layer.rows() else { return };
    let (mut held, mut all, mut number) = (Vec::new(), Vec::new(), 0);
    for row in rows {
        assert!(!all.last().is_some_and(|(_, ended)| *ended), "{}: goes on", layer.at);
        if let Ok(row) = &row {
            assert_eq!(row.cells.len(), layer.columns.len(), "{}", layer.at);
            assert!(row.number > number, "{}: {} after {number}", layer.at, row.number);
            number = row.number;
        }
        all.push(tell(row.as_ref()));
        held.extend(row);
        if all.len() > MOST {
            return;
        }
    }
    let ended = all.last().is_some_and(|(_, ended)| *ended);

    let every = in_blocks(layer, &Wanted::All);
    assert!(
        every.iter().map(|(told, _)| told).eq(all.iter().map(|(told, _)| told)),
        "{}",
        layer.at
    );
    if !ended && held.len() == all.len() {
        let wanted = Wanted::columns((0..layer.columns.len()).step_by(2));
        let few = in_blocks(layer, &wanted);
        assert_eq!(few.len(), held.len(), "{}", layer.at);
        for ((_, cells), row) in few.iter().zip(&held) {
            let read = cells.iter().zip(&row.cells).step_by(2);
            read.for_each(|(few, all)| assert_eq!(format!("{few:?}"), format!("{all:?}")));
        }
    }

    match describe(layer) {
        Ok(description) => {
            assert!(!ended, "{}: described, though it ends early", layer.at);
            let told = description.rows + description.skipped;
            assert_eq!(told, all.len() as u64, "{}", layer.at);
            assert!(!description.text(80).is_empty());
        }
        Err(error) => told(&error),
    }
    for row in layer.rows_wgs84().into_iter().flatten().flatten() {
        let places = row.geometry.iter().flat_map(|geometry| geometry.coords_iter());
        places.for_each(|at| assert!(at.x.is_finite() && at.y.is_finite(), "{}", layer.at));
    }
}

/// The rows of a layer's blocks.
fn in_blocks(layer: &Layer, wanted: &Wanted) -> Vec<(Told, Vec<Cell>)> {
    let mut rows = Vec::new();
    let mut ended = false;
    for block in layer.blocks().into_iter().flatten() {
        match block {
            Ok(block) => block.read(wanted, &mut |row| {
                let cells = row.as_ref().map(|row| row.cells.clone()).unwrap_or_default();
                let (told, ends) = tell(row.as_ref().copied());
                if !ended {
                    rows.push((told, cells));
                }
                ended |= ends;
            }),
            Err(error) => {
                rows.push((Err(error.to_string()), Vec::new()));
                ended = true;
            }
        }
        if ended {
            break;
        }
    }
    rows
}

/// Turns what lies at a path into sites, at once and as a stream.
fn sites(path: &Path) {
    let dictionary = Dictionary::default();
    let (mut cells, mut notices) = (Cells::default(), Notices::default());
    let mut reading = Reading { watch: Some(&mut cells), ..Reading::plain(&dictionary) };
    let mut held = match dataset::read_with(&[path.to_owned()], &mut reading, &mut notices) {
        Ok(held) => held,
        Err(error) => return told(&error),
    };
    held.sites.iter_mut().for_each(|site| rules().classify(site));
    gazetteer().locate(&mut held.sites);
    place::nearest_ports(&mut held.sites, ports());
    let mut ids: Vec<&str> = held.sites.iter().map(|site| site.id.as_str()).collect();
    ids.sort_unstable();
    assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "two sites of one id: {ids:?}");
    for site in &held.sites {
        let on_earth = |at: geo::Point<f64>| at.x().abs() <= 180.0 && at.y().abs() <= 90.0;
        assert!(site.point.is_none_or(on_earth), "{}: {:?}", site.id, site.point);
    }
    audit::audit(&held, &cells, gazetteer(), rules()).expect("rules");
    for candidate in &held.context {
        if let Err(error) = candidate.read(&mut Notices::default()) {
            told(&error);
        }
    }
    if held.tables.iter().any(|table| table.dataset == Some(Dataset::Points)) {
        streamed(path, &held.sites, &notices);
    }
}

/// Plain points that pass by are those that are held, but for ids that repeat. A layer that ends
/// early is lost where all is held, and ends the pass where it is not.
fn streamed(path: &Path, held: &[Site], of_held: &Notices) {
    let dictionary = Dictionary::default();
    let mut reading = Reading { aside: true, ..Reading::plain(&dictionary) };
    let mut notices = Notices::default();
    let read = dataset::read_with(&[path.to_owned()], &mut reading, &mut notices);
    let collection = read.expect("it was read before");
    let selection = Selection::default();
    let pass = Pass {
        held: &[],
        aside: &collection.aside,
        rules: rules(),
        gazetteer: gazetteer(),
        coast_km: place::TOLERANCE_KM,
        ports: ports(),
        needs: Needs::all(),
        selector: &selection.resolve(gazetteer()).expect("nothing asked for"),
    };
    let mut passed = Vec::new();
    let add = |block: &mut Vec<Site>, site: &Site| block.push(site.clone());
    let take = |block: Vec<Site>| {
        passed.extend(block);
        Ok::<(), Error>(())
    };
    if let Err(error) = pass.run(Vec::new, add, take, |_, _| {}, &mut notices) {
        assert!(!of_held.lost.is_empty(), "it was read before: {error}");
        return;
    }
    let points = held.iter().filter(|site| site.dataset == Dataset::Points);
    let points: Vec<&Site> = points.collect();
    assert_eq!(points.len(), passed.len());
    if points.len() == held.len() && of_held.lost.is_empty() {
        assert_eq!(of_held.skipped, notices.skipped);
    }
    for (held, mut passed) in points.into_iter().zip(passed) {
        assert!(held.id.starts_with(&passed.id), "{} and {}", held.id, passed.id);
        passed.id.clone_from(&held.id);
        assert!(*held == passed, "{held:?} and {passed:?}");
    }
}
