//! dBASE tables, which hold the attributes of a shapefile.
//!
//! Read here rather than by a library: records must keep their fields' order, doubles that Esri
//! stores as type `F` must keep all their digits, one bad number must not lose a row, and the text
//! encoding is found by looking at the text.

use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;

use encoding_rs::{BIG5, EUC_KR, Encoding, GB18030, SHIFT_JIS, UTF_8, WINDOWS_1252};

use super::content::{Content, ReadSeek};
use super::encoding::{self, Guess};
use super::{Cell, Column, Format, Layer, Row, name_columns};
use crate::error::{At, Error, Result};
use crate::letters::quoted;

/// A table, opened.
#[derive(Debug, Clone)]
pub(super) struct Table {
    content: Content,
    /// The columns, in the file's order.
    pub columns: Vec<Column>,
    /// What was assumed or mended.
    pub notes: Vec<String>,
    /// How many records the file holds, which is not always what it says.
    pub count: u64,
    fields: Vec<Field>,
    start: u64,
    record: usize,
    encoding: &'static Encoding,
}

#[derive(Debug, Clone)]
struct Field {
    name: Vec<u8>,
    kind: u8,
    offset: usize,
    length: usize,
    decimals: u8,
    /// Whether text that fills the field may be cut.
    tight: bool,
}

/// The longest text that the format allows.
const LONGEST: usize = 254;

/// The shortest field whose text can be taken for cut: narrower ones hold codes.
const NARROW: usize = 10;

/// Opens a table without a shapefile.
pub(super) fn open(content: &Content, code_page: Option<&Content>) -> Result<Layer> {
    let table = Table::open(content, code_page)?;
    let at = content.at();
    Ok(Layer {
        name: content.stem(),
        format: Format::Shapefile,
        at: at.clone(),
        columns: table.columns.clone(),
        spatial: false,
        crs: Default::default(),
        documented_by: None,
        notes: table.notes.clone(),
        blocks: None,
        reader: Arc::new(move || {
            let at = at.clone();
            let rows = table.records()?.zip(1..).map(move |(record, number)| match record? {
                Some(cells) => Ok(Row { number, cells, geometry: None }),
                None => Err(Error::row(at.clone().row(number), "is marked as deleted")),
            });
            Ok(Box::new(rows))
        }),
    })
}

impl Table {
    /// Reads the header, and the text once to settle its encoding.
    pub fn open(content: &Content, code_page: Option<&Content>) -> Result<Self> {
        let damaged = |reason: &str| {
            Error::input(content.at(), format!("is a damaged dBASE table: {reason}")).with_hint(
                "copy it again; beside a .shp, remove it to have the shapes without attributes",
            )
        };
        let cut = || damaged("its header is cut off");
        let head = content.head(u64::from(u16::MAX))?;
        let word = |at: usize| head.get(at..at + 2).map(|two| u16::from_le_bytes([two[0], two[1]]));
        let (Some(start), Some(record)) = (word(8), word(10)) else { return Err(cut()) };
        let declared = match head.get(4..8) {
            Some(&[a, b, c, d]) => u64::from(u32::from_le_bytes([a, b, c, d])),
            _ => return Err(cut()),
        };
        let (start, record) = (usize::from(start), usize::from(record));
        let header = head.get(32..start).ok_or_else(cut)?;
        let mut fields = Vec::new();
        // The first byte of a record says whether it is deleted.
        let mut offset = 1;
        for field in header.chunks_exact(32).take_while(|field| field.first() != Some(&0x0D)) {
            let name = field.get(..11).unwrap_or_default();
            let name = name.split(|byte| *byte == 0).next().unwrap_or_default().to_vec();
            let byte = |at: usize| field.get(at).copied().unwrap_or_default();
            let (kind, decimals) = (byte(11), byte(17));
            let length = match kind {
                // FoxPro keeps the length of long text in both bytes.
                b'C' => usize::from(byte(16)) + 256 * usize::from(decimals),
                _ => usize::from(byte(16)),
            };
            fields.push(Field { name, kind, offset, length, decimals, tight: false });
            offset += length;
        }
        let mut notes = Vec::new();
        if fields.is_empty() {
            notes.push("the .dbf has no fields".into());
        }
        // Some programs count a record without the byte before its fields.
        let last = fields.last().map_or(0, |field: &Field| field.offset);
        if record == 0 || (offset > record && last >= record) {
            return Err(damaged(&format!(
                "its fields take {offset} bytes of {record} in a record"
            )));
        }
        if let Some(field) = fields.last_mut().filter(|_| offset > record) {
            field.length = record - field.offset;
            notes.push(format!(
                "the fields of the .dbf take {offset} bytes of {record} in a record; the last is \
                 cut"
            ));
        }
        let held = content.size()?.saturating_sub(start as u64) / record as u64;
        if declared > held {
            notes.push(format!("the .dbf says it holds {declared} records, but holds {held}"));
        }
        let unread = fields.iter().filter(|field| matches!(field.kind, b'M' | b'G' | b'P'));
        let unread: Vec<_> =
            unread.map(|field| String::from_utf8_lossy(&field.name).into_owned()).collect();
        if !unread.is_empty() {
            notes.push(format!("memo fields are left empty: {}", unread.join(", ")));
        }
        let mut table = Table {
            content: content.clone(),
            columns: Vec::new(),
            notes,
            count: declared.min(held),
            fields,
            start: start as u64,
            record,
            encoding: UTF_8,
        };
        table.settle_encoding(code_page, head.get(29).copied().unwrap_or_default())?;
        let encoding = table.encoding;
        let names: Vec<_> = table
            .fields
            .iter()
            .map(|field| encoding.decode_without_bom_handling(&field.name).0.into_owned())
            .collect();
        let (names, mended) = name_columns(names.iter().map(String::as_str));
        table.notes.extend(mended);
        table.note_cut(&names)?;
        table.columns = names
            .into_iter()
            .zip(&table.fields)
            .map(|(name, field)| Column { name, declared: field.declared(), ..Column::default() })
            .collect();
        Ok(table)
    }

    /// Takes the encoding that the `.cpg` states, else the one that the text and the header's
    /// language mark suggest.
    fn settle_encoding(&mut self, code_page: Option<&Content>, mark: u8) -> Result<()> {
        let mut stated = None;
        if let Some(content) = code_page {
            let label = String::from_utf8_lossy(&content.head(64)?).trim().to_owned();
            match from_label(&label) {
                Some(encoding) => stated = Some(encoding),
                None => {
                    let label = quoted(&label).into_owned();
                    self.notes.push(format!("the .cpg names an unknown encoding: {label}"));
                }
            }
        }
        let mut guess = Guess::new();
        let mut invalid = 0_u64;
        self.fields.iter().for_each(|field| guess.field(&field.name));
        let mut raw = self.raw()?;
        while let Some(record) = raw.next() {
            let record = record?;
            for field in self.fields.iter().filter(|field| field.kind == b'C') {
                let bytes = field.bytes(record);
                match stated {
                    Some(encoding) if encoding::is_valid(encoding, bytes) => {}
                    Some(_) => invalid += 1,
                    None => guess.field(bytes),
                }
            }
        }
        if let Some(encoding) = stated {
            self.encoding = encoding;
            if invalid > 0 {
                self.notes.push(format!(
                    "the .cpg says {}, but {invalid} cells are not valid in it",
                    encoding::name(encoding)
                ));
            }
            return Ok(());
        }
        let guessed = guess.encoding();
        self.encoding = match mark {
            _ if guessed == UTF_8 => UTF_8,
            0x4D | 0x7A => GB18030,
            0x4F | 0x78 => BIG5,
            0x13 | 0x7B => SHIFT_JIS,
            0x4E | 0x79 => EUC_KR,
            _ => guessed,
        };
        if self.encoding != UTF_8 {
            self.notes.push(format!(
                "no .cpg states the attributes' encoding; they are read as {}",
                encoding::name(self.encoding)
            ));
        }
        Ok(())
    }

    /// Counts text that fills its field. In a field narrower than the format allows it is taken
    /// for cut only where other text is shorter: codes of one length fill theirs by design.
    fn note_cut(&mut self, names: &[String]) -> Result<()> {
        let mut counts = vec![(0_u64, 0_u64); self.fields.len()];
        let mut raw = self.raw()?;
        while let Some(record) = raw.next() {
            let record = record?;
            if record.first() == Some(&b'*') {
                continue;
            }
            for (field, (full, shorter)) in self.fields.iter().zip(&mut counts) {
                let bytes = field.bytes(record);
                if field.kind != b'C' || field.length < NARROW {
                    continue;
                }
                match fills(bytes) {
                    true => *full += 1,
                    false if bytes.iter().all(|byte| matches!(byte, b' ' | 0)) => {}
                    false => *shorter += 1,
                }
            }
        }
        for ((field, name), (full, shorter)) in self.fields.iter_mut().zip(names).zip(counts) {
            field.tight = full > 0 && (field.length >= LONGEST || shorter > 0);
            if field.tight {
                let cells = if full == 1 {
                    "1 cell fills all of its".into()
                } else {
                    format!("{full} cells fill all of their")
                };
                self.notes.push(format!(
                    "{name}: {cells} {} bytes and may be cut; of a list cut so the last \
                     entry is left out",
                    field.length
                ));
            }
        }
        Ok(())
    }

    fn raw(&self) -> Result<Raw> {
        let mut reader = self.content.open()?;
        reader.seek(SeekFrom::Start(self.start)).map_err(|cause| self.content.failed(cause))?;
        let content = self.content.clone();
        Ok(Raw { reader, content, buffer: vec![0; self.record], left: self.count })
    }

    /// The records' cells from the first; none for one that is marked as deleted.
    pub fn records(&self) -> Result<impl Iterator<Item = Result<Option<Vec<Cell>>>> + use<>> {
        let mut raw = self.raw()?;
        let fields = self.fields.clone();
        let encoding = self.encoding;
        Ok(std::iter::from_fn(move || {
            let record = match raw.next()? {
                Ok(record) => record,
                Err(error) => return Some(Err(error)),
            };
            let deleted = record.first() == Some(&b'*');
            let cells = || fields.iter().map(|field| field.cell(record, encoding)).collect();
            Some(Ok((!deleted).then(cells)))
        }))
    }
}

/// The bytes of records, one after the other.
struct Raw {
    reader: Box<dyn ReadSeek>,
    content: Content,
    buffer: Vec<u8>,
    left: u64,
}

impl Raw {
    fn next(&mut self) -> Option<Result<&[u8]>> {
        self.left = self.left.checked_sub(1)?;
        match self.reader.read_exact(&mut self.buffer) {
            Ok(()) => Some(Ok(&self.buffer)),
            Err(cause) => {
                self.left = 0;
                Some(Err(self.content.failed(cause)))
            }
        }
    }
}

impl Field {
    fn bytes<'a>(&self, record: &'a [u8]) -> &'a [u8] {
        record.get(self.offset..self.offset + self.length).unwrap_or_default()
    }

    fn declared(&self) -> Option<&'static str> {
        match self.kind {
            b'C' | b'M' => Some("text"),
            b'N' if self.decimals == 0 => Some("integer"),
            b'I' | b'+' => Some("integer"),
            b'N' | b'F' | b'B' | b'O' | b'Y' => Some("real"),
            b'L' => Some("boolean"),
            b'D' | b'T' | b'@' => Some("date"),
            _ => None,
        }
    }

    fn cell(&self, record: &[u8], encoding: &'static Encoding) -> Cell {
        let bytes = self.bytes(record);
        match self.kind {
            b'N' | b'F' => number(bytes),
            b'L' => match bytes.first() {
                Some(b'T' | b't' | b'Y' | b'y' | b'1') => Cell::Boolean(true),
                Some(b'F' | b'f' | b'N' | b'n' | b'0') => Cell::Boolean(false),
                _ => Cell::Empty,
            },
            b'D' => date(bytes),
            b'I' | b'+' => match bytes {
                &[a, b, c, d] => Cell::Integer(i32::from_le_bytes([a, b, c, d]).into()),
                _ => Cell::Empty,
            },
            b'B' | b'O' => match <[u8; 8]>::try_from(bytes) {
                Ok(bytes) => Cell::Real(f64::from_le_bytes(bytes)),
                Err(_) => text(bytes, encoding),
            },
            b'Y' => match <[u8; 8]>::try_from(bytes) {
                Ok(bytes) => Cell::Real(i64::from_le_bytes(bytes) as f64 / 1e4),
                Err(_) => Cell::Empty,
            },
            b'M' | b'G' | b'P' => Cell::Empty,
            _ => match text(bytes, encoding) {
                Cell::Text(mut text) if self.tight && fills(bytes) => {
                    // The rest of a character that was cut in two.
                    while text.ends_with(char::REPLACEMENT_CHARACTER) {
                        text.pop();
                    }
                    Cell::Cut(text)
                }
                cell => cell,
            },
        }
    }
}

/// Whether text goes on to the last byte of its field.
fn fills(bytes: &[u8]) -> bool {
    bytes.last().is_some_and(|byte| !matches!(byte, b' ' | 0)) && !bytes.contains(&0)
}

fn text(bytes: &[u8], encoding: &'static Encoding) -> Cell {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let bytes = bytes.get(..end).unwrap_or_default().trim_ascii_end();
    match bytes.is_empty() {
        true => Cell::Empty,
        false => Cell::Text(encoding.decode_without_bom_handling(bytes).0.into_owned()),
    }
}

/// A number written in digits. Stars stand for one that did not fit, and the lowest double for
/// Esri's null: both are empty. What is no number stays text.
fn number(bytes: &[u8]) -> Cell {
    let bytes = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim();
    if text.bytes().all(|byte| byte == b'*') {
        return Cell::Empty;
    }
    match (text.parse(), text.parse::<f64>()) {
        (Ok(integer), _) => Cell::Integer(integer),
        (_, Ok(real)) if real < -1.797e308 => Cell::Empty,
        (_, Ok(real)) => Cell::Real(real),
        _ => Cell::Text(text.to_owned()),
    }
}

fn date(bytes: &[u8]) -> Cell {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_matches([' ', '\0']);
    if text.bytes().all(|byte| byte == b'0') {
        return Cell::Empty;
    }
    match (text.get(..4), text.get(4..6), text.get(6..8)) {
        (Some(year), Some(month), Some(day)) if text.len() == 8 => {
            Cell::Text(format!("{year}-{month}-{day}"))
        }
        _ => Cell::Text(text.to_owned()),
    }
}

/// The encoding that a `.cpg` names: a label of the web's, or a number of Windows' or Esri's.
fn from_label(label: &str) -> Option<&'static Encoding> {
    let lower = label.to_ascii_lowercase();
    let digits = lower.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    match digits {
        "936" | "20936" | "54936" => Some(GB18030),
        "950" => Some(BIG5),
        "932" => Some(SHIFT_JIS),
        "949" => Some(EUC_KR),
        "65001" => Some(UTF_8),
        "1252" | "88591" => Some(WINDOWS_1252),
        "1250" | "1251" | "1253" | "1254" | "1255" | "1256" | "1257" | "1258" => {
            Encoding::for_label(format!("windows-{digits}").as_bytes())
        }
        _ => match Encoding::for_label(lower.as_bytes())? {
            encoding if encoding.name() == "GBK" => Some(GB18030),
            encoding => Some(encoding),
        },
    }
}

/// The place of a table's record.
pub(super) fn ends_early(at: &At, number: u64) -> Error {
    Error::row(at.clone().row(number), "has no attributes: the .dbf ends before it")
}
