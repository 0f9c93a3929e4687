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

use super::geojson::{coordinates, kilometres};
use super::projected::Projected;
use crate::dataset;
use crate::resource::Headline;
use crate::site::fact::Amount;
use crate::site::{NearestPort, Site};

/// The columns, in order.
pub const COLUMNS: [&str; 49] = [
    "id",
    "source_id",
    "record_table",
    "record_key",
    "record_file",
    "record_row",
    "name",
    "longitude",
    "latitude",
    "dataset",
    "country",
    "country_code",
    "province",
    "province_code",
    "place_basis",
    "place_distance_km",
    "stated_country",
    "stated_province",
    "segment",
    "segment_confidence",
    "segment_basis",
    "ree_type",
    "ree_type_confidence",
    "ree_type_basis",
    "status",
    "status_certain",
    "status_as_of",
    "deposit_type",
    "commodities",
    "products",
    "ree_minerals",
    "treo_mt",
    "treo_mt_min",
    "treo_mt_max",
    "treo_mt_basis",
    "treo_percent",
    "treo_percent_min",
    "treo_percent_max",
    "treo_percent_basis",
    "resources",
    "resources_unread",
    "references",
    "nearest_port",
    "nearest_port_id",
    "nearest_port_km",
    "curation_confidence",
    "curation_precision",
    "curation_evidence",
    "curation_as_of",
];

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
    csv.write_record(COLUMNS.into_iter().chain(more)).map_err(io_error)?;
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
        let place = &site.place;
        let [longitude, latitude] = match site.point.map(coordinates) {
            Some(degrees) => degrees.map(Some),
            None => [None, None],
        };
        self.text(&site.id)?;
        self.text(&site.source_id)?;
        self.text(&site.record.table)?;
        self.text(site.record.key.as_deref().unwrap_or_default())?;
        self.text(&site.record.file)?;
        self.plain(Some(site.record.row))?;
        self.text(&site.name)?;
        self.plain(longitude)?;
        self.plain(latitude)?;
        self.plain(Some(site.dataset.name()))?;
        for unit in [&place.country, &place.province] {
            self.text(unit.as_ref().map_or("", |unit| &unit.name))?;
            self.text(unit.as_ref().map_or("", |unit| &unit.code))?;
        }
        self.plain(Some(place.basis.name()))?;
        self.plain(place.distance_km.map(kilometres))?;
        self.text(site.stated_country.as_deref().unwrap_or_default())?;
        self.text(site.stated_province.as_deref().unwrap_or_default())?;
        self.plain(Some(&site.segments))?;
        self.plain(site.segments.confidence())?;
        self.text(&site.segments.basis())?;
        self.plain(Some(site.ree_type.value))?;
        self.plain(site.ree_type.confidence)?;
        self.text(&site.ree_type.basis)?;
        self.plain(Some(site.status))?;
        self.plain(Some(site.status_certain))?;
        self.text(dataset::status_as_of(site).unwrap_or_default())?;
        self.list(&site.deposit_types)?;
        self.list(&site.commodities)?;
        self.list(&site.products)?;
        self.list(&site.ree_minerals)?;
        for headline in [site.resources.treo(), site.resources.treo_grade()] {
            let amount = headline.as_ref().map(|headline| headline.amount);
            self.plain(headline.as_ref().map(Headline::value))?;
            self.plain(amount.map(Amount::low))?;
            self.plain(amount.and_then(Amount::high))?;
            self.text(headline.as_ref().map_or("", |headline| &headline.basis))?;
        }
        self.list(&site.resources.texts())?;
        self.list(&site.resources.unread)?;
        self.list(&site.references)?;
        let port = site.nearest_port.as_ref();
        self.text(&port.map(NearestPort::to_string).unwrap_or_default())?;
        self.text(port.map_or("", |port| &port.id))?;
        self.plain(port.map(|port| kilometres(port.distance_km)))?;
        let curation = site.curation.as_ref();
        self.plain(curation.map(|curation| curation.confidence))?;
        self.text(curation.map_or("", |curation| &curation.precision))?;
        for text in [
            curation.and_then(|curation| curation.evidence.as_deref()),
            curation.and_then(|curation| curation.as_of.as_deref()),
        ] {
            self.text(text.unwrap_or_default())?;
        }
        Ok(())
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

    fn list(&mut self, items: &[impl Display]) -> io::Result<()> {
        self.cell.clear();
        for (index, item) in items.iter().enumerate() {
            let gap = if index == 0 { "" } else { "; " };
            write!(self.cell, "{gap}{item}").map_err(io::Error::other)?;
        }
        self.csv.write_field(shielded(&self.cell).as_bytes()).map_err(io_error)
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
