//! From outlines to the squares of a grid.

use std::collections::BTreeSet;

use geo::Coord;

use super::square::{NOBODY, Parts};
use super::{Division, EDGES, Frame, Grid, NOTHING, Store};
use crate::place::edge::Edge;

/// Lines, each between the same two areas (or beside one) over all its length.
#[derive(Default)]
pub struct Lines {
    points: Vec<Coord<f64>>,
    /// Where each line ends in `points`, and the areas beside it.
    lines: Vec<(u32, [Option<u32>; 2])>,
}

/// A stretch of a line in one square: its first and last point, and the line.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    first: u32,
    last: u32,
    line: u32,
}

/// The lines of a grid by the squares with edges that they pass through.
pub struct Runs {
    division: Division,
    lines: Lines,
    /// Where each square is, its runs, and the areas that hold its middle.
    squares: Vec<(usize, Vec<Run>, Vec<u32>)>,
    /// For each square a bit for each of its cells: whether something may be near.
    #[cfg(test)]
    near: Vec<u16>,
}

/// How far off the true spot a square may be computed for a spot of an edge, in degrees.
const SLACK: f64 = 1e-9;

impl Lines {
    /// Adds a line and the areas beside it.
    pub fn add(&mut self, points: impl IntoIterator<Item = Coord<f64>>, sides: [Option<u32>; 2]) {
        self.points.extend(points);
        self.lines.push((self.points.len() as u32, sides));
    }

    /// Each line's number, its first point's and the one after its last, and the areas beside it.
    fn each(&self) -> impl Iterator<Item = (u32, u32, u32, [Option<u32>; 2])> {
        let starts = std::iter::once(0).chain(self.lines.iter().map(|&(end, _)| end));
        let lines = (0..).zip(starts.zip(&self.lines));
        lines.map(|(number, (start, &(end, sides)))| (number, start, end, sides))
    }

    /// The grid of these lines; none where more lines meet in one square than it can number.
    pub fn into_grid(self, division: Division) -> Option<Grid> {
        let (table, runs) = self.into_runs(division, None);
        let most = runs.squares.iter().map(|(_, runs, middle)| runs.len() + middle.len()).max();
        let fits = most.unwrap_or(0) < usize::from(NOBODY);
        fits.then(|| Grid::new(division, table, runs.squares.len(), &[], Store::Runs(runs)))
    }

    /// The table of the squares, and the runs of those that have edges. `near` marks, in the
    /// squares' cells, where something may be within so many kilometres; it takes time.
    pub fn into_runs(self, division: Division, near: Option<f64>) -> (Vec<u32>, Runs) {
        let count = division.columns * division.rows;
        let near = near.map_or_else(|| vec![0; count], |km| near_cells(&self, &division, km));
        let mut runs: Vec<Vec<Run>> = vec![Vec::new(); count];
        for (line, start, end, _) in self.each() {
            let mut list = |square: usize, first: u32| match runs[square].last_mut() {
                Some(run) if run.last == first => run.last += 1,
                _ => runs[square].push(Run { first, last: first + 1, line }),
            };
            let points = &self.points[start as usize..end as usize];
            for (first, ends) in (start..).zip(points.windows(2)) {
                let &[a, b] = ends else { continue };
                division.each_passed(a, b, |square| list(square, first));
            }
        }
        let mut middles = self.middles(&division);
        let mut squares = Vec::new();
        let mut table = Vec::with_capacity(count);
        for (square, runs) in runs.into_iter().enumerate() {
            let middle = std::mem::take(&mut middles[square]);
            if runs.is_empty() {
                let nothing = NOTHING | u32::from(near[square]);
                table.push(middle.first().copied().unwrap_or(nothing));
            } else {
                table.push(EDGES | squares.len() as u32);
                squares.push((square, runs, middle));
            }
        }
        (
            table,
            Runs {
                division,
                lines: self,
                squares,
                #[cfg(test)]
                near,
            },
        )
    }

    /// The areas that hold the middle of each square, ascending.
    fn middles(&self, division: &Division) -> Vec<Vec<u32>> {
        // For each row, the edges that its middle line crosses: how many of the row's squares
        // have their middle west of the edge, and the areas beside it.
        let mut crossings: Vec<Vec<(usize, [Option<u32>; 2])>> = vec![Vec::new(); division.rows];
        let middle = |start: f64, at: usize| start + (at as f64 + 0.5) * division.side;
        for (_, start, end, sides) in self.each() {
            for ends in self.points[start as usize..end as usize].windows(2) {
                let &[a, b] = ends else { continue };
                let (from, to) = (division.row(a.y.min(b.y)), division.row(a.y.max(b.y)));
                for (row, crossings) in (from..=to).zip(&mut crossings[from..=to]) {
                    let edge = Edge::new(a, b);
                    let y = middle(division.south, row);
                    if !edge.spans(y) {
                        continue;
                    }
                    let part = (y - edge.south.y) / (edge.north.y - edge.south.y);
                    let x = edge.south.x + part * (edge.north.x - edge.south.x);
                    let west = |count: usize| {
                        edge.is_east_of(Coord { x: middle(division.west, count - 1), y })
                    };
                    let mut count = division.column(x);
                    while count > 0 && !west(count) {
                        count -= 1;
                    }
                    while count < division.columns && west(count + 1) {
                        count += 1;
                    }
                    crossings.push((count, sides));
                }
            }
        }
        let mut middles = vec![Vec::new(); division.columns * division.rows];
        for (row, mut crossings) in crossings.into_iter().enumerate() {
            crossings.sort_unstable_by_key(|&(count, _)| std::cmp::Reverse(count));
            let mut crossings = crossings.into_iter().peekable();
            let mut inside: BTreeSet<u32> = BTreeSet::new();
            for column in (0..division.columns).rev() {
                while let Some((_, sides)) = crossings.next_if(|&(count, _)| count > column) {
                    for side in sides.into_iter().flatten() {
                        if !inside.remove(&side) {
                            inside.insert(side);
                        }
                    }
                }
                middles[division.number(column, row)].extend(&inside);
            }
        }
        middles
    }
}

impl Division {
    /// Gives each square that an edge passes through, and perhaps one beside.
    fn each_passed(&self, a: Coord<f64>, b: Coord<f64>, mut give: impl FnMut(usize)) {
        let (columns, rows) =
            ([self.column(a.x), self.column(b.x)], [self.row(a.y), self.row(b.y)]);
        if columns[0] == columns[1] && rows[0] == rows[1] {
            return give(self.number(columns[0], rows[0]));
        }
        let Edge { south, north } = Edge::new(a, b);
        let (west, east) = (a.x.min(b.x), a.x.max(b.x));
        for row in self.row(south.y - SLACK)..=self.row(north.y + SLACK) {
            // The part of the edge that is in the row.
            let x_at = |y: f64| {
                let part = (y - south.y) / (north.y - south.y);
                let part = if part.is_finite() { part } else { 0.0 };
                (south.x + part * (north.x - south.x)).clamp(west, east)
            };
            let from = self.south + row as f64 * self.side;
            let to = from + self.side;
            let [from, to] = if south.y == north.y {
                [west, east]
            } else {
                [x_at(from.max(south.y)), x_at(to.min(north.y))]
            };
            let (first, last) = (from.min(to) - SLACK, from.max(to) + SLACK);
            for column in self.column(first)..=self.column(last) {
                give(self.number(column, row));
            }
        }
    }
}

/// For each square the cells in which something may be within so many kilometres.
fn near_cells(lines: &Lines, division: &Division, km: f64) -> Vec<u16> {
    /// A degree of latitude is nowhere shorter than this, in kilometres.
    const SHORTEST_DEGREE_KM: f64 = 110.5;
    let cells = division.cells();
    let mut near = vec![0; division.columns * division.rows];
    let pad_north = km / SHORTEST_DEGREE_KM;
    for (_, start, end, _) in lines.each() {
        for ends in lines.points[start as usize..end as usize].windows(2) {
            let &[a, b] = ends else { continue };
            let (south, north) = (a.y.min(b.y) - pad_north, a.y.max(b.y) + pad_north);
            // Meridians draw together: the farthest latitude in reach decides.
            let cos = south.abs().max(north.abs()).min(90.0).to_radians().cos();
            let pad_east = if cos > pad_north / 180.0 { pad_north / cos } else { 360.0 };
            let (west, east) = (a.x.min(b.x) - pad_east, a.x.max(b.x) + pad_east);
            let from = ((west - cells.west) / cells.side).floor() as i64;
            let to = ((east - cells.west) / cells.side).floor() as i64;
            let to = to.min(from + cells.columns as i64);
            for row in cells.row(south)..=cells.row(north) {
                for column in from..=to {
                    let column = column.rem_euclid(cells.columns as i64) as usize;
                    let square = division.number(column / 4, row / 4);
                    near[square] |= 1_u16 << (row % 4 * 4 + column % 4);
                }
            }
        }
    }
    near
}

impl Runs {
    /// What a square with edges is made from.
    pub fn square(&self, number: usize) -> (Frame, Parts) {
        let Some((at, runs, middle)) = self.squares.get(number) else {
            return (self.division.square(0, 0), Parts::default());
        };
        let frame = self.division.square(at % self.division.columns, at / self.division.columns);
        let beside = |run: &Run| self.lines.lines[run.line as usize].1;
        let mut areas: Vec<u32> = runs.iter().flat_map(beside).flatten().collect();
        areas.extend(middle);
        areas.sort_unstable();
        areas.dedup();
        let place = |area: u32| areas.binary_search(&area).map_or(NOBODY, |at| at as u16);
        let count = runs.iter().map(|run| (run.last - run.first + 1) as usize).sum();
        let mut points = Vec::with_capacity(count);
        let mut sides = Vec::with_capacity(count);
        for run in runs {
            let stretch = &self.lines.points[run.first as usize..=run.last as usize];
            points.extend_from_slice(stretch);
            let beside = beside(run).map(|side| side.map_or(NOBODY, place));
            sides.resize(points.len() - 1, beside);
            sides.push([NOBODY; 2]);
        }
        let middle = middle.iter().map(|&area| place(area)).collect();
        (frame, Parts { points, sides, areas, middle })
    }

    /// What the cells of the squares with edges are.
    #[cfg(test)]
    pub fn cells(&self) -> Vec<[u16; 16]> {
        use super::{EMPTY, EMPTY_NEAR, PASSED};
        let cells = self.division.cells();
        let mut passed = vec![false; cells.columns * cells.rows];
        for (_, start, end, _) in self.lines.each() {
            for ends in self.lines.points[start as usize..end as usize].windows(2) {
                cells.each_passed(ends[0], ends[1], |cell| passed[cell] = true);
            }
        }
        let middles = self.lines.middles(&cells);
        let of_square = |square: usize| {
            std::array::from_fn(|cell| {
                let (column, row) =
                    (square % self.division.columns, square / self.division.columns);
                let at = cells.number(column * 4 + cell % 4, row * 4 + cell / 4);
                match *middles[at].as_slice() {
                    _ if passed[at] => PASSED,
                    [] if self.near[square] >> cell & 1 != 0 => EMPTY_NEAR,
                    [] => EMPTY,
                    [area] => area as u16,
                    _ => PASSED,
                }
            })
        };
        self.squares.iter().map(|&(square, ..)| of_square(square)).collect()
    }
}
