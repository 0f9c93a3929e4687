//! A grid of one-degree cells that knows which countries may matter to a point in each: most of
//! the world is far from any border or coast, and there one look answers.

use std::sync::OnceLock;

use geo::Point;

use super::{Indexed, TOLERANCE_KM, index};

const COLUMNS: usize = 360;
const ROWS: usize = 180;

/// The cells, row by row from the south-west.
pub struct Grid {
    /// The countries with an edge in a cell or within the tolerance of it, in order.
    near: Vec<Vec<u16>>,
    /// The country that has all of a cell without such edges, found when first asked for.
    whole: Vec<OnceLock<Option<u16>>>,
}

/// What a cell says of the points in it.
pub enum Cell<'a> {
    /// All of it lies in this country, or in none and out of reach of any.
    Whole(Option<usize>),
    /// One of these countries may have the point.
    Near(&'a [u16]),
}

impl Grid {
    /// Enters the edges of all countries.
    pub fn new(countries: &[Indexed]) -> Self {
        let mut near = vec![Vec::new(); COLUMNS * ROWS];
        let up = index::degrees_north(TOLERANCE_KM);
        let aside: Vec<f64> = (0..ROWS)
            .map(|row| {
                let south = row as f64 - 90.0;
                index::degrees_east(TOLERANCE_KM, south.abs().max((south + 1.0).abs()))
            })
            .collect();
        for (number, country) in (0..u16::MAX).zip(countries) {
            let area = country.area;
            for edge in area.edges().flatten().filter_map(|number| area.edge(number)) {
                let (south, north) = (edge.start.y.min(edge.end.y), edge.start.y.max(edge.end.y));
                let (west, east) = (edge.start.x.min(edge.end.x), edge.start.x.max(edge.end.x));
                let rows = row(south - up)..=row(north + up);
                for (row, aside) in aside.iter().enumerate().skip(*rows.start()).take(rows.count())
                {
                    let first = (west - aside + 180.0).floor() as i64;
                    let last = (east + aside + 180.0).floor() as i64;
                    for column in (first..=last).take(COLUMNS) {
                        let column = column.rem_euclid(COLUMNS as i64) as usize;
                        let Some(cell) = near.get_mut(row * COLUMNS + column) else { continue };
                        if cell.last() != Some(&number) {
                            cell.push(number);
                        }
                    }
                }
            }
        }
        let whole = near.iter().map(|_| OnceLock::new()).collect();
        Grid { near, whole }
    }

    /// The cell of a point that lies on the globe.
    pub fn cell(&self, point: Point<f64>, countries: &[Indexed]) -> Cell<'_> {
        let (row, column) = (row(point.y()), ((point.x() + 180.0) as usize).min(COLUMNS - 1));
        let number = row * COLUMNS + column;
        match (self.near.get(number), self.whole.get(number)) {
            (Some(near), Some(whole)) if near.is_empty() => {
                let find = || countries.iter().position(|country| country.contains(point));
                let found = whole.get_or_init(|| find().and_then(|n| u16::try_from(n).ok()));
                Cell::Whole(found.map(usize::from))
            }
            (near, _) => Cell::Near(near.map_or(&[], Vec::as_slice)),
        }
    }
}

fn row(latitude: f64) -> usize {
    ((latitude + 90.0).max(0.0) as usize).min(ROWS - 1)
}
