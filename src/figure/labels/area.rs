//! Where an area's name may stand: in it, where its box has most room, near the middle.
//!
//! The place asked for is a pole of inaccessibility, but with the name's own box in place of a
//! circle: how far the box could grow about a point before it met the outline.

use super::super::scene::{Anchor, Bounds};
use super::candidate::{Candidate, Setting};
use super::segment::{self, Segment};

/// Air around the name in an area, which belongs to nothing near: at its sides so much that two
/// names are not read as one.
const AIR: (f64, f64) = (2.2, 1.0);
/// Air around a name beside its area, which could be taken for a symbol's.
const AIR_BESIDE: (f64, f64) = (3.0, 1.7);
/// The most air that a name asks for on any side.
pub const MOST_AIR: f64 = 3.0;
/// How far a name may be from the box of what it is beside.
const REACH: f64 = 4.0;
/// Places that are looked at in an area, at most about.
const PLACES: f64 = 400.0;
/// The least distance between two of them, in points.
const LEAST_STEP: f64 = 1.0;
/// How many times its box a name needs to stand with air on all sides.
const ROOMY: f64 = 1.5;
/// The share of a name that has to be inside,
const SHARE: f64 = 0.8;
/// or, where the area has no such place for it, at least.
const LEAST_SHARE: f64 = 0.66;
/// What that costs: more than any other thing that can be said against a place.
const OVERRUN: f64 = 8.0;
/// Below this growth no such share can be inside.
const HOPELESS: f64 = 0.25;
/// Places where a name fits wholly, from which on no others are looked for.
const ENOUGH: usize = 12;
/// Width and height of an area that may be named beside it, at most, in widths of its name.
const SMALL_ENOUGH: f64 = 1.45;
/// The gap between an area and a name beside it.
const GAP: f64 = 1.2;
/// How far other areas are from such a name, at least.
const CLEAR: f64 = 2.2;

/// So many edges in a row have a box around them, by which most are known to be too far off.
const RUN: usize = 16;

/// An area on the page, holes by the even-odd rule.
pub struct Shape {
    edges: Vec<Segment>,
    /// The box around each run of them.
    runs: Vec<Bounds>,
    /// The box around all of it.
    pub bounds: Bounds,
    /// The box around its largest part.
    main: Bounds,
    /// The middle of that part.
    middle: (f64, f64),
    /// Its area in square points.
    size: f64,
}

impl Shape {
    /// The area within these rings; none where they hold nothing.
    pub fn new(rings: &[Vec<(f64, f64)>]) -> Option<Self> {
        let largest =
            rings.iter().max_by(|a, b| moments(a).0.abs().total_cmp(&moments(b).0.abs()))?;
        let (size, x, y) = moments(largest);
        let middle = (x / (3.0 * size), y / (3.0 * size));
        let whole = middle.0.is_finite() && middle.1.is_finite();
        let edges: Vec<_> = rings.iter().flat_map(|ring| edges(ring)).collect();
        let around = |run: &[Segment]| Bounds::around(run.iter().flat_map(|&(a, b)| [a, b]));
        whole.then(|| Shape {
            runs: edges.chunks(RUN).map(around).collect(),
            bounds: Bounds::around(rings.iter().flatten().copied()),
            main: Bounds::around(largest.iter().copied()),
            middle,
            size: size.abs() / 2.0,
            edges,
        })
    }

    /// Where the outline crosses the height `y`.
    fn crossings(&self, y: f64) -> impl Iterator<Item = f64> {
        let runs = self.edges.chunks(RUN).zip(&self.runs);
        let near = runs.filter(move |(_, around)| (around.top..around.bottom).contains(&y));
        near.flat_map(|(run, _)| run)
            .filter(move |(a, b)| (a.1 > y) != (b.1 > y))
            .map(move |&(a, b)| a.0 + (b.0 - a.0) * (y - a.1) / (b.1 - a.1))
    }

    /// Whether a point lies inside.
    pub fn holds(&self, x: f64, y: f64) -> bool {
        // How often a ray to the right crosses the outline.
        self.crossings(y).filter(|&at| x < at).count() % 2 == 1
    }

    /// Whether any of it lies in a rectangle.
    pub fn touches(&self, bounds: &Bounds) -> bool {
        self.bounds.overlaps(bounds)
            && (self.edges.iter().any(|edge| segment::crosses(*edge, bounds))
                || self.holds(bounds.left, bounds.top))
    }

    /// How many times a box about a point could be as large before it met the outline; zero
    /// for a point outside.
    fn growth(&self, x: f64, y: f64, width: f64, height: f64) -> f64 {
        let scaled = |p: (f64, f64)| ((p.0 - x) * 2.0 / width, (p.1 - y) * 2.0 / height);
        let apart = |a: f64, b: f64| a.min(b).max(-a.max(b)).max(0.0);
        // The box around an edge is no farther off than the edge.
        let apart = |a: (f64, f64), b: (f64, f64)| apart(a.0, b.0).max(apart(a.1, b.1));
        let mut least = f64::INFINITY;
        for (run, around) in self.edges.chunks(RUN).zip(&self.runs) {
            let corners =
                (scaled((around.left, around.top)), scaled((around.right, around.bottom)));
            if apart(corners.0, corners.1) >= least {
                continue;
            }
            for &(a, b) in run {
                let (a, b) = (scaled(a), scaled(b));
                if apart(a, b) < least {
                    least = least.min(distance(a, b));
                }
            }
        }
        if least > HOPELESS && self.holds(x, y) { least } else { 0.0 }
    }

    /// The share of a box that lies inside, from five lines across it.
    fn share(&self, bounds: &Bounds) -> f64 {
        const LINES: u32 = 5;
        let inside = |line: u32| {
            let y = bounds.top + bounds.height() * (f64::from(line) + 0.5) / f64::from(LINES);
            let mut crossings: Vec<_> = self.crossings(y).collect();
            crossings.sort_by(f64::total_cmp);
            let within = |pair: &[f64]| match pair {
                [from, to] => (to.min(bounds.right) - from.max(bounds.left)).max(0.0),
                _ => 0.0,
            };
            crossings.chunks(2).map(within).sum::<f64>()
        };
        (0..LINES).map(inside).sum::<f64>() / f64::from(LINES) / bounds.width()
    }

    /// The places in the area for a name set in any of these ways, best first.
    pub fn inside(&self, settings: &[Setting]) -> Vec<Candidate> {
        let main = &self.main;
        let step = (main.width() * main.height() / PLACES).sqrt().max(LEAST_STEP);
        let along = |from: f64, to: f64| {
            let count = ((to - from) / step).floor().clamp(0.0, 2.0 * PLACES) as u32;
            let first = from + ((to - from) - f64::from(count) * step) / 2.0;
            (0..=count).map(move |index| first + f64::from(index) * step)
        };
        let mut candidates = Vec::new();
        for (index, setting) in settings.iter().enumerate() {
            if setting.width * LEAST_SHARE > main.width() || setting.height > main.height() {
                continue;
            }
            let grid = along(main.left, main.right)
                .flat_map(|x| along(main.top, main.bottom).map(move |y| (x, y)));
            // The middle itself is the best place of all if it has room.
            let places: Vec<_> = std::iter::once(self.middle)
                .chain(grid)
                .map(|(x, y)| (x, y, self.growth(x, y, setting.width, setting.height)))
                .filter(|place| place.2 > HOPELESS)
                .collect();
            let roomy = places.iter().filter(|place| place.2 >= 1.0).count() >= ENOUGH;
            for (x, y, growth) in places {
                let bounds = setting.around(x, y);
                let share = match growth {
                    g if g >= 1.0 => 1.0,
                    _ if roomy => continue,
                    _ => self.share(&bounds),
                };
                if share < LEAST_SHARE {
                    continue;
                }
                let off = (x - self.middle.0).hypot(y - self.middle.1) / self.size.sqrt();
                let cost = 2.0 * (ROOMY - growth).max(0.0)
                    + 8.0 * (1.0 - share)
                    + if share < SHARE { OVERRUN } else { 0.0 }
                    + off
                    + 0.4 * index as f64;
                let anchor = Anchor::Middle;
                candidates.push(Candidate {
                    bounds,
                    anchor,
                    setting: index,
                    leader: None,
                    air: AIR,
                    cost,
                });
            }
        }
        candidates.sort_by(|a, b| a.cost.total_cmp(&b.cost));
        candidates
    }

    /// The places beside an area that is too small for its name, on no land and clear of other
    /// areas, so that it can be taken for no other's; best first.
    pub fn beside(&self, setting: &Setting, land: &[Shape], others: &[&Shape]) -> Vec<Candidate> {
        const DIRECTIONS: u32 = 16;
        let main = &self.main;
        if main.width().max(main.height()) > SMALL_ENOUGH * setting.width {
            return Vec::new();
        }
        let place = |step: u32| {
            let turn = std::f64::consts::TAU * f64::from(step) / f64::from(DIRECTIONS);
            let (right, down) = (turn.cos(), -turn.sin());
            let anchor = match right {
                r if r > 0.3 => Anchor::Start,
                r if r < -0.3 => Anchor::End,
                _ => Anchor::Middle,
            };
            // Outwards from the middle until the name is off the area.
            let at = |reach: f64| {
                let half = match anchor {
                    Anchor::Start => setting.width / 2.0,
                    Anchor::Middle => 0.0,
                    Anchor::End => -setting.width / 2.0,
                };
                let (x, y) = (self.middle.0 + right * reach, self.middle.1 + down * reach);
                setting.around(x + half, y + down * setting.height * 0.4)
            };
            let bounds = (0..80)
                .map(|reach| at(0.5 * f64::from(reach)))
                .find(|bounds| !self.touches(&bounds.grown(GAP)))?;
            let cost = 20.0 + (1.0 - right) + if down > 0.1 { 0.2 } else { 0.0 };
            let on_land = land.iter().any(|land| land.touches(&bounds.grown(0.4)));
            let clear = !others.iter().any(|other| other.touches(&bounds.grown(CLEAR)));
            let close = main.grown(REACH).overlaps(&bounds);
            (!on_land && clear && close).then_some(Candidate {
                bounds,
                anchor,
                setting: 0,
                leader: None,
                air: AIR_BESIDE,
                cost,
            })
        };
        let mut candidates: Vec<_> = (0..DIRECTIONS).filter_map(place).collect();
        candidates.sort_by(|a, b| a.cost.total_cmp(&b.cost));
        candidates
    }
}

/// Twice the area of a ring, and its first moments.
fn moments(ring: &[(f64, f64)]) -> (f64, f64, f64) {
    edges(ring).fold((0.0, 0.0, 0.0), |(size, x, y), (a, b)| {
        let cross = a.0 * b.1 - b.0 * a.1;
        (size + cross, x + (a.0 + b.0) * cross, y + (a.1 + b.1) * cross)
    })
}

/// The edges of a ring, the one from its last point to its first included.
fn edges(ring: &[(f64, f64)]) -> impl Iterator<Item = Segment> + '_ {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

/// The distance of a line from the origin, by the greater of the two coordinates.
fn distance(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let at = |share: f64| {
        let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
        (a.0 + dx * share).abs().max((a.1 + dy * share).abs())
    };
    // It is least at an end, or where the coordinates are alike or one of them is zero.
    let shares =
        [0.0, 1.0, (a.1 - a.0) / (dx - dy), (a.1 + a.0) / -(dx + dy), -a.0 / dx, -a.1 / dy];
    shares.into_iter().map(at).fold(f64::INFINITY, f64::min)
}
