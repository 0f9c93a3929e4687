//! Esri shapefiles, in two dimensions: the `.shp`, and what lies beside it.
//!
//! Shapes are read in the order of the `.shp`, or by a sound `.shx` where it gives another. Sizes
//! that a header declares are not trusted. Rings are sorted into shells and holes by where they
//! lie, since not every program winds them as the format wants. Rows are numbered by shape, from 1.

use std::io::{Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;

use ::shapefile::record::polygon::GenericPolygon;
use ::shapefile::record::traits::HasXY;
use ::shapefile::{ReadableShape, Shape, header::Header};
use geo::{Coord, LineString, MultiLineString, MultiPoint, MultiPolygon, Point};

use super::content::{Content, ReadSeek};
use super::dbf::{self, Table};
use super::{Cell, Crs, Format, Layer, Row, crs, rings};
use crate::error::{At, Error, Result};

/// Bytes before the first shape.
const HEADER: u64 = 100;

/// The files of one shapefile.
pub(super) struct Parts<'a> {
    pub shp: &'a Content,
    pub dbf: Option<&'a Content>,
    pub shx: Option<&'a Content>,
    pub prj: Option<&'a Content>,
    pub cpg: Option<&'a Content>,
}

/// Opens a shapefile.
pub(super) fn open(parts: &Parts<'_>) -> Result<Layer> {
    let shp = parts.shp;
    let at = shp.at();
    let mut notes = Vec::new();
    let damaged = |reason: String| {
        Error::input(at.clone(), format!("is a damaged shapefile: {reason}"))
            .with_hint("copy the .shp again, or export the layer again")
    };
    let size = shp.size()?;
    if size < HEADER {
        return Err(damaged(format!("it ends after {size} bytes, within its header")));
    }
    let header = Header::read_from(&mut shp.open()?).map_err(|error| damaged(error.to_string()))?;
    let declared = u64::try_from(header.file_length).unwrap_or_default() * 2;
    if declared > size && size == HEADER {
        return Err(damaged(format!("it says it has {declared} bytes, but ends after its header")));
    }
    if declared != size {
        notes.push(format!("the .shp says it has {declared} bytes, but has {size}"));
    }
    let index = match parts.shx.map(|shx| index(shx, shp, size)).transpose()? {
        Some(Index::Other(offsets)) => Some(offsets),
        Some(Index::Broken) => {
            notes.push("the .shx is broken; shapes are read in the order of the .shp".into());
            None
        }
        Some(Index::InOrder) | None => None,
    };
    let table = parts.dbf.map(|dbf| Table::open(dbf, parts.cpg)).transpose()?;
    match &table {
        Some(table) => notes.extend(table.notes.iter().cloned()),
        None => notes.push("there is no .dbf, so the shapes have no attributes".into()),
    }
    let prj = match parts.prj {
        Some(prj) => String::from_utf8_lossy(&prj.small(1 << 16)?).into_owned(),
        None => String::new(),
    };
    let crs = if prj.trim_matches(['\0', ' ', '\t', '\r', '\n']).is_empty() {
        let what = if parts.prj.is_some() { "the .prj is empty" } else { "there is no .prj" };
        notes.push(format!("{what}; coordinates are taken as WGS 84"));
        Crs::Unstated
    } else {
        crs::recognise(&prj)
    };
    let columns = table.as_ref().map(|table| table.columns.clone()).unwrap_or_default();
    let place = at.clone();
    let content = shp.clone();
    Ok(Layer {
        name: shp.stem(),
        format: Format::Shapefile,
        at,
        columns,
        spatial: true,
        crs,
        documented_by: None,
        notes,
        blocks: None,
        reader: Arc::new(move || {
            let shapes = Shapes {
                reader: content.open()?,
                content: content.clone(),
                size,
                next: HEADER,
                index: index.clone().map(Vec::into_iter),
                here: 0,
                ended: false,
            };
            let records: Option<Box<dyn Iterator<Item = _> + Send>> = match &table {
                Some(table) => Some(Box::new(table.records()?)),
                None => None,
            };
            Ok(Box::new(Features { shapes, records, at: place.clone(), number: 0, ended: false }))
        }),
    })
}

/// A record of the attribute table: none where it is marked as deleted.
type Record = Result<Option<Vec<Cell>>>;

/// Shapes joined to their attributes by position.
struct Features {
    shapes: Shapes,
    records: Option<Box<dyn Iterator<Item = Record> + Send>>,
    at: At,
    number: u64,
    ended: bool,
}

impl Iterator for Features {
    type Item = Result<Row>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let shape = self.shapes.next();
        let record = self.records.as_mut().map(|records| records.next());
        if shape.is_none() && !matches!(record, Some(Some(_))) {
            return None;
        }
        self.number += 1;
        let row = self.row(shape, record);
        self.ended = row.as_ref().is_err_and(|error| !error.is_one_row());
        Some(row)
    }
}

impl Features {
    fn row(&self, shape: Option<Result<Vec<u8>>>, record: Option<Option<Record>>) -> Result<Row> {
        let here = || self.at.clone().row(self.number);
        let cells = match record {
            None => Vec::new(),
            Some(None) => return Err(dbf::ends_early(&self.at, self.number)),
            Some(Some(record)) => match record? {
                Some(cells) => cells,
                None => return Err(Error::row(here(), "is marked as deleted")),
            },
        };
        let geometry = match shape {
            None => None,
            Some(bytes) => geometry(&bytes?).map_err(|reason| Error::row(here(), reason))?,
        };
        Ok(Row { number: self.number, cells, geometry })
    }
}

/// The bytes of shapes, one after the other.
struct Shapes {
    reader: Box<dyn ReadSeek>,
    content: Content,
    size: u64,
    next: u64,
    /// Offsets to follow in place of the order of the file.
    index: Option<std::vec::IntoIter<u64>>,
    /// Where the reader stands.
    here: u64,
    ended: bool,
}

impl Iterator for Shapes {
    type Item = Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let offset = match &mut self.index {
            Some(offsets) => offsets.next()?,
            None if self.next >= self.size => return None,
            None => self.next,
        };
        let shape = self.read(offset);
        self.ended = shape.is_err();
        Some(shape)
    }
}

impl Shapes {
    fn read(&mut self, offset: u64) -> Result<Vec<u8>> {
        let failed = |cause| self.content.failed(cause);
        let cut = || {
            Error::input(self.content.at(), format!("is cut off within the shape at byte {offset}"))
                .with_hint("copy the .shp again, or export the layer again")
        };
        if offset + 8 > self.size {
            return Err(cut());
        }
        if offset != self.here {
            self.reader.seek(SeekFrom::Start(offset)).map_err(failed)?;
        }
        let length = length(&mut self.reader).map_err(failed)?;
        if offset + 8 + length > self.size {
            return Err(cut());
        }
        let mut bytes = Vec::new();
        (&mut self.reader).take(length).read_to_end(&mut bytes).map_err(failed)?;
        self.next = offset + 8 + length;
        self.here = self.next;
        Ok(bytes)
    }
}

/// Reads a record's header: its number, which is of no use, and its length in bytes.
fn length(reader: &mut impl Read) -> std::io::Result<u64> {
    let mut header = [0; 8];
    reader.read_exact(&mut header)?;
    let [_, _, _, _, a, b, c, d] = header;
    Ok(u64::from(u32::from_be_bytes([a, b, c, d])) * 2)
}

/// What a `.shx` says.
enum Index {
    /// Shapes lie one after the other, as they do in almost every file.
    InOrder,
    /// They lie at other offsets, and each is there.
    Other(Vec<u64>),
    /// It does not fit the `.shp`.
    Broken,
}

fn index(shx: &Content, shp: &Content, size: u64) -> Result<Index> {
    let bytes = shx.head(u64::MAX)?;
    let Some(entries) = bytes.get(HEADER as usize..) else { return Ok(Index::Broken) };
    let mut expected = HEADER;
    let mut in_order = true;
    let mut offsets = Vec::new();
    for entry in entries.chunks_exact(8) {
        let &[a, b, c, d, e, f, g, h] = entry else { continue };
        let offset = u64::from(u32::from_be_bytes([a, b, c, d])) * 2;
        let length = u64::from(u32::from_be_bytes([e, f, g, h])) * 2;
        if offset < HEADER || offset + 8 + length > size {
            return Ok(Index::Broken);
        }
        in_order &= offset == expected;
        expected = offset + 8 + length;
        offsets.push((offset, length));
    }
    if in_order {
        // A short index is no reason to lose the shapes after its end.
        return Ok(if expected == size { Index::InOrder } else { Index::Broken });
    }
    let mut reader = shp.open()?;
    for (offset, stated) in &offsets {
        reader.seek(SeekFrom::Start(*offset)).map_err(|cause| shp.failed(cause))?;
        if length(&mut reader).map_err(|cause| shp.failed(cause))? != *stated {
            return Ok(Index::Broken);
        }
    }
    Ok(Index::Other(offsets.into_iter().map(|(offset, _)| offset).collect()))
}

/// A shape's geometry; none for a null or empty one. The error is the reason.
fn geometry(bytes: &[u8]) -> std::result::Result<Option<geo::Geometry<f64>>, String> {
    let size = i32::try_from(bytes.len()).map_err(|_| "is a shape of more than 2 GiB")?;
    if !has_room(bytes) {
        return Err("is a damaged shape: it says it has more points than bytes".into());
    }
    let shape = Shape::read_from(&mut Cursor::new(bytes), size)
        .map_err(|error| format!("is a damaged shape: {error}"))?;
    let geometry = match &shape {
        Shape::NullShape => None,
        Shape::Point(p) => Some(point(p)),
        Shape::PointM(p) => Some(point(p)),
        Shape::PointZ(p) => Some(point(p)),
        Shape::Multipoint(points) => points_of(points.points()),
        Shape::MultipointM(points) => points_of(points.points()),
        Shape::MultipointZ(points) => points_of(points.points()),
        Shape::Polyline(line) => lines(line.parts()),
        Shape::PolylineM(line) => lines(line.parts()),
        Shape::PolylineZ(line) => lines(line.parts()),
        Shape::Polygon(polygon) => polygons(polygon),
        Shape::PolygonM(polygon) => polygons(polygon),
        Shape::PolygonZ(polygon) => polygons(polygon),
        Shape::Multipatch(_) => return Err("is a multipatch (a body in 3-D)".into()),
    };
    match &geometry {
        Some(geometry) if !is_finite(geometry) => Err("has a coordinate that is no number".into()),
        _ => Ok(geometry),
    }
}

/// Whether a shape's bytes are enough for the parts and points that it says it has, so that no
/// library makes room for more.
fn has_room(bytes: &[u8]) -> bool {
    let word = |at: usize| match bytes.get(at..at + 4) {
        Some(&[a, b, c, d]) => u64::from(u32::from_le_bytes([a, b, c, d])),
        _ => 0,
    };
    // The type and the box are 36 bytes.
    let (parts, points) = match word(0) {
        3 | 5 | 13 | 15 | 23 | 25 | 31 => (word(36), word(40)),
        8 | 18 | 28 => (0, word(36)),
        _ => (0, 0),
    };
    4 * parts + 16 * points <= bytes.len() as u64
}

fn is_finite(geometry: &geo::Geometry<f64>) -> bool {
    use geo::CoordsIter;
    geometry.coords_iter().all(|place| place.x.is_finite() && place.y.is_finite())
}

fn coord(point: &impl HasXY) -> Coord<f64> {
    Coord { x: point.x(), y: point.y() }
}

fn point(point: &impl HasXY) -> geo::Geometry<f64> {
    Point::from(coord(point)).into()
}

fn points_of(points: &[impl HasXY]) -> Option<geo::Geometry<f64>> {
    let points: Vec<Point<f64>> = points.iter().map(|point| coord(point).into()).collect();
    (!points.is_empty()).then(|| MultiPoint::new(points).into())
}

fn lines<P: HasXY>(parts: &[Vec<P>]) -> Option<geo::Geometry<f64>> {
    let line = |part: &Vec<P>| part.iter().map(coord).collect::<LineString<f64>>();
    let lines: Vec<_> = parts.iter().filter(|part| part.len() > 1).map(line).collect();
    match <[_; 1]>::try_from(lines) {
        Ok([line]) => Some(line.into()),
        Err(lines) if lines.is_empty() => None,
        Err(lines) => Some(MultiLineString::new(lines).into()),
    }
}

fn polygons<P: HasXY>(polygon: &GenericPolygon<P>) -> Option<geo::Geometry<f64>> {
    let rings = polygon.rings().iter();
    let rings = rings.map(|ring| ring.points().iter().map(coord).collect::<LineString<f64>>());
    let polygons = rings::assemble(rings.filter(|ring| ring.0.len() > 3).collect());
    match <[_; 1]>::try_from(polygons) {
        Ok([polygon]) => Some(polygon.into()),
        Err(polygons) if polygons.is_empty() => None,
        Err(polygons) => Some(MultiPolygon::new(polygons).into()),
    }
}
