//! Where a row gives its longitude and latitude.

use geo::Point;

use super::degrees::{self, Axis, Spelling};
use crate::crs::Note;
use crate::error::{At, Error, Notices, Result};
use crate::letters::quoted;

use crate::source::block::{self, Blocks};
use crate::source::crs::to_wgs84;
use crate::source::{Cell, Layer, Row, Rows};

/// Spellings of a longitude column, lower case, without blanks, dots and underscores.
const LONGITUDE: [&str; 13] = [
    "longitude",
    "lon",
    "long",
    "lng",
    "x",
    "经度",
    "xcoord",
    "longdd",
    "londd",
    "lonwgs84",
    "decimallongitude",
    "pointx",
    "ddlong",
];

/// Spellings of a latitude column, in the same form and order.
const LATITUDE: [&str; 13] = [
    "latitude",
    "lat",
    "lat",
    "lat",
    "y",
    "纬度",
    "ycoord",
    "latdd",
    "latdd",
    "latwgs84",
    "decimallatitude",
    "pointy",
    "ddlat",
];

/// Units that may follow the name in brackets or after a blank: `Longitude (deg)`.
const UNITS: [&str; 8] =
    ["deg", "degree", "degrees", "dd", "decimaldegrees", "decimaldegree", "°", "wgs84"];

/// Degrees by which the columns and the geometry of a row may differ without a word.
const APART: f64 = 0.01;

/// Where the rows of a layer give their location.
#[derive(Debug, Clone)]
pub struct Location {
    columns: Option<(usize, usize)>,
    /// Whether geometry can serve.
    geometry: bool,
    /// Whether it must be brought to WGS 84 first.
    moved: bool,
    /// What to say of its datum, once it is used.
    note: Option<String>,
    at: At,
    names: [String; 2],
}

/// What a row's columns say of its location.
enum Stated {
    /// Both cells are empty, or stand for nothing.
    Nothing,
    /// A location, right or wrong.
    At(Point<f64>),
    /// No location, though something is written: which column, and what is wrong.
    Unread(Axis, String),
}

impl Location {
    /// Finds the longitude and latitude columns, and whether geometry can serve. Columns go
    /// before geometry: they hold the numbers as the source wrote them.
    pub fn of(layer: &Layer, notices: &mut Notices) -> Result<Self> {
        let columns = columns(layer);
        let (mut geometry, mut moved) = (layer.spatial, false);
        if layer.spatial {
            match to_wgs84(&layer.crs, &layer.at) {
                Ok(transform) => moved = transform.is_some(),
                Err(error) if columns.is_none() => return Err(error),
                Err(error) => {
                    notices.note(format!("{error}; the longitude and latitude columns are used"));
                    geometry = false;
                }
            }
        }
        let name = |column: usize| {
            layer.columns.get(column).map(|column| column.name.clone()).unwrap_or_default()
        };
        let names =
            columns.map(|columns| <[usize; 2]>::from(columns).map(name)).unwrap_or_default();
        let note = layer.crs_note().filter(|_| geometry).filter(Note::shows);
        let note = note.map(|note| format!("{}: {}", layer.at, note.text));
        Ok(Location { columns, geometry, moved, note, at: layer.at.clone(), names })
    }

    /// The layer's rows, their geometry in longitude and latitude where it counts.
    pub fn rows(&self, layer: &Layer) -> Result<Rows<'static>> {
        if self.geometry && self.moved { layer.rows_wgs84() } else { layer.rows() }
    }

    /// The columns of longitude and latitude, where there are any.
    pub fn columns(&self) -> Option<(usize, usize)> {
        self.columns
    }

    /// The same in blocks.
    pub fn blocks(&self, layer: &Layer) -> Result<Blocks> {
        let moved = self.geometry && self.moved;
        if moved { Ok(block::gathered(layer.rows_wgs84()?)) } else { layer.blocks() }
    }

    /// Whether a row gives a location, right or wrong.
    pub fn is_given(&self, row: &Row) -> bool {
        let stated = matches!(self.stated(row, &mut Notices::default()), Stated::At(_));
        stated || self.drawn(row).is_some()
    }

    /// A row's point. One out of range, or cells that give none though something is written in
    /// them, are reported and give none: the row itself stays.
    pub fn point(&self, row: &Row, notices: &mut Notices) -> Result<Option<Point<f64>>> {
        let drawn = self.drawn(row).map(|point| self.unwound(point, notices));
        let stated = match self.stated(row, notices) {
            Stated::Nothing => None,
            Stated::At(point) => Some(self.unwound(point, notices)),
            Stated::Unread(axis, reason) => {
                let instead = match drawn {
                    Some(_) => "the geometry counts",
                    None => "the site is kept without a location",
                };
                let reason = format!("{reason}; {instead}");
                notices.skip(Error::row(self.cell(row, axis), reason))?;
                None
            }
        };
        if let (Some(stated), Some(drawn)) = (stated, drawn)
            && ((stated.x() - drawn.x()).abs() > APART || (stated.y() - drawn.y()).abs() > APART)
        {
            notices.note(format!(
                "{}: the geometry lies at {:.4}, {:.4}, the columns say {}, {}; the columns count",
                self.at.clone().row(row.number),
                drawn.x(),
                drawn.y(),
                stated.x(),
                stated.y()
            ));
        }
        let Some(point) = stated.or(drawn) else { return Ok(None) };
        if point.x() == 0.0 && point.y() == 0.0 {
            let reason = "longitude 0, latitude 0 stands for a location that isn't known; the site \
                          is kept without one";
            notices.skip(Error::row(self.cell(row, Axis::Longitude), reason))?;
            return Ok(None);
        }
        if stated.is_none() {
            self.note_datum(notices);
        }
        if (-180.0..=180.0).contains(&point.x()) && (-90.0..=90.0).contains(&point.y()) {
            return Ok(Some(point));
        }
        let (x, y) = (point.x(), point.y());
        // Numbers out of all bounds are short in this form.
        let number = |n: f64| if n.abs() < 1e9 { n.to_string() } else { format!("{n:e}") };
        let guess = match (x.abs(), y.abs()) {
            (..=90.0, ..=180.0) => " (the two may be exchanged)",
            (360.0.., 90.0..) if x.abs() < 1e9 && y.abs() < 1e9 => {
                " (these look like metres of a map, not degrees)"
            }
            _ => "",
        };
        let reason = format!(
            "longitude {}, latitude {} is no place on Earth{guess}; the site is kept without a \
             location",
            number(x),
            number(y)
        );
        let sound = (-90.0..=90.0).contains(&point.y());
        let axis = if sound { Axis::Longitude } else { Axis::Latitude };
        notices.skip(Error::row(self.cell(row, axis), reason))?;
        Ok(None)
    }

    /// The point with its longitude counted from Greenwich both ways, not eastward all around.
    fn unwound(&self, point: Point<f64>, notices: &mut Notices) -> Point<f64> {
        if !(point.x() > 180.0 && point.x() <= 360.0) {
            return point;
        }
        notices.note(format!(
            "{}: longitudes from 180 to 360 are read as west of Greenwich (245 is -115)",
            self.at
        ));
        Point::new(point.x() - 360.0, point.y())
    }

    /// Whether it is the geometry that gives a row's location.
    pub fn is_drawn(&self, row: &Row) -> bool {
        !matches!(self.stated(row, &mut Notices::default()), Stated::At(_))
            && self.drawn(row).is_some()
    }

    /// Notes what the datum of the geometry leaves in doubt, where that shows.
    pub fn note_datum(&self, notices: &mut Notices) {
        if let Some(note) = &self.note {
            notices.note(note);
        }
    }

    /// The place of a row's coordinate.
    fn cell(&self, row: &Row, axis: Axis) -> At {
        let at = self.at.clone().row(row.number);
        let [longitude, latitude] = &self.names;
        let name = match axis {
            Axis::Longitude => longitude,
            Axis::Latitude => latitude,
        };
        if name.is_empty() { at } else { at.column(name) }
    }

    /// What the columns say; spellings that had to be understood are noted.
    fn stated(&self, row: &Row, notices: &mut Notices) -> Stated {
        let Some((longitude, latitude)) = self.columns else { return Stated::Nothing };
        let mut read = |column: usize, axis| {
            degrees(row.cells.get(column).unwrap_or(&Cell::Empty), axis).map(|found| {
                found.map(|(degrees, spelling)| {
                    self.note_spelling(spelling, notices);
                    degrees
                })
            })
        };
        let unread = |axis: Axis, text: &str| {
            let text = quoted(text);
            Stated::Unread(axis, format!("\"{text}\" is no {} in degrees", axis.name()))
        };
        match (read(longitude, Axis::Longitude), read(latitude, Axis::Latitude)) {
            (Ok(Some(longitude)), Ok(Some(latitude))) => {
                Stated::At(Point::new(longitude, latitude))
            }
            (Ok(None), Ok(None)) => Stated::Nothing,
            (Err(text), Err(other)) => Stated::Unread(
                Axis::Longitude,
                format!(
                    "\"{}\" is no longitude in degrees and \"{}\" no latitude",
                    quoted(&text),
                    quoted(&other)
                ),
            ),
            (Err(text), Ok(_)) => unread(Axis::Longitude, &text),
            (Ok(_), Err(text)) => unread(Axis::Latitude, &text),
            (Ok(Some(_)), Ok(None)) => {
                Stated::Unread(Axis::Latitude, "a longitude stands without a latitude".into())
            }
            (Ok(None), Ok(Some(_))) => {
                Stated::Unread(Axis::Longitude, "a latitude stands without a longitude".into())
            }
        }
    }

    fn note_spelling(&self, spelling: Spelling, notices: &mut Notices) {
        let what = match spelling {
            Spelling::Plain => return,
            Spelling::DecimalComma => "a decimal comma (24,5)",
            Spelling::Sexagesimal => {
                "degrees, minutes and seconds or a letter for the hemisphere (24°30'N)"
            }
        };
        notices.note(format!("{}: coordinates with {what} are read as decimal degrees", self.at));
    }

    /// The location of the geometry.
    fn drawn(&self, row: &Row) -> Option<Point<f64>> {
        if !self.geometry {
            return None;
        }
        match row.geometry.as_ref()? {
            geo::Geometry::Point(point) => Some(*point),
            geo::Geometry::MultiPoint(points) => points.0.first().copied(),
            _ => None,
        }
        .filter(|point| point.x().is_finite() && point.y().is_finite())
    }
}

/// The degrees of a cell; `-999` and the like, which stand for nothing, give none, and a filled
/// cell that is no coordinate gives its text back.
fn degrees(cell: &Cell, axis: Axis) -> std::result::Result<Option<(f64, Spelling)>, String> {
    let found = match cell {
        Cell::Integer(_) | Cell::Real(_) => cell.number().map(|number| (number, Spelling::Plain)),
        _ => match cell.text() {
            Some(text) => degrees::read(&text, axis),
            None => return Ok(None),
        },
    };
    let found = found.ok_or_else(|| cell.text().unwrap_or_default().into_owned())?;
    Ok(Some(found).filter(|(number, _)| *number != -999.0 && *number != -9999.0))
}

/// The longitude and the latitude column; both or none.
pub fn columns(layer: &Layer) -> Option<(usize, usize)> {
    let names: Vec<String> = layer.columns.iter().map(|column| plain(&column.name)).collect();
    LONGITUDE.iter().zip(LATITUDE).find_map(|(longitude, latitude)| {
        let find = |wanted: &str| names.iter().position(|name| name == wanted);
        Some((find(longitude)?, find(latitude)?))
    })
}

/// A column name in lower case, without separators and a unit after it.
fn plain(name: &str) -> String {
    let name = name.to_lowercase();
    let squeeze = |text: &str| -> String {
        text.chars()
            .filter(|letter| !letter.is_whitespace() && !"_-.()[]{}:".contains(*letter))
            .collect()
    };
    if let Some((head, unit)) = name.split_once(['(', '[', '_', ' '])
        && UNITS.contains(&squeeze(unit).as_str())
    {
        return squeeze(head);
    }
    squeeze(&name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Column, Format};

    fn layer(names: &[&str]) -> Layer {
        let columns =
            names.iter().map(|name| Column { name: (*name).into(), ..Column::default() }).collect();
        Layer::in_memory("t", Format::Csv, At::file("t.csv"), columns, Vec::new())
    }

    #[test]
    fn usual_spellings_are_found() {
        for names in [
            ["Longitude", "Latitude"],
            ["lon", "lat"],
            ["LNG", "LAT"],
            ["X", "Y"],
            ["经度", "纬度"],
            ["Longitude (deg)", "Latitude (deg)"],
            ["long_dd", "lat_dd"],
        ] {
            assert_eq!(columns(&layer(&names)), Some((0, 1)), "{names:?}");
        }
        assert_eq!(columns(&layer(&["Longitude", "Name"])), None);
        assert_eq!(columns(&layer(&["long name", "lat"])), None);
    }
}
