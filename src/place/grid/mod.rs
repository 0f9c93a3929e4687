//! Areas by location: a grid of squares, most of which lie wholly in one area or in none and
//! answer at once. The others hold the edges that pass through them, sorted when a point first
//! falls in one.
//!
//! The answers are those of the even-odd rule over all edges of an area, to the last bit.

use std::sync::OnceLock;

use geo::{Coord, Distance, Geodesic, Point};

use self::build::Runs;
use self::packed::Packed;
use self::square::Square;
use super::edge::Plane;

pub mod build;
pub mod packed;
mod square;

/// What a square is, in 32 bits: an area's number, or one of these with the rest of the bits.
const NOTHING: u32 = 1 << 30;
const EDGES: u32 = 1 << 31;

/// The extent of a grid or of one of its squares, in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    pub west: f64,
    pub south: f64,
    pub east: f64,
    pub north: f64,
}

/// How a part of the globe is divided into squares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Division {
    pub west: f64,
    pub south: f64,
    /// Degrees to a square's side; a power of two or one over it, so that sides are exact.
    pub side: f64,
    pub columns: usize,
    pub rows: usize,
}

impl Division {
    /// The globe by degrees.
    pub const GLOBE: Division =
        Division { west: -180.0, south: -90.0, side: 1.0, columns: 360, rows: 180 };

    /// The column of a longitude, the outermost one for a longitude beyond.
    fn column(&self, x: f64) -> usize {
        strip(x, self.west, self.side, self.columns)
    }

    /// The row of a latitude, likewise.
    fn row(&self, y: f64) -> usize {
        strip(y, self.south, self.side, self.rows)
    }

    /// Whether the point is in the division at all.
    fn holds(&self, point: Coord<f64>) -> bool {
        let frame = self.frame();
        (frame.west..=frame.east).contains(&point.x)
            && (frame.south..=frame.north).contains(&point.y)
    }

    fn frame(&self) -> Frame {
        Frame {
            west: self.west,
            south: self.south,
            east: self.west + self.columns as f64 * self.side,
            north: self.south + self.rows as f64 * self.side,
        }
    }

    /// The frame of a square.
    fn square(&self, column: usize, row: usize) -> Frame {
        let at = |start: f64, count: usize| start + count as f64 * self.side;
        Frame {
            west: at(self.west, column),
            south: at(self.south, row),
            east: at(self.west, column + 1),
            north: at(self.south, row + 1),
        }
    }

    fn number(&self, column: usize, row: usize) -> usize {
        row * self.columns + column
    }

    /// The bit of the cell of [`Parts::near`] that a point of a square lies in.
    fn near_bit(&self, point: Coord<f64>) -> u16 {
        let cell = |at: f64, start: f64| ((at - start) / self.side * 4.0) as usize % 4;
        1 << (cell(point.y, self.south) * 4 + cell(point.x, self.west))
    }
}

/// The strip of a coordinate among those of equal width from `start` on.
fn strip(at: f64, start: f64, side: f64, count: usize) -> usize {
    let strip = (((at - start) / side).max(0.0) as usize).min(count - 1);
    // The difference may have been rounded up; where strips start is exact.
    let before = at < start + strip as f64 * side;
    strip.saturating_sub(usize::from(before))
}

/// Areas by location.
pub struct Grid {
    division: Division,
    /// What each square is, row by row from the south-west.
    table: Vec<u32>,
    /// Those with edges, made when first asked for.
    squares: Vec<OnceLock<Box<Square>>>,
    store: Store,
}

/// Where squares with edges are made from.
enum Store {
    Packed(Packed),
    #[allow(dead_code, reason = "see the module build")]
    Runs(Runs),
}

/// What was found at a point.
pub struct Found {
    /// The first area that holds it.
    pub area: Option<u32>,
    /// Whether an area may be near, within the distance that the grid was made for.
    pub near: bool,
}

/// The area nearest to a point.
#[derive(Debug, Clone, Copy)]
pub struct Nearest {
    /// Its number.
    pub area: u32,
    /// The geodesic distance, if it was asked for or had to be known.
    pub km: Option<f64>,
}

/// A spot of an area's outline by its squared distance on the plane.
type Spot = (f64, u32, Point<f64>);

impl Grid {
    fn new(division: Division, table: Vec<u32>, count: usize, store: Store) -> Self {
        let squares = (0..count).map(|_| OnceLock::new()).collect();
        Grid { division, table, squares, store }
    }

    /// The first of the areas wanted that hold the point.
    pub fn find(&self, point: Coord<f64>, wanted: impl Fn(u32) -> bool) -> Found {
        let nothing = Found { area: None, near: false };
        if !self.division.holds(point) {
            return nothing;
        }
        let number =
            self.division.number(self.division.column(point.x), self.division.row(point.y));
        match self.table.get(number) {
            None => nothing,
            Some(entry) if entry & EDGES != 0 => {
                let Some(square) = self.edges((entry & !EDGES) as usize) else { return nothing };
                let near = square.near & self.division.near_bit(point) != 0;
                Found { area: square.first(point, wanted), near }
            }
            Some(entry) if entry & NOTHING != 0 => {
                Found { area: None, near: *entry as u16 & self.division.near_bit(point) != 0 }
            }
            Some(&area) => Found { area: wanted(area).then_some(area), near: true },
        }
    }

    /// A square with edges.
    fn edges(&self, number: usize) -> Option<&Square> {
        let slot = self.squares.get(number)?;
        Some(slot.get_or_init(|| {
            let (frame, parts) = match &self.store {
                Store::Packed(packed) => packed.square(number),
                Store::Runs(runs) => runs.square(number),
            };
            Box::new(Square::new(&frame, parts))
        }))
    }

    /// The nearest of the areas wanted that don't hold the point, if it is `within` kilometres;
    /// of several as near, the first.
    ///
    /// The nearest spot is found on a plane that touches the globe at the point; areas that are
    /// about as near are told apart by geodesic distance. `exact` asks for that in any case.
    pub fn nearest(
        &self,
        point: Coord<f64>,
        within: f64,
        exact: bool,
        wanted: impl Fn(u32) -> bool,
    ) -> Option<Nearest> {
        let plane = Plane::touching(point);
        let error = plane.error(within);
        let mut best: Option<Spot> = None;
        let mut others: Vec<Spot> = Vec::new();
        // Distances that differ by less may be the other way round on the globe.
        let margin = (1.0 + error) * (1.0 + error);
        self.look_around(&plane, within * (1.0 + error), |squared, spot, area| {
            if wanted(area) {
                let found = (squared, area, spot);
                match &mut best {
                    None => best = Some(found),
                    Some(best) if best.1 == area => {
                        if squared < best.0 {
                            *best = found;
                        }
                    }
                    Some(best) => {
                        let other = if (squared, area) < (best.0, best.1) {
                            std::mem::replace(best, found)
                        } else {
                            found
                        };
                        if other.0 <= best.0 * margin {
                            match others.iter_mut().find(|known| known.1 == other.1) {
                                Some(known) if known.0 <= other.0 => {}
                                Some(known) => *known = other,
                                None => others.push(other),
                            }
                        }
                    }
                }
            }
            best.map(|best| best.0.sqrt() * (1.0 + error))
        });
        let best = best?;
        let geodesic = |spot: Point<f64>| Geodesic.distance(Point(point), spot) / 1000.0;
        others.retain(|other| other.1 != best.1 && other.0 <= best.0 * margin);
        let flat = best.0.sqrt();
        if !exact && others.is_empty() && flat * (1.0 + error) < within {
            return Some(Nearest { area: best.1, km: None });
        }
        let spots = std::iter::once(best).chain(others);
        let nearest = spots.map(|(_, area, spot)| (geodesic(spot), area));
        let (km, area) = nearest.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))?;
        (km <= within).then_some(Nearest { area, km: Some(km) })
    }

    /// Gives the spots of outlines that lie within reach, a square after the other from the
    /// point's own outwards. What is given back, if anything, is the new reach.
    fn look_around(
        &self,
        plane: &Plane,
        mut reach: f64,
        mut give: impl FnMut(f64, Point<f64>, u32) -> Option<f64>,
    ) {
        let Division { west, south, side, columns, rows } = self.division;
        let Coord { x, y } = plane.origin;
        let round = columns as f64 * side >= 360.0;
        let (column, row) = (self.division.column(x) as isize, self.division.row(y) as isize);
        // How far a strip of squares, so many squares on from the point's own, is from the point.
        let gap = |start: f64, own: isize, steps: isize, at: f64, per_degree: f64| match steps {
            0 => 0.0,
            _ => {
                let edge = if steps > 0 { own + steps } else { own + steps + 1 };
                ((start + edge as f64 * side - at).abs() * per_degree).max(0.0)
            }
        };
        let across = |steps: isize| gap(west, column, steps, x, plane.per_degree_x);
        let along = |steps: isize| gap(south, row, steps, y, plane.per_degree_y);
        let most = if round { columns as isize / 2 } else { columns as isize };
        for ring in 0..=most.max(rows as isize) {
            // Nothing of a ring is nearer than its sides, as long as it has them.
            let sides = [across(ring), across(-ring), along(ring), along(-ring)];
            let in_reach = [ring <= most, ring <= most, row + ring < rows as isize, row >= ring];
            if !sides.iter().zip(in_reach).any(|(gap, there)| there && *gap <= reach) {
                break;
            }
            for up in -ring..=ring {
                if !(0..rows as isize).contains(&(row + up)) || along(up) > reach {
                    continue;
                }
                let step = if up.abs() == ring { 1 } else { (2 * ring).max(1) };
                let mut right = -ring;
                while right <= ring {
                    let at = column + right;
                    let here = right;
                    right += step;
                    let there = if round {
                        here.abs() <= most
                    } else {
                        (0..columns as isize).contains(&at)
                    };
                    if !there || across(here).hypot(along(up)) > reach {
                        continue;
                    }
                    let turns = at.div_euclid(columns as isize);
                    let at = at.rem_euclid(columns as isize) as usize;
                    let number = self.division.number(at, (row + up) as usize);
                    let entry = self.table.get(number).copied().unwrap_or(NOTHING);
                    let square =
                        (entry & EDGES != 0).then(|| self.edges((entry & !EDGES) as usize));
                    if let Some(square) = square.flatten() {
                        let plane = plane.turned(turns as f64 * -360.0);
                        reach = square.each_near(&plane, reach, |squared, spot, area| {
                            give(squared, spot, area).map_or(reach, |shorter| shorter.min(reach))
                        });
                    }
                }
            }
        }
    }
}
