//! Comma-separated text, also with semicolons, tabs or bars: the header names the columns and
//! every cell is text.
//!
//! Rows are numbered as a spreadsheet shows them: blank lines count, a line break within quotes
//! does not. In the rare file whose lines end with a lone CR, blank lines are not counted.
//!
//! A file is cut into blocks of whole records ([`blocks`]), which any thread may read.

mod blocks;
mod records;

use std::io::Read;
use std::sync::Arc;

use csv::StringRecord;

use self::blocks::Cutter;
use self::records::Records;
use super::block::{Blocks, Wanted, gathered, put};
use super::content::Content;
use super::encoding::Text;
use super::title::{passed_over, titles};
use super::{Cell, Column, Format, Layer, Row, Rows, name_columns};
use crate::error::{At, Error, Result};

/// How much of a file decides on its delimiter.
const HEAD: u64 = 1 << 20;

/// Opens a text table.
pub(super) fn open(content: &Content) -> Result<Layer> {
    let text = Text::detect(content)?;
    let mut notes = text.notes();
    let mut head = Vec::new();
    text.open()?.take(HEAD).read_to_end(&mut head).map_err(|cause| content.failed(cause))?;
    let head = String::from_utf8_lossy(&head);
    let dialect = Dialect::of(&head);

    let name = content.stem();
    let at = content.at();
    let above = above_header(&head, dialect);
    let mut records = Records::new(text.open()?, dialect, at.clone(), 0);
    for _ in 0..above {
        let Some(row) = records.next() else { break };
        notes.push(passed_over(row?, records.record.iter()));
    }
    let Some(header) = records.next() else {
        return Err(Error::input(at, "is empty: it has no header row"));
    };
    header?;
    let mut names: Vec<&str> = records.record.iter().collect();
    while names.len() > 1 && names.last().is_some_and(|name| name.trim().is_empty()) {
        names.pop();
    }
    let (names, mended) = name_columns(names.into_iter());
    notes.extend(mended);
    let columns: Vec<Column> =
        names.into_iter().map(|name| Column { name, ..Column::default() }).collect();

    let table = Table { text, dialect, above, width: columns.len(), at: at.clone() };
    let again = table.clone();
    Ok(Layer {
        name,
        format: Format::Csv,
        at,
        columns,
        spatial: false,
        crs: Default::default(),
        documented_by: None,
        notes,
        reader: Arc::new(move || table.rows()),
        blocks: Some(Arc::new(move || again.blocks())),
    })
}

/// The records above the header: a title, or a word on how to read the file.
fn above_header(head: &str, dialect: Dialect) -> usize {
    let mut records = Records::new(std::io::Cursor::new(head), dialect, At::default(), 0);
    let filled = || {
        let read = records.next()?.is_ok();
        read.then(|| records.record.iter().filter(|field| !field.trim().is_empty()).count())
    };
    titles(std::iter::from_fn(filled))
}

/// Whether a line without delimiters holds nothing: white space, or Ctrl-Z, by which files of DOS
/// end.
fn is_blank(line: &str) -> bool {
    line.chars().all(|letter| letter.is_whitespace() || letter == '\u{1A}')
}

/// Whether a text reads as a table: its first records have the same number of fields, above one.
pub(super) fn looks_tabular(text: &str) -> bool {
    let text_of = std::io::Cursor::new(text.to_owned());
    let mut records = Records::new(text_of, Dialect::of(text), At::default(), 0);
    let mut width = || match records.next() {
        Some(Ok(_)) => Some(records.record.len()),
        Some(Err(_)) | None => None,
    };
    let Some(header) = width() else { return false };
    let sample: Vec<usize> = std::iter::from_fn(width).take(5).collect();
    // The last record may be cut off where the text is the head of a file.
    let whole = if sample.len() > 1 { sample.len() - 1 } else { sample.len() };
    header > 1 && !sample.is_empty() && sample.iter().take(whole).all(|width| *width == header)
}

/// A text table, opened.
#[derive(Debug, Clone)]
struct Table {
    text: Text,
    dialect: Dialect,
    /// Records above the header.
    above: usize,
    width: usize,
    at: At,
}

impl Table {
    fn blocks(&self) -> Result<Blocks> {
        // Lines that end with a lone CR are read one by one.
        if self.dialect.terminator == b'\r' { Ok(gathered(self.rows()?)) } else { self.cut() }
    }

    fn cut(&self) -> Result<Blocks> {
        Ok(Box::new(Cutter::new(self)?))
    }

    fn rows(&self) -> Result<Rows<'static>> {
        if self.dialect.terminator == b'\r' {
            return self.records();
        }
        Ok(Box::new(self.cut()?.flat_map(|block| {
            let mut rows = Vec::new();
            match block {
                Ok(block) => block.read(&Wanted::All, &mut |row| rows.push(row.cloned())),
                Err(error) => rows.push(Err(error)),
            }
            rows
        })))
    }

    /// The rows, record by record.
    fn records(&self) -> Result<Rows<'static>> {
        let mut records = Records::new(self.text.open()?, self.dialect, self.at.clone(), 0);
        for _ in 0..=self.above {
            records.next().transpose()?;
        }
        let table = self.clone();
        Ok(Box::new(std::iter::from_fn(move || {
            let number = records.next()?;
            let mut row = table.blank();
            let read = number.and_then(|number| {
                table.row(&records.record, number, &Wanted::All, &mut row).map(|_| ())
            });
            Some(read.map(|()| row))
        })))
    }

    /// Fills a row from a record.
    fn row<'a>(
        &self,
        record: &StringRecord,
        number: u64,
        wanted: &Wanted,
        row: &'a mut Row,
    ) -> Result<&'a Row> {
        // Trailing delimiters without a header are harmless.
        let spare = record.iter().skip(self.width).any(|field| !field.trim().is_empty());
        if spare || record.len() < self.width {
            return Err(self.uneven(number, record.len()));
        }
        row.number = number;
        for (column, (cell, field)) in row.cells.iter_mut().zip(record).enumerate() {
            if wanted.has(column) {
                let broken = field.contains("\r\n").then(|| field.replace("\r\n", "\n"));
                put(cell, broken.as_deref().unwrap_or(field));
            }
        }
        Ok(row)
    }

    /// The error of a record with more fields than the header, or fewer.
    fn uneven(&self, number: u64, fields: usize) -> Error {
        let reason = format!("has {fields} fields where the header has {}", self.width);
        Error::row(self.at.clone().row(number), reason)
    }

    /// A row to be filled again and again.
    fn blank(&self) -> Row {
        Row { number: 0, cells: vec![Cell::Empty; self.width], geometry: None }
    }
}

/// What separates fields and lines.
#[derive(Debug, Clone, Copy)]
struct Dialect {
    delimiter: u8,
    terminator: u8,
}

impl Dialect {
    /// The delimiter that is most frequent in the first line that has any outside quotes; a comma
    /// if none has.
    fn of(head: &str) -> Self {
        let terminator = if head.contains('\n') || !head.contains('\r') { b'\n' } else { b'\r' };
        let mut quoted = false;
        let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
        for byte in head.trim_start().bytes() {
            match byte {
                b'"' => quoted = !quoted,
                b'\n' | b'\r' if !quoted && counts.iter().any(|(_, count)| *count > 0) => break,
                _ if quoted => {}
                _ => {
                    for (delimiter, count) in &mut counts {
                        *count += usize::from(byte == *delimiter);
                    }
                }
            }
        }
        // Of equals the first listed wins.
        let best = counts.iter().rev().max_by_key(|(_, count)| *count);
        let delimiter = best.map_or(b',', |(delimiter, _)| *delimiter);
        Dialect { delimiter, terminator }
    }
}
