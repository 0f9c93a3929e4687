//! Reads the cells: `1) 57.4 resource; 2) 135 total prospective reserve, 43.5 industrial reserve`.
//!
//! A cell is parted by the numbers of its estimates, those by `;` into groups, groups into clauses
//! of one amount each. Every word of a clause must be known: what is left over makes it unread.

use super::headline::rounded;
use super::scan::{Entry, amount, entries, groups, qualifier, start_of_number, year};
use super::vocabulary::{Phrase, Vocabulary};
use super::{Figure, Quantity, Resources, Unread};
use crate::error::Result;
use crate::site::Term;
use crate::site::fact::{Scope, Unit};

/// What a column's cells hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Column {
    /// Figures: what they measure, of what where the cell doesn't say, and the unit.
    Figures(Quantity, &'static str, Unit),
    /// Years.
    Years,
    /// Reporting codes.
    Codes,
    /// Short references.
    References,
    /// Remarks, some of which are figures too.
    Remarks,
}

/// The columns of resources, in the database's order. In `RR_min_Mt`, `RR_min_pct` and `RR_oth_grd`
/// the cell itself says what an amount is of.
pub const COLUMNS: [(&str, Column); 16] = {
    use Column::Figures;
    use Quantity::{Cutoff, Grade, Mass};
    use Unit::{MillionTon, Percent, Unstated};
    [
        ("RR_Ore_Mt", Figures(Mass, "ore", MillionTon)),
        ("RR_TREO_Mt", Figures(Mass, "TREO", MillionTon)),
        ("RR_TREOgrd", Figures(Grade, "TREO", Percent)),
        ("RR_REE_grd", Figures(Grade, "REE", Unstated)),
        ("RR_Cutoff", Figures(Cutoff, "ore", Unstated)),
        ("RR_HM_Mt", Figures(Mass, "heavy minerals", MillionTon)),
        ("RR_HM_pct", Figures(Grade, "heavy minerals", Percent)),
        ("RR_min_Mt", Figures(Mass, "", MillionTon)),
        ("RR_min_pct", Figures(Grade, "", Percent)),
        ("RR_mon_Mt", Figures(Mass, "monazite", MillionTon)),
        ("RR_mon_pct", Figures(Grade, "monazite", Percent)),
        ("RR_oth_grd", Figures(Grade, "", Unstated)),
        ("RR_Yr_Est", Column::Years),
        ("RR_Refs", Column::References),
        ("RR_RegCode", Column::Codes),
        ("RR_Note", Column::Remarks),
    ]
};

/// Reads a record's cells; `cell` gives the text of a column.
///
/// # Errors
/// The vocabulary inside the program can't be read.
pub fn read(cell: impl Fn(&str) -> Option<String>) -> Result<Resources> {
    let vocabulary = Vocabulary::embedded()?;
    let mut resources = Resources::default();
    for (column, kind) in COLUMNS {
        let Some(text) = cell(column) else { continue };
        let mut reading =
            Reading { vocabulary, column, kind, cell: &text, resources: &mut resources };
        for entry in entries(&text) {
            reading.entry(&entry);
        }
    }
    implausible(&mut resources, vocabulary, &cell);
    resources.estimates.retain(|estimate| {
        *estimate != super::Estimate { number: estimate.number, ..super::Estimate::default() }
    });
    Ok(resources)
}

/// Takes out amounts of rare-earth oxide that can't be: more than the ore, or slips of the unit.
fn implausible(
    resources: &mut Resources,
    vocabulary: &Vocabulary,
    cell: &impl Fn(&str) -> Option<String>,
) {
    let most = |of: &str| {
        let masses = resources.figures().filter(|(_, figure)| is_mass(figure, of));
        masses.map(|(_, figure)| figure.amount.low()).reduce(f64::max)
    };
    let Some(treo) = most("TREO") else { return };
    let limit = vocabulary.most_treo_mt;
    let of_record = match most("ore") {
        _ if treo > limit => Some(format!(
            "{treo} Mt of rare-earth oxide is more than all known deposits hold ({limit})"
        )),
        Some(ore) if treo >= ore && treo > 0.0 => Some(format!(
            "{treo} Mt of rare-earth oxide is no less than the ore that holds it ({ore})"
        )),
        _ => None,
    };
    let mut reasons = Vec::new();
    for estimate in &mut resources.estimates {
        let misfit = misfit(&estimate.figures, vocabulary.misfit);
        if of_record.is_some() || misfit.is_some() {
            estimate.figures.retain(|figure| !is_mass(figure, "TREO"));
        }
        reasons.extend(misfit.filter(|_| of_record.is_none()));
    }
    for reason in of_record.into_iter().chain(reasons) {
        let column = "RR_TREO_Mt";
        resources.unread.push(Unread { column: column.into(), cell: cell(column), reason });
    }
}

/// Whether a figure is a mass of that in million tons.
fn is_mass(figure: &Figure, of: &str) -> bool {
    figure.quantity == Quantity::Mass && figure.of == of && figure.unit == Unit::MillionTon
}

/// Where an estimate's oxide is far from its ore times its grade, a word on that.
fn misfit(figures: &[Figure], factor: f64) -> Option<String> {
    let masses = |of: &'static str| figures.iter().filter(move |figure| is_mass(figure, of));
    let grades = || {
        figures.iter().filter(|figure| {
            figure.quantity == Quantity::Grade
                && figure.of == "TREO"
                && figure.unit == Unit::Percent
        })
    };
    // Of one category, as of all.
    let beyond = masses("TREO").find_map(|treo| {
        let ore = masses("ore").find(|ore| {
            ore.categories == treo.categories
                && ore.amount.high().is_some_and(|ore| treo.amount.low() >= ore && ore > 0.0)
        })?;
        Some(format!(
            "{} Mt of rare-earth oxide is no less than the ore that holds it ({})",
            treo.amount.middle(),
            ore.amount.middle()
        ))
    });
    if beyond.is_some() {
        return beyond;
    }
    let total =
        |of: &'static str| -> f64 { rounded(masses(of).map(|it| it.amount.middle()).sum()) };
    let (treo, ore) = (total("TREO"), total("ore"));
    let lowest = grades().map(|figure| figure.amount.low()).reduce(f64::min)?;
    let highest = grades().filter_map(|figure| figure.amount.high()).reduce(f64::max)?;
    let (least, most) = (ore * lowest / 100.0, ore * highest / 100.0);
    let far = treo > factor * most || treo * factor < least;
    (treo > 0.0 && ore > 0.0 && far).then(|| {
        format!(
            "{treo} Mt of rare-earth oxide does not fit {ore} Mt of ore at {highest} %: \
             perhaps another unit"
        )
    })
}

struct Reading<'a> {
    vocabulary: &'static Vocabulary,
    column: &'static str,
    kind: Column,
    cell: &'a str,
    resources: &'a mut Resources,
}

impl Reading<'_> {
    fn unread(&mut self, reason: impl Into<String>) {
        let reason = reason.into().replace(';', ",");
        // Two remarks in one cell are one.
        if self
            .resources
            .unread
            .last()
            .is_some_and(|last| last.column == self.column && last.reason == reason)
        {
            return;
        }
        self.resources.unread.push(Unread {
            column: self.column.into(),
            cell: Some(self.cell.into()),
            reason,
        });
    }

    fn entry(&mut self, entry: &Entry) {
        match self.kind {
            Column::Figures(..) => self.figures(entry),
            Column::Years => match year(entry.text) {
                Some(year) => self.each(entry, |estimate| estimate.year = Some(year)),
                None => self.unread(format!("`{}` is no year", entry.text)),
            },
            Column::Codes => self.code(entry),
            Column::References => {
                let references = entry.text.split(';').map(str::trim).filter(|it| !it.is_empty());
                let references: Vec<String> = references.map(str::to_owned).collect();
                self.each(entry, |estimate| estimate.references.extend(references.clone()));
            }
            Column::Remarks => self.remark(entry),
        }
    }

    fn each(&mut self, entry: &Entry, put: impl Fn(&mut super::Estimate)) {
        for number in &entry.numbers {
            put(self.resources.estimate(*number));
        }
    }

    fn code(&mut self, entry: &Entry) {
        let (text, certain) = match entry.text.strip_suffix("(?)") {
            Some(text) => (text.trim_end(), false),
            None => (entry.text, true),
        };
        match self.vocabulary.code(text) {
            Some("") => {}
            Some(name) => {
                let code = Term { name: name.into(), certain };
                self.each(entry, |estimate| estimate.code = Some(code.clone()));
            }
            None => self.unread(format!("`{text}` is no reporting code that is known")),
        }
    }

    fn figures(&mut self, entry: &Entry) {
        // A figure of several estimates at once would count more than once.
        let number = match entry.numbers.as_slice() {
            [number] => *number,
            _ => None,
        };
        let mut heading = Heading::default();
        for group in groups(entry.text) {
            let mut read: Vec<Figure> = Vec::new();
            for clause in group {
                match self.clause(&clause, &mut heading) {
                    Ok(figures) => read.extend(figures),
                    Err(reason) => self.unread(reason),
                }
            }
            spread_categories(&mut read);
            self.resources.estimate(number).figures.extend(read);
        }
    }

    /// A remark: figures where all of it is figures, each with a unit and what it is of.
    fn remark(&mut self, entry: &Entry) {
        let mut heading = Heading::default();
        let mut read = Vec::new();
        for group in groups(entry.text.trim_end_matches('.')) {
            let mut own = Vec::new();
            for clause in group {
                match self.clause(&clause, &mut heading) {
                    Ok(figures) => own.extend(figures),
                    Err(_) => return self.unread("a remark in words"),
                }
            }
            spread_categories(&mut own);
            read.extend(own);
        }
        if read.is_empty() || read.iter().any(|figure: &Figure| figure.unit == Unit::Unstated) {
            return self.unread("a remark in words");
        }
        for number in &entry.numbers {
            self.resources.estimate(*number).figures.extend(read.clone());
        }
    }

    /// The figures of a clause: one, and an average in brackets beside it.
    fn clause(
        &self,
        clause: &str,
        heading: &mut Heading,
    ) -> std::result::Result<Vec<Figure>, String> {
        let (quantity, of, column_unit) = match self.kind {
            Column::Figures(quantity, of, unit) => (quantity, of, unit),
            _ => (Quantity::Grade, "", Unit::Unstated),
        };
        let clause = clause.trim();
        let mut text = clause.replace("(?)", " ");
        let mut certain = text == clause;
        let mut brackets = Vec::new();
        while let Some(start) = text.find('(') {
            let end = text.get(start..).and_then(|rest| rest.find(')')).map(|at| start + at);
            let Some(end) = end else { return Err(format!("`{clause}` has a bracket left open")) };
            brackets.push(text.get(start + 1..end).unwrap_or_default().trim().to_owned());
            text.replace_range(start..=end, " ");
        }
        let text = text.trim();
        let text = match text.strip_suffix('?') {
            Some(text) => {
                certain = false;
                text
            }
            None => text,
        };
        let Some(start) = start_of_number(text) else {
            return Err(format!("`{clause}` holds no number"));
        };
        let (lead, rest) = text.split_at(start);
        let (lead, qualify) = qualifier(lead);
        let before = self.lead(lead, heading)?;
        let Some((amount, stated, rest)) = amount(rest, qualify) else {
            return Err(format!("`{clause}` holds no plain number"));
        };
        let mut words = self.words(rest)?;
        if !before.names.is_empty() && !words.names.is_empty() {
            return Err(format!("`{clause}` is of two things"));
        }
        words.names.extend(before.names);
        words.categories.extend(before.categories);
        words.part = words.part.or(before.part);
        let mut extra = Vec::new();
        for bracket in &brackets {
            if start_of_number(bracket) == Some(0) {
                extra.push(bracket.as_str());
            } else {
                self.bracket(bracket, &mut words);
            }
        }
        let unit = stated.unwrap_or(column_unit);
        if unit == Unit::Percent && amount.low() > 100.0 {
            return Err(format!("{amount} % is more than all"));
        }
        let quantity = match (quantity, unit) {
            (Quantity::Cutoff, _) => Quantity::Cutoff,
            (_, Unit::Ton | Unit::MillionTon) => Quantity::Mass,
            _ => Quantity::Grade,
        };
        let names = if words.names.is_empty() { &heading.names } else { &words.names };
        let of = if names.is_empty() { of.to_owned() } else { names.join("+") };
        if of.is_empty() {
            return Err(format!("`{clause}` does not say what it is of"));
        }
        let categories =
            if words.categories.is_empty() { &heading.categories } else { &words.categories };
        for name in categories {
            let category = self.vocabulary.category(name);
            if quantity != Quantity::Mass && category.is_some_and(|it| it.amounts_only) {
                return Err(format!(
                    "`{clause}` calls a share a {name}: perhaps an amount in the wrong column"
                ));
            }
        }
        let part = words.part.as_deref().or(heading.part.as_deref());
        let figure = Figure {
            quantity,
            of,
            amount,
            unit,
            categories: categories.clone(),
            part: part.and_then(Scope::new),
            certain,
        };
        let mut figures = vec![figure];
        for bracket in extra {
            let mut own = Heading { names: names.clone(), ..Heading::default() };
            let averages = self.clause(bracket, &mut own)?;
            figures.extend(averages.into_iter().map(|figure| Figure { unit, ..figure }));
        }
        Ok(figures)
    }

    /// What stands before the number: a heading (`Upper zone—`, `U3O8:`) that holds until the next,
    /// or words of this amount alone (`estimated at`), none of which may be unknown.
    fn lead(&self, lead: &str, heading: &mut Heading) -> std::result::Result<Words, String> {
        let Some(title) = lead.strip_suffix(['—', '–', '-', ':']) else {
            return self.words(lead);
        };
        let mut words = Words::default();
        self.loose(title, &mut words);
        *heading = words;
        Ok(Words::default())
    }

    /// A remark in brackets: names, categories, or else the part that the amount is of.
    fn bracket(&self, text: &str, words: &mut Words) {
        let mut own = Words::default();
        self.loose(text.strip_prefix("for ").unwrap_or(text), &mut own);
        if !own.names.is_empty() {
            words.names = own.names;
        }
        words.categories.extend(own.categories);
        words.part = own.part.or(words.part.take());
    }

    /// Words of which those that are not known name a part.
    fn loose(&self, text: &str, words: &mut Words) {
        let spaced = text.replace('+', " + ");
        let all: Vec<&str> = spaced.split_whitespace().collect();
        let mut unknown = Vec::new();
        let mut at = 0;
        while let Some(rest) = all.get(at..).filter(|rest| !rest.is_empty()) {
            at += match self.vocabulary.phrase(rest) {
                Some((phrase, count))
                    if unknown.is_empty() || !matches!(phrase, Phrase::Name(_)) =>
                {
                    words.take(phrase);
                    count
                }
                _ => {
                    if rest[0] != "+" {
                        unknown.push(rest[0]);
                    }
                    1
                }
            };
        }
        if !unknown.is_empty() {
            words.part = Some(unknown.join(" "));
        }
    }

    /// Words that all have to be known.
    fn words(&self, text: &str) -> std::result::Result<Words, String> {
        let spaced = text.replace('+', " + ");
        let all: Vec<&str> =
            spaced.split_whitespace().filter(|word| !matches!(*word, "+" | "and")).collect();
        let mut words = Words::default();
        let mut at = 0;
        while let Some(rest) = all.get(at..).filter(|rest| !rest.is_empty()) {
            let Some((phrase, count)) = self.vocabulary.phrase(rest) else {
                return Err(format!("`{}` is not known", rest[0]));
            };
            words.take(phrase);
            at += count;
        }
        Ok(words)
    }
}

/// What the words around a number say.
#[derive(Default)]
struct Words {
    names: Vec<String>,
    categories: Vec<String>,
    part: Option<String>,
}

impl Words {
    fn take(&mut self, phrase: Phrase) {
        match phrase {
            Phrase::Category(name) if !self.categories.iter().any(|known| known == name) => {
                self.categories.push(name.into());
            }
            Phrase::Name(name) => self.names.push(name),
            Phrase::Part(part) => self.part = Some(part.into()),
            Phrase::Category(_) | Phrase::Filler => {}
        }
    }
}

/// What holds for the amounts that follow.
type Heading = Words;

/// `2501 ppm Nd2O3, 762 ppm Pr2O3 inferred`: the category at the end is of all, where they are of
/// different things.
fn spread_categories(figures: &mut [Figure]) {
    let Some((last, others)) = figures.split_last_mut() else { return };
    let bare = others.iter().all(|figure| figure.categories.is_empty() && figure.of != last.of);
    if bare {
        others.iter_mut().for_each(|figure| figure.categories.clone_from(&last.categories));
    }
}
