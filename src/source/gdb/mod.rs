//! Esri file geodatabases: a folder of tables, of ArcGIS 9 and 10 and of Pro, read without any
//! help of Esri's.
//!
//! Esri has not published the format. This reader follows the specification that Even Rouault
//! worked out and keeps at <https://github.com/rouault/dump_gdbtable/wiki/FGDB-Spec>, and was
//! held against GDAL.
//!
//! - **Folder.** Each table is `a%08x.gdbtable`, with `a%08x.gdbtablx` beside it that says where
//!   its rows lie. What else there is are indexes of values and places, which reading does
//!   without. Table 1 lists all tables by name; a row's number there is the number in the file's
//!   name. Names in `GDB_` are the system's own: in ArcGIS 10, `GDB_Items` has an XML definition
//!   of each table. ([`catalog`], [`definition`])
//! - **`.gdbtable`.** A header of 40 bytes: the version, 3, or 4 where row numbers have 64 bits
//!   (since Pro 3.2); the count of rows; at byte 32, the offset of the fields' description. That
//!   begins with its length and the layer's kind of geometry, and flags (text in UTF-8, not
//!   UTF-16; Z; M), and has for each field a name, an alias, a type and what belongs to it: for
//!   geometry, the coordinate system as WKT and the grid of its positions. ([`table`], [`field`])
//! - **Rows.** A length, then a bit for each nullable field, set where it is null, then the other
//!   values in the order of their fields, without gaps. Texts, XML, binaries and shapes begin with
//!   their length. Row numbers (the field `OBJECTID`) are not stored. ([`table`], [`value`])
//! - **`.gdbtablx`.** Offsets of rows by number, in blocks of 1024; zero for deleted rows. A
//!   bitmap at the end says which blocks are there, where some are not. ([`index`])
//! - **Shapes.** Positions are whole numbers on the table's grid, each told by its distance from
//!   the one before it, in bytes of seven bits ([`scan`]). Z, M and curves follow behind the
//!   positions in the plane. ([`geometry`])
//!
//! What becomes of it: a row's number is its `OBJECTID`, which is a column besides. Dates are
//! ISO 8601 text without a time zone, which the format does not have; those at midnight have no
//! time. GUIDs are text in braces. Binaries of up to 32 bytes are hexadecimals; longer ones and
//! rasters are empty, with a note. Values of coded domains are the codes,
//! which a note explains. Curves are drawn through
//! their vertices, with a note. Multipatches are refused row by row.
//!
//! No count in a file is trusted: what is allocated is bounded by the bytes that are there, and
//! all rows together by the table's size, since sound rows don't overlap.

mod catalog;
mod definition;
mod field;
mod geometry;
mod index;
mod scan;
mod table;
mod value;
mod window;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::field::Kind;
use self::scan::{Damage, Scan};
use self::table::{Failure, Table};
use super::content::Content;
use super::{Column, Crs, Format, Input, Layer, crs, name_columns};
use crate::error::{At, Error, Result};

/// What to do about a damaged file.
const AGAIN: &str = "copy or download the whole geodatabase again; if ArcGIS or QGIS opens it, \
                     export its layers to GeoJSON or csv";

/// A geodatabase's files.
#[derive(Debug)]
pub(super) struct Geodatabase {
    /// The folder as the user named it; in a zip as `archive.zip/x.gdb`.
    pub path: PathBuf,
    /// The files in it, by name.
    pub files: Vec<Content>,
}

/// What a geodatabase holds.
pub(super) struct Contents {
    /// The layers that can be read.
    pub layers: Vec<Layer>,
    /// What was passed over, for people.
    pub notes: Vec<String>,
    /// The layers that can't, for people.
    pub lost: Option<String>,
}

/// Whether a file's name is that of a geodatabase's catalogue, so that its folder is one.
pub(super) fn is_catalog(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.eq_ignore_ascii_case(catalog::CATALOG))
}

/// Whether a file is named as those are that are read.
pub(super) fn is_table(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    ["gdbtable", "gdbtablx", "cdf"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// Whether a file is named like a part of a geodatabase.
pub(super) fn is_part(extension: &str) -> bool {
    ["gdbtable", "gdbtablx", "gdbindexes", "spx", "atx", "freelist"].contains(&extension)
}

impl Geodatabase {
    /// Its layers, in the order of their files, and what was passed over.
    pub fn open(&self) -> Result<Contents> {
        let at = At::file(&self.path);
        let find = |name: &str| self.files.iter().find(|file| is_named(file, name));
        let catalog::Catalog { entries, mut notes } = catalog::read(&at, find)?;
        let mut layers = Vec::new();
        let mut lost = Vec::new();
        for entry in entries {
            let place = at.clone().layer(&entry.name);
            let Some(content) = find(&format!("{}.gdbtable", entry.file)) else {
                let compressed = find(&format!("{}.cdf", entry.file)).is_some();
                lost.push(match compressed {
                    true => format!("{} (is compressed)", entry.name),
                    false => format!("{} (has no {}.gdbtable)", entry.name, entry.file),
                });
                continue;
            };
            match Table::open(&place, content, find(&format!("{}.gdbtablx", entry.file))) {
                Ok(table) => layers.push(layer(place, entry, table)?),
                Err(Failure::Unknown(what)) => lost.push(format!("{} ({what})", entry.name)),
                Err(Failure::Broken(error)) => return Err(error),
            }
        }
        if layers.is_empty() && !lost.is_empty() {
            let reason = format!("has no layer that is read: {}", lost.join(", "));
            return Err(Error::input(at, reason).with_hint(AGAIN));
        }
        let told = (!lost.is_empty())
            .then(|| format!("{}: layers not read: {}", self.path.display(), lost.join(", ")));
        if layers.is_empty() {
            notes.push(format!("{}: has no layers", self.path.display()));
        }
        Ok(Contents { layers, notes, lost: told })
    }

    /// The folder as one input. What is hashed are all its files one after the other, by name,
    /// but for locks, which tell who has it open: `cat x.gdb/* | sha256sum` in the C locale gives
    /// the same.
    pub fn input(&self) -> Input {
        let files = self.files.iter().filter(|file| file.extension() != "lock");
        Input { path: self.path.clone(), files: files.cloned().collect() }
    }
}

fn is_named(file: &Content, name: &str) -> bool {
    file.path.file_name().is_some_and(|other| other.eq_ignore_ascii_case(name))
}

fn layer(at: At, entry: catalog::Entry, mut table: Table) -> Result<Layer> {
    let mut notes = std::mem::take(&mut table.notes);
    notes.extend(entry.notes);
    let cells: Vec<_> = table.cells().collect();
    let (names, mended) = name_columns(cells.iter().map(|field| field.name.as_str()));
    notes.extend(mended);
    let columns = cells.iter().zip(names).map(|(field, name)| {
        let alias = Some(field.alias.trim()).filter(|alias| is_alias(alias, &field.name));
        let other = || entry.aliases.get(&field.name.trim().to_lowercase()).map(String::as_str);
        let alias = alias.or_else(|| other().filter(|alias| is_alias(alias, &field.name)));
        Column {
            name,
            alias: alias.map(str::to_owned),
            declared: field.declared(),
            ..Column::default()
        }
    });
    let columns = columns.collect();
    let named = |is: fn(&Kind) -> bool| {
        let fields = cells.iter().filter(|field| is(&field.kind));
        fields.map(|field| field.name.as_str()).collect::<Vec<_>>().join(", ")
    };
    let binary = named(|kind| *kind == Kind::Binary);
    if !binary.is_empty() {
        notes.push(format!(
            "binary values of more than {} bytes are left empty: {binary}",
            value::SHOWN
        ));
    }
    let rasters = named(|kind| matches!(kind, Kind::Raster | Kind::RasterElsewhere));
    if !rasters.is_empty() {
        notes.push(format!("rasters are left empty: {rasters}"));
    }
    let crs = match table.shape().map(|shape| shape.wkt.trim()) {
        None => Crs::Unstated,
        // A geodatabase writes a GUID for a system that was not told.
        Some(wkt) if wkt.is_empty() || wkt.starts_with('{') => {
            notes.push("no coordinate system is stated; coordinates are taken as WGS 84".into());
            Crs::Unstated
        }
        Some(wkt) => crs::recognise(wkt),
    };
    let spatial = table.shape().is_some();
    let table = Arc::new(table);
    if table.has_curves()? {
        notes.push("curves are drawn as straight lines through their vertices".into());
    }
    Ok(Layer {
        name: entry.name,
        format: Format::Geodatabase,
        at,
        columns,
        spatial,
        crs,
        documented_by: None,
        notes,
        blocks: None,
        reader: Arc::new(move || Ok(Box::new(table.records()?))),
    })
}

/// Whether an alias tells anything beside the name.
fn is_alias(alias: &str, name: &str) -> bool {
    !alias.is_empty() && alias != name.trim()
}

/// The error of a damaged file, which names it and the byte.
fn damaged(at: &At, content: &Content, Damage { at: byte, reason }: Damage) -> Error {
    let file = file_name(content);
    Error::input(at.clone(), format!("{file} is damaged at byte {byte}: {reason}")).with_hint(AGAIN)
}

fn file_name(content: &Content) -> String {
    content.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
