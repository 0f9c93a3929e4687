//! Conditions, ready to be asked of rows: true, false, or not known, as in SQL.

use geo::Rect;
use geo::coordinate_position::CoordPos;

use super::expression::Operator;
use super::geometry::Geometry;
use super::operand::{NoRow, Operand, Row};
use super::pattern::Pattern;
use super::time::{Relation, Span};
use super::value::{self, Sense, any, compare};
use crate::property::Value;

/// A condition.
#[derive(Debug, Clone)]
pub(super) enum Test {
    /// The same for each row.
    Known(Option<bool>),
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    /// What is true or false itself.
    Truth(Operand),
    Compare(Sense, Operator, Box<[Operand; 2]>),
    Between(Sense, Sense, Box<[Operand; 3]>),
    Time(Operator, Operand, Span),
    /// One of several texts, sorted.
    AmongTexts(Operand, Vec<Box<str>>),
    /// One of several numbers, sorted.
    AmongNumbers(Operand, Vec<f64>),
    Among(Operand, Vec<(Sense, Operand)>),
    AmongTimes(Operand, Vec<Span>),
    Like(Operand, Pattern),
    IsNull(Operand),
    IsUnknown(Box<Test>),
    HasNoPoint,
    Place(PlaceTest, Box<Geometry>, Option<Rect<f64>>),
    Lists(ListTest, Box<[List; 2]>),
    Times(Relation, Box<[Moment; 2]>),
}

/// How a point stands to a geometry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PlaceTest {
    /// In it or on its boundary.
    Intersects,
    Disjoint,
    /// On its boundary.
    Touches,
    /// In it and not on its boundary.
    Within,
    /// The same point.
    Equals,
}

/// How a list stands to another; the order of their members does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListTest {
    Equals,
    Contains,
    ContainedBy,
    Overlaps,
}

/// A list that was written, or a column that holds one.
#[derive(Debug, Clone)]
pub(super) enum List {
    Members(Vec<Operand>),
    Of(Operand),
}

/// A span of time.
#[derive(Debug, Clone)]
pub(super) enum Moment {
    Known(Span),
    Of(Operand),
    /// From the start of one to the end of another; without, it is open.
    Interval(Option<Box<Moment>>, Option<Box<Moment>>),
}

impl Test {
    /// Whether it is true of a row.
    pub fn holds(&self, row: &impl Row) -> bool {
        // What is not known selects no more than what is false.
        match self {
            Test::All(parts) => parts.iter().all(|part| part.holds(row)),
            Test::Any(parts) => parts.iter().any(|part| part.holds(row)),
            other => other.truth(row) == Some(true),
        }
    }

    /// Whether it is true of a row, false, or not known.
    pub fn truth(&self, row: &impl Row) -> Option<bool> {
        match self {
            Test::Known(truth) => *truth,
            Test::All(parts) => all(parts.iter().map(|part| part.truth(row))),
            Test::Any(parts) => all(parts.iter().map(|part| not(part.truth(row)))).map(|it| !it),
            Test::Not(part) => not(part.truth(row)),
            Test::Truth(operand) => value::truth(&operand.value(row)),
            Test::Compare(sense, operator, sides) => {
                let [left, right] = sides.as_ref();
                compare(*sense, *operator, &left.value(row), &right.value(row))
            }
            Test::Between(low_sense, high_sense, operands) => {
                let [value, low, high] = operands.as_ref();
                let (low, high) = (low.value(row), high.value(row));
                any(&value.value(row), |value| {
                    let above = compare(*low_sense, Operator::GreaterOrEqual, value, &low);
                    all([above, compare(*high_sense, Operator::LessOrEqual, value, &high)])
                })
            }
            Test::Time(operator, operand, span) => {
                any(&operand.value(row), |value| value::span(value)?.compare(*operator, *span))
            }
            Test::AmongTexts(operand, texts) => any(&operand.value(row), |value| {
                let text = value::text(value)?;
                Some(texts.binary_search_by(|one| one.as_ref().cmp(&text)).is_ok())
            }),
            Test::AmongNumbers(operand, numbers) => any(&operand.value(row), |value| {
                // Zero is also spelt -0.
                let number = value::number(value)? + 0.0;
                Some(numbers.binary_search_by(|one| one.total_cmp(&number)).is_ok())
            }),
            Test::Among(operand, list) => any(&operand.value(row), |value| {
                let unequal = list
                    .iter()
                    .map(|(sense, one)| compare(*sense, Operator::Unequal, value, &one.value(row)));
                all(unequal).map(|it| !it)
            }),
            Test::AmongTimes(operand, spans) => any(&operand.value(row), |value| {
                let value = value::span(value)?;
                all(spans.iter().map(|span| value.compare(Operator::Unequal, *span))).map(|it| !it)
            }),
            Test::Like(operand, pattern) => {
                any(&operand.value(row), |value| Some(pattern.fits(&value::text(value)?)))
            }
            Test::IsNull(operand) => Some(value::is_null(&operand.value(row))),
            Test::IsUnknown(part) => Some(part.truth(row).is_none()),
            Test::HasNoPoint => Some(row.point().is_none()),
            Test::Place(test, geometry, around) => {
                row.point().map(|point| test.holds(point, geometry, around.as_ref()))
            }
            Test::Lists(test, lists) => {
                let [left, right] = lists.as_ref();
                Some(test.holds(&left.members(row)?, &right.members(row)?))
            }
            Test::Times(relation, moments) => {
                let [left, right] = moments.as_ref();
                Some(left.span(row)?.stands(*relation, right.span(row)?))
            }
        }
    }

    /// What it is for any row, where that is known.
    pub fn settled(self) -> Test {
        let constant = match &self {
            Test::Truth(operand) | Test::Like(operand, _) | Test::IsNull(operand) => {
                operand.is_constant()
            }
            Test::Compare(_, _, sides) => sides.iter().all(Operand::is_constant),
            Test::Between(_, _, operands) => operands.iter().all(Operand::is_constant),
            Test::Time(_, operand, _)
            | Test::AmongTexts(operand, _)
            | Test::AmongNumbers(operand, _)
            | Test::AmongTimes(operand, _) => operand.is_constant(),
            Test::Among(operand, list) => {
                operand.is_constant() && list.iter().all(|(_, one)| one.is_constant())
            }
            Test::Not(part) | Test::IsUnknown(part) => matches!(**part, Test::Known(_)),
            Test::All(parts) => {
                parts.iter().any(|part| matches!(part, Test::Known(Some(false))))
                    || parts.iter().all(|part| matches!(part, Test::Known(_)))
            }
            Test::Any(parts) => {
                parts.iter().any(|part| matches!(part, Test::Known(Some(true))))
                    || parts.iter().all(|part| matches!(part, Test::Known(_)))
            }
            _ => false,
        };
        match constant {
            true => Test::Known(self.truth(&NoRow)),
            false => self,
        }
    }
}

/// Whether all are true: false where one is false, else not known where one is not.
fn all(parts: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let mut known = Some(true);
    for part in parts {
        match part {
            Some(false) => return Some(false),
            Some(true) => {}
            None => known = None,
        }
    }
    known
}

fn not(truth: Option<bool>) -> Option<bool> {
    truth.map(|truth| !truth)
}

impl PlaceTest {
    fn holds(
        self,
        point: geo::Point<f64>,
        geometry: &Geometry,
        around: Option<&Rect<f64>>,
    ) -> bool {
        if self == PlaceTest::Equals {
            return geometry.is_point(point);
        }
        let is_far = around.is_some_and(|around| {
            let (least, most) = (around.min(), around.max());
            let (x, y) = (point.x(), point.y());
            x < least.x || x > most.x || y < least.y || y > most.y
        });
        let position = if is_far { CoordPos::Outside } else { geometry.position(point) };
        match self {
            PlaceTest::Intersects => position != CoordPos::Outside,
            PlaceTest::Disjoint => position == CoordPos::Outside,
            PlaceTest::Touches => position == CoordPos::OnBoundary,
            PlaceTest::Within => position == CoordPos::Inside,
            PlaceTest::Equals => false,
        }
    }
}

impl ListTest {
    fn holds(self, left: &[Value<'_>], right: &[Value<'_>]) -> bool {
        let is_in =
            |one: &Value<'_>, list: &[Value<'_>]| list.iter().any(|other| value::same(one, other));
        let holds_all = |a: &[Value<'_>], b: &[Value<'_>]| b.iter().all(|one| is_in(one, a));
        match self {
            ListTest::Equals => holds_all(left, right) && holds_all(right, left),
            ListTest::Contains => holds_all(left, right),
            ListTest::ContainedBy => holds_all(right, left),
            ListTest::Overlaps => right.iter().any(|one| is_in(one, left)),
        }
    }
}

impl List {
    /// Its members; a text is the list of its parts between semicolons. None where it, or one of
    /// them, is not known.
    fn members<'v>(&'v self, row: &'v impl Row) -> Option<Vec<Value<'v>>> {
        let of = match self {
            List::Members(members) => {
                let values = members.iter().map(|member| member.value(row));
                return values.map(|it| (!value::is_null(&it)).then_some(it)).collect();
            }
            List::Of(operand) => operand.value(row),
        };
        match of {
            Value::None => None,
            Value::List(items) if items.is_empty() => None,
            Value::List(items) => Some(items.into_iter().map(Value::Text).collect()),
            Value::Text(text) => Some(parts(&text)),
            other => Some(vec![other]),
        }
    }
}

fn parts<'v>(text: &str) -> Vec<Value<'v>> {
    let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| Value::Text(part.to_owned().into())).collect()
}

impl Moment {
    fn span(&self, row: &impl Row) -> Option<Span> {
        let edge = |moment: &Option<Box<Moment>>, open: i64, edge: fn(Span) -> i64| match moment {
            None => Some(open),
            Some(moment) => moment.span(row).map(edge),
        };
        match self {
            Moment::Known(span) => Some(*span),
            Moment::Of(operand) => value::span(&operand.value(row)),
            Moment::Interval(from, to) => {
                let start = edge(from, i64::MIN, |span| span.start)?;
                let end = edge(to, i64::MAX, |span| span.end)?;
                (start < end).then_some(Span { start, end })
            }
        }
    }
}
