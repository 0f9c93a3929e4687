//! The embedded basemap is whole, and simplified neighbours still fit.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::path::Path;

use geo::{Area as _, BooleanOps, BoundingRect};
use reemap::basemap::{self, Area, GREATER_CHINA, LineClass, Scale};
use sha2::{Digest, Sha256};

fn find<'a>(areas: &'a [Area], code: &str) -> &'a Area {
    areas.iter().find(|area| area.unit.code == code).unwrap()
}

#[test]
fn layers_hold_the_world() {
    let counts = [Scale::Coarse, Scale::Medium, Scale::Fine].map(|scale| {
        let countries = basemap::countries(scale).unwrap().len();
        let lines = basemap::boundaries(scale).unwrap();
        let disputed = lines.iter().filter(|line| line.class == LineClass::Disputed).count();
        (countries, lines.len(), disputed, basemap::lakes(scale).unwrap().len())
    });
    assert_eq!(counts, [(177, 332, 31, 24), (240, 393, 35, 412), (252, 527, 69, 186)]);
    assert_eq!(basemap::provinces().unwrap().len(), 4494);
}

#[test]
fn every_area_lies_on_the_globe_and_has_a_name_and_a_code_of_its_own() {
    let countries = basemap::countries(Scale::Fine).unwrap();
    let provinces = basemap::provinces().unwrap();
    let mut codes = std::collections::BTreeSet::new();
    for area in countries.iter().chain(provinces.iter().copied()) {
        assert!(!area.unit.name.is_empty(), "{:?}", area.unit);
        assert!(area.bounds.min().x >= -180.0 && area.bounds.max().x <= 180.0, "{:?}", area.unit);
        assert!(area.bounds.min().y >= -90.0 && area.bounds.max().y <= 90.0, "{:?}", area.unit);
        assert_eq!(Some(area.bounds), area.shape().bounding_rect());
        assert!(codes.insert((area.kind == "Country", &area.unit.code)), "{:?}", area.unit);
    }
    for province in provinces {
        find(countries, &province.country);
    }
}

#[test]
fn codes_and_names_are_those_of_iso() {
    let countries = basemap::countries(Scale::Fine).unwrap();
    for (code, alpha2, english, chinese) in [
        ("CHN", "CN", "China", "中国"),
        ("FRA", "FR", "France", "法国"),
        ("NOR", "NO", "Norway", "挪威"),
        ("TWN", "TW", "Taiwan", "台湾"),
        ("SSD", "SS", "South Sudan", "南苏丹"),
        ("KOS", "XK", "Kosovo", "科索沃"),
    ] {
        let area = find(countries, code);
        assert_eq!((&*area.iso_a2, &*area.unit.name, &*area.name_zh), (alpha2, english, chinese));
    }
    let henan = basemap::provinces_of("CHN").unwrap();
    let name = |code: &str| &henan.iter().find(|area| area.unit.code == code).unwrap().unit.name;
    assert_eq!(name("CN-HE"), "Hebei");
    assert_eq!(name("CN-HA"), "Henan");
}

#[test]
fn china_has_31_provinces_and_three_units_apart() {
    let counts = GREATER_CHINA.map(|code| basemap::provinces_of(code).unwrap().len());
    assert_eq!(counts, [31, 1, 1, 1]);
    let hainan = basemap::provinces_of("CHN").unwrap();
    let hainan = hainan.iter().find(|area| area.unit.code == "CN-HI").unwrap();
    assert!(hainan.bounds.max().x > 112.0, "the Paracel Islands are part of Hainan");
    let codes: Vec<_> = ["HKG", "MAC", "TWN"]
        .iter()
        .flat_map(|code| basemap::provinces_of(code).unwrap())
        .map(|area| (area.unit.code.as_str(), area.unit.name.as_str()))
        .collect();
    assert_eq!(codes, [("CN-HK", "Hong Kong"), ("CN-MO", "Macau"), ("CN-TW", "Taiwan")]);
}

#[test]
fn the_provinces_of_china_make_up_china() {
    let countries = basemap::countries(Scale::Fine).unwrap();
    for code in GREATER_CHINA {
        let country = find(countries, code);
        let provinces = basemap::provinces_of(code).unwrap();
        let sum: f64 = provinces.iter().map(|area| area.shape().unsigned_area()).sum();
        assert!((sum - country.shape().unsigned_area()).abs() < 2e-5, "{code}: {sum}");
        for province in provinces {
            let outside = province.shape().difference(&country.shape()).unsigned_area();
            assert!(outside < 1e-5, "{}: {outside}", province.unit.name);
        }
    }
}

#[test]
fn simplified_provinces_and_their_borders_fit() {
    let points = |area: &Area| -> usize {
        area.shape()
            .iter()
            .flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()))
            .map(|ring| ring.0.len())
            .sum()
    };
    let exact: usize =
        basemap::provinces_simplified(&GREATER_CHINA, 0.0).unwrap().iter().map(points).sum();
    let simple = basemap::provinces_simplified(&GREATER_CHINA, 0.02).unwrap();
    let few: usize = simple.iter().map(points).sum();
    assert_eq!(simple.len(), 34);
    assert!(few * 4 < exact && few > 2_000, "{few} of {exact} points");

    // Every segment of a border is a segment of exactly two provinces.
    let mut sides = std::collections::BTreeMap::new();
    let shapes: Vec<_> = simple.iter().map(Area::shape).collect();
    for ring in shapes
        .iter()
        .flatten()
        .flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()))
    {
        for line in ring.lines() {
            let mut ends = [line.start, line.end].map(|p| (p.x.to_bits(), p.y.to_bits()));
            ends.sort_unstable();
            *sides.entry(ends).or_insert(0) += 1;
        }
    }
    let lines = basemap::province_lines(&GREATER_CHINA, 0.02).unwrap();
    assert!(lines.len() > 60, "{}", lines.len());
    for line in lines.iter().flat_map(|line| line.lines()) {
        let mut ends = [line.start, line.end].map(|p| (p.x.to_bits(), p.y.to_bits()));
        ends.sort_unstable();
        assert_eq!(sides.get(&ends), Some(&2), "{line:?}");
    }
}

#[test]
fn the_readme_has_the_checksum_of_every_file() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let readme = std::fs::read_to_string(data.join("README.md")).unwrap();
    let mut files = 0;
    for folder in ["basemap", "fonts"] {
        for entry in std::fs::read_dir(data.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if !path.extension().is_some_and(|kind| kind == "topo" || kind == "ttf") {
                continue;
            }
            let name = path.file_name().unwrap().to_str().unwrap();
            let digest = Sha256::digest(std::fs::read(&path).unwrap());
            let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            let line = readme.lines().find(|line| line.contains(&format!("`{name}`")));
            assert!(line.is_some_and(|line| line.contains(&digest)), "{name}: {digest}");
            files += 1;
        }
    }
    assert_eq!(files, 15);
}
