//! What a file is, by its first bytes; the extension decides only where those leave it open.

use super::content::Content;
use super::{csv, encoding, gdb};
use crate::error::Result;

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// A zip archive that is no workbook.
    Zip,
    /// An Office Open XML workbook.
    Xlsx,
    /// Text that begins as JSON does.
    Json,
    /// Delimited text.
    Csv,
    /// Parquet.
    Parquet,
    /// The geometry of a shapefile.
    Shp,
    /// A dBASE table, alone or with a shapefile.
    Dbf,
    /// A file that only helps a shapefile to be read: its index, projection or code page.
    Helper,
    /// FGDC metadata of other files.
    Metadata,
    /// Anything else, named for people with its article.
    Unknown(String),
}

/// How much of a file is looked at.
pub(super) const HEAD: u64 = 1 << 14;

/// Extensions of delimited text.
const TABLES: [&str; 4] = ["csv", "tsv", "tab", "psv"];

/// Extensions of other text.
const TEXTS: [&str; 7] = ["txt", "json", "geojson", "geojsonl", "geojsons", "geojsonseq", "ndjson"];

/// Files that shapefiles bring along.
const HELPERS: [&str; 12] =
    ["shx", "prj", "cpg", "sbn", "sbx", "qix", "qpj", "qmd", "fbn", "fbx", "ain", "aih"];

/// Binary formats by their first bytes.
const MAGIC: [(&[u8], &str); 20] = [
    (b"%PDF", "a PDF"),
    (b"\xD0\xCF\x11\xE0", "an old binary Office file (.xls or .doc)"),
    (b"ARROW1", "an Arrow file"),
    (b"fgb\x03", "a FlatGeobuf"),
    (b"\x1F\x8B", "a gzip archive"),
    (b"7z\xBC\xAF", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xFD7zXZ", "an xz archive"),
    (b"\x28\xB5\x2F\xFD", "a Zstandard archive"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xFF\xD8\xFF", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x7FELF", "a program"),
    (b"MZ", "a program"),
    (b"{\\rtf", "a rich text document"),
    (b"PMTiles", "a PMTiles archive"),
];

/// Looks at a file's first bytes.
pub(super) fn sniff(content: &Content) -> Result<Kind> {
    let head = content.head(HEAD)?;
    let extension = content.extension();
    if head.is_empty() {
        return Ok(Kind::Unknown("an empty file".into()));
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Ok(zipped(content));
    }
    // It may begin with a program that unpacks it.
    if extension == "zip" {
        return Ok(zipped(content));
    }
    if gdb::is_part(&extension) {
        return Ok(Kind::Unknown("a part of a file geodatabase without the rest".into()));
    }
    if HELPERS.contains(&extension.as_str()) {
        return Ok(Kind::Helper);
    }
    if head.starts_with(b"\x00\x00\x27\x0A") {
        return Ok(Kind::Shp);
    }
    if head.starts_with(b"SQLite format 3\0") {
        let name = match head.get(68..72) {
            Some(b"GPKG" | b"GP10" | b"GP11") => "a GeoPackage",
            _ => "an SQLite database",
        };
        return Ok(Kind::Unknown(name.into()));
    }
    if head.starts_with(b"PAR1") {
        return Ok(Kind::Parquet);
    }
    if let Some((_, name)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Ok(Kind::Unknown((*name).into()));
    }
    if is_dbf(&head) {
        return Ok(Kind::Dbf);
    }
    let damaged = match extension.as_str() {
        "shp" => Some(Kind::Shp),
        "dbf" => Some(Kind::Dbf),
        _ => None,
    };
    if head.starts_with(b"\xFF\xFE\0\0") || head.starts_with(b"\0\0\xFE\xFF") {
        return Ok(Kind::Unknown("text in UTF-32".into()));
    }
    let text = match text(&head, &extension) {
        Some(text) => text,
        None => return Ok(damaged.unwrap_or_else(|| Kind::Unknown("a binary file".into()))),
    };
    let whole = (head.len() as u64) < HEAD;
    Ok(damaged.unwrap_or_else(|| textual(&text, &extension, whole)))
}

/// What a text is, by its head or the whole of it.
fn textual(text: &str, extension: &str, whole: bool) -> Kind {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{1E}');
    if TABLES.contains(&extension) {
        // What a server sends in place of a table.
        if start.starts_with("<!") || start.starts_with("<?") || start.starts_with("<html") {
            return Kind::Unknown(match markup(start) {
                Kind::Unknown(what) => format!("{what} under the name of a table"),
                _ => "FGDC metadata under the name of a table".into(),
            });
        }
        if start.starts_with("{\"") {
            return Kind::Unknown("JSON under the name of a table".into());
        }
    } else {
        let hints = ["\"Feature", "\"features\"", "\"coordinates\"", "\"geometries\""];
        let hinted = || hints.iter().any(|hint| text.contains(hint));
        if start.starts_with('{') && (!whole || hinted() || extension.contains("geojson")) {
            return Kind::Json;
        }
        if start.starts_with(['{', '[']) {
            return Kind::Unknown(other_json(text).into());
        }
        if start.starts_with('<') {
            return markup(start);
        }
    }
    if start.is_empty() {
        return Kind::Unknown("a file of nothing but white space".into());
    }
    if TABLES.contains(&extension) || csv::looks_tabular(text) {
        return Kind::Csv;
    }
    Kind::Unknown("text without columns".into())
}

/// What JSON that is no GeoJSON is, by its head.
pub(super) fn other_json(text: &str) -> &'static str {
    match ["\"Topology\"", "\"objects\""].iter().all(|part| text.contains(part)) {
        true => "a TopoJSON",
        false => "JSON that is not GeoJSON",
    }
}

fn markup(text: &str) -> Kind {
    let head = text.char_indices().nth(2048).map_or(text, |(end, _)| text.split_at(end).0);
    let lower = head.to_lowercase();
    let has = |tag: &str| lower.contains(tag);
    let name = if has("<kml") {
        "a KML file"
    } else if has("<gpx") {
        "a GPX file"
    } else if has("opengis.net/gml") || has("<gml") {
        "a GML file"
    } else if has("<metadata") {
        return Kind::Metadata;
    } else if has("<html") || has("<!doctype html") {
        "a web page"
    } else if has("<svg") {
        "an SVG picture"
    } else {
        "an XML file"
    };
    Kind::Unknown(name.into())
}

/// The head as text; none where it is not text. A character cut off at the end is let go. What is
/// named as text may hold stray control characters.
fn text(head: &[u8], extension: &str) -> Option<String> {
    let marked = encoding_rs::Encoding::for_bom(head).map(|(encoding, _)| encoding);
    if let Some(encoding) = marked.or_else(|| encoding::utf16_without_mark(head)) {
        return Some(encoding.decode(head).0.into_owned());
    }
    let count = |is: fn(&u8) -> bool| head.iter().filter(|byte| is(byte)).count();
    let nuls = count(|byte| *byte == 0);
    let controls = count(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=29));
    let is_text = match TABLES.contains(&extension) || TEXTS.contains(&extension) {
        true => nuls <= head.len() / 100 + 1 && controls <= head.len() / 4 + 1,
        false => controls == 0,
    };
    is_text.then(|| String::from_utf8_lossy(head).into_owned())
}

/// Whether a dBASE header makes sense: a known version, a date, sizes that fit each other.
fn is_dbf(head: &[u8]) -> bool {
    let [version, _, month, day, _, _, _, _, h0, h1, r0, r1, ..] = head else { return false };
    let header = u16::from_le_bytes([*h0, *h1]);
    let record = u16::from_le_bytes([*r0, *r1]);
    let known = [0x02, 0x03, 0x30, 0x31, 0x32, 0x43, 0x63, 0x83, 0x8B, 0xCB, 0xF5, 0xFB];
    // Some versions are letters or digits, but no text holds zero bytes.
    let binary = head.iter().take(32).any(|byte| *byte == 0);
    binary && known.contains(version) && *month <= 12 && *day <= 31 && header >= 33 && record >= 1
}

/// What a zip holds, by the names in it.
fn zipped(content: &Content) -> Kind {
    let Ok(reader) = content.open() else { return Kind::Zip };
    let Ok(archive) = ::zip::ZipArchive::new(reader) else { return Kind::Zip };
    let has = |name: &str| archive.index_for_name(name).is_some();
    let unknown = |name: &str| Kind::Unknown(name.into());
    if has("xl/workbook.bin") {
        unknown("a binary workbook (.xlsb)")
    } else if has("xl/workbook.xml") {
        Kind::Xlsx
    } else if has("word/document.xml") {
        unknown("a Word document")
    } else if has("ppt/presentation.xml") {
        unknown("a PowerPoint presentation")
    } else if has("mimetype") && has("content.xml") {
        unknown("an OpenDocument file")
    } else if has("doc.kml") {
        unknown("a KMZ file")
    } else if has("[Content_Types].xml") && content.extension().starts_with("xls") {
        Kind::Xlsx
    } else {
        Kind::Zip
    }
}
