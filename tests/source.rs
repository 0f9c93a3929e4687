//! Files of every format, real and broken, become layers of rows.

mod common;

use std::fs;
use std::path::Path;

use common::shared;
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
    assert_eq!(sources[0].inputs[0].bytes, 1_141_609);
    assert_eq!(sources[0].inputs[0].sha256.len(), 64);
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
