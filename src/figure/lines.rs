//! Where in a figure's file something is wrong.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::Error;

/// The text of a figure's file, to point at the line of what is wrong in it.
pub struct Lines<'a> {
    origin: &'a str,
    text: &'a str,
}

/// A step from a table or list to what it holds.
#[derive(Debug, Clone, Copy)]
pub enum Step<'a> {
    /// A table's key.
    Key(&'a str),
    /// The place in a list, from 0.
    Number(usize),
}

impl<'a> Lines<'a> {
    /// The lines of a text; `origin` names it in errors.
    pub fn new(origin: &'a str, text: &'a str) -> Self {
        Lines { origin, text }
    }

    /// What the reader of TOML found wrong.
    pub fn unreadable(&self, cause: &toml::de::Error) -> Error {
        Error::usage(self.told(cause.span(), cause.message()))
    }

    /// An error of the value at the end of `path`, or of the last that is there, with its line.
    pub fn point(&self, path: &[Step], error: Error) -> Error {
        match error {
            Error::Usage { reason, hint } => {
                Error::Usage { reason: self.told(self.span(path), &reason), hint }
            }
            other => other,
        }
    }

    fn span(&self, path: &[Step]) -> Option<Range<usize>> {
        let tree = DeTable::parse(self.text).ok()?;
        let (first, rest) = path.split_first()?;
        let Step::Key(key) = first else { return None };
        let mut value = entry(tree.get_ref(), key)?;
        for step in rest {
            let next = match (value.get_ref(), step) {
                (DeValue::Table(table), Step::Key(key)) => entry(table, key),
                (DeValue::Array(list), Step::Number(number)) => list.get(*number),
                _ => None,
            };
            let Some(next) = next else { break };
            value = next;
        }
        Some(value.span())
    }

    /// What is wrong, then the line with what is wrong in it underlined.
    fn told(&self, span: Option<Range<usize>>, what: &str) -> String {
        let Lines { origin, text } = self;
        let place = span.and_then(|span| {
            let before = text.get(..span.start)?;
            let start = before.rfind('\n').map_or(0, |end| end + 1);
            let line = text.get(start..)?.lines().next().unwrap_or_default();
            let marked = text.get(span.start..span.end.min(start + line.len()))?;
            let column = text.get(start..span.start)?.chars().count();
            Some((before.matches('\n').count() + 1, column, line, marked.chars().count().max(1)))
        });
        let Some((number, column, line, marked)) = place else {
            return format!("{origin}: {what}");
        };
        let number = number.to_string();
        let gap = " ".repeat(number.len());
        let (indent, under) = (" ".repeat(column), "^".repeat(marked));
        format!(
            "{origin}, line {number}, column {}: {what}\n\
             {gap} |\n{number} | {line}\n{gap} | {indent}{under}",
            column + 1
        )
    }
}

/// What a table holds under a key, which may also be written with underscores.
fn entry<'t, 'i>(table: &'t DeTable<'i>, key: &str) -> Option<&'t Spanned<DeValue<'i>>> {
    let found = table.iter().find(|(name, _)| name.get_ref().replace('_', "-") == key);
    found.map(|(_, value)| value)
}
