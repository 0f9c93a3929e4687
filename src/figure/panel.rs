//! The title above a lens or a chart.

use super::scene::{Bounds, Node, Text};
use super::style::BODY;
use super::text::{self, Weight};

/// The height of a line of the title.
const LINE: f64 = BODY * 1.25;
/// The gap between the title and what it names.
const GAP: f64 = 2.2;

/// The height that a title takes above a panel of some width.
pub fn title_height(title: &str, width: f64) -> f64 {
    text::wrap(title, BODY, Weight::Bold, width).len() as f64 * LINE + GAP
}

/// The title, from the upper left corner of `bounds`.
pub fn title(title: &str, bounds: Bounds) -> Vec<Node> {
    text::wrap(title, BODY, Weight::Bold, bounds.width())
        .into_iter()
        .enumerate()
        .map(|(row, line)| {
            let base = bounds.top + BODY * text::ASCENT + row as f64 * LINE;
            Node::Text(Text::new(bounds.left, base, BODY, line).bold())
        })
        .collect()
}
