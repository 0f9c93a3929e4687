//! How values are read as numbers, texts and times, and compared.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::expression::Operator;
use super::time::Span;
use crate::property::Value;

/// As what two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sense {
    /// As numbers; a text counts as the number that it spells.
    Number,
    /// As texts, letter by letter.
    Text,
    /// As truth values; the texts `true` and `false` count as such.
    Boolean,
    /// As numbers where both are such or spell such, else as texts.
    Either,
}

/// The number that a value is or spells.
pub(super) fn number(value: &Value<'_>) -> Option<f64> {
    let number = match value {
        Value::Real(number) => *number,
        Value::Integer(number) => *number as f64,
        Value::Text(text) => {
            let text = text.trim();
            // No other letter starts a number, but `nan` and `inf` would be read as such.
            let starts = text.as_bytes().first()?;
            (!starts.is_ascii_alphabetic()).then(|| text.parse().ok()).flatten()?
        }
        Value::None | Value::Boolean(_) | Value::List(_) => return None,
    };
    number.is_finite().then_some(number)
}

/// The text that a value is or is written as.
pub(super) fn text<'v>(value: &'v Value<'_>) -> Option<Cow<'v, str>> {
    match value {
        Value::Text(text) => Some(Cow::Borrowed(text)),
        Value::Real(number) => Some(Cow::Owned(number.to_string())),
        Value::Integer(number) => Some(Cow::Owned(number.to_string())),
        Value::Boolean(truth) => Some(Cow::Borrowed(if *truth { "true" } else { "false" })),
        Value::None | Value::List(_) => None,
    }
}

/// The truth value that a value is or spells.
pub(super) fn truth(value: &Value<'_>) -> Option<bool> {
    match value {
        Value::Boolean(truth) => Some(*truth),
        Value::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// The span of time that a value spells; a whole number is a year.
pub(super) fn span(value: &Value<'_>) -> Option<Span> {
    match value {
        Value::Text(text) => Span::of(text),
        Value::Integer(year) => Span::year(*year),
        Value::Real(year) if year.fract() == 0.0 => Span::year(*year as i64),
        _ => None,
    }
}

/// Whether nothing is known; of a list, whether it is empty.
pub(super) fn is_null(value: &Value<'_>) -> bool {
    match value {
        Value::None => true,
        Value::Real(number) => number.is_nan(),
        Value::List(items) => items.is_empty(),
        _ => false,
    }
}

/// Whether a test holds for a value, or for any member of a list.
pub(super) fn any(value: &Value<'_>, test: impl Fn(&Value<'_>) -> Option<bool>) -> Option<bool> {
    let Value::List(items) = value else { return test(value) };
    let mut none = if items.is_empty() { None } else { Some(false) };
    for item in items {
        match test(&Value::Text(Cow::Borrowed(item))) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => none = None,
        }
    }
    none
}

/// Whether values compare so; of lists, whether any members do, and for unequal, none are equal.
pub(super) fn compare(
    sense: Sense,
    operator: Operator,
    left: &Value<'_>,
    right: &Value<'_>,
) -> Option<bool> {
    let test = match operator {
        Operator::Equal => Ordering::is_eq,
        Operator::Less => Ordering::is_lt,
        Operator::LessOrEqual => Ordering::is_le,
        Operator::Greater => Ordering::is_gt,
        Operator::GreaterOrEqual => Ordering::is_ge,
        Operator::Unequal => {
            return compare(sense, Operator::Equal, left, right).map(|equal| !equal);
        }
    };
    match (left, right) {
        (Value::List(_), _) | (_, Value::List(_)) => {
            any(left, |left| any(right, |right| order(sense, left, right).map(test)))
        }
        _ => order(sense, left, right).map(test),
    }
}

/// Whether two members of lists are the same.
pub(super) fn same(left: &Value<'_>, right: &Value<'_>) -> bool {
    order(Sense::Either, left, right) == Some(Ordering::Equal)
}

fn order(sense: Sense, left: &Value<'_>, right: &Value<'_>) -> Option<Ordering> {
    match sense {
        Sense::Number => number(left)?.partial_cmp(&number(right)?),
        Sense::Boolean => Some(truth(left)?.cmp(&truth(right)?)),
        Sense::Text => match (left, right) {
            (Value::Text(left), Value::Text(right)) => Some(left.as_ref().cmp(right.as_ref())),
            _ => Some(text(left)?.cmp(&text(right)?)),
        },
        Sense::Either => match (number(left), number(right)) {
            (Some(left), Some(right)) => left.partial_cmp(&right),
            _ => order(Sense::Text, left, right),
        },
    }
}
