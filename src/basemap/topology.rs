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

use std::borrow::Cow;
use std::io::Read;

use flate2::read::ZlibDecoder;
use geo::{Area, Coord, LineString, MultiPolygon, Polygon, Simplify};

const MAGIC: &[u8] = b"reemap-topology 1\n";

/// More than any embedded file unpacks to, so that a broken one can't fill the memory.
const LARGEST: u64 = 64 << 20;

/// A layer as stored: arcs and what is made of them.
pub struct Topology {
    arcs: Vec<Vec<Coord<f64>>>,
    /// The features, in the file's order.
    pub features: Vec<Feature>,
}

/// An area, or a line.
pub struct Feature {
    attributes: Vec<String>,
    /// Polygons of rings of arc numbers.
    polygons: Vec<Vec<Vec<i64>>>,
}

impl Feature {
    /// The attributes, if there are as many as asked for.
    pub fn attributes<const N: usize>(&self) -> Option<[&str; N]> {
        let all: Vec<&str> = self.attributes.iter().map(String::as_str).collect();
        all.try_into().ok()
    }
}

impl Topology {
    /// Reads a file; the error says what is wrong with it.
    pub fn decode(packed: &[u8]) -> Result<Self, String> {
        let mut bytes = Vec::new();
        let mut inflated = ZlibDecoder::new(packed).take(LARGEST);
        inflated.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        let mut bytes = Bytes(bytes.strip_prefix(MAGIC).ok_or("not a topology file")?);

        let steps = bytes.unsigned()? as f64;
        if steps == 0.0 {
            return Err("no grid".into());
        }
        let columns = bytes.unsigned()?;
        let (mut x, mut y) = (0_i64, 0_i64);
        let arcs = bytes.list(|bytes| {
            bytes.list(|bytes| {
                x = x.wrapping_add(bytes.signed()?);
                y = y.wrapping_add(bytes.signed()?);
                Ok(Coord { x: x as f64 / steps, y: y as f64 / steps })
            })
        })?;
        let features = bytes.list(|bytes| {
            let attributes = (0..columns).map(|_| bytes.text()).collect::<Result<_, _>>()?;
            let polygons = bytes.list(|bytes| {
                bytes.list(|bytes| {
                    bytes.list(|bytes| {
                        let number = bytes.signed()?;
                        if arc_index(number) >= arcs.len() {
                            return Err(format!("no arc {number}"));
                        }
                        Ok(number)
                    })
                })
            })?;
            Ok(Feature { attributes, polygons })
        })?;
        Ok(Topology { arcs, features })
    }

    /// A feature's polygons.
    pub fn shape(&self, feature: usize) -> MultiPolygon<f64> {
        let polygon = |rings: &Vec<Vec<i64>>| {
            let mut rings = rings.iter().map(|ring| self.line(ring, 0.0));
            let outer = rings.next().unwrap_or_else(|| LineString::new(Vec::new()));
            Polygon::new(outer, rings.collect())
        };
        MultiPolygon(self.polygons(feature).iter().map(polygon).collect())
    }

    /// A feature's lines, of a layer of lines.
    pub fn lines(&self, feature: usize) -> impl Iterator<Item = LineString<f64>> + '_ {
        self.polygons(feature).iter().flatten().map(|line| self.line(line, 0.0))
    }

    /// A feature's polygons with every arc simplified by itself, so that neighbours still fit.
    /// Rings smaller than `tolerance` squared go, but for the outer ring of the largest polygon.
    pub fn simplified_shape(&self, feature: usize, tolerance: f64) -> MultiPolygon<f64> {
        if tolerance <= 0.0 {
            return self.shape(feature);
        }
        let smallest = tolerance * tolerance;
        let ring = |arcs: &Vec<i64>| {
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

    /// The arcs between two different features among those chosen.
    pub fn shared_arcs(&self, chosen: impl Fn(usize) -> bool) -> Vec<&[Coord<f64>]> {
        #[derive(Clone, Copy, PartialEq)]
        enum Owner {
            Nobody,
            One(usize),
            Several,
        }
        let mut owners = vec![Owner::Nobody; self.arcs.len()];
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
        let shared = self.arcs.iter().zip(owners).filter(|(_, owner)| *owner == Owner::Several);
        shared.map(|(arc, _)| arc.as_slice()).collect()
    }

    fn polygons(&self, feature: usize) -> &[Vec<Vec<i64>>] {
        self.features.get(feature).map_or(&[], |feature| &feature.polygons)
    }

    /// Arcs joined end to end.
    fn line(&self, numbers: &[i64], tolerance: f64) -> LineString<f64> {
        let mut points: Vec<Coord<f64>> = Vec::new();
        for &number in numbers {
            let Some(arc) = self.arcs.get(arc_index(number)) else { continue };
            let arc = simplify(arc, tolerance);
            points.pop();
            if number < 0 {
                points.extend(arc.iter().rev());
            } else {
                points.extend(arc.iter());
            }
        }
        LineString::new(points)
    }
}

/// An arc without the points that lie within `tolerance` of the line through its others
/// (Douglas–Peucker); both ends stay.
pub fn simplify(arc: &[Coord<f64>], tolerance: f64) -> Cow<'_, [Coord<f64>]> {
    if tolerance <= 0.0 || arc.len() < 3 {
        return Cow::Borrowed(arc);
    }
    Cow::Owned(LineString::new(arc.to_vec()).simplify(tolerance).0)
}

/// The area that a ring encloses, in square degrees.
fn ring_area(ring: &LineString<f64>) -> f64 {
    Polygon::new(ring.clone(), Vec::new()).unsigned_area()
}

/// The position of an arc among the arcs, whichever way it is taken.
fn arc_index(number: i64) -> usize {
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

    /// A count and that many items. Each takes a byte at least, which bounds what is set aside.
    fn list<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T, String>,
    ) -> Result<Vec<T>, String> {
        let count = self.unsigned()?;
        if count > self.0.len() as u64 {
            return Err("ends early".into());
        }
        (0..count).map(|_| item(self)).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;
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
        let topology = Topology::decode(&pack(&squares())).unwrap();
        assert_eq!(topology.features[1].attributes(), Some(["b"]));
        assert_eq!(topology.shape(0).unsigned_area(), 1.0);
        assert_eq!(topology.shape(1).unsigned_area(), 1.0);
        let border = [Coord { x: 1.0, y: 0.0 }, Coord { x: 1.0, y: 1.0 }];
        assert_eq!(topology.shared_arcs(|_| true), [&border]);
        assert!(topology.shared_arcs(|index| index == 0).is_empty());
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
            if let Ok(topology) = Topology::decode(&pack(&bytes)) {
                for index in 0..topology.features.len() {
                    topology.shape(index);
                    topology.simplified_shape(index, 0.5);
                }
            }
        }
    }
}
