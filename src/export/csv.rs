//! CSV: a line a site, with the properties of the GeoJSON as columns.
//!
//! Differences that a flat table asks for: `record` and `curation` are four columns each, a product
//! is told in words (`Rare Earths, Oxide, 4 kmt a year`), the
//! location is `longitude` and `latitude`, lists are joined by `; `, and null is an empty cell. Text that
//! a spreadsheet would run as a formula (it begins with `=`, `+`, `-`, `@`, a tab or a
//! carriage return) gets an apostrophe before it; numbers stay as they are.
//!
//! Another coordinate system adds three columns at the end: `x`, `y` and `crs`, which names it.

use std::borrow::Cow;
use std::fmt::{Display, Write as _};
use std::io::{self, Write};

use super::projected::Projected;
use crate::property::{PROPERTIES, Value};
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
    let mut csv = csv::Writer::from_writer(out);
    let more = system.iter().flat_map(|_| IN_SYSTEM);
    csv.write_record(PROPERTIES.iter().map(|property| property.name).chain(more))
        .map_err(io_error)?;
    let mut line = Line { csv, cell: String::new() };
    for site in sites {
        line.site(site)?;
        if let Some(system) = system {
            line.coordinates(system, site)?;
        }
        line.end()?;
    }
    line.csv.flush()
}

/// The line under way; `cell` is reused from cell to cell.
struct Line<W: Write> {
    csv: csv::Writer<W>,
    cell: String,
}

impl<W: Write> Line<W> {
    fn site(&mut self, site: &Site) -> io::Result<()> {
        PROPERTIES.iter().try_for_each(|property| self.value(&property.value(site)))
    }

    fn value(&mut self, value: &Value<'_>) -> io::Result<()> {
        match value {
            Value::None => self.csv.write_field("").map_err(io_error),
            Value::Text(text) => self.text(text),
            Value::Real(number) => self.plain(Some(number)),
            Value::Integer(number) => self.plain(Some(number)),
            Value::Boolean(truth) => self.plain(Some(truth)),
            Value::List(items) => {
                let list = items.join("; ");
                self.text(&list)
            }
        }
    }

    fn coordinates(&mut self, system: &Projected, site: &Site) -> io::Result<()> {
        let place = site.point.and_then(|point| system.coordinates(point));
        self.plain(place.map(|[x, _]| x))?;
        self.plain(place.map(|[_, y]| y))?;
        // As it is, since programs read it: no source but the user gives it.
        self.plain(Some(system.system.id()))
    }

    fn end(&mut self) -> io::Result<()> {
        self.csv.write_record(None::<&[u8]>).map_err(io_error)
    }

    fn text(&mut self, text: &str) -> io::Result<()> {
        self.csv.write_field(shielded(text).as_bytes()).map_err(io_error)
    }

    fn plain(&mut self, value: Option<impl Display>) -> io::Result<()> {
        self.cell.clear();
        if let Some(value) = value {
            write!(self.cell, "{value}").map_err(io::Error::other)?;
        }
        self.csv.write_field(&self.cell).map_err(io_error)
    }
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
