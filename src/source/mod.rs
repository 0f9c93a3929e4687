//! Files: any path or zip becomes named layers of rows with typed cells and geometry.
//!
//! A layer is opened once (its columns, its coordinate system) and its rows are read as a
//! stream, as often as needed. Nothing here knows of rare earths.

pub mod block;
mod content;
pub mod crs;
mod csv;
mod dbf;
pub mod describe;
mod encoding;
mod gdb;
mod geojson;
mod json;
mod kind;
pub mod metadata;
mod open;
mod panics;
#[cfg(feature = "geoparquet")]
mod parquet;
mod rings;
mod shapefile;
mod title;
#[cfg(feature = "geoparquet")]
mod wkb;
mod xlsx;
mod xml;
mod zip;

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::{At, Result};

pub use open::open;

/// The file formats that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Office Open XML workbook; each sheet is a layer.
    Xlsx,
    /// Comma-separated text (also semicolons, tabs and bars).
    Csv,
    /// GeoJSON, RFC 7946.
    GeoJson,
    /// Esri shapefile, or a dBASE table alone.
    Shapefile,
    /// Esri file geodatabase; each feature class and table is a layer.
    Geodatabase,
    /// Parquet, also GeoParquet.
    Parquet,
}

/// The value of one cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cell {
    /// Nothing: null, a missing cell.
    #[default]
    Empty,
    /// Text, as stored.
    Text(String),
    /// Text that fills its field to the last byte, and may be cut.
    Cut(String),
    /// A whole number.
    Integer(i64),
    /// A number.
    Real(f64),
    /// A truth value.
    Boolean(bool),
}

impl Cell {
    /// The cell as text without white space at its ends; none where that leaves nothing.
    pub fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Cell::Empty => None,
            Cell::Text(text) | Cell::Cut(text) => {
                let text = text.trim();
                (!text.is_empty()).then_some(Cow::Borrowed(text))
            }
            Cell::Integer(number) => Some(Cow::Owned(number.to_string())),
            Cell::Real(number) => Some(Cow::Owned(number.to_string())),
            Cell::Boolean(truth) => Some(Cow::Owned(truth.to_string())),
        }
    }

    /// The cell as a finite number, where it is one or is text that spells one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Cell::Integer(number) => Some(*number as f64),
            Cell::Real(number) => Some(*number),
            Cell::Text(text) | Cell::Cut(text) => text.trim().parse().ok(),
            Cell::Empty | Cell::Boolean(_) => None,
        }
        .filter(|number| number.is_finite())
    }
}

/// A column of a layer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Column {
    /// The name as the file spells it.
    pub name: String,
    /// A longer name that the file gives for people, where it does.
    pub alias: Option<String>,
    /// A longer name that metadata beside the file give, where they do.
    pub documented: Option<String>,
    /// The type that the file declares (`text`, `integer`, `real`, `boolean`, `date`,
    /// `time`, `binary`), where it
    /// declares one.
    pub declared: Option<&'static str>,
}

/// One row of a layer. `cells` has one entry for each of the layer's columns, in their order.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// The row's number in the file, as [`At::row`] counts.
    pub number: u64,
    /// The cells, in the order of the layer's columns.
    pub cells: Vec<Cell>,
    /// The geometry in the layer's coordinate system; none for tables and null shapes.
    pub geometry: Option<geo::Geometry<f64>>,
}

/// The rows of a layer as a stream. An error for which [`crate::Error::is_one_row`] holds loses
/// one row and the stream goes on; any other ends it.
pub type Rows<'a> = Box<dyn Iterator<Item = Result<Row>> + Send + 'a>;

/// The coordinate system of a layer's geometry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Crs {
    /// Longitude and latitude on WGS 84, stated.
    Wgs84,
    /// Not stated; taken as longitude and latitude on WGS 84.
    #[default]
    Unstated,
    /// Another system, as the file states it (WKT, or `EPSG:4214`).
    Other(String),
}

/// A layer: one table of a file, opened but not yet read.
#[derive(Clone)]
pub struct Layer {
    /// The layer's name: a sheet, a table of a geodatabase, or the file's stem.
    pub name: String,
    /// The format it was read from.
    pub format: Format,
    /// The file, and the layer where the file has several.
    pub at: At,
    /// The columns, in the file's order.
    pub columns: Vec<Column>,
    /// Whether rows carry geometry.
    pub spatial: bool,
    /// The coordinate system.
    pub crs: Crs,
    /// The metadata that document its columns, where there are any.
    pub documented_by: Option<PathBuf>,
    /// What was assumed or mended on opening, for people.
    pub notes: Vec<String>,
    reader: Arc<Reader>,
    /// The same in blocks, where the format can be cut before it is read.
    blocks: Option<Arc<BlockReader>>,
}

impl fmt::Debug for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layer")
            .field("at", &self.at)
            .field("format", &self.format)
            .field("columns", &self.columns)
            .field("crs", &self.crs)
            .field("notes", &self.notes)
            .finish_non_exhaustive()
    }
}

/// Starts a fresh pass over a layer's rows.
type Reader = dyn Fn() -> Result<Rows<'static>> + Send + Sync;

/// Starts a fresh pass over a layer's blocks.
type BlockReader = dyn Fn() -> Result<block::Blocks> + Send + Sync;

impl Layer {
    /// The rows, from the first; each call is a fresh pass.
    pub fn rows(&self) -> Result<Rows<'static>> {
        (self.reader)()
    }

    /// The index of a column by its name, letter case aside.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name.trim().eq_ignore_ascii_case(name))
    }

    /// A layer whose rows are already in memory.
    pub fn in_memory(
        name: &str,
        format: Format,
        at: At,
        columns: Vec<Column>,
        rows: Vec<Row>,
    ) -> Self {
        let spatial = rows.iter().any(|row| row.geometry.is_some());
        let rows = Arc::new(rows);
        Layer {
            name: name.into(),
            format,
            at,
            columns,
            spatial,
            crs: Crs::Unstated,
            documented_by: None,
            notes: Vec::new(),
            reader: Arc::new(move || {
                let rows = Arc::clone(&rows);
                Ok(Box::new((0..rows.len()).map(move |index| Ok(rows[index].clone()))))
            }),
            blocks: None,
        }
    }
}

/// An input. Its checksum takes a pass over all its bytes, so that it is computed only where an
/// output tells it ([`Input::checked`]).
#[derive(Debug, Clone)]
pub struct Input {
    /// The file as the user named it, or the folder of a file geodatabase.
    pub path: PathBuf,
    files: Vec<content::Content>,
}

/// An input with the checksum that says which version of it was read.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Checked {
    /// The file as the user named it, or the folder of a file geodatabase.
    pub path: PathBuf,
    /// SHA-256 of the whole file, in lower-case hexadecimals; of a file geodatabase, of all its
    /// files but locks one after the other, by name.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
}

/// What one path gave: its layers, and the files they came from.
#[derive(Debug)]
pub struct Source {
    /// The files, each with its checksum; a shapefile has several.
    pub inputs: Vec<Input>,
    /// The layers, in the order of their files' names.
    pub layers: Vec<Layer>,
    /// What was passed over, for people.
    pub notes: Vec<String>,
    /// Layers that are there and can't be read, for people.
    pub lost: Vec<String>,
}

impl Input {
    /// A file on disk.
    pub fn of(path: &Path) -> Self {
        content::Content::disk(path).input()
    }

    /// A file that ships with the program.
    pub fn embedded(path: PathBuf, text: &'static str) -> Self {
        content::Content::embedded(path, text).input()
    }

    /// The checksum and the size.
    ///
    /// # Errors
    /// A file that can't be read any more.
    pub fn checked(&self) -> Result<Checked> {
        content::checked(&self.path, &self.files)
    }
}

impl Source {
    /// Whether it is the file geodatabase in this folder.
    fn is_folder(&self, path: &Path) -> bool {
        self.inputs.first().is_some_and(|input| input.path == path)
    }
}

/// A name in lower case, without separators.
pub fn plain(name: &str) -> String {
    name.to_lowercase().chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// Whether a layer's name is another but for a slip of spelling: one letter, or two in a long
/// name. USGS's own are not free of them (`SWA_Mineral_Facilties`).
pub fn is_near(name: &str, other: &str) -> bool {
    let slips = if other.len() > 12 { 2 } else { 1 };
    strsim::levenshtein(name, other) <= slips
}

/// Names for a header's columns, as the file spells them but without white space at their ends:
/// a blank one becomes `column 7`, a second `Name` becomes `Name (2)`. Also what was mended.
fn name_columns<'a>(header: impl Iterator<Item = &'a str>) -> (Vec<String>, Option<String>) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut mended = Vec::new();
    let names = header
        .enumerate()
        .map(|(index, name)| {
            let name = name.trim();
            let base = match name {
                "" => format!("column {}", index + 1),
                name => name.to_owned(),
            };
            let count = seen.entry(base.to_lowercase()).or_default();
            *count += 1;
            let unique = match *count {
                1 => base,
                count => format!("{base} ({count})"),
            };
            if unique != name {
                mended.push(unique.clone());
            }
            unique
        })
        .collect();
    let note = (!mended.is_empty()).then(|| {
        let more = mended.len().saturating_sub(5);
        mended.truncate(5);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("columns with a blank or repeated name were named {}{more}", mended.join(", "))
    });
    (names, note)
}
