//! Shapes: whole numbers on a grid, each told by its distance from the one before it. Only the two
//! dimensions of a map are read; Z and M lie behind them, and curves behind those.

use geo::{Coord, LineString, MultiLineString, MultiPoint, MultiPolygon, Point};

use super::super::rings;
use super::scan::{Scan, Scanned};

/// The grid that a table's positions lie on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Grid {
    x: f64,
    y: f64,
    /// Steps in a unit of the coordinate system.
    scale: f64,
}

impl Grid {
    /// Reads the grid's corner and scale.
    pub fn read(scan: &mut Scan<'_>) -> Scanned<Self> {
        let grid = Grid { x: scan.f64()?, y: scan.f64()?, scale: scan.f64()? };
        // Within these bounds, every place on the grid is a finite number, and so are areas.
        let sound =
            grid.x.abs() < 1e30 && grid.y.abs() < 1e30 && (1e-30..1e30).contains(&grid.scale);
        if sound { Ok(grid) } else { Err(scan.damage("the grid of its positions makes no sense")) }
    }

    fn place(&self, x: i64, y: i64) -> Coord<f64> {
        Coord { x: x as f64 / self.scale + self.x, y: y as f64 / self.scale + self.y }
    }
}

/// What a shape's first number says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Null,
    Point,
    MultiPoint,
    Line,
    Polygon,
    Multipatch,
}

/// The bit that tells of curves, in the first number of a general shape.
const CURVES: u64 = 0x2000_0000;

/// The numbers are those of the extended shapefile format: without Z and M, with either and both,
/// and the general form, in which bits tell of them.
fn kind(number: u64) -> Option<Kind> {
    Some(match number & 0xFF {
        0 => Kind::Null,
        1 | 9 | 11 | 21 | 52 => Kind::Point,
        8 | 18 | 20 | 28 | 53 => Kind::MultiPoint,
        3 | 10 | 13 | 23 | 50 => Kind::Line,
        5 | 15 | 19 | 25 | 51 => Kind::Polygon,
        31 | 32 | 54 => Kind::Multipatch,
        _ => return None,
    })
}

/// Whether a shape has segments that are curves.
pub(super) fn has_curves(bytes: &[u8]) -> bool {
    let number = Scan::new(bytes, 0).varuint().unwrap_or_default();
    matches!(number & 0xFF, 50 | 51) && number & CURVES != 0
}

/// A shape's geometry; none for a null or empty one.
pub(super) fn read(scan: &mut Scan<'_>, grid: &Grid) -> Scanned<Option<geo::Geometry<f64>>> {
    if scan.left() == 0 {
        return Ok(None);
    }
    let start = scan.clone();
    let number = scan.varuint()?;
    let Some(kind) = kind(number) else {
        return Err(start.damage("the shape is of a kind that is not known"));
    };
    let geometry = match kind {
        Kind::Null => None,
        Kind::Point => point(scan, grid)?,
        Kind::MultiPoint => points(scan, grid)?,
        Kind::Line => lines(parts(scan, grid, has_curves(start.rest()))?),
        Kind::Polygon => polygons(parts(scan, grid, has_curves(start.rest()))?),
        Kind::Multipatch => {
            return Err(
                start.damage("the shape is a multipatch (a body in 3-D), which is not read")
            );
        }
    };
    Ok(geometry)
}

/// One more than the place on the grid is stored; zero stands for no number.
fn point(scan: &mut Scan<'_>, grid: &Grid) -> Scanned<Option<geo::Geometry<f64>>> {
    let (x, y) = (scan.varuint()?, scan.varuint()?);
    let (Some(x), Some(y)) = (x.checked_sub(1), y.checked_sub(1)) else { return Ok(None) };
    Ok(Some(Point::from(grid.place(x as i64, y as i64)).into()))
}

fn points(scan: &mut Scan<'_>, grid: &Grid) -> Scanned<Option<geo::Geometry<f64>>> {
    let count = count(scan, 2)?;
    if count == 0 {
        return Ok(None);
    }
    skip_bounds(scan)?;
    let mut pen = Pen { grid, x: 0, y: 0 };
    let points = (0..count).map(|_| pen.next(scan).map(Point::from));
    Ok(Some(MultiPoint::new(points.collect::<Scanned<_>>()?).into()))
}

/// A count of things that take at least so many bytes each, which must be there.
fn count(scan: &mut Scan<'_>, bytes: usize) -> Scanned<usize> {
    let start = scan.clone();
    match usize::try_from(scan.varuint()?) {
        Ok(count) if count <= scan.left() / bytes => Ok(count),
        _ => Err(start.damage("the shape says it has more than its bytes can hold")),
    }
}

fn skip_bounds(scan: &mut Scan<'_>) -> Scanned<()> {
    (0..4).try_for_each(|_| scan.varuint().map(|_| ()))
}

/// The vertices of each part of a line or polygon.
fn parts(scan: &mut Scan<'_>, grid: &Grid, curved: bool) -> Scanned<Vec<LineString<f64>>> {
    let vertices = count(scan, 2)?;
    if vertices == 0 {
        return Ok(Vec::new());
    }
    let parts = count(scan, 1)?;
    if curved {
        scan.varuint()?;
    }
    skip_bounds(scan)?;
    let start = scan.clone();
    let mut left = vertices;
    let mut sizes = Vec::new();
    // The last part has what the others leave.
    for _ in 1..parts {
        let size = usize::try_from(scan.varuint()?).unwrap_or(usize::MAX);
        left = match left.checked_sub(size) {
            Some(left) => left,
            None => return Err(start.damage("the parts of the shape are larger than it is")),
        };
        sizes.push(size);
    }
    if parts > 0 {
        sizes.push(left);
    }
    let mut pen = Pen { grid, x: 0, y: 0 };
    sizes.into_iter().map(|size| (0..size).map(|_| pen.next(scan)).collect()).collect()
}

/// Draws vertex after vertex, through all parts of a shape.
struct Pen<'a> {
    grid: &'a Grid,
    x: i64,
    y: i64,
}

impl Pen<'_> {
    fn next(&mut self, scan: &mut Scan<'_>) -> Scanned<Coord<f64>> {
        self.x = self.x.wrapping_add(scan.varint()?);
        self.y = self.y.wrapping_add(scan.varint()?);
        Ok(self.grid.place(self.x, self.y))
    }
}

fn lines(parts: Vec<LineString<f64>>) -> Option<geo::Geometry<f64>> {
    let lines: Vec<_> = parts.into_iter().filter(|part| part.0.len() > 1).collect();
    match <[_; 1]>::try_from(lines) {
        Ok([line]) => Some(line.into()),
        Err(lines) if lines.is_empty() => None,
        Err(lines) => Some(MultiLineString::new(lines).into()),
    }
}

fn polygons(parts: Vec<LineString<f64>>) -> Option<geo::Geometry<f64>> {
    let polygons = rings::assemble(parts.into_iter().filter(|ring| ring.0.len() > 3).collect());
    match <[_; 1]>::try_from(polygons) {
        Ok([polygon]) => Some(polygon.into()),
        Err(polygons) if polygons.is_empty() => None,
        Err(polygons) => Some(MultiPolygon::new(polygons).into()),
    }
}
