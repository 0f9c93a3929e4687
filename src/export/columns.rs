//! Which columns a file of sites has, and the type of each.

use std::borrow::Cow;

use super::text;
use crate::error::{Error, Result};
use crate::property::{Column, Kind, PROPERTIES, Property, Value};
use crate::select::nearest;
use crate::site::Site;

/// The columns of a file.
#[derive(Debug, Clone)]
pub struct Columns {
    fields: Vec<Field>,
    /// Whether they are all properties, since none was asked for by name.
    all: bool,
}

/// One column.
#[derive(Debug, Clone)]
pub struct Field {
    /// What it shows.
    pub column: Column,
    /// The type of its values.
    pub kind: Kind,
    /// Its name as a key in JSON, with the colon: `"name":`.
    pub(super) key: Vec<u8>,
}

impl Field {
    fn new(column: Column, kind: Kind) -> Self {
        let mut key = Vec::new();
        text::string(column.name(), &mut key);
        key.push(b':');
        Field { column, kind, key }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.column.name()
    }
}

impl Columns {
    /// All properties, and no column of the user's own.
    pub fn all() -> Self {
        let field =
            |property: &'static Property| Field::new(Column::Property(property), property.kind);
        Columns { fields: PROPERTIES.iter().map(field).collect(), all: true }
    }

    /// Those of these names, in their order: properties, or else columns of the user's own table,
    /// of which `own` holds those there are. Own columns are text until
    /// [`Columns::settle`] knows better.
    ///
    /// # Errors
    /// A name that is neither, with those it may stand for; the same name twice.
    pub fn named(names: &[String], own: &[String]) -> Result<Self> {
        let mut fields: Vec<Field> = Vec::new();
        for name in names.iter().map(|name| name.trim()).filter(|name| !name.is_empty()) {
            let mut column = Column::named(name);
            if let Column::Own(named, None) = &mut column {
                let spelt = own.iter().find(|own| own.trim().eq_ignore_ascii_case(name));
                *named = Cow::Owned(spelt.ok_or_else(|| unknown(name, own))?.trim().to_owned());
            }
            if fields.iter().any(|field| field.name() == column.name()) {
                let reason = format!("the property \"{}\" is asked for twice", column.name());
                return Err(Error::usage(reason).within("--properties"));
            }
            let kind = match &column {
                Column::Property(property) | Column::Own(_, Some(property)) => property.kind,
                Column::Own(_, None) => Kind::Text,
            };
            fields.push(Field::new(column, kind));
        }
        if fields.is_empty() {
            return Err(Error::usage("names no property").within("--properties"));
        }
        Ok(Columns { fields, all: false })
    }

    /// Whether they are all properties, since none was asked for by name.
    pub fn are_all(&self) -> bool {
        self.all
    }

    /// The columns, in the order of the file.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// A name for one more column, which none of these has.
    #[cfg(any(feature = "geoparquet", feature = "geopackage"))]
    pub(super) fn free(&self, name: &str) -> String {
        let mut name = name.to_owned();
        while self.fields.iter().any(|field| field.name().eq_ignore_ascii_case(&name)) {
            name.push('_');
        }
        name
    }

    /// Whether the type of a column depends on the values that the user's table holds.
    pub fn are_open(&self) -> bool {
        self.fields.iter().any(|field| matches!(field.column, Column::Own(..)))
    }

    /// Gives the user's own columns the types of what a survey saw.
    pub fn settle(&mut self, survey: &Survey) {
        for (field, seen) in self.fields.iter_mut().zip(&survey.seen) {
            if let Column::Own(_, property) = &field.column {
                let open = seen.kind.or(property.map(|property| property.kind));
                field.kind = open.unwrap_or(Kind::Text);
            }
        }
    }
}

/// The error of a name that nothing has.
fn unknown(name: &str, own: &[String]) -> Error {
    let known = || PROPERTIES.iter().map(|it| it.name).chain(own.iter().map(String::as_str));
    let near = nearest(&name.replace('-', "_"), known());
    let hint = match near.is_empty() {
        true => format!("the properties are {}", known().collect::<Vec<_>>().join(", ")),
        false => format!("did you mean {}?", near.join(" or ")),
    };
    let what = match own.is_empty() {
        true => "is no property",
        false => "is neither a property nor a column of the data",
    };
    Error::usage(format!("\"{name}\" {what}")).within("--properties").with_hint(hint)
}

/// What kinds of values the user's own columns hold. A table of text, such as CSV, says nothing of
/// types: a column all of whose cells are numbers is one of numbers.
#[derive(Debug, Clone)]
pub struct Survey {
    seen: Vec<Seen>,
}

#[derive(Debug, Clone)]
struct Seen {
    column: Column,
    kind: Option<Kind>,
}

impl Survey {
    /// A survey that has seen nothing.
    pub fn new(columns: &Columns) -> Self {
        let seen = columns.fields.iter();
        let seen = seen.map(|field| Seen { column: field.column.clone(), kind: None }).collect();
        Survey { seen }
    }

    /// Looks at a site.
    pub fn add(&mut self, site: &Site) {
        for seen in &mut self.seen {
            // Once text, always text.
            if matches!(seen.column, Column::Own(..)) && seen.kind != Some(Kind::Text) {
                seen.kind = both(seen.kind, kind(&seen.column.value(site)));
            }
        }
    }

    /// Takes in what another survey of the same columns saw.
    pub fn join(&mut self, other: &Survey) {
        for (seen, other) in self.seen.iter_mut().zip(&other.seen) {
            seen.kind = both(seen.kind, other.kind);
        }
    }
}

/// The kind that holds both.
fn both(one: Option<Kind>, other: Option<Kind>) -> Option<Kind> {
    match (one, other) {
        (None, kind) | (kind, None) => kind,
        (Some(one), Some(other)) if one == other => Some(one),
        (Some(Kind::Integer | Kind::Real), Some(Kind::Integer | Kind::Real)) => Some(Kind::Real),
        (Some(Kind::List), _) | (_, Some(Kind::List)) => Some(Kind::List),
        _ => Some(Kind::Text),
    }
}

fn kind(value: &Value<'_>) -> Option<Kind> {
    match value {
        Value::None => None,
        Value::Text(text) => written(text),
        Value::Real(_) => Some(Kind::Real),
        Value::Integer(_) => Some(Kind::Integer),
        Value::Boolean(_) => Some(Kind::Boolean),
        Value::List(_) => Some(Kind::List),
    }
}

/// What a cell of text is. A number that begins with a needless 0 or + is a code, whose spelling
/// counts.
fn written(text: &str) -> Option<Kind> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    let mut bytes = digits.bytes();
    let (first, second) = (bytes.next(), bytes.next());
    let code = first == Some(b'0') && second.is_some_and(|byte| byte.is_ascii_digit());
    if !code && first.is_some_and(|byte| byte.is_ascii_digit() || byte == b'.') {
        if digits.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<i64>().is_ok() {
            return Some(Kind::Integer);
        }
        if text.parse::<f64>().is_ok_and(f64::is_finite) {
            return Some(Kind::Real);
        }
    }
    Some(Kind::Text)
}

/// Whether a text is a number.
pub(super) fn is_number(text: &str) -> bool {
    matches!(written(text), Some(Kind::Integer | Kind::Real))
}

/// A value as the type of its column has it; the value back where it has none.
pub(super) fn fitted<'a>(
    kind: Kind,
    value: Value<'a>,
) -> std::result::Result<Value<'a>, Value<'a>> {
    Ok(match (kind, value) {
        (_, Value::None) => Value::None,
        (Kind::Text, value) => match value {
            Value::Text(_) => value,
            Value::Real(number) => Value::Text(number.to_string().into()),
            Value::Integer(number) => Value::Text(number.to_string().into()),
            Value::Boolean(truth) => Value::Text(truth.to_string().into()),
            Value::List(items) => Value::Text(items.join(JOINT).into()),
            Value::None => Value::None,
        },
        (Kind::List, Value::Text(text)) => Value::List(vec![text]),
        (Kind::Boolean, Value::Text(text)) if text.trim().is_empty() => Value::None,
        (Kind::Real, Value::Integer(number)) => Value::Real(number as f64),
        (Kind::Real | Kind::Integer, Value::Text(text)) => match (written(&text), kind) {
            (None, _) => Value::None,
            (Some(Kind::Integer), Kind::Integer) => {
                text.trim().parse().map_or(Value::None, Value::Integer)
            }
            (Some(Kind::Integer | Kind::Real), Kind::Real) => {
                text.trim().parse().map_or(Value::None, Value::Real)
            }
            _ => return Err(Value::Text(text)),
        },
        (Kind::Real, value @ Value::Real(_))
        | (Kind::Integer, value @ Value::Integer(_))
        | (Kind::Boolean, value @ Value::Boolean(_))
        | (Kind::List, value @ Value::List(_)) => value,
        (_, value) => return Err(value),
    })
}

/// What stands between the items of a list, where a format has no lists.
pub(super) const JOINT: &str = "; ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_of_numbers_only_where_every_cell_is_one() {
        let settled =
            |cells: &[&str]| cells.iter().fold(None, |kind, cell| both(kind, written(cell)));
        assert_eq!(settled(&["1", " -20 ", ""]), Some(Kind::Integer));
        assert_eq!(settled(&["1", "2.5", "1e3"]), Some(Kind::Real));
        assert_eq!(settled(&["1", "n/a", "2"]), Some(Kind::Text));
        assert_eq!(settled(&["", " "]), None);
        // Codes, not numbers.
        assert_eq!(settled(&["007", "008"]), Some(Kind::Text));
        assert_eq!(settled(&["+86"]), Some(Kind::Text));
        assert_eq!(settled(&["inf"]), Some(Kind::Text));
        assert_eq!(settled(&["NaN"]), Some(Kind::Text));
        assert_eq!(settled(&["0.5", "0"]), Some(Kind::Real));
        assert_eq!(settled(&["9223372036854775808"]), Some(Kind::Real));
        assert_eq!(fitted(Kind::Integer, Value::Text("x".into())), Err(Value::Text("x".into())));
        assert_eq!(fitted(Kind::Real, Value::Text("2.5".into())), Ok(Value::Real(2.5)));
    }

    #[test]
    fn names_are_properties_or_own_columns_and_slips_are_told() {
        let names = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        let own = names(&["Grade", "mine type"]);
        let columns = Columns::named(&names(&["Name", " grade ", "REE-type"]), &own).unwrap();
        let found: Vec<&str> = columns.fields().iter().map(Field::name).collect();
        assert_eq!(found, ["name", "Grade", "ree_type"]);
        let error = Columns::named(&names(&["contry"]), &own).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert!(error.to_string().contains("\"contry\""), "{error}");
        assert_eq!(error.hint(), Some("did you mean country or country_code?"));
        let error = Columns::named(&names(&["zzz"]), &[]).unwrap_err();
        assert!(error.hint().unwrap().contains("country_code"));
        assert!(Columns::named(&names(&["name", "NAME"]), &own).is_err());
        assert!(Columns::named(&names(&[" "]), &own).is_err());
    }
}
