//! Comma-separated text, also with semicolons, tabs or bars: the header names the columns and
//! every cell is text.
//!
//! Rows are numbered as a spreadsheet shows them: blank lines count, a line break within quotes
//! does not. In the rare file whose lines end with a lone CR, blank lines are not counted.

use std::io::Read;

use csv::{ReaderBuilder, StringRecord, Terminator};

use super::content::Content;
use super::encoding::Text;
use super::{Cell, Column, Format, Layer, Row, name_columns};
use crate::error::{At, Error, Result};

/// How much of a file decides on its delimiter.
const HEAD: u64 = 1 << 20;

/// Opens a text table.
pub(super) fn open(content: &Content) -> Result<Layer> {
    let text = Text::detect(content)?;
    let mut notes: Vec<String> = text.note().into_iter().collect();
    let mut head = Vec::new();
    text.open()?.take(HEAD).read_to_end(&mut head).map_err(|cause| content.failed(cause))?;
    let dialect = Dialect::of(&String::from_utf8_lossy(&head));

    let name = content.stem();
    let at = content.at();
    let mut records = Records::new(text.open()?, dialect, at.clone());
    let header = match records.next() {
        Some(header) => header?.1,
        None => return Err(Error::input(at, "is empty: it has no header row")),
    };
    let mut names: Vec<&str> = header.iter().collect();
    while names.len() > 1 && names.last().is_some_and(|name| name.trim().is_empty()) {
        names.pop();
    }
    let (names, mended) = name_columns(names.into_iter());
    notes.extend(mended);
    let width = names.len();
    let columns = names.into_iter().map(|name| Column { name, ..Column::default() }).collect();

    let place = at.clone();
    Ok(Layer {
        name,
        format: Format::Csv,
        at,
        columns,
        spatial: false,
        crs: Default::default(),
        documented_by: None,
        notes,
        reader: Box::new(move || {
            let mut records = Records::new(text.open()?, dialect, place.clone());
            if let Some(header) = records.next() {
                header?;
            }
            let place = place.clone();
            Ok(Box::new(records.map(move |record| {
                let (number, record) = record?;
                row(&record, number, width, &place)
            })))
        }),
    })
}

/// Whether a text reads as a table: its first records have the same number of fields, above one.
pub(super) fn looks_tabular(text: &str) -> bool {
    let mut records =
        Records::new(std::io::Cursor::new(text.to_owned()), Dialect::of(text), At::default());
    let Some(Ok((_, header))) = records.next() else { return false };
    let sample: Vec<usize> = records.take(5).flatten().map(|(_, record)| record.len()).collect();
    // The last record may be cut off where the text is the head of a file.
    let whole = if sample.len() > 1 { sample.len() - 1 } else { sample.len() };
    header.len() > 1
        && !sample.is_empty()
        && sample.iter().take(whole).all(|width| *width == header.len())
}

fn row(record: &StringRecord, number: u64, width: usize, at: &At) -> Result<Row> {
    // Trailing delimiters without a header are harmless.
    let spare = record.iter().skip(width).any(|field| !field.trim().is_empty());
    if spare || record.len() < width {
        return Err(Error::row(
            at.clone().row(number),
            format!("has {} fields where the header has {width}", record.len()),
        ));
    }
    let cell = |field: &str| match field {
        "" => Cell::Empty,
        text => Cell::Text(text.replace("\r\n", "\n")),
    };
    let cells = record.iter().take(width).map(cell).collect();
    Ok(Row { number, cells, geometry: None })
}

/// What separates fields and lines.
#[derive(Debug, Clone, Copy)]
struct Dialect {
    delimiter: u8,
    terminator: u8,
}

impl Dialect {
    /// The delimiter that is most frequent in the first line outside quotes; a comma if none is.
    fn of(head: &str) -> Self {
        let terminator = if head.contains('\n') || !head.contains('\r') { b'\n' } else { b'\r' };
        let mut quoted = false;
        let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
        for byte in head.trim_start().bytes() {
            match byte {
                b'"' => quoted = !quoted,
                b'\n' | b'\r' if !quoted => break,
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

/// Records that hold anything, with their row numbers.
struct Records<R> {
    reader: csv::Reader<R>,
    terminator: u8,
    at: At,
    /// Line breaks within quotes so far.
    within: u64,
    number: u64,
    failed: bool,
}

impl<R: Read> Records<std::io::Chain<R, &'static [u8]>> {
    fn new(source: R, dialect: Dialect, at: At) -> Self {
        // A last line break makes every record end in one, so that breaks can be counted.
        let end: &'static [u8] = if dialect.terminator == b'\n' { b"\n" } else { b"\r" };
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(dialect.delimiter)
            // Not CRLF: the CR would end the record and hide from the count of lines.
            .terminator(Terminator::Any(dialect.terminator))
            .from_reader(source.chain(end));
        let terminator = dialect.terminator;
        Records { reader, terminator, at, within: 0, number: 0, failed: false }
    }
}

impl<R: Read> Iterator for Records<R> {
    type Item = Result<(u64, StringRecord)>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.failed {
            let mut record = StringRecord::new();
            match self.reader.read_record(&mut record) {
                Ok(false) => return None,
                Ok(true) => {}
                Err(error) => {
                    self.failed = true;
                    let line = self.reader.position().line();
                    return Some(Err(Error::input(
                        self.at.clone(),
                        format!("cannot be read near line {line}: {error}"),
                    )));
                }
            }
            self.within += record.as_slice().bytes().filter(|byte| *byte == b'\n').count() as u64;
            let line = match self.terminator {
                b'\n' => (self.reader.position().line() - 1).saturating_sub(self.within),
                _ => 0,
            };
            // A record that brings no line break of its own took the last one into its quotes.
            if self.terminator == b'\n' && line <= self.number {
                self.failed = true;
                let row = self.number + 1;
                return Some(Err(Error::input(
                    self.at.clone().row(row),
                    "opens a quote that is never closed",
                )
                .with_hint("close the quote, or write it twice within a quoted field")));
            }
            self.number = line.max(self.number + 1);
            // Of a CRLF the CR is still there.
            if record.iter().next_back().is_some_and(|field| field.ends_with('\r')) {
                record = shorn(&record);
            }
            if record.iter().any(|field| !field.is_empty()) {
                return Some(Ok((self.number, record)));
            }
        }
        None
    }
}

/// The record without the CR at the end of its last field.
fn shorn(record: &StringRecord) -> StringRecord {
    let last = record.len().saturating_sub(1);
    let fields = record.iter().enumerate();
    fields
        .map(|(index, field)| match index == last {
            true => field.strip_suffix('\r').unwrap_or(field),
            false => field,
        })
        .collect()
}
