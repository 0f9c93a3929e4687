//! Labels that touch neither each other nor a symbol nor a line nor the frame.
//!
//! What is to be named and what to keep off is collected first; [`Labels::place`] then looks at
//! all of it at once. The most important label chooses first, a place that takes least from the
//! others; one that finds no room may move a neighbour to another of its places if both can
//! stand, and takes a place farther off with a leader only then. The same input gives the same
//! labels.

use self::area::Shape;
use self::candidate::{Candidate, Setting};
use self::placement::Placement;
pub use self::segment::Segment;
use super::scene::{Bounds, Node, Paint, PathData, Text};
use super::style::{INK, INK_SOFT, SMALL};
use super::text::{self, Weight};

mod area;
mod candidate;
mod grid;
mod placement;
mod segment;

/// The margin to the room's edge.
const MARGIN: f64 = 1.5;

/// What is to be named, and what names have to keep clear of.
pub struct Labels {
    room: Bounds,
    boxes: Vec<Bounds>,
    lines: Vec<Segment>,
    context: Vec<Bounds>,
    land: Vec<Shape>,
    requests: Vec<Request>,
}

/// A name that wants a place.
struct Request {
    name: String,
    priority: i32,
    settings: Vec<Setting>,
    of: Of,
}

/// What a name is of.
enum Of {
    Symbol { at: (f64, f64), extent: Bounds },
    Area(Shape),
}

/// What kind of thing a label names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A symbol.
    Symbol,
    /// An area.
    Area,
}

/// A label in its place.
#[derive(Debug, Clone)]
pub struct Label {
    /// The name.
    pub name: String,
    /// What it names.
    pub kind: Kind,
    /// Its lines of text.
    pub lines: Vec<Text>,
    /// The rectangle that they cover.
    pub bounds: Bounds,
    /// The line to its symbol, where it had to move away.
    pub leader: Option<Segment>,
}

/// Labels in their places, and the names without one.
#[derive(Debug, Clone, Default)]
pub struct Placed {
    /// Those that stand, in the order in which they were asked for.
    pub labels: Vec<Label>,
    /// Names that found no room, in that order.
    pub left_out: Vec<(Kind, String)>,
}

impl Placed {
    /// How many symbols found no room for their label.
    pub fn symbols_left_out(&self) -> usize {
        self.left_out.iter().filter(|(kind, _)| *kind == Kind::Symbol).count()
    }

    /// The labels as drawn, leaders below all text.
    pub fn into_nodes(self) -> Vec<Node> {
        let mut nodes = Vec::new();
        for line in self.labels.iter().filter_map(|label| label.leader) {
            let mut path = PathData::default();
            path.line(&[line.0, line.1]);
            nodes.push(Node::Path { data: path.data, paint: Paint::line(INK, 0.3) });
        }
        nodes.extend(self.labels.into_iter().flat_map(|label| label.lines).map(Node::Text));
        nodes
    }
}

impl Labels {
    /// Labels within a room.
    pub fn new(room: Bounds) -> Self {
        Labels {
            room: room.grown(-MARGIN),
            boxes: Vec::new(),
            lines: Vec::new(),
            context: Vec::new(),
            land: Vec::new(),
            requests: Vec::new(),
        }
    }

    /// Keeps labels off a rectangle: a symbol, labelled or not, an inset, a scale bar.
    pub fn keep_off(&mut self, bounds: Bounds) {
        self.boxes.push(bounds);
    }

    /// Keeps labels and leaders off a line.
    pub fn keep_off_line(&mut self, points: &[(f64, f64)]) {
        self.lines.extend(points.iter().copied().zip(points.iter().copied().skip(1)));
    }

    /// Keeps labels off a rectangle where that can be.
    pub fn avoid(&mut self, bounds: Bounds) {
        self.context.push(bounds);
    }

    /// Keeps names beside their areas off land, given as rings on the page. Without any land
    /// names stand in their areas or nowhere.
    pub fn land(&mut self, rings: &[Vec<(f64, f64)>]) {
        self.land.extend(Shape::new(rings));
    }

    /// Asks for a label of a symbol at a point, which covers a rectangle; the symbol itself is
    /// kept off by [`Labels::keep_off`]. The higher the priority, the earlier it chooses.
    pub fn symbol(&mut self, at: (f64, f64), extent: Bounds, name: &str, priority: i32) {
        let settings = vec![Setting::new(vec![name.to_string()])];
        self.request(name, priority, settings, Of::Symbol { at, extent });
    }

    /// Asks for the name of an area, given as rings on the page by the even-odd rule, inside it
    /// and in two lines if need be.
    pub fn area(&mut self, rings: &[Vec<(f64, f64)>], name: &str, priority: i32) {
        let mut settings = vec![Setting::new(vec![name.to_string()])];
        settings.extend(halves(name).map(Setting::new));
        if let Some(shape) = Shape::new(rings) {
            self.request(name, priority, settings, Of::Area(shape));
        }
    }

    fn request(&mut self, name: &str, priority: i32, settings: Vec<Setting>, of: Of) {
        if !name.trim().is_empty() {
            self.requests.push(Request { name: name.to_string(), priority, settings, of });
        }
    }

    /// Finds a place for as many names as it can.
    pub fn place(self) -> Placed {
        if self.requests.is_empty() {
            return Placed::default();
        }
        let standing = Placement::new(&self).run();
        let mut placed = Placed::default();
        for (request, candidate) in self.requests.iter().zip(standing) {
            match candidate {
                Some(candidate) => placed.labels.push(request.label(&candidate)),
                None => placed.left_out.push((request.kind(), request.name.clone())),
            }
        }
        placed
    }
}

impl Request {
    fn kind(&self) -> Kind {
        match self.of {
            Of::Symbol { .. } => Kind::Symbol,
            Of::Area(_) => Kind::Area,
        }
    }

    /// A point of the page that tells what is above what.
    fn middle(&self) -> (f64, f64) {
        match &self.of {
            Of::Symbol { at, .. } => *at,
            Of::Area(shape) => (shape.bounds.left, shape.bounds.top),
        }
    }

    fn label(&self, candidate: &Candidate) -> Label {
        let setting = self.settings.get(candidate.setting);
        let mut lines =
            setting.map(|s| s.texts(&candidate.bounds, candidate.anchor)).unwrap_or_default();
        if self.kind() == Kind::Area {
            lines.iter_mut().for_each(|line| line.colour = INK_SOFT);
        }
        Label {
            name: self.name.clone(),
            kind: self.kind(),
            lines,
            bounds: candidate.bounds,
            leader: candidate.leader,
        }
    }
}

/// A name broken at the blank that gives the shortest two lines; none without a blank.
fn halves(name: &str) -> Option<Vec<String>> {
    let width = |text: &str| text::width(text, SMALL, Weight::Regular);
    let broken = name.match_indices(' ').map(|(at, _)| (name[..at].trim(), name[at..].trim()));
    broken
        .filter(|(first, second)| !first.is_empty() && !second.is_empty())
        .min_by(|a, b| width(a.0).max(width(a.1)).total_cmp(&width(b.0).max(width(b.1))))
        .map(|(first, second)| vec![first.to_string(), second.to_string()])
}

/// A name short enough for a label: what stands before a bracket or a comma, if it is long.
pub fn short(name: &str) -> &str {
    const LONGEST: f64 = 62.0;
    const ENDS: [char; 10] = [',', '(', ';', '/', '[', '，', '（', '；', '、', '／'];
    if text::width(name, SMALL, Weight::Regular) <= LONGEST {
        return name;
    }
    let end = name.char_indices().find(|&(at, c)| at > 2 && ENDS.contains(&c));
    end.map_or(name, |(at, _)| &name[..at]).trim()
}
