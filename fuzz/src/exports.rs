//! Points in every format that is written, read back where reemap reads it.

use reemap::dataset::{self, Collection, Dictionary, Reading};
use reemap::export::columns::Survey;
use reemap::export::plan::To;
use reemap::export::{Block, Columns, Format, Metadata, Order, Plan};
use reemap::site::Site;
use reemap::{Notices, source};

use super::files::with;
use super::formats::csv_seeds;
use super::layers::{gazetteer, rules};

/// A table of points, written.
pub fn exports(input: &[u8]) {
    // What is full of control characters passes for text by a byte order mark alone.
    if input.iter().filter(|byte| **byte < b' ').count() > input.len() / 8 + 2 {
        return;
    }
    let (own, sites) = with(&[("points.csv", input)], |path| {
        let own = source::open(path).map(|sources| {
            let columns = sources[0].layers[0].columns.iter();
            columns.map(|column| column.name.clone()).collect::<Vec<_>>()
        });
        let own = own.unwrap_or_default();
        let dictionary = Dictionary::default();
        let mut reading = Reading { own: own.clone(), ..Reading::plain(&dictionary) };
        let read = dataset::read_with(&[path.into()], &mut reading, &mut Notices::default());
        (own, read.map(|read| read.sites).unwrap_or_default())
    });
    let mut sites = sites;
    gazetteer().locate(&mut sites);
    let named = |names: &[String]| Columns::named(names, &own).ok();
    let asked = ["name", "longitude", "latitude"].map(str::to_owned);
    let with_own: Vec<String> = asked.iter().chain(&own).cloned().collect();
    let columns = named(&with_own).or_else(|| named(&asked)).expect("properties");
    for format in Format::ALL {
        if format.available().is_err() || format == Format::GeoPackage {
            continue;
        }
        let mut columns = columns.clone();
        if format != Format::Csv {
            let mut survey = Survey::new(&columns);
            sites.iter().for_each(|site| survey.add(site));
            columns.settle(&survey);
        }
        let order = Order::Input;
        let bytes = written(&Plan { format, columns: &columns, order }, &sites);
        if format == Format::FlatGeobuf || sites.is_empty() {
            continue;
        }
        let name = format!("again.{}", format.extensions()[0]);
        let again = with(&[(&name, &bytes)], |path| {
            let dictionary = Dictionary::default();
            dataset::read(&[path.into()], &dictionary, &mut Notices::default())
        });
        same(format, &sites, &again.expect("what is written is read"));
    }
    let all = Columns::all();
    for format in [Format::Csv, Format::GeoJson] {
        written(&Plan { format, columns: &all, order: Order::Input }, &sites);
    }
}

fn written(plan: &Plan, sites: &[Site]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = plan.writer(None, To { out: &mut bytes, scratch: None }).expect("in memory");
    let mut block = Block::default();
    sites.iter().for_each(|site| plan.add(site, None, &mut block));
    let sites: Vec<&Site> = sites.iter().collect();
    writer.take(block).expect("in memory");
    writer.finish(&Metadata::new(&sites, None, rules().version())).expect("in memory");
    bytes
}

/// The sites that are read are those that were written.
fn same(format: Format, written: &[Site], read: &Collection) {
    assert_eq!(written.len(), read.sites.len(), "{format:?}");
    for (one, other) in written.iter().zip(&read.sites) {
        // A spreadsheet would run it.
        let shielded = format == Format::Csv && one.name.starts_with(['=', '+', '-', '@']);
        let name = if shielded && !is_negative(&one.name) {
            format!("'{}", one.name)
        } else {
            one.name.clone()
        };
        assert_eq!(name, other.name, "{format:?}");
        let places = [one.point, other.point];
        let [Some(place), Some(again)] = places else {
            assert_eq!(places, [None, None], "{format:?}");
            continue;
        };
        let apart = (place.x() - again.x()).abs().max((place.y() - again.y()).abs());
        assert!(apart <= 5.1e-7, "{format:?}: {place:?} {again:?}");
    }
}

/// Whether a name is a negative number, which is no formula.
fn is_negative(name: &str) -> bool {
    name.starts_with('-') && name.trim().parse::<f64>().is_ok()
}

pub fn exports_seeds() -> Vec<Vec<u8>> {
    csv_seeds()
}
