//! Points and names find their country and province, in the real databases too.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use calamine::{Data, Reader, Xlsx, open_workbook};
use geo::Point;
use proptest::prelude::*;
use reemap::basemap::{self, Area, Scale};
use reemap::place::{Gazetteer, TOLERANCE_KM};
use reemap::site::{Dataset, Place, PlaceBasis, Site};

fn gazetteer() -> &'static Gazetteer {
    Gazetteer::embedded().unwrap()
}

fn find(longitude: f64, latitude: f64) -> Place {
    gazetteer().find(Point::new(longitude, latitude))
}

/// Country and province codes, `-` for none.
fn codes(place: &Place) -> (&str, &str) {
    (
        place.country.as_ref().map_or("-", |unit| &unit.code),
        place.province.as_ref().map_or("-", |unit| &unit.code),
    )
}

#[test]
fn well_known_points() {
    for (longitude, latitude, country, province) in [
        (109.974, 41.799, "CHN", "CN-NM"),  // Bayan Obo
        (116.391, 39.907, "CHN", "CN-BJ"),  // Beijing
        (113.65, 34.75, "CHN", "CN-HA"),    // Zhengzhou: Henan, not Hebei
        (114.48, 38.04, "CHN", "CN-HE"),    // Shijiazhuang
        (91.11, 29.66, "CHN", "CN-XZ"),     // Lhasa
        (112.335, 16.835, "CHN", "CN-HI"),  // Woody Island, Paracels
        (121.52, 25.05, "TWN", "CN-TW"),    // Taipei
        (118.37, 24.44, "TWN", "CN-TW"),    // Kinmen
        (114.15, 22.37, "HKG", "CN-HK"),    // Hong Kong
        (113.54, 22.19, "MAC", "CN-MO"),    // Macau
        (79.5, 35.2, "CHN", "CN-XJ"),       // Aksai Chin
        (93.6, 27.1, "IND", "IN-AR"),       // Itanagar, Arunachal Pradesh
        (63.3, 45.96, "KAZ", "KZ-BAY"),     // Baikonur
        (-115.533, 35.478, "USA", "US-CA"), // Mountain Pass
        (2.35, 48.86, "FRA", "FR-75"),
        (-53.0, 4.0, "FRA", "FR-GF"), // French Guiana
        (21.16, 42.66, "KOS", "XK-X20"),
        (177.5, -17.8, "FJI", "FJ-W"),
        (-175.0, 67.0, "RUS", "RU-CHU"), // Chukotka beyond the antimeridian
    ] {
        let place = find(longitude, latitude);
        assert_eq!(codes(&place), (country, province), "{longitude}, {latitude}");
    }
}

#[test]
fn points_off_the_coast_belong_to_the_nearest_country() {
    // In the mouth of the Pearl River.
    let place = find(113.671, 22.552);
    assert_eq!((codes(&place), place.basis), (("CHN", "CN-GD"), PlaceBasis::Nearest));
    // Far out at sea, and a strait farther than the tolerance from either shore.
    assert_eq!(find(-30.0, 0.0), Place::default());
    assert_eq!(find(99.5018, 3.7741).basis, PlaceBasis::None);
}

#[test]
fn the_edges_of_the_world_hold_no_surprise() {
    for latitude in [-90.0, -16.8, 0.0, 66.0, 68.5, 90.0] {
        let (east, west) = (find(180.0, latitude), find(-180.0, latitude));
        assert_eq!(east, west, "{latitude}");
    }
    assert_eq!(codes(&find(180.0, 68.5)), ("RUS", "RU-CHU"));
    assert_eq!(codes(&find(12.0, -90.0)).0, "ATA");
    assert_eq!(find(12.0, 90.0), Place::default());
    for (longitude, latitude) in
        [(f64::NAN, 0.0), (0.0, f64::NAN), (f64::INFINITY, 0.0), (200.0, 0.0), (0.0, -91.0)]
    {
        assert_eq!(find(longitude, latitude), Place::default());
    }
}

#[test]
fn locate_fills_sites() {
    let mut sites =
        vec![Site::new(Dataset::Points, "1", "Bayan Obo"), Site::new(Dataset::Points, "2", "?")];
    sites[0].point = Some(Point::new(109.974, 41.799));
    gazetteer().locate(&mut sites);
    assert_eq!(codes(&sites[0].place), ("CHN", "CN-NM"));
    assert_eq!(sites[1].place, Place::default());
}

/// Even-odd over every edge of an area, as plainly as can be.
fn inside(area: &Area, x: f64, y: f64) -> bool {
    let mut inside = false;
    for polygon in &area.shape() {
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            for edge in ring.lines() {
                let (a, b) = (edge.start, edge.end);
                if (a.y > y) != (b.y > y) && x < (b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x {
                    inside = !inside;
                }
            }
        }
    }
    inside
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_index_agrees_with_trying_every_edge(x in -180.0..180.0, y in -90.0..90.0) {
        let countries = basemap::countries(Scale::Fine).unwrap();
        let expected = countries.iter().find(|area| inside(area, x, y));
        let place = find(x, y);
        match expected {
            Some(area) => {
                prop_assert_eq!(place.basis, PlaceBasis::Within);
                prop_assert_eq!(codes(&place).0, area.unit.code.as_str());
            }
            None => prop_assert_ne!(place.basis, PlaceBasis::Within),
        }
    }

    #[test]
    fn provinces_of_china_agree_with_trying_every_edge(x in 73.0..135.0, y in 18.0..54.0) {
        let provinces = basemap::provinces_of("CHN").unwrap();
        if let Some(area) = provinces.iter().find(|area| inside(area, x, y)) {
            let place = find(x, y);
            prop_assert_eq!(codes(&place), ("CHN", area.unit.code.as_str()));
        }
    }
}

#[test]
fn country_names_in_any_spelling() {
    for (text, code) in [
        ("China", "CHN"),
        ("china ", "CHN"),
        ("People's Republic of China", "CHN"),
        ("中国", "CHN"),
        ("CN", "CHN"),
        ("chn", "CHN"),
        ("Taiwan", "TWN"),
        ("臺灣", "TWN"),
        ("Cote d'Ivoire", "CIV"),
        ("Côte d'\u{92}Ivoire", "CIV"),
        ("CÔTE D\u{2019}IVOIRE", "CIV"),
        ("Congo (Kinshasa)", "COD"),
        ("Congo (Brazzaville)", "COG"),
        ("Russian Federation(?)", "RUS"),
        ("South Korea", "KOR"),
        ("North Korea", "PRK"),
        ("USA", "USA"),
        ("U.S.A.", "USA"),
        ("NO", "NOR"),
        ("Turkey", "TUR"),
        ("Türkiye", "TUR"),
        ("Viet Nam", "VNM"),
        ("Niger", "NER"),
        ("Nigeria", "NGA"),
        ("Guinea", "GIN"),
        ("Kosovo", "KOS"),
    ] {
        assert_eq!(
            gazetteer().country(text).map(|unit| unit.code).as_deref(),
            Some(code),
            "{text}"
        );
    }
    assert_eq!(gazetteer().country("Atlantis"), None);
    assert_eq!(gazetteer().country(" "), None);
}

#[test]
fn province_names_in_any_spelling() {
    let province = |text: &str| -> Vec<String> {
        gazetteer().province(text).into_iter().map(|unit| unit.code).collect()
    };
    for (text, code) in [
        ("Jiangxi", "CN-JX"),
        ("jiangxi province", "CN-JX"),
        ("Jiangxi Sheng", "CN-JX"),
        ("Jiāngxī", "CN-JX"),
        ("江西", "CN-JX"),
        ("江西省", "CN-JX"),
        ("CN-JX", "CN-JX"),
        ("Nei Mongol", "CN-NM"),
        ("Inner Mongolia", "CN-NM"),
        ("Inner Mongolia Autonomous Region", "CN-NM"),
        ("内蒙古", "CN-NM"),
        ("内蒙古自治区", "CN-NM"),
        ("Xizang", "CN-XZ"),
        ("Tibet", "CN-XZ"),
        ("Xinjiang Uygur Autonomous Region", "CN-XJ"),
        ("Shaanxi", "CN-SN"),
        ("Shǎnxī", "CN-SN"),
        ("Shanxi", "CN-SX"),
        ("Shānxī", "CN-SX"),
        ("陕西", "CN-SN"),
        ("山西", "CN-SX"),
        ("Hebei", "CN-HE"),
        ("Henan", "CN-HA"),
        ("Guangxi Zhuangzu Zizhiqu", "CN-GX"),
        ("Beijing Shi", "CN-BJ"),
        ("香港", "CN-HK"),
        ("California", "US-CA"),
        ("Western Australia", "AU-WA"),
    ] {
        assert_eq!(province(text), [code], "{text}");
    }
    assert_eq!(province("Fujian, Guangdong"), ["CN-FJ", "CN-GD"]);
    assert_eq!(province("Amazonas"), ["BR-AM", "CO-AMA", "PE-AMA", "VE-Z"]);
    assert_eq!(province("JX"), [] as [&str; 0]);
    let jx = gazetteer().province_in("CHN", "JX");
    assert_eq!(jx.first().map(|unit| unit.code.as_str()), Some("CN-JX"));
    assert_eq!(province(""), [] as [&str; 0]);
}

#[test]
fn suggestions_for_a_typing_error() {
    assert_eq!(gazetteer().suggest_countries("Kazahkstan"), ["Kazakhstan"]);
    assert_eq!(
        gazetteer().suggest_provinces("Jangxi").first().map(String::as_str),
        Some("Jiangxi")
    );
    assert_eq!(gazetteer().suggest_countries("Korea"), ["North Korea", "South Korea"]);
    assert!(gazetteer().suggest_countries("xxxxxxxxxxxx").is_empty());
}

/// A row of the workbook.
struct Row {
    id: i64,
    country: String,
    province: String,
    status: String,
    point: Point<f64>,
}

fn workbook() -> Option<Vec<Row>> {
    let path = common::shared("global_ree/Global_REE_occurrence_database.xlsx")?;
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let sheet = book.worksheet_range("Sheet1").unwrap();
    let mut rows = sheet.rows();
    let header: Vec<String> = rows.next().unwrap().iter().map(ToString::to_string).collect();
    let column = |name: &str| header.iter().position(|cell| cell == name).unwrap();
    let [id, country, province, status, latitude, longitude] =
        ["ID_No", "Country", "State_Prov", "P_Status", "Latitude", "Longitude"].map(column);
    let number = |cell: &Data| cell.to_string().parse::<f64>().unwrap();
    let text = |cell: &Data| cell.to_string().trim().to_owned();
    Some(
        rows.map(|row| Row {
            id: number(&row[id]) as i64,
            country: text(&row[country]),
            province: text(&row[province]),
            status: text(&row[status]),
            point: Point::new(number(&row[longitude]), number(&row[latitude])),
        })
        .collect(),
    )
}

/// Rows of the workbook by country found, from shapely's point-in-polygon on the original
/// Natural Earth shapefiles (`ISO_A3_EH`, else `ADM0_A3`) and, off the coast, the least distance
/// within 25 km in an azimuthal equidistant projection by PROJ around each point.
const FOUND: &[(&str, usize)] = &[
    ("AFG", 3),
    ("AGO", 11),
    ("ALA", 1),
    ("ARE", 2),
    ("ARG", 39),
    ("ARM", 6),
    ("ATA", 2),
    ("AUS", 466),
    ("AUT", 12),
    ("BDI", 13),
    ("BEL", 2),
    ("BGD", 22),
    ("BIH", 1),
    ("BOL", 6),
    ("BRA", 173),
    ("BWA", 2),
    ("CAN", 254),
    ("CHE", 2),
    ("CHL", 1),
    ("CHN", 219),
    ("CMR", 2),
    ("COD", 7),
    ("COL", 2),
    ("CPV", 2),
    ("CZE", 5),
    ("DEU", 8),
    ("DNK", 1),
    ("DZA", 2),
    ("EGY", 11),
    ("ESP", 5),
    ("FIN", 46),
    ("FRA", 18),
    ("GAB", 1),
    ("GBR", 12),
    ("GHA", 1),
    ("GIN", 2),
    ("GRC", 23),
    ("GRL", 34),
    ("GUY", 1),
    ("HUN", 3),
    ("IDN", 51),
    ("IND", 105),
    ("IRL", 1),
    ("IRN", 16),
    ("IRQ", 2),
    ("ITA", 14),
    ("JAM", 5),
    ("JPN", 17),
    ("KAZ", 160),
    ("KEN", 5),
    ("KGZ", 67),
    ("KOR", 29),
    ("KOS", 1),
    ("LAO", 2),
    ("LBR", 1),
    ("LBY", 2),
    ("LKA", 35),
    ("MAR", 9),
    ("MDG", 14),
    ("MEX", 14),
    ("MLI", 4),
    ("MMR", 11),
    ("MNE", 1),
    ("MNG", 82),
    ("MOZ", 46),
    ("MRT", 5),
    ("MWI", 16),
    ("MYS", 58),
    ("NAM", 17),
    ("NER", 2),
    ("NGA", 5),
    ("NOR", 59),
    ("NZL", 38),
    ("PER", 11),
    ("PHL", 8),
    ("POL", 3),
    ("PRK", 3),
    ("PRT", 2),
    ("PRY", 2),
    ("ROU", 11),
    ("RUS", 150),
    ("SAU", 15),
    ("SEN", 1),
    ("SLE", 1),
    ("SOL", 3),
    ("SRB", 1),
    ("SUR", 1),
    ("SVK", 10),
    ("SWE", 88),
    ("SYR", 1),
    ("TGO", 1),
    ("THA", 34),
    ("TJK", 57),
    ("TKM", 2),
    ("TUN", 1),
    ("TUR", 21),
    ("TWN", 11),
    ("TZA", 10),
    ("UGA", 3),
    ("UKR", 15),
    ("URY", 10),
    ("USA", 153),
    ("UZB", 77),
    ("VEN", 6),
    ("VNM", 48),
    ("ZAF", 20),
    ("ZMB", 9),
    ("ZWE", 7),
    ("none", 1),
];

#[test]
fn the_workbook_by_country_is_as_another_library_finds_it() {
    let Some(rows) = workbook() else { return };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut near = 0;
    for row in &rows {
        let place = gazetteer().find(row.point);
        if let Some(distance) = place.distance_km {
            assert!(distance > 0.0 && distance <= TOLERANCE_KM);
            near += 1;
        }
        let code = place.country.map_or_else(|| "none".into(), |unit| unit.code);
        *counts.entry(code).or_default() += 1;
    }
    let expected: BTreeMap<String, usize> =
        FOUND.iter().map(|&(code, count)| (code.to_owned(), count)).collect();
    assert_eq!(counts, expected);
    assert_eq!(near, 147);
}

#[test]
fn every_active_site_of_china_has_a_province() {
    let Some(rows) = workbook() else { return };
    let active = ["Producer", "Byproduct producer"];
    let rows: Vec<_> = rows
        .iter()
        .filter(|row| row.country == "China" && active.iter().any(|s| row.status.starts_with(s)))
        .collect();
    assert_eq!(rows.len(), 59);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows {
        let place = gazetteer().find(row.point);
        assert_eq!(codes(&place).0, "CHN", "{}", row.id);
        let province = place.province.unwrap_or_else(|| panic!("{} has no province", row.id));
        *counts.entry(province.code).or_default() += 1;
    }
    println!("{counts:?}");
    assert_eq!(counts.values().sum::<usize>(), 59);
    assert_eq!(counts["CN-JX"], 18);
}

#[test]
fn odd_rows_of_the_workbook() {
    let Some(rows) = workbook() else { return };
    let place = |id: i64| gazetteer().find(rows.iter().find(|row| row.id == id).unwrap().point);
    // Latitude and longitude are swapped: Italy as stated, the Horn of Africa as found.
    assert_eq!(codes(&place(8181)).0, "SOL");
    // Rucheng county is in Hunan; the row's point lies in the mouth of the Pearl River.
    let rucheng = place(5314);
    assert_eq!(codes(&rucheng), ("CHN", "CN-GD"));
    assert!((rucheng.distance_km.unwrap() - 6.261).abs() < 0.01, "{rucheng:?}");
    let los = place(4076);
    assert_eq!(codes(&los).0, "GIN");
    assert!((los.distance_km.unwrap() - 9.453).abs() < 0.01, "{los:?}");
    assert_eq!(place(3008), Place::default());
}

#[test]
fn every_stated_country_and_chinese_province_is_known() {
    let Some(rows) = workbook() else { return };
    let countries: BTreeSet<&str> = rows.iter().map(|row| row.country.as_str()).collect();
    assert_eq!(countries.len(), 107);
    for country in countries {
        assert!(gazetteer().country(country).is_some(), "{country}");
    }
    for row in rows.iter().filter(|row| row.country == "China" && !row.province.is_empty()) {
        let units = gazetteer().province_in("CHN", &row.province);
        assert_eq!(units.len(), 1, "{}: {units:?}", row.province);
    }
}

#[test]
fn every_country_of_the_sibling_databases_is_known() {
    if let Some(path) = common::shared("global_ree/Global_REE_nonspatial_table.csv") {
        let mut table = csv::Reader::from_path(path).unwrap();
        let header = table.headers().unwrap().clone();
        let column = |name: &str| header.iter().position(|cell| cell == name).unwrap();
        let (country, province) = (column("Country"), column("State_Prov"));
        for row in table.records().map(Result::unwrap) {
            let (country, province) = (row[country].trim(), row[province].trim());
            assert!(gazetteer().country(country).is_some(), "{country}");
            if country == "China" && !province.is_empty() {
                assert!(!gazetteer().province_in("CHN", province).is_empty(), "{province}");
            }
        }
    }
    for layer in ["Deposits", "Exploration", "Facilities"] {
        let Some(path) = common::shared(&format!("africa_gis/AFR_Mineral_{layer}.geojson")) else {
            continue;
        };
        let text = std::fs::read_to_string(path).unwrap();
        let layer: serde_json::Value = serde_json::from_str(&text).unwrap();
        for feature in layer["features"].as_array().unwrap() {
            let country = feature["properties"]["Country"].as_str().unwrap();
            assert!(gazetteer().country(country).is_some(), "{country:?}");
        }
    }
}

#[test]
fn chukotka_is_not_sakha() {
    // Natural Earth lists the former's name with the latter.
    let found = Gazetteer::embedded().unwrap().province("Chukotka");
    assert_eq!(found.iter().map(|unit| unit.code.as_str()).collect::<Vec<_>>(), ["RU-CHU"]);
}
