//! Records of text with quotes, by the `csv` crate.

use std::io::Read;

use csv::{ReaderBuilder, StringRecord, Terminator};

use super::{Dialect, is_blank};
use crate::error::{At, Error, Result};

/// Records that hold anything, with their row numbers.
pub(super) struct Records<R> {
    /// The record read last.
    pub record: StringRecord,
    reader: csv::Reader<R>,
    terminator: u8,
    at: At,
    /// Lines of the file before what is read here.
    before: u64,
    /// Line breaks within quotes so far.
    within: u64,
    number: u64,
    failed: bool,
}

impl<R: Read> Records<std::io::Chain<R, &'static [u8]>> {
    /// Reads from the start of a record that has row number `before` + 1.
    pub fn new(source: R, dialect: Dialect, at: At, before: u64) -> Self {
        // A last line break makes every record end in one, so that breaks can be counted.
        let end: &'static [u8] = if dialect.terminator == b'\n' { b"\n" } else { b"\r" };
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(dialect.delimiter)
            // Not CRLF: the CR would end the record and hide from the count of lines.
            .terminator(Terminator::Any(dialect.terminator))
            .from_reader(source.chain(end));
        Records {
            record: StringRecord::new(),
            reader,
            terminator: dialect.terminator,
            at,
            before,
            within: 0,
            number: before,
            failed: false,
        }
    }

    /// Reads the next record into [`Self::record`] and gives its row number; none at the end, and
    /// after an error.
    pub fn next(&mut self) -> Option<Result<u64>> {
        while !self.failed {
            match self.reader.read_record(&mut self.record) {
                Ok(false) => return None,
                Ok(true) => {}
                Err(error) => {
                    self.failed = true;
                    let line = self.before + self.reader.position().line();
                    return Some(Err(Error::input(
                        self.at.clone(),
                        format!("cannot be read near line {line}: {error}"),
                    )));
                }
            }
            let breaks = memchr::memchr_iter(b'\n', self.record.as_slice().as_bytes());
            self.within += breaks.count() as u64;
            let line = match self.terminator {
                b'\n' => {
                    let here = (self.reader.position().line() - 1).saturating_sub(self.within);
                    self.before + here
                }
                _ => 0,
            };
            // A record that brings no line break of its own took the last one into its quotes.
            if self.terminator == b'\n' && line <= self.number {
                self.failed = true;
                return Some(Err(unclosed(&self.at, self.number + 1)));
            }
            self.number = line.max(self.number + 1);
            // Of a CRLF the CR is still there.
            if self.record.iter().next_back().is_some_and(|field| field.ends_with('\r')) {
                self.record = shorn(&self.record);
            }
            let filled = |field: &str| match self.record.len() {
                1 => !is_blank(field),
                _ => !field.is_empty(),
            };
            if self.record.iter().any(filled) {
                return Some(Ok(self.number));
            }
        }
        None
    }
}

/// The error of a record whose quote has no end.
pub(super) fn unclosed(at: &At, row: u64) -> Error {
    Error::input(at.clone().row(row), "opens a quote that is never closed")
        .with_hint("close the quote, or write it twice within a quoted field")
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
