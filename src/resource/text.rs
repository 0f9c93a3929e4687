//! Resources as text, both ways without loss: how the embedded catalogue keeps them and outputs
//! tell them: `2) TREO 7.7 Mt proven + probable`, `ore cutoff 1 %`, `Y2O3 grade 0.13 % (?)`.

use std::fmt;
use std::str::FromStr;

use super::vocabulary::Vocabulary;
use super::{Estimate, Figure, Quantity, Resources, Unread, Year};
use crate::error::{Error, Result};
use crate::site::Term;
use crate::site::fact::{Scope, Unit};

/// The fields of a record's resources, as the catalogue's columns are named.
pub const FIELDS: [&str; 5] = [
    "resource_figures",
    "resource_years",
    "resource_codes",
    "resource_references",
    "resource_unread",
];

/// What stands between the entries of a field.
const BETWEEN: &str = "; ";

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quantity = match self.quantity {
            Quantity::Mass => "",
            Quantity::Grade => " grade",
            Quantity::Cutoff => " cutoff",
        };
        write!(f, "{}{quantity} {}", self.of, self.amount)?;
        if self.unit != Unit::Unstated {
            write!(f, " {}", self.unit.symbol())?;
        }
        if !self.categories.is_empty() {
            write!(f, " {}", self.categories.join(" + "))?;
        }
        if let Some(part) = &self.part {
            write!(f, " in {}", part.text())?;
        }
        if !self.certain {
            f.write_str(" (?)")?;
        }
        Ok(())
    }
}

impl FromStr for Figure {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (stated, certain) = undoubted(text);
        let (stated, part) = match stated.split_once(" in ") {
            Some((stated, part)) => (stated, Some(Scope::new(part).ok_or_else(|| broken(text))?)),
            None => (stated, None),
        };
        // The amount begins at the first word that can be one.
        let start = stated
            .match_indices(' ')
            .map(|(at, _)| at + 1)
            .find(|at| {
                let rest = stated.get(*at..).unwrap_or_default();
                rest.starts_with(|sign: char| sign.is_ascii_digit() || "~<>".contains(sign))
                    || rest.starts_with("up to ")
            })
            .ok_or_else(|| broken(text))?;
        let (of, rest) = stated.split_at(start);
        let of = of.trim_end();
        let (of, quantity) = match (of.strip_suffix(" grade"), of.strip_suffix(" cutoff")) {
            (Some(of), _) => (of, Quantity::Grade),
            (_, Some(of)) => (of, Quantity::Cutoff),
            _ => (of, Quantity::Mass),
        };
        let before_number = if rest.starts_with("up to ") { "up to ".len() } else { 0 };
        let end = rest
            .get(before_number..)
            .and_then(|number| number.find(' '))
            .map_or(rest.len(), |at| at + before_number);
        let (amount, rest) = rest.split_at(end);
        let rest = rest.trim_start();
        let (word, after) = rest.split_once(' ').unwrap_or((rest, ""));
        let unit = Unit::NAMED.into_iter().find(|unit| unit.symbol() == word);
        let categories = if unit.is_some() { after } else { rest };
        let vocabulary = Vocabulary::embedded()?;
        let categories: Vec<String> =
            categories.split(" + ").filter(|name| !name.is_empty()).map(str::to_owned).collect();
        if categories.iter().any(|name| vocabulary.category(name).is_none()) {
            return Err(broken(text));
        }
        Ok(Figure {
            quantity,
            of: of.to_owned(),
            amount: amount.parse()?,
            unit: unit.unwrap_or(Unit::Unstated),
            categories,
            part,
            certain,
        })
    }
}

impl fmt::Display for Year {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.amount, if self.certain { "" } else { " (?)" })
    }
}

impl FromStr for Year {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (amount, certain) = undoubted(text);
        Ok(Year { amount: amount.parse()?, certain })
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.column, self.reason)
    }
}

impl Resources {
    /// All figures as texts, each with the number of its estimate.
    pub fn texts(&self) -> Vec<String> {
        self.figures().map(|(estimate, figure)| numbered(estimate, figure)).collect()
    }

    /// The texts of the [`FIELDS`].
    pub fn fields(&self) -> [String; 5] {
        let each = |entry: &dyn Fn(&Estimate) -> Vec<String>| -> String {
            self.estimates.iter().flat_map(entry).collect::<Vec<_>>().join(BETWEEN)
        };
        [
            self.texts().join(BETWEEN),
            each(&|estimate| estimate.year.iter().map(|year| numbered(estimate, year)).collect()),
            each(&|estimate| estimate.code.iter().map(|code| numbered(estimate, code)).collect()),
            each(&|estimate| {
                let references = estimate.references.iter();
                references.map(|reference| numbered(estimate, reference)).collect()
            }),
            self.unread.iter().map(Unread::to_string).collect::<Vec<_>>().join(BETWEEN),
        ]
    }
}

/// The resources of the texts of the [`FIELDS`].
///
/// # Errors
/// A text that is none; the error's message names it.
pub fn from_fields(fields: [&str; 5]) -> Result<Resources> {
    let [figures, years, codes, references, unread] = fields;
    let mut resources = Resources::default();
    for (number, text) in entries(figures) {
        let figure = text.parse()?;
        resources.estimate(number).figures.push(figure);
    }
    for (number, text) in entries(years) {
        resources.estimate(number).year = Some(text.parse()?);
    }
    for (number, text) in entries(codes) {
        let (name, certain) = match text.strip_suffix("(?)") {
            Some(name) => (name, false),
            None => (text, true),
        };
        resources.estimate(number).code = Some(Term { name: name.to_owned(), certain });
    }
    for (number, text) in entries(references) {
        resources.estimate(number).references.push(text.to_owned());
    }
    for text in unread.split(BETWEEN).filter(|text| !text.is_empty()) {
        let (column, reason) = text.split_once(": ").ok_or_else(|| broken(text))?;
        let (column, reason) = (column.to_owned(), reason.to_owned());
        resources.unread.push(Unread { column, cell: None, reason });
    }
    Ok(resources)
}

fn numbered(estimate: &Estimate, entry: &dyn fmt::Display) -> String {
    match estimate.number {
        Some(number) => format!("{number}) {entry}"),
        None => entry.to_string(),
    }
}

/// The entries of a field with their numbers.
fn entries(field: &str) -> impl Iterator<Item = (Option<u8>, &str)> {
    field.split(BETWEEN).filter(|entry| !entry.is_empty()).map(|entry| {
        let marked = entry.split_once(") ").and_then(|(number, rest)| {
            let number: u8 = number.parse().ok()?;
            Some((Some(number), rest))
        });
        marked.unwrap_or((None, entry))
    })
}

/// A text without the ` (?)` after it, and whether it has none.
fn undoubted(text: &str) -> (&str, bool) {
    match text.strip_suffix(" (?)") {
        Some(text) => (text, false),
        None => (text, true),
    }
}

fn broken(text: &str) -> Error {
    Error::usage(format!("`{text}` is no figure of a resource"))
        .with_hint("figures read like `TREO 7.7 Mt proven + probable` or `Y2O3 grade 0.13 %`")
}
