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
    /// A bit for each of 4 × 4 cells, from the south-west on, row by row: whether something may be
    /// near.
    pub near: u16,
}

/// A square with edges, ready to be asked.
pub struct Square {
    east: f64,
    bands: Bands,
    points: Vec<Coord<f64>>,
    sides: Vec<[u16; 2]>,
    areas: Vec<u32>,
    /// Where each band starts in `edges`; one more than there are bands.
    starts: Vec<u32>,
    /// The edges of each band, by the points that they go on from.
    edges: Vec<u32>,
    /// For each band a bit for each area: whether a ray that crosses no edge of the band has
    /// crossed an odd number.
    odd: Vec<u64>,
    /// How many words of `odd` a band has.
    words: usize,
    /// See [`Parts::near`].
    pub near: u16,
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
        let Parts { points, sides, areas, middle, near } = parts;
        let count = (points.len() / EDGES_PER_BAND).clamp(1, MOST_BANDS);
        let per_degree = count as f64 / (frame.north - frame.south);
        let bands = Bands { south: frame.south, per_degree, count };
        let words = areas.len().div_ceil(64).max(1);
        let mut square = Square {
            east: frame.east,
            starts: vec![0; count + 1],
            edges: Vec::new(),
            odd: vec![0; count * words],
            bands,
            points,
            sides,
            areas,
            words,
            near,
        };
        square.sort();
        let middle_of_square =
            Coord { x: (frame.west + frame.east) / 2.0, y: (frame.south + frame.north) / 2.0 };
        square.settle(middle_of_square, &middle);
        square
    }

    /// Fills the bands.
    fn sort(&mut self) {
        let Square { east, bands, points, sides, starts, odd, words, .. } = self;
        let mut spans: Vec<(u32, u16, u16)> = Vec::with_capacity(points.len());
        for (number, (ends, sides)) in points.windows(2).zip(sides.iter()).enumerate() {
            let &[a, b] = ends else { continue };
            if *sides == [NOBODY; 2] {
                continue;
            }
            let edge = Edge::new(a, b);
            let (first, last) = (bands.at(edge.south.y), bands.at(edge.north.y));
            // Where it goes on beyond: in all bands north of its own, or south.
            if edge.north.x >= *east {
                flip(odd, *words, last + 1, sides);
            }
            if edge.south.x >= *east {
                flip(odd, *words, 0, sides);
                flip(odd, *words, first, sides);
            }
            spans.push((number as u32, first as u16, last as u16));
            for band in first..=last {
                starts[band] += 1;
            }
        }
        // Each band has what the one south of it has, and its own changes.
        for at in *words..odd.len() {
            odd[at] ^= odd[at - *words];
        }
        // Turn the counts into where each band ends, and fill from there.
        let mut total = 0;
        for start in starts.iter_mut() {
            total += *start;
            *start = total;
        }
        let mut edges = vec![0; total as usize];
        for (number, first, last) in spans {
            for start in &mut starts[usize::from(first)..=usize::from(last)] {
                *start -= 1;
                edges[*start as usize] = number;
            }
        }
        self.edges = edges;
    }

    /// Makes the areas at the middle those that hold it.
    fn settle(&mut self, point: Coord<f64>, middle: &[u16]) {
        let mut change = vec![0; self.words];
        self.crossed(point, &mut change);
        for &area in middle {
            change[usize::from(area) / 64] ^= 1 << (area % 64);
        }
        for band in self.odd.chunks_exact_mut(self.words) {
            band.iter_mut().zip(&change).for_each(|(odd, change)| *odd ^= change);
        }
    }

    /// Sets the bits of the areas whose edges a ray from the point crosses an odd number of times.
    fn crossed(&self, point: Coord<f64>, odd: &mut [u64]) {
        let band = self.bands.at(point.y);
        odd.copy_from_slice(&self.odd[band * self.words..][..self.words]);
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
        for (number, edge) in self.edges_of(band) {
            let crossed = if point.y < edge.south.y {
                edge.south.x >= self.east
            } else if point.y >= edge.north.y {
                edge.north.x >= self.east
            } else {
                edge.is_east_of(point)
            };
            if crossed {
                give(self.sides[number]);
            }
        }
    }

    /// The edges of a band and their numbers.
    fn edges_of(&self, band: usize) -> impl Iterator<Item = (usize, Edge)> {
        let range = self.starts[band] as usize..self.starts[band + 1] as usize;
        self.edges[range].iter().map(|&number| {
            let number = number as usize;
            (number, Edge::new(self.points[number], self.points[number + 1]))
        })
    }

    /// The first of the areas that hold the point, among those asked for.
    pub fn first(&self, point: Coord<f64>, wanted: impl Fn(u32) -> bool) -> Option<u32> {
        let [lone] = *self.odd_words(point.y) else { return self.first_of_many(point, wanted) };
        let mut odd = lone;
        let bit = |side: u16| 1_u64.checked_shl(u32::from(side)).unwrap_or(0);
        self.each_crossed(self.bands.at(point.y), point, |[a, b]| odd ^= bit(a) ^ bit(b));
        self.lowest(0, odd, &wanted)
    }

    fn odd_words(&self, y: f64) -> &[u64] {
        &self.odd[self.bands.at(y) * self.words..][..self.words]
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
        let mut look = |band: usize, mut reach: f64| {
            for (number, edge) in self.edges_of(band) {
                let Some((squared, spot)) = plane.nearest(&edge, reach) else { continue };
                for side in self.sides[number] {
                    if let Some(&area) = self.areas.get(usize::from(side)) {
                        reach = give(squared, spot, area);
                    }
                }
            }
            reach
        };
        reach = look(here, reach);
        let side_of = |band: usize| self.bands.south + band as f64 / self.bands.per_degree;
        let far = |y: f64, reach: f64| (y - plane.origin.y).abs() * plane.per_degree_y > reach;
        for band in here + 1..self.bands.count {
            if far(side_of(band), reach) && side_of(band) > plane.origin.y {
                break;
            }
            reach = look(band, reach);
        }
        for band in (0..here).rev() {
            if far(side_of(band + 1), reach) && side_of(band + 1) < plane.origin.y {
                break;
            }
            reach = look(band, reach);
        }
        reach
    }
}

/// Flips the bits of two areas from a band on, as changes to be summed up from south to north.
fn flip(odd: &mut [u64], words: usize, band: usize, sides: &[u16; 2]) {
    for &side in sides.iter().filter(|&&side| side != NOBODY) {
        if let Some(word) = odd.get_mut(band * words + usize::from(side) / 64) {
            *word ^= 1 << (side % 64);
        }
    }
}
