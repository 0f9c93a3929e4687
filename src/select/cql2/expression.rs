//! An expression as it was written, and how it is written.

use std::fmt::{self, Write};

use super::geometry::Geometry;
use super::lexer::{continues_name, starts_name};

/// A part of an expression.
#[derive(Debug, Clone)]
pub struct Expression {
    /// What it is.
    pub kind: Kind,
    /// The byte of the text where it starts.
    pub at: usize,
}

impl PartialEq for Expression {
    /// The same wherever it stands.
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

/// The kinds of expressions. Chains of the same operator are lists, so that a long expression
/// is not a deep one.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Kind {
    Or(Vec<Expression>),
    And(Vec<Expression>),
    Not(Box<Expression>),
    Compare(Operator, Box<[Expression; 2]>),
    Like {
        operands: Box<[Expression; 2]>,
        not: bool,
    },
    Between {
        operands: Box<[Expression; 3]>,
        not: bool,
    },
    In {
        value: Box<Expression>,
        list: Vec<Expression>,
        not: bool,
    },
    IsNull {
        value: Box<Expression>,
        not: bool,
    },
    /// Terms after the first, each with whether it is taken away.
    Sum(Box<Expression>, Vec<(bool, Expression)>),
    Product(Box<Expression>, Vec<(Times, Expression)>),
    Power(Box<[Expression; 2]>),
    Negative(Box<Expression>),
    /// A property's name.
    Name(String),
    Text(String),
    /// A number without its sign.
    Number(f64),
    Boolean(bool),
    /// A function by its name, as it was written.
    Call(String, Vec<Expression>),
    /// A list of none or several; one in parentheses is what it is.
    List(Vec<Expression>),
    Geometry(Geometry),
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Operator {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Operator {
    pub(super) const ALL: [Operator; 6] = [
        Operator::Equal,
        Operator::Unequal,
        Operator::Less,
        Operator::LessOrEqual,
        Operator::Greater,
        Operator::GreaterOrEqual,
    ];

    /// The sign.
    pub fn sign(self) -> &'static str {
        match self {
            Operator::Equal => "=",
            Operator::Unequal => "<>",
            Operator::Less => "<",
            Operator::LessOrEqual => "<=",
            Operator::Greater => ">",
            Operator::GreaterOrEqual => ">=",
        }
    }
}

/// The operators as strong as multiplication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Times {
    Multiply,
    Divide,
    /// Division that leaves the fraction out.
    Whole,
    Remainder,
}

impl Times {
    /// The sign.
    pub fn sign(self) -> &'static str {
        match self {
            Times::Multiply => "*",
            Times::Divide => "/",
            Times::Whole => "div",
            Times::Remainder => "%",
        }
    }
}

/// Words of the language that name no property unless they stand in double quotes.
pub(super) const RESERVED: [&str; 11] =
    ["and", "or", "not", "like", "between", "in", "is", "null", "true", "false", "div"];

impl Kind {
    /// How strongly it holds together; a part that holds less stands in parentheses.
    fn strength(&self) -> u8 {
        match self {
            Kind::Or(_) => 0,
            Kind::And(_) => 1,
            Kind::Not(_) => 2,
            Kind::Compare(..)
            | Kind::Like { .. }
            | Kind::Between { .. }
            | Kind::In { .. }
            | Kind::IsNull { .. } => 3,
            Kind::Sum(..) => 4,
            Kind::Product(..) => 5,
            Kind::Power(_) => 6,
            Kind::Negative(_) => 7,
            _ => 8,
        }
    }
}

/// A part, in parentheses where it holds together less than `least`.
struct Part<'e>(&'e Expression, u8);

impl fmt::Display for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.kind.strength() < self.1 {
            true => write!(f, "({})", self.0),
            false => write!(f, "{}", self.0),
        }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |not: &bool| if *not { "NOT " } else { "" };
        match &self.kind {
            Kind::Or(parts) => chain(f, parts, " OR ", 1),
            Kind::And(parts) => chain(f, parts, " AND ", 2),
            Kind::Not(part) => write!(f, "NOT {}", Part(part, 2)),
            Kind::Compare(operator, sides) => {
                let [left, right] = sides.as_ref();
                write!(f, "{} {} {}", Part(left, 4), operator.sign(), Part(right, 4))
            }
            Kind::Like { operands, not } => {
                let [value, pattern] = operands.as_ref();
                write!(f, "{} {}LIKE {}", Part(value, 4), word(not), Part(pattern, 4))
            }
            Kind::Between { operands, not } => {
                let [value, low, high] = operands.as_ref();
                let (value, low, high) = (Part(value, 4), Part(low, 4), Part(high, 4));
                write!(f, "{value} {}BETWEEN {low} AND {high}", word(not))
            }
            Kind::In { value, list, not } => {
                write!(f, "{} {}IN (", Part(value, 4), word(not))?;
                chain(f, list, ", ", 4)?;
                f.write_char(')')
            }
            Kind::IsNull { value, not } => write!(f, "{} IS {}NULL", Part(value, 4), word(not)),
            Kind::Sum(first, rest) => {
                write!(f, "{}", Part(first, 5))?;
                rest.iter().try_for_each(|(minus, term)| {
                    write!(f, " {} {}", if *minus { '-' } else { '+' }, Part(term, 5))
                })
            }
            Kind::Product(first, rest) => {
                write!(f, "{}", Part(first, 6))?;
                rest.iter().try_for_each(|(times, factor)| {
                    write!(f, " {} {}", times.sign(), Part(factor, 6))
                })
            }
            Kind::Power(sides) => {
                let [base, exponent] = sides.as_ref();
                write!(f, "{} ^ {}", Part(base, 7), Part(exponent, 7))
            }
            Kind::Negative(part) => write!(f, "-{}", Part(part, 7)),
            Kind::Name(name) => write_name(f, name),
            Kind::Text(text) => write!(f, "'{}'", text.replace('\'', "''")),
            Kind::Number(number) => write!(f, "{number:?}"),
            Kind::Boolean(truth) => f.write_str(if *truth { "TRUE" } else { "FALSE" }),
            Kind::Call(name, arguments) => {
                write_name(f, name)?;
                f.write_char('(')?;
                chain(f, arguments, ", ", 0)?;
                f.write_char(')')
            }
            Kind::List(items) => {
                f.write_char('(')?;
                chain(f, items, ", ", 0)?;
                f.write_char(')')
            }
            Kind::Geometry(geometry) => write!(f, "{geometry}"),
        }
    }
}

fn chain(
    f: &mut fmt::Formatter<'_>,
    parts: &[Expression],
    between: &str,
    least: u8,
) -> fmt::Result {
    parts.iter().enumerate().try_for_each(|(number, part)| {
        let between = if number == 0 { "" } else { between };
        write!(f, "{between}{}", Part(part, least))
    })
}

/// A name, in double quotes where it needs them.
fn write_name(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    let is_plain = name.starts_with(starts_name)
        && name.chars().all(continues_name)
        && !RESERVED.iter().any(|word| name.eq_ignore_ascii_case(word));
    match is_plain {
        true => f.write_str(name),
        false => write!(f, "\"{}\"", name.replace('"', "\"\"")),
    }
}
