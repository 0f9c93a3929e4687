//! What a layer holds, column by column, for people who meet it for the first time.

use std::collections::BTreeMap;
use std::fmt::Write;

use geo::CoordsIter;
use serde::Serialize;

use super::crs::Bounds;
use super::{Cell, Column, Crs, Format, Layer};
use crate::crs;
use crate::error::Result;

/// Values are told apart up to this many in a column.
const DISTINCT: usize = 1000;

/// How many of the most frequent values are shown.
const TOP: usize = 5;

/// How many reasons for skipped rows are shown.
const REASONS: usize = 5;

/// What a layer holds.
#[derive(Debug, Clone, Serialize)]
pub struct Description {
    /// The layer's name.
    pub name: String,
    /// The file it is in.
    pub file: String,
    /// The format it was read from.
    pub format: &'static str,
    /// How many rows could be read.
    pub rows: u64,
    /// How many could not.
    pub skipped: u64,
    /// Why, for the first of them.
    pub skipped_reasons: Vec<String>,
    /// How many rows have a geometry of each kind, by kind.
    pub geometry: BTreeMap<&'static str, u64>,
    /// West, south, east and north end of all geometry, in the layer's coordinate system.
    pub bounds: Option<[f64; 4]>,
    /// The same in degrees of longitude and latitude, where the system is known and has others;
    /// west lies east of east where the antimeridian is between.
    pub bounds_degrees: Option<[f64; 4]>,
    /// The coordinate system's name, for layers with geometry.
    pub crs: Option<String>,
    /// The columns, in the file's order.
    pub columns: Vec<ColumnDescription>,
    /// What was assumed or mended on opening, what the coordinate system leaves in doubt.
    pub notes: Vec<String>,
}

/// What a column holds.
#[derive(Debug, Clone, Serialize)]
pub struct ColumnDescription {
    /// The name as the file spells it.
    pub name: String,
    /// The file's longer name for people.
    pub alias: Option<String>,
    /// The type that the file declares.
    pub declared: Option<&'static str>,
    /// The type that fits every value: `integer`, `real`, `boolean`, `date`, `text`, or `empty`.
    /// Text that spells a number or an ISO date counts as one.
    pub observed: &'static str,
    /// How many rows have a value that is not blank.
    pub filled: u64,
    /// The same in per cent of all rows.
    pub filled_percent: f64,
    /// How many different values there are; at least so many where `distinct_capped`.
    pub distinct: usize,
    /// Whether there were too many different values to tell them all apart.
    pub distinct_capped: bool,
    /// The least and the greatest number, where all values are numbers.
    pub range: Option<[f64; 2]>,
    /// The most frequent values with their counts, the most frequent first. Where values were too
    /// many to tell apart, the counts of those met first.
    pub top: Vec<(String, u64)>,
}

/// Reads a layer from end to end and describes it.
///
/// # Errors
/// What ends the reading; rows that are lost are counted.
pub fn describe(layer: &Layer) -> Result<Description> {
    let mut columns: Vec<Tally> = layer.columns.iter().map(|_| Tally::default()).collect();
    let mut description = Description {
        name: layer.name.clone(),
        file: layer.at.file.display().to_string(),
        format: match layer.format {
            Format::Xlsx => "xlsx",
            Format::Csv => "csv",
            Format::GeoJson => "GeoJSON",
            Format::Shapefile => "shapefile",
            Format::Geodatabase => "file geodatabase",
            Format::Parquet => "Parquet",
        },
        rows: 0,
        skipped: 0,
        skipped_reasons: Vec::new(),
        geometry: BTreeMap::new(),
        bounds: None,
        bounds_degrees: None,
        crs: layer.spatial.then(|| system(&layer.crs)),
        columns: Vec::new(),
        notes: layer.notes.clone(),
    };
    let (mut degrees, unknown) = if layer.spatial { Bounds::of(layer) } else { (None, None) };
    description.notes.extend(unknown.or_else(|| layer.crs_note().map(|note| note.text)));
    for row in layer.rows()? {
        let row = match row {
            Ok(row) => row,
            Err(error) if error.is_one_row() => {
                description.skipped += 1;
                if description.skipped_reasons.len() < REASONS {
                    description.skipped_reasons.push(error.to_string());
                }
                continue;
            }
            Err(error) => return Err(error),
        };
        description.rows += 1;
        for (tally, cell) in columns.iter_mut().zip(&row.cells) {
            tally.add(cell);
        }
        if layer.spatial {
            let kind = row.geometry.as_ref().map_or("none", kind);
            *description.geometry.entry(kind).or_default() += 1;
        }
        for place in row.geometry.iter().flat_map(|geometry| geometry.coords_iter()) {
            let [west, south, east, north] =
                description.bounds.unwrap_or([place.x, place.y, place.x, place.y]);
            description.bounds = Some([
                west.min(place.x),
                south.min(place.y),
                east.max(place.x),
                north.max(place.y),
            ]);
            if let Some(degrees) = &mut degrees {
                degrees.add(place);
            }
        }
    }
    description.bounds_degrees = degrees.and_then(|degrees| degrees.degrees());
    description.columns = layer
        .columns
        .iter()
        .zip(columns)
        .map(|(column, tally)| tally.describe(column, description.rows))
        .collect();
    Ok(description)
}

fn system(crs: &Crs) -> String {
    match crs {
        Crs::Wgs84 => "WGS 84 longitude and latitude".into(),
        Crs::Unstated => "not stated; taken as WGS 84 longitude and latitude".into(),
        Crs::Other(text) => crs::name(text).to_owned(),
    }
}

fn kind(geometry: &geo::Geometry<f64>) -> &'static str {
    match geometry {
        geo::Geometry::Point(_) => "point",
        geo::Geometry::MultiPoint(_) => "multipoint",
        geo::Geometry::Line(_) | geo::Geometry::LineString(_) => "line",
        geo::Geometry::MultiLineString(_) => "multiline",
        geo::Geometry::Polygon(_) | geo::Geometry::Rect(_) | geo::Geometry::Triangle(_) => {
            "polygon"
        }
        geo::Geometry::MultiPolygon(_) => "multipolygon",
        geo::Geometry::GeometryCollection(_) => "collection",
    }
}

/// What was met in a column so far.
#[derive(Default)]
struct Tally {
    filled: u64,
    values: BTreeMap<String, u64>,
    capped: bool,
    range: Option<[f64; 2]>,
    /// How many values are of each type.
    integers: u64,
    reals: u64,
    booleans: u64,
    dates: u64,
}

impl Tally {
    fn add(&mut self, cell: &Cell) {
        let Some(text) = cell.text() else { return };
        self.filled += 1;
        if let Cell::Boolean(_) = cell {
            self.booleans += 1;
        } else if is_date(&text) {
            self.dates += 1;
        } else if let Some(number) = cell.number() {
            let whole = matches!(cell, Cell::Integer(_)) || text.parse::<i64>().is_ok();
            *(if whole { &mut self.integers } else { &mut self.reals }) += 1;
            let [least, greatest] = self.range.unwrap_or([number, number]);
            self.range = Some([least.min(number), greatest.max(number)]);
        }
        let room = self.values.len() < DISTINCT;
        match self.values.get_mut(text.as_ref()) {
            Some(count) => *count += 1,
            None if room => {
                self.values.insert(text.into_owned(), 1);
            }
            None => self.capped = true,
        }
    }

    fn describe(self, column: &Column, rows: u64) -> ColumnDescription {
        let numbers = self.integers + self.reals;
        let observed = match self.filled {
            0 => "empty",
            all if all == self.integers => "integer",
            all if all == numbers => "real",
            all if all == self.booleans => "boolean",
            all if all == self.dates => "date",
            _ => "text",
        };
        let distinct = self.values.len();
        let mut top: Vec<(String, u64)> = self.values.into_iter().collect();
        top.sort_by(|(a, m), (b, n)| n.cmp(m).then_with(|| a.cmp(b)));
        top.truncate(TOP);
        ColumnDescription {
            name: column.name.clone(),
            alias: column.alias.clone(),
            declared: column.declared,
            observed,
            filled: self.filled,
            filled_percent: match rows {
                0 => 0.0,
                rows => (self.filled as f64 / rows as f64 * 1000.0).round() / 10.0,
            },
            distinct,
            distinct_capped: self.capped,
            range: self.range.filter(|_| self.filled == numbers),
            top,
        }
    }
}

/// Whether a text is a date as ISO 8601 writes it, perhaps with a time.
fn is_date(text: &str) -> bool {
    let Some(date) = text.get(..10) else { return false };
    let shape = date.bytes().zip(b"0000-00-00").all(|(byte, model)| match model {
        b'0' => byte.is_ascii_digit(),
        mark => byte == *mark,
    });
    shape && text.get(10..).is_some_and(|rest| rest.is_empty() || rest.starts_with(['T', ' ']))
}

impl Description {
    /// The description for a terminal of so many columns.
    pub fn text(&self, width: usize) -> String {
        let mut text = String::new();
        let mut line = |words: String| {
            text.push_str(words.trim_end());
            text.push('\n');
        };
        line(format!("{} ({}, {})", self.name, self.format, self.file));
        let skipped = match self.skipped {
            0 => String::new(),
            skipped => format!(", {skipped} skipped"),
        };
        line(format!("{} rows, {} columns{skipped}", self.rows, self.columns.len()));
        if let Some(crs) = &self.crs {
            let kinds: Vec<String> =
                self.geometry.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
            line(format!(
                "geometry: {}",
                if kinds.is_empty() { "none".into() } else { kinds.join(", ") }
            ));
            if let Some([west, south, east, north]) = self.bounds {
                line(format!("bounds: {west}, {south}, {east}, {north}"));
            }
            if let Some([west, south, east, north]) = self.bounds_degrees {
                line(format!("in degrees: {west:.4}, {south:.4}, {east:.4}, {north:.4}"));
            }
            line(clip(&format!("coordinates: {crs}"), width));
        }
        self.notes.iter().for_each(|note| line(format!("note: {note}")));
        self.skipped_reasons.iter().for_each(|reason| line(format!("skipped: {reason}")));
        if !self.columns.is_empty() {
            text.push('\n');
            self.table(&mut text, width);
        }
        text
    }

    fn table(&self, text: &mut String, width: usize) {
        let head = ["column", "type", "filled", "distinct", "values"].map(String::from);
        let rows: Vec<[String; 5]> =
            [head].into_iter().chain(self.columns.iter().map(ColumnDescription::row)).collect();
        let mut widths = [0; 4];
        for row in &rows {
            for (widest, cell) in widths.iter_mut().zip(row) {
                *widest = columns(cell).max(*widest);
            }
        }
        let before: usize = widths.iter().sum::<usize>() + 2 * widths.len();
        // Narrower than this, values would tell nothing, so lines are let grow.
        let room = width.saturating_sub(before).max(20);
        for [name, kind, filled, distinct, values] in rows {
            let [a, b, c, d] = widths;
            let name = format!("{name}{}", " ".repeat(a.saturating_sub(columns(&name))));
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "{}",
                format!(
                    "{name}  {kind:<b$}  {filled:>c$}  {distinct:>d$}  {}",
                    clip(&values, room)
                )
                .trim_end()
            );
        }
    }
}

impl ColumnDescription {
    fn row(&self) -> [String; 5] {
        let name = match &self.alias {
            Some(alias) => format!("{} [{alias}]", self.name),
            None => self.name.clone(),
        };
        let kind = match self.declared {
            Some(declared) if declared != self.observed => {
                format!("{} ({declared})", self.observed)
            }
            _ => self.observed.into(),
        };
        let values: Vec<String> =
            self.top.iter().map(|(value, count)| counted(value, *count)).collect();
        let range = self.range.map(|[least, greatest]| format!("{least} to {greatest}; "));
        [
            name,
            kind,
            format!("{:.1} %", self.filled_percent),
            format!("{}{}", self.distinct, if self.distinct_capped { "+" } else { "" }),
            format!("{}{}", range.unwrap_or_default(), values.join(", ")),
        ]
    }
}

/// A value with its count, where it was met more than once.
fn counted(value: &str, count: u64) -> String {
    match count {
        1 => one_line(value),
        count => format!("{} ×{count}", one_line(value)),
    }
}

/// A value without line breaks, and not so long that it hides the next.
fn one_line(value: &str) -> String {
    clip(&value.split_whitespace().collect::<Vec<_>>().join(" "), 30)
}

/// The text cut to a width, with an ellipsis where it was longer.
fn clip(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.into();
    }
    let mut cut = String::new();
    let mut used = 1;
    for letter in text.chars() {
        used += letter_columns(letter);
        if used > width {
            break;
        }
        cut.push(letter);
    }
    format!("{}…", cut.trim_end())
}

/// How many columns of a terminal a text takes.
fn columns(text: &str) -> usize {
    text.chars().map(letter_columns).sum()
}

/// Two for Chinese, Japanese and Korean letters, none for combining accents, one for the rest.
fn letter_columns(letter: char) -> usize {
    match letter {
        '\u{300}'..='\u{36F}' => 0,
        '\u{1100}'..='\u{115F}'
        | '\u{2E80}'..='\u{A4CF}'
        | '\u{AC00}'..='\u{D7A3}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FE30}'..='\u{FE4F}'
        | '\u{FF00}'..='\u{FF60}'
        | '\u{20000}'..='\u{3FFFD}' => 2,
        _ => 1,
    }
}
