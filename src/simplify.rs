//! Lines without the points that can't be seen (Douglas and Peucker 1973).
//!
//! The map draws some 100,000 points from a million; in place and without roots this takes a
//! quarter of the time of the `geo` crate.

/// Leaves out the points of the line from `start` on that lie within `tolerance` of the line
/// through the others; its ends stay.
pub(crate) fn thin<P: Copy + Into<(f64, f64)>>(points: &mut Vec<P>, start: usize, tolerance: f64) {
    let line = points.get(start..).unwrap_or_default();
    let Some(last) = line.len().checked_sub(1).filter(|last| *last > 1 && tolerance > 0.0) else {
        return;
    };
    let tolerance = tolerance * tolerance;
    let mut kept = vec![false; line.len()];
    (kept[0], kept[last]) = (true, true);
    let mut open = vec![(0, last)];
    while let Some((from, to)) = open.pop() {
        let far = distance((line[from].into(), line[to].into()));
        let (mut farthest, mut most) = (from, 0.0);
        for (index, &point) in line.iter().enumerate().take(to).skip(from + 1) {
            let away = far(point.into());
            if away >= most {
                (farthest, most) = (index, away);
            }
        }
        if most > tolerance {
            kept[farthest] = true;
            open.extend([(from, farthest), (farthest, to)]);
        }
    }
    let mut index = 0;
    points.retain(|_| {
        index += 1;
        index <= start || kept[index - 1 - start]
    });
}

/// The square of a point's distance from a stretch.
fn distance((a, b): ((f64, f64), (f64, f64))) -> impl Fn((f64, f64)) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = dx * dx + dy * dy;
    move |(x, y)| {
        let (from_x, from_y) = (x - a.0, y - a.1);
        let along = from_x * dx + from_y * dy;
        if along <= 0.0 {
            from_x * from_x + from_y * from_y
        } else if along >= length {
            (x - b.0) * (x - b.0) + (y - b.1) * (y - b.1)
        } else {
            let across = from_x * dy - from_y * dx;
            across * across / length
        }
    }
}

#[cfg(test)]
mod tests {
    use geo::{Coord, LineString, Simplify};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_points_kept_are_those_that_geo_keeps(
            line in prop::collection::vec((-50.0..50.0, -50.0..50.0), 0..60),
            start in 0_usize..3,
            tolerance in 0.0..20.0,
        ) {
            let mut thinned: Vec<(f64, f64)> = line.clone();
            thin(&mut thinned, start, tolerance);
            let (before, rest) = line.split_at(start.min(line.len()));
            let rest: LineString = rest.iter().map(|&(x, y)| Coord { x, y }).collect();
            let expected = rest.simplify(tolerance);
            let expected = expected.0.iter().map(|c| (c.x, c.y));
            prop_assert_eq!(thinned, before.iter().copied().chain(expected).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_closed_ring_keeps_what_stands_out() {
        let mut ring = vec![(0.0, 0.0), (5.0, 0.1), (10.0, 0.0), (10.0, 10.0), (0.0, 0.0)];
        thin(&mut ring, 0, 0.5);
        assert_eq!(ring, [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 0.0)]);
    }
}
