//! How the rows of files are read: by which dictionary, with which corrections, and who looks on.

use super::corrections::Corrections;
use super::{Dictionary, Table};
use crate::error::{Notices, Result};
use crate::site::Site;
use crate::source::{Column, Layer, Row};

/// A row as it was read, corrections applied, beside the site that it became.
#[derive(Debug)]
pub struct Seen<'a> {
    /// The columns of its layer.
    pub columns: &'a [Column],
    /// Which of them hold longitude and latitude; none where geometry gives the location.
    pub location: Option<(usize, usize)>,
    /// The row.
    pub row: &'a Row,
    /// The site; none where the row is lost.
    pub site: Option<&'a Site>,
    /// What could not be read of it, with where and why.
    pub unread: &'a [String],
}

/// Looks on while rows become sites, so that nothing has to be read twice.
pub trait Watch {
    /// Sees a row.
    fn see(&mut self, seen: &Seen<'_>);
}

/// How rows are read.
pub struct Reading<'a> {
    /// What columns mean where the files don't tell.
    pub dictionary: &'a Dictionary,
    /// Corrections of cells, applied before a row becomes a site.
    pub corrections: Option<&'a mut Corrections>,
    /// Who looks on.
    pub watch: Option<&'a mut dyn Watch>,
    /// Whether tables of plain points are only opened, to be read as streams; those whose rows are
    /// corrected or watched are read all the same.
    pub aside: bool,
    /// The columns of plain points that sites keep, as far as a table has them.
    pub own: Vec<String>,
}

impl<'a> Reading<'a> {
    /// Rows as they are, with nobody looking on.
    pub fn plain(dictionary: &'a Dictionary) -> Self {
        Reading { dictionary, corrections: None, watch: None, aside: false, own: Vec::new() }
    }

    pub(super) fn points_aside(&self) -> bool {
        self.aside && self.corrections.is_none() && self.watch.is_none()
    }

    /// The site of a row of a layer whose columns at `location` hold longitude and latitude.
    pub(super) fn site(
        &mut self,
        table: &Table,
        layer: &Layer,
        location: Option<(usize, usize)>,
        row: Row,
        notices: &mut Notices,
    ) -> Result<Site> {
        let mut row = row;
        if let Some(corrections) = &mut self.corrections
            // A first look tells whose row it is; what it notes is noted by the second.
            && let Ok(site) = table.site(&row, &mut Notices::default())
        {
            let (place, column) = (layer.at.to_string(), |name: &str| layer.column(name));
            corrections.apply(&place, &site.id, &site.record, column, &mut row.cells);
        }
        let before = notices.skipped.len();
        let site = table.site(&row, notices);
        if let Some(watch) = &mut self.watch {
            let lost = site.as_ref().err().map(ToString::to_string);
            let skipped = notices.skipped.get(before..).unwrap_or_default();
            watch.see(&Seen {
                columns: &layer.columns,
                location,
                row: &row,
                site: site.as_ref().ok(),
                unread: lost.as_ref().map_or(skipped, std::slice::from_ref),
            });
        }
        site
    }
}
