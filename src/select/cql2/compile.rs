//! From an expression to a condition: names become columns, what can't be compared is refused, and
//! what is the same for each row is worked out.

use std::collections::HashMap;

use super::evaluate::{List, ListTest, Moment, PlaceTest, Test};
use super::expression::{Expression, Kind, Operator};
use super::operand::{Fold, Operand};
use super::pattern::Pattern;
use super::time::{Relation, Span};
use super::value::Sense;
use super::wrong::{Result, Wrong};
use crate::property::{self, Column, Property};
use crate::select::nearest;

/// The name of a site's point.
pub(super) const GEOMETRY: &str = "geometry";

const SPATIAL: [&str; 8] = [
    "S_INTERSECTS",
    "S_DISJOINT",
    "S_WITHIN",
    "S_CONTAINS",
    "S_EQUALS",
    "S_TOUCHES",
    "S_OVERLAPS",
    "S_CROSSES",
];

const LISTS: [(&str, ListTest); 4] = [
    ("A_EQUALS", ListTest::Equals),
    ("A_CONTAINS", ListTest::Contains),
    ("A_CONTAINEDBY", ListTest::ContainedBy),
    ("A_OVERLAPS", ListTest::Overlaps),
];

const VALUES: [&str; 5] = ["CASEI", "ACCENTI", "DATE", "TIMESTAMP", "INTERVAL"];

/// A column that an expression names, and the byte where it first does.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub column: Column,
    pub at: usize,
}

/// The columns met so far.
#[derive(Debug, Default)]
pub(super) struct Compiler {
    pub columns: Vec<Named>,
    /// Their numbers by their names in small letters.
    known: HashMap<String, usize>,
    /// Whether the site's point is asked for.
    pub geometry: bool,
}

/// What kind of values an operand has, as far as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    Text,
    Number,
    Boolean,
    List,
    /// A column of a user's table: what its cells hold.
    Any,
}

/// An operand and what is known of it.
struct Typed {
    operand: Operand,
    of: Type,
    is_text_literal: bool,
    /// The span of a date or a time that was written as such.
    span: Option<Span>,
    at: usize,
    /// As it was written.
    told: String,
}

impl Compiler {
    /// The condition that an expression says.
    pub fn test(&mut self, expression: &Expression) -> Result<Test> {
        let at = expression.at;
        let test = match &expression.kind {
            Kind::Or(parts) => Test::Any(self.tests(parts)?),
            Kind::And(parts) => Test::All(self.tests(parts)?),
            Kind::Not(part) => Test::Not(Box::new(self.test(part)?)),
            Kind::Boolean(truth) => Test::Known(Some(*truth)),
            Kind::Compare(operator, sides) => self.comparison(*operator, sides)?,
            Kind::Between { operands, not } => negated(self.between(operands)?, *not),
            Kind::In { value, list, not } => negated(self.among(value, list)?, *not),
            Kind::Like { operands, not } => negated(self.like(operands)?, *not),
            Kind::IsNull { value, not } => negated(self.is_null(value)?, *not),
            Kind::Call(name, arguments) => match self.function(name, arguments, at)? {
                Some(test) => test,
                None if is_one_of(&VALUES, name) => return Err(no_condition(expression)),
                None => return Err(unknown_function(name, at)),
            },
            Kind::Name(_) => {
                let typed = self.operand(expression)?;
                match typed.of {
                    Type::Boolean | Type::Any => Test::Truth(typed.operand),
                    _ => return Err(no_condition(expression)),
                }
            }
            _ => return Err(no_condition(expression)),
        };
        Ok(test.settled())
    }

    fn tests(&mut self, parts: &[Expression]) -> Result<Vec<Test>> {
        parts.iter().map(|part| self.test(part)).collect()
    }

    fn comparison(&mut self, operator: Operator, sides: &[Expression; 2]) -> Result<Test> {
        let [left, right] = sides;
        let (left, right) = (self.operand(left)?, self.operand(right)?);
        match (left.span, right.span) {
            (_, Some(span)) => {
                left.check_time()?;
                Ok(Test::Time(operator, left.operand, span))
            }
            (Some(span), None) => {
                right.check_time()?;
                Ok(Test::Time(turned(operator), right.operand, span))
            }
            (None, None) => {
                let sense = sense(&left, &right)?;
                Ok(Test::Compare(sense, operator, Box::new([left.operand, right.operand])))
            }
        }
    }

    fn between(&mut self, operands: &[Expression; 3]) -> Result<Test> {
        let [value, low, high] = operands;
        let (value, low, high) = (self.operand(value)?, self.operand(low)?, self.operand(high)?);
        let (from, to) = match (low.span, high.span) {
            (None, None) => {
                let senses = (sense(&value, &low)?, sense(&value, &high)?);
                let operands = Box::new([value.operand, low.operand, high.operand]);
                return Ok(Test::Between(senses.0, senses.1, operands));
            }
            (Some(from), Some(to)) => (from, to),
            (Some(_), None) => {
                return Err(Wrong::new(high.at, "a date or a time is expected here"));
            }
            (None, Some(_)) => return Err(Wrong::new(low.at, "a date or a time is expected here")),
        };
        value.check_time()?;
        Ok(Test::All(vec![
            Test::Time(Operator::GreaterOrEqual, value.operand.clone(), from),
            Test::Time(Operator::LessOrEqual, value.operand, to),
        ]))
    }

    fn among(&mut self, value: &Expression, list: &[Expression]) -> Result<Test> {
        let value = self.operand(value)?;
        let list = list.iter().map(|one| self.operand(one)).collect::<Result<Vec<_>>>()?;
        let spans: Vec<Span> = list.iter().filter_map(|one| one.span).collect();
        if !spans.is_empty() {
            if let Some(other) = list.iter().find(|one| one.span.is_none()) {
                return Err(Wrong::new(other.at, "a date or a time is expected here"));
            }
            value.check_time()?;
            return Ok(Test::AmongTimes(value.operand, spans));
        }
        let mut senses = Vec::with_capacity(list.len());
        for one in &list {
            senses.push(sense(&value, one)?);
        }
        let all = |wanted: Sense| senses.iter().all(|sense| *sense == wanted);
        let (all_texts, all_numbers) = (all(Sense::Text), all(Sense::Number));
        // Long lists are looked up, not gone through.
        let texts = list.iter().map(|one| match &one.operand {
            Operand::Text(text) if all_texts => Some(text.clone()),
            _ => None,
        });
        if let Some(mut texts) = texts.collect::<Option<Vec<_>>>() {
            texts.sort_unstable();
            return Ok(Test::AmongTexts(value.operand, texts));
        }
        let numbers = list.iter().map(|one| match &one.operand {
            Operand::Number(number) if all_numbers => Some(*number + 0.0),
            _ => None,
        });
        if let Some(mut numbers) = numbers.collect::<Option<Vec<_>>>() {
            numbers.sort_unstable_by(f64::total_cmp);
            return Ok(Test::AmongNumbers(value.operand, numbers));
        }
        let list = senses.into_iter().zip(list.into_iter().map(|one| one.operand)).collect();
        Ok(Test::Among(value.operand, list))
    }

    fn like(&mut self, operands: &[Expression; 2]) -> Result<Test> {
        let [value, pattern] = operands;
        let value = self.operand(value)?;
        if matches!(value.of, Type::Number | Type::Boolean) {
            let what = format!("LIKE is for texts, and {} is none", value.told);
            return Err(Wrong::new(value.at, what));
        }
        let (mut inner, mut fold) = (pattern, Fold::default());
        while let Some((one, argument)) = folding(inner) {
            (inner, fold) = (argument, fold.and(one));
        }
        match &inner.kind {
            Kind::Text(text) => {
                let pattern = Pattern::new(text, |text| fold.text(text.into()).into_owned());
                Ok(Test::Like(value.operand, pattern))
            }
            _ => {
                Err(Wrong::new(inner.at, format!("a pattern is expected after LIKE, not {inner}"))
                    .hint("such as LIKE 'Bayan%': % is any text, _ any letter"))
            }
        }
    }

    fn is_null(&mut self, value: &Expression) -> Result<Test> {
        if is_geometry(value) {
            self.geometry = true;
            return Ok(Test::HasNoPoint);
        }
        match &value.kind {
            Kind::Or(_)
            | Kind::And(_)
            | Kind::Not(_)
            | Kind::Compare(..)
            | Kind::Like { .. }
            | Kind::Between { .. }
            | Kind::In { .. }
            | Kind::IsNull { .. } => Ok(Test::IsUnknown(Box::new(self.test(value)?))),
            Kind::Call(name, arguments) => match self.function(name, arguments, value.at)? {
                Some(test) => Ok(Test::IsUnknown(Box::new(test))),
                None => Ok(Test::IsNull(self.operand(value)?.operand)),
            },
            Kind::Geometry(_) => Ok(Test::Known(Some(false))),
            _ => Ok(Test::IsNull(self.operand(value)?.operand)),
        }
    }

    /// The condition of a function of that name; none where it is no function of conditions.
    fn function(
        &mut self,
        name: &str,
        arguments: &[Expression],
        at: usize,
    ) -> Result<Option<Test>> {
        let name = name.to_ascii_uppercase();
        let relation = Relation::FUNCTIONS.iter().find(|(one, _)| *one == name);
        let list = LISTS.iter().find(|(one, _)| *one == name);
        if relation.is_none() && list.is_none() && !SPATIAL.contains(&name.as_str()) {
            return Ok(None);
        }
        let [left, right] = arguments else {
            let what = format!("{name} takes two arguments, not {}", arguments.len());
            return Err(Wrong::new(at, what));
        };
        Ok(Some(if let Some((_, relation)) = relation {
            Test::Times(*relation, Box::new([self.moment(left)?, self.moment(right)?]))
        } else if let Some((_, test)) = list {
            Test::Lists(*test, Box::new([self.list(left)?, self.list(right)?]))
        } else {
            self.spatial(&name, left, right)?
        }))
    }

    fn spatial(&mut self, name: &str, left: &Expression, right: &Expression) -> Result<Test> {
        let (geometry, point_first) = match (&left.kind, &right.kind) {
            (_, Kind::Geometry(geometry)) if is_geometry(left) => (geometry, true),
            (Kind::Geometry(geometry), _) if is_geometry(right) => (geometry, false),
            (Kind::Geometry(_), Kind::Geometry(_)) => {
                let what = format!("{name} is to ask of a site: one side has to be {GEOMETRY}");
                return Err(Wrong::new(right.at, what));
            }
            (Kind::Geometry(_), _) => return Err(no_geometry(right)),
            _ if is_geometry(left) => {
                let what = format!("expected a geometry, found {right}");
                return Err(Wrong::new(right.at, what)
                    .hint("such as BBOX(73, 18, 135, 54) or POINT(110 42)"));
            }
            _ => return Err(no_geometry(left)),
        };
        self.geometry = true;
        let test = match (name, point_first) {
            ("S_INTERSECTS", _) => PlaceTest::Intersects,
            ("S_DISJOINT", _) => PlaceTest::Disjoint,
            ("S_TOUCHES", _) => PlaceTest::Touches,
            ("S_WITHIN", true) | ("S_CONTAINS", false) => PlaceTest::Within,
            ("S_EQUALS", _) | ("S_WITHIN", false) | ("S_CONTAINS", true) => PlaceTest::Equals,
            // A point has no part within a geometry and another without.
            _ => return Ok(Test::Not(Box::new(self.point_is_known()))),
        };
        Ok(Test::Place(test, Box::new(geometry.clone()), geometry.around()))
    }

    /// True where there is a point, else not known.
    fn point_is_known(&self) -> Test {
        Test::Any(vec![Test::Not(Box::new(Test::HasNoPoint)), Test::Known(None)])
    }

    fn list(&mut self, expression: &Expression) -> Result<List> {
        match &expression.kind {
            Kind::List(items) => {
                let members = items.iter().map(|item| Ok(self.operand(item)?.operand));
                Ok(List::Members(members.collect::<Result<_>>()?))
            }
            Kind::Name(_) => Ok(List::Of(self.operand(expression)?.operand)),
            Kind::Call(..)
                if folding(expression).is_some_and(|(_, of)| matches!(of.kind, Kind::Name(_))) =>
            {
                Ok(List::Of(self.operand(expression)?.operand))
            }
            _ => Ok(List::Members(vec![self.operand(expression)?.operand])),
        }
    }

    fn moment(&mut self, expression: &Expression) -> Result<Moment> {
        if let Kind::Call(name, arguments) = &expression.kind
            && name.eq_ignore_ascii_case("INTERVAL")
        {
            let [from, to] = arguments.as_slice() else {
                let what = format!("INTERVAL takes two arguments, not {}", arguments.len());
                return Err(Wrong::new(expression.at, what));
            };
            return Ok(Moment::Interval(self.edge(from)?, self.edge(to)?));
        }
        let typed = self.operand(expression)?;
        typed.check_time()?;
        Ok(typed.span.map_or(Moment::Of(typed.operand), Moment::Known))
    }

    /// An end of an interval; none for `'..'`, which is open.
    fn edge(&mut self, expression: &Expression) -> Result<Option<Box<Moment>>> {
        let Kind::Text(text) = &expression.kind else {
            return self.moment(expression).map(|moment| Some(Box::new(moment)));
        };
        if text.trim() == ".." {
            return Ok(None);
        }
        let known = Span::of(text).map(|span| Some(Box::new(Moment::Known(span))));
        known.ok_or_else(|| no_time(text, expression.at))
    }

    fn operand(&mut self, expression: &Expression) -> Result<Typed> {
        let at = expression.at;
        let (operand, of) = match &expression.kind {
            Kind::Text(text) => (Operand::Text(text.as_str().into()), Type::Text),
            Kind::Number(number) => (Operand::Number(*number), Type::Number),
            Kind::Boolean(truth) => (Operand::Boolean(*truth), Type::Boolean),
            Kind::Name(_) if is_geometry(expression) => {
                return Err(Wrong::new(at, format!("{GEOMETRY} is a place, which is no value"))
                    .hint("ask S_INTERSECTS(geometry, BBOX(73, 18, 135, 54)), or of longitude and latitude"));
            }
            Kind::Name(name) => {
                let (column, of) = self.column(name, at);
                (Operand::Column(column), of)
            }
            Kind::Negative(part) => (Operand::Negative(Box::new(self.number(part)?)), Type::Number),
            Kind::Sum(first, rest) => {
                let first = Box::new(self.number(first)?);
                let rest = rest.iter().map(|(minus, term)| Ok((*minus, self.number(term)?)));
                (Operand::Sum(first, rest.collect::<Result<_>>()?), Type::Number)
            }
            Kind::Product(first, rest) => {
                let first = Box::new(self.number(first)?);
                let rest = rest.iter().map(|(times, factor)| Ok((*times, self.number(factor)?)));
                (Operand::Product(first, rest.collect::<Result<_>>()?), Type::Number)
            }
            Kind::Power(sides) => {
                let [base, exponent] = sides.as_ref();
                let sides = Box::new([self.number(base)?, self.number(exponent)?]);
                (Operand::Power(sides), Type::Number)
            }
            Kind::Call(name, arguments) => return self.call(name, arguments, expression),
            Kind::List(_) => {
                return Err(Wrong::new(at, "a list has no place here").hint(
                    "lists stand after IN and in A_CONTAINS, A_CONTAINEDBY, A_EQUALS, A_OVERLAPS",
                ));
            }
            Kind::Geometry(_) => {
                return Err(Wrong::new(at, "a geometry has no place here")
                    .hint("such as S_INTERSECTS(geometry, BBOX(73, 18, 135, 54))"));
            }
            _ => {
                return Err(Wrong::new(
                    at,
                    format!("a value is expected here, not the condition {expression}"),
                )
                .hint("AND, OR and NOT join conditions"));
            }
        };
        let is_text_literal = matches!(expression.kind, Kind::Text(_));
        let (operand, told) = (operand.settled(), expression.to_string());
        Ok(Typed { operand, of, is_text_literal, span: None, at, told })
    }

    fn call(&mut self, name: &str, arguments: &[Expression], whole: &Expression) -> Result<Typed> {
        let (at, told) = (whole.at, whole.to_string());
        let upper = name.to_ascii_uppercase();
        if !is_one_of(&VALUES, name) {
            let is_condition = self.function(name, arguments, at)?.is_some();
            return Err(match is_condition {
                true => {
                    Wrong::new(at, format!("a value is expected here, not the condition {whole}"))
                }
                false => unknown_function(name, at),
            });
        }
        if upper == "INTERVAL" {
            return Err(Wrong::new(at, "an interval has no place here").hint(
                "intervals stand in T_DURING, T_INTERSECTS and the other functions of time",
            ));
        }
        let [argument] = arguments else {
            let what = format!("{upper} takes one argument, not {}", arguments.len());
            return Err(Wrong::new(at, what));
        };
        if let Some((fold, argument)) = folding(whole) {
            let inner = self.operand(argument)?;
            if matches!(inner.of, Type::Number | Type::Boolean) || inner.span.is_some() {
                let what = format!("{upper} is for texts, and {} is none", inner.told);
                return Err(Wrong::new(inner.at, what));
            }
            let operand = match inner.operand {
                Operand::Fold(before, operand) => Operand::Fold(fold.and(before), operand),
                operand => Operand::Fold(fold, Box::new(operand)),
            };
            let of = if inner.of == Type::List { Type::List } else { Type::Text };
            let is_text_literal = inner.is_text_literal;
            return Ok(Typed {
                operand: operand.settled(),
                of,
                is_text_literal,
                span: None,
                at,
                told,
            });
        }
        let text = match &argument.kind {
            Kind::Text(text) => text,
            _ => {
                let what = format!("{upper} takes a text in quotes, not {argument}");
                return Err(Wrong::new(argument.at, what).hint("such as DATE('2020-01-31')"));
            }
        };
        // A date is a whole one here, and a time has its hour.
        let has_time = text.contains(['T', 't', ' ']);
        let fits = has_time == (upper == "TIMESTAMP") && text.trim().len() >= 10;
        let span =
            fits.then(|| Span::of(text)).flatten().ok_or_else(|| no_time(text, argument.at))?;
        let operand = Operand::Text(text.as_str().into());
        Ok(Typed { operand, of: Type::Text, is_text_literal: false, span: Some(span), at, told })
    }

    /// An operand of arithmetic.
    fn number(&mut self, expression: &Expression) -> Result<Operand> {
        let typed = self.operand(expression)?;
        let is_number = matches!(typed.of, Type::Number | Type::Any)
            || typed.of == Type::Text && matches!(typed.operand, Operand::Column(_));
        match is_number && typed.span.is_none() {
            true => Ok(typed.operand),
            false => {
                Err(Wrong::new(typed.at, format!("a number is expected here, not {}", typed.told)))
            }
        }
    }

    /// The number of a column among those met, and what kind of values it has.
    fn column(&mut self, name: &str, at: usize) -> (usize, Type) {
        let column = Column::named(name);
        let of = match &column {
            Column::Property(property) | Column::Own(_, Some(property)) => match property.kind {
                property::Kind::Text => Type::Text,
                property::Kind::Real | property::Kind::Integer => Type::Number,
                property::Kind::Boolean => Type::Boolean,
                property::Kind::List => Type::List,
            },
            Column::Own(_, None) => Type::Any,
        };
        let number = *self.known.entry(column.name().to_ascii_lowercase()).or_insert_with(|| {
            self.columns.push(Named { column, at });
            self.columns.len() - 1
        });
        (number, of)
    }
}

impl Typed {
    /// Refuses what is no time.
    fn check_time(&self) -> Result<()> {
        let is_time = match (self.of, &self.operand) {
            (Type::Boolean | Type::List, _) | (_, Operand::Number(_) | Operand::Null) => false,
            (_, Operand::Text(text)) => self.span.is_some() || Span::of(text).is_some(),
            _ => true,
        };
        match is_time {
            true => Ok(()),
            false => Err(Wrong::new(self.at, format!("{} is no date and no time", self.told))
                .hint("such as DATE('2020-01-31') or TIMESTAMP('2020-01-31T12:00:00Z')")),
        }
    }
}

/// As what two operands are compared.
///
/// # Errors
/// Where they can't be.
fn sense(left: &Typed, right: &Typed) -> Result<Sense> {
    use Type::{Any, Boolean, List, Number, Text};
    let (literal, other) = if left.is_text_literal { (left, right) } else { (right, left) };
    match (left.of, right.of) {
        (Number, Text) | (Text, Number) if literal.is_text_literal => {
            let what = format!("{} is a number, and {} a text", other.told, literal.told);
            let wrong = Wrong::new(literal.at, what);
            let spelt = match &literal.operand {
                Operand::Text(text) => {
                    text.trim().parse::<f64>().ok().map(|_| text.trim().to_owned())
                }
                _ => None,
            };
            // `ree-type` is a difference.
            let meant = Property::named(&other.told.replace(" - ", "_"));
            Err(match (spelt, meant) {
                (Some(spelt), _) => wrong.hint(format!("write {spelt} without quotes")),
                (None, Some(property)) if other.told.contains('-') => {
                    wrong.hint(format!("did you mean {}?", property.name))
                }
                _ => wrong,
            })
        }
        (Boolean, Boolean | Any) | (Any, Boolean) => Ok(Sense::Boolean),
        (Boolean, _) | (_, Boolean) => {
            let (truth, other) = if left.of == Boolean { (left, right) } else { (right, left) };
            let what = format!("{} is TRUE or FALSE, and {} is neither", truth.told, other.told);
            Err(Wrong::new(other.at, what))
        }
        (Number, _) | (_, Number) => Ok(Sense::Number),
        (Text | List, _) | (_, Text | List) => Ok(Sense::Text),
        (Any, Any) => Ok(Sense::Either),
    }
}

/// The operator with its sides in each other's place.
fn turned(operator: Operator) -> Operator {
    match operator {
        Operator::Less => Operator::Greater,
        Operator::LessOrEqual => Operator::GreaterOrEqual,
        Operator::Greater => Operator::Less,
        Operator::GreaterOrEqual => Operator::LessOrEqual,
        same => same,
    }
}

fn negated(test: Test, not: bool) -> Test {
    if not { Test::Not(Box::new(test)) } else { test }
}

fn is_one_of(names: &[&str], name: &str) -> bool {
    names.iter().any(|one| name.eq_ignore_ascii_case(one))
}

fn is_geometry(expression: &Expression) -> bool {
    matches!(&expression.kind, Kind::Name(name) if name.eq_ignore_ascii_case(GEOMETRY))
}

/// What CASEI or ACCENTI leaves aside, and of what.
fn folding(expression: &Expression) -> Option<(Fold, &Expression)> {
    let Kind::Call(name, arguments) = &expression.kind else { return None };
    let [argument] = arguments.as_slice() else { return None };
    let case = name.eq_ignore_ascii_case("CASEI");
    let accents = name.eq_ignore_ascii_case("ACCENTI");
    (case || accents).then_some((Fold { case, accents }, argument))
}

fn no_condition(expression: &Expression) -> Wrong {
    let wrong = Wrong::new(expression.at, format!("{expression} is no condition"));
    match &expression.kind {
        Kind::Name(_) => wrong.hint(format!("compare it: {expression} = '…'")),
        _ => wrong.hint("a condition compares values: treo_percent > 1"),
    }
}

fn no_geometry(expression: &Expression) -> Wrong {
    let what = format!("{expression} is no place of a site");
    Wrong::new(expression.at, what).hint(format!("the point of a site is called {GEOMETRY}"))
}

fn no_time(text: &str, at: usize) -> Wrong {
    let what = format!("'{text}' is no date and no time of the form expected");
    Wrong::new(at, what)
        .hint("DATE('2020-01-31'), TIMESTAMP('2020-01-31T12:00:00Z'), INTERVAL('2020-01-01', '..')")
}

fn unknown_function(name: &str, at: usize) -> Wrong {
    let lists = LISTS.iter().map(|(name, _)| *name);
    let times = Relation::FUNCTIONS.iter().map(|(name, _)| *name);
    let all: Vec<&str> = VALUES.into_iter().chain(SPATIAL).chain(lists).chain(times).collect();
    let wrong = Wrong::new(at, format!("there is no function {name}"));
    match nearest(name, all).as_slice() {
        [] => wrong.hint("functions are CASEI, ACCENTI, DATE, TIMESTAMP, S_INTERSECTS, A_CONTAINS, T_AFTER and their kin"),
        near => wrong.hint(format!("did you mean {}?", near.join(" or "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_same_for_each_row_is_worked_out() {
        let settled = |text: &str| {
            Compiler::default().test(&super::super::parser::parse(text).unwrap()).unwrap()
        };
        for (text, truth) in [
            ("2 + 3 * 4 = 14", Some(true)),
            ("-2 ^ 2 = 4", Some(true)),
            ("7 div 2 = 3 AND 7 % 2 = 1 AND 7 / 2 = 3.5", Some(true)),
            ("1 / 0 > 0", None),
            ("CASEI('STRASSE') = CASEI('Straße')", Some(true)),
            ("status = 'x' AND FALSE", Some(false)),
            ("status = 'x' OR TRUE", Some(true)),
            ("DATE('2020-01-31') < DATE('2020-02-01')", Some(true)),
            ("'abc' LIKE 'a%'", Some(true)),
            ("2 IN (1, 2)", Some(true)),
            ("(1 / 0 = 1) IS NULL", Some(true)),
        ] {
            let test = settled(text);
            assert!(matches!(test, Test::Known(known) if known == truth), "{text}: {test:?}");
        }
    }
}
