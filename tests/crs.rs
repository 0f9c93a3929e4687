//! `--crs` as a user meets it: exports and maps in other coordinate systems, in every build.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use std::fs;
use std::path::Path;
use std::process::Command;

use reemap::figure::projection::Projection;
use reemap::figure::spec::BUILT_IN;
use serde_json::Value;
use tempfile::TempDir;

/// Points in Guangdong, at Bayan Obo and in Chile.
const POINTS: &str = "name,longitude,latitude\na,115,25\nb,109.9747,41.7991\nc,-70.25,-33.5\n";

/// Their coordinates by PROJ 9.5.1 (pyproj 3.7.2, `Transformer.from_crs("EPSG:4326", …,
/// always_xy=True)`), in metres or degrees.
const BY_PROJ: &[(&str, [(f64, f64); 3])] = &[
    (
        "3857",
        [
            (12_801_741.441, 2_875_744.624),
            (12_242_327.604, 5_130_932.943),
            (-7_820_194.228, -3_961_860.217),
        ],
    ),
    (
        "EPSG:32649",
        [
            (903_851.151, 2_770_911.905),
            (414_820.014, 4_627_978.932),
            (616_110.347, -16_288_511.533),
        ],
    ),
    (
        "urn:ogc:def:crs:EPSG::32719",
        [(96_148.849, 27_225_017.981), (585_179.986, 25_367_950.954), (383_889.653, 6_292_581.647)],
    ),
    (
        "albers-china",
        [
            (1_007_794.799, 2_664_771.439),
            (407_380.937, 4_513_023.001),
            (-15_107_200.349, 15_610_786.131),
        ],
    ),
    (
        "+proj=laea +lat_0=35 +lon_0=105 +datum=WGS84",
        [
            (1_010_916.619, -1_059_900.265),
            (413_951.756, 764_944.537),
            (-12_011_662.247, 4_248_505.105),
        ],
    ),
    ("EPSG:4490", [(115.0, 25.0), (109.9747, 41.7991), (-70.25, -33.5)]),
];

struct Scratch(TempDir);

impl Scratch {
    fn new() -> Self {
        let scratch = Scratch(tempfile::tempdir().unwrap());
        fs::write(scratch.path("points.csv"), POINTS).unwrap();
        scratch
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        Path::new(self.0.path()).join(name)
    }

    /// Exit code, standard output and standard error.
    fn run(&self, args: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reemap"));
        let output = command.args(args).current_dir(self.0.path()).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    fn ok(&self, args: &[&str]) -> (String, String) {
        let (code, out, err) = self.run(args);
        assert_eq!(code, 0, "{args:?}: {err}");
        (out, err)
    }

    fn export(&self, data: &str, format: &str, crs: &str) -> (String, String) {
        self.ok(&["export", "--data", data, "--format", format, "--crs", crs])
    }
}

/// The coordinates in a GeoJSON, in its order.
fn coordinates(geojson: &str) -> Vec<(f64, f64)> {
    let json: Value = serde_json::from_str(geojson).unwrap();
    let features = json["features"].as_array().unwrap();
    let pair = |feature: &Value| {
        let [x, y] = [0, 1].map(|i| feature["geometry"]["coordinates"][i].as_f64().unwrap());
        (x, y)
    };
    features.iter().map(pair).collect()
}

#[test]
fn exports_have_the_coordinates_that_proj_gives() {
    let scratch = Scratch::new();
    for (crs, expected) in BY_PROJ {
        let (geojson, _) = scratch.export("points.csv", "geojson", crs);
        let (csv, _) = scratch.export("points.csv", "csv", crs);
        let mut csv = csv::Reader::from_reader(csv.as_bytes());
        let header = csv.headers().unwrap().clone();
        let end: Vec<_> = header.iter().rev().take(3).collect();
        assert_eq!(end, ["crs", "y", "x"]);
        let column = |name| header.iter().position(|column| column == name).unwrap();
        let (x, y, longitude) = (column("x"), column("y"), column("longitude"));
        let rows: Vec<_> = csv.records().map(Result::unwrap).collect();
        let number = |row: usize, column: usize| rows[row][column].parse::<f64>().unwrap();
        let own = coordinates(&geojson);
        assert_eq!(own.len(), expected.len());
        for (row, (east, north)) in expected.iter().enumerate() {
            let near = |one: f64, other: f64| (one - other).abs() < 1.5e-3;
            assert!(near(own[row].0, *east) && near(own[row].1, *north), "{crs}: {:?}", own[row]);
            assert_eq!((number(row, x), number(row, y)), own[row], "{crs}");
        }
        assert_eq!(number(1, longitude), 109.9747, "degrees stay");
    }
}

#[test]
fn a_geojson_names_its_system_and_comes_back_from_it() {
    let scratch = Scratch::new();
    for (crs, name, title) in [
        ("3857", "urn:ogc:def:crs:EPSG::3857", "EPSG:3857 (WGS 84 / Pseudo-Mercator)"),
        ("EPSG:32649", "urn:ogc:def:crs:EPSG::32649", "EPSG:32649 (WGS 84 / UTM zone 49N)"),
        ("equal-earth", "+proj=eqearth +datum=WGS84", "Equal Earth"),
    ] {
        let (geojson, err) = scratch.export("points.csv", "geojson", crs);
        let json: Value = serde_json::from_str(&geojson).unwrap();
        assert_eq!(json["crs"]["type"], "name");
        assert_eq!(json["crs"]["properties"]["name"], name);
        assert_eq!(json["metadata"]["crs"], title);
        assert!(err.contains("RFC 7946") && err.contains(title), "{err}");
        fs::write(scratch.path("back.geojson"), &geojson).unwrap();
        let (back, _) = scratch.ok(&["export", "--data", "back.geojson"]);
        let degrees = coordinates(&back);
        for (own, there) in
            degrees.iter().zip([(115.0, 25.0), (109.9747, 41.7991), (-70.25, -33.5)])
        {
            let near = (own.0 - there.0).abs() < 1e-6 && (own.1 - there.1).abs() < 1e-6;
            assert!(near, "{crs}: {own:?} {there:?}");
        }
    }
}

#[test]
fn wgs84_is_what_is_written_anyway() {
    let scratch = Scratch::new();
    for format in ["geojson", "csv"] {
        let (plain, _) = scratch.ok(&["export", "--data", "points.csv", "--format", format]);
        for crs in ["EPSG:4326", "4326", "urn:ogc:def:crs:OGC:1.3:CRS84"] {
            let (out, err) = scratch.export("points.csv", format, crs);
            assert_eq!(out, plain, "{crs}");
            assert_eq!(err, "");
        }
        assert!(!plain.contains("\"crs\""));
    }
}

#[test]
fn a_site_without_a_place_in_the_system_is_told() {
    let scratch = Scratch::new();
    fs::write(scratch.path("pole.csv"), "name,longitude,latitude\nSouth Pole,0,-90\n").unwrap();
    let (geojson, err) = scratch.export("pole.csv", "geojson", "mercator");
    assert!(geojson.contains("\"geometry\":null"), "{geojson}");
    assert!(err.contains("1 site has no place in Mercator"), "{err}");
}

#[test]
fn what_is_no_system_is_refused_before_anything_is_read() {
    let scratch = Scratch::new();
    for crs in [
        "nonsense",
        "EPSG:",
        "EPSG:99999999",
        "+proj=wrong",
        "",
        "PROJCS[\"x\"]",
        "+proj=lcc +lat_1=é25'30 +lat_2=47",
        "+proj=lcc +lat_1=纬25' +lat_2=47",
    ] {
        for command in [
            vec!["export", "--data", "absent.csv", "--crs", crs],
            vec!["map", "--figure", "1", "--data", "absent.csv", "-o", "x.svg", "--crs", crs],
        ] {
            let (code, out, err) = scratch.run(&command);
            assert_eq!((code, out.as_str()), (2, ""), "{crs}: {err}");
            assert!(err.contains(&format!("\"{crs}\" can't be used")), "{crs}: {err}");
            assert!(err.contains("equal-earth") && err.contains("EPSG:3857"), "{err}");
        }
    }
    assert!(!scratch.path("x.svg").exists());
}

#[cfg(not(feature = "proj"))]
#[test]
fn a_code_that_only_proj_knows_names_the_feature() {
    let scratch = Scratch::new();
    for command in [
        vec!["export", "--crs", "EPSG:2326"],
        vec!["map", "--figure", "2", "-o", "x.svg", "--crs", "EPSG:2326"],
    ] {
        let (code, _, err) = scratch.run(&command);
        assert_eq!(code, 2, "{err}");
        assert!(err.contains("EPSG:2326") && err.contains("--features proj"), "{err}");
    }
    let layer = r#"{"type":"FeatureCollection",
        "crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::2326"}},
        "features":[{"type":"Feature","properties":{"name":"a"},
        "geometry":{"type":"Point","coordinates":[836694.05,819069.8]}}]}"#;
    fs::write(scratch.path("hk.geojson"), layer).unwrap();
    let (code, _, err) = scratch.run(&["list", "--data", "hk.geojson"]);
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("2326") && err.contains("--features proj"), "{err}");
}

/// A GeoJSON of points in a system, with their degrees as columns or without.
fn layer(code: u32, points: &[(f64, f64)], columns: bool) -> String {
    let features: Vec<Value> = points
        .iter()
        .map(|(x, y)| {
            let properties = match columns {
                true => serde_json::json!({"name": "a", "longitude": 110.0, "latitude": 41.0}),
                false => serde_json::json!({"name": "a"}),
            };
            serde_json::json!({"type": "Feature", "properties": properties,
                "geometry": {"type": "Point", "coordinates": [x, y]}})
        })
        .collect();
    let name = format!("urn:ogc:def:crs:EPSG::{code}");
    serde_json::json!({"type": "FeatureCollection", "features": features,
        "crs": {"type": "name", "properties": {"name": name}}})
    .to_string()
}

#[test]
fn a_datum_is_told_where_it_bears_on_what_is_read() {
    let scratch = Scratch::new();
    for (code, datum, columns, told) in [
        (4214, "Beijing 1954", false, true),
        (4214, "Beijing 1954", true, false),
        // A metre shows in no table.
        (4490, "CGCS2000", false, false),
    ] {
        fs::write(scratch.path("a.geojson"), layer(code, &[(110.0, 41.0)], columns)).unwrap();
        let (_, err) = scratch.ok(&["list", "--data", "a.geojson"]);
        assert_eq!(err.contains(datum), told, "{code} {columns}: {err}");
        let (out, _) = scratch.ok(&["describe", "a.geojson"]);
        assert!(
            out.contains(&format!("note: coordinates are on {datum}"))
                || out.contains(&format!("note: coordinates are on EPSG:{code} ({datum}")),
            "{out}"
        );
    }
    // A row without degrees falls back on its geometry.
    let mixed = layer(4214, &[(110.0, 41.0), (111.0, 41.0)], true);
    let mixed = mixed.replacen("\"longitude\":110.0", "\"longitude\":null", 1);
    let mixed = mixed.replacen("\"latitude\":41.0", "\"latitude\":null", 1);
    fs::write(scratch.path("a.geojson"), mixed).unwrap();
    let (_, err) = scratch.ok(&["list", "--data", "a.geojson"]);
    assert!(err.contains("Beijing 1954"), "{err}");
}

#[test]
fn describe_tells_where_a_projected_layer_lies() {
    let scratch = Scratch::new();
    let describe = |text: String| {
        fs::write(scratch.path("a.geojson"), text).unwrap();
        let (text, _) = scratch.ok(&["describe", "a.geojson"]);
        let (json, _) = scratch.ok(&["describe", "a.geojson", "--format", "json"]);
        (text, serde_json::from_str::<Value>(&json).unwrap()["layers"][0].clone())
    };
    // By pyproj, 115° E 25° N and 109.9747° E 41.7991° N on WGS 84.
    let points = [(-3_896_182.178, 2_857_692.611), (-4_455_596.015, 5_102_445.795)];
    let (text, json) = describe(layer(3832, &points, false));
    assert!(text.contains("in degrees: 109.9747, 25.0000, 115.0000, 41.7991"), "{text}");
    assert!((json["bounds_degrees"][3].as_f64().unwrap() - 41.7991).abs() < 1e-7, "{json}");
    assert_eq!(json["bounds"][2], -3_896_182.178);
    // Twenty degrees either side of the antimeridian.
    let points = [(2_226_389.816, 0.0), (4_452_779.632, 0.0)];
    let (text, _) = describe(layer(3832, &points, false));
    assert!(text.contains("in degrees: 170.0000, 0.0000, -170.0000, 0.0000"), "{text}");
    // Degrees are told once.
    let (text, json) = describe(layer(4214, &[(110.0, 41.0)], false));
    assert!(!text.contains("in degrees") && json["bounds_degrees"].is_null(), "{text}");
    assert!(text.contains("bounds: 110"), "{text}");
}

#[test]
fn describe_tells_that_a_system_is_not_known() {
    let scratch = Scratch::new();
    for columns in [false, true] {
        let text = layer(99_999_999, &[(836_694.05, 819_069.8)], columns);
        fs::write(scratch.path("a.geojson"), text).unwrap();
        let (text, _) = scratch.ok(&["describe", "a.geojson"]);
        let note = text.lines().find(|line| line.starts_with("note: ")).unwrap();
        assert!(note.contains("coordinate system is not known"), "{note}");
        assert!(note.contains("columns of longitude and latitude count instead"), "{note}");
        assert!(note.contains("reproject the layer to EPSG:4326"), "{note}");
        assert_eq!(note.contains("--features proj"), cfg!(not(feature = "proj")), "{note}");
    }
}

#[test]
fn a_map_in_a_system_says_which() {
    let scratch = Scratch::new();
    // A lens of a stated box: one that is found depends on the map.
    let (_, figure) = BUILT_IN.iter().find(|(name, _)| *name == "2").unwrap();
    let stated = figure.replace("[[lens]]", "[[lens]]\nbbox = [113.5, 23.7, 116.4, 26.1]");
    fs::write(scratch.path("2.toml"), stated).unwrap();
    let draw = |crs: &str| {
        let args = ["map", "--figure", "2.toml", "--crs", crs, "-o", "x.svg"];
        scratch.ok(&args);
        fs::read_to_string(scratch.path("x.svg")).unwrap()
    };
    let plain = {
        scratch.ok(&["map", "--figure", "2.toml", "-o", "x.svg"]);
        fs::read_to_string(scratch.path("x.svg")).unwrap()
    };
    assert_eq!(draw("albers-china"), plain, "the figure's own");
    for (crs, named) in [
        ("4326", "EPSG:4326 (WGS 84), as a plate carrée"),
        ("EPSG:3857", "EPSG:3857 (WGS 84 / Pseudo-Mercator)"),
        ("EPSG:32649", "EPSG:32649 (WGS 84 / UTM zone 49N)"),
        ("Robinson", "Projection: Robinson"),
    ] {
        let svg = draw(crs);
        let words: String = words(&svg);
        assert!(words.contains(named), "{crs}: {words}");
        assert!(words.contains("59 records of mines"), "{crs}");
        // A code serves the lens too; a projection leaves it its own.
        let same = lens(&svg) == lens(&plain);
        assert_eq!(same, crs == "Robinson", "{crs}");
    }
}

/// The words of a picture, lines joined.
fn words(svg: &str) -> String {
    let tree =
        svg.split('<').filter(|piece| piece.starts_with("text") || piece.starts_with("tspan"));
    let words = tree.filter_map(|piece| piece.split_once('>')).map(|(_, words)| words);
    words.collect::<Vec<_>>().join(" ")
}

/// The land of the lens.
fn lens(svg: &str) -> &str {
    let start = svg.find("id=\"lens1-base\"").unwrap();
    svg.get(start..start + 2000).unwrap()
}

#[test]
fn a_plate_carree_goes_round_the_globe() {
    let scratch = Scratch::new();
    let figure = "title = \"Pacific\"\n[frame]\nprojection = \"EPSG:4326\"\n\
                  bbox = [150, -50, -130, 50]\n";
    fs::write(scratch.path("pacific.toml"), figure).unwrap();
    scratch.ok(&["map", "--figure", "pacific.toml", "-o", "x.svg"]);
    let svg = fs::read_to_string(scratch.path("x.svg")).unwrap();
    for degrees in ["180°", "160° W", "20° S"] {
        assert!(svg.contains(&format!(">{degrees}<")), "{degrees}");
    }
    // A system has its seam where it has it.
    let mercator = ["map", "--figure", "pacific.toml", "-o", "x.svg", "--crs", "3857"];
    let (code, _, err) = scratch.run(&mercator);
    assert_eq!(code, 2);
    assert!(err.contains("seam") && err.contains("+lon_0=190"), "{err}");

    let plate = Projection::for_box("EPSG:4326", [150.0, -50.0, -130.0, 50.0]).unwrap();
    let metres = |longitude: f64| plate.project(longitude, 10.0).unwrap().0;
    for (west, east) in [(150.0, 179.0), (180.0, -179.0), (-179.0, -130.0), (181.0, 182.0)] {
        assert!(metres(west) < metres(east), "{west} {east}");
    }
    assert_eq!(metres(190.0), metres(-170.0));
    // The shift of another datum does not throw the poles about.
    let beijing = Projection::new("EPSG:4214").unwrap();
    assert_eq!(beijing.project(180.0, -90.0), Some((20_037_508.342_789_244, -metres_to_pole())));
    let (longitude, latitude) = plate.unproject(metres(-150.0), 1_113_194.907_933).unwrap();
    assert!((longitude + 150.0).abs() < 1e-9 && (latitude - 10.0).abs() < 1e-9);
    assert!(plate.unproject(2.1e7, 0.0).is_none());
}

/// From the equator to a pole of a plate carrée.
fn metres_to_pole() -> f64 {
    20_037_508.342_789_244 / 2.0
}

#[test]
fn the_central_meridian_is_known_from_the_definition() {
    for (text, central) in [
        ("EPSG:32649", 111.0),
        ("EPSG:32701", -177.0),
        ("+proj=utm +zone=1 +datum=WGS84", -177.0),
        ("+proj=merc +lon_0=150 +pm=paris", 152.337_229_17),
        ("+proj=laea +lat_0=35 +lon_0=105", 105.0),
        ("EPSG:3857", 0.0),
        ("albers-china", 105.0),
    ] {
        let projection = Projection::new(text).unwrap();
        assert!((projection.central - central).abs() < 1e-7, "{text}: {}", projection.central);
    }
    // Zone 1 ends at the antimeridian, which is no seam of its.
    assert!(Projection::for_box("EPSG:32701", [178.0, -20.0, -175.0, -15.0]).is_ok());
}

#[test]
fn units_other_than_metres_are_drawn_to_scale() {
    let signs =
        Projection::new("+proj=lcc +lat_1=25°30' +lat_2=47d +lon_0=105° +datum=WGS84").unwrap();
    let plain = Projection::new("+proj=lcc +lat_1=25.5 +lat_2=47 +lon_0=105 +datum=WGS84").unwrap();
    let [signs, plain] = [signs, plain].map(|it| it.project(109.97, 41.8).unwrap());
    assert!((signs.0 - plain.0).abs() < 1e-6 && (signs.1 - plain.1).abs() < 1e-6, "{signs:?}");
    let feet = Projection::new("+proj=merc +datum=WGS84 +units=us-ft").unwrap();
    let metres = Projection::new("mercator").unwrap();
    let (one, other) = (feet.project(114.0, 22.0).unwrap(), metres.project(114.0, 22.0).unwrap());
    assert!((one.0 - other.0).abs() < 1e-6 && (one.1 - other.1).abs() < 1e-6, "{one:?} {other:?}");
    let (longitude, _) = feet.unproject(one.0, one.1).unwrap();
    assert!((longitude - 114.0).abs() < 1e-9);
}
