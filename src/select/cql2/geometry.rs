//! Geometries written in an expression, in degrees of longitude and latitude on WGS 84, and how a
//! site's point lies to them.

use std::fmt::{self, Write};

use geo::coordinate_position::{CoordPos, CoordinatePosition};
use geo::{
    Coord, Geometry as Shape, GeometryCollection, LineString, MultiLineString, MultiPoint,
    MultiPolygon, Point, Polygon, Rect,
};

use super::parser::Parser;
use super::wrong::{Result, Wrong};
use crate::select::Bbox;

/// A geometry as it was written; heights are left out.
#[derive(Debug, Clone, PartialEq)]
pub enum Geometry {
    /// `BBOX(west, south, east, north)`; where west > east it crosses the antimeridian.
    Box(Bbox),
    /// Well-known text.
    Shape(Shape<f64>),
}

impl Geometry {
    /// How a point lies to it: within, on its boundary, outside.
    pub(super) fn position(&self, point: Point<f64>) -> CoordPos {
        match self {
            Geometry::Shape(shape) => shape.coordinate_position(&point.0),
            Geometry::Box(bbox) if !bbox.contains(point) => CoordPos::Outside,
            Geometry::Box(Bbox { west, south, east, north }) => {
                let on_edge = point.x() == *west || point.x() == *east;
                match on_edge || point.y() == *south || point.y() == *north {
                    true => CoordPos::OnBoundary,
                    false => CoordPos::Inside,
                }
            }
        }
    }

    /// Whether it is nothing but that point.
    pub(super) fn is_point(&self, point: Point<f64>) -> bool {
        fn is(shape: &Shape<f64>, point: Point<f64>) -> bool {
            match shape {
                Shape::Point(one) => *one == point,
                Shape::MultiPoint(points) => points.iter().all(|one| *one == point),
                Shape::GeometryCollection(parts) => parts.iter().all(|part| is(part, point)),
                _ => false,
            }
        }
        match self {
            Geometry::Shape(shape) => is(shape, point),
            Geometry::Box(Bbox { west, south, east, north }) => {
                west == east && south == north && Point::new(*west, *south) == point
            }
        }
    }

    /// The box around it, to leave out far points fast; none where it crosses the antimeridian.
    pub(super) fn around(&self) -> Option<Rect<f64>> {
        use geo::BoundingRect;
        match self {
            Geometry::Shape(shape) => shape.bounding_rect(),
            Geometry::Box(Bbox { west, south, east, north }) => (west <= east)
                .then(|| Rect::new(Coord { x: *west, y: *south }, Coord { x: *east, y: *north })),
        }
    }
}

const NAMES: [&str; 8] = [
    "POINT",
    "LINESTRING",
    "POLYGON",
    "MULTIPOINT",
    "MULTILINESTRING",
    "MULTIPOLYGON",
    "GEOMETRYCOLLECTION",
    "BBOX",
];

/// Words between a geometry's name and its coordinates.
const HEIGHTS: [&str; 3] = ["Z", "M", "ZM"];

/// Reads a geometry, if one is next.
pub(super) fn read(parser: &mut Parser<'_>) -> Result<Option<Geometry>> {
    let at = parser.at();
    let Some(name) = parser.geometry_name(&NAMES, &HEIGHTS) else { return Ok(None) };
    let _ = HEIGHTS.into_iter().any(|word| parser.word(word));
    parser.demand("(", "( and coordinates")?;
    let shape = match name {
        "BBOX" => return bbox(parser, at).map(|bbox| Some(Geometry::Box(bbox))),
        "POINT" => {
            let point = Point(coordinate(parser)?);
            parser.demand(")", ") after a longitude and a latitude")?;
            Shape::Point(point)
        }
        "LINESTRING" => Shape::LineString(line(parser)?),
        "POLYGON" => Shape::Polygon(polygon(parser)?),
        "MULTIPOINT" => Shape::MultiPoint(MultiPoint(parser.list(|parser| {
            // Each point may stand in parentheses or not.
            let inner = parser.sign("(");
            let point = Point(coordinate(parser)?);
            if inner {
                parser.demand(")", ") after a longitude and a latitude")?;
            }
            Ok(point)
        })?)),
        "MULTILINESTRING" => Shape::MultiLineString(MultiLineString(parser.list(|parser| {
            parser.demand("(", "( and a line")?;
            line(parser)
        })?)),
        "MULTIPOLYGON" => Shape::MultiPolygon(MultiPolygon(parser.list(|parser| {
            parser.demand("(", "( and a polygon")?;
            polygon(parser)
        })?)),
        _ => Shape::GeometryCollection(GeometryCollection(parser.list(|parser| {
            let at = parser.at();
            match parser.deeper(read)? {
                Some(Geometry::Shape(shape)) => Ok(shape),
                Some(Geometry::Box(_)) => Err(Wrong::new(at, "a collection holds no BBOX")),
                None => Err(parser.unexpected("a geometry, such as POINT(110 42)")),
            }
        })?)),
    };
    Ok(Some(Geometry::Shape(shape)))
}

/// Longitude and latitude; a height after them is left out.
fn coordinate(parser: &mut Parser<'_>) -> Result<Coord<f64>> {
    let at = parser.at();
    let x = parser.signed_number()?;
    let y = parser.signed_number()?;
    let mut more = 0;
    while !matches!(parser.peek(), super::lexer::Token::Sign("," | ")")) && more < 2 {
        parser.signed_number()?;
        more += 1;
    }
    let wrong =
        |what: String| Err(Wrong::new(at, what).hint("the longitude stands first: POINT(110 42)"));
    match (x, y) {
        _ if !(-180.0..=180.0).contains(&x) => {
            wrong(format!("the longitude {x} does not lie between -180 and 180"))
        }
        _ if !(-90.0..=90.0).contains(&y) => {
            wrong(format!("the latitude {y} does not lie between -90 and 90"))
        }
        _ => Ok(Coord { x, y }),
    }
}

fn line(parser: &mut Parser<'_>) -> Result<LineString<f64>> {
    let at = parser.at();
    let line = LineString(parser.list(coordinate)?);
    match line.0.len() {
        0 | 1 => Err(Wrong::new(at, "a line has two points or more")),
        _ => Ok(line),
    }
}

fn polygon(parser: &mut Parser<'_>) -> Result<Polygon<f64>> {
    let mut rings = parser.list(|parser| {
        let at = parser.at();
        parser.demand("(", "( and a ring: POLYGON((0 0, 10 0, 10 10, 0 0))")?;
        let ring = line(parser)?;
        match ring.0.len() {
            0..4 => Err(Wrong::new(at, "a ring has four points or more, the last as the first")),
            _ if ring.0.first() != ring.0.last() => Err(Wrong::new(at, "the ring is open")
                .hint("end it with the point that it starts with")),
            _ => Ok(ring),
        }
    })?;
    let outer = rings.remove(0);
    Ok(Polygon::new(outer, rings))
}

/// What follows `BBOX(`: four numbers, or six with heights.
fn bbox(parser: &mut Parser<'_>, at: usize) -> Result<Bbox> {
    let numbers = parser.list(Parser::signed_number)?;
    let edges = match *numbers.as_slice() {
        [west, south, east, north] | [west, south, _, east, north, _] => [west, south, east, north],
        _ => {
            return Err(Wrong::new(at, format!("a BBOX has 4 numbers, not {}", numbers.len()))
                .hint("in degrees: BBOX(west, south, east, north)"));
        }
    };
    Bbox::try_from(edges).map_err(|reason| Wrong::new(at, reason))
}

impl fmt::Display for Geometry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Geometry::Box(Bbox { west, south, east, north }) => {
                write!(f, "BBOX({west:?}, {south:?}, {east:?}, {north:?})")
            }
            Geometry::Shape(shape) => write_shape(f, shape),
        }
    }
}

fn write_shape(f: &mut fmt::Formatter<'_>, shape: &Shape<f64>) -> fmt::Result {
    let write_polygon = |f: &mut fmt::Formatter<'_>, polygon: &Polygon<f64>| {
        let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
        each(f, rings, |f, ring| each(f, ring.coords(), |f, one| write_coord(f, *one)))
    };
    match shape {
        Shape::Point(point) => {
            f.write_str("POINT(")?;
            write_coord(f, point.0)?;
            f.write_char(')')
        }
        Shape::LineString(line) => {
            f.write_str("LINESTRING")?;
            each(f, line.coords(), |f, one| write_coord(f, *one))
        }
        Shape::Polygon(polygon) => {
            f.write_str("POLYGON")?;
            write_polygon(f, polygon)
        }
        Shape::MultiPoint(points) => {
            f.write_str("MULTIPOINT")?;
            each(f, points.iter(), |f, one| write_coord(f, one.0))
        }
        Shape::MultiLineString(lines) => {
            f.write_str("MULTILINESTRING")?;
            each(f, lines.iter(), |f, line| each(f, line.coords(), |f, one| write_coord(f, *one)))
        }
        Shape::MultiPolygon(polygons) => {
            f.write_str("MULTIPOLYGON")?;
            each(f, polygons.iter(), write_polygon)
        }
        Shape::GeometryCollection(parts) => {
            f.write_str("GEOMETRYCOLLECTION")?;
            each(f, parts.iter(), write_shape)
        }
        // Nothing else is read.
        Shape::Line(_) | Shape::Rect(_) | Shape::Triangle(_) => Ok(()),
    }
}

fn write_coord(f: &mut fmt::Formatter<'_>, coord: Coord<f64>) -> fmt::Result {
    write!(f, "{:?} {:?}", coord.x, coord.y)
}

/// Parts in parentheses, with commas between.
fn each<T>(
    f: &mut fmt::Formatter<'_>,
    parts: impl Iterator<Item = T>,
    write: impl Fn(&mut fmt::Formatter<'_>, T) -> fmt::Result,
) -> fmt::Result {
    f.write_char('(')?;
    for (number, part) in parts.enumerate() {
        if number > 0 {
            f.write_str(", ")?;
        }
        write(f, part)?;
    }
    f.write_char(')')
}
