//! The rectangles that a picture's pieces cover, so that overlaps can be counted.

use std::collections::BTreeMap;
use std::{fmt, io};

use resvg::usvg::{Options, Tree};

use super::scene::{Bounds, Node, Scene};

/// The air in a text's rectangle: half a point of ascent and descent is empty in any font.
const AIR: f64 = 0.4;

/// What a rectangle is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A line of text.
    Text,
    /// A site, a port, or a symbol of the key.
    Symbol,
    /// A closed line: the outline of a map or of a lens's extent.
    Frame,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Text => "text",
            Kind::Symbol => "symbol",
            Kind::Frame => "frame",
        })
    }
}

/// A piece of a picture and the rectangle that it covers.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// What it is.
    pub kind: Kind,
    /// The words of a text, the title or the id of a symbol; empty for a frame.
    pub what: String,
    /// Font size in points; none but for text.
    pub size: Option<f64>,
    /// The rectangle; a symbol's without its halo.
    pub bounds: Bounds,
    /// The ids of the groups that it is in, outermost first, parted by `/`.
    pub layer: String,
}

/// Two pieces that share room, or one that leaves the page.
#[derive(Debug, Clone, PartialEq)]
pub enum Overlap {
    /// One text lies over another.
    TextOverText(Piece, Piece),
    /// A text and a symbol lie over each other.
    TextOverSymbol(Piece, Piece),
    /// A text leaves the page.
    OffPage(Piece),
}

impl fmt::Display for Overlap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |piece: &Piece| format!("{:?} ({})", piece.what, piece.layer);
        match self {
            Overlap::TextOverText(a, b) => {
                write!(f, "text {} lies over text {}", named(a), named(b))
            }
            Overlap::TextOverSymbol(a, b) => {
                write!(f, "text {} lies over symbol {}", named(a), named(b))
            }
            Overlap::OffPage(text) => write!(f, "text {} leaves the page", named(text)),
        }
    }
}

impl Scene {
    /// Every text, symbol and frame, in the order in which they are drawn.
    pub fn boxes(&self) -> Vec<Piece> {
        let extents = self
            .symbols
            .iter()
            .filter_map(|(id, nodes)| Some((id.as_str(), extent(nodes)?)))
            .collect();
        let mut pieces = Vec::new();
        collect(&self.nodes, &mut Vec::new(), &extents, &mut pieces);
        pieces
    }

    /// What lies over what it should not: text over text, text over a symbol, text beyond the
    /// page. Pieces that only touch within 0.4 points do not count.
    pub fn overlaps(&self) -> Vec<Overlap> {
        let pieces = self.boxes();
        let (texts, others): (Vec<_>, Vec<_>) =
            pieces.into_iter().partition(|piece| piece.kind == Kind::Text);
        let symbols: Vec<_> = others.iter().filter(|piece| piece.kind == Kind::Symbol).collect();
        let page = Bounds { left: 0.0, top: 0.0, right: self.width, bottom: self.height };
        let mut overlaps = Vec::new();
        for (index, text) in texts.iter().enumerate() {
            let bounds = text.bounds.grown(-AIR);
            if !page.encloses(&bounds) {
                overlaps.push(Overlap::OffPage(text.clone()));
            }
            let later = texts.iter().skip(index + 1);
            let over = later.filter(|other| bounds.overlaps(&other.bounds.grown(-AIR)));
            overlaps.extend(over.map(|o| Overlap::TextOverText(text.clone(), o.clone())));
            let over = symbols.iter().filter(|symbol| bounds.overlaps(&symbol.bounds));
            overlaps.extend(over.map(|o| Overlap::TextOverSymbol(text.clone(), (*o).clone())));
        }
        overlaps
    }
}

/// Writes a picture's boxes as csv.
pub fn write(scene: &Scene, out: &mut dyn io::Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(["kind", "what", "size", "left", "top", "right", "bottom", "layer"])?;
    for Piece { kind, what, size, bounds, layer } in scene.boxes() {
        let points = |value: f64| format!("{value:.2}");
        csv.write_record([
            kind.to_string(),
            what,
            size.map(points).unwrap_or_default(),
            points(bounds.left),
            points(bounds.top),
            points(bounds.right),
            points(bounds.bottom),
            layer,
        ])?;
    }
    csv.flush()
}

fn collect<'a>(
    nodes: &'a [Node],
    layer: &mut Vec<&'a str>,
    extents: &BTreeMap<&str, Bounds>,
    pieces: &mut Vec<Piece>,
) {
    for node in nodes {
        let piece = |kind, what: &str, size, bounds| Piece {
            kind,
            what: what.into(),
            size,
            bounds,
            layer: layer.join("/"),
        };
        match node {
            Node::Group { id, nodes } => {
                layer.push(id);
                collect(nodes, layer, extents, pieces);
                layer.pop();
            }
            Node::Text(text) => {
                pieces.push(piece(Kind::Text, &text.text, Some(text.size), text.bounds()));
            }
            Node::Use { symbol, x, y, title } => {
                if let Some(extent) = extents.get(symbol.as_str()) {
                    let bounds = Bounds {
                        left: x + extent.left,
                        top: y + extent.top,
                        right: x + extent.right,
                        bottom: y + extent.bottom,
                    };
                    let what = if title.is_empty() { symbol } else { title };
                    pieces.push(piece(Kind::Symbol, what, None, bounds));
                }
            }
            Node::Path { data, paint } if paint.fill.is_none() => {
                let frame = closed(data).map(|bounds| piece(Kind::Frame, "", None, bounds));
                // A line and its halo are one.
                pieces.extend(frame.filter(|frame| pieces.last() != Some(frame)));
            }
            Node::Path { .. } => {}
        }
    }
}

/// What a symbol covers around the origin: its fills, or its lines where it has no fill.
fn extent(nodes: &[Node]) -> Option<Bounds> {
    let of = |filled: bool| {
        let paths = nodes.iter().filter_map(|node| match node {
            Node::Path { data, paint } if paint.fill.is_some() == filled => bounds_of(data),
            _ => None,
        });
        paths.reduce(|a, b| Bounds {
            left: a.left.min(b.left),
            top: a.top.min(b.top),
            right: a.right.max(b.right),
            bottom: a.bottom.max(b.bottom),
        })
    };
    of(true).or_else(|| of(false))
}

/// The bounds of a line that is one closed ring.
fn closed(data: &str) -> Option<Bounds> {
    let one_ring = data.ends_with('z') && data.matches('z').count() == 1;
    one_ring.then(|| bounds_of(data)).flatten()
}

/// The bounds of path data.
fn bounds_of(data: &str) -> Option<Bounds> {
    let svg = format!("<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"{data}\"/></svg>");
    let tree = Tree::from_str(&svg, &Options::default()).ok()?;
    let bounds = tree.root().bounding_box();
    Some(Bounds {
        left: bounds.left().into(),
        top: bounds.top().into(),
        right: bounds.right().into(),
        bottom: bounds.bottom().into(),
    })
}
