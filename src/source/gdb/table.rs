//! The `.gdbtable`: a header, the fields' descriptions, and rows.

use std::sync::Arc;

use super::super::content::Content;
use super::super::{Cell, Row};
use super::field::{Fault, Field, Kind, Shape};
use super::index::{Index, Offsets};
use super::scan::{Damage, Scan, Scanned};
use super::window::Window;
use super::{damaged, file_name, geometry};
use crate::error::{At, Error, Result};

/// Bytes before anything else.
const HEADER: usize = 40;

/// A table, opened.
#[derive(Debug)]
pub(super) struct Table {
    content: Content,
    at: At,
    index: Option<Index>,
    /// All fields, in the order of their values in a row.
    pub fields: Vec<Field>,
    /// How many values are cells of a row.
    pub columns: usize,
    /// Which field is the geometry.
    geometry: Option<usize>,
    /// Bytes of a row that say which of its values are null.
    nulls: usize,
    is_utf8: bool,
    /// The layer's kind of geometry: 3 for lines, 4 for polygons, 9 for multipatches.
    kind: u8,
    /// What was assumed, for people.
    pub notes: Vec<String>,
}

/// Why a table is not read.
pub(super) enum Failure {
    /// It is of a form that is not known, which does no harm to others.
    Unknown(String),
    /// It is damaged, or the system refused it.
    Broken(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Broken(error)
    }
}

impl Table {
    /// Reads the header and the fields' descriptions. `at` is the place that errors name.
    pub fn open(
        at: &At,
        content: &Content,
        index: Option<&Content>,
    ) -> std::result::Result<Self, Failure> {
        let broken = |damage| damaged(at, content, damage);
        let wrong = |at_byte, reason| damaged(at, content, Damage { at: at_byte, reason });
        let mut window = Window::new(content)?;
        let Some(bytes) = window.get(0, HEADER)? else {
            return Err(wrong(window.size, "its header is cut off").into());
        };
        let mut scan = Scan::new(bytes, 0);
        let version = scan.u32().map_err(broken)?;
        if !matches!(version, 3 | 4) {
            let file = file_name(content);
            return Err(Failure::Unknown(format!("{file} has version {version}, not 3 or 4")));
        }
        let declared = match version {
            3 => u64::from(scan.u32().map_err(broken)?),
            _ => scan.take(12).and_then(|_| scan.u64()).map_err(broken)?,
        };
        let mut scan = Scan::new(bytes.get(32..).unwrap_or_default(), 32);
        let start = scan.u64().map_err(broken)?;
        let length = window.get(start, 4)?.map(|bytes| Scan::new(bytes, start).u32());
        let Some(Ok(length)) = length else {
            return Err(wrong(32, "its fields lie beyond its end").into());
        };
        let Some(bytes) = window.get(start + 4, length as usize)? else {
            return Err(wrong(start, "its fields are cut off").into());
        };
        let mut table = Table {
            content: content.clone(),
            at: at.clone(),
            index: None,
            fields: Vec::new(),
            columns: 0,
            geometry: None,
            nulls: 0,
            is_utf8: true,
            kind: 0,
            notes: Vec::new(),
        };
        table.describe(Scan::new(bytes, start + 4)).map_err(|fault| match fault {
            Fault::Damaged(damage) => Failure::Broken(broken(damage)),
            Fault::Unknown(kind) => {
                let file = file_name(content);
                Failure::Unknown(format!("{file} has a field of type {kind}, which is not known"))
            }
        })?;
        match index {
            Some(index) => table.index = Some(Index::open(index, at, version)?),
            None if declared == 0 => {}
            None => {
                let reason = format!("{} is without its .gdbtablx", file_name(content));
                return Err(Error::input(at.clone(), reason).with_hint(super::AGAIN).into());
            }
        }
        table.note(declared);
        Ok(table)
    }

    /// Reads the fields' descriptions.
    fn describe(&mut self, mut scan: Scan<'_>) -> std::result::Result<(), Fault> {
        let _version = scan.u32()?;
        self.kind = scan.u8()?;
        self.is_utf8 = scan.u8()? & 1 != 0;
        scan.u8()?;
        let dimensions = scan.u8()?;
        let count = scan.u16()?;
        for _ in 0..count {
            let field = Field::read(&mut scan, dimensions)?;
            match field.kind {
                Kind::Geometry(_) if self.geometry.is_some() => {
                    return Err(scan.damage("it has two geometries").into());
                }
                Kind::Geometry(_) => self.geometry = Some(self.fields.len()),
                _ => self.columns += 1,
            }
            self.fields.push(field);
        }
        self.nulls = self.fields.iter().filter(|field| field.nullable).count().div_ceil(8);
        Ok(())
    }

    fn note(&mut self, declared: u64) {
        let Some(index) = &self.index else { return };
        if declared != index.count {
            let file = file_name(&self.content);
            self.notes.push(format!(
                "{file} says it has {declared} rows, but its index has {}",
                index.count
            ));
        }
        if !index.is_numbered {
            self.notes.push(
                "which numbers its rows have is not known, so they are counted from 1".into(),
            );
        }
        if self.kind == 9 {
            self.notes
                .push("its shapes are multipatches (bodies in 3-D), which are not read".into());
        }
    }

    /// The fields whose values are cells of a row: all but the geometry.
    pub fn cells(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| !matches!(field.kind, Kind::Geometry(_)))
    }

    /// Where a field's value stands among the cells of a row.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.cells().position(|field| field.name.eq_ignore_ascii_case(name))
    }

    /// What the table says of its geometry.
    pub fn shape(&self) -> Option<&Shape> {
        match &self.fields.get(self.geometry?)?.kind {
            Kind::Geometry(shape) => Some(shape),
            _ => None,
        }
    }

    /// Whether any shape has a segment that is a curve. Looks through the table, but only where
    /// shapes are lines or polygons.
    pub fn has_curves(self: &Arc<Self>) -> Result<bool> {
        if self.geometry.is_none() || matches!(self.kind, 1 | 2 | 9) {
            return Ok(false);
        }
        let mut records = self.records()?;
        while let Some(record) = records.next_with(Table::curved) {
            match record {
                Ok(true) => return Ok(true),
                Err(error) if !error.is_one_row() => return Err(error),
                Ok(_) | Err(_) => {}
            }
        }
        Ok(false)
    }

    fn curved(&self, _number: u64, mut scan: Scan<'_>) -> Scanned<bool> {
        let nulls = scan.take(self.nulls)?;
        let mut bit = 0;
        for field in &self.fields {
            if is_null(nulls, field, &mut bit) {
                continue;
            }
            match field.kind {
                Kind::Geometry(_) => return Ok(geometry::has_curves(scan.counted()?)),
                _ => field.skip(&mut scan)?,
            }
        }
        Ok(false)
    }

    /// The rows from the first, by number.
    pub fn records(self: &Arc<Self>) -> Result<Records> {
        let offsets = self.index.as_ref().map(Index::offsets).transpose()?;
        let window = Window::new(&self.content)?;
        Ok(Records { table: Arc::clone(self), offsets, window, read: 0 })
    }

    fn row(&self, number: u64, mut scan: Scan<'_>) -> Scanned<Row> {
        let nulls = scan.take(self.nulls)?;
        let mut bit = 0;
        let mut row = Row { number, cells: Vec::with_capacity(self.columns), geometry: None };
        for field in &self.fields {
            let is_null = is_null(nulls, field, &mut bit);
            match &field.kind {
                Kind::ObjectId => row.cells.push(Cell::Integer(number.cast_signed())),
                Kind::Geometry(_) if is_null => {}
                Kind::Geometry(shape) => {
                    row.geometry = geometry::read(&mut scan.within()?, &shape.grid)?;
                }
                _ if is_null => row.cells.push(Cell::Empty),
                _ => row.cells.push(field.cell(&mut scan, self.is_utf8)?),
            }
        }
        Ok(row)
    }
}

/// Whether a field's value is null, and on to the next field's bit.
fn is_null(nulls: &[u8], field: &Field, bit: &mut usize) -> bool {
    if !field.nullable {
        return false;
    }
    let is_set = nulls.get(*bit / 8).is_some_and(|byte| byte & (1 << (*bit % 8)) != 0);
    *bit += 1;
    is_set
}

/// A table's rows as a stream.
pub(super) struct Records {
    table: Arc<Table>,
    /// None where the table has no rows, or no more.
    offsets: Option<Offsets>,
    window: Window,
    /// Bytes that rows took so far.
    read: u64,
}

impl Records {
    /// What is made of the next row that is not deleted, by its number and its bytes.
    fn next_with<T>(
        &mut self,
        make: impl FnOnce(&Table, u64, Scan<'_>) -> Scanned<T>,
    ) -> Option<Result<T>> {
        loop {
            let (number, offset) = match self.offsets.as_mut()?.next()? {
                Ok(entry) => entry,
                Err(error) => return self.end(error),
            };
            let length = match self.window.get(offset, 4) {
                Ok(bytes) => bytes.and_then(|bytes| Scan::new(bytes, offset).i32().ok()),
                Err(error) => return self.end(error),
            };
            let Some(length) = length else {
                return Some(Err(self.lost(number, offset, "the row lies beyond the table's end")));
            };
            // The length of a deleted row is stored as its negative.
            let Ok(length) = usize::try_from(length) else { continue };
            self.read = self.read.saturating_add(4 + length as u64);
            if self.read > self.window.size {
                let damage = Damage { at: offset, reason: "rows lie on top of each other" };
                return self.end(damaged(&self.table.at, &self.table.content, damage));
            }
            let made = match self.window.get(offset + 4, length) {
                Ok(Some(bytes)) => make(&self.table, number, Scan::new(bytes, offset + 4)),
                Ok(None) => Err(Damage { at: offset, reason: "the row is cut off" }),
                Err(error) => return self.end(error),
            };
            return Some(made.map_err(|damage| self.lost(number, damage.at, damage.reason)));
        }
    }

    fn lost(&self, number: u64, at: u64, reason: &str) -> Error {
        let file = file_name(&self.table.content);
        Error::row(self.table.at.clone().row(number), format!("{file}, byte {at}: {reason}"))
    }

    fn end<T>(&mut self, error: Error) -> Option<Result<T>> {
        self.offsets = None;
        Some(Err(error))
    }
}

impl Iterator for Records {
    type Item = Result<Row>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_with(Table::row)
    }
}
