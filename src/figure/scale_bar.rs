//! The scale bar.

use geo::Point;
use geo::algorithm::{Distance, Haversine};

use super::frame::Frame;
use super::language::Words;
use super::legend::grouped;
use super::scene::{Bounds, Node, Paint, PathData, Text};
use super::style::{INK, PAPER, SMALL};

/// A map wider than this, in degrees of a great circle, has no one scale.
const SCALELESS: f64 = 120.0;
/// How far inside the map's edge it stands, and in what steps it looks for a place.
const INSIDE: f64 = 6.0;
const STRIDE: f64 = 8.0;

/// A scale bar.
pub struct ScaleBar {
    /// The rectangle that it covers.
    pub bounds: Bounds,
    /// What is drawn.
    pub nodes: Vec<Node>,
}

/// A bar of a round number of kilometres at the edge of the map where it hides nothing that is
/// `taken`, true at the latitude it names. None where there is no such place, and where one scale
/// says little.
pub fn draw(frame: &Frame, words: &Words, taken: &[Bounds]) -> Option<ScaleBar> {
    let panel = frame.panel;
    let (x, y) = ((panel.left + panel.right) / 2.0, (panel.top + panel.bottom) / 2.0);
    let reach = panel.width() * 0.1;
    let west = frame.degrees(x - reach, y)?;
    let east = frame.degrees(x + reach, y)?;
    if frame.world || frame.degrees_long(panel.width()) > SCALELESS {
        return None;
    }
    let kilometres = Haversine.distance(Point::from(west), Point::from(east)) / 1000.0;
    let per_kilometre = 2.0 * reach / kilometres;
    let share = if panel.width() > 120.0 { 0.2 } else { 0.35 };
    let wanted = panel.width() * share / per_kilometre;
    let step = 10f64.powf(wanted.log10().floor());
    let length = [5.0, 2.0, 1.0].into_iter().map(|m| m * step).find(|l| *l <= wanted)?;
    if length < 1.0 {
        return None;
    }

    let width = length * per_kilometre;
    let latitude = frame.degrees(x, y)?.1;
    let side = if latitude < 0.0 { 'S' } else { 'N' };
    let latitude = format!("{:.0}° {side}", latitude.abs());
    let at = panel.width() > 120.0;
    let template = if at { &words.map.kilometres_at } else { &words.map.kilometres };
    let template = template.replace("{n}", &grouped(length as usize));
    let label = Text::new(0.0, 0.0, SMALL, template.replace("{latitude}", &latitude)).halo();
    let breadth = label.bounds().width().max(width);

    let bounds = |(left, base): (f64, f64)| {
        let top = Text { y: base - 3.0, ..label.clone() }.bounds().top;
        Bounds { left, top, right: left + breadth, bottom: base + 1.0 }.grown(1.0)
    };
    // The lower left is where readers look for it; then along the lower edge, the upper one, and
    // in between.
    let (west, east) = (panel.left + INSIDE, panel.right - INSIDE - breadth);
    let (low, high) = (panel.bottom - INSIDE, panel.top + INSIDE + SMALL + 3.0);
    let corners = [(west, low), (east, low), (west, high), (east, high)];
    let along = |from: f64, to: f64| {
        let steps = ((to - from) / STRIDE).max(0.0) as u32;
        (0..=steps).map(move |step| from + f64::from(step) * STRIDE)
    };
    let between = [low, high].into_iter().chain(along(high, low));
    let between = between.flat_map(|base| along(west, east).map(move |left| (left, base)));
    let free = |place: &(f64, f64)| {
        let bounds = bounds(*place);
        !taken.iter().any(|other| other.overlaps(&bounds))
    };
    let (left, base) = corners.into_iter().chain(between).find(free)?;
    let bounds = bounds((left, base));
    let label = Text { x: left, y: base - 3.0, ..label };
    let mut path = PathData::default();
    path.line(&[
        (left, base - 1.8),
        (left, base),
        (left + width, base),
        (left + width, base - 1.8),
    ]);
    let line = path.data;
    let nodes = vec![
        Node::Path { data: line.clone(), paint: Paint::line(PAPER, 1.6) },
        Node::Path { data: line, paint: Paint::line(INK, 0.6) },
        Node::Text(label),
    ];
    Some(ScaleBar { bounds, nodes })
}
