//! One amount and one grade for a record: what maps and tables can show of its estimates.

use super::vocabulary::{Family, Vocabulary};
use super::{Estimate, Figure, Quantity, Resources};
use crate::site::fact::{Amount, Unit};

/// A record's rare-earth oxide, or its grade, from one estimate.
#[derive(Debug, Clone, PartialEq)]
pub struct Headline {
    /// The value or range: million tons, or percent.
    pub amount: Amount,
    /// What it rests on, in words: the figures, the estimate, its year, what was left out.
    pub basis: String,
}

impl Headline {
    /// The value, the middle of a range, or the bound itself.
    pub fn value(&self) -> f64 {
        rounded(self.amount.middle())
    }
}

impl Resources {
    /// Total rare-earth oxide in million tons, by the estimate published last of those that
    /// give it for the whole record.
    ///
    /// Measured, indicated and inferred of one estimate are added up, as are proven, probable and
    /// possible; resources go before reserves, which are mostly a part of them, and both before
    /// prognostic amounts. Of several that can't be added (a total and a part of it) the first
    /// counts.
    pub fn treo(&self) -> Option<Headline> {
        self.headline("RR_TREO_Mt", is_treo, addable, sum)
    }

    /// The grade of rare-earth oxide in percent, by the estimate published last of those that give
    /// it for the whole record; where it differs by category, from the lowest to the highest. It
    /// is not weighted.
    pub fn treo_grade(&self) -> Option<Headline> {
        self.headline("RR_TREOgrd", is_treo_grade, without_averages, span)
    }

    /// The estimate with such a figure that was published last, by its references; among equals the
    /// one of the later year, then of the higher number.
    fn newest(&self, wanted: fn(&Figure) -> bool) -> Option<&Estimate> {
        let rank = |estimate: &Estimate| {
            let year = self.year(estimate).and_then(|year| year.amount.high());
            (self.published(estimate), year.map(|year| year as u16), estimate.number)
        };
        self.estimates
            .iter()
            .filter(|estimate| estimate.figures.iter().any(wanted))
            .max_by_key(|estimate| rank(estimate))
    }

    /// The year of an estimate's newest reference; of the record's where it has none of its own.
    fn published(&self, estimate: &Estimate) -> Option<u16> {
        let whole = self.whole().filter(|_| estimate.references.is_empty());
        let references = whole.unwrap_or(estimate).references.iter();
        references.filter_map(|reference| year_of(reference)).max()
    }

    fn headline(
        &self,
        column: &str,
        wanted: fn(&Figure) -> bool,
        choose: fn(&[&Figure]) -> Vec<usize>,
        join: fn(Amount, Amount) -> Amount,
    ) -> Option<Headline> {
        let estimate = self.newest(wanted)?;
        let figures: Vec<&Figure> = estimate.figures.iter().filter(|f| wanted(f)).collect();
        let chosen = choose(&figures);
        let used: Vec<&Figure> = chosen.iter().filter_map(|at| figures.get(*at)).copied().collect();
        let amount = used.iter().map(|figure| figure.amount).reduce(join)?;

        let texts: Vec<String> = used.iter().map(|figure| figure.to_string()).collect();
        let mut basis = vec![texts.join(", ")];
        let others = self.estimates.iter().filter(|other| other.figures.iter().any(wanted));
        match others.count() {
            1 => {}
            count => basis.push(format!("the last published of {count} estimates")),
        }
        basis.extend(self.year(estimate).map(|year| format!("as of {year}")));
        basis.extend(self.published(estimate).map(|year| format!("published {year}")));
        match figures.len() - used.len() {
            0 => {}
            more => basis.push(format!("{more} more of it left out")),
        }
        if self.unread.iter().any(|unread| unread.column == column) {
            basis.push("a part of the cell can't be read".into());
        }
        Some(Headline { amount, basis: basis.join(", ") })
    }
}

/// An amount of rare-earth oxide of the whole record.
fn is_treo(figure: &Figure) -> bool {
    figure.quantity == Quantity::Mass
        && figure.of == "TREO"
        && figure.unit == Unit::MillionTon
        && figure.part.is_none()
}

/// A grade of rare-earth oxide of the whole record.
fn is_treo_grade(figure: &Figure) -> bool {
    figure.quantity == Quantity::Grade
        && figure.of == "TREO"
        && figure.unit == Unit::Percent
        && figure.part.is_none()
}

/// The figures of the family that goes first, where they are of different rock; else the first of
/// it alone.
fn addable(figures: &[&Figure]) -> Vec<usize> {
    let Ok(vocabulary) = Vocabulary::embedded() else { return Vec::new() };
    let families: Vec<Option<Family>> = figures
        .iter()
        .map(|figure| vocabulary.category(figure.categories.first()?)?.family)
        .collect();
    let order = [Some(Family::Resource), Some(Family::Reserve), None, Some(Family::Prognostic)];
    let Some(first) = order.into_iter().find(|wanted| families.contains(wanted)) else {
        return Vec::new();
    };
    let of_family: Vec<usize> =
        (0..figures.len()).filter(|at| families.get(*at) == Some(&first)).collect();
    let mut seen: Vec<&str> = Vec::new();
    let apart = of_family.iter().filter_map(|at| figures.get(*at)).all(|figure| {
        !figure.categories.is_empty()
            && figure.categories.iter().all(|name| {
                let adds = vocabulary.category(name).is_some_and(|category| category.adds);
                let new = !seen.contains(&name.as_str());
                seen.push(name);
                adds && new
            })
    });
    if apart { of_family } else { of_family.into_iter().take(1).collect() }
}

/// All but averages, which lie within the ranges they are of; those alone where nothing else is.
fn without_averages(figures: &[&Figure]) -> Vec<usize> {
    let is_average = |figure: &Figure| figure.categories.iter().any(|name| name == "average");
    let others: Vec<usize> = figures
        .iter()
        .enumerate()
        .filter(|(_, figure)| !is_average(figure))
        .map(|(at, _)| at)
        .collect();
    if others.is_empty() { (0..figures.len()).collect() } else { others }
}

/// The sum of two amounts; as vague as the vaguer of them.
fn sum(a: Amount, b: Amount) -> Amount {
    let plus = |a: f64, b: f64| rounded(a + b);
    match (a, b) {
        (Amount::Exactly(a), Amount::Exactly(b)) => Amount::Exactly(plus(a, b)),
        (Amount::Exactly(a) | Amount::About(a), Amount::Exactly(b) | Amount::About(b)) => {
            Amount::About(plus(a, b))
        }
        (a, b) => match (a.high(), b.high()) {
            (Some(high_a), Some(high_b)) => {
                Amount::Between(plus(a.low(), b.low()), plus(high_a, high_b))
            }
            _ => Amount::Above(plus(a.low(), b.low())),
        },
    }
}

/// From the lowest to the highest of two amounts.
fn span(a: Amount, b: Amount) -> Amount {
    if a == b {
        return a;
    }
    let low = a.low().min(b.low());
    match (a.high(), b.high()) {
        (Some(a), Some(b)) => Amount::Between(low, a.max(b)),
        _ => Amount::Above(low),
    }
}

/// Without the last digits of a binary sum (0.1 + 0.2).
pub(super) fn rounded(value: f64) -> f64 {
    (value * 1e12).round() / 1e12
}

/// The year in a short reference, `Hou and others (2009a)`.
fn year_of(reference: &str) -> Option<u16> {
    let (_, year) = reference.rsplit_once('(')?;
    year.get(..4)?.parse().ok()
}
