//! Labels that touch neither each other nor a symbol nor the frame.

use super::scene::{Anchor, Bounds, Node, Paint, PathData, Text};
use super::style::{INK, INK_SOFT, SMALL};
use super::text::{self, Weight};

/// What a label has to keep clear of, and the room that it has.
pub struct Labels {
    room: Bounds,
    taken: Vec<Bounds>,
    /// What a name of an area keeps off where it can.
    context: Vec<Bounds>,
    leaders: Vec<Segment>,
    nodes: Vec<Node>,
}

/// A straight line from one point of the page to another.
type Segment = ((f64, f64), (f64, f64));

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
        let room = room.grown(-1.5);
        Labels { room, taken, context: Vec::new(), leaders: Vec::new(), nodes: Vec::new() }
    }

    /// The same on a map with context, whose points the names of areas keep off where they can.
    pub fn over(self, context: Vec<Bounds>) -> Self {
        Labels { context, ..self }
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
                let leader = (reach > 0.0).then(|| leader((x, y), radius, &label));
                let crosses = leader.is_some_and(|line| self.blocked(line, (x, y)));
                if self.free(&label.bounds().grown(0.3)) && !crosses {
                    self.put(label, leader);
                    return true;
                }
            }
        }
        false
    }

    /// Names an area at the first of the places, points for the name's middle, where it finds
    /// room, off the context if that can be.
    pub fn area(&mut self, places: impl Iterator<Item = (f64, f64)> + Clone, name: &str) {
        let label = |(x, y): (f64, f64)| {
            let label = Text::new(x, y + SMALL * 0.33, SMALL, name).anchor(Anchor::Middle);
            label.colour(INK_SOFT)
        };
        let off = |bounds: &Bounds| !self.context.iter().any(|point| point.overlaps(bounds));
        let free = places.map(label).filter(|label| self.free(&label.bounds().grown(1.2)));
        let found = free.clone().find(|label| off(&label.bounds())).or_else(|| free.clone().next());
        if let Some(label) = found {
            self.put(label, None);
        }
    }

    /// Whether a rectangle lies in the room and on nothing, leaders included.
    fn free(&self, bounds: &Bounds) -> bool {
        self.room.encloses(bounds)
            && !self.taken.iter().any(|taken| taken.overlaps(bounds))
            && !self.leaders.iter().any(|line| crosses(*line, bounds))
    }

    /// Whether a leader from the symbol at a point would run through a label, another symbol or
    /// another leader.
    fn blocked(&self, line: Segment, (x, y): (f64, f64)) -> bool {
        self.taken.iter().any(|taken| !taken.holds(x, y) && crosses(line, taken))
            || self.leaders.iter().any(|other| meet(line, *other))
    }

    fn put(&mut self, label: Text, leader: Option<Segment>) {
        self.taken.push(label.bounds());
        if let Some(line) = leader {
            self.leaders.push(line);
            let mut path = PathData::default();
            path.line(&[line.0, line.1]);
            self.nodes.push(Node::Path { data: path.data, paint: Paint::line(INK, 0.3) });
        }
        self.nodes.push(Node::Text(label));
    }

    /// The labels as drawn.
    pub fn into_nodes(self) -> Vec<Node> {
        self.nodes
    }
}

/// A line from a symbol's edge to the nearest spot of its label.
fn leader((x, y): (f64, f64), radius: f64, label: &Text) -> Segment {
    let bounds = label.bounds();
    let to_x = x.clamp(bounds.left, bounds.right);
    let to_y = y.clamp(bounds.top + 1.0, bounds.bottom - 1.0);
    let length = (to_x - x).hypot(to_y - y).max(0.01);
    let start = (x + (to_x - x) * radius / length, y + (to_y - y) * radius / length);
    (start, (to_x, to_y))
}

/// Whether a line runs through a rectangle.
fn crosses(line: Segment, bounds: &Bounds) -> bool {
    let Bounds { left, top, right, bottom } = *bounds;
    let sides = [
        ((left, top), (right, top)),
        ((right, top), (right, bottom)),
        ((right, bottom), (left, bottom)),
        ((left, bottom), (left, top)),
    ];
    bounds.holds(line.0.0, line.0.1) || sides.iter().any(|side| meet(line, *side))
}

/// Whether two lines cross.
fn meet((a, b): Segment, (c, d): Segment) -> bool {
    let turn = |p: (f64, f64), q: (f64, f64), r: (f64, f64)| {
        (q.0 - p.0) * (r.1 - p.1) - (q.1 - p.1) * (r.0 - p.0)
    };
    turn(a, b, c) * turn(a, b, d) < 0.0 && turn(c, d, a) * turn(c, d, b) < 0.0
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
