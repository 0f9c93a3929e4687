//! The catalogue inside the program says what the official files say.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeMap;
use std::path::Path;

use common::shared;
use reemap::classify::Rules;
use reemap::dataset::{self, Collection, Dictionary, catalog};
use reemap::error::Notices;
use reemap::site::{Activity, Confidence, Dataset, Site, Status};

const WORKBOOK: &str = "global_ree/Global_REE_occurrence_database.xlsx";
const NONSPATIAL: &str = "global_ree/Global_REE_nonspatial_table.csv";

fn embedded() -> Collection {
    dataset::embedded(|_| true).unwrap()
}

fn of(collection: &Collection, dataset: Dataset) -> Vec<Site> {
    collection.sites.iter().filter(|site| site.dataset == dataset).cloned().collect()
}

/// The collection of the official tables; none where they are not at hand.
fn official() -> Option<Collection> {
    let paths = [shared(WORKBOOK)?, shared(NONSPATIAL)?];
    Some(dataset::read(&paths, &Dictionary::default(), &mut Notices::default()).unwrap())
}

#[test]
fn the_catalogue_has_the_known_sums() {
    let collection = embedded();
    let sites = of(&collection, Dataset::GlobalRee);
    assert_eq!(sites.len(), 3114);
    let active: Vec<&Site> =
        sites.iter().filter(|site| site.status.activity() == Activity::Active).collect();
    assert_eq!(active.len(), 131);
    let in_china = |site: &&&Site| site.stated_country.as_deref() == Some("China");
    assert_eq!(active.iter().filter(in_china).count(), 59);
    let made = dataset::made().unwrap();
    assert_eq!(made.schema, catalog::SCHEMA);
    assert_eq!((made.rows, made.records_without_location), (3114, Some(820)));
    assert!(made.source.contains_key("Global_REE_occurrence_database.xlsx"));
    assert!(made.source.contains_key("Global_REE_nonspatial_table.csv"));
    assert_eq!(collection.inputs.len(), 4);
    assert!(collection.inputs.iter().all(|input| input.checked().unwrap().sha256.len() == 64));
}

#[test]
fn the_catalogue_counts_active_mines_without_a_location() {
    let count = |collection: &Collection| {
        let sites = of(collection, Dataset::GlobalReeNonspatial);
        assert!(sites.iter().all(|site| site.point.is_none()));
        let active: Vec<&Site> =
            sites.iter().filter(|site| site.status.activity() == Activity::Active).collect();
        let china = active.iter().filter(|site| site.stated_country.as_deref() == Some("China"));
        (sites.len(), active.len(), china.count())
    };
    assert_eq!(count(&embedded()), (820, 87, 78));
    let Some(collection) = official() else { return };
    assert_eq!(count(&collection), (820, 87, 78));
}

#[test]
fn only_what_is_wanted_is_loaded() {
    let collection = dataset::embedded(|dataset| dataset == Dataset::GlobalReeNonspatial).unwrap();
    assert_eq!(
        (collection.sites.len(), collection.unlocated, collection.ports.len()),
        (820, 820, 0)
    );
    assert!(collection.made.is_some());
    let mut collection = dataset::embedded(|_| false).unwrap();
    assert!(collection.sites.is_empty() && collection.inputs.is_empty());
    assert!(collection.made.is_none());
    collection.add_curated_plants().unwrap();
    assert_eq!((collection.sites.len(), collection.ports.len()), (21, 0));
    collection.add_curated_ports().unwrap();
    assert_eq!((collection.sites.len(), collection.ports.len()), (21, 15));
}

#[test]
fn the_catalogue_agrees_with_the_workbook() {
    agree(
        Dataset::GlobalRee,
        &[("No production", "No Production", 1), ("No production(?)", "No produciton(?)", 5)],
    );
}

#[test]
fn the_catalogue_agrees_with_the_table_without_locations() {
    agree(Dataset::GlobalReeNonspatial, &[]);
}

/// Holds the embedded table of a dataset against the official one: the same sites and classes,
/// save how often a status is spelt otherwise.
fn agree(dataset: Dataset, respelt: &[(&str, &str, usize)]) {
    let Some(collection) = official() else { return };
    let rules = Rules::embedded().unwrap();
    let theirs = of(&collection, dataset);
    let ours = of(&embedded(), dataset);
    assert_eq!(ours.len(), theirs.len());
    let mut spellings = BTreeMap::new();
    for (mut ours, mut theirs) in ours.into_iter().zip(theirs) {
        rules.classify(&mut ours);
        rules.classify(&mut theirs);
        let id = &theirs.id;
        assert_eq!(ours.ree_type.value, theirs.ree_type.value, "{id}");
        assert_eq!(ours.ree_type.basis, theirs.ree_type.basis, "{id}");
        assert_eq!(ours.ree_type.confidence, theirs.ree_type.confidence, "{id}");
        assert_eq!(ours.segments, theirs.segments, "{id}");
        if ours.stated_status != theirs.stated_status {
            *spellings
                .entry((ours.stated_status.clone(), theirs.stated_status.clone()))
                .or_insert(0) += 1;
        }
        // Everything else is the same too, save where it was read, the sentences that the facts
        // were parsed from, and the spelling of the status.
        ours.record.file = theirs.record.file.clone();
        ours.record.row = theirs.record.row;
        ours.stated_status = theirs.stated_status.clone();
        ours.ree_type = theirs.ree_type.clone();
        theirs.notes.retain(|note| !note.facts.is_empty());
        theirs.notes.iter_mut().for_each(|note| note.text = None);
        theirs.resources.unread.iter_mut().for_each(|unread| unread.cell = None);
        assert_eq!(ours, theirs);
    }
    let text = |text: &str| Some(text.to_owned());
    let respelt = respelt.iter().map(|(ours, theirs, count)| ((text(ours), text(theirs)), *count));
    assert_eq!(spellings, respelt.collect());
}

/// The checksum that `data/README.md` gives for a file of the catalogue.
fn stated_checksum(readme: &str, name: &str) -> String {
    let row = readme.lines().find(|line| line.starts_with(&format!("| `{name}` |"))).unwrap();
    row.trim_end_matches(" |").rsplit('`').nth(1).unwrap().to_owned()
}

#[test]
fn the_readme_gives_the_checksums() {
    use sha2::Digest as _;
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let mut readme = std::fs::read_to_string(data.join("README.md")).unwrap();
    for name in [
        "global-ree.csv",
        "global-ree-nonspatial.csv",
        "global-ree.toml",
        "plants.csv",
        "ports.csv",
        "catalog.toml",
    ] {
        let bytes = std::fs::read(data.join("catalog").join(name)).unwrap();
        let found: String =
            sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let stated = stated_checksum(&readme, name);
        if std::env::var_os("REEMAP_BLESS").is_some() {
            readme = readme.replace(&stated, &found);
        } else {
            assert_eq!(stated, found, "{name}");
        }
    }
    if std::env::var_os("REEMAP_BLESS").is_some() {
        std::fs::write(data.join("README.md"), readme).unwrap();
    }
}

/// Run with `REEMAP_BLESS=1` to write the catalogue anew, then the checksums in the same way.
#[test]
fn making_the_catalogue_again_gives_the_same_bytes() {
    let Some(collection) = official() else { return };
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/catalog");
    if std::env::var_os("REEMAP_BLESS").is_some() {
        catalog::make(&collection, &committed).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    for path in catalog::make(&collection, folder.path()).unwrap() {
        let name = path.file_name().unwrap();
        let made = std::fs::read(&path).unwrap();
        assert!(made == std::fs::read(committed.join(name)).unwrap(), "{name:?} differs");
        assert!(made.len() < 1_000_000, "{name:?} has {} bytes", made.len());
    }
}

#[test]
fn the_catalogue_can_be_given_as_files_and_made_from_itself() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/catalog");
    let paths: Vec<_> =
        catalog::Table::ALL.into_iter().map(|table| committed.join(table.file())).collect();
    let given = dataset::read(&paths, &Dictionary::default(), &mut Notices::default()).unwrap();
    let mut embedded = embedded();
    assert_eq!(given.ports.len(), embedded.ports.len());
    assert_eq!(given.sites.len(), embedded.sites.len());
    for (ours, theirs) in embedded.sites.iter_mut().zip(&given.sites) {
        ours.record.file = theirs.record.file.clone();
        assert_eq!(ours, theirs);
    }
    let folder = tempfile::tempdir().unwrap();
    let made = catalog::make(&given, folder.path()).unwrap();
    for (made, name) in made.iter().zip(["global-ree.csv", "global-ree-nonspatial.csv"]) {
        assert!(
            std::fs::read(made).unwrap() == std::fs::read(committed.join(name)).unwrap(),
            "{name}"
        );
    }
}

#[test]
fn plants_say_what_they_rest_on() {
    let collection = embedded();
    let plants = of(&collection, Dataset::Curated);
    assert_eq!(plants.len(), 21);
    for plant in &plants {
        let id = &plant.id;
        let curation = plant.curation.as_ref().unwrap();
        assert!(!plant.references.is_empty() && !plant.products.is_empty(), "{id}");
        assert!(curation.evidence.is_some(), "{id}");
        // Only what a source shows at work, with a date, is certain.
        assert_eq!(plant.status == Status::Active, plant.status_certain, "{id}");
        assert!(plant.status != Status::Active || curation.as_of.is_some(), "{id}");
        // OpenStreetMap's locations carry its licence, and only they.
        let from_osm = plant.references.iter().any(|source| source.contains("OpenStreetMap"));
        assert_eq!(from_osm, curation.licence.contains("ODbL"), "{id}");
        assert_eq!(from_osm, plant.point.is_some(), "{id}");
    }
    let dragon = plants.iter().find(|plant| plant.id == "curated:golden-dragon").unwrap();
    let forms: Vec<_> = dragon.products.iter().map(|p| (p.form.as_deref(), p.capacity)).collect();
    assert_eq!(
        forms,
        [(Some("separated oxides"), Some(5000.0)), (Some("NdFeB magnets"), Some(6000.0))]
    );
    let leshan = plants.iter().find(|plant| plant.id == "curated:leshan-shenghe").unwrap();
    assert_eq!(leshan.curation.as_ref().unwrap().confidence, Confidence::Low);
}

#[test]
fn plants_are_midstream_or_downstream_and_one_is_both() {
    let rules = Rules::embedded().unwrap();
    let mut segments: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for mut plant in of(&embedded(), Dataset::Curated) {
        rules.classify(&mut plant);
        segments.entry(plant.segments.to_string()).or_default().push(plant.id);
    }
    // Eight that separate, of which one makes magnets too, and two that make alloy.
    let counts: Vec<_> = segments.iter().map(|(name, ids)| (name.as_str(), ids.len())).collect();
    assert_eq!(counts, [("downstream", 11), ("midstream", 9), ("midstream; downstream", 1)]);
    assert_eq!(segments["midstream; downstream"], ["curated:golden-dragon"]);
}

#[test]
fn ports_say_what_they_export() {
    let ports = embedded().ports;
    assert_eq!(ports.len(), 15);
    assert!(ports.iter().all(|port| port.exports_metals && !port.evidence.is_empty()));
    assert_eq!(ports.iter().filter(|port| port.exports_rare_earths == Some(true)).count(), 10);
    // What no source says is marked, and only that.
    for port in &ports {
        assert_eq!(port.exports_assumed, port.evidence.contains("taken to export"), "{}", port.id);
    }
    assert_eq!(ports.iter().filter(|port| port.exports_assumed).count(), 5);
    let inland: Vec<&str> =
        ports.iter().filter(|port| port.point.is_none()).map(|port| port.id.as_str()).collect();
    assert_eq!(inland, ["curated:hohhot", "curated:nanchang"]);
}
