//! Some of the sites on their way into a file, made ready on any thread.

use flatbuffers::FlatBufferBuilder;

use super::Counts;
use super::columns::{Columns, fitted};
use crate::property::{Kind, Value};
use crate::site::{Dataset, Site};

/// Sites as a format wants them, one after the other, and how many they are.
#[derive(Default)]
pub struct Block {
    /// The sites counted.
    pub tally: Tally,
    /// The sites in the bytes of the format, where it has one after the other.
    pub(super) bytes: Vec<u8>,
    /// Where each lies and ends, where the format wants to know.
    pub(super) marks: Vec<Mark>,
    /// The values column by column, where the format is one of columns.
    pub(super) cells: Vec<Cells>,
    /// What puts FlatBuffers together.
    pub(super) maker: Option<Box<FlatBufferBuilder<'static>>>,
    /// The first value that its column can't hold.
    pub(super) misfit: Option<String>,
}

/// A site within a block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    /// Its place; none where there is none.
    pub place: Option<[f64; 2]>,
    /// Where its bytes end.
    pub end: usize,
}

/// How many sites there are.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    sites: usize,
    by_dataset: [usize; Dataset::ALL.len()],
    without_location: usize,
    with_port: usize,
}

impl Tally {
    /// Counts a site.
    pub fn add(&mut self, site: &Site) {
        self.sites += 1;
        let counts = Dataset::ALL.iter().zip(&mut self.by_dataset);
        counts.filter(|(dataset, _)| **dataset == site.dataset).for_each(|(_, count)| *count += 1);
        self.without_location += usize::from(site.point.is_none());
        self.with_port += usize::from(site.nearest_port.is_some());
    }

    /// Adds what another tally counts.
    pub fn join(&mut self, other: &Tally) {
        self.sites += other.sites;
        self.by_dataset.iter_mut().zip(other.by_dataset).for_each(|(own, more)| *own += more);
        self.without_location += other.without_location;
        self.with_port += other.with_port;
    }

    /// The counts for people.
    pub fn counts(&self) -> Counts {
        let by_dataset = Dataset::ALL.iter().zip(self.by_dataset).filter(|(_, count)| *count > 0);
        Counts {
            sites: self.sites,
            by_dataset: by_dataset.map(|(dataset, count)| (dataset.name(), count)).collect(),
            without_location: self.without_location,
        }
    }

    /// Whether a site has a nearest port.
    pub(super) fn has_ports(&self) -> bool {
        self.with_port > 0
    }
}

/// The values of one column.
#[derive(Debug)]
pub(super) struct Cells {
    /// Whether each row has a value.
    pub given: Vec<bool>,
    /// The values that there are.
    pub values: Values,
}

/// Values of one type.
#[derive(Debug)]
pub(super) enum Values {
    Text(Texts),
    Real(Vec<f64>),
    Integer(Vec<i64>),
    Boolean(Vec<bool>),
    /// Items of all lists, and where each list ends among them.
    List(Texts, Vec<usize>),
}

/// Texts, one after the other.
#[derive(Debug, Default)]
pub(super) struct Texts {
    pub bytes: Vec<u8>,
    pub ends: Vec<usize>,
}

impl Texts {
    fn push(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
        self.ends.push(self.bytes.len());
    }

    #[cfg(feature = "geoparquet")]
    fn copy(&mut self, from: &Texts, index: usize) {
        let text = from.bytes.get(span(&from.ends, index)).unwrap_or_default();
        self.bytes.extend_from_slice(text);
        self.ends.push(self.bytes.len());
    }
}

/// Where the piece of that number lies, of pieces that end there.
pub(super) fn span(ends: &[usize], index: usize) -> std::ops::Range<usize> {
    let end = |index: usize| ends.get(index).copied().unwrap_or_default();
    index.checked_sub(1).map_or(0, end)..end(index)
}

impl Cells {
    fn new(kind: Kind) -> Self {
        let values = match kind {
            Kind::Text => Values::Text(Texts::default()),
            Kind::Real => Values::Real(Vec::new()),
            Kind::Integer => Values::Integer(Vec::new()),
            Kind::Boolean => Values::Boolean(Vec::new()),
            Kind::List => Values::List(Texts::default(), Vec::new()),
        };
        Cells { given: Vec::new(), values }
    }

    /// Adds a value of the column's type.
    fn push(&mut self, value: &Value<'_>) {
        let given = match (&mut self.values, value) {
            (Values::Text(texts), Value::Text(text)) => {
                texts.push(text);
                true
            }
            (Values::Real(numbers), Value::Real(number)) if number.is_finite() => {
                numbers.push(*number);
                true
            }
            (Values::Integer(numbers), Value::Integer(number)) => {
                numbers.push(*number);
                true
            }
            (Values::Boolean(truths), Value::Boolean(truth)) => {
                truths.push(*truth);
                true
            }
            (Values::List(texts, ends), Value::List(items)) => {
                items.iter().for_each(|item| texts.push(item));
                ends.push(texts.ends.len());
                true
            }
            _ => false,
        };
        self.given.push(given);
    }
}

#[cfg(feature = "geoparquet")]
impl Cells {
    /// The bytes that its texts take, and about those of the rest.
    pub fn bytes(&self) -> usize {
        match &self.values {
            Values::Text(texts) | Values::List(texts, _) => texts.bytes.len(),
            Values::Real(numbers) => 8 * numbers.len(),
            Values::Integer(numbers) => 8 * numbers.len(),
            Values::Boolean(truths) => truths.len(),
        }
    }

    /// An empty column of the same type.
    pub fn like(&self) -> Self {
        Cells::new(match &self.values {
            Values::Text(_) => Kind::Text,
            Values::Real(_) => Kind::Real,
            Values::Integer(_) => Kind::Integer,
            Values::Boolean(_) => Kind::Boolean,
            Values::List(..) => Kind::List,
        })
    }

    /// Adds the value of a row of another column of the type, which has `rank` values before it.
    pub fn copy(&mut self, from: &Cells, row: usize, rank: usize) {
        let given = from.given.get(row).copied().unwrap_or_default();
        self.given.push(given);
        if !given {
            return;
        }
        match (&mut self.values, &from.values) {
            (Values::Text(to), Values::Text(from)) => to.copy(from, rank),
            (Values::Real(to), Values::Real(from)) => to.extend(from.get(rank)),
            (Values::Integer(to), Values::Integer(from)) => to.extend(from.get(rank)),
            (Values::Boolean(to), Values::Boolean(from)) => to.extend(from.get(rank)),
            (Values::List(to, ends), Values::List(from, from_ends)) => {
                span(from_ends, rank).for_each(|item| to.copy(from, item));
                ends.push(to.ends.len());
            }
            _ => {}
        }
    }
}

impl Block {
    /// Adds a site's values, each to its column.
    pub(super) fn add_cells(
        &mut self,
        columns: &Columns,
        lists: bool,
        site: &Site,
        place: Option<[f64; 2]>,
    ) {
        if self.cells.is_empty() {
            let kinds = columns.fields().iter().map(|field| flat(field.kind, lists));
            self.cells = kinds.map(Cells::new).collect();
        }
        for (field, cells) in columns.fields().iter().zip(&mut self.cells) {
            let kind = flat(field.kind, lists);
            match fitted(kind, field.column.value(site)) {
                Ok(value) => cells.push(&value),
                Err(value) => {
                    cells.push(&Value::None);
                    self.misfit.get_or_insert_with(|| misfit(field.name(), kind, &value, site));
                }
            }
        }
        self.marks.push(Mark { place, end: 0 });
    }
}

/// The type where lists are written as text, unless the format has lists.
pub(super) fn flat(kind: Kind, lists: bool) -> Kind {
    if kind == Kind::List && !lists { Kind::Text } else { kind }
}

/// What is said of a value that its column can't hold.
pub(super) fn misfit(name: &str, kind: Kind, value: &Value<'_>, site: &Site) -> String {
    let what = match value {
        Value::Text(text) => format!("\"{text}\""),
        other => format!("{other:?}"),
    };
    let kind = match kind {
        Kind::Real => "numbers",
        Kind::Integer => "whole numbers",
        Kind::Boolean => "truth values",
        Kind::Text | Kind::List => "texts",
    };
    format!("{}: the column {name} is one of {kind} and can't hold {what}", site.id)
}
