//! The key: what each symbol and line means, and how many there are.

use super::scene::{Bounds, Node, Paint, PathData, Text};
use super::style::{BODY, INK_SOFT, SMALL};
use super::text::{self, Weight};

/// What stands before an entry's words.
pub enum Sample {
    /// A symbol by its id.
    Symbol(String),
    /// A line.
    Line(Paint),
    /// A piece of an area, by its id: drawn from its left edge on.
    Area(String),
    /// Nothing: a remark.
    None,
}

/// One line of the key.
pub struct Entry {
    /// The sample.
    pub sample: Sample,
    /// What it means.
    pub label: String,
    /// How many there are; none for lines.
    pub count: Option<usize>,
}

/// Entries that belong together, under a heading.
pub struct Group {
    /// The heading.
    pub heading: String,
    /// The entries, in the order of the supply chain.
    pub entries: Vec<Entry>,
}

const PITCH: f64 = 9.0;
const HEAD: f64 = 10.5;
const SAMPLE: f64 = 13.0;
const GAP: f64 = 16.0;
const ROW_GAP: f64 = 5.0;

impl Group {
    fn height(&self) -> f64 {
        HEAD + PITCH * self.entries.len() as f64
    }

    fn width(&self) -> f64 {
        let heading = text::width(&self.heading, BODY, Weight::Bold);
        let entries = self.entries.iter().map(Entry::width).fold(0.0, f64::max);
        heading.max(entries)
    }

    fn draw(&self, left: f64, top: f64, nodes: &mut Vec<Node>) {
        let base = top + BODY * text::ASCENT;
        nodes.push(Node::Text(Text::new(left, base, BODY, &self.heading).bold()));
        for (index, entry) in self.entries.iter().enumerate() {
            let middle = top + HEAD + PITCH * (index as f64 + 0.4);
            entry.draw(left, middle, nodes);
        }
    }
}

impl Entry {
    /// An entry for a symbol.
    pub fn symbol(id: String, label: impl Into<String>, count: usize) -> Self {
        Entry { sample: Sample::Symbol(id), label: label.into(), count: Some(count) }
    }

    /// An entry for a line.
    pub fn line(paint: Paint, label: impl Into<String>) -> Self {
        Entry { sample: Sample::Line(paint), label: label.into(), count: None }
    }

    /// A remark.
    pub fn remark(label: impl Into<String>) -> Self {
        Entry { sample: Sample::None, label: label.into(), count: None }
    }

    fn words(&self) -> String {
        match self.count {
            Some(count) => format!("{} ({})", self.label, grouped(count)),
            None => self.label.clone(),
        }
    }

    fn size(&self) -> f64 {
        if matches!(self.sample, Sample::None) { SMALL } else { BODY }
    }

    fn indent(&self) -> f64 {
        if matches!(self.sample, Sample::None) { 0.0 } else { SAMPLE }
    }

    fn width(&self) -> f64 {
        self.indent() + text::width(&self.words(), self.size(), Weight::Regular)
    }

    fn draw(&self, left: f64, middle: f64, nodes: &mut Vec<Node>) {
        match &self.sample {
            Sample::Symbol(id) | Sample::Area(id) => nodes.push(Node::Use {
                symbol: id.clone(),
                x: if matches!(self.sample, Sample::Area(_)) { left } else { left + 4.5 },
                y: middle,
                title: String::new(),
            }),
            Sample::Line(paint) => {
                let mut path = PathData::default();
                path.line(&[(left, middle), (left + 9.0, middle)]);
                nodes.push(Node::Path { data: path.data, paint: paint.clone() });
            }
            Sample::None => {}
        }
        let colour = if matches!(self.sample, Sample::None) { INK_SOFT } else { super::style::INK };
        let base = middle + self.size() * 0.36;
        let words = Text::new(left + self.indent(), base, self.size(), self.words());
        nodes.push(Node::Text(words.colour(colour)));
    }
}

/// Draws the groups in columns from the upper left corner of `room`, as many columns as its width
/// allows; gives the height used.
pub fn draw(groups: &[Group], room: Bounds, nodes: &mut Vec<Node>) -> f64 {
    let columns = columns(groups, room.width());
    let mut left = room.left;
    for column in &columns {
        let mut top = room.top;
        for group in *column {
            group.draw(left, top, nodes);
            top += group.height() + ROW_GAP;
        }
        left += least_width(column) + GAP;
    }
    tallest(&columns)
}

/// The height of the key in a room of some width.
pub fn height(groups: &[Group], width: f64) -> f64 {
    tallest(&columns(groups, width))
}

/// The width of the key in one column.
pub fn least_width(groups: &[Group]) -> f64 {
    groups.iter().map(Group::width).fold(0.0, f64::max)
}

/// The groups in their order in as many columns as a width allows, the tallest as low as can be.
fn columns(groups: &[Group], width: f64) -> Vec<&[Group]> {
    let fits = |columns: &Vec<&[Group]>| {
        let widths: f64 = columns.iter().map(|column| least_width(column)).sum();
        widths + GAP * (columns.len() - 1) as f64 <= width
    };
    let lowest = |count: usize| {
        let fitting = splits(groups, count).into_iter().filter(fits);
        fitting.min_by(|a, b| tallest(a).total_cmp(&tallest(b)))
    };
    (1..=groups.len()).rev().find_map(lowest).unwrap_or_else(|| vec![groups])
}

/// All ways to part the groups into so many columns, their order kept.
fn splits(groups: &[Group], count: usize) -> Vec<Vec<&[Group]>> {
    if count <= 1 {
        return vec![vec![groups]];
    }
    let first = 1..=groups.len().saturating_sub(count - 1);
    first
        .flat_map(|length| {
            let (column, rest) = groups.split_at(length);
            splits(rest, count - 1).into_iter().map(move |mut columns| {
                columns.insert(0, column);
                columns
            })
        })
        .collect()
}

/// The height of the tallest column.
fn tallest(columns: &[&[Group]]) -> f64 {
    let height = |column: &&[Group]| {
        let gaps = ROW_GAP * column.len().saturating_sub(1) as f64;
        column.iter().map(Group::height).sum::<f64>() + gaps
    };
    columns.iter().map(height).fold(0.0, f64::max)
}

/// A count with commas between thousands.
pub fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
