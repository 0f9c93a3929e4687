//! CSV: a line a site, with the properties of the GeoJSON as columns.
//!
//! Differences that a flat table asks for: `record` and `curation` are four columns each, a product
//! is told in words (`Rare Earths, Oxide, 4 kmt a year`), the
//! location is `longitude` and `latitude`, lists are joined by `; `, and null is an empty cell. Text that
//! a spreadsheet would run as a formula, a column's name too (it begins with `=`, `+`, `-`, `@`, a
//! tab or a carriage return) gets an apostrophe before it; numbers stay as they are. The character
//! NUL, by which readers tell that a file is no table, is left out.
//!
//! Another coordinate system adds three columns at the end: `x`, `y` and `crs`, which names it.

use std::borrow::Cow;
use std::io::{self, Write};

use super::columns::{Columns, JOINT, is_number};
use super::projected::{Projected, place};
use super::text;
use crate::property::Value;
use crate::site::Site;

/// The columns that another coordinate system adds.
pub const IN_SYSTEM: [&str; 3] = ["x", "y", "crs"];

/// Writes a header and a line for each site.
pub fn write(sites: &[&Site], out: &mut dyn Write) -> io::Result<()> {
    write_in(None, sites, out)
}

/// The same with coordinates in another system beside longitude and latitude; they are empty for
/// a site that has no place there.
pub fn write_in(
    system: Option<&Projected>,
    sites: &[&Site],
    out: &mut dyn Write,
) -> io::Result<()> {
    let columns = Columns::all();
    let mut bytes = head(&columns, system.is_some());
    for site in sites {
        line(site, &columns, system, &mut bytes);
        out.write_all(&bytes)?;
        bytes.clear();
    }
    out.write_all(&bytes)
}

/// The line of the columns' names.
pub fn head(columns: &Columns, projected: bool) -> Vec<u8> {
    let mut line = Line::new(Vec::new());
    columns.fields().iter().for_each(|field| line.cell(|out| title(field.name(), out)));
    let more = IN_SYSTEM.iter().take(if projected { IN_SYSTEM.len() } else { 0 });
    more.for_each(|name| line.cell(|out| quoted(name, out)));
    line.end()
}

/// Puts the line of a site, its end included.
pub fn line(site: &Site, columns: &Columns, system: Option<&Projected>, out: &mut Vec<u8>) {
    let mut line = Line::new(std::mem::take(out));
    for field in columns.fields() {
        line.cell(|out| value(&field.column.value(site), out));
    }
    if let Some(projected) = system {
        let place = place(site, system);
        line.cell(|out| place.into_iter().for_each(|[x, _]| real(x, out)));
        line.cell(|out| place.into_iter().for_each(|[_, y]| real(y, out)));
        // As it is, since programs read it: no source but the user gives it.
        line.cell(|out| quoted(&projected.system.id(), out));
    }
    *out = line.end();
}

/// The line under way.
struct Line {
    out: Vec<u8>,
    start: usize,
    cells: usize,
}

impl Line {
    fn new(out: Vec<u8>) -> Self {
        Line { start: out.len(), out, cells: 0 }
    }

    fn cell(&mut self, put: impl FnOnce(&mut Vec<u8>)) {
        if self.cells > 0 {
            self.out.push(b',');
        }
        self.cells += 1;
        put(&mut self.out);
    }

    fn end(mut self) -> Vec<u8> {
        // A line of nothing would be no line.
        if self.cells == 1 && self.out.len() == self.start {
            self.out.extend_from_slice(b"\"\"");
        }
        self.out.push(b'\n');
        self.out
    }
}

fn value(value: &Value<'_>, out: &mut Vec<u8>) {
    match value {
        Value::None => {}
        Value::Text(text) => words(text, out),
        Value::Real(number) => real(*number, out),
        Value::Integer(number) => text::integer(*number, out),
        Value::Boolean(truth) => out.extend_from_slice(truth.to_string().as_bytes()),
        Value::List(items) => words(&items.join(JOINT), out),
    }
}

/// Text without NUL, which goes first, so that no formula begins behind it.
fn without_nul(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { text.replace('\0', "").into() } else { text.into() }
}

/// Puts text of the data.
fn words(text: &str, out: &mut Vec<u8>) {
    let text = &without_nul(text);
    // A negative number of the user's own table is no formula.
    match text.starts_with('-') && is_number(text) {
        true => quoted(text, out),
        false => quoted(&shielded(text), out),
    }
}

/// Puts a number without an exponent, and a whole one without a decimal point.
fn real(number: f64, out: &mut Vec<u8>) {
    let size = number.abs();
    let is_minus_zero = number == 0.0 && number.is_sign_negative();
    if number.trunc() == number && size < 1e15 && !is_minus_zero {
        // Nothing is lost: it is whole, and small.
        text::integer(number as i64, out);
    } else if (1e-4..1e15).contains(&size) {
        text::degrees(number, out);
    } else {
        out.extend_from_slice(number.to_string().as_bytes());
    }
}

/// Puts a column's name. Readers guess the delimiter by the signs of the first line that stand
/// outside quotes.
fn title(name: &str, out: &mut Vec<u8>) {
    let name = without_nul(name);
    let name = &shielded(&name);
    if name.contains([';', '\t', '|']) { in_quotes(name, out) } else { quoted(name, out) }
}

/// Puts a text, in quotes where it needs them.
fn quoted(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    if !bytes.iter().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r')) {
        return out.extend_from_slice(bytes);
    }
    in_quotes(text, out);
}

fn in_quotes(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for (index, part) in text.as_bytes().split(|byte| *byte == b'"').enumerate() {
        if index > 0 {
            out.extend_from_slice(b"\"\"");
        }
        out.extend_from_slice(part);
    }
    out.push(b'"');
}

/// The system's own error where there is one, so that a closed pipe is known as such.
pub(crate) fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(cause) => cause,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// Text that no spreadsheet runs as a formula.
pub(crate) fn shielded(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn spelt(put: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        put(&mut out);
        String::from_utf8(out).unwrap()
    }

    proptest! {
        #[test]
        fn a_line_is_as_the_csv_crate_writes_it(texts in prop::collection::vec("[a,\"\r\n \\t'é=]*", 1..4)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(&texts).unwrap();
            let mut line = Line::new(Vec::new());
            texts.iter().for_each(|text| line.cell(|out| quoted(text, out)));
            let line = String::from_utf8(line.end()).unwrap();
            prop_assert_eq!(line, String::from_utf8(writer.into_inner().unwrap()).unwrap());
        }

        #[test]
        fn numbers_are_spelt_out(number: f64, millionths in -180_000_000_i32..180_000_000) {
            for number in [number, f64::from(millionths) / 1e6, f64::from(millionths), 1e15, 1e-5, 0.5] {
                prop_assert_eq!(spelt(|out| real(number, out)), number.to_string());
            }
        }
    }
}
