//! Fields: how a table describes them, and how rows hold their values.

use super::super::Cell;
use super::geometry::Grid;
use super::scan::{Damage, Scan, Scanned};
use super::value;

/// A field of a table.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub name: String,
    /// A longer name for people, empty where there is none.
    pub alias: String,
    pub kind: Kind,
    /// Whether rows have a bit that says that the value is null.
    pub nullable: bool,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Int16,
    Int32,
    Int64,
    Float32,
    Float64,
    Text,
    Xml,
    /// Days and their parts.
    DateTime,
    Date,
    Time,
    /// The same with minutes before UTC.
    Timestamp,
    /// The row's own number, which rows do not store.
    ObjectId,
    Guid,
    Binary,
    /// A raster in another table, which rows name by a number.
    RasterElsewhere,
    /// A raster, or the path of one.
    Raster,
    Geometry(Box<Shape>),
}

/// What a table says of its geometry.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shape {
    /// The coordinate system, as WKT; of an unknown one, a GUID or nothing.
    pub wkt: String,
    pub grid: Grid,
}

/// Why a description can't be read.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Fault {
    Damaged(Damage),
    /// A type that is not known, so that rows can't be told apart into fields.
    Unknown(u8),
}

impl From<Damage> for Fault {
    fn from(damage: Damage) -> Self {
        Fault::Damaged(damage)
    }
}

/// Bits of the byte that every field has.
const NULLABLE: u8 = 1;
const HAS_DEFAULT: u8 = 4;

/// Bits of the layer's flags.
pub(super) const HAS_M: u8 = 1 << 6;
pub(super) const HAS_Z: u8 = 1 << 7;

impl Field {
    /// Reads one field's description. `dimensions` is the byte of the layer's flags that tells of
    /// Z and M.
    pub fn read(scan: &mut Scan<'_>, dimensions: u8) -> std::result::Result<Self, Fault> {
        let length = 2 * usize::from(scan.u8()?);
        let name = scan.utf16(length)?;
        let length = 2 * usize::from(scan.u8()?);
        let alias = scan.utf16(length)?;
        let kind = scan.u8()?;
        if kind == 4 {
            let _width = scan.u32()?;
            let flags = scan.u8()?;
            let default = scan.varuint()?;
            skip_default(scan, flags, default)?;
            return Ok(Field { name, alias, kind: Kind::Text, nullable: flags & NULLABLE != 0 });
        }
        let _width = scan.u8()?;
        let flags = scan.u8()?;
        let kind = match kind {
            6 => Kind::ObjectId,
            8 => Kind::Binary,
            10 | 11 => Kind::Guid,
            12 => Kind::Xml,
            7 => Kind::Geometry(Box::new(Shape::read(scan, dimensions)?)),
            9 => raster(scan)?,
            _ => {
                let kind = match kind {
                    0 => Kind::Int16,
                    1 => Kind::Int32,
                    2 => Kind::Float32,
                    3 => Kind::Float64,
                    5 => Kind::DateTime,
                    13 => Kind::Int64,
                    14 => Kind::Date,
                    15 => Kind::Time,
                    16 => Kind::Timestamp,
                    other => return Err(Fault::Unknown(other)),
                };
                let default = scan.u8()?;
                skip_default(scan, flags, default.into())?;
                kind
            }
        };
        Ok(Field { name, alias, kind, nullable: flags & NULLABLE != 0 })
    }

    /// The type for people.
    pub fn declared(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Int16 | Kind::Int32 | Kind::Int64 | Kind::ObjectId => Some("integer"),
            Kind::Float32 | Kind::Float64 => Some("real"),
            Kind::Text | Kind::Xml | Kind::Guid => Some("text"),
            Kind::DateTime | Kind::Date | Kind::Timestamp => Some("date"),
            Kind::Time => Some("time"),
            Kind::Binary | Kind::RasterElsewhere | Kind::Raster => Some("binary"),
            Kind::Geometry(_) => None,
        }
    }

    /// The next value of a row, which is not null. `is_utf8` says how the table holds text.
    pub fn cell(&self, scan: &mut Scan<'_>, is_utf8: bool) -> Scanned<Cell> {
        Ok(match self.kind {
            Kind::Int16 => Cell::Integer(scan.i16()?.into()),
            Kind::Int32 => Cell::Integer(scan.i32()?.into()),
            Kind::Int64 => Cell::Integer(scan.i64()?),
            Kind::Float32 => value::single(scan.f32()?),
            Kind::Float64 => value::real(scan.f64()?),
            Kind::Text if !is_utf8 => Cell::Text(super::scan::utf16(scan.counted()?)),
            Kind::Text | Kind::Xml => {
                Cell::Text(String::from_utf8_lossy(scan.counted()?).into_owned())
            }
            Kind::DateTime => value::date_time(scan.f64()?),
            Kind::Date => value::date(scan.f64()?),
            Kind::Time => value::time(scan.f64()?),
            Kind::Timestamp => value::timestamp(scan.f64()?, scan.i16()?),
            Kind::Guid => Cell::Text(value::guid(scan.take(16)?)),
            Kind::Binary => value::binary(scan.counted()?),
            Kind::RasterElsewhere | Kind::Raster | Kind::Geometry(_) | Kind::ObjectId => {
                self.skip(scan)?;
                Cell::Empty
            }
        })
    }

    /// Passes over the next value of a row, which is not null.
    pub fn skip(&self, scan: &mut Scan<'_>) -> Scanned<()> {
        let size = match self.kind {
            Kind::ObjectId => 0,
            Kind::Int16 => 2,
            Kind::Int32 | Kind::Float32 | Kind::RasterElsewhere => 4,
            Kind::Int64 | Kind::Float64 | Kind::DateTime | Kind::Date | Kind::Time => 8,
            Kind::Timestamp => 10,
            Kind::Guid => 16,
            Kind::Text | Kind::Xml | Kind::Binary | Kind::Raster | Kind::Geometry(_) => {
                return scan.counted().map(|_| ());
            }
        };
        scan.take(size).map(|_| ())
    }
}

/// Passes over the value that new rows get.
fn skip_default(scan: &mut Scan<'_>, flags: u8, length: u64) -> Scanned<()> {
    if flags & HAS_DEFAULT == 0 {
        return Ok(());
    }
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    scan.take(length).map(|_| ())
}

impl Shape {
    fn read(scan: &mut Scan<'_>, dimensions: u8) -> Scanned<Self> {
        let length = usize::from(scan.u16()?);
        let wkt = scan.utf16(length)?;
        let flags = scan.u8()?;
        let grid = Grid::read(scan)?;
        skip_dimensions(scan, flags)?;
        // West, south, east, north.
        scan.take(4 * 8)?;
        // Old tables have the bounds of Z and M without a word of it in their flags.
        let told = (dimensions & HAS_Z != 0) as usize + (dimensions & HAS_M != 0) as usize;
        let bounds = [told, 0, 1, 2].into_iter().find(|pairs| sizes(scan.rest(), *pairs).is_some());
        let Some((pairs, sizes)) =
            bounds.and_then(|pairs| Some((pairs, sizes(scan.rest(), pairs)?)))
        else {
            return Err(scan.damage("the geometry's description makes no sense"));
        };
        scan.take(16 * pairs + 5 + 8 * sizes)?;
        Ok(Shape { wkt, grid })
    }
}

/// How many cell sizes the spatial index has, if their count lies behind so many pairs of bounds.
fn sizes(bytes: &[u8], pairs: usize) -> Option<usize> {
    match bytes.get(16 * pairs..)? {
        [0, count @ 1..=3, 0, 0, 0, rest @ ..] if rest.len() >= 8 * usize::from(*count) => {
            Some(usize::from(*count))
        }
        _ => None,
    }
}

/// Passes over the origin, scale and tolerance of M and Z, and the tolerance of positions.
fn skip_dimensions(scan: &mut Scan<'_>, flags: u8) -> Scanned<()> {
    let dimensions = (flags & 2 != 0) as usize + (flags & 4 != 0) as usize;
    scan.take(8 + 3 * 8 * dimensions).map(|_| ())
}

fn raster(scan: &mut Scan<'_>) -> Scanned<Kind> {
    let length = 2 * usize::from(scan.u8()?);
    scan.take(length)?;
    let length = usize::from(scan.u16()?);
    scan.take(length)?;
    let flags = scan.u8()?;
    if flags > 0 {
        scan.take(3 * 8)?;
        skip_dimensions(scan, flags)?;
    }
    Ok(match scan.u8()? {
        1 => Kind::RasterElsewhere,
        _ => Kind::Raster,
    })
}
