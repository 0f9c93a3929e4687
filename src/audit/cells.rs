//! What the audit remembers of rows while they are read: the few columns that sites don't keep,
//! and damage to cells that the reader mends.

use std::collections::{HashMap, HashSet};

use unicode_normalization::is_nfc;

use crate::dataset::{Seen, Watch};
use crate::site::{Record, Site};
use crate::source::Cell;

/// The columns that are kept, of any layer that has them.
const KEPT: [&str; 5] = ["Part_of", "Components", "Loc_Note", "Dep_Note", "P_Years"];

/// What is kept of all rows that were read.
#[derive(Debug, Default)]
pub struct Cells {
    rows: HashMap<Key, Kept>,
    /// Which of [`KEPT`] any layer had.
    columns: HashSet<&'static str>,
    /// The location columns of each table, longitude first.
    location: HashMap<(String, String), [String; 2]>,
    /// Rows that became no site: where and why.
    pub(super) lost: Vec<String>,
}

/// The file, table and row of a record.
type Key = (String, String, u64);

/// What is kept of a row.
#[derive(Debug, Default)]
pub(super) struct Kept {
    texts: Vec<(&'static str, String)>,
    /// What is damaged.
    pub blemishes: Vec<Blemish>,
    /// What could not be read of it, with where and why.
    pub unread: Vec<String>,
}

/// Damage to a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Blemish {
    /// The column.
    pub column: String,
    /// The cell as the file has it.
    pub text: String,
    /// What is wrong with it.
    pub what: &'static str,
    /// Whether it is white space only.
    pub blank: bool,
}

impl Watch for Cells {
    fn see(&mut self, seen: &Seen<'_>) {
        let Some(site) = seen.site else {
            self.lost.extend(seen.unread.iter().cloned());
            return;
        };
        let mut kept = Kept { unread: seen.unread.to_vec(), ..Kept::default() };
        for (column, cell) in seen.columns.iter().zip(&seen.row.cells) {
            let (Cell::Text(text) | Cell::Cut(text)) = cell else { continue };
            if text.trim().is_empty() {
                continue;
            }
            if let Some((what, blank)) = blemish(text) {
                let (column, text) = (column.name.clone(), text.clone());
                kept.blemishes.push(Blemish { column, text, what, blank });
            }
            let name = KEPT.into_iter().find(|name| column.name.eq_ignore_ascii_case(name));
            kept.texts.extend(name.map(|name| (name, crate::dataset::terms::clean(text).into())));
        }
        for name in KEPT {
            if seen.columns.iter().any(|column| column.name.eq_ignore_ascii_case(name)) {
                self.columns.insert(name);
            }
        }
        if let Some((longitude, latitude)) = seen.location {
            let name = |at: usize| seen.columns.get(at).map(|column| column.name.clone());
            if let (Some(longitude), Some(latitude)) = (name(longitude), name(latitude)) {
                let table = (site.record.file.clone(), site.record.table.clone());
                self.location.entry(table).or_insert([longitude, latitude]);
            }
        }
        self.rows.insert(key(&site.record), kept);
    }
}

impl Cells {
    /// What is kept of a site's row.
    pub(super) fn of(&self, site: &Site) -> Option<&Kept> {
        self.rows.get(&key(&site.record))
    }

    /// The text of one of the kept columns.
    pub(super) fn text(&self, site: &Site, column: &str) -> Option<&str> {
        let texts = &self.of(site)?.texts;
        texts.iter().find(|(name, _)| *name == column).map(|(_, text)| text.as_str())
    }

    /// Whether any layer had one of the kept columns.
    pub(super) fn has(&self, column: &str) -> bool {
        self.columns.contains(column)
    }

    /// Whether rows of a file were seen.
    pub(super) fn any(&self) -> bool {
        !self.rows.is_empty() || !self.lost.is_empty()
    }

    /// The names of the columns that hold a site's longitude and latitude; none where its
    /// geometry gives them.
    pub(super) fn location(&self, site: &Site) -> Option<[&str; 2]> {
        if site.record.file == "embedded" {
            return Some(["longitude", "latitude"]);
        }
        let table = (site.record.file.clone(), site.record.table.clone());
        self.location.get(&table).map(|[longitude, latitude]| [longitude.as_str(), latitude])
    }
}

fn key(record: &Record) -> Key {
    (record.file.clone(), record.table.clone(), record.row)
}

/// What is wrong with a text, the gravest first, and whether that is white space only.
fn blemish(text: &str) -> Option<(&'static str, bool)> {
    if text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_control()) {
        let what = escape(text).then_some(("an escape of a workbook", false));
        return what.or_else(|| white_space(text).map(|what| (what, true)));
    }
    let has = |test: &dyn Fn(char) -> bool| text.chars().any(test);
    let what = if text.contains('\u{fffd}') {
        "a damaged character"
    } else if is_misread(text) {
        "UTF-8 read as another encoding"
    } else if escape(text) {
        "an escape of a workbook"
    } else if text.contains(['\n', '\r']) {
        "a line break (_x000D_ or a line feed in a workbook)"
    } else if has(&|c| c.is_control() && c != '\t') {
        "a control character"
    } else if has(&|c| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{feff}'))
    {
        "an invisible character"
    } else if !is_nfc(text) {
        "a letter with a combining accent"
    } else {
        return white_space(text).map(|what| (what, true));
    };
    Some((what, false))
}

/// Whether a text holds an escape such as `_x000D_`.
fn escape(text: &str) -> bool {
    let digits = |at: usize| {
        let code = text.get(at + 2..at + 6);
        code.is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()))
            && text.as_bytes().get(at + 6) == Some(&b'_')
    };
    text.match_indices("_x").any(|(at, _)| digits(at))
}

/// Whether a text holds what UTF-8 looks like when read as Windows-1252: `Ã©`, `â€“`.
fn is_misread(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    letters.windows(2).any(|two| match two {
        ['Ã' | 'Â', next] => matches!(next, '\u{80}'..='\u{bf}') && *next != '\u{a0}',
        ['â', '€' | '\u{80}'] => true,
        _ => false,
    })
}

fn white_space(text: &str) -> Option<&'static str> {
    if text.trim() != text {
        Some("white space at an end")
    } else if text.contains('\u{a0}') {
        Some("a no-break space")
    } else if text.contains("  ") || text.contains('\t') {
        Some("doubled white space")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_told_from_sound_text() {
        for (text, what) in [
            ("China ", "white space at an end"),
            ("a  b", "doubled white space"),
            ("a\u{a0}b", "a no-break space"),
            ("okrug_x000D_", "an escape of a workbook"),
            ("okrug\r\n", "a line break (_x000D_ or a line feed in a workbook)"),
            ("Go\u{308}lcu\u{308}k", "a letter with a combining accent"),
            ("AraxÃ¡", "UTF-8 read as another encoding"),
            ("0.5â€“1", "UTF-8 read as another encoding"),
            ("Arax\u{fffd}", "a damaged character"),
            ("a\u{7}b", "a control character"),
            ("\u{200b}a", "an invisible character"),
        ] {
            assert_eq!(blemish(text).map(|(what, _)| what), Some(what), "{text:?}");
        }
        for text in ["Araxá", "0.05–0.30", "β ≤ ±", "白云鄂博", "a_xyz_b", "SÃO PAULO"]
        {
            assert_eq!(blemish(text), None, "{text:?}");
        }
    }
}
