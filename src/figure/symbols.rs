//! The symbols of sites and ports: colour and shape say the class, a white dot says byproduct, an
//! open symbol says that the source doubts or assumes the status.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use super::classes::Class;
use super::scene::{Bounds, Node, Paint, PathData};
use super::spec::Symbols;
use super::style::{Colour, INK_SOFT, PAPER, PORT};
use crate::site::{Site, Status};

/// The shape of a symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Shape {
    Circle,
    /// A corner up.
    Triangle,
    Diamond,
    Square,
    Plus,
    /// Five-pointed.
    Star,
    /// A rectangle that lies.
    Bar,
    /// A plus on its corners, ×.
    Saltire,
    /// A triangle with a corner down.
    Port,
}

impl Shape {
    /// The corners around the origin, clockwise from the top; none of a circle of that radius,
    /// whose area all shapes have.
    fn corners(self, radius: f64) -> Vec<(f64, f64)> {
        // Each corner by how far and which way it lies, in an arbitrary size.
        let ring = |count: u32, turn: f64, reach: &dyn Fn(u32) -> f64| -> Vec<(f64, f64)> {
            let corner = |index| {
                let angle = TAU / f64::from(count) * f64::from(index) + turn;
                (reach(index) * angle.sin(), -reach(index) * angle.cos())
            };
            (0..count).map(corner).collect()
        };
        let even = &|_: u32| 1.0;
        let cross = |turn: f64| {
            // A third of the width thick: outer corners at (1, 3), inner ones at (1, 1).
            let (near, far) = (2f64.sqrt(), 10f64.sqrt());
            let lean = (1f64 / 3.0).atan();
            (0..4u32)
                .flat_map(|arm| {
                    let middle = f64::from(arm) * FRAC_PI_2 + turn;
                    let (left, right) = ((far, middle - lean), (far, middle + lean));
                    [left, right, (near, middle + FRAC_PI_2 / 2.0)]
                })
                .map(|(reach, angle): (f64, f64)| (reach * angle.sin(), -reach * angle.cos()))
                .collect()
        };
        let points: Vec<(f64, f64)> = match self {
            Shape::Circle => return Vec::new(),
            Shape::Triangle => ring(3, 0.0, even),
            Shape::Diamond => ring(4, 0.0, even),
            Shape::Square => ring(4, PI / 4.0, even),
            Shape::Port => ring(3, PI, even),
            Shape::Star => ring(10, 0.0, &|index| if index % 2 == 0 { 1.0 } else { 0.5 }),
            Shape::Bar => vec![(-1.9, -1.0), (1.9, -1.0), (1.9, 1.0), (-1.9, 1.0)],
            Shape::Plus => cross(0.0),
            Shape::Saltire => cross(PI / 4.0),
        };
        let next = points.iter().cycle().skip(1);
        let area: f64 = points.iter().zip(next).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum::<f64>();
        let scale = radius * (PI / (area / 2.0)).sqrt();
        points.into_iter().map(|(x, y)| (x * scale, y * scale)).collect()
    }

    /// The outline, drawn in by `inset` all around.
    fn outline(self, radius: f64, inset: f64) -> String {
        if self == Shape::Circle {
            return circle(radius - inset);
        }
        let mut path = PathData::default();
        path.ring(&drawn_in(&self.corners(radius), inset));
        path.data
    }

    /// The rectangle that it covers around the origin.
    fn extent(self, radius: f64) -> Bounds {
        if self == Shape::Circle {
            return Bounds { left: -radius, top: -radius, right: radius, bottom: radius };
        }
        let nothing = Bounds { left: 0.0, top: 0.0, right: 0.0, bottom: 0.0 };
        self.corners(radius).iter().fold(nothing, |bounds, &(x, y)| Bounds {
            left: bounds.left.min(x),
            top: bounds.top.min(y),
            right: bounds.right.max(x),
            bottom: bounds.bottom.max(y),
        })
    }

    /// The width of an open symbol's line: as wide as leaves its middle open.
    fn line(self, size: f64) -> f64 {
        let corners = self.corners(size / 2.0);
        let next = corners.iter().cycle().skip(1);
        let to_edge = corners
            .iter()
            .zip(next)
            .map(|(a, b)| (a.0 * b.1 - b.0 * a.1).abs() / (b.0 - a.0).hypot(b.1 - a.1));
        line_width(size).min(to_edge.fold(f64::INFINITY, f64::min) * 0.7)
    }
}

/// The corners of a clockwise ring moved inwards, so that each edge lies `inset` further in.
fn drawn_in(corners: &[(f64, f64)], inset: f64) -> Vec<(f64, f64)> {
    let count = corners.len();
    let inward = |from: (f64, f64), to: (f64, f64)| {
        let (x, y) = (to.0 - from.0, to.1 - from.1);
        let length = x.hypot(y);
        (-y / length, x / length)
    };
    let before = corners.iter().cycle().skip(count.saturating_sub(1));
    let after = corners.iter().cycle().skip(1);
    let around = corners.iter().zip(before).zip(after);
    around
        .map(|((&at, &before), &after)| {
            let (a, b) = (inward(before, at), inward(at, after));
            let share = inset / (1.0 + a.0 * b.0 + a.1 * b.1);
            (at.0 + (a.0 + b.0) * share, at.1 + (a.1 + b.1) * share)
        })
        .collect()
}

/// What a site's symbol says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look<'a> {
    /// The class.
    pub class: &'a Class,
    /// Whether the symbol is open.
    pub open: bool,
    /// Whether it bears a dot.
    pub dot: bool,
}

impl<'a> Look<'a> {
    /// The look of a site of a class in a figure.
    pub fn of(site: &Site, class: &'a Class, symbols: &Symbols) -> Self {
        Look {
            class,
            open: symbols.mark_uncertain && !site.status_certain,
            dot: symbols.marks_byproduct()
                && matches!(site.status, Status::Byproduct | Status::PastByproduct),
        }
    }

    /// The id of the symbol at that size. Sizes differ between a map and its lenses.
    pub fn id(&self, size: f64) -> String {
        let (open, dot) =
            (if self.open { "-open" } else { "" }, if self.dot { "-dot" } else { "" });
        format!("{}{open}{dot}-{:.0}", self.class.id, size * 10.0)
    }

    /// The rectangle that the symbol covers around the origin, its halo aside.
    pub fn extent(&self, size: f64) -> Bounds {
        self.class.shape.extent(size / 2.0)
    }

    /// The symbol around the origin; `size` is a circle's diameter, other shapes have its area.
    pub fn draw(&self, size: f64) -> Vec<Node> {
        let Class { shape, colour, .. } = *self.class;
        let radius = size / 2.0;
        let outline = shape.outline(radius, 0.0);
        let fill = |data, colour| Node::Path { data, paint: Paint::fill(colour) };
        let mut nodes = vec![Node::Path {
            data: outline.clone(),
            paint: Paint::fill(colour).outlined(PAPER, halo(size) * 2.0),
        }];
        // The halo lies outside; the body above it keeps the full area.
        nodes.push(fill(outline, colour));
        if self.open {
            nodes.push(fill(shape.outline(radius, shape.line(size)), PAPER));
        }
        if self.dot {
            nodes.push(fill(circle(radius * DOT), if self.open { colour } else { PAPER }));
        }
        nodes
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

/// A symbol of no class, for what a key says beside the class.
pub fn sample(size: f64, open: bool, dot: bool) -> Vec<Node> {
    let radius = size / 2.0;
    let disc =
        |radius, colour: Colour| Node::Path { data: circle(radius), paint: Paint::fill(colour) };
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
    let (shape, radius) = (Shape::Port, size / 2.0);
    let body = shape.outline(radius, 0.0);
    let mut nodes = vec![
        Node::Path { data: body.clone(), paint: Paint::fill(PORT).outlined(PAPER, 0.9) },
        Node::Path { data: body, paint: Paint::fill(PORT) },
    ];
    if !rare_earths {
        let inside = shape.outline(radius, shape.line(size));
        nodes.push(Node::Path { data: inside, paint: Paint::fill(PAPER) });
    }
    nodes
}

/// The rectangle that a port's symbol covers around the origin, its halo aside.
pub fn port_extent(size: f64) -> Bounds {
    Shape::Port.extent(size / 2.0)
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

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Shape; 8] = [
        Shape::Triangle,
        Shape::Diamond,
        Shape::Square,
        Shape::Plus,
        Shape::Star,
        Shape::Bar,
        Shape::Saltire,
        Shape::Port,
    ];

    fn area(corners: &[(f64, f64)]) -> f64 {
        let next = corners.iter().cycle().skip(1);
        corners.iter().zip(next).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum::<f64>() / 2.0
    }

    #[test]
    fn shapes_weigh_the_same() {
        for shape in ALL {
            let corners = shape.corners(2.0);
            assert!((area(&corners) - PI * 4.0).abs() < 1e-9, "{shape:?}");
            // Balanced on the point that they mark; only the triangles reach further one way.
            let middle = corners.iter().map(|(x, y)| x.abs().max(y.abs())).fold(0.0, f64::max);
            assert!(middle < 2.0 * 1.9, "{shape:?} sticks out {middle}");
        }
    }

    #[test]
    fn open_symbols_keep_an_open_middle() {
        for (shape, size) in ALL.into_iter().flat_map(|shape| [(shape, 2.0), (shape, 5.5)]) {
            let line = shape.line(size);
            let inside = drawn_in(&shape.corners(size / 2.0), line);
            let (whole, open) = (area(&shape.corners(size / 2.0)), area(&inside));
            assert!(open > 0.02 * whole && open < 0.8 * whole, "{shape:?} {size}: {open}");
        }
        // Each edge of a square moves by as much.
        let square = drawn_in(&[(-2.0, -2.0), (2.0, -2.0), (2.0, 2.0), (-2.0, 2.0)], 0.5);
        assert_eq!(square, [(-1.5, -1.5), (1.5, -1.5), (1.5, 1.5), (-1.5, 1.5)]);
    }
}
