//! Areas of a user's own are found as the user's file has them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use geo::Point;
use reemap::areas::Areas;
use reemap::basemap;
use reemap::place::Gazetteer;
use reemap::{Error, Notices};

fn square(west: f64, south: f64, side: f64) -> String {
    let (east, north) = (west + side, south + side);
    format!(
        "[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]"
    )
}

fn feature(properties: &str, kind: &str, coordinates: &str) -> String {
    format!(
        "{{\"type\":\"Feature\",\"properties\":{properties},\
         \"geometry\":{{\"type\":\"{kind}\",\"coordinates\":{coordinates}}}}}"
    )
}

fn written(folder: &Path, features: &[String]) -> PathBuf {
    let path = folder.join("areas.geojson");
    let features = features.join(",\n");
    fs::write(&path, format!("{{\"type\":\"FeatureCollection\",\"features\":[{features}]}}"))
        .unwrap();
    path
}

fn read(path: &Path, column: Option<&str>) -> Result<Areas, Error> {
    Areas::read(path, column, &mut Notices::default())
}

fn name(areas: &Areas, x: f64, y: f64) -> &str {
    areas.find(Point::new(x, y)).map_or("-", |area| area.name.as_str())
}

#[test]
fn points_fall_into_areas_by_the_rules_told() {
    let folder = tempfile::tempdir().unwrap();
    let holed = format!("[{},{}]", square(0.0, 0.0, 10.0), square(4.0, 4.0, 2.0));
    let parts = format!("[[{}],[{}]]", square(20.0, 0.0, 1.0), square(22.0, 0.0, 1.0));
    let path = written(
        folder.path(),
        &[
            feature(r#"{"name":"holed","code":"H"}"#, "Polygon", &holed),
            feature(
                r#"{"name":"east","code":null}"#,
                "Polygon",
                &format!("[{}]", square(10.0, 0.0, 5.0)),
            ),
            feature(
                r#"{"name":"over","code":"O"}"#,
                "Polygon",
                &format!("[{}]", square(5.0, 1.0, 8.0)),
            ),
            feature(r#"{"name":"parts","code":"P"}"#, "MultiPolygon", &parts),
            // On the far side of the antimeridian, and a ring that does not close.
            feature(
                r#"{"name":"pacific"}"#,
                "Polygon",
                &format!("[{}]", square(179.0, -20.0, 4.0)),
            ),
            feature(r#"{"name":"open"}"#, "Polygon", "[[[30,0],[31,0],[31,1],[30,1]]]"),
            feature(r#"{"name":"a point"}"#, "Point", "[1,1]"),
        ],
    );
    let mut notices = Notices::default();
    let areas = Areas::read(&path, None, &mut notices).unwrap();
    assert_eq!(areas.all().len(), 6);
    for (x, y, expected) in [
        (1.0, 1.0, "holed"),
        (5.0, 5.0, "over"), // in the hole of the first
        (4.5, 4.5, "-"),
        (7.0, 7.0, "holed"), // the first of two
        (10.0, 3.0, "east"), // on a border: the area on its east
        (12.0, 7.0, "over"),
        (0.0, 0.0, "holed"),
        (0.0, 10.0, "-"),
        (15.0, 2.0, "-"),
        (20.5, 0.5, "parts"),
        (22.5, 0.5, "parts"),
        (21.5, 0.5, "-"),
        (179.5, -18.0, "pacific"),
        (-178.0, -18.0, "pacific"),
        (30.5, 0.5, "open"),
        (-90.0, 45.0, "-"),
    ] {
        assert_eq!(name(&areas, x, y), expected, "{x}, {y}");
    }
    assert_eq!(areas.find(Point::new(1.0, 1.0)).unwrap().code, "H");
    assert_eq!(areas.find(Point::new(12.0, 0.5)).unwrap().code, "");
}

#[test]
fn what_is_wrong_is_told_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let area = |properties| feature(properties, "Polygon", &format!("[{}]", square(0.0, 0.0, 1.0)));
    let message = |result: Result<Areas, Error>| {
        let error = result.err().unwrap();
        format!("{error} {}", error.hint().unwrap_or_default())
    };
    let points = written(folder.path(), &[feature(r#"{"name":"a"}"#, "Point", "[1,1]")]);
    assert!(message(read(&points, None)).contains("holds no polygons"));
    let path = written(folder.path(), &[area(r#"{"district":"a","zone":"b"}"#)]);
    let told = message(read(&path, Some("nmae")));
    assert!(told.contains("no column \"nmae\"") && told.contains("district, zone"), "{told}");
    let told = message(read(&path, None));
    assert!(told.contains("--area-name") && told.contains("district, zone"), "{told}");
    assert_eq!(name(&read(&path, Some("DISTRICT")).unwrap(), 0.5, 0.5), "a");
}

/// All provinces of the basemap as a user's file: the areas found are the provinces found.
#[test]
fn thousands_of_areas_agree_with_the_provinces() {
    let folder = tempfile::tempdir().unwrap();
    let ring = |ring: &geo::LineString<f64>| {
        let points: Vec<String> = ring.0.iter().map(|p| format!("[{},{}]", p.x, p.y)).collect();
        format!("[{}]", points.join(","))
    };
    let polygon = |polygon: &geo::Polygon<f64>| {
        let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
        format!("[{}]", rings.map(ring).collect::<Vec<_>>().join(","))
    };
    let features: Vec<String> = basemap::provinces()
        .unwrap()
        .into_iter()
        .map(|area| {
            let shape = area.shape();
            let polygons: Vec<String> = shape.iter().map(polygon).collect();
            let name = serde_json::json!({"name": area.unit.name, "code": area.unit.code});
            feature(&name.to_string(), "MultiPolygon", &format!("[{}]", polygons.join(",")))
        })
        .collect();
    let areas = read(&written(folder.path(), &features), None).unwrap();
    assert_eq!(areas.all().len(), 4494);
    let gazetteer = Gazetteer::embedded().unwrap();
    let (mut found, mut same) = (0, 0);
    for step in 0..20_000_u32 {
        let x = f64::from(step) * 137.508 % 360.0 - 180.0;
        let y = f64::from(step) * 0.617_3 % 145.0 - 60.0;
        let place = gazetteer.find_within(Point::new(x, y), 0.0);
        let code = areas.find(Point::new(x, y)).map(|area| area.code.as_str());
        let expected = place.province.as_ref().map(|unit| unit.code.as_str());
        found += usize::from(code.is_some());
        same += usize::from(code.is_some() && code == expected);
    }
    // Countries and provinces come from two surveys, whose borders differ a little.
    assert!(found > 5000 && same as f64 > 0.998 * found as f64, "{same} of {found}");
}

#[test]
fn counts_by_areas_add_up() {
    let folder = tempfile::tempdir().unwrap();
    let area = |name: &str, x| {
        feature(
            &format!("{{\"shapeName\":\"{name}\"}}"),
            "Polygon",
            &format!("[{}]", square(x, 0.0, 1.0)),
        )
    };
    let path = written(folder.path(), &[area("A", 10.0), area("B", 11.0)]);
    let points = folder.path().join("points.csv");
    fs::write(&points, "lon,lat\n10.5,0.5\n10.6,0.5\n11.0,0.5\n50,50\n").unwrap();
    let [path, points] = [path, points].map(|path| path.display().to_string());
    let run = common::Scratch::new()
        .run(&["count", "--by", "area", "--areas", &path, "--data", &points, "--format", "csv"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(run.out, "area_code,area,count\n,A,2\n,(none found),1\n,B,1\n");
    let run = common::Scratch::new().run(&["count", "--by", "area", "--data", &points]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains("--areas"), "{}", run.err);
}

#[test]
fn the_coast_rule_can_be_widened_and_switched_off() {
    let folder = tempfile::tempdir().unwrap();
    let points = folder.path().join("points.csv");
    // In the mouth of the Pearl River; in the Malacca Strait, 26 km off; on land.
    fs::write(&points, "lon,lat\n113.671,22.552\n99.5018,3.7741\n110,41.8\n").unwrap();
    let points = points.display().to_string();
    let count = |more: &[&str]| {
        let arguments = ["count", "--by", "country", "--format", "csv", "--data", points.as_str()];
        let run = common::Scratch::new().run(&[&arguments, more].concat());
        assert_eq!(run.code, 0, "{}", run.err);
        run.out
    };
    assert!(count(&[]).contains("CHN,China,2"));
    assert!(count(&["--coast-km", "0"]).contains("CHN,China,1"));
    assert!(!count(&["--coast-km", "60"]).contains("(none found)"));
    let run = common::Scratch::new().run(&[
        "count",
        "--by",
        "country",
        "--data",
        &points,
        "--coast-km",
        "-1",
    ]);
    assert_eq!(run.code, 2);
    let exported = |more: &[&str]| {
        common::Scratch::new()
            .run(&[&["export", "--data", points.as_str(), "--format", "geojson"], more].concat())
            .out
    };
    assert!(exported(&["--coast-km", "0"]).contains("\"coast_km\""));
    assert!(!exported(&[]).contains("\"coast_km\""));
}
