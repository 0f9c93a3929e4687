//! Files of every format, real and broken, become layers of rows.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panic")]

mod common;

use std::fs;
use std::path::Path;

use common::{Scratch, shared};
use reemap::source::{self, Cell, Layer, Row};

/// The one layer of a file.
fn only_layer(path: &Path) -> Layer {
    let mut sources = source::open(path).expect("the file opens");
    assert_eq!(sources.len(), 1, "sources of {}", path.display());
    let mut layers = sources.remove(0).layers;
    assert_eq!(layers.len(), 1, "layers of {}", path.display());
    layers.remove(0)
}

fn rows(layer: &Layer) -> Vec<Row> {
    layer.rows().expect("rows").collect::<Result<_, _>>().expect("every row reads")
}

fn cell<'a>(layer: &Layer, row: &'a Row, column: &str) -> &'a Cell {
    &row.cells[layer.column(column).expect(column)]
}

/// A layer of a file with this name and content.
fn written(name: &str, content: impl AsRef<[u8]>) -> (tempfile::TempDir, Layer) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    fs::write(&path, content).expect("written");
    let layer = only_layer(&path);
    (folder, layer)
}

#[test]
fn the_official_workbook_is_read_whole() {
    let Some(path) = shared("global_ree/Global_REE_occurrence_database.xlsx") else { return };
    let sources = source::open(&path).expect("opens");
    let input = sources[0].inputs[0].checked().unwrap();
    assert_eq!(input.bytes, 1_141_609);
    assert_eq!(input.sha256.len(), 64);
    let layer = &sources[0].layers[0];
    assert_eq!(layer.name, "Sheet1");
    assert_eq!(layer.columns.len(), 62);
    assert!(layer.notes.is_empty(), "{:?}", layer.notes);
    let rows = rows(layer);
    assert_eq!(rows.len(), 3114);
    assert_eq!(rows[0].number, 2);
    let row = rows
        .iter()
        .find(|row| cell(layer, row, "ID_No") == &Cell::Integer(9176))
        .expect("9176, an integer");
    let province = cell(layer, row, "State_Prov");
    assert_eq!(province, &Cell::Text("Yamalo-Nenentskiy avtonomnaya okrug\n".into()));
    let latitude = cell(layer, &rows[0], "Latitude").number().expect("a latitude");
    assert!((-90.0..=90.0).contains(&latitude));
}

#[test]
fn the_official_tables_have_their_rows() {
    for (file, count, columns) in [
        ("global_ree/Global_REE_nonspatial_table.csv", 820, 62),
        ("global_ree/All_Global_REE_references.csv", 1591, 2),
        ("africa_gis/AFR_Mineral_Facilities.geojson", 2408, 0),
        ("africa_gis/AFR_Mineral_Exploration.geojson", 1093, 0),
        ("africa_gis/AFR_Mineral_Deposits.geojson", 1190, 0),
    ] {
        let Some(path) = shared(file) else { return };
        let layer = only_layer(&path);
        assert_eq!(rows(&layer).len(), count, "{file}");
        assert!(columns == 0 || layer.columns.len() == columns, "{file}");
        assert_eq!(layer.spatial, file.ends_with("geojson"), "{file}");
    }
}

/// A dBASE table of text and number fields, with the bytes of its records as given.
fn dbf(fields: &[(&str, u8, u8)], records: &[Vec<Vec<u8>>]) -> Vec<u8> {
    let width: usize = fields.iter().map(|field| field.2 as usize).sum::<usize>() + 1;
    let header = 32 * fields.len() + 33;
    let mut bytes = vec![0x03, 26, 1, 1];
    bytes.extend((records.len() as u32).to_le_bytes());
    bytes.extend((header as u16).to_le_bytes());
    bytes.extend((width as u16).to_le_bytes());
    bytes.resize(32, 0);
    for (name, kind, length) in fields {
        let mut field = name.as_bytes().to_vec();
        field.resize(11, 0);
        field.extend([*kind, 0, 0, 0, 0, *length, if *kind == b'F' { 11 } else { 0 }]);
        field.resize(32, 0);
        bytes.extend(field);
    }
    bytes.push(0x0D);
    for record in records {
        bytes.push(b' ');
        for (value, (_, _, length)) in record.iter().zip(fields) {
            let mut value = value.clone();
            value.resize(*length as usize, b' ');
            bytes.extend(value);
        }
    }
    bytes.push(0x1A);
    bytes
}

#[test]
fn text_that_fills_its_field_is_told() {
    let long = |count: usize| b"x".repeat(count);
    let table = dbf(
        &[("REFS", b'C', 254), ("NAME", b'C', 12), ("CODE", b'C', 10), ("ISO", b'C', 3)],
        &[
            vec![long(254), b"Bayan Obo Mi".to_vec(), long(10), b"CHN".to_vec()],
            vec![long(254), b"Zudong".to_vec(), long(10), b"AU".to_vec()],
            vec![long(253), b"".to_vec(), long(10), b"CHN".to_vec()],
        ],
    );
    let (_folder, layer) = written("a.dbf", table);
    let cut: Vec<&String> = layer.notes.iter().filter(|note| note.contains("may be cut")).collect();
    assert_eq!(cut.len(), 2, "{:?}", layer.notes);
    assert!(cut[0].starts_with("REFS: 2 cells fill all of their 254 bytes"), "{cut:?}");
    assert!(cut[1].starts_with("NAME: 1 cell fills all of its 12 bytes"), "{cut:?}");
    let rows = rows(&layer);
    assert_eq!(rows[0].cells[1], Cell::Cut("Bayan Obo Mi".into()));
    assert!(matches!(rows[1].cells[0], Cell::Cut(_)));
    assert!(matches!(rows[2].cells[0], Cell::Text(_)));
    assert!(matches!(rows[0].cells[2], Cell::Text(_)), "codes fill their field by design");
}

/// Two Chinese places as a `.shp` of points, and their attributes in GBK.
fn places() -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let (mut shp, mut shx) = (std::io::Cursor::new(Vec::new()), std::io::Cursor::new(Vec::new()));
    let points = [shapefile::Point::new(109.97, 41.78), shapefile::Point::new(114.79, 24.91)];
    shapefile::ShapeWriter::with_shx(&mut shp, &mut shx).write_shapes(&points).expect("shapes");
    let gbk = |text: &str| encoding_rs::GBK.encode(text).0.into_owned();
    let dbf = dbf(
        &[("NAME", b'C', 20), ("县", b'C', 12), ("LAT", b'F', 19), ("CODE", b'N', 6)],
        &[
            vec![gbk("白云鄂博"), gbk("白云矿区"), b"41.78123456789".into(), b"150206".into()],
            vec![gbk("龙南足洞"), gbk("龙南市"), b"24.91".into(), b"******".into()],
        ],
    );
    // The name of the second field is not UTF-8 in such files either.
    let name = gbk("县");
    let mut dbf = dbf;
    dbf[64..75].fill(0);
    dbf[64..64 + name.len()].copy_from_slice(&name);
    (shp.into_inner(), shx.into_inner(), dbf)
}

fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in members {
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file(*name, options).expect("a member");
        std::io::Write::write_all(&mut archive, content).expect("its content");
    }
    archive.finish().expect("an archive").into_inner()
}

const WGS84: &str = r#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;

/// What the shapefile of [`places`] must hold, however it came.
fn check_places(layer: &Layer) {
    assert_eq!(layer.format, source::Format::Shapefile);
    let names: Vec<&str> = layer.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["NAME", "县", "LAT", "CODE"]);
    let rows = rows(layer);
    assert_eq!(rows.len(), 2);
    assert_eq!(
        rows[0].cells,
        [
            Cell::Text("白云鄂博".into()),
            Cell::Text("白云矿区".into()),
            // All digits, where 32 bits would hold seven.
            Cell::Real(41.78123456789),
            Cell::Integer(150206),
        ]
    );
    assert_eq!(rows[1].cells[3], Cell::Empty);
    assert_eq!(rows[0].geometry, Some(geo::point!(x: 109.97, y: 41.78).into()));
    assert!(layer.notes.iter().any(|note| note.contains("GB18030")), "{:?}", layer.notes);
}

#[test]
fn a_zipped_shapefile_with_chinese_attributes_is_read() {
    let (shp, shx, dbf) = places();
    let archive = zipped(&[
        ("稀土/places.shp", &shp),
        ("稀土/places.SHX", &shx),
        ("稀土/places.dbf", &dbf),
        ("稀土/places.prj", WGS84.as_bytes()),
        ("__MACOSX/稀土/._places.shp", b"\0\x05\x16\x07"),
        ("稀土/readme.txt", b"Two places."),
    ]);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("places.zip");
    fs::write(&path, archive).expect("written");
    let sources = source::open(&path).expect("opens");
    assert_eq!(sources[0].inputs.len(), 1);
    let layer = &sources[0].layers[0];
    assert_eq!(layer.name, "places");
    assert_eq!(layer.at.file, path.join("稀土/places.shp"));
    assert_eq!(layer.crs, source::Crs::Wgs84);
    check_places(layer);
    let notes = &sources[0].notes;
    assert!(notes.len() == 1 && notes[0].contains("readme.txt"), "{notes:?}");
}

#[test]
fn a_shapefile_does_without_its_helpers() {
    let (shp, shx, dbf) = places();
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    fs::write(at("places.shp"), &shp).expect("written");
    // No table.
    let layer = only_layer(&at("places.shp"));
    assert!(layer.columns.is_empty() && layer.notes.iter().any(|note| note.contains(".dbf")));
    assert_eq!(rows(&layer).len(), 2);
    // A table, no index, found from either file.
    fs::write(at("places.dbf"), &dbf).expect("written");
    check_places(&only_layer(&at("places.shp")));
    check_places(&only_layer(&at("places.dbf")));
    // A broken index.
    fs::write(at("places.shx"), &shx[..107]).expect("written");
    let layer = only_layer(&at("places.shp"));
    check_places(&layer);
    assert!(layer.notes.iter().any(|note| note.contains(".shx is broken")));
    // Every file is accounted for.
    let sources = source::open(folder.path()).expect("the folder opens");
    assert_eq!(sources.len(), 1);
    assert_eq!(sources[0].inputs.len(), 3);
    // A stated encoding wins, right or wrong.
    fs::write(at("places.cpg"), "Big5").expect("written");
    let layer = only_layer(&at("places.shp"));
    assert_ne!(rows(&layer)[0].cells[0], Cell::Text("白云鄂博".into()));
    // The table alone.
    fs::remove_file(at("places.shp")).expect("removed");
    fs::remove_file(at("places.cpg")).expect("removed");
    let layer = only_layer(&at("places.dbf"));
    assert!(!layer.spatial);
    assert_eq!(rows(&layer)[1].cells[0], Cell::Text("龙南足洞".into()));
}

/// The `.shp` and `.shx` of shapes.
fn shapes<S: shapefile::record::EsriShape>(shapes: &[S]) -> (Vec<u8>, Vec<u8>) {
    let (mut shp, mut shx) = (std::io::Cursor::new(Vec::new()), std::io::Cursor::new(Vec::new()));
    shapefile::ShapeWriter::with_shx(&mut shp, &mut shx).write_shapes(shapes).expect("shapes");
    (shp.into_inner(), shx.into_inner())
}

#[test]
fn an_index_in_another_order_is_followed() {
    let (shp, shx, _) = places();
    let swapped = [&shx[..100], &shx[108..116], &shx[100..108]].concat();
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.shp"), &shp).expect("written");
    fs::write(folder.path().join("a.shx"), &swapped).expect("written");
    let layer = only_layer(&folder.path().join("a.shp"));
    let rows = rows(&layer);
    assert_eq!(rows[0].geometry, Some(geo::point!(x: 114.79, y: 24.91).into()));
    assert_eq!(rows[1].geometry, Some(geo::point!(x: 109.97, y: 41.78).into()));
}

#[test]
fn shapes_of_every_kind_become_geometry() {
    use shapefile::{Multipoint, Point, PointZ, PolygonRing, PolygonZ, PolylineM};
    let first = |(shp, _): (Vec<u8>, Vec<u8>)| {
        let (_folder, layer) = written("a.shp", shp);
        rows(&layer).remove(0).geometry.expect("a geometry")
    };
    let corner = |x, y| PointZ::new(x, y, 5.0, 0.0);
    let square = |size: f64| {
        vec![corner(-size, -size), corner(-size, size), corner(size, size), corner(size, -size)]
    };
    let polygon = PolygonZ::with_rings(vec![
        PolygonRing::Outer(square(2.0)),
        PolygonRing::Inner(square(1.0)),
    ]);
    let geo::Geometry::Polygon(polygon) = first(shapes(&[polygon])) else { panic!("no polygon") };
    assert_eq!(polygon.interiors().len(), 1);
    assert_eq!(polygon.exterior().0.len(), 5);
    let line =
        |x: f64| vec![shapefile::PointM::new(x, 0.0, 0.0), shapefile::PointM::new(x, 1.0, 9.0)];
    let lines = PolylineM::with_parts(vec![line(0.0), line(1.0)]);
    assert!(
        matches!(first(shapes(&[lines])), geo::Geometry::MultiLineString(lines) if lines.0.len() == 2)
    );
    let points = Multipoint::new(vec![Point::new(1.0, 2.0), Point::new(3.0, 4.0)]);
    assert!(
        matches!(first(shapes(&[points])), geo::Geometry::MultiPoint(points) if points.0.len() == 2)
    );
    // A null shape keeps its row.
    let (mut shp, _, _) = places();
    shp[108..112].fill(0);
    let (_folder, layer) = written("a.shp", shp);
    let rows = rows(&layer);
    assert!(rows[0].geometry.is_none() && rows[1].geometry.is_some());
}

#[test]
fn sizes_that_a_shapefile_declares_are_not_trusted() {
    let (mut shp, _, mut dbf) = places();
    dbf[4..8].copy_from_slice(&4_000_000_000_u32.to_le_bytes());
    shp[24..28].copy_from_slice(&i32::MAX.to_be_bytes());
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.shp"), &shp).expect("written");
    fs::write(folder.path().join("a.dbf"), &dbf).expect("written");
    let layer = only_layer(&folder.path().join("a.shp"));
    check_places(&layer);
    assert!(layer.notes.iter().any(|note| note.contains("4000000000 records, but holds 2")));
    // A shape cut in half ends the layer with an error, after the rows before it.
    fs::write(folder.path().join("a.shp"), &shp[..shp.len() - 4]).expect("written");
    let layer = only_layer(&folder.path().join("a.shp"));
    let rows: Vec<_> = layer.rows().expect("rows").collect();
    assert_eq!(rows.len(), 2);
    assert!(rows[0].is_ok());
    let error = rows[1].as_ref().expect_err("cut off");
    assert!(!error.is_one_row() && error.to_string().contains("cut off"), "{error}");
}

#[test]
fn a_layer_in_another_system_comes_out_in_degrees() {
    let (mut shp, mut shx) = (std::io::Cursor::new(Vec::new()), std::io::Cursor::new(Vec::new()));
    let points = [shapefile::PointZ::new(500_000.0, 4_649_776.22, 1600.0, 0.0)];
    shapefile::ShapeWriter::with_shx(&mut shp, &mut shx).write_shapes(&points).expect("shapes");
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    fs::write(at("a.shp"), shp.into_inner()).expect("written");
    let first = |path: &Path| only_layer(path).rows_wgs84().expect("known").next().expect("a row");
    fs::write(at("a.prj"), r#"PROJCS["WGS_1984_UTM_Zone_49N",GEOGCS["GCS_WGS_1984"]]"#).expect("");
    let row = first(&at("a.shp")).expect("a place");
    let Some(geo::Geometry::Point(point)) = row.geometry else { panic!("no point") };
    assert!((point.x() - 111.0).abs() < 1e-9 && (point.y() - 42.0).abs() < 1e-6, "{point:?}");
    // Metres without a system are no degrees.
    fs::remove_file(at("a.prj")).expect("removed");
    let error = first(&at("a.shp")).expect_err("metres");
    assert!(error.is_one_row() && error.to_string().contains("500000"), "{error}");
    // Nor does an unknown system pass.
    fs::write(at("a.prj"), r#"PROJCS["Xian_1980_3_Degree_GK_Zone_37"]"#).expect("");
    let error = only_layer(&at("a.shp")).rows_wgs84().err().expect("unknown");
    assert!(error.to_string().contains("Xian_1980_3_Degree_GK_Zone_37"), "{error}");
}

#[test]
fn csv_rows_are_numbered_as_a_spreadsheet_shows_them() {
    for end in ["\n", "\r\n"] {
        let text = [
            "\u{FEFF}name;note;",
            "",
            "\"Bayan\nObo\";\"iron; REE\";",
            "short",
            "Xunwu;;",
            "",
            "a;b;c;d",
            "Longnan;last",
        ]
        .join(end);
        let (_folder, layer) = written("a.csv", text);
        assert_eq!(layer.columns.len(), 2);
        assert_eq!(layer.columns[0].name, "name");
        let mut seen = Vec::new();
        for row in layer.rows().expect("rows") {
            match row {
                Ok(row) => seen.push((row.number, row.cells[0].text().map(|t| t.into_owned()))),
                Err(error) => {
                    assert!(error.is_one_row());
                    seen.push((0, Some(error.to_string().rsplit("row ").next().unwrap().into())));
                }
            }
        }
        let name = |text: &str| Some(text.to_owned());
        assert_eq!(
            seen,
            [
                (3, name("Bayan\nObo")),
                (0, name("4: has 1 fields where the header has 2")),
                (5, name("Xunwu")),
                (0, name("7: has 4 fields where the header has 2")),
                (8, name("Longnan")),
            ],
            "{end:?}"
        );
    }
}

#[test]
fn a_quote_that_is_never_closed_loses_no_rows_silently() {
    for text in ["a,b\n1,2\n3,\"4\n5,6\n", "a,b\r\n1,2\r\n3,\"4\r\n5,6"] {
        let (_folder, layer) = written("a.csv", text);
        let rows: Vec<_> = layer.rows().expect("rows").collect();
        assert_eq!(rows.len(), 2);
        let error = rows[1].as_ref().expect_err("not closed");
        assert!(!error.is_one_row() && error.to_string().contains("row 3"), "{error}");
    }
    // Blank lines are no end of it either.
    let (_folder, layer) = written("a.csv", "a,b\n1,2\n\n\n3,\"4\n5,6\n\n");
    let rows_read: Vec<_> = layer.rows().expect("rows").collect();
    let error = rows_read[1].as_ref().expect_err("not closed").to_string();
    assert!(error.contains("row 5: opens a quote that is never closed"), "{error}");
    assert_eq!(rows_read.len(), 2);
    // A field that ends in a line break is sound.
    let (_folder, layer) = written("a.csv", "a,b\n1,2\n3,\"4\n\"");
    assert_eq!(rows(&layer)[1].cells[1], Cell::Text("4\n".into()));
}

#[test]
fn csv_of_any_usual_encoding_and_delimiter_is_read() {
    let text = "名称\t省\n龙南足洞稀土矿\t江西\n";
    let gbk = encoding_rs::GBK.encode(text).0.into_owned();
    let utf16 = |text: &str| {
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        [0xFF, 0xFE].into_iter().chain(units).collect::<Vec<u8>>()
    };
    for (bytes, note) in
        [(text.as_bytes().to_vec(), None), (gbk, Some("GB18030")), (utf16(text), Some("UTF-16LE"))]
    {
        let (_folder, layer) = written("a.txt", bytes);
        assert_eq!(layer.columns[0].name, "名称");
        let row = &rows(&layer)[0];
        assert_eq!(row.cells[0], Cell::Text("龙南足洞稀土矿".into()));
        match note {
            None => assert!(layer.notes.is_empty()),
            Some(note) => assert!(layer.notes[0].contains(note), "{:?}", layer.notes),
        }
    }
    let latin = encoding_rs::WINDOWS_1252.encode("nom,lieu\nMérida,Québec\nAraxá,Poços\n").0;
    let (_folder, layer) = written("a.csv", latin);
    assert_eq!(rows(&layer)[0].cells[1], Cell::Text("Québec".into()));
    assert!(layer.notes[0].contains("Windows-1252"));
    // One bad byte does not turn the rest into another encoding.
    let mut damaged = "name,place\n".to_owned() + &"Mérida,Québec\n".repeat(50);
    damaged.push_str("Arax");
    let damaged = [damaged.as_bytes(), b"\xE1,x\n"].concat();
    let (_folder, layer) = written("a.csv", damaged);
    assert_eq!(rows(&layer)[0].cells[1], Cell::Text("Québec".into()));
    assert_eq!(rows(&layer)[50].cells[0], Cell::Text("Arax\u{FFFD}".into()));
    assert!(layer.notes[0].starts_with("1 characters are damaged"), "{:?}", layer.notes);
    // Old Macintosh line ends.
    let (_folder, layer) = written("a.csv", "a|b\r1|2\r3|4\r");
    assert_eq!(rows(&layer).len(), 2);
}

#[test]
fn blank_and_repeated_column_names_are_mended_and_told() {
    let (_folder, layer) = written("a.csv", "Name,,name\na,b,c\n");
    let names: Vec<&str> = layer.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["Name", "column 2", "name (2)"]);
    assert!(layer.notes[0].contains("column 2, name (2)"));
}

const COLLECTION: &str = r#"{
  "type": "FeatureCollection",
  "bbox": [100, 20, 120, 50],
  "name": "[mines]",
  "features": [
    {"type": "Feature", "id": 7, "geometry": {"type": "Point", "coordinates": [109.97, 41.78, 1600]},
     "properties": {"name": "Bayan {Obo\"]", "share": 0.5, "n": 3, "open": true, "gone": null}},
    {"type": "Feature", "geometry": null, "properties": {"name": "nowhere", "list": ["Ce", {"a": 1}]}},
    {"type": "Feature", "geometry": {"type": "Point", "coordinates": ["x"]}, "properties": null},
    {"type": "Feature", "geometry": null, "properties": {"name": bad}}
  ],
  "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
}"#;

#[test]
fn geojson_features_become_rows_and_bad_ones_are_skipped() {
    let (_folder, layer) = written("a.geojson", COLLECTION);
    let names: Vec<&str> = layer.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["id", "name", "share", "n", "open", "gone", "list"]);
    assert_eq!(layer.crs, source::Crs::Other("urn:ogc:def:crs:EPSG::4490".into()));
    let note = layer.crs_note().expect("a note");
    assert!(note.text.contains("on CGCS2000 (EPSG:4490)") && !note.shows(), "{note:?}");
    assert!(layer.rows_wgs84().expect("known").next().expect("a row").is_ok());
    let rows: Vec<_> = layer.rows().expect("rows").collect();
    assert_eq!(rows.len(), 4);
    let first = rows[0].as_ref().expect("sound");
    assert_eq!(first.geometry, Some(geo::point!(x: 109.97, y: 41.78).into()));
    assert_eq!(
        first.cells,
        [
            Cell::Integer(7),
            Cell::Text("Bayan {Obo\"]".into()),
            Cell::Real(0.5),
            Cell::Integer(3),
            Cell::Boolean(true),
            Cell::Empty,
            Cell::Empty,
        ]
    );
    let second = rows[1].as_ref().expect("sound");
    assert_eq!(second.geometry, None);
    assert_eq!(second.cells[6], Cell::Text(r#"["Ce",{"a":1}]"#.into()));
    let third = rows[2].as_ref().expect_err("no numbers");
    assert!(third.is_one_row() && third.to_string().contains("row 3"), "{third}");
    let fourth = rows[3].as_ref().expect_err("no JSON");
    assert!(fourth.is_one_row() && fourth.to_string().contains("line 10, column 66"), "{fourth}");
}

#[test]
fn deep_nesting_loses_one_feature() {
    let deep = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
    let bad = format!(r#"{{"type":"Feature","properties":{{"a":{deep}}},"geometry":null}}"#);
    let good = r#"{"type":"Feature","properties":{"a":1},"geometry":null}"#;
    let (_folder, layer) = written("a.geojsonl", format!("{bad}\n{good}\n"));
    let rows: Vec<_> = layer.rows().expect("rows").collect();
    assert!(rows[0].as_ref().is_err_and(|error| error.is_one_row()));
    assert_eq!(rows[1].as_ref().expect("sound").cells, [Cell::Integer(1)]);
}

#[test]
fn a_position_that_is_too_short_loses_one_feature() {
    for geometry in [
        r#"{"type":"Point","coordinates":[1]}"#,
        r#"{"type":"MultiPoint","coordinates":[[1,2],[]]}"#,
        r#"{"type":"LineString","coordinates":[[1,2],[3]]}"#,
        r#"{"type":"Polygon","coordinates":[[[0,0],[1],[1,1],[0,0]]]}"#,
        r#"{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[],[0,0]]]]}"#,
        r#"{"type":"GeometryCollection","geometries":[{"type":"MultiLineString","coordinates":[[[1]]]}]}"#,
    ] {
        let feature = format!(r#"{{"type":"Feature","properties":{{}},"geometry":{geometry}}}"#);
        let (_folder, layer) =
            written("a.geojsonl", format!("{feature}\n{}\n", feature.replace(geometry, "null")));
        let rows: Vec<_> = layer.rows().expect("opens").collect();
        let error = rows[0].as_ref().expect_err(geometry).to_string();
        assert!(error.contains("row 1: has a geometry that cannot be read"), "{error}");
        assert!(rows[1].is_ok() && rows.len() == 2);
    }
}

#[test]
fn numbers_of_geojson_are_those_that_are_spelt() {
    for number in ["3.870656739773045e-194", "5.530653146143541e-65", "1.7976931348623157e308"] {
        let feature = format!(
            r#"{{"type":"Feature","geometry":{{"type":"LineString","coordinates":[[{number},0],[0,0]]}},"properties":{{"n":{number}}}}}"#
        );
        let (_folder, layer) = written("a.geojsonl", feature);
        let row = rows(&layer).remove(0);
        let number: f64 = number.parse().unwrap();
        assert_eq!(*cell(&layer, &row, "n"), Cell::Real(number));
        let Some(geo::Geometry::LineString(line)) = row.geometry else { panic!("no line") };
        assert_eq!(line.0[0].x, number);
    }
}

#[test]
fn control_characters_are_no_sign_of_a_binary_file_where_they_may_stand() {
    let (_folder, layer) = written("a.csv", "name,lon,lat\n\u{1}\u{1b}[1m,1,2\n");
    assert_eq!(rows(&layer)[0].cells[0], Cell::Text("\u{1}\u{1b}[1m".into()));
    let feature = r#"{"type":"Feature","properties":{"n":"\u{7f}"},"geometry":null}"#;
    let (_folder, layer) = written("a.geojsonl", feature.replace("\\u{7f}", "\u{7f}"));
    assert_eq!(rows(&layer)[0].cells, [Cell::Text("\u{7f}".into())]);
    let (error, _) = refused("a.csv", format!("name,lon\n{},1\n", "\0".repeat(40)));
    assert!(error.contains("is a binary file"), "{error}");
}

#[test]
fn geojson_comes_in_other_shapes_too() {
    let feature = r#"{"type":"Feature","properties":{"a":1},"geometry":{"type":"Point","coordinates":[1,2]}}"#;
    let geometry = r#"{"type":"MultiPoint","coordinates":[[1,2],[3,4]]}"#;
    for (name, text, count) in [
        ("a.json", feature.to_owned(), 1),
        ("a.json", geometry.to_owned(), 1),
        ("a.geojsonl", format!("{feature}\n{feature}\n"), 2),
        ("a.geojsons", format!("\x1E{feature}\n\x1E{geometry}\n"), 2),
        ("a.json", r#"{"features": [], "type": "FeatureCollection"}"#.to_owned(), 0),
    ] {
        let (_folder, layer) = written(name, &text);
        assert_eq!(rows(&layer).len(), count, "{text}");
        assert_eq!(layer.spatial, count > 0);
    }
}

/// The error of opening a file with this name and content.
fn refused(name: &str, content: impl AsRef<[u8]>) -> (String, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    fs::write(&path, content).expect("written");
    let error = source::open(&path).err().unwrap_or_else(|| panic!("{name} opens"));
    assert!(!error.is_one_row());
    (error.to_string(), error.hint().unwrap_or_default().to_owned())
}

#[test]
fn damaged_and_foreign_files_are_refused_by_name() {
    let deep = "[".repeat(100_000);
    let deep = format!("{{\"type\": \"Feature\", \"properties\": {deep}");
    for (name, content, reason) in [
        ("a.kml", b"<?xml version='1.0'?><kml/>".to_vec(), "a KML file"),
        ("a.csv", b"%PDF-1.7".to_vec(), "a PDF"),
        ("a.xls", b"\xD0\xCF\x11\xE0\xA1\xB1".to_vec(), "old binary"),
        ("a.parquet", b"PAR1".to_vec(), "Parquet"),
        ("a.txt", b"Dear reader,\nthis is a letter.\n".to_vec(), "text without columns"),
        ("a.csv", Vec::new(), "an empty file"),
        ("a.bin", vec![1, 2, 3, 0, 255], "a binary file"),
        ("a.json", b"{\"a\": 1}".to_vec(), "not GeoJSON"),
        ("a.json", b"[{\"a\": 1}]".to_vec(), "not GeoJSON"),
        ("a.json", b"{\"objects\": {\"features\": []}}".to_vec(), "not GeoJSON"),
        ("a.json", COLLECTION[..400].into(), "ends at line"),
        ("a.json", b"{\n \"type\" \"Feature\"}".to_vec(), "line 2, column 9"),
        ("a.json", deep.into(), "ends at line 1"),
        ("a.zip", b"PK\x03\x04 and no more".to_vec(), "damaged zip"),
        ("a.xlsx", zipped(&[("xl/workbook.xml", b"<workbook/>")]), "workbook"),
        ("a.zip", zipped(&[("b.zip", &zipped(&[("c.csv", b"a,b\n")]))]), "zip within a zip"),
        ("a.zip", zipped(&[("X.gdb/a00000001.gdbtable", b"\x03\0\0\0")]), "damaged at byte 4"),
        ("a.shp", b"\0\0\x27\x0A".to_vec(), "damaged shapefile"),
        ("a.dbf", vec![3, 26, 1, 1, 0, 0, 0, 0, 65, 0], "damaged dBASE"),
        ("a.shx", b"\0\0\x27\x0A".to_vec(), "without its .shp"),
    ] {
        let (message, _) = refused(name, content);
        assert!(message.contains(reason), "{name}: {message}");
    }
    let (_, hint) = refused("a.pdf", "%PDF");
    assert!(hint.contains("xlsx") && hint.contains("shapefile"), "{hint}");
    assert!(source::open("no/such/file.csv").is_err());
}

#[test]
fn a_bomb_is_not_unpacked() {
    let mut rows = b"1,2\n".repeat(10_000);
    rows.resize(150 << 20, b' ');
    let (message, _) = refused("a.zip", zipped(&[("a.csv", &rows)]));
    assert!(message.contains("unpacks to more"), "{message}");
    let (message, _) = refused("a.xlsx", zipped(&[("xl/workbook.xml", &rows)]));
    assert!(message.contains("unpacks to more"), "{message}");
}

#[test]
fn a_folder_is_read_whole_and_says_what_it_passes_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("b/X.gdb")).expect("folders");
    fs::write(at("b/X.gdb/a00000009.gdbtable"), "x").expect("written");
    fs::write(at("b/two.csv"), "a,b\n1,2\n").expect("written");
    fs::write(at("a.geojson"), COLLECTION).expect("written");
    fs::write(at("c.zip"), zipped(&[("in/three.csv", b"a,b\n1,2\n")])).expect("written");
    fs::write(at("readme.md"), "Words, words.\n").expect("written");
    fs::write(at(".hidden.csv"), "a,b\n").expect("written");
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path(), at("b/loop")).expect("a link");
    let sources = source::open(folder.path()).expect("opens");
    let names: Vec<&str> = sources.iter().map(|source| source.layers[0].name.as_str()).collect();
    assert_eq!(names, ["a", "two", "three"]);
    let notes = sources[0].notes.join("\n");
    assert!(notes.contains("a00000009.gdbtable (a part of a file geodatabase"), "{notes}");
    assert!(notes.contains("readme.md (text without columns)"), "{notes}");
    fs::write(at("b/X.gdb/a00000001.gdbtable"), "x").expect("written");
    let error = source::open(at("b/X.gdb")).expect_err("refused");
    assert!(error.to_string().contains("a00000001.gdbtable is damaged at byte 1"), "{error}");
}

#[test]
fn a_description_tells_types_fill_and_frequent_values() {
    let text = "id,grade,when,who\n1,0.5,2015-01-02,a\n2,,2016-03-04,b\n3,7,,a\nshort\n";
    let (_folder, layer) = written("a.csv", text);
    let description = source::describe::describe(&layer).expect("described");
    assert_eq!((description.rows, description.skipped), (3, 1));
    let observed: Vec<_> = description.columns.iter().map(|column| column.observed).collect();
    assert_eq!(observed, ["integer", "real", "date", "text"]);
    assert_eq!(description.columns[1].filled_percent, 66.7);
    assert_eq!(description.columns[1].range, Some([0.5, 7.0]));
    assert_eq!(description.columns[3].top, [("a".to_owned(), 2), ("b".to_owned(), 1)]);
    let text = description.text(60);
    assert!(text.contains("3 rows, 4 columns, 1 skipped"), "{text}");
    assert!(text.lines().all(|line| line.starts_with("skipped: ") || line.chars().count() <= 80));
    let json = serde_json::to_value(&description).expect("JSON");
    assert_eq!(json["columns"][0]["name"], "id");
    let (_folder, layer) = written("a.geojson", COLLECTION);
    let description = source::describe::describe(&layer).expect("described");
    assert_eq!(description.geometry.get("point"), Some(&1));
    assert_eq!(description.bounds, Some([109.97, 41.78, 109.97, 41.78]));
    assert_eq!(description.skipped, 2);
}

/// Opens and reads whatever there is, for its not panicking.
fn drain(name: &str, bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    fs::write(&path, bytes).expect("written");
    let Ok(sources) = source::open(&path) else { return };
    for layer in sources.iter().flat_map(|source| &source.layers) {
        if let Ok(rows) = layer.rows() {
            for row in rows.take(10_000).flatten() {
                assert_eq!(row.cells.len(), layer.columns.len());
            }
        }
    }
}

/// The smallest workbook: one sheet with a header, a number and a text.
fn workbook() -> Vec<u8> {
    workbook_of(CELLS)
}

const CELLS: &str = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>ID</t></is></c><c r="B1" t="inlineStr"><is><t>Name</t></is></c></row><row r="3"><c r="A3"><v>5029</v></c><c r="B3" t="inlineStr"><is><t>Bayan_x000D_&#10;Obo</t></is></c><c r="D3"><v>0.5</v></c></row>"#;

fn workbook_of(cells: &str) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    zipped(&[
        ("_rels/.rels", format!(r#"<Relationships xmlns="{package}"><Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#).as_bytes()),
        ("xl/workbook.xml", format!(r#"<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="Sites" sheetId="1" r:id="r1"/></sheets></workbook>"#).as_bytes()),
        ("xl/_rels/workbook.xml.rels", format!(r#"<Relationships xmlns="{package}"><Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#).as_bytes()),
        ("xl/worksheets/sheet1.xml", format!(r#"<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>"#).as_bytes()),
    ])
}

#[test]
fn absurd_cell_references_do_no_harm() {
    for place in ["XFE1", "ZZZZZZZ1", "A0", "A99999999999", "A4294967295", "XFD1048576", "1A", "Ä"]
    {
        let cells =
            format!(r#"<row r="1"><c r="A1"><v>1</v></c><c r="{place}"><v>2</v></c></row>"#);
        drain("a.xlsx", &workbook_of(&cells));
        drain(
            "a.xlsx",
            &workbook_of(&format!(
                r#"<row r="4294967295"><c r="{place}"><v>2</v></c><c><v>1</v></c></row>"#
            )),
        );
    }
}

#[test]
fn a_library_that_panics_makes_an_error_and_prints_nothing() {
    let scratch = Scratch::new();
    // calamine panics at it where arithmetic is checked.
    let cells = r#"<row r="1"><c r="A99999999999"><v>2</v></c></row>"#;
    fs::write(scratch.path().join("a.xlsx"), workbook_of(cells)).unwrap();
    let run = scratch.run(&["describe", "a.xlsx"]);
    assert!(!run.err.contains("panicked"), "{}", run.err);
    if cfg!(debug_assertions) {
        assert_eq!(run.code, 1, "{}", run.err);
        assert!(run.err.starts_with("error: a.xlsx: is a damaged workbook: "), "{}", run.err);
        assert!(run.err.contains("hint: "), "{}", run.err);
    }
}

#[test]
fn a_workbook_keeps_its_row_numbers_and_stray_cells() {
    let (_folder, layer) = written("a.xlsx", workbook());
    assert_eq!(layer.name, "Sites");
    let names: Vec<&str> = layer.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["ID", "Name", "column 3", "column 4"]);
    let rows = rows(&layer);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].number, 3);
    assert_eq!(
        rows[0].cells,
        [Cell::Integer(5029), Cell::Text("Bayan\nObo".into()), Cell::Empty, Cell::Real(0.5)]
    );
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(100))]

    #[test]
    fn arbitrary_bytes_do_not_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300), kind in 0..7_usize) {
        let starts: [&[u8]; 7] = [b"", b"{", b"PK\x03\x04", b"\0\0\x27\x0A", b"\x03\x1A\x01\x01", b"a,b\n", b"\xFF\xFE"];
        let names = ["a.csv", "a.json", "a.zip", "a.shp", "a.dbf", "a.csv", "a.txt"];
        drain(names[kind], &[starts[kind], &bytes].concat());
    }

    #[test]
    fn damaged_sheets_do_not_panic(cuts in proptest::collection::vec((proptest::num::usize::ANY, 32..127_u8), 1..6)) {
        let mut cells = CELLS.as_bytes().to_vec();
        for (place, byte) in cuts {
            let place = place % cells.len();
            cells[place] = byte;
        }
        drain("a.xlsx", &workbook_of(std::str::from_utf8(&cells).expect("ASCII")));
    }

    #[test]
    fn damaged_files_do_not_panic(
        kind in 0..5_usize,
        cuts in proptest::collection::vec((proptest::num::usize::ANY, proptest::num::u8::ANY), 0..6),
        keep in proptest::num::usize::ANY,
        truncate in proptest::bool::ANY,
    ) {
        let (shp, _, dbf) = places();
        let (name, mut bytes) = vec![
            ("a.geojson", COLLECTION.as_bytes().to_vec()),
            ("a.shp", shp.clone()),
            ("a.dbf", dbf.clone()),
            ("a.zip", zipped(&[("a.shp", &shp), ("a.dbf", &dbf)])),
            ("a.xlsx", workbook()),
        ].swap_remove(kind);
        for (place, byte) in cuts {
            let place = place % bytes.len();
            bytes[place] = byte;
        }
        if truncate {
            bytes.truncate(keep % bytes.len());
        }
        drain(name, &bytes);
    }
}
