//! Rules on the characters of cells.

use std::collections::BTreeMap;

use super::{Matter, Rule, Sink};
use crate::dataset::terms::clean;
use crate::error::Result;
use crate::site::Site;

/// The most letters of a cell that a finding shows.
const SHOWN: usize = 60;

/// Runs the rules.
pub(super) fn run(matter: &Matter<'_>, sink: &mut Sink) -> Result<()> {
    if !matter.cells.any() {
        return Ok(());
    }
    let damage = sink.rule("encoding-damage")?;
    let blank = sink.rule("white-space")?;
    let key = sink.rule("white-space-in-key")?;
    // Values of columns that people group by, with all the records that hold them.
    let mut values: BTreeMap<(&str, &str), (&str, Vec<&Site>)> = BTreeMap::new();
    for site in matter.sites {
        let Some(kept) = matter.cells.of(site) else { continue };
        for blemish in &kept.blemishes {
            let (column, text) = (blemish.column.as_str(), blemish.text.as_str());
            let is_key = key.columns.iter().any(|name| name.eq_ignore_ascii_case(column));
            if blemish.blank && is_key {
                values.entry((column, text)).or_insert((blemish.what, Vec::new())).1.push(site);
            } else {
                let rule = if blemish.blank { blank } else { damage };
                add(rule, column, text, blemish.what, &[site], sink);
            }
        }
    }
    for ((column, text), (what, sites)) in values {
        add(key, column, text, what, &sites, sink);
    }
    Ok(())
}

/// Adds the finding of a damaged cell, of each of the sites.
fn add(
    rule: &'static Rule,
    column: &str,
    text: &str,
    what: &str,
    sites: &[&Site],
    sink: &mut Sink,
) {
    let mended = clean(text);
    let of = if sites.len() > 1 { format!(" in {} records", sites.len()) } else { String::new() };
    let finding = sink.add(rule, false, sites);
    finding.cell(column, Some(text)).says(
        format!("{column} holds {what}{of}: {}", shown(text)),
        "plain text, composed letters, single blanks",
    );
    finding.proposal = Some(format!("{column} {}", shown(&mended)));
    for site in sites.iter().filter(|_| *mended != *text) {
        finding.change(site, column, text, &mended);
    }
}

/// A text with its invisible characters made visible, cut where it is long.
fn shown(text: &str) -> String {
    let mut visible = String::new();
    for letter in text.chars() {
        match letter {
            '\u{a0}' => visible.push_str("\\u{a0}"),
            letter
                if letter.is_control()
                    || unicode_normalization::char::is_combining_mark(letter) =>
            {
                visible.extend(letter.escape_unicode());
            }
            letter => visible.push(letter),
        }
    }
    match visible.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("\"{}…\"", visible.get(..at).unwrap_or_default()),
        None => format!("\"{visible}\""),
    }
}
