//! Straight lines on the page: leaders, and the lines that labels keep off.

use super::super::scene::Bounds;

/// A straight line from one point of the page to another.
pub type Segment = ((f64, f64), (f64, f64));

/// The box around a line.
pub fn around((a, b): Segment) -> Bounds {
    Bounds { left: a.0.min(b.0), top: a.1.min(b.1), right: a.0.max(b.0), bottom: a.1.max(b.1) }
}

/// Whether any of a line lies in a rectangle.
pub fn crosses(line: Segment, bounds: &Bounds) -> bool {
    let Bounds { left, top, right, bottom } = *bounds;
    let (from, to) = line;
    if from.0.max(to.0) < left
        || from.0.min(to.0) > right
        || from.1.max(to.1) < top
        || from.1.min(to.1) > bottom
    {
        return false;
    }
    let diagonals = [((left, top), (right, bottom)), ((left, bottom), (right, top))];
    bounds.holds(from.0, from.1)
        || bounds.holds(to.0, to.1)
        || diagonals.iter().any(|diagonal| meet(line, *diagonal))
}

/// Whether two lines cross or touch.
pub fn meet((a, b): Segment, (c, d): Segment) -> bool {
    let turn = |p: (f64, f64), q: (f64, f64), r: (f64, f64)| {
        (q.0 - p.0) * (r.1 - p.1) - (q.1 - p.1) * (r.0 - p.0)
    };
    let (first, second) = (around((a, b)), around((c, d)));
    let apart = first.left > second.right
        || second.left > first.right
        || first.top > second.bottom
        || second.top > first.bottom;
    !apart && turn(a, b, c) * turn(a, b, d) <= 0.0 && turn(c, d, a) * turn(c, d, b) <= 0.0
}

/// A line in pieces no longer than `length`, so that the boxes around them are small.
pub fn pieces((a, b): Segment, length: f64) -> impl Iterator<Item = Segment> {
    let count = ((b.0 - a.0).hypot(b.1 - a.1) / length).ceil().clamp(1.0, 1e4) as usize;
    let at = move |index: usize| {
        let share = index as f64 / count as f64;
        (a.0 + (b.0 - a.0) * share, a.1 + (b.1 - a.1) * share)
    };
    (0..count).map(move |index| (at(index), at(index + 1)))
}
