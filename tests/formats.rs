//! Sites in the formats of other programs: what is written is what the sites say, other readers
//! read it, and what can be read back gives the same.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::{Run, Scratch};

/// Points of which one has no location, with text that formats have to shield, a code, numbers
/// and an empty cell.
const MINES: &str = "name,lon,lat,grade,depth,code,note\n\
    \"Bayan Obo, \"\"白云鄂博\"\"\",109.97,41.8,5.5,120,007,\"two\nlines\"\n\
    Mountain Pass,-115.53,35.48,8,,A1,=1+1\n\
    Nowhere,,,1.25,-3,010,\n\
    Mount Weld,122.55,-28.86,,99,B2,\\ \t\n";

fn mines() -> Scratch {
    let scratch = Scratch::new();
    scratch.file("mines.csv", MINES);
    scratch
}

const OWN: &str = "name,country,grade,depth,code,note";

/// What a Python program prints; none, with a word, where its modules are absent.
fn python(scratch: &Scratch, modules: &str, program: &str) -> Option<String> {
    let python = std::env::var("REEMAP_PYTHON").unwrap_or_else(|_| "python3".into());
    let run =
        |text: &str| Command::new(&python).args(["-c", text]).current_dir(scratch.path()).output();
    if !run(&format!("import {modules}")).is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: {python} has no {modules}");
        return None;
    }
    let output = run(program).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn chosen_properties_are_flat_and_typed() {
    let scratch = mines();
    scratch.ok(&["export", "--data", "mines.csv", "--properties", OWN, "-o", "m.geojsonl"]);
    let lines: Vec<serde_json::Value> = scratch
        .read("m.geojsonl")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let expected = serde_json::json!({
        "name": "Bayan Obo, \"白云鄂博\"", "country": "China", "grade": 5.5, "depth": 120,
        "code": "007", "note": "two\nlines",
    });
    assert_eq!(lines[0]["properties"], expected);
    // The order is the one asked for.
    assert!(
        scratch
            .read("m.geojsonl")
            .contains("\"properties\":{\"name\":\"Mountain Pass\",\"country\"")
    );
    assert_eq!(lines[1]["properties"]["depth"], serde_json::Value::Null);
    assert!(lines[2]["geometry"].is_null());
    assert_eq!(lines[3]["properties"]["note"], "\\ \t");

    scratch.ok(&["export", "--data", "mines.csv", "--properties", OWN, "-o", "m.csv"]);
    let csv = scratch.read("m.csv");
    assert!(csv.starts_with("name,country,grade,depth,code,note\n"), "{csv}");
    assert!(csv.contains("\nMountain Pass,United States of America,8,,A1,'=1+1\n"), "{csv}");

    let err = scratch.fails(2, &["export", "--data", "mines.csv", "--properties", "name,grad"]);
    assert!(err.contains("\"grad\"") && err.contains("did you mean grade?"), "{err}");
    let err = scratch.fails(2, &["export", "--properties", "contry"]);
    assert!(err.contains("did you mean country"), "{err}");
}

#[test]
fn csv_reads_back_whatever_its_columns_are_called_and_its_cells_hold() {
    let scratch = Scratch::new();
    let name = "a;b;c;d;e;f";
    let feature = format!(
        r#"{{"type":"Feature","geometry":{{"type":"Point","coordinates":[109.97,41.8]}},"properties":{{"name":"m","{name}":"\u0000=x\u0000y\u0001"}}}}"#
    );
    scratch.file("m.geojsonl", &feature);
    let properties = format!("name,longitude,latitude,{name}");
    scratch.ok(&["export", "--data", "m.geojsonl", "--properties", &properties, "-o", "m.csv"]);
    // Semicolons outside quotes would be taken for the delimiter, NUL for a sign of no text, and
    // what is behind it for a formula.
    let head = format!("name,longitude,latitude,\"{name}\"\n");
    assert!(scratch.read("m.csv").starts_with(&head), "{}", scratch.read("m.csv"));
    let again = back(&scratch, "m.csv", &properties).out;
    assert_eq!(again, format!("{head}m,109.97,41.8,'=xy\u{1}\n"));
}

#[test]
fn lists_are_arrays_and_all_properties_stay_nested() {
    let scratch = Scratch::new();
    let args = ["export", "--name", "Bayan Obo", "-o"];
    scratch.ok(&[&args[..], &["all.geojson"]].concat());
    scratch
        .ok(&[&args[..], &["some.geojson", "--properties", "deposit_type,record_table"]].concat());
    let read =
        |name: &str| -> serde_json::Value { serde_json::from_str(&scratch.read(name)).unwrap() };
    let (all, some) = (read("all.geojson"), read("some.geojson"));
    assert_eq!(all["metadata"], some["metadata"]);
    let pairs =
        all["features"].as_array().unwrap().iter().zip(some["features"].as_array().unwrap());
    let mut any = 0;
    for (all, some) in pairs {
        assert_eq!(all["id"], some["id"]);
        assert_eq!(all["geometry"], some["geometry"]);
        assert_eq!(all["properties"]["deposit_type"], some["properties"]["deposit_type"]);
        assert_eq!(all["properties"]["record"]["table"], some["properties"]["record_table"]);
        any += 1;
    }
    assert!(any > 0);
}

#[test]
fn a_sequence_has_separators_only_where_its_standard_wants_them() {
    let scratch = mines();
    scratch.ok(&["export", "--data", "mines.csv", "-o", "m.geojsons"]);
    scratch.ok(&["export", "--data", "mines.csv", "-o", "m.geojsonl"]);
    let (sequence, lines) = (scratch.read("m.geojsons"), scratch.read("m.geojsonl"));
    assert_eq!(sequence.lines().count(), 4);
    assert!(sequence.lines().all(|line| line.starts_with("\u{1E}{")));
    assert_eq!(sequence.replace('\u{1E}', ""), lines);
    let err = scratch.fails(2, &["export", "--crs", "EPSG:3857", "-o", "m.geojsonl"]);
    assert!(err.contains("can't say"), "{err}");
    assert!(!scratch.path().join("m.geojson").exists());
}

#[test]
fn formats_that_cannot_be_made_are_told_before_the_work() {
    let scratch = Scratch::new();
    if cfg!(not(feature = "geopackage")) {
        let err = scratch.fails(2, &["export", "-o", "x.gpkg"]);
        assert!(err.contains("--features geopackage"), "{err}");
    }
    if cfg!(not(feature = "geoparquet")) {
        let err = scratch.fails(2, &["export", "-o", "x.parquet"]);
        assert!(err.contains("--features geoparquet"), "{err}");
    }
    let err = scratch.fails(2, &["export", "--order", "hilbert", "-o", "x.csv"]);
    assert!(err.contains("--order"), "{err}");
    assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 0);
}

#[test]
fn a_pipe_takes_what_a_file_takes() {
    let scratch = mines();
    for (format, is_built) in [
        ("geojson", true),
        ("flatgeobuf", true),
        ("geoparquet", cfg!(feature = "geoparquet")),
        ("geopackage", cfg!(feature = "geopackage")),
    ] {
        if is_built {
            let args = ["export", "--data", "mines.csv", "--format", format];
            scratch.ok(&[&args[..], &["-o", "mines"]].concat());
            let piped = scratch.command(&args).output().unwrap().stdout;
            assert!(piped == fs::read(scratch.path().join("mines")).unwrap(), "{format}");
        }
    }
}

/// What is exported and given back as data, as CSV.
fn back(scratch: &Scratch, file: &str, properties: &str) -> Run {
    let run =
        scratch.run(&["export", "--data", file, "--format", "csv", "--properties", properties]);
    assert_eq!(run.code, 0, "{file}: {}", run.err);
    run
}

#[test]
fn what_is_exported_reads_back_the_same_from_each_format() {
    let scratch = mines();
    let read = "name,longitude,latitude,country,grade,depth,note";
    let original = back(&scratch, "mines.csv", read).out;
    let mut files = vec!["m.geojson", "m.geojsonl", "m.geojsons"];
    if cfg!(feature = "geoparquet") {
        files.push("m.parquet");
    }
    let properties = "name,longitude,latitude,grade,depth,note";
    for file in files {
        scratch.ok(&["export", "--data", "mines.csv", "--properties", properties, "-o", file]);
        assert_eq!(back(&scratch, file, read).out, original, "{file}");
    }
    // A whole export tells that it is one.
    let mut files = vec!["s.geojson", "s.csv"];
    if cfg!(feature = "geoparquet") {
        files.push("s.parquet");
    }
    for file in files {
        scratch.ok(&["export", "--name", "Bayan Obo", "-o", file]);
        let run = back(&scratch, file, "name,longitude,latitude");
        assert!(run.err.contains("was written by reemap export"), "{file}: {}", run.err);
        assert!(run.out.lines().count() > 1);
    }
}

mod flatgeobuf_file {
    use super::*;
    use flatgeobuf::{FallibleStreamingIterator, FeatureProperties, FgbReader};

    #[test]
    fn another_reader_finds_features_by_the_index() {
        let scratch = mines();
        scratch.ok(&["export", "--data", "mines.csv", "--properties", OWN, "-o", "m.fgb"]);
        let bytes = fs::read(scratch.path().join("m.fgb")).unwrap();
        assert_eq!(&bytes[..8], b"fgb\x03fgb\0");
        let reader = || FgbReader::open(std::io::Cursor::new(&bytes)).unwrap();
        let header = reader();
        let header = header.header();
        assert_eq!((header.features_count(), header.index_node_size()), (4, 16));
        assert_eq!(header.crs().unwrap().code(), 4326);
        let metadata: serde_json::Value = serde_json::from_str(header.metadata().unwrap()).unwrap();
        assert_eq!(metadata["generator"], "reemap");
        assert_eq!(metadata["counts"]["sites"], 4);
        let envelope: Vec<f64> = header.envelope().unwrap().iter().collect();
        assert_eq!(envelope, [-115.53, -28.86, 122.55, 41.8]);

        let mut found = reader().select_bbox(100.0, 30.0, 120.0, 50.0).unwrap();
        let feature = found.next().unwrap().unwrap();
        assert_eq!(feature.property::<String>("name").unwrap(), "Bayan Obo, \"白云鄂博\"");
        assert_eq!(feature.property::<f64>("grade").unwrap(), 5.5);
        assert_eq!(feature.property::<i64>("depth").unwrap(), 120);
        assert_eq!(feature.property::<String>("code").unwrap(), "007");
        assert!(found.next().unwrap().is_none());

        let mut all = reader().select_all().unwrap();
        let mut names = Vec::new();
        while let Some(feature) = all.next().unwrap() {
            names.push(feature.property::<String>("name").unwrap());
        }
        // What lies nowhere comes last.
        assert_eq!((names.len(), names[3].as_str()), (4, "Nowhere"));
    }

    #[test]
    fn every_size_of_index_finds_each_feature() {
        let scratch = Scratch::new();
        for count in [0_usize, 1, 2, 15, 16, 17, 255, 256, 257, 300] {
            let mut text = "name,lon,lat\n".to_owned();
            for number in 0..count {
                let (x, y) = ((number * 37) % 101, (number * 61) % 83);
                text.push_str(&format!("p{number},{x}.5,{y}.25\n"));
            }
            scratch.file("p.csv", &text);
            scratch.ok(&["export", "--data", "p.csv", "--properties", "name", "-o", "p.fgb"]);
            let bytes = fs::read(scratch.path().join("p.fgb")).unwrap();
            let mut all =
                FgbReader::open(std::io::Cursor::new(&bytes)).unwrap().select_all().unwrap();
            let mut read = 0;
            while all.next().unwrap().is_some() {
                read += 1;
            }
            assert_eq!(read, count);
            for number in [0, count / 2, count.saturating_sub(1)] {
                if count == 0 {
                    break;
                }
                let (x, y) = ((number * 37) % 101, (number * 61) % 83);
                let (x, y) = (x as f64 + 0.5, y as f64 + 0.25);
                let reader = FgbReader::open(std::io::Cursor::new(&bytes)).unwrap();
                let mut found = reader.select_bbox(x - 0.1, y - 0.1, x + 0.1, y + 0.1).unwrap();
                let mut names = Vec::new();
                while let Some(feature) = found.next().unwrap() {
                    names.push(feature.property::<String>("name").unwrap());
                }
                assert!(names.contains(&format!("p{number}")), "{count}: {number} of {names:?}");
            }
        }
    }
}

#[cfg(feature = "geopackage")]
mod geopackage_file {
    use super::*;
    use rusqlite::Connection;

    #[test]
    fn it_is_as_the_standard_wants_it() {
        let scratch = mines();
        // What stood there is replaced.
        scratch.file("m.gpkg", "old");
        scratch.ok(&["export", "--data", "mines.csv", "--properties", OWN, "-o", "m.gpkg"]);
        assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 2, "no scratch file is left");
        let database = Connection::open(scratch.path().join("m.gpkg")).unwrap();
        let number = |sql: &str| database.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        let text = |sql: &str| database.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
        assert_eq!(number("PRAGMA application_id"), 0x4750_4B47);
        assert_eq!(number("PRAGMA user_version"), 10_300);
        assert_eq!(text("PRAGMA integrity_check"), "ok");
        assert_eq!(number("SELECT count(*) FROM pragma_foreign_key_check"), 0);
        for table in [
            "gpkg_spatial_ref_sys",
            "gpkg_contents",
            "gpkg_geometry_columns",
            "gpkg_extensions",
            "gpkg_metadata",
            "gpkg_metadata_reference",
        ] {
            assert!(number(&format!("SELECT count(*) FROM {table}")) > 0, "{table}");
        }
        assert_eq!(number("SELECT count(*) FROM sites"), 4);
        assert_eq!(number("SELECT count(*) FROM sites WHERE geom IS NULL"), 1);
        assert_eq!(text("SELECT name FROM sites WHERE depth = 120"), "Bayan Obo, \"白云鄂博\"");
        assert_eq!(
            text("SELECT typeof(grade) || typeof(depth) || typeof(code) FROM sites"),
            "realintegertext"
        );
        let blob: Vec<u8> = database
            .query_row("SELECT geom FROM sites WHERE fid = 1", [], |row| row.get(0))
            .unwrap();
        assert_eq!(&blob[..8], b"GP\0\x01\xE6\x10\0\0");
        assert_eq!(blob[8..13], [1, 1, 0, 0, 0]);
        assert_eq!(f64::from_le_bytes(blob[13..21].try_into().unwrap()), 109.97);
        let within = "SELECT count(*) FROM rtree_sites_geom WHERE minx > 100 AND maxx < 120";
        assert_eq!((number("SELECT count(*) FROM rtree_sites_geom"), number(within)), (3, 1));
        assert_eq!(text("SELECT rtreecheck('rtree_sites_geom')"), "ok");
        let about: serde_json::Value =
            serde_json::from_str(&text("SELECT metadata FROM gpkg_metadata")).unwrap();
        assert_eq!(about["counts"]["without_location"], 1);
        assert!(text("SELECT description FROM gpkg_contents").contains("reemap"));
    }
}

#[cfg(feature = "geoparquet")]
mod geoparquet_file {
    use super::*;
    use parquet::file::reader::{FileReader, SerializedFileReader};

    fn geo(path: &Path) -> (serde_json::Value, serde_json::Value) {
        let reader = SerializedFileReader::new(fs::File::open(path).unwrap()).unwrap();
        let entries = reader.metadata().file_metadata().key_value_metadata().unwrap().clone();
        let entry = |key: &str| {
            let entry = entries.iter().find(|entry| entry.key == key).unwrap();
            serde_json::from_str(entry.value.as_ref().unwrap()).unwrap()
        };
        (entry("geo"), entry("reemap"))
    }

    #[test]
    fn metadata_are_those_of_the_specification() {
        let scratch = mines();
        scratch.ok(&["export", "--data", "mines.csv", "--properties", OWN, "-o", "m.parquet"]);
        let path = scratch.path().join("m.parquet");
        let (geo, about) = geo(&path);
        assert_eq!(geo["version"], "1.1.0");
        let column = &geo["columns"]["geometry"];
        assert_eq!(column["encoding"], "WKB");
        assert_eq!(column["geometry_types"], serde_json::json!(["Point"]));
        assert_eq!(column["bbox"], serde_json::json!([-115.53, -28.86, 122.55, 41.8]));
        assert_eq!(column["covering"]["bbox"]["ymax"], serde_json::json!(["bbox", "ymax"]));
        assert!(column.get("crs").is_none());
        assert_eq!(about["counts"]["sites"], 4);

        let reader = SerializedFileReader::new(fs::File::open(&path).unwrap()).unwrap();
        let group = reader.metadata().row_group(0);
        let column = |name: &str| {
            group.columns().iter().find(|column| column.column_path().string() == name).unwrap()
        };
        assert!(column("bbox.xmin").statistics().is_some());
        assert!(column("grade").statistics().is_some());
        assert_eq!(column("depth").column_type(), parquet::basic::Type::INT64);
        assert_eq!(column("code").column_type(), parquet::basic::Type::BYTE_ARRAY);

        scratch.ok(&["export", "--crs", "EPSG:32649", "--country", "China", "-o", "u.parquet"]);
        let (geo, _) = super::geoparquet_file::geo(&scratch.path().join("u.parquet"));
        assert_eq!(geo["columns"]["geometry"]["crs"]["id"]["code"], 32649);
    }

    #[test]
    fn a_hilbert_order_changes_nothing_but_the_order() {
        let scratch = Scratch::new();
        let properties = "id,name,deposit_type,treo_mt,status_certain,record_row,longitude";
        for (order, file) in [("input", "a.parquet"), ("hilbert", "b.parquet")] {
            scratch.ok(&[
                "export",
                "--dataset",
                "all",
                "--properties",
                properties,
                "--order",
                order,
                "-o",
                file,
            ]);
        }
        let rows = |file: &str| {
            let sources = reemap::source::open(scratch.path().join(file)).unwrap();
            let rows = sources[0].layers[0].rows().unwrap();
            rows.map(|row| row.unwrap())
                .map(|row| format!("{:?} {:?}", row.cells, row.geometry))
                .collect::<Vec<_>>()
        };
        let (mut input, mut hilbert) = (rows("a.parquet"), rows("b.parquet"));
        assert!(input.len() > 3000 && input != hilbert);
        assert!(hilbert.last().unwrap().ends_with("None"), "what lies nowhere comes last");
        input.sort();
        hilbert.sort();
        assert_eq!(input, hilbert);
    }

    #[test]
    fn damaged_files_are_errors_and_never_more() {
        let scratch = mines();
        scratch.ok(&["export", "--name", "Bayan", "-o", "s.parquet"]);
        let whole = fs::read(scratch.path().join("s.parquet")).unwrap();
        let path = scratch.path().join("d.parquet");
        // What is read of a file; nothing is asked of it but that it comes to an end.
        let read = |bytes: &[u8]| {
            fs::write(&path, bytes).unwrap();
            let Ok(sources) = reemap::source::open(&path) else { return 0 };
            let Ok(rows) = sources[0].layers[0].rows() else { return 0 };
            rows.take(100_000).filter(|row| row.is_ok()).count()
        };
        let sound = read(&whole);
        assert!(sound > 0);
        for end in (4..whole.len()).step_by(997) {
            assert_eq!(read(&whole[..end]), 0, "cut at {end}");
        }
        let mut random = 1_u64;
        for _ in 0..600 {
            let mut bytes = whole.clone();
            for _ in 0..3 {
                random = random
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                let at = (random >> 33) as usize % bytes.len();
                bytes[at] = (random >> 20) as u8;
            }
            read(&bytes);
        }
        // The footer, byte by byte, where lengths and counts are.
        for at in whole.len() - 600..whole.len() {
            for value in [0, 0x7F, 0xFF] {
                let mut bytes = whole.clone();
                bytes[at] = value;
                read(&bytes);
            }
        }
        fs::write(&path, &whole[..whole.len() - 9]).unwrap();
        let err = scratch.fails(1, &["count", "--by", "country", "--data", "d.parquet"]);
        assert!(err.contains("d.parquet: is damaged") && err.contains("hint"), "{err}");
    }

    #[test]
    fn files_of_other_programs_are_read() {
        let scratch = Scratch::new();
        let made = python(
            &scratch,
            "geopandas, pyarrow",
            "import geopandas as g, shapely as s, datetime as d
f = g.GeoDataFrame({'name': ['a', None, 'c'], 'when': [d.date(2024, 2, 29), None, d.date(1969, 12, 31)],
    'n': [1, 2, 3], 'tags': [['x', 'y'], [], None]},
    geometry=[s.Point(110, 40), None, s.Point(111, 41)], crs='EPSG:4326')
f.to_parquet('w.parquet')
f.to_crs('EPSG:32649').to_parquet('u.parquet')
import pandas
pandas.DataFrame({'name': ['p'], 'lon': [110.5], 'lat': [40.5]}).to_parquet('plain.parquet')",
        );
        if made.is_none() {
            return;
        }
        let read = |file| back(&scratch, file, "name,longitude,latitude,country").out;
        let expected =
            "name,longitude,latitude,country\na,110,40,China\nPoint 2,,,\nc,111,41,China\n";
        assert_eq!(read("w.parquet"), expected);
        assert_eq!(read("u.parquet"), expected);
        assert_eq!(read("plain.parquet"), "name,longitude,latitude,country\np,110.5,40.5,China\n");
        let own = back(&scratch, "w.parquet", "when,n,tags").out;
        assert_eq!(own, "when,n,tags\n2024-02-29,1,x; y\n,2,\n1969-12-31,3,\n");
    }

    #[test]
    fn geopandas_reads_it() {
        let scratch = mines();
        scratch.ok(&["export", "--data", "mines.csv", "--properties", OWN, "-o", "m.parquet"]);
        let program = "import geopandas as g
f = g.read_parquet('m.parquet')
print(f.crs.to_string(), len(f), f.geometry.isna().sum(), f.grade.dtype, f.code[0], f.geometry[0].x)
print(len(g.read_parquet('m.parquet', bbox=(100, 30, 120, 50))))";
        if let Some(out) = python(&scratch, "geopandas, pyarrow", program) {
            assert_eq!(out, "OGC:CRS84 4 1 float64 007 109.97\n1\n");
        }
    }
}

#[test]
fn gdal_reads_them() {
    let scratch = mines();
    let mut files = vec!["m.fgb", "m.geojsonl", "m.geojsons", "m.geojson"];
    if cfg!(feature = "geopackage") {
        files.push("m.gpkg");
    }
    for file in files {
        scratch.ok(&["export", "--data", "mines.csv", "--properties", OWN, "-o", file]);
        let program = format!(
            "import pyogrio
f = pyogrio.read_dataframe('{file}').sort_values('name')
print(f.crs.to_epsg(), len(f), f.geometry.isna().sum(), f.name.iloc[0], f.grade.iloc[0], f.code.iloc[0])
print(len(pyogrio.read_dataframe('{file}', bbox=(100, 30, 120, 50))))"
        );
        if let Some(out) = python(&scratch, "pyogrio, pandas, geopandas", &program) {
            assert_eq!(out, "4326 4 1 Bayan Obo, \"白云鄂博\" 5.5 007\n1\n", "{file}");
        }
    }
}
