//! A text table cut into blocks of whole records, and the rows of a block.
//!
//! Most text has no quotes: then a line is a record, and its fields are found by their delimiters
//! alone. A block with quotes is read by [`Records`], and the cutter looks for its end outside
//! quotes. Both ways give the same rows, which a test holds.

use std::io::{Cursor, Read};

use memchr::{memchr, memchr_iter, memchr2_iter, memrchr};

use super::records::unclosed;
use super::{Dialect, Records, Table, is_blank};
use crate::error::{Error, Result};
use crate::source::Row;
use crate::source::block::{Block, Wanted, put};
use crate::source::content::Content;

/// About how many bytes make a block: some thousand records.
const BLOCK: usize = 1 << 18;

/// A record longer than this is one whose quote was not closed.
const LONGEST: usize = 64 << 20;

/// Cuts a text into blocks.
pub(super) struct Cutter {
    reader: Box<dyn Read + Send>,
    content: Content,
    table: Table,
    /// What was read and not yet given: the start of a record.
    rest: Vec<u8>,
    /// Rows of the file before `rest`, as they are numbered.
    before: u64,
    first: bool,
    ended: bool,
    /// The error of a record at the end whose quote is never closed.
    unclosed: Option<Error>,
}

impl Cutter {
    pub fn new(table: &Table) -> Result<Self> {
        Ok(Cutter {
            reader: table.text.open()?,
            content: table.text.content.clone(),
            table: table.clone(),
            rest: Vec::new(),
            before: 0,
            first: true,
            ended: false,
            unclosed: None,
        })
    }

    /// The bytes of the next block, all that is left at the end of the file, and the line breaks
    /// within their quotes.
    fn cut(&mut self) -> Result<(Vec<u8>, u64)> {
        let mut bytes = std::mem::take(&mut self.rest);
        let mut target = BLOCK;
        loop {
            let missing = target.saturating_sub(bytes.len()) as u64;
            let read = self.reader.by_ref().take(missing).read_to_end(&mut bytes);
            let read = read.map_err(|cause| self.content.failed(cause))? as u64;
            if read < missing {
                self.ended = true;
                return Ok((self.closed(bytes), 0));
            }
            if let Some(cut) = Cut::of(&bytes, self.table.dialect) {
                self.rest = bytes.split_off(cut.end);
                return Ok((bytes, cut.within));
            }
            if target >= LONGEST {
                return Err(unclosed(&self.table.at, self.before + 1));
            }
            target *= 2;
        }
    }

    /// The last bytes without a record whose quote is never closed, which would swallow all behind
    /// it.
    fn closed(&mut self, mut bytes: Vec<u8>) -> Vec<u8> {
        if bytes.last().is_some_and(|byte| *byte != b'\n') {
            bytes.push(b'\n');
        }
        let cut = Cut::of(&bytes, self.table.dialect).unwrap_or(Cut { end: 0, within: 0 });
        if cut.end < bytes.len() {
            bytes.truncate(cut.end);
            let rows = memchr_iter(b'\n', &bytes).count() as u64 - cut.within;
            self.unclosed = Some(unclosed(&self.table.at, self.before + rows + 1));
        }
        bytes
    }
}

impl Iterator for Cutter {
    type Item = Result<Box<dyn Block>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return self.unclosed.take().map(Err);
        }
        let (bytes, within) = match self.cut() {
            Ok(found) => found,
            Err(error) => {
                self.ended = true;
                return Some(Err(error));
            }
        };
        let before = self.before;
        self.before += memchr_iter(b'\n', &bytes).count() as u64 - within.min(bytes.len() as u64);
        let header = if std::mem::take(&mut self.first) { 1 + self.table.above } else { 0 };
        Some(Ok(Box::new(Stretch { table: self.table.clone(), bytes, before, header })))
    }
}

/// Where a block ends.
struct Cut {
    /// After the last record that is whole.
    end: usize,
    /// Line breaks within quotes before there.
    within: u64,
}

impl Cut {
    /// The last end of a record; none where no record ends. A quote opens a field only at its
    /// start, as RFC 4180 has it; another is text.
    fn of(bytes: &[u8], dialect: Dialect) -> Option<Self> {
        let mut best = None;
        let (mut outside, mut within) = (0, 0);
        loop {
            let rest = bytes.get(outside..)?;
            let quote = memchr(b'"', rest);
            let plain = rest.get(..quote.unwrap_or(rest.len()))?;
            if let Some(last) = memrchr(b'\n', plain) {
                best = Some(Cut { end: outside + last + 1, within });
            }
            let Some(quote) = quote.map(|at| outside + at) else { return best };
            let before = quote.checked_sub(1).and_then(|at| bytes.get(at));
            outside = quote + 1;
            if before.is_none_or(|byte| *byte == dialect.delimiter || *byte == b'\n') {
                // Without its end in sight the record is not whole.
                let Some(end) = end_of_quotes(bytes, outside) else { return best };
                within += memchr_iter(b'\n', bytes.get(outside..end)?).count() as u64;
                outside = end;
            }
        }
    }
}

/// Just after the quote that closes what opened before `from`; none where it isn't there, or may
/// be the first of two.
fn end_of_quotes(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += memchr(b'"', bytes.get(at..)?)? + 1;
        if *bytes.get(at)? != b'"' {
            return Some(at);
        }
        at += 1;
    }
}

/// A block of whole records.
struct Stretch {
    table: Table,
    bytes: Vec<u8>,
    /// Rows of the file before it.
    before: u64,
    /// How many records it begins with that are no rows: the header, and what is above it.
    header: usize,
}

impl Block for Stretch {
    fn read(self: Box<Self>, wanted: &Wanted, each: &mut dyn FnMut(Result<&Row>)) {
        match std::str::from_utf8(&self.bytes) {
            Ok(text) if memchr(b'"', text.as_bytes()).is_none() => self.lines(text, wanted, each),
            _ => self.records(wanted, each),
        }
    }

    fn bytes(&self) -> u64 {
        self.bytes.len() as u64
    }
}

impl Stretch {
    /// The rows of text without quotes.
    fn lines(&self, text: &str, wanted: &Wanted, each: &mut dyn FnMut(Result<&Row>)) {
        let delimiter = self.table.dialect.delimiter;
        let mut row = self.table.blank();
        let mut header = self.header;
        row.number = self.before;
        // Where each field of the line ends.
        let mut ends: Vec<usize> = Vec::with_capacity(self.table.width);
        let mut start = 0;
        let marks = memchr2_iter(delimiter, b'\n', text.as_bytes());
        for mark in marks.chain([text.len()]) {
            if text.as_bytes().get(mark) == Some(&delimiter) {
                ends.push(mark);
                continue;
            }
            row.number += 1;
            let line = text.get(start..mark).unwrap_or_default();
            ends.push(start + line.strip_suffix('\r').unwrap_or(line).len());
            let holds_nothing = ends.last().is_some_and(|end| *end == start + ends.len() - 1)
                || (ends.len() == 1 && is_blank(line));
            if holds_nothing {
                // A line of delimiters alone holds nothing either.
            } else if header > 0 {
                header -= 1;
            } else {
                self.line(text, start, &ends, wanted, &mut row, each);
            }
            ends.clear();
            start = mark + 1;
        }
    }

    /// The row of a line that starts at `start` and whose fields end at `ends`.
    fn line(
        &self,
        text: &str,
        start: usize,
        ends: &[usize],
        wanted: &Wanted,
        row: &mut Row,
        each: &mut dyn FnMut(Result<&Row>),
    ) {
        let width = self.table.width;
        let spare = ends.get(width - 1).zip(ends.last());
        let spare = spare.and_then(|(from, to)| text.get(*from..*to)).unwrap_or_default();
        let delimiter = char::from(self.table.dialect.delimiter);
        let is_blank = |text: &str| text.split(delimiter).all(|field| field.trim().is_empty());
        if ends.len() < width || !(spare.is_empty() || is_blank(spare)) {
            return each(Err(self.table.uneven(row.number, ends.len())));
        }
        let mut from = start;
        for (column, (cell, end)) in row.cells.iter_mut().zip(ends).enumerate() {
            if wanted.has(column) {
                put(cell, text.get(from..*end).unwrap_or_default());
            }
            from = end + 1;
        }
        each(Ok(row));
    }

    /// The rows of any text.
    fn records(&self, wanted: &Wanted, each: &mut dyn FnMut(Result<&Row>)) {
        // Text that changed while it was read may be damaged.
        let text = String::from_utf8_lossy(&self.bytes);
        let source = Cursor::new(text.as_bytes());
        let (dialect, at) = (self.table.dialect, self.table.at.clone());
        let mut records = Records::new(source, dialect, at, self.before);
        let mut row = self.table.blank();
        let mut header = self.header;
        while let Some(number) = records.next() {
            match number {
                Ok(_) if header > 0 => header -= 1,
                Ok(number) => each(self.table.row(&records.record, number, wanted, &mut row)),
                Err(error) => each(Err(error)),
            }
        }
    }
}
