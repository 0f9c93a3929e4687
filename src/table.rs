//! Tables: sites counted by what they are and where they lie, and how a table is written.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use serde::Serialize;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::areas::{self, Area, Areas};
use crate::export::csv::{io_error, shielded};
use crate::output::printable;
use crate::place::Gazetteer;
use crate::property::Part;
use crate::select::{country_of, province_of, with_country, with_province};
use crate::site::{Activity, Dataset, ReeType, Segment, Site, Unit};

/// What stands for the place of sites that have none.
const NONE_FOUND: &str = "(none found)";
/// What stands for the deposit type of sites whose source states none.
const NONE_STATED: &str = "(none stated)";

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

/// What sites are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// The province found, else the one stated.
    Province,
    /// The country found, else the one stated.
    Country,
    /// The segment of the supply chain; a site of several stands in the row of each.
    Segment,
    /// Light, mixed, heavy, unknown.
    ReeType,
    /// The exact status.
    Status,
    /// The status folded to active, past, none, unknown.
    Activity,
    /// The main deposit type: the first that the source states.
    DepositType,
    /// The dataset.
    Dataset,
    /// The area of the user's own; see [`Counter::by_areas`].
    Area,
}

impl Key {
    /// All keys.
    pub const ALL: [Key; 9] = [
        Key::Province,
        Key::Country,
        Key::Segment,
        Key::ReeType,
        Key::Status,
        Key::Activity,
        Key::DepositType,
        Key::Dataset,
        Key::Area,
    ];

    /// The name used in flags.
    pub fn name(self) -> &'static str {
        match self {
            Key::Province => "province",
            Key::Country => "country",
            Key::Segment => "segment",
            Key::ReeType => "ree-type",
            Key::Status => "status",
            Key::Activity => "activity",
            Key::DepositType => "deposit-type",
            Key::Dataset => "dataset",
            Key::Area => "area",
        }
    }

    /// The key of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Key::ALL.into_iter().find(|key| key.name().eq_ignore_ascii_case(name.trim()))
    }

    fn columns(self) -> &'static [&'static str] {
        match self {
            Key::Province => &["province_code", "province"],
            Key::Country => &["country_code", "country"],
            Key::Segment => &["segment"],
            Key::ReeType => &["ree_type"],
            Key::Status => &["status"],
            Key::Activity => &["activity"],
            Key::DepositType => &["deposit_type"],
            Key::Dataset => &["dataset"],
            Key::Area => &["area_code", "area"],
        }
    }

    /// The part of a site that it asks for.
    pub fn part(self) -> Part {
        match self {
            Key::Province => Part::Province,
            Key::Country => Part::Country,
            Key::Segment | Key::ReeType => Part::Class,
            Key::Status | Key::Activity | Key::DepositType => Part::Source,
            Key::Dataset | Key::Area => Part::Point,
        }
    }
}

fn unit_cells(unit: Option<Unit>) -> [Value; 2] {
    match unit {
        Some(unit) => [unit.code.into(), unit.name.into()],
        None => [Value::None, NONE_FOUND.into()],
    }
}

fn area_cells(area: Option<&Area>) -> [Value; 2] {
    match area {
        Some(area) => [area.code.as_str().into(), area.name.as_str().into()],
        None => [Value::None, NONE_FOUND.into()],
    }
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

/// Counts sites by one key, or by each combination of several: a row each, the most first.
///
/// Each site counts once, so that the counts add up to the sites: under its exact status and
/// under the first of its deposit types. Only by segment a site counts more than once, in each
/// that it is in; the total is of sites all the same, and a remark says how many these are.
pub fn count(sites: &[&Site], by: &[Key], gazetteer: &Gazetteer) -> Table {
    let mut counter = Counter::new(by, gazetteer);
    sites.iter().for_each(|site| counter.add(site));
    counter.table()
}

/// Counts of sites under way, as [`count`] gives them.
#[derive(Clone)]
pub struct Counter<'g> {
    by: Vec<Key>,
    gazetteer: &'g Gazetteer,
    areas: Option<&'g Areas>,
    /// The values met of each key.
    values: Vec<Values>,
    /// How many sites have each combination of values, by their numbers.
    counts: HashMap<Vec<u32>, u64>,
    /// The combination under way.
    numbers: Vec<u32>,
    sites: u64,
    /// Sites of several deposit types, and of several segments.
    several: [u64; 2],
}

/// The values of a key, numbered as they are met.
#[derive(Clone, Default)]
struct Values {
    numbers: HashMap<String, u32>,
    /// A cell for each of the key's columns.
    cells: Vec<Vec<Value>>,
}

impl Values {
    /// The number of the value of that name.
    fn number(&mut self, name: &str, cells: impl FnOnce() -> Vec<Value>) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.cells.len() as u32;
        self.numbers.insert(name.to_owned(), number);
        self.cells.push(cells());
        number
    }

    fn unit(&mut self, unit: Option<&Unit>) -> u32 {
        match unit {
            Some(unit) => self.number(&unit.code, || unit_cells(Some(unit.clone())).to_vec()),
            None => self.number("", || unit_cells(None).to_vec()),
        }
    }

    fn word(&mut self, word: &str) -> u32 {
        self.number(word, || vec![word.into()])
    }
}

impl<'g> Counter<'g> {
    /// A count that nothing was added to.
    pub fn new(by: &[Key], gazetteer: &'g Gazetteer) -> Self {
        Counter {
            by: by.to_vec(),
            gazetteer,
            areas: None,
            values: vec![Values::default(); by.len()],
            counts: HashMap::new(),
            numbers: vec![0; by.len()],
            sites: 0,
            several: [0; 2],
        }
    }

    /// The same by these areas, where [`Key::Area`] asks for them.
    pub fn by_areas(self, areas: Option<&'g Areas>) -> Self {
        Counter { areas, ..self }
    }

    /// Counts a site.
    pub fn add(&mut self, site: &Site) {
        self.sites += 1;
        self.several[0] += u64::from(site.deposit_types.len() > 1);
        self.several[1] += u64::from(site.segments.are_several());
        let each_segment = if self.by.contains(&Key::Segment) { usize::MAX } else { 1 };
        for segment in site.segments.iter().take(each_segment) {
            let keys = self.by.iter().zip(&mut self.values);
            for ((key, values), number) in keys.zip(&mut self.numbers) {
                *number = match key {
                    Key::Province => with_province(site, self.gazetteer, |unit| values.unit(unit)),
                    Key::Country => with_country(site, self.gazetteer, |unit| values.unit(unit)),
                    Key::Segment => values.word(segment.name()),
                    Key::ReeType => values.word(site.ree_type.value.name()),
                    Key::Status => values.word(site.status.name()),
                    Key::Activity => values.word(site.status.activity().name()),
                    Key::DepositType => {
                        let first = site.deposit_types.first();
                        values.word(first.map_or(NONE_STATED, |term| term.name.as_str()))
                    }
                    Key::Dataset => values.word(site.dataset.name()),
                    Key::Area => {
                        let area =
                            self.areas.zip(site.point).and_then(|(areas, at)| areas.find(at));
                        let name = area.map_or("", |area| &area.key);
                        values.number(name, || area_cells(area).to_vec())
                    }
                };
            }
            match self.counts.get_mut(&self.numbers) {
                Some(count) => *count += 1,
                None => {
                    self.counts.insert(self.numbers.clone(), 1);
                }
            }
        }
    }

    /// Adds the counts of other sites by the same keys.
    pub fn join(&mut self, other: Counter<'_>) {
        let (of_segments, of_types) = (other.several[1], other.several[0]);
        self.sites += other.sites;
        self.several[0] += of_types;
        self.several[1] += of_segments;
        for (cells, count) in other.rows() {
            let mut numbers = Vec::with_capacity(self.by.len());
            for ((key, values), cells) in self.by.iter().zip(&mut self.values).zip(cells) {
                let name = match (key, cells.as_slice()) {
                    // Of areas the code may be missing, or not be the only one of its kind.
                    (Key::Area, [Value::Text(code), Value::Text(name)]) => {
                        Cow::Owned(areas::key(code, name))
                    }
                    (_, [Value::Text(name), ..]) => Cow::Borrowed(name.as_str()),
                    _ => Cow::Borrowed(""),
                };
                numbers.push(values.number(&name, || cells.clone()));
            }
            *self.counts.entry(numbers).or_default() += count;
        }
    }

    /// Each combination of values that sites have, the cells of each key, and how many have it.
    fn rows(&self) -> impl Iterator<Item = (Vec<&Vec<Value>>, u64)> {
        self.counts.iter().map(|(numbers, count)| {
            let cells = self.values.iter().zip(numbers);
            (
                cells.filter_map(|(values, number)| values.cells.get(*number as usize)).collect(),
                *count,
            )
        })
    }

    /// The table.
    pub fn table(&self) -> Table {
        // A country and its code sort by the name, which stands second.
        let mut rows: Vec<(Vec<&Vec<Value>>, u64)> = self.rows().collect();
        rows.sort_by_cached_key(|(cells, count)| {
            let names = cells.iter().map(|cells| cells.last().map(|cell| cell.text().into_owned()));
            let names: Vec<Option<String>> = names.collect();
            let cells: Vec<Vec<Value>> = cells.iter().map(|cells| (*cells).clone()).collect();
            (Reverse(*count), names, cells)
        });
        let mut columns: Vec<&'static str> =
            self.by.iter().flat_map(|key| key.columns()).copied().collect();
        let mut total = vec![Value::None; columns.len()];
        if let Some(first) = total.first_mut() {
            *first = "total".into();
        }
        columns.push("count");
        total.push(Value::Count(self.sites));
        let row = |(cells, count): (Vec<&Vec<Value>>, u64)| {
            cells.into_iter().flatten().cloned().chain([Value::Count(count)]).collect()
        };
        Table {
            columns,
            rows: rows.into_iter().map(row).collect(),
            total: Some(total),
            remarks: self.remarks(),
        }
    }

    /// How many sites count under the first of several values, and how many in several rows.
    fn remarks(&self) -> Vec<String> {
        let (all, [of_types, of_segments]) = (self.sites, self.several);
        let mut remarks = Vec::new();
        if self.by.contains(&Key::DepositType) && of_types > 0 {
            remarks.push(format!(
                "{of_types} of {all} sites have several deposit types and count under the first"
            ));
        }
        if self.by.contains(&Key::Segment) {
            match of_segments {
                0 => {}
                1 => remarks
                    .push(format!("1 of {all} sites is in several segments and counts in each")),
                several => remarks.push(format!(
                    "{several} of {all} sites are in several segments and count in each"
                )),
            }
        }
        remarks
    }
}

/// A row for each country and dataset that has sites: how many, and of what status, type and
/// segment. Datasets may list the same site, so their counts stand apart. Taiwan, Hong Kong and
/// Macau are rows of their own.
pub fn countries(sites: &[&Site], gazetteer: &Gazetteer) -> Table {
    let mut tallies: BTreeMap<(Dataset, Option<Unit>), Tally> = BTreeMap::new();
    for site in sites {
        tallies.entry((site.dataset, country_of(site, gazetteer))).or_default().add(site);
    }
    let cells = |unit| unit_cells(unit).to_vec();
    tally_table(
        &["code", "name", "dataset"],
        tallies.into_iter().map(|((dataset, unit), tally)| (dataset, cells(unit), tally)),
    )
}

/// A row for each province and dataset, likewise.
pub fn provinces(sites: &[&Site], gazetteer: &Gazetteer) -> Table {
    let mut tallies: BTreeMap<(Dataset, [Option<Unit>; 2]), Tally> = BTreeMap::new();
    for site in sites {
        let units = [province_of(site, gazetteer), country_of(site, gazetteer)];
        tallies.entry((site.dataset, units)).or_default().add(site);
    }
    let cells = |units: [Option<Unit>; 2]| units.into_iter().flat_map(unit_cells).collect();
    tally_table(
        &["code", "name", "country_code", "country", "dataset"],
        tallies.into_iter().map(|((dataset, units), tally)| (dataset, cells(units), tally)),
    )
}

/// Sites of one unit, by each class. The counts of each class add up to the sites, save that
/// sites in several segments count in each and once more in the last column; the active sites of
/// a segment are beside the segment's.
#[derive(Default)]
struct Tally {
    sites: u64,
    classes: [u64; Tally::COLUMNS.len()],
}

impl Tally {
    const COLUMNS: [&'static str; 16] = [
        "active",
        "past",
        "no_production",
        "status_unknown",
        "light",
        "mixed",
        "heavy",
        "ree_type_unknown",
        "upstream",
        "upstream_active",
        "midstream",
        "midstream_active",
        "downstream",
        "downstream_active",
        "segment_unknown",
        "several_segments",
    ];

    fn add(&mut self, site: &Site) {
        let status = match site.status.activity() {
            Activity::Active => 0,
            Activity::Past => 1,
            Activity::None => 2,
            Activity::Unknown => 3,
        };
        let ree_type = match site.ree_type.value {
            ReeType::Light => 4,
            ReeType::Mixed => 5,
            ReeType::Heavy => 6,
            ReeType::Unknown => 7,
        };
        self.sites += 1;
        self.classes[status] += 1;
        self.classes[ree_type] += 1;
        for segment in site.segments.iter() {
            let segment = match segment {
                Segment::Upstream => 8,
                Segment::Midstream => 10,
                Segment::Downstream => 12,
                Segment::Unknown => 14,
            };
            self.classes[segment] += 1;
            if status == 0 && segment < 14 {
                self.classes[segment + 1] += 1;
            }
        }
        if site.segments.are_several() {
            self.classes[15] += 1;
        }
    }
}

fn tally_table(
    unit_columns: &[&'static str],
    tallies: impl Iterator<Item = (Dataset, Vec<Value>, Tally)>,
) -> Table {
    let mut rows: Vec<(Dataset, Vec<Value>, Tally)> = tallies.collect();
    // Dataset by dataset; in each, sites of no unit come last, however many.
    rows.sort_by_cached_key(|(dataset, cells, tally)| {
        let nowhere = cells.first() == Some(&Value::None);
        (*dataset, nowhere, Reverse(tally.sites), cells.get(1).cloned())
    });
    let rows = rows.into_iter().map(|(dataset, mut cells, tally)| {
        cells.push(dataset.name().into());
        (cells, tally)
    });
    let rows: Vec<(Vec<Value>, Tally)> = rows.collect();
    let mut columns = unit_columns.to_vec();
    columns.push("sites");
    columns.extend(Tally::COLUMNS);

    let mut sums = Tally::default();
    for (_, tally) in &rows {
        sums.sites += tally.sites;
        for (sum, count) in sums.classes.iter_mut().zip(tally.classes) {
            *sum += count;
        }
    }
    let mut label = vec![Value::None; unit_columns.len()];
    if let Some(first) = label.first_mut() {
        *first = "total".into();
    }
    let row = |mut cells: Vec<Value>, tally: &Tally| {
        cells.push(Value::Count(tally.sites));
        cells.extend(tally.classes.map(Value::Count));
        cells
    };
    Table {
        columns,
        total: Some(row(label, &sums)),
        rows: rows.into_iter().map(|(cells, tally)| row(cells, &tally)).collect(),
        remarks: Vec::new(),
    }
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
            printable(&value.text()).replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;")
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
            "| =1+1 \\| \u{fffd}[2J\"x\" y |"
        );
        assert!(written(Format::Csv).starts_with("name\n\"'=1+1 |"));
        let json: serde_json::Value = serde_json::from_str(&written(Format::Json)).unwrap();
        assert_eq!(json[0]["name"], "=1+1 | \u{1b}[2J\"x\"\ny");
    }
}
