//! Well-known binary: geometry as OGC Simple Features and ISO 13249-3 write it, with PostGIS's
//! flags too. Heights and measures are passed over.

use geo::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon,
    Point, Polygon,
};

/// The geometry, or the reason why there is none.
type Answer<T> = std::result::Result<T, String>;

/// How deep collections may lie in each other.
const DEEPEST: usize = 16;

/// Reads a geometry.
pub(super) fn read(bytes: &[u8]) -> Answer<Geometry<f64>> {
    Reader { bytes, little: true, spare: 0 }.geometry(0)
}

struct Reader<'a> {
    bytes: &'a [u8],
    little: bool,
    /// How many numbers follow x and y of each vertex.
    spare: usize,
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Answer<[u8; N]> {
        let (head, rest) = self.bytes.split_first_chunk::<N>().ok_or("it ends early")?;
        self.bytes = rest;
        Ok(*head)
    }

    fn whole(&mut self) -> Answer<u32> {
        let bytes = self.take()?;
        Ok(if self.little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    fn number(&mut self) -> Answer<f64> {
        let bytes = self.take()?;
        Ok(if self.little { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) })
    }

    fn coord(&mut self) -> Answer<Coord<f64>> {
        let (x, y) = (self.number()?, self.number()?);
        for _ in 0..self.spare {
            self.number()?;
        }
        Ok(Coord { x, y })
    }

    /// As many as the count before them says, which is not trusted.
    fn many<T>(&mut self, mut one: impl FnMut(&mut Self) -> Answer<T>) -> Answer<Vec<T>> {
        let count = self.whole()?;
        (0..count).map(|_| one(self)).collect()
    }

    fn line(&mut self) -> Answer<LineString<f64>> {
        Ok(LineString(self.many(Self::coord)?))
    }

    fn polygon(&mut self) -> Answer<Polygon<f64>> {
        let mut rings = self.many(Self::line)?.into_iter();
        let exterior = rings.next().unwrap_or_else(|| LineString(Vec::new()));
        Ok(Polygon::new(exterior, rings.collect()))
    }

    fn parts(&mut self, depth: usize) -> Answer<Vec<Geometry<f64>>> {
        self.many(|reader| reader.geometry(depth + 1))
    }

    fn geometry(&mut self, depth: usize) -> Answer<Geometry<f64>> {
        if depth > DEEPEST {
            return Err("its collections lie too deep in each other".into());
        }
        self.little = match self.take::<1>()? {
            [0] => false,
            [1] => true,
            [order] => return Err(format!("its byte order is {order}")),
        };
        let code = self.whole()?;
        if code & 0x2000_0000 != 0 {
            self.whole()?;
        }
        let kind = code & 0x1FFF_FFFF;
        let dimensions = kind / 1000;
        let flags = (code >> 31) + (code >> 30 & 1);
        self.spare = flags as usize + [0, 1, 1, 2].get(dimensions as usize).ok_or("its type")?;
        fn of<T>(parts: Vec<Geometry<f64>>) -> Answer<Vec<T>>
        where
            T: TryFrom<Geometry<f64>>,
        {
            let part = |part| T::try_from(part).map_err(|_| "a part is of another type".to_owned());
            parts.into_iter().map(part).collect()
        }
        Ok(match kind % 1000 {
            1 => Geometry::Point(Point(self.coord()?)),
            2 => Geometry::LineString(self.line()?),
            3 => Geometry::Polygon(self.polygon()?),
            4 => Geometry::MultiPoint(MultiPoint(of(self.parts(depth)?)?)),
            5 => Geometry::MultiLineString(MultiLineString(of(self.parts(depth)?)?)),
            6 => Geometry::MultiPolygon(MultiPolygon(of(self.parts(depth)?)?)),
            7 => Geometry::GeometryCollection(GeometryCollection(self.parts(depth)?)),
            other => return Err(format!("geometry of type {other} is not read")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
        let pair =
            |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        digits.chunks(2).map(pair).collect()
    }

    #[test]
    fn points_and_polygons_of_both_byte_orders_are_read() {
        let point = Geometry::Point(Point::new(1.0, 2.0));
        let (one, two) = ("000000000000F03F", "0000000000000040");
        assert_eq!(read(&hex(&format!("01 01000000 {one}{two}"))), Ok(point.clone()));
        let big = "00 00000001 3FF0000000000000 4000000000000000";
        assert_eq!(read(&hex(big)), Ok(point.clone()));
        // Z as ISO and as PostGIS write it, the latter with a code of its system.
        assert_eq!(read(&hex(&format!("01 E9030000 {one}{two}{one}"))), Ok(point.clone()));
        let postgis = format!("01 010000A0 E6100000 {one}{two}{one}");
        assert_eq!(read(&hex(&postgis)), Ok(point));
        let zero = "0000000000000000";
        let ring = format!("04000000 {zero}{zero} {one}{zero} {one}{one} {zero}{zero}");
        let polygon = format!("01 03000000 01000000 {ring}");
        let multi = format!("01 06000000 01000000 {polygon}");
        assert!(
            matches!(read(&hex(&polygon)), Ok(Geometry::Polygon(it)) if it.exterior().0.len() == 4)
        );
        assert!(matches!(read(&hex(&multi)), Ok(Geometry::MultiPolygon(it)) if it.0.len() == 1));
    }

    #[test]
    fn damaged_geometry_is_an_error() {
        for text in
            ["", "02", "01 01000000 00", "01 02000000 FFFFFFFF", "01 11000000", "01 FFFFFFFF"]
        {
            assert!(read(&hex(text)).is_err(), "{text}");
        }
        // A collection in a collection in a collection …
        assert!(read(&"01 07000000 01000000".repeat(1000).as_bytes().to_vec()).is_err());
        assert!(read(&hex("0107000000 01000000").repeat(1000)).is_err());
        // A multipoint of something else.
        assert!(read(&hex("01 04000000 01000000 01 02000000 00000000")).is_err());
    }
}
