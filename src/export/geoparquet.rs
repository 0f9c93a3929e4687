//! GeoParquet 1.1: columns with their types and statistics, the geometry as WKB, and a column
//! `bbox` by which readers skip what lies elsewhere.
//!
//! Lists are lists. The file's key-value metadata hold `geo`, as the specification has it, and
//! `reemap`: where the sites come from, as JSON. Without another coordinate system none is named,
//! which the specification reads as longitude and latitude on WGS 84 (OGC:CRS84).
//!
//! Rows are written in groups of at most 65,536, and no more than one group is in memory; in the
//! order of a Hilbert curve all of them are, since any may come first.

use std::io::{self, Write};
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{Compression, ConvertedType, LogicalType, Repetition, Type as Physical};
use parquet::column::writer::ColumnWriterImpl;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{ColumnPath, PrimitiveTypeBuilder, Type, TypePtr};
use serde_json::{Value as Json, json};

use super::block::{Cells, Texts, Values};
use super::columns::Columns;
use super::hilbert::Bounds;
use super::plan::{Order, SiteWriter};
use super::{Block, Metadata};
use crate::crs::System;
use crate::property::Kind;

/// The most rows of a group.
const ROWS: usize = 1 << 16;

/// The bytes of text that end a group early.
const BYTES: usize = 64 << 20;

/// The parts of `bbox`.
const BBOX: [&str; 4] = ["xmin", "ymin", "xmax", "ymax"];

/// A file under way.
pub(super) struct Writer<'o> {
    out: &'o mut dyn Write,
    file: SerializedFileWriter<Vec<u8>>,
    order: Order,
    /// What waits for its group.
    blocks: Vec<Block>,
    rows: usize,
    bytes: usize,
    bounds: Bounds,
    /// The columns of geometry and bounds, which no other column is called.
    names: [String; 2],
    crs: Option<Json>,
}

impl<'o> Writer<'o> {
    /// Begins a file.
    pub(super) fn new(
        columns: &Columns,
        order: Order,
        system: Option<&System>,
        out: &'o mut dyn Write,
    ) -> io::Result<Self> {
        let names = ["geometry", "bbox"].map(|name| columns.free(name));
        let schema = schema(columns, &names).map_err(failed)?;
        let mut properties = WriterProperties::builder()
            .set_created_by(format!("reemap version {}", env!("CARGO_PKG_VERSION")))
            .set_compression(Compression::SNAPPY)
            .set_max_row_group_row_count(None)
            .set_statistics_enabled(EnabledStatistics::Page);
        let [geometry, bbox] = &names;
        let plain = columns.fields().iter().filter(|field| field.kind == Kind::Real);
        let plain = plain.map(|field| ColumnPath::from(field.name()));
        let bbox = BBOX.map(|part| ColumnPath::from(vec![bbox.clone(), part.into()]));
        // Hardly a coordinate comes twice.
        for path in plain.chain(bbox) {
            properties = properties.set_column_dictionary_enabled(path, false);
        }
        let geometry = ColumnPath::from(geometry.as_str());
        let properties = properties
            .set_column_dictionary_enabled(geometry.clone(), false)
            .set_column_statistics_enabled(geometry, EnabledStatistics::None);
        let file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties.build()));
        Ok(Writer {
            out,
            file: file.map_err(failed)?,
            order,
            blocks: Vec::new(),
            rows: 0,
            bytes: 0,
            bounds: Bounds::NONE,
            names,
            crs: system.and_then(System::projjson),
        })
    }

    /// Writes what waits as a group.
    fn group(&mut self, mut blocks: Vec<Block>) -> io::Result<()> {
        if blocks.iter().any(|block| !block.marks.is_empty()) {
            let mut group = self.file.next_row_group().map_err(failed)?;
            write_group(&mut group, &mut blocks).map_err(failed)?;
            group.close().map_err(failed)?;
        }
        self.pass()
    }

    /// Passes on what the file's writer left.
    fn pass(&mut self) -> io::Result<()> {
        self.file.flush()?;
        let ready = self.file.inner_mut();
        self.out.write_all(ready)?;
        ready.clear();
        Ok(())
    }

    /// Writes all that waits, along a Hilbert curve.
    fn in_order(&mut self) -> io::Result<()> {
        let blocks = std::mem::take(&mut self.blocks);
        let bounds = self.bounds;
        let mut rows: Vec<(u64, u32, u32)> = Vec::with_capacity(self.rows);
        for (block, number) in blocks.iter().zip(0..) {
            for (mark, row) in block.marks.iter().zip(0..) {
                // What lies nowhere comes last.
                let along = mark.place.map(|place| u64::from(bounds.position(place)));
                rows.push((along.unwrap_or(u64::MAX), number, row));
            }
        }
        rows.sort_unstable();
        let ranked: Vec<_> = blocks.iter().map(Ranked::new).collect();
        for rows in rows.chunks(ROWS) {
            let mut group = Block::default();
            for &(_, block, row) in rows {
                if let Some(block) = ranked.get(block as usize) {
                    block.copy(row as usize, &mut group);
                }
            }
            self.group(vec![group])?;
        }
        Ok(())
    }

    /// The metadata of the specification.
    fn geo(&self) -> Json {
        let [geometry, bbox] = &self.names;
        let parts = BBOX.map(|part| (part.to_owned(), json!([bbox, part])));
        let mut column = json!({
            "encoding": "WKB",
            "geometry_types": if self.bounds.0.is_some() { vec!["Point"] } else { Vec::new() },
        });
        if let Some(crs) = &self.crs {
            column["crs"] = crs.clone();
        }
        if let Some(bounds) = self.bounds.0 {
            column["bbox"] = json!(bounds);
        }
        column["covering"] = json!({"bbox": Json::Object(parts.into_iter().collect())});
        json!({
            "version": "1.1.0",
            "primary_column": geometry,
            "columns": {geometry: column},
        })
    }
}

impl SiteWriter for Writer<'_> {
    fn take(&mut self, block: Block) -> io::Result<()> {
        if let Some(misfit) = block.misfit {
            return Err(io::Error::new(io::ErrorKind::InvalidData, misfit));
        }
        block.marks.iter().filter_map(|mark| mark.place).for_each(|place| self.bounds.add(place));
        self.rows += block.marks.len();
        self.bytes += block.cells.iter().map(Cells::bytes).sum::<usize>();
        self.blocks.push(block);
        if self.order == Order::Input && (self.rows >= ROWS || self.bytes >= BYTES) {
            (self.rows, self.bytes) = (0, 0);
            let blocks = std::mem::take(&mut self.blocks);
            self.group(blocks)?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>, metadata: &Metadata) -> io::Result<()> {
        match self.order {
            Order::Input => {
                let blocks = std::mem::take(&mut self.blocks);
                self.group(blocks)?;
            }
            Order::Hilbert => self.in_order()?,
        }
        let about = serde_json::to_string(metadata)?;
        let entries = [("geo", self.geo().to_string()), ("reemap", about)];
        for (key, text) in entries {
            self.file.append_key_value_metadata(KeyValue::new(key.to_owned(), text));
        }
        self.file.finish().map_err(failed)?;
        self.pass()
    }
}

/// The system's own error where there is one.
fn failed(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(cause) => match cause.downcast::<io::Error>() {
            Ok(cause) => *cause,
            Err(cause) => io::Error::other(cause),
        },
        other => io::Error::other(other),
    }
}

type Outcome<T> = std::result::Result<T, ParquetError>;

fn schema(columns: &Columns, [geometry, bbox]: &[String; 2]) -> Outcome<TypePtr> {
    fn leaf(name: &str, physical: Physical, repetition: Repetition) -> PrimitiveTypeBuilder<'_> {
        Type::primitive_type_builder(name, physical).with_repetition(repetition)
    }
    fn text(name: &str) -> PrimitiveTypeBuilder<'_> {
        leaf(name, Physical::BYTE_ARRAY, Repetition::OPTIONAL)
            .with_converted_type(ConvertedType::UTF8)
            .with_logical_type(Some(LogicalType::String))
    }
    let mut fields = Vec::new();
    for field in columns.fields() {
        let name = field.name();
        fields.push(Arc::new(match field.kind {
            Kind::Text => text(name).build()?,
            Kind::Real => leaf(name, Physical::DOUBLE, Repetition::OPTIONAL).build()?,
            Kind::Integer => leaf(name, Physical::INT64, Repetition::OPTIONAL).build()?,
            Kind::Boolean => leaf(name, Physical::BOOLEAN, Repetition::OPTIONAL).build()?,
            Kind::List => {
                let list = Type::group_type_builder("list")
                    .with_repetition(Repetition::REPEATED)
                    .with_fields(vec![Arc::new(text("element").build()?)]);
                Type::group_type_builder(name)
                    .with_repetition(Repetition::OPTIONAL)
                    .with_converted_type(ConvertedType::LIST)
                    .with_logical_type(Some(LogicalType::List))
                    .with_fields(vec![Arc::new(list.build()?)])
                    .build()?
            }
        }));
    }
    let wkb = leaf(geometry, Physical::BYTE_ARRAY, Repetition::OPTIONAL).build()?;
    let parts = BBOX.map(|part| leaf(part, Physical::DOUBLE, Repetition::REQUIRED).build());
    let parts = parts.into_iter().map(|part| part.map(Arc::new)).collect::<Outcome<_>>()?;
    let bbox = Type::group_type_builder(bbox)
        .with_repetition(Repetition::OPTIONAL)
        .with_fields(parts)
        .build()?;
    fields.extend([Arc::new(wkb), Arc::new(bbox)]);
    Ok(Arc::new(Type::group_type_builder("schema").with_fields(fields).build()?))
}

/// Writes a column of a group: `write` puts what each block has of it.
fn column<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    write: impl FnOnce(&mut ColumnWriterImpl<'_, T>) -> Outcome<()>,
) -> Outcome<()> {
    let column = group.next_column()?;
    let mut column = column.ok_or_else(|| ParquetError::General("lacks a column".into()))?;
    write(column.typed::<T>())?;
    column.close()
}

fn write_group(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    blocks: &mut [Block],
) -> Outcome<()> {
    blocks.iter_mut().for_each(|block| block.cells.reverse());
    // Blocks without rows have no cells.
    while blocks.iter().any(|block| !block.cells.is_empty()) {
        let cells: Vec<Cells> = blocks.iter_mut().filter_map(|block| block.cells.pop()).collect();
        match cells.first().map(|cells| &cells.values) {
            Some(Values::Text(_)) => column::<ByteArrayType>(group, |out| texts(out, cells))?,
            Some(Values::List(..)) => column::<ByteArrayType>(group, |out| lists(out, cells))?,
            Some(Values::Real(_)) => column::<DoubleType>(group, |out| {
                plain(out, &cells, |values| match values {
                    Values::Real(numbers) => numbers,
                    _ => &[],
                })
            })?,
            Some(Values::Integer(_)) => column::<Int64Type>(group, |out| {
                plain(out, &cells, |values| match values {
                    Values::Integer(numbers) => numbers,
                    _ => &[],
                })
            })?,
            Some(Values::Boolean(_)) => column::<BoolType>(group, |out| {
                plain(out, &cells, |values| match values {
                    Values::Boolean(truths) => truths,
                    _ => &[],
                })
            })?,
            None => {}
        }
    }
    column::<ByteArrayType>(group, |out| points(out, blocks))?;
    for part in 0..BBOX.len() {
        column::<DoubleType>(group, |out| bounds(out, blocks, part % 2))?;
    }
    Ok(())
}

/// Levels of definition: how deep a value is given.
fn levels(given: &[bool]) -> Vec<i16> {
    given.iter().map(|given| i16::from(*given)).collect()
}

fn plain<T: DataType>(
    out: &mut ColumnWriterImpl<'_, T>,
    cells: &[Cells],
    values: impl Fn(&Values) -> &[T::T],
) -> Outcome<()> {
    for cells in cells {
        out.write_batch(values(&cells.values), Some(&levels(&cells.given)), None)?;
    }
    Ok(())
}

/// The texts as they are; they share their bytes.
fn arrays(texts: Texts) -> Vec<ByteArray> {
    let (bytes, ends) = (Bytes::from(texts.bytes), texts.ends);
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts.zip(&ends).map(|(start, end)| ByteArray::from(bytes.slice(start..*end))).collect()
}

fn texts(out: &mut ColumnWriterImpl<'_, ByteArrayType>, cells: Vec<Cells>) -> Outcome<()> {
    for cells in cells {
        if let Values::Text(texts) = cells.values {
            out.write_batch(&arrays(texts), Some(&levels(&cells.given)), None)?;
        }
    }
    Ok(())
}

fn lists(out: &mut ColumnWriterImpl<'_, ByteArrayType>, cells: Vec<Cells>) -> Outcome<()> {
    for cells in cells {
        let Values::List(texts, ends) = cells.values else { continue };
        let (mut defined, mut repeated) = (Vec::new(), Vec::new());
        let (mut ends, mut start) = (ends.iter(), 0);
        for given in &cells.given {
            let end = match given {
                true => ends.next().copied().unwrap_or(start),
                false => start,
            };
            // No list, an empty one, or an item each.
            if end == start {
                defined.push(i16::from(*given));
                repeated.push(0);
            }
            for item in start..end {
                defined.push(3);
                repeated.push(i16::from(item > start));
            }
            start = end;
        }
        out.write_batch(&arrays(texts), Some(&defined), Some(&repeated))?;
    }
    Ok(())
}

/// Whether each site of a block has a place.
fn located(block: &Block) -> Vec<i16> {
    block.marks.iter().map(|mark| i16::from(mark.place.is_some())).collect()
}

/// The bytes of a point as WKB.
const WKB: usize = 21;

fn points(out: &mut ColumnWriterImpl<'_, ByteArrayType>, blocks: &[Block]) -> Outcome<()> {
    for block in blocks {
        let mut texts = Texts::default();
        texts.bytes.reserve(WKB * block.marks.len());
        for [x, y] in block.marks.iter().filter_map(|mark| mark.place) {
            // Little-endian, a point.
            texts.bytes.extend_from_slice(&[1, 1, 0, 0, 0]);
            texts.bytes.extend_from_slice(&x.to_le_bytes());
            texts.bytes.extend_from_slice(&y.to_le_bytes());
            texts.ends.push(texts.bytes.len());
        }
        out.write_batch(&arrays(texts), Some(&located(block)), None)?;
    }
    Ok(())
}

fn bounds(
    out: &mut ColumnWriterImpl<'_, DoubleType>,
    blocks: &[Block],
    axis: usize,
) -> Outcome<()> {
    for block in blocks {
        let places = block.marks.iter().filter_map(|mark| mark.place);
        let numbers: Vec<f64> = places.map(|place| place[axis]).collect();
        out.write_batch(&numbers, Some(&located(block)), None)?;
    }
    Ok(())
}

/// A block whose rows are found fast.
struct Ranked<'a> {
    block: &'a Block,
    /// Of each column, how many values stand before each stretch of rows.
    before: Vec<Vec<usize>>,
}

impl<'a> Ranked<'a> {
    const STRETCH: usize = 64;

    fn new(block: &'a Block) -> Self {
        let before = |cells: &Cells| {
            let counts = cells.given.chunks(Self::STRETCH);
            let counts = counts.map(|given| given.iter().filter(|given| **given).count());
            let sum = |sum: &mut usize, count| {
                *sum += count;
                Some(*sum - count)
            };
            counts.scan(0, sum).collect()
        };
        Ranked { before: block.cells.iter().map(before).collect(), block }
    }

    /// Adds a row to another block.
    fn copy(&self, row: usize, to: &mut Block) {
        if to.cells.is_empty() {
            to.cells = self.block.cells.iter().map(Cells::like).collect();
        }
        for ((from, before), to) in self.block.cells.iter().zip(&self.before).zip(&mut to.cells) {
            let stretch = row / Self::STRETCH;
            let near = from.given.get(stretch * Self::STRETCH..row).unwrap_or_default();
            let near = near.iter().filter(|given| **given).count();
            let rank = before.get(stretch).copied().unwrap_or_default() + near;
            to.copy(from, row, rank);
        }
        to.marks.extend(self.block.marks.get(row));
    }
}
