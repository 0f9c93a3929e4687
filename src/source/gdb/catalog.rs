//! What a geodatabase holds: the first table lists all tables by name, and the table of items says
//! more of those that are for people.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::Cell;
use super::super::content::Content;
use super::definition;
use super::table::{Failure, Table};
use crate::error::{At, Error, Result};

/// The table of all tables; a row's number is the number in its file's name.
pub(super) const CATALOG: &str = "a00000001.gdbtable";

/// What the names of the system's own tables begin with, in lower case: those that ArcGIS calls
/// so, and the pieces of rasters.
const SYSTEM: [&str; 2] = ["gdb_", "fras_"];

/// The table of items, in ArcGIS 10 and later.
const ITEMS: &str = "GDB_Items";

/// A table for people.
pub(super) struct Entry {
    /// Its name.
    pub name: String,
    /// Its files' name without extension.
    pub file: String,
    /// Aliases of its fields beside those in the table itself, by name in lower case.
    pub aliases: BTreeMap<String, String>,
    /// What else is told of its fields, for people.
    pub notes: Vec<String>,
}

/// What a geodatabase holds.
pub(super) struct Catalog {
    /// The tables, in the order of their files.
    pub entries: Vec<Entry>,
    /// What was assumed or passed over, for people.
    pub notes: Vec<String>,
}

/// An item's texts.
struct Item {
    /// What it is called and what its table is called, in lower case.
    names: [String; 2],
    definition: String,
    metadata: String,
}

/// Reads what there is. `find` gives a geodatabase's file by its name.
pub(super) fn read<'a>(at: &At, find: impl Fn(&str) -> Option<&'a Content>) -> Result<Catalog> {
    let mut notes = Vec::new();
    let tables = tables(at, &find)?;
    let file = tables.iter().find(|(name, _)| name.eq_ignore_ascii_case(ITEMS));
    let items = match file.map(|(_, file)| items(at, &find, file)) {
        // ArcGIS 9 has no such table.
        None => Vec::new(),
        Some(Ok(items)) => items,
        Some(Err(error)) => {
            notes.push(format!("{ITEMS} is not read: {error}"));
            Vec::new()
        }
    };
    let domains: BTreeMap<_, _> =
        items.iter().filter_map(|item| definition::coded_values(&item.definition)).collect();
    let (mut entries, mut inner) = (Vec::new(), Vec::new());
    for (name, file) in tables {
        let lower = name.to_lowercase();
        if SYSTEM.iter().any(|prefix| lower.starts_with(prefix)) {
            continue;
        }
        let item = items.iter().find(|item| item.names.contains(&lower));
        let mut aliases = BTreeMap::new();
        let mut codes = Vec::new();
        match item {
            Some(item) => {
                definition::add_aliases(&item.definition, &mut aliases);
                definition::add_aliases(&item.metadata, &mut aliases);
                for (field, domain) in definition::domains(&item.definition) {
                    let values = domains.get(&domain).map(|values| told(values));
                    codes.extend(values.map(|values| {
                        format!("{field} holds codes of the domain {domain}: {values}")
                    }));
                }
            }
            None if !items.is_empty() => {
                inner.push(name);
                continue;
            }
            None => {}
        }
        entries.push(Entry { name, file, aliases, notes: codes });
    }
    if !inner.is_empty() {
        notes.push(format!("passed over, since {ITEMS} does not list them: {}", inner.join(", ")));
    }
    Ok(Catalog { entries, notes })
}

/// Codes with what they mean, the first of them.
fn told(values: &[(String, String)]) -> String {
    const FIRST: usize = 20;
    let first = values.iter().take(FIRST).map(|(code, meaning)| format!("{code} {meaning}"));
    let more = values.len().saturating_sub(FIRST);
    let more = (more > 0).then(|| format!("and {more} more"));
    first.chain(more).collect::<Vec<_>>().join(", ")
}

/// All tables as their names and their files' names without extension, in the order of the files.
fn tables<'a>(
    at: &At,
    find: &impl Fn(&str) -> Option<&'a Content>,
) -> Result<Vec<(String, String)>> {
    let table = open(at, find, CATALOG.trim_end_matches(".gdbtable"))?;
    let column = column(&table, at, "Name")?;
    let mut tables = Vec::new();
    for row in table.records()? {
        let row = row.map_err(graver)?;
        if let Some(name) = row.cells.get(column).and_then(Cell::text) {
            tables.push((name.into_owned(), format!("a{:08x}", row.number)));
        }
    }
    Ok(tables)
}

/// The texts of all items.
fn items<'a>(
    at: &At,
    find: &impl Fn(&str) -> Option<&'a Content>,
    file: &str,
) -> Result<Vec<Item>> {
    let table = open(at, find, file)?;
    let name = column(&table, at, "Name")?;
    let physical = column(&table, at, "PhysicalName")?;
    let definition = column(&table, at, "Definition")?;
    // Metadata, which not all have.
    let documentation = column(&table, at, "Documentation").unwrap_or(usize::MAX);
    let mut items = Vec::new();
    for row in table.records()? {
        let row = row.map_err(graver)?;
        let text = |column: usize| match row.cells.get(column) {
            Some(Cell::Text(text)) => text.clone(),
            _ => String::new(),
        };
        items.push(Item {
            names: [text(name).to_lowercase(), text(physical).to_lowercase()],
            definition: text(definition),
            metadata: text(documentation),
        });
    }
    Ok(items)
}

fn open<'a>(
    at: &At,
    find: &impl Fn(&str) -> Option<&'a Content>,
    file: &str,
) -> Result<Arc<Table>> {
    let missing = || {
        Error::input(at.clone(), format!("is a geodatabase without {file}.gdbtable"))
            .with_hint(super::AGAIN)
    };
    let content = find(&format!("{file}.gdbtable")).ok_or_else(missing)?;
    match Table::open(at, content, find(&format!("{file}.gdbtablx"))) {
        Ok(table) => Ok(Arc::new(table)),
        Err(Failure::Broken(error)) => Err(error),
        Err(Failure::Unknown(what)) => {
            Err(Error::input(at.clone(), format!("is a geodatabase of an unknown form: {what}"))
                .with_hint(super::AGAIN))
        }
    }
}

/// Where a field's value stands among the cells of a row.
fn column(table: &Table, at: &At, name: &str) -> Result<usize> {
    table.column(name).ok_or_else(|| {
        Error::input(at.clone(), format!("is a geodatabase whose catalogue has no {name}"))
            .with_hint(super::AGAIN)
    })
}

/// A row that can't be missed.
fn graver(error: Error) -> Error {
    match error {
        Error::Row { at, reason } => Error::input(at, reason).with_hint(super::AGAIN),
        error => error,
    }
}
