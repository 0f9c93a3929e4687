//! Where a row gives its longitude and latitude.

use geo::Point;

use crate::error::{At, Error, Notices, Result};
use crate::source::crs::to_wgs84;
use crate::source::{Cell, Layer, Row, Rows};

/// Spellings of a longitude column, lower case, without blanks, dots and underscores.
const LONGITUDE: [&str; 12] = [
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
];

/// Spellings of a latitude column, in the same form and order.
const LATITUDE: [&str; 12] = [
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
    at: At,
    latitude: String,
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
        let latitude = columns
            .and_then(|(_, latitude)| layer.columns.get(latitude))
            .map(|column| column.name.clone())
            .unwrap_or_default();
        Ok(Location { columns, geometry, moved, at: layer.at.clone(), latitude })
    }

    /// The layer's rows, their geometry in longitude and latitude where it counts.
    pub fn rows(&self, layer: &Layer) -> Result<Rows<'static>> {
        if self.geometry && self.moved { layer.rows_wgs84() } else { layer.rows() }
    }

    /// Whether a row gives a location, right or wrong.
    pub fn is_given(&self, row: &Row) -> bool {
        self.stated(row).is_some() || self.drawn(row).is_some()
    }

    /// A row's point. One out of range is reported and gives none: the row itself stays.
    pub fn point(&self, row: &Row, notices: &mut Notices) -> Result<Option<Point<f64>>> {
        let (stated, drawn) = (self.stated(row), self.drawn(row));
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
        if (-180.0..=180.0).contains(&point.x()) && (-90.0..=90.0).contains(&point.y()) {
            return Ok(Some(point));
        }
        let mut at = self.at.clone().row(row.number);
        if !self.latitude.is_empty() {
            at = at.column(&self.latitude);
        }
        let reason = format!(
            "longitude {}, latitude {} is no place on Earth; the site is kept without a location",
            point.x(),
            point.y()
        );
        notices.skip(Error::row(at, reason))?;
        Ok(None)
    }

    /// The location in the columns.
    fn stated(&self, row: &Row) -> Option<Point<f64>> {
        let (longitude, latitude) = self.columns?;
        let number = |column: usize| degrees(row.cells.get(column)?);
        Some(Point::new(number(longitude)?, number(latitude)?))
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

/// A number of degrees; `-999` and the like, which stand for nothing, give none.
fn degrees(cell: &Cell) -> Option<f64> {
    let number = match cell {
        Cell::Text(text) => text.trim().trim_end_matches('°').replace('−', "-").parse().ok()?,
        _ => cell.number()?,
    };
    (number != -999.0 && number != -9999.0 && f64::is_finite(number)).then_some(number)
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
        let columns = names
            .iter()
            .map(|name| Column { name: (*name).into(), alias: None, declared: None })
            .collect();
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
