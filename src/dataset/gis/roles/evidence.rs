//! What the values of a column speak for.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Candidate, Role};
use crate::dataset::gis::words::Words;
use crate::dataset::gis::{amount, ids, value};
use crate::error::Result;
use crate::source::{Cell, Layer};

/// How many different values of a column are told apart; what comes after is not looked at.
const DISTINCT: usize = 20_000;

/// How many values of a column are shown to the user.
const SHOWN: usize = 3;

/// What the values of a column speak for: how many of its rows hold each kind of value.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    /// Rows that hold anything.
    pub filled: usize,
    /// Rows that were looked at, at most `filled`.
    pub looked_at: usize,
    /// The most frequent values, with their counts.
    pub examples: Vec<(String, usize)>,
    /// Different values.
    pub distinct: usize,
    pub groups: usize,
    pub commodities: usize,
    /// Values that hold a word of form.
    pub forms: usize,
    /// All words of values that are no numbers, and those known from forms and commodities.
    words: usize,
    known_words: usize,
    /// Values of several words.
    pub prose: usize,
    pub capacity_remarks: usize,
    pub units: usize,
    pub deposit_types: usize,
    pub numbers: usize,
    /// Numbers that would do as a year.
    pub years: usize,
    /// Cells of -999.
    pub marked_missing: usize,
    /// Values that are lists of the layer's own ids.
    pub ids: usize,
    /// `Y` and `N`.
    pub answers: usize,
}

impl Evidence {
    /// A count as a share of the values.
    pub fn share(&self, count: usize) -> f64 {
        if self.looked_at == 0 { 0.0 } else { count as f64 / self.looked_at as f64 }
    }

    /// The share of values that speak for a role, where values can.
    pub fn speaks_for(&self, role: Role) -> Option<f64> {
        let count = match role {
            Role::Group => self.groups,
            Role::Commodity => self.commodities,
            Role::Form => self.forms,
            Role::Capacity => self.numbers,
            Role::Unit => self.units,
            Role::SharedWith => self.ids,
            Role::DepositType => self.deposit_types,
            _ => return None,
        };
        Some(self.share(count))
    }

    /// The share of words that are known from forms and commodities.
    pub fn known(&self) -> f64 {
        if self.words == 0 { 0.0 } else { self.known_words as f64 / self.words as f64 }
    }

    /// Whether it could be a column of words.
    pub fn is_text(&self) -> bool {
        let other = self.numbers + self.answers + self.ids;
        self.filled > 0 && self.share(other) < 0.5
    }

    /// Whether it could be a column of remarks on the product.
    pub fn is_prose(&self) -> bool {
        self.is_text()
            && self.share(self.prose) >= 0.2
            && self.share(self.capacity_remarks) < 0.5
            && self.share(self.commodities) < 0.6
    }

    /// Whether it could be a column of amounts.
    pub fn is_number(&self) -> bool {
        self.share(self.numbers) >= 0.6 && !self.is_year()
    }

    /// Whether it is a column of years: nothing else, and never a number that is not known.
    pub fn is_year(&self) -> bool {
        self.numbers > 0
            && self.share(self.years) >= 0.95
            && self.marked_missing == 0
            // A year says the same in many rows.
            && self.distinct * 2 <= self.looked_at.max(2)
    }
}

/// How often each set of candidates is filled together, to tell which columns go together.
#[derive(Debug, Default)]
pub(super) struct Fillings {
    sets: HashMap<u64, usize>,
    rows: usize,
}

impl Fillings {
    /// The rows of the layer.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The share of rows in which two candidates, by their places, are both filled or both not.
    pub fn agreement(&self, one: usize, other: usize) -> f64 {
        let bit = |set: u64, place: usize| place < 64 && set & (1 << place) != 0;
        let agree = self.sets.iter().filter(|(set, _)| bit(**set, one) == bit(**set, other));
        let agree: usize = agree.map(|(_, count)| count).sum();
        if self.rows == 0 { 0.0 } else { agree as f64 / self.rows as f64 }
    }
}

/// Counts what the values of the candidates speak for, in one pass over the rows.
pub(super) fn gather(
    layer: &Layer,
    words: &Words,
    candidates: &mut [Candidate],
) -> Result<Fillings> {
    let id = candidates.iter().find(|c| c.role() == Some(Role::Id)).map(|c| c.index);
    let mut known_ids = HashSet::new();
    let mut values: Vec<HashMap<String, usize>> = vec![HashMap::new(); candidates.len()];
    let mut fillings = Fillings::default();
    for row in layer.rows()? {
        let row = match row {
            Ok(row) => row,
            Err(error) if error.is_one_row() => continue,
            Err(error) => return Err(error),
        };
        if let Some(id) = id.and_then(|id| value(row.cells.get(id)?)) {
            known_ids.insert(id);
        }
        let mut filled = 0_u64;
        for (place, (candidate, values)) in candidates.iter_mut().zip(&mut values).enumerate() {
            let Some(cell) = row.cells.get(candidate.index) else { continue };
            let seen = &mut candidate.seen;
            seen.marked_missing += usize::from(cell.number() == Some(-999.0));
            let Some(text) = value(cell) else { continue };
            filled |= if place < 64 { 1 << place } else { 0 };
            seen.filled += 1;
            let room = values.len() < DISTINCT;
            match values.get_mut(&text) {
                Some(count) => *count += 1,
                None if room => _ = values.insert(text, 1),
                None => {}
            }
        }
        *fillings.sets.entry(filled).or_default() += 1;
        fillings.rows += 1;
    }
    for (candidate, values) in candidates.iter_mut().zip(values) {
        // Ordered, so that the examples don't hang on a hash.
        let values: BTreeMap<String, usize> = values.into_iter().collect();
        weigh(&mut candidate.seen, values, words, &known_ids);
    }
    Ok(fillings)
}

/// Counts the values of a column by kind.
fn weigh(
    seen: &mut Evidence,
    values: BTreeMap<String, usize>,
    words: &Words,
    known_ids: &HashSet<String>,
) {
    seen.distinct = values.len();
    for (text, count) in &values {
        seen.looked_at += count;
        let add = |holds: bool, kind: &mut usize| *kind += if holds { *count } else { 0 };
        if let Some(number) = amount(&Cell::Text(text.clone())) {
            add(true, &mut seen.numbers);
            let year = number.fract() == 0.0 && (1900.0..2101.0).contains(&number);
            add(year, &mut seen.years);
            continue;
        }
        let (all, known) = words.known(text);
        seen.words += all * count;
        seen.known_words += known * count;
        add(words.is_group(text), &mut seen.groups);
        add(words.is_commodity(text), &mut seen.commodities);
        add(words.is_form(text), &mut seen.forms);
        add(is_prose(text), &mut seen.prose);
        add(words.is_capacity_remark(text), &mut seen.capacity_remarks);
        add(words.is_unit(text), &mut seen.units);
        add(words.is_deposit_type(text), &mut seen.deposit_types);
        add(ids(text).all(|id| known_ids.contains(id)), &mut seen.ids);
        add(matches!(text.to_lowercase().as_str(), "y" | "n" | "yes" | "no"), &mut seen.answers);
    }
    let mut examples: Vec<(String, usize)> = values.into_iter().collect();
    examples.sort_by(|(a, m), (b, n)| n.cmp(m).then_with(|| a.cmp(b)));
    examples.truncate(SHOWN);
    seen.examples = examples;
}

/// Whether a value is of several words, and not of letters that stand for something.
fn is_prose(text: &str) -> bool {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| word.len() > 2).count() > 1
}
