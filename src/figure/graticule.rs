//! The graticule and the degrees at its ends.

use super::frame::Frame;
use super::scene::{Anchor, Node, Paint, PathData, Text};
use super::style::{self, INK_SOFT, SMALL};

/// How its lines are drawn.
pub fn paint() -> Paint {
    Paint::line(style::GRATICULE, 0.3)
}

/// Its lines, every `step` degrees.
pub fn lines(frame: &Frame, step: f64) -> PathData {
    let mut path = PathData::default();
    let polar = 90.0 - if 90.0 % step == 0.0 { step } else { 90.0 % step };
    for meridian in multiples(step, 180.0) {
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
fn multiples(step: f64, limit: f64) -> impl Iterator<Item = f64> {
    let most = (limit / step).floor() as i32;
    (-most..=most).map(move |count| f64::from(count) * step)
}

/// Degrees at the map's edge: parallels at the left, meridians below, as many as find room.
pub fn degrees(frame: &Frame, step: f64) -> Vec<Node> {
    let panel = frame.panel;
    let central = frame.projection.central;
    let mut labels: Vec<Text> = Vec::new();
    let mut put = |x: f64, y: f64, text: String, anchor| {
        let label = Text::new(x, y, SMALL, text).anchor(anchor).colour(INK_SOFT);
        let bounds = label.bounds().grown(1.0);
        if !labels.iter().any(|other| other.bounds().overlaps(&bounds)) {
            labels.push(label);
        }
    };
    for parallel in multiples(step, 89.0) {
        let line: Vec<_> = multiples(1.0, 180.0).map(|l| (central + l, parallel)).collect();
        let crossing = if frame.world {
            frame.trace(&line).first().copied()
        } else {
            crossing(&frame.trace(&line), |(x, _)| x - panel.left)
                .filter(|(_, y)| (panel.top + 3.0..panel.bottom - 1.0).contains(y))
        };
        if let Some((x, y)) = crossing {
            put(x - 2.5, y + SMALL * 0.36, latitude(parallel), Anchor::End);
        }
    }
    // From the middle outwards, so that what finds no room is left out evenly.
    let mut meridians: Vec<_> = multiples(step, 180.0).filter(|m| *m > -180.0).collect();
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
            put(x, panel.bottom + SMALL * 1.15, longitude(meridian), Anchor::Middle);
        }
    }
    labels.into_iter().map(Node::Text).collect()
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

fn latitude(degrees: f64) -> String {
    match degrees {
        0.0 => "0°".into(),
        d if d > 0.0 => format!("{d}° N"),
        d => format!("{}° S", -d),
    }
}

fn longitude(degrees: f64) -> String {
    match degrees {
        0.0 => "0°".into(),
        180.0 => "180°".into(),
        d if d > 0.0 => format!("{d}° E"),
        d => format!("{}° W", -d),
    }
}
