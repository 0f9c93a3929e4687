//! What leaves as GeoJSON and CSV: valid by the standard, and true to the sites.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use geo::Point;
use reemap::export::{self, Metadata};
use reemap::resource;
use reemap::site::{
    Confidence, Curation, Dataset, Finding, NearestPort, Place, PlaceBasis, Product, Record,
    ReeType, Segment, Segments, Site, Status, Term, Unit,
};

fn term(name: &str, certain: bool) -> Term {
    Term { name: name.into(), certain }
}

fn sites() -> Vec<Site> {
    let mut full = Site::new(Dataset::GlobalRee, "5029", "Bayan Obo \"白云鄂博\"");
    full.record = Record {
        table: "Global_REE".into(),
        key: Some("1021".into()),
        file: "workbook.xlsx".into(),
        row: 1022,
    };
    full.point = Some(Point::new(109.974_444_444_44, -0.000_000_01));
    full.stated_country = Some("China".into());
    full.stated_province = Some("Nei Mongol".into());
    full.place = Place {
        country: Some(Unit { code: "CHN".into(), name: "China".into() }),
        province: Some(Unit { code: "CN-NM".into(), name: "Inner Mongolia".into() }),
        basis: PlaceBasis::Nearest,
        distance_km: Some(1.234_567),
    };
    let in_segment = |value, confidence, basis: &str| Finding {
        value,
        confidence: Some(confidence),
        basis: basis.into(),
        evidence: Vec::new(),
    };
    full.segments = Segments::new(vec![
        in_segment(Segment::Midstream, Confidence::High, "product"),
        in_segment(Segment::Upstream, Confidence::Medium, "facility type"),
    ]);
    full.ree_type = Finding {
        value: ReeType::Light,
        confidence: Some(Confidence::Medium),
        basis: "minerals".into(),
        evidence: Vec::new(),
    };
    full.status = Status::Byproduct;
    full.status_certain = false;
    full.deposit_types = vec![term("carbonatite", true), term("skarn", false)];
    full.commodities = vec![term("REE", true), term("Fe", true)];
    full.products = vec![Product {
        commodity: "Rare Earths".into(),
        form: Some("Oxide".into()),
        note: Some("separated".into()),
        capacity: Some(4.5),
        unit: Some("kmt".into()),
        shared_with: vec!["china-gis:CHN002".into()],
        ..Product::default()
    }];
    full.nearest_port = Some(NearestPort {
        id: "curated:CNQZH".into(),
        name: "Qinzhou".into(),
        distance_km: 712.345_67,
        assumed: true,
    });
    full.references = vec!["Xie and others (2016)".into()];

    full.resources = resource::from_fields([
        "1) TREO 57.4 Mt resource; 1) TREO grade 5.17–6.19 %; 2) TREO >2.5 Mt",
        "",
        "",
        "1) Pirajno (2013); 2) Weng and others (2015)",
        "RR_Cutoff: `3 m` is odd",
    ])
    .unwrap();

    let bare = Site::new(Dataset::GlobalReeNonspatial, "7", "=HYPERLINK(\"x\"),\nplace");
    vec![full, bare]
}

fn geojson(sites: &[&Site], filter: Option<&str>) -> String {
    let mut out = Vec::new();
    let metadata = Metadata::new(sites, filter, "1");
    export::geojson::write(sites, &metadata, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The columns of CSV.
fn columns() -> Vec<&'static str> {
    reemap::property::PROPERTIES.iter().map(|property| property.name).collect()
}

#[test]
fn geojson_is_read_by_an_independent_reader_with_every_property_in_order() {
    let sites = sites();
    let text = geojson(&sites.iter().collect::<Vec<_>>(), Some("country = China"));
    let collection: geojson::FeatureCollection = text.parse().unwrap();
    assert_eq!(collection.features.len(), 2);

    let feature = &collection.features[0];
    assert_eq!(feature.id, Some(geojson::feature::Id::String("global-ree:5029".into())));
    // Six decimals at most, and no negative zero.
    assert!(text.contains("\"coordinates\":[109.974444,0.0]"), "{text}");
    let expected = serde_json::json!({
        "id": "global-ree:5029",
        "source_id": "5029",
        "record": {"table": "Global_REE", "key": "1021", "file": "workbook.xlsx", "row": 1022},
        "name": "Bayan Obo \"白云鄂博\"",
        "dataset": "global-ree",
        "country": "China",
        "country_code": "CHN",
        "province": "Inner Mongolia",
        "province_code": "CN-NM",
        "place_basis": "nearest",
        "place_distance_km": 1.235,
        "stated_country": "China",
        "stated_province": "Nei Mongol",
        "segment": "upstream; midstream",
        "segment_confidence": "medium; high",
        "segment_basis": "facility type; product",
        "ree_type": "light",
        "ree_type_confidence": "medium",
        "ree_type_basis": "minerals",
        "status": "byproduct",
        "status_certain": false,
        "status_as_of": "2018; sources to about 2017",
        "deposit_type": ["carbonatite", "skarn(?)"],
        "commodities": ["REE", "Fe"],
        "products": [{
            "commodity": "Rare Earths",
            "form": "Oxide",
            "note": "separated",
            "capacity": 4.5,
            "unit": "kmt",
            "shared_with": ["china-gis:CHN002"],
        }],
        "ree_minerals": [],
        "treo_mt": 2.5,
        "treo_mt_min": 2.5,
        "treo_mt_max": null,
        "treo_mt_basis": "TREO >2.5 Mt, the last published of 2 estimates, published 2015",
        "treo_percent": 5.68,
        "treo_percent_min": 5.17,
        "treo_percent_max": 6.19,
        "treo_percent_basis": "TREO grade 5.17–6.19 %, published 2013",
        "resources": ["1) TREO 57.4 Mt resource", "1) TREO grade 5.17–6.19 %", "2) TREO >2.5 Mt"],
        "resources_unread": ["RR_Cutoff: `3 m` is odd"],
        "references": ["Xie and others (2016)"],
        "nearest_port": "Qinzhou(?)",
        "nearest_port_id": "curated:CNQZH",
        "nearest_port_km": 712.346,
        "curation": null,
    });
    let properties = feature.properties.as_ref().unwrap();
    assert_eq!(
        serde_json::to_string(properties).unwrap(),
        serde_json::to_string(&expected).unwrap()
    );

    let bare = &collection.features[1];
    assert!(bare.geometry.is_none());
    assert!(text.contains("\"geometry\":null"), "a Feature needs a geometry member, even of null");
    assert!(bare.property("country").unwrap().is_null());
    assert_eq!(bare.property("segment").unwrap(), "unknown");
    assert!(bare.property("segment_confidence").unwrap().is_null());

    let metadata = &collection.foreign_members.unwrap()["metadata"];
    assert_eq!(metadata["filter"], "country = China");
    assert_eq!(metadata["version"], env!("CARGO_PKG_VERSION"));
    assert!(metadata["licence"].as_str().unwrap().contains("Public domain"));
    assert_eq!(metadata["counts"]["sites"], 2);
    assert_eq!(metadata["counts"]["without_location"], 1);
    assert_eq!(metadata["counts"]["by_dataset"]["global-ree"], 1);
    assert!(metadata["nearest_port"].as_str().unwrap().contains("geodesic"));
    assert_eq!(metadata["sources"][0]["dataset"], "global-ree");
    assert_eq!(metadata["sources"][0]["doi"], "10.5066/F7DR2TN4");
}

#[test]
fn a_curated_site_says_what_it_rests_on() {
    let mut site = Site::new(Dataset::Curated, "plant", "Plant");
    site.curation = Some(Curation {
        confidence: Confidence::Low,
        place: Some("Leshan".into()),
        precision: "district".into(),
        evidence: Some("assumed".into()),
        as_of: None,
        licence: "facts".into(),
    });
    let collection: geojson::FeatureCollection = geojson(&[&site], None).parse().unwrap();
    assert_eq!(
        collection.features[0].property("curation").unwrap(),
        &serde_json::json!({
            "confidence": "low", "precision": "district", "evidence": "assumed", "as_of": null
        })
    );
    let mut out = Vec::new();
    export::csv::write(&[&site], &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.trim_end().ends_with(",low,district,assumed,"), "{text}");
}

#[test]
fn no_sites_are_a_valid_collection() {
    let collection: geojson::FeatureCollection = geojson(&[], None).parse().unwrap();
    assert!(collection.features.is_empty());
}

#[test]
fn csv_holds_the_same_and_runs_no_formula() {
    let sites = sites();
    let mut out = Vec::new();
    export::csv::write(&sites.iter().collect::<Vec<_>>(), &mut out).unwrap();
    let mut reader = csv::Reader::from_reader(out.as_slice());
    assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), columns());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let cell = |row: usize, column: &str| {
        let at = columns().iter().position(|name| *name == column).unwrap();
        rows[row].get(at).unwrap().to_string()
    };
    assert_eq!(rows.len(), 2);
    assert_eq!(cell(0, "longitude"), "109.974444");
    assert_eq!(cell(0, "latitude"), "0");
    assert_eq!(cell(0, "country"), "China");
    assert_eq!(cell(0, "country_code"), "CHN");
    assert_eq!(cell(0, "place_distance_km"), "1.235");
    assert_eq!(cell(0, "segment"), "upstream; midstream");
    assert_eq!(cell(0, "segment_confidence"), "medium; high");
    assert_eq!(cell(0, "segment_basis"), "facility type; product");
    assert_eq!(cell(0, "ree_type_confidence"), "medium");
    assert_eq!(cell(0, "deposit_type"), "carbonatite; skarn(?)");
    let product = "Rare Earths, Oxide, 4.5 kmt a year (shared with china-gis:CHN002) [separated]";
    assert_eq!(cell(0, "products"), product);
    assert_eq!((cell(0, "treo_mt").as_str(), cell(0, "treo_mt_max").as_str()), ("2.5", ""));
    assert_eq!(cell(0, "treo_percent_basis"), "TREO grade 5.17–6.19 %, published 2013");
    assert_eq!(
        cell(0, "resources"),
        "1) TREO 57.4 Mt resource; 1) TREO grade 5.17–6.19 %; 2) TREO >2.5 Mt"
    );
    assert_eq!(cell(0, "nearest_port"), "Qinzhou(?)");
    assert_eq!(cell(0, "nearest_port_km"), "712.346");
    assert_eq!(cell(1, "nearest_port_km"), "");
    assert_eq!(cell(0, "status"), "byproduct");
    assert_eq!(cell(0, "status_certain"), "false");
    assert_eq!(cell(0, "status_as_of"), "2018; sources to about 2017");
    assert_eq!(cell(1, "name"), "'=HYPERLINK(\"x\"),\nplace");
    assert_eq!(cell(1, "longitude"), "");
    assert_eq!(cell(1, "references"), "");
    assert_eq!((cell(1, "treo_mt").as_str(), cell(1, "resources").as_str()), ("", ""));
}

/// GeoJSON and CSV say the same of a site: each property is a column, `record` is four.
#[test]
fn csv_has_a_column_for_each_property() {
    let sites = sites();
    let collection: geojson::FeatureCollection = geojson(&[&sites[0]], None).parse().unwrap();
    let mut expected = Vec::new();
    for name in collection.features[0].properties.as_ref().unwrap().keys() {
        match name.as_str() {
            "record" => expected.extend(
                ["record_table", "record_key", "record_file", "record_row"].map(String::from),
            ),
            "curation" => expected.extend(
                ["confidence", "precision", "evidence", "as_of"].map(|it| format!("curation_{it}")),
            ),
            "name" => expected.extend(["name", "longitude", "latitude"].map(String::from)),
            other => expected.push(other.into()),
        }
    }
    assert_eq!(columns(), expected);
}
