//! Resources and reserves, as the global database's text cells state them.
//!
//! A record gives one or several estimates, told apart by numbers (`1) 57.4 resource; 2) 135 …`)
//! that run through all of its columns. Each estimate has figures (amounts, grades, cutoffs), and
//! where given a year, a reporting code and references. What can't be read is kept with the reason.
//!
//! Nothing is added up over records: districts hold sites, and sites stand beside their parts.
//! [`Resources::treo`] adds up only categories of one estimate that are of different rock.

mod cells;
mod headline;
mod scan;
mod text;
mod vocabulary;

use crate::site::Term;
use crate::site::fact::{Amount, Scope, Unit};

pub use self::cells::{COLUMNS, Column, read};
pub use self::headline::Headline;
pub use self::text::{FIELDS, from_fields};

/// What a record says of its resources.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Resources {
    /// The estimates, by number; what has no number comes first.
    pub estimates: Vec<Estimate>,
    /// What can't be read.
    pub unread: Vec<Unread>,
}

/// One estimate.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Estimate {
    /// Its number in the record; none where the record does not number.
    pub number: Option<u8>,
    /// What it states, in the order of the columns.
    pub figures: Vec<Figure>,
    /// The year it is of.
    pub year: Option<Year>,
    /// The reporting code it complies with (`JORC`, or `none`); none where that isn't known.
    pub code: Option<Term>,
    /// Short references.
    pub references: Vec<String>,
}

/// A year or a span of years.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Year {
    /// The year; a decade is a span.
    pub amount: Amount,
    /// False where the source doubts it.
    pub certain: bool,
}

/// What a figure measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// A mass.
    Mass,
    /// A content.
    Grade,
    /// The lowest content that counts as ore.
    Cutoff,
}

/// One figure of an estimate.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What it measures.
    pub quantity: Quantity,
    /// What it is of: `ore`, `TREO`, `Y2O3`, `heavy minerals`, `monazite`.
    pub of: String,
    /// The value or range with its qualifier, in `unit`.
    pub amount: Amount,
    /// The unit.
    pub unit: Unit,
    /// How well it is known, by the names in `data/rules/resources.toml`; several are taken
    /// together (`measured + indicated`).
    pub categories: Vec<String>,
    /// The part of the deposit that it is limited to.
    pub part: Option<Scope>,
    /// False where the source doubts it.
    pub certain: bool,
}

/// A cell, or the part of one, that can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The column.
    pub column: String,
    /// The cell, where it is at hand.
    pub cell: Option<String>,
    /// Why not.
    pub reason: String,
}

impl Resources {
    /// Whether nothing is stated.
    pub fn is_empty(&self) -> bool {
        self.estimates.is_empty() && self.unread.is_empty()
    }

    /// The estimate of a number, made where there is none.
    fn estimate(&mut self, number: Option<u8>) -> &mut Estimate {
        let at = match self.estimates.binary_search_by_key(&number, |estimate| estimate.number) {
            Ok(at) => at,
            Err(at) => {
                self.estimates.insert(at, Estimate { number, ..Estimate::default() });
                at
            }
        };
        &mut self.estimates[at]
    }

    /// What holds for the whole record: the year, code and references without a number.
    fn whole(&self) -> Option<&Estimate> {
        self.estimates.iter().find(|estimate| estimate.number.is_none())
    }

    /// The year of an estimate: its own, else the record's.
    pub fn year(&self, estimate: &Estimate) -> Option<Year> {
        estimate.year.or_else(|| self.whole().and_then(|whole| whole.year))
    }

    /// All figures with their estimates.
    pub fn figures(&self) -> impl Iterator<Item = (&Estimate, &Figure)> {
        self.estimates
            .iter()
            .flat_map(|estimate| estimate.figures.iter().map(move |figure| (estimate, figure)))
    }
}
