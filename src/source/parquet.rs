//! Parquet and GeoParquet, read by row group: a page of each column is in memory, not the file.
//!
//! Geometry is that of the primary column that the `geo` metadata name, in WKB. Lists of values
//! become text, joined by `; `; other nested columns are left out, with a note. Dates and times
//! become text as ISO 8601 spells them. Rows are numbered from 1.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, FileReader, Length, SerializedFileReader};
use parquet::schema::types::{ColumnDescriptor, Type};
use serde_json::Value as Json;

use super::block::{Block, Blocks, Wanted};
use super::content::{Content, ReadSeek};
use super::panics::caught;
use super::{Cell, Column, Crs, Format, Layer, Row, Rows, crs, wkb};
use crate::error::{At, Error, Result};

/// How many rows are read at a time.
const BATCH: usize = 1024;

/// The most columns that a layer may have.
const WIDEST: usize = 10_000;

/// What stands between the items of a list.
const JOINT: &str = "; ";

type File = SerializedFileReader<Content>;

impl Length for Content {
    fn len(&self) -> u64 {
        self.size().unwrap_or_default()
    }
}

impl ChunkReader for Content {
    type T = Box<dyn ReadSeek>;

    fn get_read(&self, start: u64) -> std::result::Result<Self::T, ParquetError> {
        let external = |error: Error| ParquetError::External(Box::new(error));
        let mut reader = self.open().map_err(external)?;
        reader.seek(SeekFrom::Start(start))?;
        Ok(reader)
    }

    fn get_bytes(&self, start: u64, length: usize) -> std::result::Result<Bytes, ParquetError> {
        // What the file says of its own lengths may be wrong.
        if start.checked_add(length as u64).is_none_or(|end| end > self.len()) {
            return Err(ParquetError::EOF("it ends early".into()));
        }
        let mut bytes = Vec::with_capacity(length);
        self.get_read(start)?.take(length as u64).read_to_end(&mut bytes)?;
        match bytes.len() == length {
            true => Ok(bytes.into()),
            false => Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
        }
    }
}

/// What a reader has of a file.
#[derive(Clone)]
struct Shape {
    at: At,
    file: Arc<File>,
    /// The leaf of each of the layer's columns.
    leaves: Vec<usize>,
    /// The leaf of the geometry.
    geometry: Option<usize>,
}

/// Opens a Parquet file.
pub(super) fn open(content: &Content) -> Result<Layer> {
    let at = content.at();
    let file = whole(&at, || File::new(content.clone()))?;
    let file = Arc::new(file);
    let metadata = file.metadata().file_metadata();
    let entries = metadata.key_value_metadata().into_iter().flatten();
    let mut geo = entries.filter(|entry| entry.key == "geo");
    let geo = geo.next().and_then(|entry| entry.value.as_deref());
    let geo = geo.map(serde_json::from_str::<Json>).transpose();
    let geo = geo.map_err(|error| {
        Error::input(at.clone(), format!("has `geo` metadata that are no JSON: {error}"))
            .with_hint("export the file again, or write it without geometry")
    })?;
    let (mut notes, mut columns, mut leaves) = (Vec::new(), Vec::new(), Vec::new());
    let mut nested = Vec::new();
    let described = geo.as_ref().map(Geometry::of);
    let mut geometry = None;
    let schema = metadata.schema_descr();
    if schema.num_columns() > WIDEST {
        return Err(Error::input(at, format!("has more than {WIDEST} columns: it is no table")));
    }
    let mut leaf = 0;
    for field in schema.root_schema().get_fields() {
        let first = leaf;
        leaf += leaves_of(field);
        let name = field.name();
        let described = described.as_ref();
        if described.is_some_and(|geo| geo.name == name) {
            match described.map(|geo| geo.encoding.as_str()) {
                Some("WKB") if leaf == first + 1 => geometry = Some(first),
                encoding => notes.push(format!(
                    "the geometry is encoded as {}, which is not read; columns of longitude and \
                     latitude count instead",
                    encoding.unwrap_or("nothing known")
                )),
            }
        } else if described.is_some_and(|geo| geo.covering.iter().any(|known| known == name)) {
            // It only says again where the geometry lies.
        } else if leaf == first + 1 && schema.column(first).max_rep_level() <= 1 {
            let declared = declared(&schema.column(first));
            columns.push(Column { name: name.into(), declared, ..Column::default() });
            leaves.push(first);
        } else {
            nested.push(name.to_owned());
        }
    }
    if !nested.is_empty() {
        notes.push(format!("columns of nested values are left out: {}", nested.join(", ")));
    }
    let crs = match &described {
        Some(geo) if geometry.is_some() => geo.crs.clone(),
        _ => Crs::Unstated,
    };
    let shape = Shape { at: at.clone(), file, leaves, geometry };
    let of_blocks = shape.clone();
    Ok(Layer {
        name: content.stem(),
        format: Format::Parquet,
        at,
        columns,
        spatial: geometry.is_some(),
        crs,
        documented_by: None,
        notes,
        reader: Arc::new(move || Ok(rows(shape.clone()))),
        blocks: Some(Arc::new(move || Ok(blocks(of_blocks.clone())))),
    })
}

/// What the `geo` metadata say of the primary geometry.
struct Geometry {
    name: String,
    encoding: String,
    crs: Crs,
    /// Columns that hold its bounds.
    covering: Vec<String>,
}

impl Geometry {
    fn of(geo: &Json) -> Self {
        let name = geo["primary_column"].as_str().unwrap_or("geometry");
        let column = &geo["columns"][name];
        let crs = match column.get("crs") {
            None => Crs::Wgs84,
            Some(Json::Null) => Crs::Unstated,
            Some(Json::String(text)) => crs::recognise(text),
            Some(json) => {
                let code = &json["id"]["code"];
                let code =
                    code.as_str().map(str::to_owned).or(code.as_u64().map(|c| c.to_string()));
                match (json["id"]["authority"].as_str(), code) {
                    (Some(authority), Some(code)) => crs::recognise(&format!("{authority}:{code}")),
                    _ => Crs::Other(json["name"].as_str().unwrap_or("without a name").to_owned()),
                }
            }
        };
        let parts = column["covering"]["bbox"].as_object().into_iter().flatten();
        let covering = parts.filter_map(|(_, path)| Some(path[0].as_str()?.to_owned())).collect();
        let encoding = column["encoding"].as_str().unwrap_or("WKB").to_owned();
        Geometry { name: name.into(), encoding, crs, covering }
    }
}

fn leaves_of(field: &Type) -> usize {
    match field {
        Type::PrimitiveType { .. } => 1,
        Type::GroupType { fields, .. } => fields.iter().map(|field| leaves_of(field)).sum(),
    }
}

/// The type that a column declares.
fn declared(column: &ColumnDescriptor) -> Option<&'static str> {
    if column.max_rep_level() > 0 {
        return Some("text");
    }
    Some(match Meaning::of(column) {
        Meaning::Text => "text",
        Meaning::Date => "date",
        Meaning::Time(_) => "time",
        Meaning::Decimal(_) => "real",
        Meaning::Plain => match column.physical_type() {
            Physical::BOOLEAN => "boolean",
            Physical::INT32 | Physical::INT64 => "integer",
            Physical::FLOAT | Physical::DOUBLE => "real",
            Physical::INT96 => "time",
            Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY => "binary",
        },
        Meaning::Unsigned => "integer",
    })
}

/// What the values of a column stand for.
#[derive(Clone, Copy)]
enum Meaning {
    Plain,
    Unsigned,
    Text,
    /// Days since 1970.
    Date,
    /// So many parts of a second since 1970.
    Time(i64),
    /// A whole number of so many decimals.
    Decimal(i32),
}

impl Meaning {
    fn of(column: &ColumnDescriptor) -> Self {
        let scale = column.type_scale();
        match (column.logical_type_ref(), column.converted_type()) {
            (Some(LogicalType::String | LogicalType::Enum | LogicalType::Json), _)
            | (_, ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON) => Meaning::Text,
            (Some(LogicalType::Date), _) | (_, ConvertedType::DATE) => Meaning::Date,
            (Some(LogicalType::Timestamp(stamp)), _) => Meaning::Time(match stamp.unit {
                TimeUnit::MILLIS => 1000,
                TimeUnit::MICROS => 1_000_000,
                TimeUnit::NANOS => 1_000_000_000,
            }),
            (_, ConvertedType::TIMESTAMP_MILLIS) => Meaning::Time(1000),
            (_, ConvertedType::TIMESTAMP_MICROS) => Meaning::Time(1_000_000),
            (Some(LogicalType::Decimal(_)), _) | (_, ConvertedType::DECIMAL) => {
                Meaning::Decimal(scale)
            }
            (_, ConvertedType::UINT_32 | ConvertedType::UINT_64) => Meaning::Unsigned,
            _ => Meaning::Plain,
        }
    }

    fn integer(self, number: i64, narrow: bool) -> Cell {
        match self {
            Meaning::Date => Cell::Text(date(number)),
            Meaning::Time(parts) => Cell::Text(time(number, parts)),
            Meaning::Decimal(scale) => Cell::Real(number as f64 / 10_f64.powi(scale)),
            Meaning::Unsigned if narrow => Cell::Integer(i64::from(number as u32)),
            Meaning::Unsigned if number < 0 => Cell::Real(number as u64 as f64),
            _ => Cell::Integer(number),
        }
    }

    fn bytes(self, bytes: &[u8]) -> Cell {
        match (self, std::str::from_utf8(bytes)) {
            (_, Ok("")) => Cell::Empty,
            (Meaning::Text | Meaning::Plain, Ok(text)) => Cell::Text(text.to_owned()),
            (Meaning::Text, Err(_)) => Cell::Text(String::from_utf8_lossy(bytes).into_owned()),
            (Meaning::Decimal(scale), _) if bytes.len() <= 16 => {
                // Big-endian, in two's complement.
                let sign = if bytes.first().is_some_and(|byte| byte & 0x80 != 0) { -1 } else { 0 };
                let number =
                    bytes.iter().fold(sign, |sum: i128, byte| (sum << 8) | i128::from(*byte));
                Cell::Real(number as f64 / 10_f64.powi(scale))
            }
            _ => Cell::Empty,
        }
    }
}

/// A day as ISO 8601 has it, by its number since 1970 (H. Hinnant, "chrono-compatible low-level
/// date algorithms", 2013).
fn date(days: i64) -> String {
    let days = days.clamp(-100_000_000, 100_000_000) + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// A moment as ISO 8601 has it, to the second.
fn time(number: i64, parts: i64) -> String {
    let seconds = number.div_euclid(parts);
    let (day, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (hour, minute) = (second / 3600, second / 60 % 60);
    format!("{}T{hour:02}:{minute:02}:{:02}", date(day), second % 60)
}

/// A file that is broken makes the library fail, or in the worst case stumble: either is an error.
fn whole<T>(at: &At, read: impl FnOnce() -> std::result::Result<T, ParquetError>) -> Result<T> {
    let damaged = |reason: String| {
        Error::input(at.clone(), format!("is damaged: {reason}"))
            .with_hint("copy or export the file again")
    };
    match caught(read) {
        Ok(Ok(made)) => Ok(made),
        Ok(Err(error)) => Err(failed(at, error, damaged)),
        Err(reason) => Err(damaged(reason)),
    }
}

fn failed(at: &At, error: ParquetError, damaged: impl Fn(String) -> Error) -> Error {
    match error {
        ParquetError::External(cause) => match cause.downcast::<Error>() {
            Ok(error) => *error,
            Err(cause) => damaged(cause.to_string()),
        },
        ParquetError::NYI(reason) | ParquetError::General(reason) if reason.contains("feature") => {
            let what = if reason.contains("encrypt") {
                "is encrypted, which is not read".into()
            } else {
                format!("is compressed in a way that is not read: {reason}")
            };
            let zstd = if reason.contains("zstd") { ", or build with --features zstd" } else { "" };
            let hint = format!("write it anew with Snappy compression{zstd}");
            Error::input(at.clone(), what).with_hint(hint)
        }
        other => damaged(other.to_string()),
    }
}

/// The rows of a row group under way.
struct Cursor {
    at: At,
    leaves: Vec<Option<Leaf>>,
    geometry: Option<Leaf>,
    /// Rows that are left to be read.
    left: usize,
    /// What was read, a vector for each column, and how many rows of it were handed out.
    batch: Vec<Vec<Cell>>,
    shapes: Vec<Option<Bytes>>,
    ready: usize,
    given: usize,
    number: u64,
}

impl Cursor {
    /// The rows of a group, of which the first has the number after `before`.
    fn new(shape: &Shape, group: usize, before: u64, wanted: &Wanted) -> Result<Self> {
        whole(&shape.at, || {
            let reader = shape.file.get_row_group(group)?;
            let leaf = |index: usize| -> std::result::Result<Leaf, ParquetError> {
                let column = reader.metadata().schema_descr().column(index);
                Ok(Leaf {
                    meaning: Meaning::of(&column),
                    most: column.max_def_level(),
                    list: column.max_rep_level() > 0,
                    reader: reader.get_column_reader(index)?,
                })
            };
            let leaves = shape.leaves.iter().enumerate();
            let leaves =
                leaves.map(|(number, index)| wanted.has(number).then(|| leaf(*index)).transpose());
            Ok(Cursor {
                at: shape.at.clone(),
                leaves: leaves.collect::<std::result::Result<_, _>>()?,
                geometry: shape.geometry.map(leaf).transpose()?,
                left: usize::try_from(reader.metadata().num_rows()).unwrap_or_default(),
                batch: Vec::new(),
                shapes: Vec::new(),
                ready: 0,
                given: 0,
                number: before,
            })
        })
    }

    fn fill(&mut self) -> Result<()> {
        let count = self.left.min(BATCH);
        let (leaves, geometry) = (&mut self.leaves, &mut self.geometry);
        let (batch, shapes) = whole(&self.at, || {
            let batch = leaves.iter_mut().map(|leaf| match leaf {
                Some(leaf) => leaf.cells(count),
                None => Ok(Vec::new()),
            });
            let batch = batch.collect::<std::result::Result<Vec<_>, _>>()?;
            let shapes = geometry.as_mut().map(|leaf| leaf.shapes(count)).transpose()?;
            Ok((batch, shapes.unwrap_or_default()))
        })?;
        (self.batch, self.shapes) = (batch, shapes);
        (self.ready, self.given) = (count, 0);
        self.left -= count;
        Ok(())
    }

    /// Puts the next row; false at the end. An error of one row counts that row.
    fn next(&mut self, row: &mut Row) -> Result<bool> {
        if self.given == self.ready {
            if self.left == 0 {
                return Ok(false);
            }
            self.fill()?;
        }
        row.cells.resize(self.batch.len(), Cell::Empty);
        for (cell, column) in row.cells.iter_mut().zip(&mut self.batch) {
            *cell = column.get_mut(self.given).map(std::mem::take).unwrap_or_default();
        }
        self.number += 1;
        row.number = self.number;
        let shape = self.shapes.get_mut(self.given).and_then(Option::take);
        self.given += 1;
        row.geometry = shape.map(|bytes| wkb::read(&bytes)).transpose().map_err(|reason| {
            let at = self.at.clone().row(self.number);
            Error::row(at, format!("has a geometry that cannot be read: {reason}"))
        })?;
        Ok(true)
    }
}

/// A column of a row group under way.
struct Leaf {
    reader: ColumnReader,
    meaning: Meaning,
    /// The level of definition of a value that is there.
    most: i16,
    list: bool,
}

type Outcome<T> = std::result::Result<T, ParquetError>;

impl Leaf {
    fn cells(&mut self, count: usize) -> Outcome<Vec<Cell>> {
        let (most, list, meaning) = (self.most, self.list, self.meaning);
        let real = |number: f64| if number.is_finite() { Cell::Real(number) } else { Cell::Empty };
        match &mut self.reader {
            ColumnReader::BoolColumnReader(reader) => {
                rows_of(reader, count, most, list, Cell::Boolean)
            }
            ColumnReader::Int32ColumnReader(reader) => {
                rows_of(reader, count, most, list, |number| meaning.integer(number.into(), true))
            }
            ColumnReader::Int64ColumnReader(reader) => {
                rows_of(reader, count, most, list, |number| meaning.integer(number, false))
            }
            ColumnReader::Int96ColumnReader(reader) => {
                let moment = |stamp: parquet::data_type::Int96| time(stamp.to_seconds(), 1);
                rows_of(reader, count, most, list, |stamp| Cell::Text(moment(stamp)))
            }
            ColumnReader::FloatColumnReader(reader) => {
                rows_of(reader, count, most, list, |number| real(number.into()))
            }
            ColumnReader::DoubleColumnReader(reader) => rows_of(reader, count, most, list, real),
            ColumnReader::ByteArrayColumnReader(reader) => {
                rows_of(reader, count, most, list, |bytes| meaning.bytes(bytes.data()))
            }
            ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                rows_of(reader, count, most, list, |bytes| meaning.bytes(bytes.data()))
            }
        }
    }

    fn shapes(&mut self, count: usize) -> Outcome<Vec<Option<Bytes>>> {
        match &mut self.reader {
            ColumnReader::ByteArrayColumnReader(reader) => {
                let (values, defined, _) = read(reader, count)?;
                let mut values = values.into_iter();
                let levels = defined.iter().map(|level| *level == self.most);
                Ok(levels
                    .chain(std::iter::repeat_n(true, count.saturating_sub(defined.len())))
                    .map(|given| {
                        let value = given.then(|| values.next()).flatten()?;
                        Some(Bytes::copy_from_slice(value.data()))
                    })
                    .collect())
            }
            _ => Err(ParquetError::General("its geometry is no WKB".into())),
        }
    }
}

/// The values of so many records, and their levels of definition and repetition.
type Values<T> = (Vec<T>, Vec<i16>, Vec<i16>);

fn read<T: DataType>(reader: &mut ColumnReaderImpl<T>, count: usize) -> Outcome<Values<T::T>> {
    let (mut values, mut defined, mut repeated) = (Vec::new(), Vec::new(), Vec::new());
    let mut records = 0;
    while records < count {
        let (more, ..) = reader.read_records(
            count - records,
            Some(&mut defined),
            Some(&mut repeated),
            &mut values,
        )?;
        if more == 0 {
            return Err(ParquetError::EOF("a column ends early".into()));
        }
        records += more;
    }
    Ok((values, defined, repeated))
}

/// A cell for each record.
fn rows_of<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    count: usize,
    most: i16,
    list: bool,
    cell: impl Fn(T::T) -> Cell,
) -> Outcome<Vec<Cell>> {
    let (values, defined, repeated) = read(reader, count)?;
    let mut values = values.into_iter();
    if !list {
        if most == 0 {
            return Ok(values.map(cell).collect());
        }
        let cells = defined.iter().map(|level| match *level == most {
            true => values.next().map(&cell).unwrap_or_default(),
            false => Cell::Empty,
        });
        return Ok(cells.collect());
    }
    let mut cells: Vec<Cell> = Vec::with_capacity(count);
    for (level, repeat) in defined.iter().zip(&repeated) {
        if *repeat == 0 {
            cells.push(Cell::Empty);
        }
        if *level < most {
            continue;
        }
        let item = values.next().map(&cell).unwrap_or_default();
        let Some(text) = item.text() else { continue };
        match cells.last_mut() {
            Some(Cell::Text(list)) => {
                list.push_str(JOINT);
                list.push_str(&text);
            }
            Some(empty) => *empty = Cell::Text(text.into_owned()),
            None => {}
        }
    }
    Ok(cells)
}

/// All rows, one group after the other.
fn rows(shape: Shape) -> Rows<'static> {
    let mut cursors = blocks_of(shape);
    let mut cursor: Option<Cursor> = None;
    let mut ended = false;
    Box::new(std::iter::from_fn(move || {
        while !ended {
            if cursor.is_none() {
                let group = cursors.next()?;
                match Cursor::new(&group.shape, group.number, group.before, &Wanted::All) {
                    Ok(begun) => cursor = Some(begun),
                    Err(error) => {
                        ended = true;
                        return Some(Err(error));
                    }
                }
            }
            let mut row = Row::default();
            match cursor.as_mut()?.next(&mut row) {
                Ok(true) => return Some(Ok(row)),
                Ok(false) => cursor = None,
                Err(error) => {
                    ended = !error.is_one_row();
                    return Some(Err(error));
                }
            }
        }
        None
    }))
}

/// A row group that any thread may read.
struct Group {
    shape: Shape,
    number: usize,
    /// How many rows stand before it.
    before: u64,
}

fn blocks_of(shape: Shape) -> impl Iterator<Item = Group> + Send {
    let mut before = 0;
    (0..shape.file.num_row_groups()).map(move |number| {
        let group = Group { shape: shape.clone(), number, before };
        let rows = shape.file.metadata().row_group(number).num_rows();
        before += u64::try_from(rows).unwrap_or_default();
        group
    })
}

fn blocks(shape: Shape) -> Blocks {
    Box::new(blocks_of(shape).map(|group| Ok(Box::new(group) as Box<dyn Block>)))
}

impl Block for Group {
    fn read(self: Box<Self>, wanted: &Wanted, each: &mut dyn FnMut(Result<&Row>)) {
        let mut cursor = match Cursor::new(&self.shape, self.number, self.before, wanted) {
            Ok(cursor) => cursor,
            Err(error) => return each(Err(error)),
        };
        let mut row = Row::default();
        loop {
            match cursor.next(&mut row) {
                Ok(true) => each(Ok(&row)),
                Ok(false) => return,
                Err(error) => {
                    let ends = !error.is_one_row();
                    each(Err(error));
                    if ends {
                        return;
                    }
                }
            }
        }
    }

    fn bytes(&self) -> u64 {
        let size = self.shape.file.metadata().row_group(self.number).compressed_size();
        u64::try_from(size).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_moments_are_spelt_by_the_standard() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(19_782), "2024-02-29");
        assert_eq!(date(-1), "1969-12-31");
        assert_eq!(date(i64::MIN).len(), date(-100_000_000).len());
        assert_eq!(time(86_399_999, 1000), "1970-01-01T23:59:59");
        assert_eq!(time(-1, 1000), "1969-12-31T23:59:59");
    }
}
