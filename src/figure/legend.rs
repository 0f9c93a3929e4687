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
    let columns = (1..=groups.len())
        .rev()
        .map(|count| column_widths(groups, count))
        .find(|widths| widths.len() == 1 || spread(widths) <= room.width())
        .unwrap_or_default();
    let mut top = room.top;
    for row in groups.chunks(columns.len().max(1)) {
        let mut left = room.left;
        for (group, width) in row.iter().zip(&columns) {
            group.draw(left, top, nodes);
            left += width + GAP;
        }
        top += row.iter().map(Group::height).fold(0.0, f64::max) + ROW_GAP;
    }
    (top - room.top - ROW_GAP).max(0.0)
}

/// The width of the key in one column.
pub fn least_width(groups: &[Group]) -> f64 {
    groups.iter().map(Group::width).fold(0.0, f64::max)
}

/// The width of each of `count` columns into which the groups are dealt row by row.
fn column_widths(groups: &[Group], count: usize) -> Vec<f64> {
    let mut widths = vec![0.0; count];
    for (index, group) in groups.iter().enumerate() {
        widths[index % count] = f64::max(widths[index % count], group.width());
    }
    widths
}

/// The width of columns with the gaps between them.
fn spread(widths: &[f64]) -> f64 {
    widths.iter().sum::<f64>() + GAP * (widths.len() - 1) as f64
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
