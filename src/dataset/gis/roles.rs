//! What `DsgAttr01` and its fellows mean in a layer: by alias, else by their values.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::words::Words;
use super::{Kind, value};
use crate::error::{Error, Notices, Result};
use crate::source::{Cell, Layer};

/// What a column means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The group of commodities (Metal, Fuel).
    Group,
    /// A commodity.
    Commodity,
    /// The form of the product.
    Form,
    /// Annual capacity.
    Capacity,
    /// The unit of the capacity.
    Unit,
    /// The facilities that share the capacity.
    SharedWith,
    /// The deposit type.
    DepositType,
    /// Something that is not used here.
    Other,
}

impl Role {
    fn name(self) -> &'static str {
        match self {
            Role::Group => "commodity group",
            Role::Commodity => "commodity",
            Role::Form => "form of product",
            Role::Capacity => "annual capacity",
            Role::Unit => "unit of capacity",
            Role::SharedWith => "shared capacity",
            Role::DepositType => "deposit type",
            Role::Other => "not used",
        }
    }
}

/// The columns of each role, by index.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roles {
    /// Commodities: one in facilities and ports, several in other layers.
    pub commodities: Vec<usize>,
    /// The form of the product.
    pub form: Option<usize>,
    /// Annual capacity.
    pub capacity: Option<usize>,
    /// Its unit.
    pub unit: Option<usize>,
    /// The facilities that share it.
    pub shared_with: Option<usize>,
    /// The deposit type.
    pub deposit_type: Option<usize>,
}

/// The share of values that must speak for a role before it is given.
const ENOUGH: f64 = 0.6;

/// The share of values that must name a form: many products have no word for theirs.
const ENOUGH_FORMS: f64 = 0.2;

/// How many different values of a column are shown to the user.
const SHOWN: usize = 3;

/// What the values of a column speak for.
#[derive(Debug, Default)]
struct Evidence {
    column: usize,
    name: String,
    alias: Option<String>,
    filled: usize,
    examples: Vec<String>,
    groups: usize,
    commodities: usize,
    forms: usize,
    units: usize,
    deposit_types: usize,
    numbers: usize,
    years: usize,
    /// Cells of -999.
    marked_missing: usize,
    /// Values that are lists of the layer's own ids.
    ids: usize,
    role: Option<Role>,
}

impl Evidence {
    fn share(&self, count: usize) -> f64 {
        if self.filled == 0 { 0.0 } else { count as f64 / self.filled as f64 }
    }
}

/// Settles what the columns of a layer mean. Without a commodity column nothing can be said of
/// a site, so that its lack is an error; the lack of another is noted.
///
/// # Errors
/// No column can be told to hold the commodity: the error lists the columns and what was seen.
pub fn settle(layer: &Layer, kind: Kind, notices: &mut Notices) -> Result<Roles> {
    let words = Words::embedded()?;
    let mut columns = gather(layer, words)?;
    by_alias(&mut columns);
    match kind {
        Kind::Facility | Kind::Port => by_values_of_facilities(&mut columns),
        Kind::Exploration | Kind::Deposit => by_values_of_deposits(&mut columns),
    }
    let all = |role| -> Vec<usize> {
        columns.iter().filter(|c| c.role == Some(role)).map(|c| c.column).collect()
    };
    let one = |role| all(role).first().copied();
    let roles = Roles {
        commodities: all(Role::Commodity),
        form: one(Role::Form),
        capacity: one(Role::Capacity),
        unit: one(Role::Unit),
        shared_with: one(Role::SharedWith),
        deposit_type: one(Role::DepositType),
    };
    if roles.commodities.is_empty() {
        return Err(Error::input(
            layer.at.clone(),
            format!(
                "no column of {} can be told to hold the commodity; tried the columns' aliases, \
                 then their values{}",
                layer.name,
                table(&columns)
            ),
        )
        .with_hint("give the layer field aliases such as \"Commodity 1\" and \"Commodity Form\""));
    }
    let wanted: &[(Role, bool)] = match kind {
        Kind::Facility => &[
            (Role::Form, roles.form.is_some()),
            (Role::Capacity, roles.capacity.is_some()),
            (Role::Unit, roles.unit.is_some()),
        ],
        _ => &[],
    };
    let lacking: Vec<&str> =
        wanted.iter().filter(|(_, found)| !found).map(|(role, _)| role.name()).collect();
    if !lacking.is_empty() {
        notices.note(format!(
            "{}: no column can be told to hold the {}{}",
            layer.at,
            lacking.join(" or the "),
            table(&columns)
        ));
    }
    Ok(roles)
}

/// Counts what the values of the designated columns speak for, in one pass over the rows.
fn gather(layer: &Layer, words: &Words) -> Result<Vec<Evidence>> {
    let mut columns: Vec<Evidence> = layer
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.name.trim().to_lowercase().starts_with("dsgattr"))
        .map(|(index, column)| Evidence {
            column: index,
            name: column.name.clone(),
            alias: column.alias.clone().filter(|alias| !alias.eq_ignore_ascii_case(&column.name)),
            ..Evidence::default()
        })
        .collect();
    columns.sort_by_key(|column| column.name.to_lowercase());
    let id = layer.column("FeatureUID");
    let mut ids = BTreeSet::new();
    let mut lists: BTreeMap<usize, BTreeMap<String, usize>> = BTreeMap::new();
    for row in layer.rows()? {
        let row = match row {
            Ok(row) => row,
            Err(error) if error.is_one_row() => continue,
            Err(error) => return Err(error),
        };
        if let Some(id) = id.and_then(|id| value(row.cells.get(id)?)) {
            ids.insert(id);
        }
        for column in &mut columns {
            let Some(cell) = row.cells.get(column.column) else { continue };
            if matches!(cell, Cell::Integer(_) | Cell::Real(_)) && cell.number() == Some(-999.0) {
                column.marked_missing += 1;
            }
            let Some(text) = value(cell) else { continue };
            column.filled += 1;
            if column.examples.len() < SHOWN && !column.examples.contains(&text) {
                column.examples.push(text.clone());
            }
            if let Some(number) = cell.number() {
                column.numbers += 1;
                column.years +=
                    usize::from(number.fract() == 0.0 && (1900.0..2101.0).contains(&number));
                continue;
            }
            column.groups += usize::from(words.is_group(&text));
            column.commodities += usize::from(words.is_commodity(&text));
            column.forms += usize::from(words.is_form(&text));
            column.units += usize::from(words.is_unit(&text));
            column.deposit_types += usize::from(words.is_deposit_type(&text));
            *lists.entry(column.column).or_default().entry(text).or_default() += 1;
        }
    }
    for column in &mut columns {
        let Some(texts) = lists.get(&column.column) else { continue };
        column.ids = texts
            .iter()
            .filter(|(text, _)| text.split([',', ';']).all(|id| ids.contains(id.trim())))
            .map(|(_, count)| count)
            .sum();
    }
    Ok(columns)
}

/// Gives the roles that aliases say.
fn by_alias(columns: &mut [Evidence]) {
    for column in columns {
        let Some(alias) = column.alias.as_deref().map(str::to_lowercase) else { continue };
        let words: Vec<&str> = alias.split(|c: char| !c.is_alphanumeric()).collect();
        let has = |names: &[&str]| words.iter().any(|word| names.contains(word));
        let commodity = has(&["commodity", "commodities"]);
        column.role = if has(&["share", "shared", "shares", "combined"]) {
            Some(Role::SharedWith)
        } else if has(&["note", "notes", "year", "source", "multiple", "id"]) {
            Some(Role::Other)
        } else if has(&["unit", "units"]) {
            Some(Role::Unit)
        } else if has(&["capacity", "capacities"]) {
            Some(Role::Capacity)
        } else if has(&["form", "product", "products"]) {
            Some(Role::Form)
        } else if has(&["deposit"]) && has(&["type"]) {
            Some(Role::DepositType)
        } else if commodity && has(&["type", "group"]) {
            Some(Role::Group)
        } else if commodity {
            Some(Role::Commodity)
        } else {
            None
        };
    }
}

/// The free column for which a count speaks most, if it speaks loudly enough; of equals the
/// first.
fn best(columns: &[Evidence], enough: f64, count: impl Fn(&Evidence) -> usize) -> Option<usize> {
    let mut best: Option<(usize, f64)> = None;
    for (index, column) in columns.iter().enumerate().filter(|(_, c)| c.role.is_none()) {
        let share = column.share(count(column));
        if share >= enough && best.is_none_or(|(_, known)| share > known) {
            best = Some((index, share));
        }
    }
    best.map(|(index, _)| index)
}

/// Gives a role to a column.
fn give(columns: &mut [Evidence], index: Option<usize>, role: Role) {
    if let Some(column) = index.and_then(|index| columns.get_mut(index)) {
        column.role = Some(role);
    }
}

fn has(columns: &[Evidence], role: Role) -> bool {
    columns.iter().any(|column| column.role == Some(role))
}

/// Facilities and ports: one commodity and its product a row.
fn by_values_of_facilities(columns: &mut [Evidence]) {
    if !has(columns, Role::SharedWith) {
        let found = best(columns, ENOUGH, |c| c.ids);
        give(columns, found, Role::SharedWith);
    }
    if !has(columns, Role::Unit) {
        let found = best(columns, ENOUGH, |c| c.units);
        give(columns, found, Role::Unit);
    }
    if !has(columns, Role::Capacity) {
        // The capacity stands before its unit; else the column that marks missing numbers.
        let before_unit = columns
            .iter()
            .position(|column| column.role == Some(Role::Unit))
            .and_then(|unit| unit.checked_sub(1))
            .filter(|index| {
                columns.get(*index).is_some_and(|c| {
                    c.role.is_none() && (c.share(c.numbers) >= ENOUGH || c.marked_missing > 0)
                })
            });
        let found = before_unit.or_else(|| {
            best(columns, ENOUGH, |c| if c.marked_missing > 0 { c.numbers } else { 0 })
                .or_else(|| best(columns, ENOUGH, |c| c.numbers.saturating_sub(c.years)))
        });
        give(columns, found, Role::Capacity);
    }
    if !has(columns, Role::Commodity) {
        let found = best(columns, ENOUGH, |c| c.commodities);
        give(columns, found, Role::Commodity);
    }
    if !has(columns, Role::Group)
        && let Some(commodity) = columns.iter().position(|c| c.role == Some(Role::Commodity))
    {
        let found = best(columns, ENOUGH, |c| c.groups).filter(|group| *group < commodity);
        give(columns, found, Role::Group);
    }
    if !has(columns, Role::Form) {
        let found = best(columns, ENOUGH_FORMS, |c| c.forms);
        give(columns, found, Role::Form);
    }
}

/// Exploration projects and deposits: several commodities a row, in columns of their own.
fn by_values_of_deposits(columns: &mut [Evidence]) {
    if !has(columns, Role::DepositType) {
        let found = best(columns, ENOUGH, |c| {
            if c.share(c.commodities) < ENOUGH { c.deposit_types } else { 0 }
        });
        give(columns, found, Role::DepositType);
    }
    for column in columns.iter_mut().filter(|column| column.role.is_none()) {
        if column.share(column.commodities) >= ENOUGH {
            column.role = Some(Role::Commodity);
        }
    }
}

/// What was seen of each column, a line each.
fn table(columns: &[Evidence]) -> String {
    let mut out = String::new();
    for column in columns {
        let alias =
            column.alias.as_ref().map(|alias| format!(" (alias {alias})")).unwrap_or_default();
        let percent = |count| format!("{:.0} %", 100.0 * column.share(count));
        let role = column.role.map_or("not settled", Role::name);
        // Writing to a string can't fail.
        let _ = write!(
            out,
            "\n  {}{alias}: {role}; {} filled ({}); commodity words {}, form words {}, units {}, numbers {}",
            column.name,
            column.filled,
            column.examples.join(" | "),
            percent(column.commodities),
            percent(column.forms),
            percent(column.units),
            percent(column.numbers),
        );
    }
    if columns.is_empty() {
        out.push_str("\n  the layer has no DsgAttr column");
    }
    out
}
