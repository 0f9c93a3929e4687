//! What yields a value: columns, literals, sums, texts without case or accents.

use std::borrow::Cow;

use geo::Point;

use super::expression::Times;
use super::value;
use crate::letters;
use crate::property::Value;

/// A row that is asked for the columns of a filter.
pub(super) trait Row {
    /// The value of a column, by its number among those of the filter.
    fn value(&self, column: usize) -> Value<'_>;

    /// Where it lies, in degrees on WGS 84.
    fn point(&self) -> Option<Point<f64>>;
}

/// Nothing, to evaluate what holds for any row.
pub(super) struct NoRow;

impl Row for NoRow {
    fn value(&self, _: usize) -> Value<'_> {
        Value::None
    }

    fn point(&self) -> Option<Point<f64>> {
        None
    }
}

/// What of letters is left aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Fold {
    /// Their case.
    pub case: bool,
    /// Their diacritics.
    pub accents: bool,
}

impl Fold {
    /// What of both is left aside.
    pub fn and(self, other: Fold) -> Fold {
        Fold { case: self.case || other.case, accents: self.accents || other.accents }
    }

    /// A text without it.
    pub fn text<'t>(self, text: Cow<'t, str>) -> Cow<'t, str> {
        let is_plain = text.is_ascii();
        if is_plain && (!self.case || !text.bytes().any(|byte| byte.is_ascii_uppercase())) {
            return text;
        }
        match self {
            Fold { case: false, accents: false } => text,
            Fold { case: true, accents: false } => Cow::Owned(letters::caseless(&text)),
            Fold { case: false, accents: true } => Cow::Owned(letters::unaccented(&text)),
            Fold { case: true, accents: true } => {
                Cow::Owned(letters::caseless(&letters::unaccented(&text)))
            }
        }
    }

    fn value(self, value: Value<'_>) -> Value<'_> {
        match value {
            Value::Text(text) => Value::Text(self.text(text)),
            Value::List(items) => {
                Value::List(items.into_iter().map(|item| self.text(item)).collect())
            }
            other => other,
        }
    }
}

/// What yields a value.
#[derive(Debug, Clone)]
pub(super) enum Operand {
    Null,
    Column(usize),
    Text(Box<str>),
    Number(f64),
    Boolean(bool),
    Fold(Fold, Box<Operand>),
    Negative(Box<Operand>),
    Sum(Box<Operand>, Vec<(bool, Operand)>),
    Product(Box<Operand>, Vec<(Times, Operand)>),
    Power(Box<[Operand; 2]>),
}

impl Operand {
    /// Its value for a row.
    pub fn value<'v>(&'v self, row: &'v impl Row) -> Value<'v> {
        match self {
            Operand::Null => Value::None,
            Operand::Column(column) => row.value(*column),
            Operand::Text(text) => Value::Text(Cow::Borrowed(text)),
            Operand::Number(number) => Value::Real(*number),
            Operand::Boolean(truth) => Value::Boolean(*truth),
            Operand::Fold(fold, inner) => fold.value(inner.value(row)),
            Operand::Negative(_) | Operand::Sum(..) | Operand::Product(..) | Operand::Power(_) => {
                self.number(row).map_or(Value::None, Value::Real)
            }
        }
    }

    /// Its value as a number; none where it is none, or not finite.
    fn number(&self, row: &impl Row) -> Option<f64> {
        let number = match self {
            Operand::Number(number) => *number,
            Operand::Negative(inner) => -inner.number(row)?,
            Operand::Sum(first, rest) => {
                rest.iter().try_fold(first.number(row)?, |sum, (minus, term)| {
                    let term = term.number(row)?;
                    Some(if *minus { sum - term } else { sum + term })
                })?
            }
            Operand::Product(first, rest) => {
                rest.iter().try_fold(first.number(row)?, |product, (times, factor)| {
                    let factor = factor.number(row)?;
                    Some(match times {
                        Times::Multiply => product * factor,
                        Times::Divide => product / factor,
                        Times::Whole => (product / factor).trunc(),
                        Times::Remainder => product % factor,
                    })
                })?
            }
            Operand::Power(sides) => {
                let [base, exponent] = sides.as_ref();
                base.number(row)?.powf(exponent.number(row)?)
            }
            _ => value::number(&self.value(row))?,
        };
        number.is_finite().then_some(number)
    }

    /// Whether it is the same for each row.
    pub fn is_constant(&self) -> bool {
        match self {
            Operand::Column(_) => false,
            Operand::Fold(_, inner) | Operand::Negative(inner) => inner.is_constant(),
            Operand::Sum(first, rest) => {
                first.is_constant() && rest.iter().all(|(_, term)| term.is_constant())
            }
            Operand::Product(first, rest) => {
                first.is_constant() && rest.iter().all(|(_, factor)| factor.is_constant())
            }
            Operand::Power(sides) => sides.iter().all(Operand::is_constant),
            _ => true,
        }
    }

    /// Its value in its place, where that is the same for each row.
    pub fn settled(self) -> Operand {
        if !self.is_constant() {
            return self;
        }
        match self.value(&NoRow) {
            Value::Text(text) => Operand::Text(text.into()),
            Value::Real(number) => Operand::Number(number),
            Value::Integer(number) => Operand::Number(number as f64),
            Value::Boolean(truth) => Operand::Boolean(truth),
            Value::None | Value::List(_) => Operand::Null,
        }
    }
}
