//! Boxes in degrees.

use std::fmt;
use std::str::FromStr;

use geo::Point;
use serde::Deserialize;

/// A box in degrees of longitude and latitude, its edges included. Where `west > east` it
/// crosses the antimeridian.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(try_from = "[f64; 4]")]
pub struct Bbox {
    /// The western edge.
    pub west: f64,
    /// The southern edge.
    pub south: f64,
    /// The eastern edge.
    pub east: f64,
    /// The northern edge.
    pub north: f64,
}

impl Bbox {
    /// Whether a point lies inside or on the edge.
    pub fn contains(&self, point: Point<f64>) -> bool {
        let (x, y) = (point.x(), point.y());
        let between = if self.west <= self.east {
            self.west <= x && x <= self.east
        } else {
            x >= self.west || x <= self.east
        };
        between && self.south <= y && y <= self.north
    }
}

impl TryFrom<[f64; 4]> for Bbox {
    type Error = String;

    fn try_from([west, south, east, north]: [f64; 4]) -> std::result::Result<Self, String> {
        let bbox = Bbox { west, south, east, north };
        if ![west, east].iter().all(|x| (-180.0..=180.0).contains(x)) {
            return Err(format!("{bbox}: longitudes run from -180 to 180"));
        }
        if ![south, north].iter().all(|y| (-90.0..=90.0).contains(y)) {
            return Err(format!("{bbox}: latitudes run from -90 to 90 (the order is W,S,E,N)"));
        }
        if south > north {
            return Err(format!("{bbox}: south lies north of north (the order is W,S,E,N)"));
        }
        Ok(bbox)
    }
}

impl FromStr for Bbox {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let edges = text
            .split(',')
            .map(|edge| edge.trim().parse::<f64>())
            .collect::<std::result::Result<Vec<_>, _>>()
            .ok()
            .and_then(|edges| <[f64; 4]>::try_from(edges).ok())
            .ok_or("a box is four numbers, W,S,E,N in degrees, such as 73,18,135,54")?;
        Bbox::try_from(edges)
    }
}

impl fmt::Display for Bbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{},{},{}", self.west, self.south, self.east, self.north)
    }
}

/// One box as four numbers, or a list of boxes.
pub(super) fn boxes<'de, D: serde::Deserializer<'de>>(
    source: D,
) -> std::result::Result<Vec<Bbox>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Boxes {
        One([f64; 4]),
        Many(Vec<[f64; 4]>),
    }
    let boxes = match Boxes::deserialize(source) {
        Ok(Boxes::One(edges)) => vec![edges],
        Ok(Boxes::Many(boxes)) => boxes,
        Err(_) => return Err(serde::de::Error::custom("bbox is four numbers, [W, S, E, N]")),
    };
    boxes.into_iter().map(|edges| Bbox::try_from(edges).map_err(serde::de::Error::custom)).collect()
}
