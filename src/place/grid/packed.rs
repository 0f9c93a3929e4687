//! The format of the embedded grids of countries and provinces, read in place.
//!
//! ```text
//! "reemap-grids 1\n\n"       16 bytes
//! two grids, of countries and of provinces, each:
//!   count                    u32, how many squares have edges
//!   table                    360 × 180 u32: what each square is (see the module above)
//!   starts                   (count + 1) u32: where each square starts in what follows
//!   cells                    16 u16 for each square with edges (see the module above)
//!   squares                  each:
//!     areas                    how many, then each: its number, as the difference to the last
//!     middle                   how many, then each: the place of an area among these
//!     points                   how many there are in all chains
//!     chains                   until the square ends, each:
//!       2 × points + grid        1 in the last bit: on the grid of 5e-5 degrees, else of 1e-6
//!       side side                the areas beside: their places plus one, or 0
//!       (x y) × points           the first from the square's south-west, others from the last
//! ```
//!
//! `u16` and `u32` are little-endian; all else is LEB128 varints, zigzag ones for x and y.

use geo::Coord;

use super::square::{NOBODY, Parts};
use super::{Division, EDGES, Frame, Grid, Store};

const MAGIC: &[u8; 16] = b"reemap-grids 1\n\n";

/// Steps per degree of the fine and the rough grid.
const STEPS: [f64; 2] = [1e6, 2e4];

/// One grid as embedded.
pub struct Packed {
    /// Where each square with edges is.
    numbers: Vec<u32>,
    starts: &'static [u8],
    squares: &'static [u8],
}

/// The grids of countries and of provinces.
pub fn read(bytes: &'static [u8]) -> Result<[Grid; 2], String> {
    let early = || "ends early".to_string();
    let mut rest = bytes.strip_prefix(MAGIC).ok_or("not a file of grids")?;
    let mut grid = || -> Option<Grid> {
        let count = u32_at(take(&mut rest, 4)?, 0)? as usize;
        let division = Division::GLOBE;
        let table = take(&mut rest, 4 * division.columns * division.rows)?;
        let table: Vec<u32> =
            table.as_chunks().0.iter().map(|four| u32::from_le_bytes(*four)).collect();
        let starts = take(&mut rest, 4 * (count + 1))?;
        let cells = take(&mut rest, 32 * count)?.as_chunks().0;
        let squares = take(&mut rest, u32_at(starts, count)? as usize)?;
        let with_edges = (0..).zip(&table).filter(|(_, entry)| **entry & EDGES != 0);
        let numbers = with_edges.map(|(number, _)| number).collect();
        let store = Store::Packed(Packed { numbers, starts, squares });
        Some(Grid::new(division, table, count, cells, store))
    };
    Ok([grid().ok_or_else(early)?, grid().ok_or_else(early)?])
}

fn take(rest: &mut &'static [u8], count: usize) -> Option<&'static [u8]> {
    let (taken, left) = rest.split_at_checked(count)?;
    *rest = left;
    Some(taken)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(4 * at..)?.first_chunk().map(|four| u32::from_le_bytes(*four))
}

impl Packed {
    /// What a square with edges is made from; nothing of a broken one.
    pub fn square(&self, number: usize) -> (Frame, Parts) {
        let at = self.numbers.get(number).map_or(0, |&at| at as usize);
        let division = Division::GLOBE;
        let frame = division.square(at % division.columns, at / division.columns);
        (frame, self.parts(number, &frame).unwrap_or_default())
    }

    fn parts(&self, number: usize, frame: &Frame) -> Option<Parts> {
        let [start, end] = [u32_at(self.starts, number)?, u32_at(self.starts, number + 1)?];
        let mut bytes = Bytes(self.squares.get(start as usize..end as usize)?);
        let mut area = 0;
        let areas = bytes.list(|step| {
            area += step;
            Some(area)
        })?;
        let middle = bytes.list(|place| u16::try_from(place).ok())?;
        let count = (bytes.unsigned()? as usize).min(bytes.0.len());
        let mut points = Vec::with_capacity(count);
        let mut sides = Vec::with_capacity(count);
        while !bytes.0.is_empty() {
            let head = bytes.unsigned()?;
            let steps = STEPS[(head & 1) as usize];
            let side = |number: u32| (number as u16).wrapping_sub(1);
            let beside = [side(bytes.unsigned()?), side(bytes.unsigned()?)];
            let corner = |at: f64| (at * steps) as i32;
            let (mut x, mut y) = (corner(frame.west), corner(frame.south));
            for _ in 0..head >> 1 {
                x += bytes.signed()?;
                y += bytes.signed()?;
                points.push(Coord { x: f64::from(x) / steps, y: f64::from(y) / steps });
                sides.push(beside);
            }
            *sides.last_mut()? = [NOBODY; 2];
        }
        Some(Parts { points, sides, areas, middle })
    }
}

/// What is left to read.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn unsigned(&mut self) -> Option<u32> {
        let mut value = 0;
        for shift in (0..32).step_by(7) {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u32::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i32> {
        let value = self.unsigned()?;
        Some((value >> 1) as i32 ^ -((value & 1) as i32))
    }

    fn list<T>(&mut self, mut item: impl FnMut(u32) -> Option<T>) -> Option<Vec<T>> {
        (0..self.unsigned()?).map(|_| item(self.unsigned()?)).collect()
    }
}

/// How the embedded file is written; see the tests of [`crate::place`].
#[cfg(test)]
pub mod write {
    use super::super::build::Runs;
    use super::*;

    /// The file of these grids.
    pub fn grids(grids: [(Vec<u32>, Runs); 2]) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        for (table, runs) in grids {
            let count = table.iter().filter(|entry| **entry & EDGES != 0).count();
            let squares: Vec<Vec<u8>> =
                (0..count).map(|number| square(runs.square(number))).collect();
            out.extend((count as u32).to_le_bytes());
            table.iter().for_each(|entry| out.extend(entry.to_le_bytes()));
            let mut start = 0;
            for square in &squares {
                out.extend((start as u32).to_le_bytes());
                start += square.len();
            }
            out.extend((start as u32).to_le_bytes());
            let cells = runs.cells().into_iter().flatten();
            cells.for_each(|cell| out.extend(cell.to_le_bytes()));
            squares.iter().for_each(|square| out.extend(square));
        }
        out
    }

    fn square((frame, parts): (Frame, Parts)) -> Vec<u8> {
        let mut out = Vec::new();
        unsigned(&mut out, parts.areas.len() as u32);
        let mut last = 0;
        for area in parts.areas {
            unsigned(&mut out, area - last);
            last = area;
        }
        unsigned(&mut out, parts.middle.len() as u32);
        parts.middle.iter().for_each(|&place| unsigned(&mut out, u32::from(place)));
        unsigned(&mut out, parts.points.len() as u32);
        let mut start = 0;
        let ends = parts.sides.iter().enumerate().filter(|(_, sides)| **sides == [NOBODY; 2]);
        for (end, _) in ends {
            let chain = &parts.points[start..=end];
            let on_grid = |steps: f64, at: f64| ((at * steps).round() / steps) == at;
            let rough = chain.iter().all(|p| on_grid(STEPS[1], p.x) && on_grid(STEPS[1], p.y));
            let steps = STEPS[usize::from(rough)];
            unsigned(&mut out, (chain.len() as u32) << 1 | u32::from(rough));
            for side in parts.sides[start] {
                unsigned(&mut out, u32::from(side.wrapping_add(1)));
            }
            let step = |at: f64| (at * steps).round() as i32;
            let (mut x, mut y) = (step(frame.west), step(frame.south));
            for point in chain {
                signed(&mut out, step(point.x) - x);
                signed(&mut out, step(point.y) - y);
                (x, y) = (step(point.x), step(point.y));
                assert_eq!(*point, Coord { x: f64::from(x) / steps, y: f64::from(y) / steps });
            }
            start = end + 1;
        }
        out
    }

    fn unsigned(out: &mut Vec<u8>, mut value: u32) {
        while value >= 0x80 {
            out.push(value as u8 | 0x80);
            value >>= 7;
        }
        out.push(value as u8);
    }

    fn signed(out: &mut Vec<u8>, value: i32) {
        unsigned(out, ((value << 1) ^ (value >> 31)) as u32);
    }
}
