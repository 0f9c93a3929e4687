//! Quick passes over JSON text, for files that are mostly coordinates. What is not quite plain is
//! left to the parser that knows all of JSON, and so are errors: then there is none here.

use geo::{Coord, Geometry, LineString, MultiPolygon, Polygon};
use memchr::{memchr2, memchr3};

/// The members of an object: names as spelt, and the text of their values, not yet looked into.
pub fn members(json: &[u8]) -> Option<Vec<(&[u8], &[u8])>> {
    let mut at = Cursor { json, next: 0 };
    let mut members = Vec::with_capacity(8);
    at.expect(b'{')?;
    if at.peek()? == b'}' {
        at.next += 1;
        return at.ended().then_some(members);
    }
    loop {
        at.space();
        let name = at.value()?;
        let name = name.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
        if name.contains(&b'\\') {
            return None;
        }
        at.expect(b':')?;
        at.space();
        members.push((name, at.value()?));
        match at.peek()? {
            b',' => at.next += 1,
            b'}' => {
                at.next += 1;
                return at.ended().then_some(members);
            }
            _ => return None,
        }
    }
}

/// The length of what starts within brackets or quotes: to the end of the value that it is part of,
/// or as far as the text goes.
pub struct Depth {
    open: u8,
    close: u8,
    count: u64,
    string: bool,
    escaped: bool,
}

impl Depth {
    /// Before a value that starts with this byte; none where that is neither bracket nor quote.
    pub fn of(first: u8) -> Option<Self> {
        let close = match first {
            b'{' => b'}',
            b'[' => b']',
            b'"' => b'"',
            _ => return None,
        };
        Some(Depth { open: first, close, count: 0, string: false, escaped: false })
    }

    /// How many bytes belong to the value, and whether it ends with them.
    pub fn pass(&mut self, text: &[u8]) -> (usize, bool) {
        let mut next = 0;
        while let Some(rest) = text.get(next..).filter(|rest| !rest.is_empty()) {
            if std::mem::take(&mut self.escaped) {
                next += 1;
                continue;
            }
            let found = match self.string {
                true => memchr2(b'"', b'\\', rest),
                // Brackets of the other kind are balanced where the text is sound.
                false => memchr3(b'"', self.open, self.close, rest),
            };
            let Some(found) = found else { return (text.len(), false) };
            next += found + 1;
            match rest.get(found) {
                Some(b'\\') => self.escaped = true,
                Some(b'"') => {
                    self.string = !self.string;
                    if !self.string && self.count == 0 {
                        return (next, true);
                    }
                }
                Some(&byte) if byte == self.open => self.count += 1,
                _ => {
                    self.count -= 1;
                    if self.count == 0 {
                        return (next, true);
                    }
                }
            }
        }
        (text.len(), false)
    }
}

/// A point, a polygon or several; none for other geometries and whatever is not plain.
pub fn geometry(json: &[u8]) -> Option<Geometry<f64>> {
    let members = members(json)?;
    let [(first, a), (second, b)] = members.as_slice() else { return None };
    let (kind, coordinates) = match (*first, *second) {
        (b"type", b"coordinates") => (*a, *b),
        (b"coordinates", b"type") => (*b, *a),
        _ => return None,
    };
    let mut at = Cursor { json: coordinates, next: 0 };
    let geometry = match kind {
        b"\"Point\"" => Geometry::Point(at.position()?.into()),
        b"\"Polygon\"" => Geometry::Polygon(at.polygon()?),
        b"\"MultiPolygon\"" => {
            let mut polygons = Vec::new();
            at.list(|at| {
                polygons.push(at.polygon()?);
                Some(())
            })?;
            Geometry::MultiPolygon(MultiPolygon(polygons))
        }
        _ => return None,
    };
    at.ended().then_some(geometry)
}

struct Cursor<'a> {
    json: &'a [u8],
    next: usize,
}

impl<'a> Cursor<'a> {
    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.json.get(self.next) {
            self.next += 1;
        }
    }

    /// The next byte that is no space.
    fn peek(&mut self) -> Option<u8> {
        self.space();
        self.json.get(self.next).copied()
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.next += 1)
    }

    fn ended(&mut self) -> bool {
        self.peek().is_none()
    }

    /// The text of a value.
    fn value(&mut self) -> Option<&'a [u8]> {
        let rest = self.json.get(self.next..)?;
        let length = match Depth::of(*rest.first()?) {
            Some(mut depth) => match depth.pass(rest) {
                (length, true) => length,
                (_, false) => return None,
            },
            None => {
                let ends = |byte: &u8| {
                    matches!(
                        byte,
                        b',' | b'}'
                            | b']'
                            | b':'
                            | b'"'
                            | b'{'
                            | b'['
                            | b' '
                            | b'\t'
                            | b'\r'
                            | b'\n'
                    )
                };
                rest.iter().position(ends).unwrap_or(rest.len())
            }
        };
        self.next += length;
        rest.get(..length).filter(|value| !value.is_empty())
    }

    /// An array that is not empty.
    fn list(&mut self, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.expect(b'[')?;
        loop {
            item(self)?;
            let byte = self.peek()?;
            self.next += 1;
            match byte {
                b',' => {}
                b']' => return Some(()),
                _ => return None,
            }
        }
    }

    fn polygon(&mut self) -> Option<Polygon<f64>> {
        let mut rings = Vec::new();
        self.list(|at| {
            let mut ring = Vec::new();
            at.list(|at| {
                ring.push(at.position()?);
                Some(())
            })?;
            rings.push(LineString::new(ring));
            Some(())
        })?;
        let mut rings = rings.into_iter();
        Some(Polygon::new(rings.next()?, rings.collect()))
    }

    /// A position; what follows longitude and latitude is passed over.
    fn position(&mut self) -> Option<Coord<f64>> {
        let mut numbers = [0.0; 2];
        let mut count = 0;
        self.list(|at| {
            let number = at.number()?;
            if let Some(place) = numbers.get_mut(count) {
                *place = number;
            }
            count += 1;
            Some(())
        })?;
        let [x, y] = numbers;
        (count >= 2).then_some(Coord { x, y })
    }

    fn number(&mut self) -> Option<f64> {
        self.peek()?;
        let rest = self.json.get(self.next..)?;
        let digits = |from: usize| {
            let digits = rest.get(from..).unwrap_or_default();
            digits.iter().take_while(|byte| byte.is_ascii_digit()).count()
        };
        let sign = usize::from(rest.first() == Some(&b'-'));
        let whole = digits(sign);
        // A number doesn't start with 0, but for 0 itself.
        if whole == 0 || (whole > 1 && rest.get(sign) == Some(&b'0')) {
            return None;
        }
        let mut end = sign + whole;
        if rest.get(end) == Some(&b'.') {
            let part = digits(end + 1);
            if part == 0 {
                return None;
            }
            end += 1 + part;
        }
        if let Some(b'e' | b'E') = rest.get(end) {
            end += 1;
            end += usize::from(matches!(rest.get(end), Some(b'+' | b'-')));
            let power = digits(end);
            if power == 0 {
                return None;
            }
            end += power;
        }
        self.next += end;
        let number: f64 = std::str::from_utf8(rest.get(..end)?).ok()?.parse().ok()?;
        number.is_finite().then_some(number)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn polygons_are_read_however_they_are_spelt() {
        let square = br#" { "coordinates" : [[[0,0], [1.5e0,0,7],[ 1,-1.25E-1 ],[0,0]]] , "type":"Polygon" } "#;
        let Some(Geometry::Polygon(polygon)) = geometry(square) else { panic!() };
        let expected: LineString<f64> =
            vec![(0.0, 0.0), (1.5, 0.0), (1.0, -0.125), (0.0, 0.0)].into();
        assert_eq!(*polygon.exterior(), expected);
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_parser() {
        for coordinates in [
            "[]",
            "[[]]",
            "[[[]]]",
            "[[[1]]]",
            "[[[1,2]]",
            "[[[1,2]]]]",
            "[[[1 2]]]",
            "[[[1,2],]]",
            "[[[01,2]]]",
            "[[[1.,2]]]",
            "[[[.1,2]]]",
            "[[[+1,2]]]",
            "[[[1,1e999]]]",
            "[[[1,NaN]]]",
            "[[[1,\"2\"]]]",
            "[[[1,null]]]",
            "null",
        ] {
            let json = format!("{{\"type\":\"Polygon\",\"coordinates\":{coordinates}}}");
            assert!(geometry(json.as_bytes()).is_none(), "{coordinates}");
        }
        assert!(members(br#"{"a":1,}"#).is_none());
        assert!(members(br#"{"a" 1}"#).is_none());
        assert!(members(br#"{"a":1} x"#).is_none());
        assert!(members(br#"{"a\"":1}"#).is_none());
    }

    #[test]
    fn members_are_cut_at_brackets_and_quotes() {
        let json = br#"{"a":"}\"]{","b":{"c":[{"d":"\\"}]}, "e":[[1],{"f":"]"}],"g":null}"#;
        let members = members(json).unwrap();
        let names: Vec<_> = members.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, [b"a", b"b", b"e", b"g"]);
        assert_eq!(members[0].1, br#""}\"]{""#);
        assert_eq!(members[2].1, br#"[[1],{"f":"]"}]"#);
    }

    proptest! {
        #[test]
        fn numbers_are_those_of_the_standard_library(number in proptest::num::f64::NORMAL) {
            let json = format!("{{\"type\":\"Polygon\",\"coordinates\":[[[{number},{number:e}]]]}}");
            let Some(Geometry::Polygon(polygon)) = geometry(json.as_bytes()) else { panic!("{json}") };
            prop_assert_eq!(polygon.exterior().0[0], Coord { x: number, y: number });
        }

        #[test]
        fn no_text_panics(text in "[\\[\\]{}\":,0-9eE.\\\\ a-]{0,40}") {
            members(text.as_bytes());
            geometry(format!("{{\"type\":\"Polygon\",\"coordinates\":{text}}}").as_bytes());
        }
    }
}
