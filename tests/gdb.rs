//! File geodatabases: what is read of them, and that no damage does harm.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panic")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use geo::{Area, CoordsIter};
use reemap::source::{self, Cell, Crs, Layer, Row, Source};

const FIXTURES: [&str; 5] = ["pro32", "shapes", "mixed", "v4", "old"];

fn fixture(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/gdb");
    folder.join(format!("{name}.gdb.zip"))
}

fn open(path: impl AsRef<Path>) -> Source {
    let mut sources = source::open(path).expect("opens");
    assert_eq!(sources.len(), 1);
    sources.remove(0)
}

fn layer<'a>(source: &'a Source, name: &str) -> &'a Layer {
    source.layers.iter().find(|layer| layer.name == name).expect("the layer is there")
}

fn rows(layer: &Layer) -> Vec<Row> {
    layer.rows().expect("opens").collect::<Result<_, _>>().expect("reads")
}

/// A column's cells, as text.
fn texts(layer: &Layer, column: &str) -> Vec<String> {
    let index = layer.column(column).expect("the column is there");
    let text = |row: Row| row.cells[index].text().unwrap_or_default().into_owned();
    rows(layer).into_iter().map(text).collect()
}

/// A column's cells.
fn cells(layer: &Layer, column: &str) -> Vec<Cell> {
    let index = layer.column(column).expect("the column is there");
    rows(layer).into_iter().map(|row| row.cells[index].clone()).collect()
}

/// The files of a zipped geodatabase by name, without the folder.
fn unzipped(name: &str) -> BTreeMap<String, Vec<u8>> {
    common::members(&fixture(name))
}

/// A zip of geodatabases, each in a folder.
fn zipped(geodatabases: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (folder, name) in geodatabases {
        for (file, bytes) in unzipped(name) {
            writer
                .start_file(format!("{folder}{file}"), zip::write::SimpleFileOptions::default())
                .unwrap();
            writer.write_all(&bytes).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}

/// A geodatabase unpacked into a folder.
fn unpacked(name: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(format!("{name}.gdb"));
    fs::create_dir(&path).unwrap();
    for (file, bytes) in unzipped(name) {
        fs::write(path.join(file), bytes).unwrap();
    }
    (folder, path)
}

#[test]
fn every_field_type_is_read() {
    let source = open(fixture("pro32"));
    let names: Vec<&str> = source.layers.iter().map(|layer| layer.name.as_str()).collect();
    assert_eq!(names, ["Types", "East", "West"]);
    let types = layer(&source, "Types");
    assert_eq!(types.crs, Crs::Wgs84);
    let integers = |numbers: [i64; 3]| {
        let cells = numbers.into_iter().map(Cell::Integer);
        cells.chain([Cell::Empty]).collect::<Vec<_>>()
    };
    let reals = |numbers: [f64; 3]| {
        let cells = numbers.into_iter().map(Cell::Real);
        cells.chain([Cell::Empty]).collect::<Vec<_>>()
    };
    assert_eq!(cells(types, "int16"), integers([-32_768, 32_767, 0]));
    assert_eq!(cells(types, "int32"), integers([i32::MIN.into(), i32::MAX.into(), 7]));
    let large = 9_007_199_254_740_993;
    assert_eq!(cells(types, "int64"), integers([-large, large, 1]));
    assert_eq!(cells(types, "float32"), reals([0.1, -3.4e38, 1e-7]));
    assert_eq!(cells(types, "float64"), reals([0.1, f64::MIN, 5e-324]));
    let text = ["Bayan Obo 白云鄂博", "", "a \"b\" <c>\né🌍"];
    let text: Vec<Cell> = text.map(|text| Cell::Text(text.into())).into();
    assert_eq!(cells(types, "text"), [text, vec![Cell::Empty]].concat());
    assert_eq!(
        texts(types, "when"),
        [
            "2018-01-02T00:00:00+00:00",
            "1899-12-29T06:00:01+00:00",
            "2023-03-15T02:57:46.598+00:00",
            ""
        ]
    );
    assert_eq!(texts(types, "day"), ["2024-02-29", "0001-01-01", "9999-12-31", ""]);
    assert_eq!(texts(types, "clock"), ["00:00:00", "23:59:59", "12:34:56", ""]);
    assert_eq!(texts(types, "guid")[0], "{00112233-4455-6677-8899-AABBCCDDEEFF}");
    assert_eq!(texts(types, "xml"), ["<a>稀土</a>", "<b/>", "<c x=\"1\"/>", ""]);
    assert_eq!(texts(types, "blob"), ["00FF", "", "", ""]);
    assert!(types.notes.iter().any(|note| note.contains("blob")), "{:?}", types.notes);
    assert_eq!(texts(layer(&source, "East"), "stamp")[0], "2018-01-02T11:04:05+08:00");
    assert_eq!(texts(layer(&source, "West"), "stamp")[0], "2018-01-01T23:34:05-03:30");
    let rows = rows(types);
    assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(texts(types, "OBJECTID"), ["1", "2", "3", "4"]);
    assert_eq!(rows[1].geometry, None);
    let Some(geo::Geometry::Point(point)) = rows[0].geometry else { panic!("no point") };
    assert!((point.x() - 109.97).abs() < 1e-9 && (point.y() - 41.78).abs() < 1e-9);
}

#[test]
fn shapes_of_all_kinds_are_read_with_and_without_z_and_m() {
    let source = open(fixture("shapes"));
    for end in ["", "ZM"] {
        let shapes = |name: &str| -> Vec<Option<geo::Geometry<f64>>> {
            let layer = layer(&source, &format!("{name}{end}"));
            assert!(layer.spatial);
            rows(layer).into_iter().map(|row| row.geometry).collect()
        };
        let points = shapes("Point");
        assert_eq!(points[0], Some(geo::point!(x: 1.0, y: 2.0).into()));
        assert_eq!(points[1..], [Some(geo::point!(x: -179.5, y: -60.25).into()), None]);
        let several = geo::MultiPoint::from(vec![(1.0, 2.0), (3.0, 4.0)]);
        let one = geo::MultiPoint::from(vec![(-5.0, -6.0)]);
        assert_eq!(shapes("MultiPoint"), [Some(several.into()), Some(one.into()), None]);
        let line = geo::LineString::from(vec![(0.0, 0.0), (1.0, 1.0), (2.0, -1.0)]);
        let parts = vec![
            vec![(0.0, 0.0), (1.0, 1.0)].into(),
            geo::LineString::from(vec![(10.0, 10.0), (11.0, 12.0)]),
        ];
        let lines = geo::MultiLineString::new(parts);
        assert_eq!(shapes("Line"), [Some(line.into()), Some(lines.into()), None]);
        let polygons = shapes("Polygon");
        let Some(geo::Geometry::Polygon(ring)) = &polygons[0] else { panic!("no polygon") };
        assert_eq!(ring.interiors().len(), 1);
        assert_eq!(ring.unsigned_area(), 36.0);
        let Some(geo::Geometry::MultiPolygon(lands)) = &polygons[1] else { panic!("not several") };
        assert_eq!(lands.0.len(), 3);
        assert_eq!(lands.unsigned_area(), 36.0 + 1.0 + 25.0);
        assert_eq!(polygons[2], None);
    }
    let polygons = layer(&source, "Polygon");
    assert!(matches!(&polygons.crs, Crs::Other(wkt) if wkt.contains("GCS_Beijing_1954")));
    let proj = cfg!(feature = "proj");
    let off = if proj { "in parts of its area" } else { "tens of metres" };
    let note = polygons.crs_note().expect("a note");
    assert!(note.text.contains(off) && note.shows(), "{note:?}");
    let row = polygons.rows_wgs84().expect("a way to WGS 84").next().expect("a row").expect("read");
    let shifted = row.geometry.expect("a polygon");
    // Where no shift is made for PROJ makes none.
    let stays = shifted.coords_iter().next() == Some(geo::coord! { x: 0.0, y: 0.0 });
    assert_eq!(stays, proj);
    let unstated = layer(&source, "PolygonZM");
    assert_eq!(unstated.crs, Crs::Unstated);
    assert!(unstated.notes.iter().any(|note| note.contains("no coordinate system")));
}

#[test]
fn names_aliases_empty_layers_and_gaps_are_read_in_both_forms() {
    for name in ["mixed", "v4"] {
        let source = open(fixture(name));
        let names: Vec<&str> = source.layers.iter().map(|layer| layer.name.as_str()).collect();
        assert_eq!(names, ["稀土矿床", "Empty", "EmptyTable", "Table_", "Aliases", "Sparse"]);
        let deposits = layer(&source, "稀土矿床");
        assert_eq!(texts(deposits, "名称"), ["白云鄂博", "牦牛坪"]);
        assert_eq!(cells(deposits, "Größe"), [Cell::Real(1.5), Cell::Empty]);
        let empty = layer(&source, "Empty");
        assert!(empty.spatial && rows(empty).is_empty() && empty.columns.len() == 2);
        let table = layer(&source, "EmptyTable");
        assert!(!table.spatial && rows(table).is_empty());
        let aliased = layer(&source, "Aliases");
        let aliases: Vec<_> = aliased.columns.iter().map(|column| &column.alias).collect();
        assert_eq!(
            aliases,
            [&None, &Some("Commodity & 商品".to_owned()), &Some("Operational Status".to_owned())]
        );
        // Rows 1, 4 and 10 were deleted.
        let numbers: Vec<u64> = rows(aliased).iter().map(|row| row.number).collect();
        assert_eq!(numbers, [2, 3, 5, 6, 7, 8, 9]);
        assert_eq!(texts(aliased, "DsgAttr01")[0], "Commodity 2");
        let sparse = layer(&source, "Sparse");
        let numbers: Vec<u64> = rows(sparse).iter().map(|row| row.number).collect();
        assert_eq!(numbers, [1, 1024, 1025, 5000, 400_000]);
        assert_eq!(texts(sparse, "name")[4], "farthest");
    }
}

#[test]
fn a_coded_domain_is_told() {
    let source = open(fixture("mixed"));
    let notes = &layer(&source, "Aliases").notes;
    let expected = "DsgAttr02 holds codes of the domain status: 0 Active, 1 Closed, 2 Unknown";
    assert!(notes.iter().any(|note| note == expected), "{notes:?}");
}

#[test]
fn tables_of_arcgis_9_are_read() {
    let source = open(fixture("old"));
    let names: Vec<&str> = source.layers.iter().map(|layer| layer.name.as_str()).collect();
    assert_eq!(names, ["矿床", "Curves", "Multipatch"]);
    assert!(source.lost.iter().any(|note| note.contains("Lost (has no a00000006.gdbtable)")));
    let deposits = layer(&source, "矿床");
    assert_eq!(texts(deposits, "名称"), ["白云鄂博", ""]);
    assert_eq!(deposits.columns[2].alias.as_deref(), Some("Year of data"));
    assert_eq!(cells(deposits, "Year"), [Cell::Integer(1927), Cell::Integer(-999)]);
    assert_eq!(texts(deposits, "When"), ["2000-02-29T12:00:00", ""]);
    assert!(deposits.notes.iter().any(|note| note.contains("rasters are left empty: Picture")));
    let curves = layer(&source, "Curves");
    assert!(curves.notes.iter().any(|note| note.contains("curves are drawn as straight lines")));
    let line = geo::LineString::from(vec![(0.0, 0.0), (1.0, 1.0), (2.0, 0.0)]);
    assert_eq!(rows(curves)[0].geometry, Some(line.into()));
    let bodies = layer(&source, "Multipatch");
    let read: Vec<_> = bodies.rows().expect("opens").collect();
    let error = read[0].as_ref().expect_err("a body");
    assert!(error.is_one_row());
    assert!(error.to_string().contains("layer Multipatch, row 1: a00000005.gdbtable, byte"));
    assert!(error.to_string().contains("multipatch"), "{error}");
    assert_eq!(read[1].as_ref().expect("a row").cells, [Cell::Integer(2), Cell::Integer(2)]);
}

#[test]
fn a_geodatabase_is_found_wherever_it_lies() {
    let (folder, path) = unpacked("mixed");
    let source = open(&path);
    assert_eq!(source.layers.len(), 6);
    assert_eq!(source.layers[0].at.file, path);
    assert_eq!(source.layers[0].at.to_string(), format!("{}, layer 稀土矿床", path.display()));
    // Its input is the folder, whatever locks are in it.
    let input = source.inputs[0].checked().unwrap();
    assert_eq!((source.inputs.len(), &input.path), (1, &path));
    let total: usize = unzipped("mixed").values().map(Vec::len).sum();
    assert_eq!(input.bytes, total as u64);
    fs::write(path.join("_gdb.HOST.1.2.sr.lock"), "").unwrap();
    assert_eq!(open(&path).inputs[0].checked().unwrap(), input);
    let table = path.join("a00000009.gdbtable");
    let error = source::open(&table).expect_err("only a part");
    assert!(error.hint().is_some_and(|hint| hint.contains("mixed.gdb")), "{error}");

    fs::write(folder.path().join("beside.csv"), "a,b\n1,2\n").unwrap();
    let nested = folder.path().join("deep/Deeper.GDB");
    fs::create_dir_all(nested.parent().unwrap()).unwrap();
    fs::rename(&path, &nested).unwrap();
    let sources = source::open(folder.path()).expect("opens");
    assert_eq!(sources.len(), 2);
    assert_eq!(sources[1].layers[0].at.file, nested);

    let zip = folder.path().join("all.zip");
    let geodatabases = [("a.gdb/", "old"), ("x/CHN.gdb/CHN.gdb/", "pro32"), ("", "mixed")];
    fs::write(&zip, zipped(&geodatabases)).unwrap();
    let source = open(&zip);
    let places: Vec<_> = source.layers.iter().map(|layer| layer.at.file.clone()).collect();
    let place = |folder: &str| zip.join(folder);
    assert_eq!(places[0], place(""));
    assert_eq!(places[6], place("a.gdb"));
    assert_eq!(places[9], place("x/CHN.gdb/CHN.gdb"));
    assert_eq!((source.inputs.len(), &source.inputs[0].path), (1, &zip));
}

#[test]
fn a_layer_can_be_described() {
    let source = open(fixture("mixed"));
    let description = source::describe::describe(layer(&source, "Aliases")).expect("described");
    assert_eq!((description.rows, description.format), (7, "file geodatabase"));
    let text = description.text(100);
    assert!(text.contains("DsgAttr01 [Commodity & 商品]"), "{text}");
}

#[test]
fn damage_is_told_with_its_table_and_byte() {
    let (_folder, path) = unpacked("mixed");
    let file = |name: &str| path.join(name);
    let damaged = |name: &str, damage: &dyn Fn(&mut Vec<u8>)| {
        let sound = fs::read(file(name)).unwrap();
        let mut bytes = sound.clone();
        damage(&mut bytes);
        fs::write(file(name), bytes).unwrap();
        let result = source::open(&path).and_then(|mut sources| {
            let source = sources.remove(0);
            let rows = source.layers.iter().map(|layer| layer.rows()?.collect());
            rows.collect::<Result<Vec<Vec<Row>>, _>>()
        });
        fs::write(file(name), sound).unwrap();
        let error = result.expect_err("damaged");
        let table = name.split('.').next().unwrap();
        assert!(error.to_string().contains(table), "{error}");
        error
    };
    let error = damaged("a00000001.gdbtable", &|bytes| bytes.truncate(20));
    assert!(error.to_string().contains("damaged at byte 20: its header is cut off"), "{error}");
    assert!(error.hint().is_some_and(|hint| hint.contains("again")));
    let error = damaged("a0000000d.gdbtable", &|bytes| bytes[32] = 0xFF);
    assert!(error.to_string().contains("layer Aliases: a0000000d.gdbtable"), "{error}");
    let error = damaged("a0000000d.gdbtablx", &|bytes| bytes[12] = 9);
    assert!(error.to_string().contains("damaged at byte 12"), "{error}");
    let error = damaged("a0000000e.gdbtablx", &|bytes| bytes.truncate(5000));
    assert!(error.to_string().contains("layer Sparse"), "{error}");
    // One row is lost, and only that.
    let error = damaged("a00000009.gdbtable", &|bytes| bytes.truncate(bytes.len() - 10));
    assert!(error.is_one_row() && error.to_string().contains("row 2: a00000009"), "{error}");
    // All rows at one place would take for ever to read, were they many.
    let error = damaged("a0000000d.gdbtablx", &|bytes| {
        let second = bytes[21..26].to_vec();
        bytes[16..16 + 5 * 1024].chunks_exact_mut(5).for_each(|five| five.copy_from_slice(&second));
        bytes[8..12].copy_from_slice(&1024_u32.to_le_bytes());
    });
    assert!(error.to_string().contains("rows lie on top of each other"), "{error}");
    fs::remove_file(file("a0000000d.gdbtablx")).unwrap();
    let error = source::open(&path).expect_err("no index");
    assert!(error.to_string().contains("a0000000d.gdbtable is without its .gdbtablx"), "{error}");
    fs::remove_file(file("a00000001.gdbtable")).unwrap();
    let error = source::open(&path).expect_err("no catalogue");
    assert!(error.to_string().contains("part of a file geodatabase"), "{error}");
}

/// Numbers in an order that looks random but is always the same.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides.max(1) as u64) as usize
    }
}

/// Damages a file in a few places.
fn mutate(bytes: &mut Vec<u8>, dice: &mut Dice) {
    const BYTES: [u8; 6] = [0, 1, 0x7F, 0x80, 0xFE, 0xFF];
    const WORDS: [u32; 8] = [0, 1, 40, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x2000_0000, 1 << 24];
    for _ in 0..=dice.roll(4) {
        // Headers and descriptions are at the start, and worth more than the rest.
        let reach = if dice.roll(2) == 0 { bytes.len().min(600) } else { bytes.len() };
        let at = dice.roll(reach);
        match dice.roll(8) {
            0 => bytes.truncate(at),
            1 => {
                let from = dice.roll(bytes.len());
                let piece: Vec<u8> = bytes.iter().skip(from).take(dice.roll(64)).copied().collect();
                bytes.splice(at..at, piece);
            }
            2 => {
                let end = bytes.len().min(at + dice.roll(16));
                bytes.drain(at..end);
            }
            3 | 4 => {
                let word = WORDS[dice.roll(WORDS.len())].to_le_bytes();
                bytes.iter_mut().skip(at).zip(word).for_each(|(byte, new)| *byte = new);
            }
            5 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << dice.roll(8)),
            6 => {
                let new = BYTES[dice.roll(BYTES.len())];
                bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte = new);
            }
            _ => {
                let new = dice.roll(256) as u8;
                bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte = new);
            }
        }
    }
}

/// Opens and reads whatever there is; how many rows came out.
fn drain(path: &Path) -> u64 {
    let Ok(sources) = source::open(path) else { return 0 };
    let mut count = 0;
    for layer in sources.iter().flat_map(|source| &source.layers) {
        let Ok(rows) = layer.rows() else { continue };
        for row in rows.flatten() {
            assert_eq!(row.cells.len(), layer.columns.len());
            let places = row.geometry.iter().flat_map(|geometry| geometry.coords_iter());
            assert!(places.into_iter().all(|place| place.x.is_finite() && place.y.is_finite()));
            count += 1;
        }
    }
    count
}

/// The most memory that this process ever held, in bytes, where the system tells.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0) * 1024
}

/// Byte flips, cuts and the like, always the same ones. `REEMAP_MUTATIONS` sets their number,
/// `REEMAP_SEED` chooses others.
#[test]
fn no_damage_panics_hangs_or_takes_memory() {
    let setting = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let runs: u64 = setting("REEMAP_MUTATIONS").unwrap_or(2000);
    let seed: u64 = setting("REEMAP_SEED").unwrap_or(1);
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let geodatabases: Vec<_> =
        FIXTURES.iter().map(|name| (unpacked(name), unzipped(name))).collect();
    let before = peak();
    let (mut slowest, mut read, mut refused) = (Duration::ZERO, 0_u64, 0_u64);
    for run in 0..runs {
        let ((_, path), files) = &geodatabases[dice.roll(geodatabases.len())];
        let tables: Vec<_> = files.iter().filter(|(name, _)| name.contains("gdbtabl")).collect();
        let (name, sound) = tables[dice.roll(tables.len())];
        let mut bytes = sound.clone();
        mutate(&mut bytes, &mut dice);
        fs::write(path.join(name), &bytes).unwrap();
        let start = Instant::now();
        let count = drain(path);
        let took = start.elapsed();
        slowest = slowest.max(took);
        read += count;
        refused += u64::from(count == 0);
        fs::write(path.join(name), sound).unwrap();
        assert!(took < Duration::from_secs(10), "run {run}: {name} took {took:?}");
    }
    let grown = peak().saturating_sub(before) >> 20;
    println!("{runs} runs: {read} rows, {refused} refused, slowest {slowest:?}, grew {grown} MiB");
    assert!(grown < 256, "took {grown} MiB");
    // Damage that never let a row through would test the first check only.
    assert!(read > runs && refused > runs / 20, "{read} rows, {refused} refused");
}

#[test]
fn the_african_geodatabase_is_what_its_geojson_says() {
    let Some(path) = common::shared("africa_gis/Africa_GIS.gdb.zip") else { return };
    let source = open(path);
    assert_eq!(source.layers.len(), 3);
    let mut compared = 0;
    for layer in &source.layers {
        let Some(path) = common::shared(&format!("africa_gis/{}.geojson", layer.name)) else {
            return;
        };
        let other = open(path).layers.remove(0);
        let names = |layer: &Layer| {
            let mut names: Vec<_> =
                layer.columns.iter().map(|column| column.name.clone()).collect();
            // A feature's id in GeoJSON, and a row's number in a geodatabase.
            names.retain(|name| name != "id" && name != "OBJECTID");
            names.sort();
            names
        };
        assert_eq!(names(layer), names(&other));
        let places: Vec<Option<usize>> =
            other.columns.iter().map(|column| layer.column(&column.name)).collect();
        let (rows, others) = (rows(layer), rows(&other));
        assert_eq!(rows.len(), others.len(), "{}", layer.name);
        for (row, other_row) in rows.iter().zip(&others) {
            let [ours, theirs] = [row, other_row].map(|row| match row.geometry {
                Some(geo::Geometry::Point(point)) => point,
                _ => panic!("no point"),
            });
            // A geodatabase rounds positions to its grid, here of 1e-9 degrees.
            let off = (ours - theirs).0;
            let near = off.x.abs() <= 1e-9 && off.y.abs() <= 1e-9;
            assert!(near, "{} {}: {ours:?} {theirs:?}", layer.name, row.number);
            for ((place, cell), column) in places.iter().zip(&other_row.cells).zip(&other.columns) {
                let Some(place) = place else { continue };
                let ours = &row.cells[*place];
                // JSON does not tell 2018 from 2018.0.
                let same = match (ours, cell) {
                    (Cell::Real(_), Cell::Integer(_)) => ours.number() == cell.number(),
                    _ => ours == cell,
                };
                assert!(same, "{} {} {}: {ours:?} {cell:?}", layer.name, row.number, column.name);
                compared += 1;
            }
        }
    }
    assert!(compared > 100_000, "{compared}");
}

#[test]
fn the_chinese_stand_in_is_read() {
    let Some(path) = common::shared("china/CHN_GIS_shape.gdb.zip") else { return };
    let source = open(path);
    let facilities = layer(&source, "CHN_Mineral_Facilities");
    assert_eq!(facilities.crs, Crs::Wgs84);
    let alias = |name: &str| facilities.columns[facilities.column(name).unwrap()].alias.as_deref();
    assert_eq!(alias("DsgAttr01"), Some("Commodity 1"));
    assert_eq!(alias("LocOpStat"), Some("Operational Status"));
    assert_eq!(texts(facilities, "FeatureNam")[0], "Bayan Obo");
    assert!(texts(facilities, "DsgAttr03").contains(&"-999".to_owned()));
    assert!(layer(&source, "CHN_Mineral_Exploration").column("AMD1").is_some());
    let coal = layer(&source, "CHN_Mineral_Resources_Coal");
    assert!(matches!(&coal.crs, Crs::Other(wkt) if wkt.contains("Beijing_1954")));
    assert!(matches!(rows(coal)[0].geometry, Some(geo::Geometry::Polygon(_))));
}
