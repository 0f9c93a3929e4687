//! Tables: sites counted by what they are and where they lie, and how a table is written.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::export::csv::{io_error, shielded};
use crate::output::printable;
use crate::site::Unit;

pub use self::count::{Counter, Key, count};
pub use self::tallies::{countries, provinces};

mod count;
mod tallies;

/// What stands for the place of sites that have none.
const NONE_FOUND: &str = "(none found)";

/// The form in which a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Aligned columns for people.
    Text,
    /// Comma-separated values with a header.
    Csv,
    /// An array of objects, one a row.
    Json,
    /// A Markdown table.
    Markdown,
}

/// One cell of a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// Nothing.
    None,
    /// A number of sites.
    Count(u64),
    /// Text.
    Text(String),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}

impl Value {
    fn text(&self) -> Cow<'_, str> {
        match self {
            Value::None => Cow::Borrowed(""),
            Value::Count(count) => Cow::Owned(count.to_string()),
            Value::Text(text) => Cow::Borrowed(text),
        }
    }
}

/// A unit's code and name.
fn unit_cells(unit: Option<Unit>) -> [Value; 2] {
    match unit {
        Some(unit) => [unit.code.into(), unit.name.into()],
        None => [Value::None, NONE_FOUND.into()],
    }
}

/// A table: named columns, rows, and what is said below it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// The columns' names.
    pub columns: Vec<&'static str>,
    /// The rows; each has a cell for each column.
    pub rows: Vec<Vec<Value>>,
    /// A last line that sums the counts; only people see it (text, Markdown).
    pub total: Option<Vec<Value>>,
    /// Remarks below the table; only people see them (text, Markdown).
    pub remarks: Vec<String>,
}

impl Table {
    /// Writes the table. `width` is the number of columns of the terminal that text is fitted
    /// to; `color` sets the header off.
    pub fn write(
        &self,
        format: Format,
        width: Option<usize>,
        color: bool,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match format {
            Format::Text => self.write_text(width, color, out),
            Format::Csv => self.write_csv(out),
            Format::Json => self.write_json(out),
            Format::Markdown => self.write_markdown(out),
        }
    }

    fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(&self.columns).map_err(io_error)?;
        for row in &self.rows {
            for value in row {
                let text = value.text();
                let text = match value {
                    Value::Text(_) => shielded(&text),
                    _ => Cow::Borrowed(text.as_ref()),
                };
                csv.write_field(text.as_bytes()).map_err(io_error)?;
            }
            csv.write_record(None::<&[u8]>).map_err(io_error)?;
        }
        csv.flush()
    }

    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"[")?;
        for (index, row) in self.rows.iter().enumerate() {
            out.write_all(if index == 0 { b"\n  " } else { b",\n  " })?;
            let object: serde_json::Map<String, serde_json::Value> = self
                .columns
                .iter()
                .zip(row)
                .map(|(column, value)| ((*column).to_string(), serde_json::json!(value)))
                .collect();
            serde_json::to_writer(&mut *out, &object)?;
        }
        out.write_all(if self.rows.is_empty() { b"]\n" } else { b"\n]\n" })
    }

    fn write_markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        let line =
            |out: &mut dyn Write, cells: &[String]| writeln!(out, "| {} |", cells.join(" | "));
        let escaped = |value: &Value| {
            let mut text = String::new();
            for letter in printable(&value.text()).chars() {
                match letter {
                    '<' => text.push_str("&lt;"),
                    // What would make a cell, code, a link or bold text.
                    '\\' | '|' | '`' | '[' | '*' => text.extend(['\\', letter]),
                    _ => text.push(letter),
                }
            }
            text
        };
        line(out, &self.columns.iter().map(|name| (*name).to_string()).collect::<Vec<_>>())?;
        let numeric = self.numeric();
        let rules: Vec<String> =
            numeric.iter().map(|&right| if right { "---:" } else { "---" }.to_string()).collect();
        line(out, &rules)?;
        for row in &self.rows {
            line(out, &row.iter().map(escaped).collect::<Vec<_>>())?;
        }
        if let Some(total) = &self.total {
            let bold = |value: &Value| match value {
                Value::None => String::new(),
                value => format!("**{}**", value.text()),
            };
            line(out, &total.iter().map(bold).collect::<Vec<_>>())?;
        }
        for remark in &self.remarks {
            writeln!(out, "\n{remark}.")?;
        }
        Ok(())
    }

    fn write_text(&self, width: Option<usize>, color: bool, out: &mut dyn Write) -> io::Result<()> {
        let numeric = self.numeric();
        let printed = |row: &[Value]| -> Vec<String> {
            row.iter().map(|value| printable(&value.text()).into_owned()).collect()
        };
        let header: Vec<String> =
            self.columns.iter().map(|name| name.replace('_', " ").to_uppercase()).collect();
        let rows: Vec<Vec<String>> = self.rows.iter().map(|row| printed(row)).collect();
        let total = self.total.as_deref().map(printed);

        let mut widths = vec![0; self.columns.len()];
        for row in std::iter::once(&header).chain(&rows).chain(&total) {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        if let Some(width) = width {
            fit(&mut widths, &numeric, width);
        }

        let mut line = String::new();
        let mut write_row = |out: &mut dyn Write, cells: &[String], [on, off]: [&str; 2]| {
            line.clear();
            for ((cell, &width), &right) in cells.iter().zip(&widths).zip(&numeric) {
                if !line.is_empty() {
                    line.push_str(GAP);
                }
                pad(&mut line, cell, width, right);
            }
            writeln!(out, "{on}{}{off}", line.trim_end())
        };
        let bold = if color { ["\x1b[1m", "\x1b[0m"] } else { PLAIN };
        write_row(out, &header, bold)?;
        for row in &rows {
            write_row(out, row, PLAIN)?;
        }
        if let Some(total) = &total {
            let rule = widths.iter().sum::<usize>() + GAP.len() * widths.len().saturating_sub(1);
            writeln!(out, "{}", "─".repeat(rule))?;
            write_row(out, total, PLAIN)?;
        }
        for remark in &self.remarks {
            writeln!(out, "{remark}")?;
        }
        Ok(())
    }

    /// Which columns hold numbers only, and so stand to the right.
    fn numeric(&self) -> Vec<bool> {
        (0..self.columns.len())
            .map(|at| {
                let mut cells =
                    self.rows.iter().chain(&self.total).filter_map(|row| row.get(at)).peekable();
                cells.peek().is_some() && cells.all(|cell| matches!(cell, Value::Count(_)))
            })
            .collect()
    }
}

/// No style.
const PLAIN: [&str; 2] = ["", ""];
/// What stands between two columns of text.
const GAP: &str = "  ";
/// No column of text is made narrower than this.
const NARROWEST: usize = 8;

/// Takes from the widest columns of text until the line fits.
fn fit(widths: &mut [usize], numeric: &[bool], line: usize) {
    let gaps = GAP.len() * widths.len().saturating_sub(1);
    loop {
        let excess = (widths.iter().sum::<usize>() + gaps).saturating_sub(line);
        let widest = widths
            .iter_mut()
            .zip(numeric)
            .filter(|(width, right)| !**right && **width > NARROWEST)
            .map(|(width, _)| width)
            .max();
        match widest {
            Some(width) if excess > 0 => *width -= 1,
            _ => return,
        }
    }
}

/// Appends a cell, filled up or cut (with an ellipsis) to its width on screen.
fn pad(line: &mut String, cell: &str, width: usize, right: bool) {
    let own = cell.width();
    if own > width {
        let mut room = width.saturating_sub(1);
        for c in cell.chars() {
            let wide = c.width().unwrap_or(0);
            if wide > room {
                break;
            }
            room -= wide;
            line.push(c);
        }
        line.push('…');
        line.extend(std::iter::repeat_n(' ', room));
        return;
    }
    let fill = std::iter::repeat_n(' ', width - own);
    if right {
        line.extend(fill);
        line.push_str(cell);
    } else {
        line.push_str(cell);
        line.extend(fill);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(table: &Table, width: Option<usize>) -> String {
        let mut out = Vec::new();
        table.write(Format::Text, width, false, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn columns_align_by_what_is_seen_and_are_cut_to_the_terminal() {
        let table = Table {
            columns: vec!["name", "count"],
            rows: vec![
                vec!["白云鄂博 Bayan Obo".into(), Value::Count(3)],
                vec!["Ca\u{301}rpa\u{301}tos".into(), Value::Count(12)],
            ],
            ..Table::default()
        };
        assert_eq!(
            text(&table, None),
            "NAME                COUNT\n白云鄂博 Bayan Obo      3\nCa\u{301}rpa\u{301}tos               12\n"
        );
        let cut = text(&table, Some(20));
        assert!(cut.contains("白云鄂博 Bay…      3\n"), "{cut}");
        assert!(cut.lines().all(|line| line.width() <= 20), "{cut}");
    }

    #[test]
    fn no_format_is_broken_by_what_a_cell_holds() {
        let table = Table {
            columns: vec!["name"],
            rows: vec![vec!["=1+1 | \u{1b}[2J\"x\"\ny".into()]],
            ..Table::default()
        };
        let written = |format| {
            let mut out = Vec::new();
            table.write(format, None, false, &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert!(!written(Format::Text).contains('\u{1b}'));
        assert_eq!(
            written(Format::Markdown).lines().nth(2).unwrap(),
            "| =1+1 \\| \u{fffd}\\[2J\"x\" y |"
        );
        assert!(written(Format::Csv).starts_with("name\n\"'=1+1 |"));
        let json: serde_json::Value = serde_json::from_str(&written(Format::Json)).unwrap();
        assert_eq!(json[0]["name"], "=1+1 | \u{1b}[2J\"x\"\ny");
    }
}
