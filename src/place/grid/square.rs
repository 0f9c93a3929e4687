//! One square of a grid: the edges that pass through it, by latitude.
//!
//! Which areas hold a point is a matter of all edges on its east (the even-odd rule), most of
//! them beyond the square. Beyond, edges come in chains that pass it by, and whatever way a chain
//! takes there, it changes nothing as long as it starts and ends at the same latitudes, since
//! every point of the square is west of it. So each edge that leaves the square eastwards and ends
//! there is taken to go on straight north or south from its end: what the other edges beyond
//! contribute is then the same for every point of the square, and what that is follows from the
//! areas that hold the middle.

use geo::{Coord, Point};

use super::Frame;
use crate::place::edge::{Edge, Plane};

/// Edges to a band, about.
const EDGES_PER_BAND: usize = 4;
const MOST_BANDS: usize = 2048;

/// The number of no area.
pub const NOBODY: u16 = u16::MAX;

/// What a square is made from.
#[derive(Debug, Default, PartialEq)]
pub struct Parts {
    /// The ends of edges, chain after chain.
    pub points: Vec<Coord<f64>>,
    /// For each point the two areas beside the edge that goes on from it, by their places in
    /// `areas`, or [`NOBODY`]; at the end of a chain twice nobody.
    pub sides: Vec<[u16; 2]>,
    /// The numbers of the areas that pass through, ascending.
    pub areas: Vec<u32>,
    /// Those that hold the middle of the square, by their places in `areas`.
    pub middle: Vec<u16>,
}

/// A square with edges, ready to be asked. What a point needs lies close together: most of the
/// time goes into waiting for memory.
pub struct Square {
    east: f64,
    bands: Bands,
    /// How many words of bits a band has, one for each area.
    words: usize,
    /// For each band, then for none: where it starts in `listed`, and but for the last one a bit for
    /// each area: whether a ray that crosses no edge of the band has crossed an odd number.
    rows: Box<[u64]>,
    /// The edges of each band.
    listed: Box<[Listed]>,
    points: Box<[Coord<f64>]>,
    areas: Box<[u32]>,
}

/// An edge by the point that it goes on from, and the areas beside it.
#[derive(Debug, Clone, Copy, Default)]
struct Listed {
    from: u32,
    sides: [u16; 2],
}

/// Bands of equal height from south to north.
struct Bands {
    south: f64,
    per_degree: f64,
    count: usize,
}

impl Bands {
    /// The band of a latitude; the outermost one for a latitude beyond.
    fn at(&self, y: f64) -> usize {
        let band = (y - self.south) * self.per_degree;
        (band.max(0.0) as usize).min(self.count - 1)
    }
}

impl Square {
    /// Sorts the edges of a square.
    pub fn new(frame: &Frame, parts: Parts) -> Self {
        let Parts { points, sides, areas, middle } = parts;
        let count = (points.len() / EDGES_PER_BAND).clamp(1, MOST_BANDS);
        let per_degree = count as f64 / (frame.north - frame.south);
        let bands = Bands { south: frame.south, per_degree, count };
        let words = areas.len().div_ceil(64).max(1);
        let mut rows = vec![0; (count + 1) * (words + 1)];
        let listed = sort(&points, &sides, frame.east, &bands, &mut rows, words);
        let mut square = Square {
            east: frame.east,
            bands,
            words,
            rows: rows.into(),
            listed: listed.into(),
            points: points.into(),
            areas: areas.into(),
        };
        square.settle(frame, &middle);
        square
    }

    /// Makes the areas at the middle those that hold it.
    fn settle(&mut self, frame: &Frame, middle: &[u16]) {
        let x = (frame.west + frame.east) / 2.0;
        let y = (frame.south + frame.north) / 2.0;
        let mut change = vec![0; self.words];
        self.crossed(Coord { x, y }, &mut change);
        for &area in middle {
            change[usize::from(area) / 64] ^= 1 << (area % 64);
        }
        for row in self.rows.chunks_exact_mut(self.words + 1) {
            row.iter_mut().skip(1).zip(&change).for_each(|(odd, change)| *odd ^= change);
        }
    }

    /// Sets the bits of the areas whose edges a ray from the point crosses an odd number of times.
    fn crossed(&self, point: Coord<f64>, odd: &mut [u64]) {
        let band = self.bands.at(point.y);
        odd.copy_from_slice(&self.rows[band * (self.words + 1)..][1..=self.words]);
        self.each_crossed(band, point, |sides| {
            for side in sides {
                if let Some(word) = odd.get_mut(usize::from(side) / 64) {
                    *word ^= 1 << (side % 64);
                }
            }
        });
    }

    /// Gives the sides of each edge of a band that a ray from the point crosses, or would where
    /// the edge goes on beyond the square.
    fn each_crossed(&self, band: usize, point: Coord<f64>, mut give: impl FnMut([u16; 2])) {
        for ([a, b], sides) in self.edges_of(band) {
            let edge = Edge::new(a, b);
            let crossed = if point.y < edge.south.y {
                edge.south.x >= self.east
            } else if point.y >= edge.north.y {
                edge.north.x >= self.east
            } else {
                edge.is_east_of(point)
            };
            if crossed {
                give(sides);
            }
        }
    }

    /// The edges of a band and the areas beside them.
    fn edges_of(&self, band: usize) -> impl Iterator<Item = ([Coord<f64>; 2], [u16; 2])> {
        let stride = self.words + 1;
        let range = self.rows[band * stride] as usize..self.rows[(band + 1) * stride] as usize;
        self.listed[range].iter().map(|listed| {
            let from = listed.from as usize;
            ([self.points[from], self.points[from + 1]], listed.sides)
        })
    }

    /// The first of the areas that hold the point, among those asked for.
    pub fn first(&self, point: Coord<f64>, wanted: impl Fn(u32) -> bool) -> Option<u32> {
        if self.words > 1 {
            return self.first_of_many(point, wanted);
        }
        let band = self.bands.at(point.y);
        let mut odd = self.rows[band * 2 + 1];
        let bit = |side: u16| 1_u64.checked_shl(u32::from(side)).unwrap_or(0);
        self.each_crossed(band, point, |[a, b]| odd ^= bit(a) ^ bit(b));
        self.lowest(0, odd, &wanted)
    }

    fn first_of_many(&self, point: Coord<f64>, wanted: impl Fn(u32) -> bool) -> Option<u32> {
        let mut few = [0; 16];
        let mut many = Vec::new();
        let odd = match few.get_mut(..self.words) {
            Some(odd) => odd,
            None => {
                many.resize(self.words, 0);
                many.as_mut_slice()
            }
        };
        self.crossed(point, odd);
        odd.iter().enumerate().find_map(|(word, &odd)| self.lowest(word, odd, &wanted))
    }

    /// The first area wanted of those whose bits are set in a word.
    fn lowest(&self, word: usize, mut odd: u64, wanted: impl Fn(u32) -> bool) -> Option<u32> {
        while odd != 0 {
            let &area = self.areas.get(word * 64 + odd.trailing_zeros() as usize)?;
            if wanted(area) {
                return Some(area);
            }
            odd &= odd - 1;
        }
        None
    }

    /// Gives each area's edges that come within reach, nearest bands first: the squared distance
    /// on the plane, the spot and the area. What is given back is the new reach.
    pub fn each_near(
        &self,
        plane: &Plane,
        mut reach: f64,
        mut give: impl FnMut(f64, Point<f64>, u32) -> f64,
    ) -> f64 {
        let here = self.bands.at(plane.origin.y);
        let mut around = plane.reach(reach);
        let mut look = |band: usize, mut reach: f64| {
            for (ends, sides) in self.edges_of(band) {
                let Some((squared, spot)) = plane.nearest(ends, &around) else { continue };
                for side in sides {
                    if let Some(&area) = self.areas.get(usize::from(side)) {
                        reach = give(squared, spot, area);
                    }
                }
                around = plane.reach(reach);
            }
            reach
        };
        reach = look(here, reach);
        // Where a band starts, how far on it is from the point.
        let ahead = |band: usize| {
            let start = self.bands.south + band as f64 / self.bands.per_degree;
            (start - plane.origin.y) * plane.per_degree_y
        };
        for band in here + 1..self.bands.count {
            if ahead(band) > reach {
                break;
            }
            reach = look(band, reach);
        }
        for band in (0..here).rev() {
            if -ahead(band + 1) > reach {
                break;
            }
            reach = look(band, reach);
        }
        reach
    }
}

/// Lists the edges of each band and fills its row.
fn sort(
    points: &[Coord<f64>],
    sides: &[[u16; 2]],
    east: f64,
    bands: &Bands,
    rows: &mut [u64],
    words: usize,
) -> Vec<Listed> {
    let stride = words + 1;
    let mut spans: Vec<(Listed, u16, u16)> = Vec::with_capacity(points.len());
    for (from, (ends, &sides)) in (0..).zip(points.windows(2).zip(sides)) {
        let &[a, b] = ends else { continue };
        if sides == [NOBODY; 2] {
            continue;
        }
        let edge = Edge::new(a, b);
        let (first, last) = (bands.at(edge.south.y), bands.at(edge.north.y));
        // Where it goes on beyond: in all bands north of its own, or south.
        if edge.north.x >= east && last + 1 < bands.count {
            flip(&mut rows[(last + 1) * stride + 1..], sides);
        }
        if edge.south.x >= east {
            flip(&mut rows[1..], sides);
            flip(&mut rows[first * stride + 1..], sides);
        }
        spans.push((Listed { from, sides }, first as u16, last as u16));
        (first..=last).for_each(|band| rows[band * stride] += 1);
    }
    // Each band has what the one south of it has, and its own changes.
    for at in (stride..bands.count * stride).filter(|at| at % stride != 0) {
        rows[at] ^= rows[at - stride];
    }
    // Turn the counts into where each band ends, and fill from there.
    let mut total = 0;
    for row in rows.chunks_exact_mut(stride) {
        total += row[0];
        row[0] = total;
    }
    let mut listed = vec![Listed::default(); total as usize];
    for (edge, first, last) in spans {
        for band in usize::from(first)..=usize::from(last) {
            let start = &mut rows[band * stride];
            *start -= 1;
            listed[*start as usize] = edge;
        }
    }
    listed
}

/// Flips the bits of two areas in the row that starts here.
fn flip(odd: &mut [u64], sides: [u16; 2]) {
    for side in sides.into_iter().filter(|&side| side != NOBODY) {
        odd[usize::from(side) / 64] ^= 1 << (side % 64);
    }
}
