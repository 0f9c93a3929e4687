//! Stretches of a layer's rows, which any thread may read.

use super::{Cell, Layer, Row, Rows};
use crate::error::Result;

/// How many rows make a block where a reader yields them one by one.
const ROWS: usize = 1024;

/// A stretch of a layer's rows.
pub trait Block: Send {
    /// Hands each row to `each`, in order; a row lives until the next. Of columns that are not
    /// `wanted` the cells may be empty. After an error for which [`crate::Error::is_one_row`] does
    /// not hold nothing follows.
    fn read(self: Box<Self>, wanted: &Wanted, each: &mut dyn FnMut(Result<&Row>));

    /// How many bytes of the file it spans, where that is known; for progress.
    fn bytes(&self) -> u64;
}

/// The blocks of a layer, in order; an error ends them.
pub type Blocks = Box<dyn Iterator<Item = Result<Box<dyn Block>>> + Send>;

/// The columns that somebody asks for.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// All of them.
    All,
    /// Those for which the layer's entry is true.
    Columns(Vec<bool>),
}

impl Wanted {
    /// These columns.
    pub fn columns(numbers: impl Iterator<Item = usize>) -> Self {
        let mut wanted = Vec::new();
        for number in numbers {
            wanted.resize(wanted.len().max(number + 1), false);
            wanted.iter_mut().skip(number).take(1).for_each(|column| *column = true);
        }
        Wanted::Columns(wanted)
    }

    /// Whether a column is wanted.
    pub fn has(&self, column: usize) -> bool {
        match self {
            Wanted::All => true,
            Wanted::Columns(columns) => columns.get(column).copied().unwrap_or(false),
        }
    }
}

impl Layer {
    /// The rows in blocks, from the first; each call is a fresh pass.
    pub fn blocks(&self) -> Result<Blocks> {
        match &self.blocks {
            Some(blocks) => blocks(),
            None => Ok(gathered(self.rows()?)),
        }
    }
}

/// Rows that are read one by one, in blocks.
pub fn gathered(rows: Rows<'static>) -> Blocks {
    let mut rows = rows;
    Box::new(std::iter::from_fn(move || {
        let block: Vec<Result<Row>> = rows.by_ref().take(ROWS).collect();
        (!block.is_empty()).then(|| Ok(Box::new(Gathered(block)) as Box<dyn Block>))
    }))
}

struct Gathered(Vec<Result<Row>>);

impl Block for Gathered {
    fn read(self: Box<Self>, _: &Wanted, each: &mut dyn FnMut(Result<&Row>)) {
        for row in self.0 {
            match row {
                Ok(row) => each(Ok(&row)),
                Err(error) => each(Err(error)),
            }
        }
    }

    fn bytes(&self) -> u64 {
        0
    }
}

/// Puts text into a cell, in the memory that it has.
pub(super) fn put(cell: &mut Cell, text: &str) {
    match cell {
        _ if text.is_empty() => *cell = Cell::Empty,
        Cell::Text(old) => {
            old.clear();
            old.push_str(text);
        }
        _ => *cell = Cell::Text(text.to_owned()),
    }
}
