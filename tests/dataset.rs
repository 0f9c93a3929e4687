//! What the official files give, record by record and in sum.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use common::shared;
use reemap::dataset::{self, Collection, Dictionary};
use reemap::error::{At, Notices};
use reemap::site::{Activity, Dataset, Site, Status};
use reemap::source::{Cell, Column, Format, Layer, Row};

const WORKBOOK: &str = "global_ree/Global_REE_occurrence_database.xlsx";
const NONSPATIAL: &str = "global_ree/Global_REE_nonspatial_table.csv";

fn read(paths: &[PathBuf]) -> (Collection, Notices) {
    let mut notices = Notices::default();
    let collection = dataset::read(paths, &Dictionary::default(), &mut notices).unwrap();
    (collection, notices)
}

fn site<'c>(collection: &'c Collection, id: &str) -> &'c Site {
    collection.sites.iter().find(|site| site.id == id).unwrap_or_else(|| panic!("no {id}"))
}

fn shown(terms: &[reemap::site::Term]) -> Vec<String> {
    terms.iter().map(ToString::to_string).collect()
}

fn count<K: Ord>(keys: impl Iterator<Item = K>) -> BTreeMap<K, usize> {
    keys.fold(BTreeMap::new(), |mut counts, key| {
        *counts.entry(key).or_default() += 1;
        counts
    })
}

/// A layer in memory, each cell given as text.
fn layer(name: &str, columns: &[(&str, Option<&str>)], rows: &[&[&str]]) -> Layer {
    let columns = columns
        .iter()
        .map(|(name, alias)| Column {
            name: (*name).into(),
            alias: alias.map(Into::into),
            ..Column::default()
        })
        .collect();
    let rows = rows
        .iter()
        .enumerate()
        .map(|(index, cells)| Row {
            number: index as u64 + 2,
            cells: cells.iter().map(|text| Cell::Text((*text).into())).collect(),
            geometry: None,
        })
        .collect();
    Layer::in_memory(name, Format::Csv, At::file(format!("{name}.csv")), columns, rows)
}

fn plain<'a>(names: &[&'a str]) -> Vec<(&'a str, Option<&'a str>)> {
    names.iter().map(|name| (*name, None)).collect()
}

fn added(layer: &Layer) -> reemap::Result<(Collection, Notices)> {
    let (mut collection, mut notices) = (Collection::default(), Notices::default());
    collection.add(layer, &Dictionary::default(), &mut notices)?;
    Ok((collection, notices))
}

#[test]
fn the_workbook_has_the_known_sums() {
    let Some(workbook) = shared(WORKBOOK) else { return };
    let (collection, notices) = read(&[workbook]);
    assert!(notices.skipped.is_empty(), "{:?}", notices.skipped);
    let sites = &collection.sites;
    assert_eq!(sites.len(), 3114);
    assert_eq!(collection.unlocated, 0);
    assert!(sites.iter().all(|site| site.dataset == Dataset::GlobalRee));

    let countries = count(sites.iter().map(|site| site.stated_country.as_deref().unwrap()));
    assert_eq!(countries.len(), 107);
    for (country, number) in [
        ("Australia", 466),
        ("Canada", 254),
        ("China", 215),
        ("Brazil", 173),
        ("Kazakhstan", 161),
        ("United States", 153),
    ] {
        assert_eq!(countries[country], number, "{country}");
    }

    let stages = count(sites.iter().map(|site| site.stage.as_ref().unwrap().to_string()));
    for (stage, number) in [("Occurrence", 1230), ("Showing", 799), ("Deposit", 671)] {
        assert_eq!(stages[stage], number, "{stage}");
    }

    let activity = count(sites.iter().map(|site| site.status.activity().name()));
    assert_eq!(
        activity,
        BTreeMap::from([("active", 131), ("past", 176), ("none", 2615), ("unknown", 192)])
    );
    let status = count(sites.iter().map(|site| site.status));
    assert_eq!((status[&Status::Producer], status[&Status::Byproduct]), (63, 68));
    let doubted = sites.iter().filter(|site| !site.status_certain).count();
    // The source's own (?), and the 192 whose status isn't known.
    assert_eq!(doubted, 203 + 42 + 25 + 15 + 10 + 5 + 192);
    let certain = sites
        .iter()
        .filter(|site| site.status.activity() == Activity::Active && site.status_certain);
    assert_eq!(certain.count(), 91);

    let active = count(
        sites
            .iter()
            .filter(|site| site.status.activity() == Activity::Active)
            .map(|site| site.stated_country.as_deref().unwrap()),
    );
    for (country, number) in [
        ("China", 59),
        ("Thailand", 15),
        ("Malaysia", 9),
        ("Vietnam", 8),
        ("Brazil", 7),
        ("India", 7),
        ("Australia", 6),
        ("Russian Federation", 5),
    ] {
        assert_eq!(active[country], number, "{country}");
    }

    let ids: BTreeSet<&str> = sites.iter().map(|site| site.id.as_str()).collect();
    assert_eq!(ids.len(), 3114);
    let types: BTreeSet<&str> =
        sites.iter().flat_map(|site| &site.deposit_types).map(|term| term.name.as_str()).collect();
    assert!(types.iter().all(|name| !name.contains([';', '?'])), "{types:?}");
    assert!(
        types
            .iter()
            .filter(|name| name.contains(','))
            .eq([&"hydrothermal Fe-oxide deposit ± Cu, Au"])
    );
}

#[test]
fn the_workbooks_odd_rows() {
    let Some(workbook) = shared(WORKBOOK) else { return };
    let (collection, _) = read(&[workbook]);
    let site = |id| site(&collection, id);

    // The id 3352 stands twice; the row with the lower OBJECTID keeps it.
    assert_eq!(site("global-ree:3352").name, "Amphoe Thap Sakae");
    let second = site("global-ree:3352#3175");
    assert_eq!((second.name.as_str(), second.source_id.as_str()), ("Thap Sakae", "3352"));
    assert_eq!(second.record.key.as_deref(), Some("3175"));

    assert_eq!(site("global-ree:5182").stated_country.as_deref(), Some("China"));
    assert_eq!(
        site("global-ree:9176").stated_province.as_deref(),
        Some("Yamalo-Nenentskiy avtonomnaya okrug")
    );
    // Longitude and latitude are swapped in the source, and stay so.
    let swapped = site("global-ree:8181").point.unwrap();
    assert_eq!((swapped.x(), swapped.y()), (46.1219, 8.3372));

    let misspelt: Vec<&Site> = collection
        .sites
        .iter()
        .filter(|site| site.stated_status.as_deref() == Some("No produciton(?)"))
        .collect();
    assert_eq!(misspelt.len(), 5);
    assert!(
        misspelt.iter().all(|site| site.status == Status::NoProduction && !site.status_certain)
    );

    // Blank cells come as single spaces.
    assert!(collection.sites.iter().all(|site| {
        site.deposit_subtype.as_deref().is_none_or(|text| !text.trim().is_empty())
            && site.notes.iter().all(|note| !note.text.as_deref().unwrap().trim().is_empty())
    }));
    let filled = count(
        collection.sites.iter().flat_map(|site| &site.notes).map(|note| note.column.as_str()),
    );
    assert_eq!(
        filled,
        BTreeMap::from([("HREE_Note", 149), ("LREE_Note", 90), ("REE_Ratio", 34), ("REE", 92)])
    );

    let xunwu = site("global-ree:5433");
    assert!(xunwu.notes.iter().any(|note| {
        note.column == "LREE_Note" && note.text.as_deref() == Some("LREO form 70% of TREO")
    }));

    // 8754 is stored with a combining accent, 8535 too; 8507 has a no-break space.
    use unicode_normalization::is_nfc;
    assert!(is_nfc(&site("global-ree:8754").name));
    assert!(site("global-ree:8535").ree_minerals.iter().all(|mineral| is_nfc(&mineral.name)));
    assert!(!site("global-ree:8507").other_names.iter().any(|name| name.contains('\u{a0}')));

    // A bracket that never closes doesn't swallow the list.
    assert_eq!(
        shown(&site("global-ree:8281").ree_minerals).last().map(String::as_str),
        Some("lanthanite-(Ce")
    );
    assert!(
        collection.sites.iter().flat_map(|site| &site.ree_minerals).all(|m| m.name != "others")
    );
    let references = collection.sites.iter().map(|site| site.references.len()).sum::<usize>();
    assert_eq!(references, 7415 - 5, "all save the five empty ones");
}

#[test]
fn records_without_a_location_are_a_dataset_of_their_own() {
    let (Some(workbook), Some(table)) = (shared(WORKBOOK), shared(NONSPATIAL)) else { return };
    let (collection, notices) = read(&[workbook, table]);
    assert!(notices.skipped.is_empty(), "{:?}", notices.skipped);
    assert_eq!(collection.unlocated, 820);
    let datasets = count(collection.sites.iter().map(|site| site.dataset));
    assert_eq!(
        datasets,
        BTreeMap::from([(Dataset::GlobalRee, 3114), (Dataset::GlobalReeNonspatial, 820)])
    );
    for id in ["7039", "8089", "8306"] {
        assert!(site(&collection, &format!("global-ree:{id}")).point.is_some());
        assert!(site(&collection, &format!("global-ree-nonspatial:{id}")).point.is_none());
    }
    let kinds: BTreeSet<String> =
        collection.sites.iter().map(|site| site.kind.as_ref().unwrap().to_string()).collect();
    assert!(kinds.contains("district or complex(?)"));
    assert!(kinds.iter().all(|kind| kind.trim() == kind && !kind.contains(" (?)")), "{kinds:?}");
    assert_eq!(collection.tables.iter().map(|table| table.rows).collect::<Vec<_>>(), [3114, 820]);
}

#[test]
fn the_reference_and_abbreviation_tables_are_known() {
    let (Some(references), Some(abbreviations)) = (
        shared("global_ree/All_Global_REE_references.csv"),
        shared("global_ree/Abbreviations.csv"),
    ) else {
        return;
    };
    let (collection, notices) = read(&[references, abbreviations]);
    assert_eq!(collection.references.len(), 1591);
    assert!(collection.references.iter().any(|reference| {
        reference.short == "Aarden (1978)" && reference.full.starts_with("Aarden, H.M., 1978")
    }));
    assert!(notices.notes.iter().any(|note| note.contains("abbreviations")), "{:?}", notices.notes);
}

#[test]
fn the_same_records_from_two_files_count_once() {
    let Some(workbook) = shared(WORKBOOK) else { return };
    let (collection, notices) = read(&[workbook.clone(), workbook]);
    assert_eq!(collection.sites.len(), 3114);
    assert!(notices.notes.iter().any(|note| note.contains("3114 records")), "{:?}", notices.notes);
}

#[test]
fn african_facilities_are_merged_with_all_their_products() {
    let path = "africa_gis/AFR_Mineral_Facilities.geojson";
    let Some(file) = shared(path) else { return };
    let raw: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let (collection, notices) = read(&[file]);
    assert!(notices.skipped.is_empty(), "{:?}", notices.skipped);
    assert_eq!(collection.sites.len(), 1866);
    assert_eq!(collection.tables[0].rows, 2408);

    // Counted from the file itself: every row's product, and none besides.
    let text = |feature: &serde_json::Value, name: &str| -> Option<String> {
        let text = feature["properties"][name].as_str()?.trim();
        (!["<null>", "NA"].contains(&text)).then(|| text.to_owned())
    };
    let expected = count(raw["features"].as_array().unwrap().iter().map(|feature| {
        let capacity = feature["properties"]["DsgAttr07"].as_f64().filter(|c| *c != -999.0);
        (
            format!("africa-gis:{}", text(feature, "FeatureUID").unwrap()),
            text(feature, "DsgAttr02").unwrap(),
            text(feature, "DsgAttr03"),
            capacity.map(|capacity| capacity.to_string()),
            text(feature, "DsgAttr08"),
            // One list has a comma too many.
            text(feature, "DsgAttr10")
                .map(|ids| ids.split(',').filter(|id| !id.trim().is_empty()).count())
                .unwrap_or(0),
        )
    }));
    let found = count(collection.sites.iter().flat_map(|site| {
        site.products.iter().map(|product| {
            (
                site.id.clone(),
                product.commodity.clone(),
                product.form.clone(),
                product.capacity.map(|capacity| capacity.to_string()),
                product.unit.clone(),
                product.shared_with.len(),
            )
        })
    }));
    assert_eq!(found.values().sum::<usize>(), 2408);
    let differ: Vec<_> = expected
        .iter()
        .filter(|(key, number)| found.get(*key) != Some(*number))
        .chain(found.iter().filter(|(key, _)| !expected.contains_key(*key)))
        .collect();
    assert!(differ.is_empty(), "{differ:#?}");

    let steelworks = site(&collection, "africa-gis:DZA025");
    assert!(steelworks.name.contains("El Hadjar, cold-rolling mill; "), "{}", steelworks.name);
    let both = site(&collection, "africa-gis:COD046");
    assert_eq!((both.status, both.status_certain), (Status::AssumedActive, false));
    let burundi = site(&collection, "africa-gis:BDI003");
    assert_eq!(shown(&burundi.commodities), ["Rare Earth elements (REE)"]);
    assert_eq!(burundi.stated_country.as_deref(), Some("Burundi"));
    assert!(collection.sites.iter().all(|site| {
        site.stated_country.as_deref().is_none_or(|name| !name.contains('\u{92}'))
    }));
}

#[test]
fn african_exploration_and_deposits() {
    let (Some(exploration), Some(deposits)) = (
        shared("africa_gis/AFR_Mineral_Exploration.geojson"),
        shared("africa_gis/AFR_Mineral_Deposits.geojson"),
    ) else {
        return;
    };
    let (collection, notices) = read(&[exploration, deposits]);
    let roles = collection.tables.iter().map(|table| (table.role, table.sites));
    assert_eq!(roles.collect::<Vec<_>>(), [("exploration", 1093), ("deposits", 1190)]);
    let kinds =
        count(collection.sites.iter().map(|site| site.kind.as_ref().unwrap().name.as_str()));
    assert_eq!(kinds, BTreeMap::from([("Exploration", 1093), ("Deposit", 1190)]));
    assert!(collection.sites.iter().all(|site| !site.commodities.is_empty()));
    // Several commodities a row, each in a column of its own.
    assert_eq!(shown(&site(&collection, "africa-gis:NGx001").commodities), ["Zinc", "Lead"]);
    assert_eq!(
        shown(&site(&collection, "africa-gis:ZAd022").deposit_types),
        ["Bedded-sedimentary"]
    );
    // A deposit type strayed into the status column of one row.
    assert!(notices.notes.iter().any(|note| note.contains("\"Placer\"")), "{:?}", notices.notes);
}

/// The columns of a later sibling: other numbers for the same roles.
const PORT_COLUMNS: [&str; 9] = [
    "FeatureUID",
    "FeatureNam",
    "Country",
    "ADM1",
    "DsgAttr01",
    "DsgAttr03",
    "DsgAttr04",
    "Latitude",
    "Longitude",
];

const LATER: [&str; 14] = [
    "FeatureUID",
    "FeatureNam",
    "FeatureTyp",
    "LocOpStat",
    "COUNTRY",
    "AMD1",
    "LATITUDE",
    "LONGITUDE",
    "DsgAttr01",
    "DsgAttr02",
    "DsgAttr03",
    "DsgAttr06",
    "DsgAttr07",
    "DsgAttr09",
];

#[test]
fn roles_are_read_off_the_values_whatever_their_numbers() {
    let plant = "Mineral Processing Plants";
    let rows: [&[&str]; 5] = [
        &[
            "CHN001",
            "A",
            plant,
            "Active",
            "China",
            "Jiangxi",
            "25",
            "115",
            "Rare Earths",
            "Rare-Earth Compounds",
            "oxide equivalent",
            "5",
            "kmt",
            "",
        ],
        &[
            "CHN001",
            "A",
            plant,
            "Active",
            "China",
            "Jiangxi",
            "25",
            "115",
            "Rare Earths",
            "Metal",
            "",
            "-999",
            "NA",
            "CHN002",
        ],
        &[
            "CHN002",
            "B",
            "Mines and Quarries",
            "C&M",
            "China",
            "Hunan",
            "26",
            "112",
            "Cement",
            "<null>",
            "",
            "2010",
            "kmt",
            "CHN001, CHN003",
        ],
        &[
            "CHN003",
            "C",
            plant,
            "Odd word",
            "China",
            "Hunan",
            "26",
            "113",
            "Tungsten",
            "Concentrate",
            "WO3 content",
            "7",
            "kmt",
            "",
        ],
        &[
            "CHN003", "C", plant, "Active", "China", "Hunan", "27", "113", "Tungsten", "Ore", "",
            "7", "kmt", "",
        ],
    ];
    let (collection, notices) = added(&layer("facilities", &plain(&LATER), &rows)).unwrap();
    assert_eq!(collection.sites.len(), 4, "two places under one id are two sites");
    let a = site(&collection, "china-gis:CHN001");
    assert_eq!(a.stated_province.as_deref(), Some("Jiangxi"));
    let products: Vec<_> = a
        .products
        .iter()
        .map(|p| (p.commodity.as_str(), p.form.as_deref(), p.capacity, p.unit.as_deref()))
        .collect();
    assert_eq!(
        products,
        [
            ("Rare Earths", Some("Rare-Earth Compounds"), Some(5.0), Some("kmt")),
            ("Rare Earths", Some("Metal"), None, None),
        ]
    );
    assert_eq!(a.products[1].shared_with, ["china-gis:CHN002"]);
    assert_eq!(site(&collection, "china-gis:CHN002").products[0].capacity, Some(2010.0));
    assert_eq!(site(&collection, "china-gis:CHN003").point.unwrap().y(), 26.0);
    assert_eq!(site(&collection, "china-gis:CHN003#2").point.unwrap().y(), 27.0);
    assert!(notices.notes.iter().any(|note| note.contains("\"Odd word\"")), "{:?}", notices.notes);
}

#[test]
fn aliases_go_before_values() {
    let columns = [
        ("FeatureUID", None),
        ("FeatureNam", None),
        ("FeatureTyp", None),
        ("Country", None),
        ("Latitude", None),
        ("Longitude", None),
        ("DsgAttr01", Some("Annual Capacity")),
        ("DsgAttr02", Some("Capacity Units")),
        ("DsgAttr03", Some("Commodity Form")),
        ("DsgAttr04", Some("Commodity 1")),
    ];
    // No value of these is in the vocabulary.
    let rows: [&[&str]; 1] =
        [&["CHN001", "A", "Brine", "China", "30", "100", "12", "wagons", "lumps", "unobtainium"]];
    let (collection, _) = added(&layer("CHN_Mineral_Facilities", &columns, &rows)).unwrap();
    let product = &collection.sites[0].products[0];
    assert_eq!(
        (
            product.commodity.as_str(),
            product.form.as_deref(),
            product.capacity,
            product.unit.as_deref()
        ),
        ("unobtainium", Some("lumps"), Some(12.0), Some("wagons"))
    );
}

#[test]
fn a_commodity_column_that_cannot_be_told_stops_with_the_columns() {
    let names =
        ["FeatureUID", "FeatureNam", "FeatureTyp", "Country", "Latitude", "Longitude", "DsgAttr01"];
    let rows: [&[&str]; 1] = [&["CHN001", "A", "Brine", "China", "30", "100", "unobtainium"]];
    let layer = layer("CHN_Mineral_Facilities", &plain(&names), &rows);
    let (collection, notices) = added(&layer).unwrap();
    assert!(collection.sites.is_empty() && notices.notes[0].contains("left out"));
    let error = collection.unsettled[0].error();
    let text = error.to_string();
    assert!(text.contains("DsgAttr01") && text.contains("unobtainium"), "{text}");
    assert!(text.contains("alias") && error.hint().is_some(), "{text}");
}

#[test]
fn roles_that_are_lacking_are_named() {
    let names =
        ["FeatureUID", "FeatureNam", "FeatureTyp", "Country", "Latitude", "Longitude", "DsgAttr01"];
    let rows: [&[&str]; 1] = [&["X1", "A", "Brine", "Zambia", "-13", "28", "Copper"]];
    let (collection, notices) = added(&layer("renamed", &plain(&names), &rows)).unwrap();
    assert_eq!(collection.sites[0].id, "africa-gis:X1", "told by the country");
    assert_eq!(collection.sites[0].products[0].form, None);
    let note = &notices.notes[0];
    assert!(note.contains("hold the form of product"), "{note}");
    assert!(collection.unsettled.is_empty(), "no other column could hold it");
}

#[test]
fn ports_of_a_compilation() {
    let rows: [&[&str]; 3] = [
        &[
            "CHNp01",
            "Shanghai",
            "China",
            "Shanghai",
            "P010",
            "Tungsten",
            "Concentrate",
            "31.2",
            "121.5",
        ],
        &[
            "CHNp01",
            "Shanghai",
            "China",
            "Shanghai",
            "P011",
            "Steel",
            "Semi-manufactured",
            "31.2",
            "121.5",
        ],
        &["CHNp02", "Coal pier", "China", "Hebei", "P020", "Coal", "Bituminous", "39.9", "119.6"],
    ];
    let (collection, _) =
        added(&layer("CHN_Infra_Transport_Ports", &plain(&PORT_COLUMNS), &rows)).unwrap();
    let ports: Vec<_> = collection
        .ports
        .iter()
        .map(|port| (port.id.as_str(), port.exports.join(", "), port.exports_metals))
        .collect();
    assert_eq!(
        ports,
        [
            ("china-gis:CHNp01", "Tungsten, Steel".into(), true),
            ("china-gis:CHNp02", "Coal".into(), false)
        ]
    );
}

#[test]
fn dams_are_no_plain_points() {
    let rows: [&[&str]; 1] = [&["Three Gorges", "Hubei", "30.8", "111"]];
    let dams = layer("CHN_Infra_Dams", &plain(&["name", "ADMIN1", "latitude", "longitude"]), &rows);
    let (collection, notices) = added(&dams).unwrap();
    assert!(collection.sites.is_empty());
    assert!(notices.notes[0].contains("CHN_Infra_Dams"), "{:?}", notices.notes);
}

#[test]
fn any_table_with_longitude_and_latitude_is_points() {
    let rows: [&[&str]; 3] = [
        &["甲矿", "NA", "115.5", "25.25", "Mine"],
        &["乙厂", "", "415", "25", ""],
        &["", "", "", "", ""],
    ];
    let table = layer("mine", &plain(&["名称", "country", "经度", "纬度", "type"]), &rows);
    let (collection, notices) = added(&table).unwrap();
    let ids: Vec<&str> = collection.sites.iter().map(|site| site.id.as_str()).collect();
    assert_eq!(ids, ["points:mine:2", "points:mine:3", "points:mine:4"]);
    let first = &collection.sites[0];
    assert_eq!((first.name.as_str(), first.point.unwrap().x()), ("甲矿", 115.5));
    assert_eq!(first.stated_country.as_deref(), Some("NA"), "Namibia's code, in a user's table");
    assert_eq!(first.kind.as_ref().unwrap().name, "Mine");
    // Out of range: told, and the site stays without a location.
    assert_eq!(collection.unlocated, 2);
    assert_eq!(notices.skipped.len(), 1);
    assert!(notices.skipped[0].contains("row 3") && notices.skipped[0].contains("415"));
}

#[test]
fn longitudes_all_around_the_earth_are_read_with_a_word() {
    let rows: [&[&str]; 3] = [&["A", "244.5", "35.5"], &["B", "180", "1"], &["C", "360.5", "1"]];
    let (collection, notices) = added(&layer("x", &plain(&["name", "lon", "lat"]), &rows)).unwrap();
    let places: Vec<Option<f64>> =
        collection.sites.iter().map(|site| site.point.map(|point| point.x())).collect();
    assert_eq!(places, [Some(-115.5), Some(180.0), None]);
    assert_eq!(notices.notes.iter().filter(|note| note.contains("west of Greenwich")).count(), 1);
}

#[test]
fn a_place_off_the_earth_is_told_with_a_guess_at_why() {
    let rows: [&[&str]; 3] =
        [&["A", "41.8", "109.97"], &["B", "400000", "4640000"], &["C", "1e300", "1e300"]];
    let (_, notices) = added(&layer("x", &plain(&["name", "lon", "lat"]), &rows)).unwrap();
    let [exchanged, metres, neither] = &notices.skipped[..] else { panic!("{notices:?}") };
    assert!(exchanged.contains("may be exchanged"), "{exchanged}");
    assert!(metres.contains("metres of a map"), "{metres}");
    assert!(
        neither.contains("longitude 1e300, latitude 1e300 is no place on Earth; "),
        "{neither}"
    );
}

#[test]
fn coordinates_that_cannot_be_read_are_told() {
    let rows: [&[&str]; 8] = [
        &["A", "115,5", "24,5"],
        &["B", "115°42'12\"E", "24 53 03 N"],
        &["C", "115", "abc"],
        &["D", "115", "n/a"],
        &["E", "115", ""],
        &["F", "east", "north"],
        &["G", "-999", "-999"],
        &["H", "", " "],
    ];
    let table = layer("mine", &plain(&["name", "lon", "lat"]), &rows);
    let (collection, notices) = added(&table).unwrap();
    let points: Vec<_> = collection.sites.iter().map(|site| site.point).collect();
    assert_eq!(points[0].map(|point| point.x_y()), Some((115.5, 24.5)));
    let (x, y) = points[1].unwrap().x_y();
    assert!((x - 115.703_333).abs() < 1e-6 && (y - 24.884_167).abs() < 1e-6, "{x} {y}");
    assert!(points[2..].iter().all(Option::is_none));
    assert_eq!(collection.unlocated, 6, "every site stays");
    assert_eq!(notices.skipped.len(), 4, "{:?}", notices.skipped);
    for (told, parts) in notices.skipped.iter().zip([
        ["mine.csv, row 4, column lat", "\"abc\" is no latitude"],
        ["mine.csv, row 5, column lat", "\"n/a\" is no latitude"],
        ["mine.csv, row 6, column lat", "a longitude stands without a latitude"],
        ["mine.csv, row 7, column lon", "\"east\" is no longitude in degrees and \"north\""],
    ]) {
        assert!(parts.iter().all(|part| told.contains(part)), "{told}");
    }
    let spellings = notices.notes.iter().filter(|note| note.contains("are read as decimal"));
    assert_eq!(spellings.count(), 2, "{:?}", notices.notes);
}

#[test]
fn the_last_entry_of_a_cut_list_is_no_entry() {
    let names = ["ID_No", "Dep_Type", "Commods", "P_Status", "REE_Mins", "Ref_List"];
    let columns = names.map(|name| Column { name: name.into(), ..Column::default() }).to_vec();
    let cells = vec![
        Cell::Integer(1),
        Cell::Text("placer".into()),
        Cell::Cut("REE, Nb, T".into()),
        Cell::Text("Producer".into()),
        Cell::Cut("monazite; xeno".into()),
        Cell::Cut("Xie and others (2016); Orris and Grauch (20".into()),
    ];
    let row = Row { number: 1, cells, geometry: None };
    let table = Layer::in_memory("t", Format::Shapefile, At::file("t.dbf"), columns, vec![row]);
    let (collection, _) = added(&table).unwrap();
    let site = &collection.sites[0];
    assert_eq!(site.references, ["Xie and others (2016)"]);
    assert_eq!(shown(&site.ree_minerals), ["monazite"]);
    assert_eq!(shown(&site.commodities), ["REE", "Nb"]);
}

#[test]
fn points_of_two_files_of_one_name_all_stay() {
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<PathBuf> = ["a", "b"]
        .iter()
        .map(|name| {
            let path = folder.path().join(name).join("mines.csv");
            std::fs::create_dir(path.parent().unwrap()).unwrap();
            std::fs::write(&path, format!("name,lon,lat\n{name},10,20\n")).unwrap();
            path
        })
        .collect();
    let (collection, _) = read(&[paths[0].clone(), paths[1].clone(), paths[1].clone()]);
    let ids: Vec<&str> = collection.sites.iter().map(|site| site.id.as_str()).collect();
    assert_eq!(ids, ["points:mines:2", "points:mines:2#2"]);
}

/// The facilities or ports of files one after another, rows as `added` takes them.
fn added_in_turn(layers: &[Layer]) -> (Collection, Notices) {
    let (mut collection, mut notices) = (Collection::default(), Notices::default());
    for layer in layers {
        collection.add(layer, &Dictionary::default(), &mut notices).unwrap();
    }
    (collection, notices)
}

#[test]
fn an_id_of_two_files_is_one_site_only_at_one_place() {
    let facility = |id: &'static str, name: &'static str, at: [&'static str; 2], with| {
        let kind = "Mines and Quarries";
        let place = [id, name, kind, "Active", "China", "Hunan", at[0], at[1]];
        [&place[..], &["Rare Earths", "Ore", "", "5", "kmt", with]].concat()
    };
    let file = |name: &str, rows: &[Vec<&str>]| {
        let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
        layer(name, &plain(&LATER), &rows)
    };
    let a = facility("CHN001", "A", ["25", "115"], "");
    let b = facility("CHN002", "B", ["26", "115"], "");
    let first = file("first", &[a.clone(), b, facility("CHN003", "Unlocated", ["", ""], "")]);
    // Rounded, elsewhere, elsewhere, and one that only the second has; they share capacity.
    let second = file(
        "second",
        &[
            facility("CHN001", "A", ["25.0004", "114.9996"], ""),
            facility("CHN002", "Other B", ["30", "115"], "CHN001, CHN003"),
            facility("CHN003", "Located", ["27", "115"], "CHN002"),
            facility("CHN004", "D", ["28", "115"], "CHN003"),
        ],
    );
    // As `second` once more; then `first`, in another order.
    let third = file("third", &[facility("CHN002", "Other B", ["30", "115"], ""), a]);
    let (collection, notices) = added_in_turn(&[first, second, third]);
    let found: Vec<(&str, &str)> =
        collection.sites.iter().map(|site| (site.id.as_str(), site.name.as_str())).collect();
    assert_eq!(
        found,
        [
            ("china-gis:CHN001", "A"),
            ("china-gis:CHN002", "B"),
            ("china-gis:CHN003", "Unlocated"),
            ("china-gis:CHN002#2", "Other B"),
            ("china-gis:CHN003#2", "Located"),
            ("china-gis:CHN004", "D"),
        ]
    );
    let shared = |id: &str| site(&collection, id).products[0].shared_with.clone();
    assert_eq!(shared("china-gis:CHN002#2"), ["china-gis:CHN001", "china-gis:CHN003#2"]);
    assert_eq!(shared("china-gis:CHN004"), ["china-gis:CHN003#2"]);
    let told = |text: &str| notices.notes.iter().any(|note| note.contains(text));
    assert!(told("second.csv: 1 record stands in first.csv too"), "{:?}", notices.notes);
    assert!(told("second.csv: 2 ids are those of records that lie elsewhere in first.csv"));
    assert!(told("third.csv: 2 records stand in"), "{:?}", notices.notes);
    assert!(!told("third.csv: 1 id"), "{:?}", notices.notes);
    assert_eq!(collection.tables.iter().map(|table| table.sites).sum::<u64>(), 6);
}

#[test]
fn an_id_of_two_files_is_one_port_only_at_one_place() {
    let port = |name: &str, latitude: &str| {
        let row = ["CHNp01", name, "China", "Hebei", "P010", "Tungsten", "Ore", latitude, "119.6"];
        layer(&format!("CHN_Infra_Transport_Ports_{name}"), &plain(&PORT_COLUMNS), &[&row])
    };
    let (collection, notices) =
        added_in_turn(&[port("A", "39.9"), port("B", "38.0"), port("C", "39.9")]);
    let ids: Vec<&str> = collection.ports.iter().map(|port| port.id.as_str()).collect();
    assert_eq!(ids, ["china-gis:CHNp01", "china-gis:CHNp01#2"], "{:?}", notices.notes);
    assert_eq!(collection.ports[1].name, "B");
}

#[test]
fn a_table_that_is_nothing_says_what_was_looked_for() {
    let error = added(&layer("t", &plain(&["a", "b"]), &[&["1", "2"]])).unwrap_err();
    assert!(error.to_string().contains("its columns are a, b"), "{error}");
    assert!(error.hint().unwrap().contains("ID_No"));
}

/// What a site says, whatever file it was read from.
fn facts(site: &Site) -> Site {
    let mut site = site.clone();
    site.record.file.clear();
    site.record.row = 0;
    site
}

#[test]
fn the_csv_form_gives_the_same_sites() {
    let Some(workbook) = shared(WORKBOOK) else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("renamed.csv");
    let source = reemap::source::open(&workbook).unwrap().remove(0);
    let sheet = &source.layers[0];
    let mut writer = csv::Writer::from_path(&path).unwrap();
    writer.write_record(sheet.columns.iter().map(|column| column.name.to_uppercase())).unwrap();
    for row in sheet.rows().unwrap() {
        let cells = row.unwrap().cells;
        let text = |cell: &Cell| match cell {
            Cell::Text(text) => text.clone(),
            other => other.text().unwrap_or_default().into_owned(),
        };
        writer.write_record(cells.iter().map(text)).unwrap();
    }
    writer.flush().unwrap();
    let (from_csv, notices) = read(&[path]);
    assert!(notices.skipped.is_empty(), "{:?}", notices.skipped);
    let (from_workbook, _) = read(&[workbook]);
    assert_eq!(from_csv.sites.len(), 3114);
    for (ours, theirs) in from_csv.sites.iter().zip(&from_workbook.sites) {
        assert_eq!(facts(ours), facts(theirs));
    }
}

#[test]
fn a_shapefile_without_coordinate_columns_is_located_by_its_points() {
    use shapefile::dbase::{FieldName, FieldValue, Record, TableWriterBuilder};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ree.shp");
    let names = ["ID_NO", "NAME", "COUNTRY", "DEP_TYPE", "COMMODS", "P_STATUS"];
    let table = names.iter().fold(TableWriterBuilder::new(), |table, name| {
        table.add_character_field(FieldName::try_from(*name).unwrap(), 60)
    });
    let mut writer = shapefile::Writer::from_path(&path, table).unwrap();
    let cells = ["5029", "Bayan Obo", "China ", "carbonatite(?)", "Fe, REE, Nb", "Producer(?)"];
    let mut record = Record::default();
    for (name, cell) in names.iter().zip(cells) {
        record.insert((*name).into(), FieldValue::Character(Some(cell.into())));
    }
    writer.write_shape_and_record(&shapefile::Point::new(109.9747, 41.7991), &record).unwrap();
    drop(writer);
    let (collection, _) = read(&[path]);
    let bayan_obo = site(&collection, "global-ree:5029");
    assert_eq!(bayan_obo.dataset, Dataset::GlobalRee);
    assert_eq!(bayan_obo.point.map(|point| (point.x(), point.y())), Some((109.9747, 41.7991)));
    assert_eq!((bayan_obo.status, bayan_obo.status_certain), (Status::Producer, false));
    assert_eq!(shown(&bayan_obo.deposit_types), ["carbonatite(?)"]);
    assert_eq!(shown(&bayan_obo.commodities), ["Fe", "REE", "Nb"]);
}

#[test]
fn a_folder_gives_all_its_tables() {
    let Some(folder) = shared("global_ree") else { return };
    let (collection, _) = read(&[folder]);
    assert_eq!((collection.sites.len(), collection.unlocated), (3934, 820));
    assert_eq!(collection.references.len(), 1591);
    assert_eq!(collection.inputs.len(), 4);
}

#[test]
fn dirty_separators_part_commodities() {
    let Some(workbook) = shared(WORKBOOK) else { return };
    let (collection, _) = read(&[workbook]);
    let commodities = |id: &str| shown(&site(&collection, id).commodities);
    // `REE, Ba or Be`, `REE, U, Th Nb` and `F, REE. Nb, Fe, P, Be`.
    assert_eq!(commodities("global-ree:5068"), ["REE", "Ba(?)", "Be(?)"]);
    assert_eq!(commodities("global-ree:3442"), ["REE", "U", "Th", "Nb"]);
    assert_eq!(commodities("global-ree:4171"), ["F", "REE", "Nb", "Fe", "P", "Be"]);
}

#[test]
fn records_at_one_place_stay_apart() {
    let Some(workbook) = shared(WORKBOOK) else { return };
    let (collection, _) = read(&[workbook]);
    let point = |id: u32| site(&collection, &format!("global-ree:{id}")).point;
    for (one, other) in [(3155, 3204), (3197, 3222), (8055, 8056), (8072, 8073), (7292, 7303)] {
        assert_eq!(point(one), point(other), "{one} and {other}");
    }
    let places = collection.sites.iter().filter_map(|site| site.point);
    let places: BTreeSet<_> = places.map(|p| (p.x().to_bits(), p.y().to_bits())).collect();
    assert_eq!(places.len(), 3114 - 5);
}
