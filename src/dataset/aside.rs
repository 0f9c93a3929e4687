//! Tables of plain points that are read as streams, since they may be larger than memory.

use super::points;
use crate::error::Result;
use crate::source::Layer;
use crate::source::block::Blocks;

/// A table of plain points, opened and not yet read; see [`crate::stream`].
#[derive(Debug, Clone)]
pub struct Aside {
    layer: Layer,
    table: points::Table,
}

impl Aside {
    pub(super) fn new(layer: &Layer, table: &points::Table) -> Self {
        Aside { layer: layer.clone(), table: table.clone() }
    }

    /// How its rows become sites.
    pub(crate) fn table(&self) -> &points::Table {
        &self.table
    }

    /// The size of its file in bytes, where that is known; for progress.
    pub fn bytes(&self) -> u64 {
        std::fs::metadata(&self.layer.at.file).map_or(0, |file| file.len())
    }

    /// Whether it has a column of commodities, by which sites are classified.
    pub fn states_commodities(&self) -> bool {
        self.table.states_commodities()
    }

    /// Has its sites keep these of its columns, as far as it has them.
    pub fn keep(&mut self, names: &[String]) {
        self.table.keep(&self.layer, names);
    }

    /// Its rows in blocks.
    ///
    /// # Errors
    /// A file that can't be read.
    pub fn blocks(&self) -> Result<Blocks> {
        self.table.blocks(&self.layer)
    }
}
