//! `docs/filters.md` tells users of filters, and this holds it to what is so: the list of properties
//! is made from the code, each flag selects the same sites as the condition beside it, in the
//! embedded catalogue and in the official databases, and each question has an answer.
//!
//! After a change of properties, `REEMAP_BLESS=1 cargo test --test filters` writes the list anew.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod common;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use common::{catalogue, shared};
use reemap::Notices;
use reemap::classify::Rules;
use reemap::dataset;
use reemap::place::{self, Gazetteer};
use reemap::property::{Kind, MORE, PROPERTIES, Property};
use reemap::select::Selection;
use reemap::select::cql2::Filter;
use reemap::site::Site;

const WORKBOOK: &str = "global_ree/Global_REE_occurrence_database.xlsx";
const CHINA: &str = "china/CHN_GIS_shape.gdb.zip";

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/filters.md")
}

/// The rows of the table under a heading, without their marks of code.
fn rows(heading: &str) -> Vec<[String; 2]> {
    let text = fs::read_to_string(page()).unwrap();
    let section = text.split("\n## ").find(|section| section.starts_with(heading)).unwrap();
    let rows: Vec<[String; 2]> = section
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains('`'))
        .map(|line| {
            let (left, right) = line.trim_matches('|').split_once(" | ").unwrap();
            [left, right].map(|cell| cell.trim().trim_matches('`').to_owned())
        })
        .collect();
    assert!(rows.len() > 8, "{heading}: {}", rows.len());
    rows
}

/// The filters of one flag, as the command line would have them.
fn selection(flag: &str) -> Selection {
    let (name, value) = flag.trim_start_matches("--").split_once(' ').unwrap_or((flag, ""));
    let mut selection = Selection { dataset: vec!["all".into()], ..Selection::default() };
    let words = value.split(',').map(str::to_owned).collect();
    match name {
        "country" => selection.country = words,
        "province" => selection.province = words,
        "segment" => selection.segment = words,
        "ree-type" => selection.ree_type = words,
        "status" => selection.status = words,
        "--certain" => selection.certain = true,
        "deposit-type" => selection.deposit_type = words,
        "dataset" => selection.dataset = words,
        "bbox" => selection.bbox = vec![value.parse().unwrap()],
        "name" => selection.name = words,
        other => panic!("{other} is no flag"),
    }
    selection
}

/// The embedded catalogue with its nearest ports, and all records without a location.
fn sites() -> &'static [Site] {
    static SITES: OnceLock<Vec<Site>> = OnceLock::new();
    SITES.get_or_init(|| {
        let mut sites = catalogue().sites.clone();
        place::nearest_ports(&mut sites, &catalogue().ports);
        sites
    })
}

/// Holds that each flag of the page selects of these sites what the condition beside it does.
fn hold_alike(sites: &[Site]) {
    let gazetteer = Gazetteer::embedded().unwrap();
    for [flag, condition] in rows("Flags in CQL2") {
        let (by_flag, by_condition) = (
            selection(&flag).resolve(gazetteer).unwrap(),
            Selection {
                dataset: vec!["all".into()],
                r#where: Some(condition.clone()),
                ..Selection::default()
            }
            .resolve(gazetteer)
            .unwrap(),
        );
        by_condition.check(&[]).unwrap();
        let mut count = 0;
        for site in sites {
            let (flagged, met) = (by_flag.matches(site), by_condition.matches(site));
            assert_eq!(flagged, met, "{flag} and {condition}: {} {}", site.id, site.name);
            count += usize::from(flagged);
        }
        assert!(count > 0 && count < sites.len(), "{flag} selects {count} of {}", sites.len());
    }
}

#[test]
fn each_flag_selects_what_its_condition_does() {
    hold_alike(sites());
}

#[test]
fn each_flag_selects_what_its_condition_does_in_the_official_databases() {
    let (Some(workbook), Some(china)) = (shared(WORKBOOK), shared(CHINA)) else { return };
    let paths = [workbook, china];
    let mut collection =
        dataset::read(&paths, &dataset::Dictionary::default(), &mut Notices::default()).unwrap();
    let (rules, gazetteer) = (Rules::embedded().unwrap(), Gazetteer::embedded().unwrap());
    collection.sites.iter_mut().for_each(|site| rules.classify(site));
    gazetteer.locate(&mut collection.sites);
    hold_alike(&collection.sites);
}

#[test]
fn each_question_has_an_answer() {
    for [question, condition] in rows("Questions") {
        let filter =
            Filter::parse(&condition).unwrap_or_else(|error| panic!("{condition}: {error}"));
        filter.check(&[]).unwrap();
        let count = sites().iter().filter(|site| filter.matches_site(site)).count();
        assert!(count > 0 && count < sites().len() / 2, "{question} {count}");
    }
}

#[test]
fn each_form_of_a_condition_is_understood() {
    let text = fs::read_to_string(page()).unwrap();
    let section = text.split("\n## ").find(|section| section.starts_with("A condition")).unwrap();
    let codes: Vec<&str> = section.split('`').skip(1).step_by(2).collect();
    let whole =
        |code: &&str| code.contains(['\'', '(']) && code.contains(' ') && !code.contains('"');
    let conditions: Vec<&str> = codes.into_iter().filter(whole).collect();
    assert!(conditions.len() >= 11, "{conditions:?}");
    for condition in conditions {
        Filter::parse(condition).and_then(|filter| filter.check(&[])).unwrap();
    }
}

#[test]
fn the_page_lists_all_properties() {
    let mut table = String::from("| name | values | what it is |\n|---|---|---|\n");
    for property in PROPERTIES.iter().chain(MORE) {
        let Property { name, kind, of_points, about, .. } = property;
        let kind = match kind {
            Kind::Text => "text",
            Kind::Real => "number",
            Kind::Integer => "whole number",
            Kind::Boolean => "true or false",
            Kind::List => "list of texts",
        };
        let own = if *of_points { "" } else { ", *own*" };
        writeln!(table, "| `{name}` | {kind}{own} | {about} |").unwrap();
    }
    let text = fs::read_to_string(page()).unwrap();
    let (start, end) = ("<!-- properties: made from the code -->\n", "<!-- end of properties -->");
    let (before, rest) = text.split_once(start).unwrap();
    let (listed, after) = rest.split_once(end).unwrap();
    if std::env::var_os("REEMAP_BLESS").is_some() {
        fs::write(page(), format!("{before}{start}\n{table}\n{end}{after}")).unwrap();
    } else {
        assert!(
            listed.trim() == table.trim(),
            "docs/filters.md is stale: REEMAP_BLESS=1 writes it"
        );
    }
}
