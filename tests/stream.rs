//! Tables larger than memory: the same rows and sites as when all is held, in their order.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use reemap::classify::Rules;
use reemap::dataset::{self, Collection, Dictionary, Reading};
use reemap::place::{self, Gazetteer};
use reemap::select::Selection;
use reemap::site::{Needs, Site};
use reemap::source::{self, Row};
use reemap::stream::Pass;
use reemap::table::{self, Key};
use reemap::{Error, Notices};

fn written(folder: &Path, text: &str) -> PathBuf {
    let path = folder.join("points.csv");
    fs::write(&path, text).unwrap();
    path
}

fn rows(path: &Path) -> Vec<Result<Row, String>> {
    let mut sources = source::open(path).unwrap();
    let layer = sources.remove(0).layers.remove(0);
    layer.rows().unwrap().map(|row| row.map_err(|error| error.to_string())).collect()
}

/// What a row says.
fn facts(rows: &[Result<Row, String>]) -> Vec<Result<(u64, Vec<source::Cell>), String>> {
    rows.iter().map(|row| row.clone().map(|row| (row.number, row.cells))).collect()
}

fn held(path: &Path, notices: &mut Notices) -> Vec<Site> {
    let (rules, gazetteer) = (Rules::embedded().unwrap(), Gazetteer::embedded().unwrap());
    let dictionary = Dictionary::default();
    let mut collection = dataset::read(&[path.to_owned()], &dictionary, notices).unwrap();
    collection.sites.iter_mut().for_each(|site| rules.classify(site));
    gazetteer.locate(&mut collection.sites);
    place::nearest_ports(&mut collection.sites, &ports());
    collection.sites
}

fn ports() -> Vec<reemap::site::Port> {
    let mut curated = Collection::default();
    curated.add_curated_ports().unwrap();
    Gazetteer::embedded().unwrap().locate_ports(&mut curated.ports);
    curated.ports
}

fn aside(path: &Path, notices: &mut Notices) -> Collection {
    let dictionary = Dictionary::default();
    let mut reading = Reading { aside: true, ..Reading::plain(&dictionary) };
    dataset::read_with(&[path.to_owned()], &mut reading, notices).unwrap()
}

/// The sites of a pass that asks for so much.
fn passed(path: &Path, needs: Needs, selection: &Selection, notices: &mut Notices) -> Vec<Site> {
    let gazetteer = Gazetteer::embedded().unwrap();
    let collection = aside(path, notices);
    assert!(collection.sites.is_empty() && collection.aside.len() == 1);
    let pass = Pass {
        held: &collection.sites,
        aside: &collection.aside,
        rules: &Rules::embedded().unwrap(),
        gazetteer,
        coast_km: place::TOLERANCE_KM,
        ports: &ports(),
        needs,
        selector: &selection.resolve(gazetteer).unwrap(),
    };
    let mut sites = Vec::new();
    let add = |block: &mut Vec<Site>, site: &Site| block.push(site.clone());
    let take = |block| {
        sites.extend::<Vec<Site>>(block);
        Ok::<(), Error>(())
    };
    pass.run(Vec::new, add, take, |_, _| {}, notices).unwrap();
    sites
}

/// A table of some blocks: with places all over, blank and uneven lines, coordinates that are
/// none, doubtful commodities.
fn large_table() -> String {
    let mut text = String::from("id,name,longitude,latitude,country,commodity,remark\n");
    for number in 0..20_000_u32 {
        let (x, y) = (f64::from(number * 7919 % 36_000) / 100.0 - 180.0, number % 120);
        let y = f64::from(y) - 50.0;
        match number % 997 {
            3 => text.push('\n'),
            4 => text.push_str(",,,,,,\n"),
            5 => text.push_str("short,line\n"),
            6 => text.push_str(&format!("{number},no place,east,north,,,\n")),
            7 => text.push_str(&format!("{number},毛坪 \"west\",{x},{y},China,REE; Y(?),x\r\n")),
            8 => text.push_str(&format!("{number},\"a, b\nc \"\"d\"\"\",{x},{y},,Copper,\n")),
            _ => text.push_str(&format!("{number},Site {number},{x},{y},,,\n")),
        }
    }
    text
}

#[test]
fn a_pass_gives_the_sites_that_reading_all_gives() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path(), &large_table());
    let (mut of_held, mut of_pass) = (Notices::default(), Notices::default());
    let held = held(&path, &mut of_held);
    let passed = passed(&path, Needs::all(), &Selection::default(), &mut of_pass);
    assert!(held.len() > 19_000, "{}", held.len());
    assert!(held == passed);
    assert_eq!((of_held.skipped, of_held.notes), (of_pass.skipped, of_pass.notes));
}

#[test]
fn filters_and_counts_are_the_same_with_as_little_as_they_need() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path(), &large_table());
    let gazetteer = Gazetteer::embedded().unwrap();
    let mut notices = Notices::default();
    let held = held(&path, &mut notices);
    let selections = [
        Selection::default(),
        Selection { country: vec!["China".into(), "Canada".into()], ..Selection::default() },
        Selection { province: vec!["Jiangxi".into()], ..Selection::default() },
        Selection { segment: vec!["unknown".into()], ..Selection::default() },
        Selection { name: vec!["site 12".into()], ..Selection::default() },
        Selection { bbox: vec!["100,20,120,40".parse().unwrap()], ..Selection::default() },
    ];
    for selection in selections {
        let selector = selection.resolve(gazetteer).unwrap();
        let expected: Vec<&Site> = held.iter().filter(|site| selector.matches(site)).collect();
        let sites = passed(&path, Needs::all(), &selection, &mut notices);
        assert!(sites.iter().eq(expected.iter().copied()), "{selection:?}");
        for by in [&[Key::Country][..], &[Key::Province, Key::ReeType], &[Key::Segment]] {
            let mut needs = Needs::default();
            selector.needs(&mut needs);
            by.iter().for_each(|key| needs.part(key.part()));
            let sites = passed(&path, needs, &selection, &mut notices);
            let sites: Vec<&Site> = sites.iter().collect();
            assert!(
                table::count(&sites, by, gazetteer) == table::count(&expected, by, gazetteer),
                "{selection:?} by {by:?}"
            );
        }
    }
}

#[test]
fn rows_are_numbered_and_cut_alike_however_they_are_quoted() {
    let folder = tempfile::tempdir().unwrap();
    let plain = rows(&written(folder.path(), &large_table().replace("\"a, b\nc \"\"d\"\"\"", "a")));
    // A quote in the first column makes every block one that is read with quotes.
    let quoted =
        large_table().replace("\"a, b\nc \"\"d\"\"\"", "a").replace(",Site ", ",\"Site\" ");
    let quoted = rows(&written(folder.path(), &quoted));
    assert!(plain.len() > 19_000);
    assert_eq!(facts(&plain), facts(&quoted));
}

proptest! {
    #[test]
    fn lines_without_quotes_read_as_the_csv_crate_reads_them(
        lines in prop::collection::vec("[a-c ;,é山\r-]{0,12}", 0..12),
        last in "[a,]{0,3}",
    ) {
        let folder = tempfile::tempdir().unwrap();
        let text = format!("x,y,z\n{}\n{last}", lines.join("\n"));
        let mut expected = Vec::new();
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .terminator(csv::Terminator::Any(b'\n'))
            .from_reader(text.as_bytes());
        // Blank lines, also of white space or delimiters alone, are no rows.
        let holds = |line: &str| {
            let delimiters = line.strip_suffix('\r').unwrap_or(line).bytes().all(|it| it == b',');
            !delimiters && !line.trim().is_empty()
        };
        let numbers = text.split('\n').zip(1_u64..).filter(|(line, _)| holds(line));
        let mut numbers = numbers.map(|(_, number)| number).skip(1);
        for record in reader.records().skip(1) {
            let record = record.unwrap();
            let mut fields: Vec<String> = record.iter().map(Into::into).collect();
            if let Some(shorn) = fields.last().and_then(|field| field.strip_suffix('\r')) {
                let shorn = shorn.to_owned();
                *fields.last_mut().unwrap() = shorn;
            }
            let blank = matches!(&fields[..], [only] if only.trim().is_empty());
            if blank || fields.iter().all(|field| field.is_empty()) {
                continue;
            }
            let number = numbers.next().unwrap();
            let spare = fields.iter().skip(3).any(|field| !field.trim().is_empty());
            expected.push(if spare || fields.len() < 3 { None } else {
                fields.truncate(3);
                Some((number, fields))
            });
        }
        let found: Vec<_> = rows(&written(folder.path(), &text)).into_iter().map(|row| {
            let row = row.ok()?;
            let text = |cell: &source::Cell| match cell {
                source::Cell::Text(text) => text.clone(),
                _ => String::new(),
            };
            Some((row.number, row.cells.iter().map(text).collect()))
        }).collect();
        prop_assert_eq!(expected, found);
    }
}

#[test]
fn a_quote_that_stays_open_ends_a_pass_with_its_row() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = large_table();
    text.push_str("1,\"open,1,2,,,\n");
    text.push_str(&"2,b,1,2,,,\n".repeat(100_000));
    let row = text.lines().count() as u64;
    let path = written(folder.path(), &text);
    let collection = aside(&path, &mut Notices::default());
    let gazetteer = Gazetteer::embedded().unwrap();
    let pass = Pass {
        held: &[],
        aside: &collection.aside,
        rules: &Rules::embedded().unwrap(),
        gazetteer,
        coast_km: place::TOLERANCE_KM,
        ports: &[],
        needs: Needs::default(),
        selector: &Selection::default().resolve(gazetteer).unwrap(),
    };
    let start = || 0_u64;
    let error = pass
        .run(
            start,
            |count, _| *count += 1,
            |_| Ok::<(), Error>(()),
            |_, _| {},
            &mut Notices::default(),
        )
        .unwrap_err()
        .to_string();
    assert!(error.contains("opens a quote that is never closed"), "{error} ({row})");
}
