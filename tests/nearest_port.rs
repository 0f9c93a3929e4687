//! The nearest port that exports metals, as export and explain tell it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use std::collections::HashMap;

use common::{Scratch, catalogue, shared};
use reemap::place::nearest_ports;
use reemap::site::Site;

mod common;

/// Each exported site's nearest port.
fn exported(scratch: &Scratch, args: &[&str]) -> HashMap<String, (String, Option<f64>)> {
    let text = scratch.ok(&[&["export", "--format", "csv"], args].concat());
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|column| column == name).unwrap();
    let (id, port, km) = (at("id"), at("nearest_port"), at("nearest_port_km"));
    let rows = reader.records().map(Result::unwrap);
    rows.map(|row| (row[id].to_owned(), (row[port].to_owned(), row[km].parse().ok()))).collect()
}

/// Distances by GeographicLib (Karney) over all ports of the curated list that export metals.
#[test]
fn distances_are_those_of_an_independent_geodesic() {
    let ports = exported(&Scratch::new(), &["--country", "China"]);
    for (id, name, km) in [
        ("global-ree:5029", "Tianjin", 737.327_209),
        ("global-ree:5490", "Huangpu (Guangzhou)", 241.529_631),
        ("global-ree:5388", "Lianyungang", 198.504_051),
        ("global-ree:5379", "Tianjin", 3_323.387_952),
        ("global-ree:5424", "Qinzhou(?)", 259.198_263),
    ] {
        let (found, distance) = &ports[id];
        assert_eq!(found, name, "{id}");
        assert!((distance.unwrap() - km).abs() < 0.002, "{id}: {distance:?}");
    }
}

#[test]
fn only_ports_of_the_sites_own_country_count() {
    let collection = catalogue();
    let mut sites = collection.sites.clone();
    nearest_ports(&mut sites, &collection.ports);
    for site in &sites {
        let country = site.place.country.as_ref().map(|unit| unit.code.as_str());
        let has = site.nearest_port.is_some();
        assert_eq!(has, country == Some("CHN"), "{} in {country:?}", site.id);
    }
    assert!(sites.iter().filter(|site| site.nearest_port.is_some()).count() > 200);
    // A port that exports no metals, or that has no location, is none.
    let mut ports = collection.ports.clone();
    ports.iter_mut().for_each(|port| port.exports_metals &= port.point.is_none());
    assert!(ports.iter().any(|port| port.exports_metals));
    nearest_ports(&mut sites, &ports);
    assert!(sites.iter().all(|site: &Site| site.nearest_port.is_none()));
}

#[test]
fn explain_names_the_port_and_says_what_is_taken_for_granted() {
    let scratch = Scratch::new();
    let page = scratch.ok(&["explain", "global-ree:5029"]);
    assert!(page.contains("nearest port  Tianjin (curated:CNTXG), 737 km"), "{page}");
    let page = scratch.ok(&["explain", "global-ree:5424"]);
    assert!(page.contains("Qinzhou (curated:CNQZH), 259 km"), "{page}");
    assert!(page.contains("taken to export metals"), "{page}");
    // Mountain Pass, in a country of which the data list no port.
    let page = scratch.ok(&["explain", "Mountain Pass"]);
    assert!(!page.contains("nearest port"), "{page}");
}

/// The curated ports serve beside the official workbook, which lists none.
#[test]
fn the_workbook_gets_the_same_ports() {
    let Some(workbook) = shared("global_ree/Global_REE_occurrence_database.xlsx") else { return };
    let scratch = Scratch::new();
    let embedded = exported(&scratch, &["--country", "China"]);
    let path = workbook.to_string_lossy().into_owned();
    let read = exported(&scratch, &["--country", "China", "--data", &path]);
    let (port, km) = &read["global-ree:5029"];
    assert_eq!((port, km), (&embedded["global-ree:5029"].0, &embedded["global-ree:5029"].1));
}
