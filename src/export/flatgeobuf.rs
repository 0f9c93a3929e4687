//! FlatGeobuf, version 3: features along a Hilbert curve behind a packed R-tree, so that readers
//! fetch only what lies in their window.
//!
//! The index stands before the features, and its order is known only when all have come. Until
//! then features lie in a scratch file beside the target; in memory is 32 bytes for each. Features
//! without a location come last, with a box in the index that meets nothing.
//!
//! Lists are text, joined by `; `. The header's `metadata` are the same JSON as in GeoJSON.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use flatbuffers::{FlatBufferBuilder, UnionWIPOffset, VOffsetT, WIPOffset};

use super::block::{Mark, flat, misfit};
use super::columns::{Columns, fitted};
use super::hilbert::Bounds;
use super::plan::{SiteWriter, To};
use super::{Block, Metadata};
use crate::crs::System;
use crate::property::{Kind, Value};
use crate::site::Site;

/// What a file begins with.
const MAGIC: [u8; 8] = *b"fgb\x03fgb\x00";

/// How many children a node of the index has.
const NODE: usize = 16;

/// The number of a field in a table of the schema, as FlatBuffers address it.
const fn slot(field: VOffsetT) -> VOffsetT {
    4 + 2 * field
}

/// The geometry type of points.
const POINT: u8 = 1;

/// The type of a column, by the schema's numbers.
fn column_type(kind: Kind) -> u8 {
    match kind {
        Kind::Boolean => 2,
        Kind::Integer => 7,
        Kind::Real => 10,
        Kind::Text | Kind::List => 11,
    }
}

/// Adds a site to a block as a feature.
pub(super) fn add(columns: &Columns, site: &Site, place: Option<[f64; 2]>, block: &mut Block) {
    let mut properties: Vec<u8> = Vec::with_capacity(64);
    for (index, field) in (0_u16..).zip(columns.fields()) {
        let kind = flat(field.kind, false);
        let value = fitted(kind, field.column.value(site)).unwrap_or_else(|value| {
            block.misfit.get_or_insert_with(|| misfit(field.name(), kind, &value, site));
            Value::None
        });
        if value != Value::None {
            properties.extend_from_slice(&index.to_le_bytes());
        }
        match value {
            Value::Text(text) => {
                // A text of 4 GB would not be one.
                let length = u32::try_from(text.len()).unwrap_or_default();
                properties.extend_from_slice(&length.to_le_bytes());
                properties
                    .extend_from_slice(text.get(..length as usize).unwrap_or_default().as_bytes());
            }
            Value::Real(number) => properties.extend_from_slice(&number.to_le_bytes()),
            Value::Integer(number) => properties.extend_from_slice(&number.to_le_bytes()),
            Value::Boolean(truth) => properties.push(u8::from(truth)),
            Value::None | Value::List(_) => {}
        }
    }
    let maker = block.maker.get_or_insert_default();
    maker.reset();
    let properties = maker.create_vector(&properties);
    let geometry = place.map(|place| {
        let place = maker.create_vector(&place);
        let table = maker.start_table();
        maker.push_slot_always(slot(1), place);
        maker.push_slot_always(slot(6), POINT);
        maker.end_table(table)
    });
    let table = maker.start_table();
    if let Some(geometry) = geometry {
        maker.push_slot_always(slot(0), geometry);
    }
    maker.push_slot_always(slot(1), properties);
    let feature = maker.end_table(table);
    maker.finish_size_prefixed(feature, None);
    block.bytes.extend_from_slice(maker.finished_data());
    block.marks.push(Mark { place, end: block.bytes.len() });
}

/// A feature in the scratch file.
struct Entry {
    /// How far along the curve it lies.
    along: u32,
    length: u32,
    start: u64,
    /// Its place; not numbers where there is none.
    place: [f64; 2],
}

/// A file under way.
pub(super) struct Writer<'o> {
    out: &'o mut dyn Write,
    columns: &'o Columns,
    system: Option<&'o System>,
    scratch: BufWriter<File>,
    length: u64,
    entries: Vec<Entry>,
    bounds: Bounds,
}

impl<'o> Writer<'o> {
    /// Begins a file.
    pub(super) fn new(
        columns: &'o Columns,
        system: Option<&'o System>,
        to: To<'o>,
    ) -> io::Result<Self> {
        let scratch = match to.scratch {
            Some(folder) => tempfile::tempfile_in(folder),
            None => tempfile::tempfile(),
        };
        Ok(Writer {
            out: to.out,
            columns,
            system,
            scratch: BufWriter::with_capacity(1 << 18, scratch?),
            length: 0,
            entries: Vec::new(),
            bounds: Bounds::NONE,
        })
    }

    /// The header, its size before it.
    fn header(&self, metadata: &Metadata) -> io::Result<Vec<u8>> {
        let mut maker = FlatBufferBuilder::new();
        let fields = self.columns.fields().iter();
        let columns: Vec<_> = fields
            .map(|field| {
                let name = maker.create_string(field.name());
                let table = maker.start_table();
                maker.push_slot_always(slot(0), name);
                maker.push_slot_always(slot(1), column_type(field.kind));
                maker.end_table(table)
            })
            .collect();
        let columns = maker.create_vector(&columns);
        let crs = self.crs(&mut maker);
        let envelope = self.bounds.0.map(|bounds| maker.create_vector(&bounds));
        let name = maker.create_string("sites");
        let description = maker.create_string(&metadata.describe());
        let about = maker.create_string(&serde_json::to_string(metadata)?);

        let table = maker.start_table();
        maker.push_slot_always(slot(8), self.entries.len() as u64);
        maker.push_slot_always(slot(0), name);
        if let Some(envelope) = envelope {
            maker.push_slot_always(slot(1), envelope);
        }
        maker.push_slot_always(slot(7), columns);
        maker.push_slot_always(slot(10), crs);
        maker.push_slot_always(slot(12), description);
        maker.push_slot_always(slot(13), about);
        // A file without features has no index.
        let node = if self.entries.is_empty() { 0 } else { NODE as u16 };
        maker.push_slot_always(slot(9), node);
        maker.push_slot_always(slot(2), POINT);
        let header = maker.end_table(table);
        maker.finish_size_prefixed(header, None);
        Ok(maker.finished_data().to_vec())
    }

    /// The coordinate system: its authority, code and name.
    fn crs(&self, maker: &mut FlatBufferBuilder<'static>) -> WIPOffset<UnionWIPOffset> {
        let (id, title) = match self.system {
            Some(system) => (system.id(), system.title.as_str()),
            None => ("EPSG:4326".into(), "WGS 84"),
        };
        let (authority, code) = id.split_once(':').unwrap_or(("", ""));
        let authority = maker.create_string(authority);
        let name = maker.create_string(title);
        let table = maker.start_table();
        maker.push_slot_always(slot(0), authority);
        maker.push_slot_always(slot(1), code.parse::<i32>().unwrap_or_default());
        maker.push_slot_always(slot(2), name);
        maker.end_table(table).as_union_value()
    }

    /// Puts the features in their order.
    fn order(&mut self) {
        let bounds = self.bounds;
        for entry in &mut self.entries {
            // What lies nowhere comes last.
            let nowhere = entry.place[0].is_nan();
            entry.along = if nowhere { u32::MAX } else { bounds.position(entry.place) };
        }
        self.entries.sort_unstable_by_key(|it| (it.place[0].is_nan(), it.along, it.start));
    }

    fn index(&mut self) -> io::Result<()> {
        let mut levels = vec![self.entries.len()];
        // One feature has a node above it too.
        while let Some(&count) = levels.last()
            && (count > 1 || levels.len() == 1)
        {
            levels.push(count.div_ceil(NODE));
        }
        // The boxes of the inner nodes, level by level from the leaves up.
        let mut inner: Vec<Vec<[f64; 4]>> = Vec::new();
        for &count in levels.get(1..).unwrap_or_default() {
            let boxes: Vec<[f64; 4]> = match inner.last() {
                None => self
                    .entries
                    .chunks(NODE)
                    .map(|part| around(part.iter().map(|entry| leaf(entry.place))))
                    .collect(),
                Some(below) => {
                    below.chunks(NODE).map(|part| around(part.iter().copied())).collect()
                }
            };
            debug_assert_eq!(boxes.len(), count);
            inner.push(boxes);
        }
        // The root comes first, the leaves last.
        let mut first = 0;
        for boxes in inner.iter().rev() {
            first += boxes.len();
            for (number, node) in boxes.iter().enumerate() {
                self.node(*node, (first + number * NODE) as u64)?;
            }
        }
        let mut start = 0;
        for number in 0..self.entries.len() {
            let Some(entry) = self.entries.get(number) else { break };
            let (place, length) = (entry.place, entry.length);
            self.node(leaf(place), start)?;
            start += u64::from(length);
        }
        Ok(())
    }

    fn node(&mut self, bounds: [f64; 4], start: u64) -> io::Result<()> {
        let mut node = [0; 40];
        let words = bounds.map(f64::to_le_bytes).into_iter().chain([start.to_le_bytes()]);
        node.chunks_exact_mut(8).zip(words).for_each(|(part, word)| part.copy_from_slice(&word));
        self.out.write_all(&node)
    }

    /// Copies the features from the scratch file in their order.
    fn features(&mut self) -> io::Result<()> {
        self.scratch.flush()?;
        let scratch = self.scratch.get_ref();
        let mut feature = Vec::new();
        for entry in &self.entries {
            feature.resize(entry.length as usize, 0);
            read_at(scratch, &mut feature, entry.start)?;
            self.out.write_all(&feature)?;
        }
        Ok(())
    }
}

impl SiteWriter for Writer<'_> {
    fn take(&mut self, block: Block) -> io::Result<()> {
        if let Some(misfit) = block.misfit {
            return Err(io::Error::new(io::ErrorKind::InvalidData, misfit));
        }
        let mut start = 0;
        for mark in &block.marks {
            let length = u32::try_from(mark.end - start).map_err(io::Error::other)?;
            if let Some(place) = mark.place {
                self.bounds.add(place);
            }
            self.entries.push(Entry {
                along: 0,
                length,
                start: self.length + start as u64,
                place: mark.place.unwrap_or([f64::NAN; 2]),
            });
            start = mark.end;
        }
        self.length += block.bytes.len() as u64;
        self.scratch.write_all(&block.bytes)
    }

    fn finish(mut self: Box<Self>, metadata: &Metadata) -> io::Result<()> {
        self.order();
        self.out.write_all(&MAGIC)?;
        let header = self.header(metadata)?;
        self.out.write_all(&header)?;
        if !self.entries.is_empty() {
            self.index()?;
        }
        self.features()
    }
}

/// The box of a feature; one that meets nothing where it lies nowhere.
fn leaf([x, y]: [f64; 2]) -> [f64; 4] {
    if x.is_nan() { NOTHING } else { [x, y, x, y] }
}

/// A box that meets nothing.
const NOTHING: [f64; 4] = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];

/// The box around boxes.
fn around(boxes: impl Iterator<Item = [f64; 4]>) -> [f64; 4] {
    boxes.fold(NOTHING, |all, it| {
        [all[0].min(it[0]), all[1].min(it[1]), all[2].max(it[2]), all[3].max(it[3])]
    })
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], start: u64) -> io::Result<()> {
    use std::os::unix::fs::FileExt;
    file.read_exact_at(buffer, start)
}

#[cfg(not(unix))]
fn read_at(mut file: &File, buffer: &mut [u8], start: u64) -> io::Result<()> {
    use std::io::{Read, Seek, SeekFrom};
    file.seek(SeekFrom::Start(start))?;
    file.read_exact(buffer)
}
