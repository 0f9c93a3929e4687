//! The format of the embedded basemap: areas as lists of arcs, where a border that two areas
//! share is stored once.
//!
//! A file is one zlib stream of:
//!
//! ```text
//! "reemap-topology 1\n"
//! steps                    grid steps per degree
//! columns                  attributes per feature
//! arcs                     number of arcs, then each:
//!   points                   number of points, then each:
//!     dx dy                    from the point before it, across arcs (the first from 0, 0)
//! features                 number of features, then each:
//!   (length, UTF-8) × columns
//!   polygons                 number of polygons, then each:
//!     rings                    number of rings, the outer one first, then each:
//!       arcs                     number of arcs, then each:
//!         number                   n for arc n, !n for arc n backwards
//! ```
//!
//! Counts, lengths and `steps` are LEB128 varints; `dx`, `dy` and arc numbers are zigzag varints.
//! A ring's arcs join end to end and close. In a layer of lines a "ring" is an open line.

use std::fmt;
use std::io::Read;
use std::ops::Range;

use flate2::bufread::ZlibDecoder;
use geo::{Coord, Line, LineString, MultiPolygon, Polygon, Rect};

use crate::simplify;

const MAGIC: &[u8] = b"reemap-topology 1\n";

/// More than any embedded file unpacks to, so that a broken one can't fill the memory.
const LARGEST: u64 = 64 << 20;

/// A layer as stored: arcs and what is made of them. Points stay in steps of the grid, which take
/// half the memory that degrees do, and shapes are built when asked for.
pub struct Topology {
    steps: f64,
    /// The points of all arcs, one arc after the other; no more than a `u32` counts.
    points: Vec<[i32; 2]>,
    /// Where each arc starts in `points`, and where the last one ends.
    starts: Vec<usize>,
    /// Each feature's polygons of rings of arc numbers.
    features: Vec<Vec<Vec<Vec<i32>>>>,
}

/// The attributes of each feature, in the file's order.
pub type Attributes = Vec<Vec<String>>;

impl Topology {
    /// Reads a file; the error says what is wrong with it.
    pub fn decode(packed: &[u8]) -> Result<(Self, Attributes), String> {
        let mut bytes = Vec::new();
        let mut inflated = ZlibDecoder::new(packed).take(LARGEST);
        inflated.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        let mut bytes = Bytes(bytes.strip_prefix(MAGIC).ok_or("not a topology file")?);

        let steps = bytes.unsigned()? as f64;
        if steps == 0.0 {
            return Err("no grid".into());
        }
        let columns = bytes.unsigned()?;
        let mut points: Vec<[i32; 2]> = Vec::new();
        let mut point = [0_i32; 2];
        let mut starts = bytes.list(|bytes| {
            let start = points.len();
            for _ in 0..bytes.count()? {
                for value in &mut point {
                    let step = i32::try_from(bytes.signed()?).ok();
                    let moved = step.and_then(|step| value.checked_add(step));
                    *value = moved.ok_or("a point is too far off")?;
                }
                points.push(point);
            }
            Ok(start)
        })?;
        let arcs = starts.len();
        starts.push(points.len());
        points.shrink_to_fit();
        let mut attributes = Vec::new();
        let features = bytes.list(|bytes| {
            attributes.push((0..columns).map(|_| bytes.text()).collect::<Result<_, _>>()?);
            bytes.list(|bytes| {
                bytes.list(|bytes| {
                    bytes.list(|bytes| {
                        let number = bytes.signed()?;
                        let number = i32::try_from(number).ok().filter(|&n| arc_index(n) < arcs);
                        number.ok_or_else(|| "there is no such arc".into())
                    })
                })
            })
        })?;
        Ok((Topology { steps, points, starts, features }, attributes))
    }

    /// A feature's polygons.
    pub fn shape(&self, feature: usize) -> MultiPolygon<f64> {
        let polygon = |rings: &Vec<Vec<i32>>| {
            let mut rings = rings.iter().map(|ring| self.line(ring, 0.0));
            let outer = rings.next().unwrap_or_else(|| LineString::new(Vec::new()));
            Polygon::new(outer, rings.collect())
        };
        MultiPolygon(self.polygons(feature).iter().map(polygon).collect())
    }

    /// Those of a feature's polygons whose box is seen, every arc simplified by itself. What falls
    /// to less than a ring is left out.
    pub fn shape_seen(
        &self,
        feature: usize,
        tolerance: f64,
        seen: impl Fn(&Rect<f64>) -> bool,
    ) -> MultiPolygon<f64> {
        let smallest = tolerance * tolerance;
        let ring = |arcs: &Vec<i32>| {
            let line = self.line(arcs, tolerance);
            let kept = tolerance <= 0.0 || (line.0.len() >= 4 && ring_area(&line) >= smallest);
            kept.then_some(line)
        };
        let polygon = |rings: &Vec<Vec<i32>>| {
            let (outer, inner) = rings.split_first()?;
            self.box_around(outer.iter()).filter(&seen)?;
            Some(Polygon::new(ring(outer)?, inner.iter().filter_map(ring).collect()))
        };
        MultiPolygon(self.polygons(feature).iter().filter_map(polygon).collect())
    }

    /// A feature's lines, of a layer of lines.
    pub fn lines(&self, feature: usize) -> impl Iterator<Item = LineString<f64>> + '_ {
        self.polygons(feature).iter().flatten().map(|line| self.line(line, 0.0))
    }

    /// The box around a feature; none around a feature without points.
    pub fn bounds(&self, feature: usize) -> Option<Rect<f64>> {
        self.box_around(self.polygons(feature).iter().flatten().flatten())
    }

    fn box_around<'a>(&self, arcs: impl Iterator<Item = &'a i32>) -> Option<Rect<f64>> {
        let mut points = arcs.flat_map(|&number| self.arc(number));
        let &first = points.next()?;
        let (min, max) = points.fold((first, first), |(min, max), &[x, y]| {
            ([min[0].min(x), min[1].min(y)], [max[0].max(x), max[1].max(y)])
        });
        Some(Rect::new(self.degrees(min), self.degrees(max)))
    }

    /// Each arc in degrees, and the features that have it in their outline.
    #[cfg(test)]
    pub fn arcs_between(&self) -> Vec<(Vec<Coord<f64>>, Vec<usize>)> {
        let line = |number| self.arc(number).iter().map(|&point| self.degrees(point)).collect();
        let mut arcs: Vec<(Vec<Coord<f64>>, Vec<usize>)> =
            (0..self.starts.len() as i32 - 1).map(|number| (line(number), Vec::new())).collect();
        for feature in 0..self.features.len() {
            for &number in self.polygons(feature).iter().flatten().flatten() {
                let features = &mut arcs[arc_index(number)].1;
                // Twice is not at all, by the even-odd rule.
                match features.last() {
                    Some(&last) if last == feature => drop(features.pop()),
                    _ => features.push(feature),
                }
            }
        }
        arcs
    }

    /// A feature's polygons with every arc simplified by itself, so that neighbours still fit.
    /// Rings smaller than `tolerance` squared go, but for the outer ring of the largest polygon.
    pub fn simplified_shape(&self, feature: usize, tolerance: f64) -> MultiPolygon<f64> {
        if tolerance <= 0.0 {
            return self.shape(feature);
        }
        let smallest = tolerance * tolerance;
        let ring = |arcs: &Vec<i32>| {
            let line = self.line(arcs, tolerance);
            let area = ring_area(&line);
            (line.0.len() >= 4 && area >= smallest).then_some((line, area))
        };
        let mut polygons = Vec::new();
        for rings in self.polygons(feature) {
            let Some((outer, inner)) = rings.split_first() else { continue };
            let Some((outer, _)) = ring(outer) else { continue };
            let inner = inner.iter().filter_map(ring).map(|(line, _)| line).collect();
            polygons.push(Polygon::new(outer, inner));
        }
        if polygons.is_empty() {
            let parts = self.shape(feature).0.into_iter();
            polygons.extend(
                parts.max_by(|a, b| ring_area(a.exterior()).total_cmp(&ring_area(b.exterior()))),
            );
        }
        MultiPolygon(polygons)
    }

    /// The arcs between two different features among those chosen, simplified.
    pub fn shared_arcs(
        &self,
        chosen: impl Fn(usize) -> bool,
        tolerance: f64,
    ) -> Vec<LineString<f64>> {
        #[derive(Clone, Copy, PartialEq)]
        enum Owner {
            Nobody,
            One(usize),
            Several,
        }
        let mut owners = vec![Owner::Nobody; self.starts.len()];
        for index in (0..self.features.len()).filter(|&index| chosen(index)) {
            for &number in self.polygons(index).iter().flatten().flatten() {
                let Some(owner) = owners.get_mut(arc_index(number)) else { continue };
                *owner = match *owner {
                    Owner::Nobody => Owner::One(index),
                    Owner::One(other) if other == index => Owner::One(index),
                    Owner::One(_) | Owner::Several => Owner::Several,
                };
            }
        }
        let shared = (0..).zip(owners).filter(|(_, owner)| *owner == Owner::Several);
        shared.map(|(number, _)| self.line(&[number], tolerance)).collect()
    }

    fn polygons(&self, feature: usize) -> &[Vec<Vec<i32>>] {
        self.features.get(feature).map_or(&[], Vec::as_slice)
    }

    /// Where the points of an arc are.
    fn span(&self, number: i32) -> Range<usize> {
        let index = arc_index(number);
        let ends = self.starts.get(index).zip(self.starts.get(index + 1));
        ends.map_or(0..0, |(&start, &end)| start..end)
    }

    /// The points of an arc, whichever way it is taken.
    fn arc(&self, number: i32) -> &[[i32; 2]] {
        self.points.get(self.span(number)).unwrap_or_default()
    }

    fn degrees(&self, [x, y]: [i32; 2]) -> Coord<f64> {
        Coord { x: f64::from(x) / self.steps, y: f64::from(y) / self.steps }
    }

    /// Arcs joined end to end, each without the points that lie within `tolerance` of the line
    /// through its others (Douglas–Peucker); both its ends stay.
    fn line(&self, numbers: &[i32], tolerance: f64) -> LineString<f64> {
        let length = numbers.iter().map(|&number| self.arc(number).len()).sum();
        let mut points: Vec<Coord<f64>> = Vec::with_capacity(length);
        for &number in numbers {
            points.pop();
            let start = points.len();
            points.extend(self.arc(number).iter().map(|&point| self.degrees(point)));
            simplify::thin(&mut points, start, tolerance);
            if number < 0
                && let Some(arc) = points.get_mut(start..)
            {
                arc.reverse();
            }
        }
        LineString::new(points)
    }
}

impl fmt::Debug for Topology {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Topology of {} features", self.features.len())
    }
}

/// The area that a ring encloses, in square degrees.
fn ring_area(ring: &LineString<f64>) -> f64 {
    let Some(&first) = ring.0.first() else { return 0.0 };
    // By the first point, lest large coordinates swallow a small area.
    let cross = |line: Line<f64>| Line::new(line.start - first, line.end - first).determinant();
    ring.lines().map(cross).sum::<f64>().abs() / 2.0
}

/// The position of an arc among the arcs, whichever way it is taken.
fn arc_index(number: i32) -> usize {
    let index = if number < 0 { !number } else { number };
    usize::try_from(index).unwrap_or(usize::MAX)
}

/// What is left to read.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn unsigned(&mut self) -> Result<u64, String> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.0.split_first().ok_or("ends early")?;
            self.0 = rest;
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err("a number is too long".into())
    }

    fn signed(&mut self) -> Result<i64, String> {
        let value = self.unsigned()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    fn text(&mut self) -> Result<String, String> {
        let length = self.unsigned()?;
        let length = usize::try_from(length).map_err(|error| error.to_string())?;
        let (text, rest) = self.0.split_at_checked(length).ok_or("ends early")?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).map_err(|error| error.to_string())
    }

    /// The count of things that take a byte each at least, which bounds what is set aside.
    fn count(&mut self) -> Result<usize, String> {
        let count = self.unsigned()?;
        let count = usize::try_from(count).ok().filter(|&count| count <= self.0.len());
        count.ok_or_else(|| "ends early".into())
    }

    /// A count and that many items.
    fn list<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T, String>,
    ) -> Result<Vec<T>, String> {
        (0..self.count()?).map(|_| item(self)).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use geo::{Area, BoundingRect};
    use proptest::prelude::*;

    use super::*;

    fn pack(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    /// Two squares side by side, the second told backwards along the border.
    fn squares() -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend([1, 1, 3]); // one step per degree, one attribute, three arcs
        bytes.extend([2, 2, 0, 0, 2]); // (1, 0) (1, 1): the border
        bytes.extend([4, 0, 0, 1, 0, 0, 1, 2, 0]); // (1, 1) (0, 1) (0, 0) (1, 0)
        bytes.extend([4, 0, 0, 2, 0, 0, 2, 1, 0]); // (1, 0) (2, 0) (2, 1) (1, 1)
        bytes.extend([2, 1, b'a', 1, 1, 2, 0, 2]); // a: arcs 0, 1
        bytes.extend([1, b'b', 1, 1, 2, 4, 1]); // b: arcs 2, !0
        bytes
    }

    #[test]
    fn neighbours_share_an_arc() {
        let (topology, attributes) = Topology::decode(&pack(&squares())).unwrap();
        assert_eq!(attributes, [["a"], ["b"]]);
        assert_eq!(topology.shape(0).unsigned_area(), 1.0);
        assert_eq!(topology.shape(1).unsigned_area(), 1.0);
        let border = LineString::from(vec![(1.0, 0.0), (1.0, 1.0)]);
        assert_eq!(topology.shared_arcs(|_| true, 0.0), [border]);
        assert!(topology.shared_arcs(|index| index == 0, 0.0).is_empty());
    }

    #[test]
    fn bounds_and_arcs_are_those_of_the_shape() {
        let (topology, _) = Topology::decode(&pack(&squares())).unwrap();
        for feature in [0, 1] {
            assert_eq!(topology.bounds(feature), topology.shape(feature).bounding_rect());
        }
        let beside: Vec<_> = topology.arcs_between().into_iter().map(|(_, sides)| sides).collect();
        assert_eq!(beside, [vec![0, 1], vec![0], vec![1]]);
    }

    #[test]
    fn every_cut_is_noticed() {
        let whole = squares();
        for length in 0..whole.len() {
            assert!(Topology::decode(&pack(&whole[..length])).is_err(), "{length}");
        }
        assert!(Topology::decode(b"not zlib").is_err());
    }

    proptest! {
        #[test]
        fn damage_never_panics(at in 0_usize..60, byte: u8, rest: Vec<u8>) {
            let mut bytes = squares();
            let at = MAGIC.len() + at % (bytes.len() - MAGIC.len());
            bytes[at] = byte;
            bytes.truncate(at + 1);
            bytes.extend(rest);
            if let Ok((topology, attributes)) = Topology::decode(&pack(&bytes)) {
                for index in 0..attributes.len() {
                    topology.shape(index);
                    topology.bounds(index);
                    topology.simplified_shape(index, 0.5);
                }
            }
        }
    }
}
