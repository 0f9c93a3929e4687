//! The graticule, the degrees at its ends, and an arrow where north is not up.

use super::frame::Frame;
use super::projection::{east, north as north_of};
use super::scene::{Anchor, Bounds, Node, Paint, PathData, Text};
use super::style::{self, INK_SOFT, SMALL};

/// Steps between two lines, in degrees.
const STEPS: [f64; 9] = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0];
/// The least distance between two lines, in points.
const LEAST: f64 = 38.0;
/// Meridians that come together at a pole stand this far apart at least, in degrees.
const AT_POLE: f64 = 30.0;
/// Degrees that north may be off before an arrow says where it is.
const ASKEW: f64 = 15.0;

/// How its lines are drawn.
pub fn paint() -> Paint {
    Paint::line(style::GRATICULE, 0.3)
}

/// The step that suits a map, in degrees.
pub fn step(frame: &Frame) -> f64 {
    let most = STEPS[STEPS.len() - 1];
    if frame.world {
        return most;
    }
    let wanted = frame.degrees_long(LEAST);
    STEPS.into_iter().find(|step| *step >= wanted).unwrap_or(most)
}

/// The step between meridians where parallels are a step apart: wider where they run together.
fn between_meridians(frame: &Frame, step: f64) -> f64 {
    if frame.pole().is_some() && step >= 2.0 {
        return step.max(AT_POLE);
    }
    let panel = frame.panel;
    let middle = ((panel.left + panel.right) / 2.0, (panel.top + panel.bottom) / 2.0);
    let Some((_, latitude)) = frame.degrees(middle.0, middle.1).filter(|_| !frame.world) else {
        return step;
    };
    let wanted = frame.degrees_long(LEAST / 2.0) / latitude.to_radians().cos().max(0.01);
    let mut steps = STEPS.into_iter().filter(|wider| *wider >= step);
    if step >= wanted { step } else { steps.find(|s| *s >= wanted).unwrap_or(AT_POLE) }
}

/// Its lines, every `step` degrees.
pub fn lines(frame: &Frame, step: f64) -> PathData {
    let mut path = PathData::default();
    // Around a pole meridians would run into a blot; along the world's edge they are labelled.
    let short = if 90.0 % step == 0.0 { step } else { 90.0 % step };
    let polar = if frame.world && frame.pole().is_none() { 90.0 } else { 90.0 - short };
    for meridian in multiples(between_meridians(frame, step), 180.0) {
        let line = geo::LineString::from(vec![(meridian, -polar), (meridian, polar)]);
        frame.line(&line, &mut path);
    }
    for parallel in multiples(step, 90.0).filter(|parallel| parallel.abs() < 90.0) {
        let line = geo::LineString::from(vec![(-180.0, parallel), (180.0, parallel)]);
        frame.line(&line, &mut path);
    }
    path
}

/// All multiples of a step up to a limit, on both sides of zero.
fn multiples(step: f64, limit: f64) -> impl DoubleEndedIterator<Item = f64> {
    let most = (limit / step + 1e-9).floor() as i32;
    (-most..=most).map(move |count| f64::from(count) * step)
}

/// Degrees at the neat line: parallels at the left, meridians below, as many as find room. Around
/// a pole they stand inside, off what is `taken`: meridians along the edge, parallels down the
/// central meridian.
pub fn degrees(frame: &Frame, step: f64, taken: &[Bounds]) -> Vec<Text> {
    if let Some((pole, at)) = frame.pole() {
        return degrees_around(frame, step, (pole, at), taken);
    }
    let panel = frame.panel;
    let central = frame.projection.central;
    let mut labels = Degrees { labels: Vec::new(), taken: &[], halo: false };
    for parallel in multiples(step, 89.0) {
        let line: Vec<_> = multiples(1.0, 180.0).map(|l| (central + l, parallel)).collect();
        let crossing = if frame.world {
            frame.trace(&line).first().map(|at| (left_of_edge(frame, *at, parallel), at.1))
        } else {
            crossing(&frame.trace(&line), |(x, _)| x - panel.left)
                .filter(|(_, y)| (panel.top + 3.0..panel.bottom - 1.0).contains(y))
        };
        if let Some((x, y)) = crossing {
            labels.put(x - 2.5, y + SMALL * 0.36, north_of(parallel), Anchor::End);
        }
    }
    // From the middle outwards, so that what finds no room is left out evenly.
    let mut meridians: Vec<_> =
        multiples(between_meridians(frame, step), 180.0).filter(|m| *m > -180.0).collect();
    meridians.sort_by(|a, b| from(*a, central).abs().total_cmp(&from(*b, central).abs()));
    for meridian in meridians {
        let crossing = if frame.world {
            let at_edge = from(meridian, central).abs() > 179.0;
            (!at_edge).then(|| frame.trace(&[(meridian, -90.0)])).and_then(|p| p.first().copied())
        } else {
            let line: Vec<_> = multiples(1.0, 89.0).map(|latitude| (meridian, latitude)).collect();
            crossing(&frame.trace(&line), |(_, y)| panel.bottom - y)
                .filter(|(x, _)| (panel.left + 5.0..panel.right - 5.0).contains(x))
        };
        if let Some((x, _)) = crossing {
            labels.put(x, panel.bottom + SMALL * 1.15, east(meridian), Anchor::Middle);
        }
    }
    labels.labels
}

/// The least x of the world's curved edge beside a label at a parallel.
fn left_of_edge(frame: &Frame, (x, y): (f64, f64), parallel: f64) -> f64 {
    let west = frame.projection.central - 180.0;
    let edge: Vec<_> =
        multiples(0.5, 6.0).map(|off| (west, (parallel + off).clamp(-90.0, 90.0))).collect();
    let beside = frame.trace(&edge).into_iter().filter(|at| (at.1 - y).abs() <= SMALL * 0.6);
    beside.map(|at| at.0).fold(x, f64::min)
}

/// Labels of degrees, off each other.
struct Degrees<'a> {
    labels: Vec<Text>,
    taken: &'a [Bounds],
    halo: bool,
}

impl Degrees<'_> {
    fn put(&mut self, x: f64, y: f64, text: String, anchor: Anchor) {
        let label = Text::new(x, y, SMALL, text).anchor(anchor).colour(INK_SOFT);
        let label = if self.halo { label.halo() } else { label };
        let bounds = label.bounds().grown(1.0);
        let mut others = self.labels.iter().map(Text::bounds).chain(self.taken.iter().copied());
        if !others.any(|other| other.overlaps(&bounds)) {
            self.labels.push(label);
        }
    }
}

fn degrees_around(
    frame: &Frame,
    step: f64,
    (pole, middle): (f64, (f64, f64)),
    taken: &[Bounds],
) -> Vec<Text> {
    let mut labels = Degrees { labels: Vec::new(), taken, halo: true };
    let panel = frame.panel;
    let central = frame.projection.central;
    let meridians = between_meridians(frame, step);
    for meridian in multiples(meridians, 180.0).filter(|meridian| *meridian > -180.0) {
        let text = east(meridian);
        let room = Text::new(0.0, 0.0, SMALL, text.as_str()).bounds().width() / 2.0 + 2.0;
        let inside = |&(x, y): &(f64, f64)| {
            let within = Bounds {
                left: panel.left + room,
                top: panel.top + SMALL,
                right: panel.right - room,
                bottom: panel.bottom - SMALL,
            };
            let reach = panel.width() / 2.0 - room.max(SMALL);
            let round = !frame.world || (x - middle.0).hypot(y - middle.1) < reach;
            within.holds(x, y) && round
        };
        let down: Vec<_> = (4..=700)
            .map(|quarter| (meridian, pole - pole.signum() * f64::from(quarter) / 4.0))
            .collect();
        let line = frame.trace(&down);
        if let Some((x, y)) = line.into_iter().take_while(inside).last() {
            labels.put(x, y + SMALL * 0.36, text, Anchor::Middle);
        }
    }
    for parallel in multiples(step, 89.0) {
        let at = frame.trace(&[(central, parallel)]).first().copied();
        if let Some((x, y)) = at.filter(|(x, y)| panel.grown(-SMALL).holds(*x, *y)) {
            labels.put(x + 1.5, y - 1.5, north_of(parallel), Anchor::Start);
        }
    }
    labels.labels
}

/// An arrow to the north with the rectangle that it covers, where north is not up in the middle
/// of the map; none around a pole. It stands in an upper corner that is not `covered`.
pub fn north(frame: &Frame, covered: &[Bounds]) -> Option<(Bounds, Vec<Node>)> {
    let panel = frame.panel;
    if frame.world || frame.pole().is_some() {
        return None;
    }
    let (x, y) = ((panel.left + panel.right) / 2.0, (panel.top + panel.bottom) / 2.0);
    let (longitude, latitude) = frame.degrees(x, y)?;
    let nearby = [(longitude, latitude), (longitude, (latitude + 0.5).min(90.0))];
    let ends = frame.trace(&nearby);
    let (&(x0, y0), &(x1, y1)) = (ends.first()?, ends.last()?);
    let askew = (x1 - x0).atan2(y0 - y1);
    if !askew.is_finite() || askew.to_degrees().abs() < ASKEW {
        return None;
    }
    let half = 11.0;
    let at = |x: f64| {
        let y = panel.top + half + 4.0;
        Bounds { left: x - half, top: y - half, right: x + half, bottom: y + half }
    };
    let places = [at(panel.right - half - 4.0), at(panel.left + half + 4.0)];
    let bounds =
        places.into_iter().find(|place| !covered.iter().any(|other| other.overlaps(place)))?;
    let (x, y) = ((bounds.left + bounds.right) / 2.0, (bounds.top + bounds.bottom) / 2.0);
    let (sin, cos) = askew.sin_cos();
    // From along and across the arrow, which points up before it is turned.
    let turned = |across: f64, up: f64| (x + across * cos + up * sin, y + across * sin - up * cos);
    let mut head = PathData::default();
    head.ring(&[turned(0.0, 4.0), turned(2.2, -1.5), turned(0.0, -0.3), turned(-2.2, -1.5)]);
    let mut shaft = PathData::default();
    shaft.line(&[turned(0.0, -7.0), turned(0.0, 0.0)]);
    let (text_x, text_y) = turned(0.0, 7.2);
    let label = Text::new(text_x, text_y + SMALL * 0.36, SMALL, "N").anchor(Anchor::Middle).halo();
    let nodes = vec![
        Node::Path { data: shaft.data, paint: Paint::line(style::INK, 0.6) },
        Node::Path { data: head.data, paint: Paint::fill(style::INK) },
        Node::Text(label),
    ];
    Some((bounds, nodes))
}

/// Degrees east of the central meridian, west ones negative.
fn from(meridian: f64, central: f64) -> f64 {
    (meridian - central + 180.0).rem_euclid(360.0) - 180.0
}

/// Where a line first passes from below zero to above, by the measure given.
fn crossing(line: &[(f64, f64)], measure: impl Fn((f64, f64)) -> f64) -> Option<(f64, f64)> {
    line.windows(2).find_map(|pair| {
        let (a, b) = (measure(pair[0]), measure(pair[1]));
        (a <= 0.0 && b > 0.0).then(|| {
            let share = a / (a - b);
            (
                pair[0].0 + (pair[1].0 - pair[0].0) * share,
                pair[0].1 + (pair[1].1 - pair[0].1) * share,
            )
        })
    })
}
