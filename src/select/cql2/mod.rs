//! Filters in CQL2 text, the query language of OGC 21-065r2, over the properties of sites.
//!
//! ```text
//! text → tokens (lexer) → expression (parser) → condition (compile) → asked of rows (evaluate)
//! ```
//!
//! `docs/filters.md` tells users what is understood and where it differs from the standard.

use geo::Point;

use self::compile::{Compiler, GEOMETRY, Named};
use self::evaluate::Test;
use self::operand::Row;
use crate::error::Result;
use crate::property::{Column, MORE, PROPERTIES, Property, Value};
use crate::select::nearest;
use crate::site::{Port, Site};

use self::wrong::Wrong;

pub use self::expression::{Expression, Kind, Operator, Times};
pub use self::geometry::Geometry;

mod compile;
mod evaluate;
mod expression;
mod geometry;
mod lexer;
mod operand;
mod parser;
mod pattern;
mod port;
mod time;
mod value;
mod wrong;

/// An expression, understood: which columns it names, and what it asks of them.
#[derive(Debug, Clone)]
pub struct Filter {
    text: String,
    test: Test,
    columns: Vec<Named>,
    geometry: bool,
}

/// The expression that a text spells, whatever its names stand for.
///
/// # Errors
/// [`crate::Error::Usage`] with the column of the text, and what was expected there.
pub fn parse(text: &str) -> Result<Expression> {
    parser::parse(text).map_err(|wrong| wrong.told(text))
}

impl Filter {
    /// The filter that a text spells.
    ///
    /// # Errors
    /// [`crate::Error::Usage`] with the column of the text: what is no expression, a function that
    /// there is none of, values that can't be compared.
    pub fn parse(text: &str) -> Result<Self> {
        let mut compiler = Compiler::default();
        let parsed = parser::parse(text).and_then(|expression| compiler.test(&expression));
        let test = parsed.map_err(|wrong| wrong.told(text))?;
        let Compiler { columns, geometry, .. } = compiler;
        Ok(Filter { text: text.into(), test, columns, geometry })
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The columns that it names, once each, in the order met; [`Self::matches`] asks for them by
    /// their number here.
    pub fn columns(&self) -> impl ExactSizeIterator<Item = &Column> {
        self.columns.iter().map(|named| &named.column)
    }

    /// The names that a table of plain points is asked for: of columns that are no property of
    /// reemap, and of properties that such a column stands in for.
    pub fn own_columns(&self) -> impl Iterator<Item = &str> {
        self.columns().filter_map(|column| match column {
            Column::Own(name, _) => Some(name.as_ref()),
            Column::Property(_) => None,
        })
    }

    /// The properties of reemap that it names.
    pub fn properties(&self) -> impl Iterator<Item = &'static Property> {
        self.columns().filter_map(|column| match column {
            Column::Property(property) => Some(*property),
            Column::Own(_, property) => *property,
        })
    }

    /// Whether it asks for the site's point.
    pub fn needs_point(&self) -> bool {
        self.geometry
    }

    /// Whether it asks for anything that rests on the country or province found.
    pub fn needs_place(&self) -> bool {
        self.names_any(|name| {
            ["country", "country_code", "province", "province_code"].contains(&name)
                || name.starts_with("place_")
        }) || self.needs_ports()
    }

    /// Whether it asks for classes: segments or the type of rare earths.
    pub fn needs_classes(&self) -> bool {
        self.names_any(|name| name.starts_with("segment") || name.starts_with("ree_type"))
    }

    /// Whether it asks for the nearest port.
    pub fn needs_ports(&self) -> bool {
        self.names_any(|name| name.starts_with("nearest_port"))
    }

    fn names_any(&self, is: impl Fn(&str) -> bool) -> bool {
        self.properties().any(|property| is(property.name))
    }

    /// Refuses names that are neither a property of reemap nor one of `own`, the columns of the
    /// plain points that were read.
    ///
    /// # Errors
    /// [`crate::Error::Usage`] with the column of the text, and what may have been meant.
    pub fn check(&self, own: &[&str]) -> Result<()> {
        for Named { column, at } in &self.columns {
            let Column::Own(name, None) = column else { continue };
            if own.iter().any(|column| column.eq_ignore_ascii_case(name)) {
                continue;
            }
            let known = PROPERTIES.iter().chain(MORE).map(|property| property.name);
            let known = known.chain([GEOMETRY]).chain(own.iter().copied());
            let near = nearest(name, known);
            let quotes = format!("a text stands in single quotes: '{name}'");
            let wrong = Wrong::new(*at, format!("there is no property {name}"));
            let wrong = match near.as_slice() {
                [] => wrong.hint(format!("docs/filters.md lists them; {quotes}")),
                near => wrong.hint(format!("did you mean {}? Or {quotes}", near.join(" or "))),
            };
            return Err(wrong.told(&self.text));
        }
        Ok(())
    }

    /// Whether it is true of a row, which yields the value of a column by its number among
    /// [`Self::columns`], and its point in degrees on WGS 84. Only what is needed is asked for.
    pub fn matches<'a>(
        &self,
        value: impl Fn(usize) -> Value<'a>,
        point: impl Fn() -> Option<Point<f64>>,
    ) -> bool {
        self.test.holds(&Cells { value, point, of: std::marker::PhantomData })
    }

    /// Whether it is true of a site.
    pub fn matches_site(&self, site: &Site) -> bool {
        self.matches(
            |number| self.columns.get(number).map_or(Value::None, |it| it.column.value(site)),
            || site.point,
        )
    }

    /// Whether it is true of a port, or asks for something that ports don't have, so that it is
    /// not about them.
    pub fn matches_port(&self, port: &Port) -> bool {
        !self.columns().all(|column| port::has(column.name()))
            || self.matches(
                |number| {
                    let column = self.columns.get(number);
                    column.map_or(Value::None, |it| port::value(port, it.column.name()))
                },
                || port.point,
            )
    }
}

/// A row made of two functions.
struct Cells<'a, V, P> {
    value: V,
    point: P,
    of: std::marker::PhantomData<Value<'a>>,
}

impl<'a, V: Fn(usize) -> Value<'a>, P: Fn() -> Option<Point<f64>>> Row for Cells<'a, V, P> {
    fn value(&self, column: usize) -> Value<'_> {
        (self.value)(column)
    }

    fn point(&self) -> Option<Point<f64>> {
        (self.point)()
    }
}
