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

/// What a square is, in 32 bits: an area's number, or one of these with the rest of the bits. Those
/// of nothing are a bit for each of the 4 × 4 cells of the square, from the south-west on, row by
/// row: whether something may be near. Those of edges are the square's number among such.
const NOTHING: u32 = 1 << 30;
const EDGES: u32 = 1 << 31;

/// What a cell of a square with edges is, in 16 bits: an area's number, or one of these.
const PASSED: u16 = u16::MAX;
const EMPTY: u16 = PASSED - 1;
const EMPTY_NEAR: u16 = PASSED - 2;

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
    cells_per_degree: f64,
    pub columns: usize,
    pub rows: usize,
}

impl Division {
    /// The globe by degrees.
    pub const GLOBE: Division = Division::new([-180.0, -90.0], 1.0, 360, 180);

    /// A division from a corner on; see [`Division::side`].
    pub const fn new([west, south]: [f64; 2], side: f64, columns: usize, rows: usize) -> Self {
        Division { west, south, side, cells_per_degree: 4.0 / side, columns, rows }
    }

    /// The column of a longitude, the outermost one for a longitude beyond.
    fn column(&self, x: f64) -> usize {
        strip(x, self.west, self.side, self.columns)
    }

    /// The row of a latitude, likewise.
    fn row(&self, y: f64) -> usize {
        strip(y, self.south, self.side, self.rows)
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

    /// The square that a point lies in and the cell of it; none for a point beyond all.
    fn place(&self, point: Coord<f64>) -> Option<(usize, usize)> {
        let size = self.side / 4.0;
        let strip = |at: f64, start: f64, count: usize| {
            let strip = ((at - start) * self.cells_per_degree) as i32;
            // The difference may have been rounded up; where strips start is exact.
            let strip = strip - i32::from(at < start + f64::from(strip) * size);
            let strip = strip as u32 as usize;
            // The outermost sides are in the division too.
            if strip < 4 * count {
                Some(strip)
            } else {
                (at == start + count as f64 * self.side).then_some(4 * count - 1)
            }
        };
        let column = strip(point.x, self.west, self.columns)?;
        let row = strip(point.y, self.south, self.rows)?;
        Some((self.number(column / 4, row / 4), row % 4 * 4 + column % 4))
    }

    /// The division into the cells of squares.
    fn cells(&self) -> Division {
        Division::new([self.west, self.south], self.side / 4.0, self.columns * 4, self.rows * 4)
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
    squares: Vec<OnceLock<Square>>,
    /// The 16 cells of each of these, where they are known: two bytes each, little-endian.
    cells: &'static [[u8; 2]],
    store: Store,
}

/// Where squares with edges are made from.
enum Store {
    Packed(Packed),
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
    /// The distance on the plane, about.
    pub about_km: f64,
}

/// A spot of an area's outline by its squared distance on the plane.
type Spot = (f64, u32, Point<f64>);

impl Grid {
    fn new(
        division: Division,
        table: Vec<u32>,
        count: usize,
        cells: &'static [[u8; 2]],
        store: Store,
    ) -> Self {
        let squares = (0..count).map(|_| OnceLock::new()).collect();
        Grid { division, table, squares, cells, store }
    }

    /// What a cell of a square with edges is.
    fn cell(&self, square: usize, cell: usize) -> u16 {
        self.cells.get(square * 16 + cell).map_or(PASSED, |bytes| u16::from_le_bytes(*bytes))
    }

    /// The first of the areas wanted that hold the point.
    pub fn find(&self, point: Coord<f64>, wanted: impl Fn(u32) -> bool) -> Found {
        let nothing = Found { area: None, near: false };
        let Some((number, cell)) = self.division.place(point) else { return nothing };
        match self.table.get(number) {
            None => nothing,
            Some(entry) if entry & EDGES != 0 => {
                let square = (entry & !EDGES) as usize;
                match self.cell(square, cell) {
                    EMPTY => nothing,
                    EMPTY_NEAR => Found { area: None, near: true },
                    area if area < EMPTY_NEAR && wanted(area.into()) => {
                        Found { area: Some(area.into()), near: true }
                    }
                    _ => {
                        let square = self.edges(square);
                        let area = square.and_then(|square| square.first(point, wanted));
                        Found { area, near: true }
                    }
                }
            }
            Some(entry) if entry & NOTHING != 0 => {
                Found { area: None, near: entry >> cell & 1 != 0 }
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
            Square::new(&frame, parts)
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
            return Some(Nearest { area: best.1, km: None, about_km: flat });
        }
        let spots = std::iter::once(best).chain(others);
        let nearest = spots.map(|(_, area, spot)| (geodesic(spot), area));
        let (km, area) = nearest.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))?;
        (km <= within).then_some(Nearest { area, km: Some(km), about_km: flat })
    }

    /// Gives the spots of outlines that lie within reach, a square after the other from the
    /// point's own outwards. What is given back, if anything, is the new reach.
    fn look_around(
        &self,
        plane: &Plane,
        mut reach: f64,
        mut give: impl FnMut(f64, Point<f64>, u32) -> Option<f64>,
    ) {
        let Division { west, south, side, columns, rows, .. } = self.division;
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
                    if !there || across(here).powi(2) + along(up).powi(2) > reach * reach {
                        continue;
                    }
                    let turns = at.div_euclid(columns as isize);
                    let at = at.rem_euclid(columns as isize) as usize;
                    let number = self.division.number(at, (row + up) as usize);
                    let entry = self.table.get(number).copied().unwrap_or(NOTHING);
                    if entry & EDGES == 0 {
                        continue;
                    }
                    let plane = plane.turned(turns as f64 * -360.0);
                    let square = (entry & !EDGES) as usize;
                    if !self.comes_near(
                        square,
                        &self.division.square(at, (row + up) as usize),
                        &plane,
                        reach,
                    ) {
                        continue;
                    }
                    if let Some(square) = self.edges(square) {
                        reach = square.each_near(&plane, reach, |squared, spot, area| {
                            give(squared, spot, area).map_or(reach, |shorter| shorter.min(reach))
                        });
                    }
                }
            }
        }
    }

    /// Whether a cell that edges of a square pass through lies within reach.
    fn comes_near(&self, square: usize, frame: &Frame, plane: &Plane, reach: f64) -> bool {
        let size = self.division.side / 4.0;
        // How far a strip of cells is from the point.
        let gaps = |start: f64, at: f64, per_degree: f64| {
            [0.0, 1.0, 2.0, 3.0].map(|strip| {
                let from = start + strip * size - at;
                from.max(-(from + size)).max(0.0) * per_degree
            })
        };
        let across = gaps(frame.west, plane.origin.x, plane.per_degree_x);
        let along = gaps(frame.south, plane.origin.y, plane.per_degree_y);
        (0..16).any(|cell| {
            let (x, y) = (across[cell % 4], along[cell / 4]);
            x * x + y * y <= reach * reach && self.cell(square, cell) == PASSED
        })
    }
}
