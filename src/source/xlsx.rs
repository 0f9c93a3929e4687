//! Office Open XML workbooks: each sheet that holds cells is a layer.
//!
//! The first row that holds anything is the header, unless it is a title above one. A workbook stores
//! every number as a float; whole ones below 2⁵³ become integers. Dates become ISO 8601 text. A row's
//! number is the sheet's.

use std::fmt;
use std::sync::Arc;

use calamine::{DataRef, ExcelDateTime, Reader, Sheet, SheetType, SheetVisible, Xlsx};

use super::content::{Content, ReadSeek};
use super::panics::caught;
use super::title::{passed_over, titles};
use super::{Cell, Column, Format, Layer, Row, name_columns};
use crate::error::{At, Error, Result};

/// A cell with its row and column in the sheet, counted from 0.
type Placed = (u32, u32, Cell);

/// The most columns that a sheet can have.
const WIDEST: u32 = 16_384;

/// Opens a workbook and loads its sheets.
pub(super) fn open(content: &Content) -> Result<Vec<Layer>> {
    // calamine 0.38 panics where a damaged cell reference overflows.
    caught(|| load(content)).unwrap_or_else(|reason| Err(damaged(content.at(), reason)))
}

fn damaged(at: At, reason: impl fmt::Display) -> Error {
    Error::input(at, format!("is a damaged workbook: {reason}"))
        .with_hint("open it in a spreadsheet program and save it again as xlsx")
}

fn load(content: &Content) -> Result<Vec<Layer>> {
    let mut book: Xlsx<Box<dyn ReadSeek>> =
        Xlsx::new(content.open()?).map_err(|error| damaged(content.at(), error))?;
    let is_hidden = |sheet: &Sheet| sheet.visible != SheetVisible::Visible;
    let sheets = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let (mut hidden, mut sheets): (Vec<Sheet>, Vec<Sheet>) = sheets.cloned().partition(is_hidden);
    if sheets.is_empty() {
        sheets = std::mem::take(&mut hidden);
    }
    let names = |sheets: Vec<Sheet>| sheets.into_iter().map(|sheet| sheet.name).collect();
    let (hidden, sheets): (Vec<String>, Vec<String>) = (names(hidden), names(sheets));
    let mut layers = Vec::new();
    let mut empty = Vec::new();
    for sheet in sheets {
        let at = content.at().layer(&sheet);
        let cells = cells(&mut book, &sheet).map_err(|error| damaged(at.clone(), error))?;
        if let Some((row, column, _)) = cells.iter().find(|(_, column, _)| *column >= WIDEST) {
            let reason = format!("has a cell in row {row}, column {column}, which no sheet has");
            return Err(Error::input(at, reason));
        }
        match layer(sheet.clone(), at, cells) {
            Some(layer) => layers.push(layer),
            None => empty.push(sheet),
        }
    }
    if let Some(first) = layers.first_mut() {
        for (what, sheets) in [("without cells", empty), ("that are hidden", hidden)] {
            if !sheets.is_empty() {
                first.notes.push(format!("sheets {what} are left out: {}", sheets.join(", ")));
            }
        }
    }
    if layers.is_empty() {
        return Err(Error::input(content.at(), "is a workbook without a filled sheet"));
    }
    Ok(layers)
}

fn cells(
    book: &mut Xlsx<Box<dyn ReadSeek>>,
    sheet: &str,
) -> std::result::Result<Vec<Placed>, calamine::XlsxError> {
    let mut reader = book.worksheet_cells_reader(sheet)?;
    let mut cells: Vec<Placed> = Vec::new();
    while let Some(found) = reader.next_cell()? {
        let (row, column) = found.get_position();
        let cell = cell(found.get_value());
        if cell != Cell::Empty {
            cells.push((row, column, cell));
        }
    }
    cells.sort_by_key(|(row, column, _)| (*row, *column));
    Ok(cells)
}

fn cell(data: &DataRef<'_>) -> Cell {
    let text = |text: &str| match text {
        "" => Cell::Empty,
        text => Cell::Text(unescape(text)),
    };
    match data {
        DataRef::Empty => Cell::Empty,
        DataRef::Int(number) => Cell::Integer(*number),
        DataRef::Float(number) => whole(*number),
        DataRef::Bool(truth) => Cell::Boolean(*truth),
        DataRef::String(string) => text(string),
        DataRef::SharedString(string) => text(string),
        DataRef::DateTime(date) => Cell::Text(iso(date)),
        DataRef::DateTimeIso(string) | DataRef::DurationIso(string) => text(string),
        DataRef::Error(error) => Cell::Text(error.to_string()),
    }
}

/// A whole number that a float holds exactly as an integer, any other as it is.
fn whole(number: f64) -> Cell {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() < EXACT {
        Cell::Integer(number as i64)
    } else {
        Cell::Real(number)
    }
}

fn iso(date: &ExcelDateTime) -> String {
    if date.is_duration() {
        return format!("{} days", date.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
    if (hour, minute, second) == (0, 0, 0) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}

/// Undoes the escapes by which a workbook stores control characters: `_x000D_` is a CR (ECMA-376
/// part 1, `ST_Xstring`). A CR LF becomes a plain line break.
fn unescape(text: &str) -> String {
    if !text.contains(['_', '\r']) {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("_x") {
        let (before, escape) = rest.split_at(start);
        plain.push_str(before);
        let character = escape
            .get(2..7)
            .and_then(|code| code.strip_suffix('_'))
            .filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|code| u32::from_str_radix(code, 16).ok())
            .and_then(char::from_u32);
        let length = match character {
            Some(character) => {
                plain.push(character);
                7
            }
            None => {
                plain.push_str("_x");
                2
            }
        };
        rest = escape.get(length..).unwrap_or_default();
    }
    plain.push_str(rest);
    plain.replace("\r\n", "\n")
}

/// The layer of a sheet's cells, which are sorted; none where there are none.
fn layer(name: String, at: At, cells: Vec<Placed>) -> Option<Layer> {
    let rows = || cells.chunk_by(|(row, ..), (other, ..)| row == other);
    let above = titles(rows().map(<[Placed]>::len));
    let passed = rows().take(above).map(|row| {
        let texts: Vec<_> = row.iter().filter_map(|(.., cell)| cell.text()).collect();
        let number = row.first().map_or(0, |(row, ..)| u64::from(*row) + 1);
        passed_over(number, texts.iter().map(|text| &**text))
    });
    let mut notes: Vec<String> = passed.collect();
    let width = cells.iter().map(|(_, column, _)| *column).max()? as usize + 1;
    let mut header = vec![String::new(); width];
    let body = rows().take(above + 1).map(<[Placed]>::len).sum();
    for (_, column, cell) in rows().nth(above)? {
        if let Some(name) = header.get_mut(*column as usize) {
            *name = cell.text().unwrap_or_default().into_owned();
        }
    }
    let (names, mended) = name_columns(header.iter().map(String::as_str));
    notes.extend(mended);
    let columns = names.into_iter().map(|name| Column { name, ..Column::default() }).collect();
    let cells = Arc::new(cells);
    Some(Layer {
        name,
        format: Format::Xlsx,
        at,
        columns,
        spatial: false,
        crs: Default::default(),
        documented_by: None,
        notes,
        blocks: None,
        reader: Arc::new(move || {
            Ok(Box::new(SheetRows { cells: Arc::clone(&cells), next: body, width }))
        }),
    })
}

/// Rows that hold any cell; a sheet stores no others.
struct SheetRows {
    cells: Arc<Vec<Placed>>,
    next: usize,
    width: usize,
}

impl Iterator for SheetRows {
    type Item = Result<Row>;

    fn next(&mut self) -> Option<Self::Item> {
        let number = self.cells.get(self.next)?.0;
        let mut cells = vec![Cell::Empty; self.width];
        while let Some((row, column, cell)) = self.cells.get(self.next)
            && *row == number
        {
            if let Some(place) = cells.get_mut(*column as usize) {
                place.clone_from(cell);
            }
            self.next += 1;
        }
        Some(Ok(Row { number: u64::from(number) + 1, cells, geometry: None }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_of_control_characters_are_undone() {
        assert_eq!(unescape("Aosta_x000D_\nPiedmont"), "Aosta\nPiedmont");
        assert_eq!(unescape("a_x000A_b"), "a\nb");
        assert_eq!(unescape("_x005F_x000D_"), "_x000D_");
        assert_eq!(unescape("index_x, é_xé, _x00"), "index_x, é_xé, _x00");
    }

    #[test]
    fn only_exact_whole_numbers_become_integers() {
        assert_eq!(whole(5029.0), Cell::Integer(5029));
        assert_eq!(whole(1e300), Cell::Real(1e300));
        assert_eq!(whole(41.75), Cell::Real(41.75));
    }
}
