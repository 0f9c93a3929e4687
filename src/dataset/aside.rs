//! Tables of plain points that are read as streams, since they may be larger than memory.

use super::points;
use crate::error::{At, Notices, Result};
use crate::property::Needs;
use crate::site::Site;
use crate::source::block::{Blocks, Wanted};
use crate::source::{Layer, Row};

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

    /// Its place, for people.
    pub fn at(&self) -> &At {
        &self.layer.at
    }

    /// The names of its columns.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.layer.columns.iter().map(|column| column.name.as_str())
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
    pub fn blocks(&self) -> Result<Blocks> {
        self.table.blocks(&self.layer)
    }

    /// The columns that its sites are made of, as far as they are asked for.
    pub fn wanted(&self, needs: &Needs) -> Wanted {
        self.table.wanted(needs)
    }

    /// A site of it, to be filled.
    pub fn blank(&self) -> Site {
        self.table.blank()
    }

    /// Fills a site from a row, as far as that is asked for.
    ///
    /// # Errors
    /// A row that can't be used.
    pub fn fill(
        &self,
        row: &Row,
        needs: &Needs,
        site: &mut Site,
        notices: &mut Notices,
    ) -> Result<()> {
        self.table.fill(row, needs, site, notices)
    }

    /// Fills what more a filled site says in words.
    pub fn fill_texts(&self, row: &Row, needs: &Needs, site: &mut Site) {
        self.table.fill_texts(row, needs, site);
    }
}
