//! Rings to polygons, for the formats that keep them in one list.

use geo::coordinate_position::{CoordPos, CoordinatePosition};
use geo::{Area, BoundingRect, LineString};

/// Makes polygons of rings in any order and winding: a ring within an odd number of others is a
/// hole of the smallest of them, any other is a shell.
pub(super) fn assemble(rings: Vec<LineString<f64>>) -> Vec<geo::Polygon<f64>> {
    struct Ring {
        shell: geo::Polygon<f64>,
        area: f64,
        bounds: geo::Rect<f64>,
        /// The shell that it is a hole of.
        of: Option<usize>,
    }
    let ring = |line: LineString<f64>| {
        let bounds = line.bounding_rect()?;
        let shell = geo::Polygon::new(line, Vec::new());
        Some(Ring { area: shell.unsigned_area(), shell, bounds, of: None })
    };
    let mut rings: Vec<Ring> = rings.into_iter().filter_map(ring).collect();
    let holders: Vec<Option<usize>> = rings
        .iter()
        .map(|inner| {
            let around = rings.iter().enumerate().filter(|(_, outer)| {
                outer.area > inner.area
                    && holds(&outer.bounds, &inner.bounds)
                    && is_within(inner.shell.exterior(), &outer.shell)
            });
            let around: Vec<(usize, &Ring)> = around.collect();
            let smallest = around.iter().min_by(|(_, a), (_, b)| a.area.total_cmp(&b.area));
            smallest.filter(|_| around.len() % 2 == 1).map(|(index, _)| *index)
        })
        .collect();
    for (ring, holder) in rings.iter_mut().zip(holders) {
        ring.of = holder;
    }
    let mut places = vec![None; rings.len()];
    let mut polygons: Vec<geo::Polygon<f64>> = Vec::new();
    for (ring, place) in rings.iter().zip(&mut places).filter(|(ring, _)| ring.of.is_none()) {
        *place = Some(polygons.len());
        polygons.push(ring.shell.clone());
    }
    for ring in rings {
        let holder = ring.of.and_then(|index| places.get(index).copied().flatten());
        if let Some(polygon) = holder.and_then(|place| polygons.get_mut(place)) {
            polygon.interiors_push(ring.shell.into_inner().0);
        }
    }
    polygons
}

fn holds(outer: &geo::Rect<f64>, inner: &geo::Rect<f64>) -> bool {
    outer.min().x <= inner.min().x
        && outer.min().y <= inner.min().y
        && outer.max().x >= inner.max().x
        && outer.max().y >= inner.max().y
}

/// Whether a ring lies in a polygon, by a few of its vertices: none is outside, and one is inside.
fn is_within(ring: &LineString<f64>, polygon: &geo::Polygon<f64>) -> bool {
    let step = (ring.0.len() / 8).max(1);
    let mut inside = false;
    for vertex in ring.0.iter().step_by(step) {
        match polygon.coordinate_position(vertex) {
            CoordPos::Outside => return false,
            CoordPos::Inside => inside = true,
            CoordPos::OnBoundary => {}
        }
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: f64, size: f64, clockwise: bool) -> LineString<f64> {
        let (a, b) = (x, x + size);
        let mut ring = vec![(a, a), (a, b), (b, b), (b, a), (a, a)];
        if !clockwise {
            ring.reverse();
        }
        ring.into()
    }

    #[test]
    fn holes_are_found_however_rings_are_wound() {
        for shell in [true, false] {
            for hole in [true, false] {
                // A hole before its shell, an island in the hole, and another land.
                let rings = vec![
                    square(1.0, 8.0, hole),
                    square(0.0, 10.0, shell),
                    square(4.0, 1.0, shell),
                    square(20.0, 5.0, hole),
                ];
                let polygons = assemble(rings);
                assert_eq!(polygons.len(), 3, "{shell} {hole}");
                assert_eq!(polygons[0].interiors().len(), 1);
                let area: f64 = polygons.iter().map(Area::unsigned_area).sum();
                assert_eq!(area, 100.0 - 64.0 + 1.0 + 25.0);
            }
        }
    }
}
