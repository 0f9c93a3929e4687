//! Labels that touch neither each other nor a symbol nor the frame.

use super::scene::{Anchor, Bounds, Node, Paint, PathData, Text};
use super::style::{INK, INK_SOFT, SMALL};
use super::text::{self, Weight};

/// What a label has to keep clear of, and the room that it has.
pub struct Labels {
    room: Bounds,
    taken: Vec<Bounds>,
    nodes: Vec<Node>,
}

/// The places for a label around its point, best first: which way, and which end of the text.
const AROUND: [(f64, f64, Anchor); 8] = [
    (1.0, -1.0, Anchor::Start),
    (1.0, 1.0, Anchor::Start),
    (-1.0, -1.0, Anchor::End),
    (-1.0, 1.0, Anchor::End),
    (1.0, 0.0, Anchor::Start),
    (-1.0, 0.0, Anchor::End),
    (0.0, -1.0, Anchor::Middle),
    (0.0, 1.0, Anchor::Middle),
];

/// Distances from the point at which a place is tried, in points; a label that had to move
/// beyond the first gets a leader.
const REACHES: [f64; 6] = [0.0, 6.0, 12.0, 19.0, 27.0, 36.0];

impl Labels {
    /// Labels within `room`, clear of what is `taken`.
    pub fn new(room: Bounds, taken: Vec<Bounds>) -> Self {
        Labels { room: room.grown(-1.5), taken, nodes: Vec::new() }
    }

    /// Labels the symbol of that radius at a point; says whether room was found.
    pub fn symbol(&mut self, x: f64, y: f64, radius: f64, name: &str) -> bool {
        for reach in REACHES {
            for (right, down, anchor) in AROUND {
                let away = radius + 0.8;
                let diagonal = right != 0.0 && down != 0.0;
                let slant = if diagonal { 0.72 } else { 1.0 };
                let at_x = x + right * (away * slant + reach * slant);
                let at_y = y + down * (away * slant + reach * slant);
                // The base line such that the text's near edge, or its middle, is at the place.
                let base = match (diagonal, down) {
                    (_, 0.0) => at_y + SMALL * 0.33,
                    (true, down) => at_y + SMALL * (0.33 + 0.28 * down),
                    (false, down) if down < 0.0 => at_y - SMALL * text::DESCENT,
                    (false, _) => at_y + SMALL * text::ASCENT,
                };
                let label = Text::new(at_x, base, SMALL, name).anchor(anchor).halo();
                if self.free(&label.bounds().grown(0.3)) {
                    if reach > 0.0 {
                        self.leader((x, y), radius, &label);
                    }
                    self.put(label);
                    return true;
                }
            }
        }
        false
    }

    /// Names an area, centred at a point inside it; says whether there is room.
    pub fn area(&mut self, x: f64, y: f64, name: &str) -> bool {
        let label =
            Text::new(x, y + SMALL * 0.33, SMALL, name).anchor(Anchor::Middle).colour(INK_SOFT);
        let free = self.free(&label.bounds().grown(1.2));
        if free {
            self.put(label);
        }
        free
    }

    /// Whether a rectangle lies in the room and on nothing.
    fn free(&self, bounds: &Bounds) -> bool {
        self.room.encloses(bounds) && !self.taken.iter().any(|taken| taken.overlaps(bounds))
    }

    fn put(&mut self, label: Text) {
        self.taken.push(label.bounds());
        self.nodes.push(Node::Text(label));
    }

    /// A line from a symbol's edge to its label.
    fn leader(&mut self, (x, y): (f64, f64), radius: f64, label: &Text) {
        let bounds = label.bounds();
        let to_x = x.clamp(bounds.left, bounds.right);
        let to_y = y.clamp(bounds.top + 1.0, bounds.bottom - 1.0);
        let length = (to_x - x).hypot(to_y - y).max(0.01);
        let start = (x + (to_x - x) * radius / length, y + (to_y - y) * radius / length);
        let mut path = PathData::default();
        path.line(&[start, (to_x, to_y)]);
        self.nodes.push(Node::Path { data: path.data, paint: Paint::line(INK, 0.3) });
    }

    /// The labels as drawn.
    pub fn into_nodes(self) -> Vec<Node> {
        self.nodes
    }
}

/// A name short enough for a label: what stands before a bracket or a comma, if it is long.
pub fn short(name: &str) -> &str {
    const LONGEST: f64 = 62.0;
    if text::width(name, SMALL, Weight::Regular) <= LONGEST {
        return name;
    }
    let end = name.find([',', '(', ';', '/']).filter(|&end| end > 2).unwrap_or(name.len());
    name[..end].trim()
}
