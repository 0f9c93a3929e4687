//! The formats that sites are written in.

use std::path::Path;

use crate::error::{Error, Result};

/// A format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// GeoJSON, RFC 7946: one collection.
    GeoJson,
    /// A sequence of GeoJSON features, RFC 8142: each between a record separator and a line break.
    GeoJsonSeq,
    /// The same without record separators, one feature a line.
    GeoJsonLines,
    /// Comma-separated text.
    Csv,
    /// FlatGeobuf, with its index.
    FlatGeobuf,
    /// GeoPackage: a table of an SQLite database.
    GeoPackage,
    /// GeoParquet 1.1.
    GeoParquet,
}

impl Format {
    /// All formats, in the order of help texts.
    pub const ALL: [Format; 7] = [
        Format::GeoJson,
        Format::GeoJsonSeq,
        Format::GeoJsonLines,
        Format::Csv,
        Format::FlatGeobuf,
        Format::GeoPackage,
        Format::GeoParquet,
    ];

    /// The name of `--format`.
    pub fn name(self) -> &'static str {
        match self {
            Format::GeoJson => "geojson",
            Format::GeoJsonSeq => "geojsonseq",
            Format::GeoJsonLines => "geojsonl",
            Format::Csv => "csv",
            Format::FlatGeobuf => "flatgeobuf",
            Format::GeoPackage => "geopackage",
            Format::GeoParquet => "geoparquet",
        }
    }

    /// The name for people.
    pub fn title(self) -> &'static str {
        match self {
            Format::GeoJson => "GeoJSON",
            Format::GeoJsonSeq => "GeoJSONSeq",
            Format::GeoJsonLines => "GeoJSON lines",
            Format::Csv => "CSV",
            Format::FlatGeobuf => "FlatGeobuf",
            Format::GeoPackage => "GeoPackage",
            Format::GeoParquet => "GeoParquet",
        }
    }

    /// How files of it end, the usual way first.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Format::GeoJson => &["geojson", "json"],
            Format::GeoJsonSeq => &["geojsons"],
            Format::GeoJsonLines => &["geojsonl", "ndjson", "jsonl"],
            Format::Csv => &["csv"],
            Format::FlatGeobuf => &["fgb"],
            Format::GeoPackage => &["gpkg"],
            Format::GeoParquet => &["parquet", "geoparquet", "pq"],
        }
    }

    /// The format of that name or extension, letter case aside.
    pub fn named(name: &str) -> Option<Self> {
        let is = |known: &str| known.eq_ignore_ascii_case(name.trim());
        let found =
            |format: &Self| is(format.name()) || format.extensions().iter().any(|it| is(it));
        Format::ALL.into_iter().find(found)
    }

    /// The format of a file of that name.
    pub fn of_path(path: &Path) -> Option<Self> {
        Format::named(path.extension()?.to_str()?)
    }

    /// Whether it is text, which a terminal can show.
    pub fn is_text(self) -> bool {
        self.is_json() || self == Format::Csv
    }

    /// Whether it is GeoJSON in one of its forms.
    pub fn is_json(self) -> bool {
        matches!(self, Format::GeoJson | Format::GeoJsonSeq | Format::GeoJsonLines)
    }

    /// Whether a column can hold lists; else they are joined to text.
    pub fn has_lists(self) -> bool {
        self.is_json() || self == Format::GeoParquet
    }

    /// The cargo feature that this build lacks and the format needs.
    pub fn missing_feature(self) -> Option<&'static str> {
        match self {
            Format::GeoPackage if !cfg!(feature = "geopackage") => Some("geopackage"),
            Format::GeoParquet if !cfg!(feature = "geoparquet") => Some("geoparquet"),
            _ => None,
        }
    }

    /// Makes sure that this build can write it.
    ///
    /// # Errors
    /// A format whose cargo feature is off, with what to do.
    pub fn available(self) -> Result<()> {
        match self.missing_feature() {
            None => Ok(()),
            Some(feature) => {
                let without = format!("this reemap was built without {}", self.title());
                let hint = format!("build it with --features {feature}");
                Err(Error::usage(without).with_hint(hint))
            }
        }
    }
}
