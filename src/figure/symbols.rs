//! The symbols of sites and ports: colour and shape say the type of rare earths, a white dot says
//! byproduct, an open symbol says that the source doubts or assumes the status.

use super::scene::{Bounds, Node, Paint, PathData};
use super::spec::Symbols;
use super::style::{self, INK_SOFT, PAPER, PORT};
use crate::site::{ReeType, Site, Status};

/// What a site's symbol says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Look {
    /// The type of rare earths.
    pub ree_type: ReeType,
    /// Whether the symbol is open.
    pub open: bool,
    /// Whether it bears a dot.
    pub dot: bool,
}

impl Look {
    /// The look of a site in a figure.
    pub fn of(site: &Site, symbols: &Symbols) -> Self {
        Look {
            ree_type: site.ree_type.value,
            open: symbols.mark_uncertain && !site.status_certain,
            dot: symbols.mark_byproduct
                && matches!(site.status, Status::Byproduct | Status::PastByproduct),
        }
    }

    /// The id of the symbol at that size. Sizes differ between a map and its lenses.
    pub fn id(&self, size: f64) -> String {
        let (open, dot) =
            (if self.open { "-open" } else { "" }, if self.dot { "-dot" } else { "" });
        format!("{}{open}{dot}-{:.0}", self.ree_type.name(), size * 10.0)
    }

    /// The symbol around the origin; `size` is a circle's diameter, other shapes have its area.
    pub fn draw(&self, size: f64) -> Vec<Node> {
        let radius = size / 2.0;
        let colour = style::ree_type_colour(self.ree_type);
        let outline = |radius: f64| match self.ree_type {
            ReeType::Light => circle(radius),
            ReeType::Mixed => polygon(radius, 4, 0.0),
            ReeType::Heavy => polygon(radius, 3, 0.0),
            ReeType::Unknown => polygon(radius, 4, 45.0),
        };
        let mut nodes = vec![Node::Path {
            data: outline(radius),
            paint: Paint::fill(colour).outlined(PAPER, halo(size) * 2.0),
        }];
        // The halo lies outside; the body above it keeps the full area.
        if self.open {
            let line = line_width(size);
            nodes.push(Node::Path { data: outline(radius), paint: Paint::fill(colour) });
            nodes.push(Node::Path {
                data: outline(radius - line * self.inset()),
                paint: Paint::fill(PAPER),
            });
        } else {
            nodes.push(Node::Path { data: outline(radius), paint: Paint::fill(colour) });
        }
        if self.dot {
            let dot = if self.open { colour } else { PAPER };
            nodes.push(Node::Path { data: circle(radius * DOT), paint: Paint::fill(dot) });
        }
        nodes
    }

    /// The rectangle that the symbol covers around the origin, its halo aside.
    pub fn extent(&self, size: f64) -> Bounds {
        let radius = size / 2.0;
        match self.ree_type {
            ReeType::Light => Bounds { left: -radius, top: -radius, right: radius, bottom: radius },
            ReeType::Mixed => around(&corners(radius, 4, 0.0)),
            ReeType::Heavy => around(&corners(radius, 3, 0.0)),
            ReeType::Unknown => around(&corners(radius, 4, 45.0)),
        }
    }

    /// How much the radius shrinks for a line of one point to be left all around.
    fn inset(&self) -> f64 {
        match self.ree_type {
            ReeType::Light => 1.0,
            ReeType::Mixed | ReeType::Unknown => 1.13,
            ReeType::Heavy => 1.28,
        }
    }
}

/// The width of the halo around a symbol of a size.
pub fn halo(size: f64) -> f64 {
    (size * 0.09).clamp(0.15, 0.5)
}

/// The size in points at which so many symbols still part on a page of a width in points.
pub fn fitting_size(count: usize, width: f64) -> f64 {
    const WIDE: f64 = 519.0;
    let size = 5.0 * (60.0 / count.max(1) as f64).powf(0.25) * (width / WIDE).powf(0.3);
    size.clamp(1.3, 5.5)
}

/// The size of a port's symbol, as a share of a site's.
pub const PORT_SHARE: f64 = 0.95;

/// A symbol of no type, for what a key says beside the type.
pub fn sample(size: f64, open: bool, dot: bool) -> Vec<Node> {
    let radius = size / 2.0;
    let disc = |radius, colour| Node::Path { data: circle(radius), paint: Paint::fill(colour) };
    let mut nodes = vec![disc(radius, INK_SOFT)];
    if open {
        nodes.push(disc(radius - line_width(size), PAPER));
    }
    if dot {
        nodes.push(disc(radius * DOT, if open { INK_SOFT } else { PAPER }));
    }
    nodes
}

/// The id of [`sample`].
pub fn sample_id(size: f64, open: bool, dot: bool) -> String {
    let (open, dot) = (if open { "-open" } else { "" }, if dot { "-dot" } else { "" });
    format!("any{open}{dot}-{:.0}", size * 10.0)
}

/// The radius of the dot, as a share of the symbol's.
const DOT: f64 = 0.36;

/// The width of an open symbol's line.
fn line_width(size: f64) -> f64 {
    (size * 0.17).max(0.5)
}

/// A port's symbol: a triangle that points down, closed where rare earths leave.
pub fn port(size: f64, rare_earths: bool) -> Vec<Node> {
    let radius = size / 2.0;
    let body = polygon(radius, 3, 180.0);
    let mut nodes = vec![
        Node::Path { data: body.clone(), paint: Paint::fill(PORT).outlined(PAPER, 0.9) },
        Node::Path { data: body, paint: Paint::fill(PORT) },
    ];
    if !rare_earths {
        nodes.push(Node::Path {
            data: polygon(radius - line_width(size) * 1.28, 3, 180.0),
            paint: Paint::fill(PAPER),
        });
    }
    nodes
}

/// The rectangle that a port's symbol covers around the origin, its halo aside.
pub fn port_extent(size: f64) -> Bounds {
    around(&corners(size / 2.0, 3, 180.0))
}

/// The id of a port's symbol.
pub fn port_id(size: f64, rare_earths: bool) -> String {
    let open = if rare_earths { "" } else { "-open" };
    format!("port{open}-{:.0}", size * 10.0)
}

fn circle(radius: f64) -> String {
    let radius = (radius * 1000.0).round() / 1000.0;
    let across = radius * 2.0;
    format!("M-{radius} 0a{radius} {radius} 0 1 0 {across} 0a{radius} {radius} 0 1 0-{across} 0z")
}

/// A regular polygon of a circle's area, a corner up, turned clockwise by `turn` degrees.
fn polygon(radius: f64, count: u32, turn: f64) -> String {
    let mut path = PathData::default();
    path.ring(&corners(radius, count, turn));
    path.data
}

/// The corners of such a polygon.
fn corners(radius: f64, count: u32, turn: f64) -> Vec<(f64, f64)> {
    let part = std::f64::consts::TAU / f64::from(count);
    let reach = radius * (std::f64::consts::TAU / (f64::from(count) * part.sin())).sqrt();
    let corner = |index: u32| {
        let angle = part * f64::from(index) + turn.to_radians();
        (reach * angle.sin(), -reach * angle.cos())
    };
    (0..count).map(corner).collect()
}

/// The box around points on both sides of the origin.
fn around(points: &[(f64, f64)]) -> Bounds {
    let nothing = Bounds { left: 0.0, top: 0.0, right: 0.0, bottom: 0.0 };
    points.iter().fold(nothing, |bounds, &(x, y)| Bounds {
        left: bounds.left.min(x),
        top: bounds.top.min(y),
        right: bounds.right.max(x),
        bottom: bounds.bottom.max(y),
    })
}
