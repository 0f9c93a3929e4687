//! Cutting rings and lines at the sides of a rectangle, in degrees or on the page.

/// One side of a rectangle, and which side of it is inside.
pub struct Side {
    vertical: bool,
    at: f64,
    above: bool,
}

/// The sides of a rectangle between two corners, the first one with the lesser coordinates.
pub fn sides(x0: f64, y0: f64, x1: f64, y1: f64) -> [Side; 4] {
    [
        Side { vertical: true, at: x0, above: true },
        Side { vertical: true, at: x1, above: false },
        Side { vertical: false, at: y0, above: true },
        Side { vertical: false, at: y1, above: false },
    ]
}

impl Side {
    fn inside(&self, (x, y): (f64, f64)) -> bool {
        let value = if self.vertical { x } else { y };
        if self.above { value >= self.at } else { value <= self.at }
    }

    fn crossing(&self, (x0, y0): (f64, f64), (x1, y1): (f64, f64)) -> (f64, f64) {
        if self.vertical {
            (self.at, y0 + (y1 - y0) * (self.at - x0) / (x1 - x0))
        } else {
            (x0 + (x1 - x0) * (self.at - y0) / (y1 - y0), self.at)
        }
    }
}

/// The part of a ring inside all sides (Sutherland and Hodgman 1974). What falls apart stays
/// joined along the sides.
pub fn ring(mut points: Vec<(f64, f64)>, sides: &[Side]) -> Vec<(f64, f64)> {
    for side in sides {
        if points.iter().all(|&point| side.inside(point)) {
            continue;
        }
        let mut kept = Vec::with_capacity(points.len());
        for (index, &point) in points.iter().enumerate() {
            let before = points[(index + points.len() - 1) % points.len()];
            if side.inside(point) != side.inside(before) {
                kept.push(side.crossing(before, point));
            }
            if side.inside(point) {
                kept.push(point);
            }
        }
        points = kept;
    }
    points
}

/// The pieces of a line inside all sides.
pub fn line(points: Vec<(f64, f64)>, sides: &[Side]) -> Vec<Vec<(f64, f64)>> {
    let mut pieces = vec![points];
    for side in sides {
        let mut kept = Vec::new();
        for piece in pieces {
            if piece.iter().all(|&point| side.inside(point)) {
                kept.push(piece);
                continue;
            }
            let mut current = Vec::new();
            for (index, &point) in piece.iter().enumerate() {
                if let Some(&before) = index.checked_sub(1).and_then(|i| piece.get(i))
                    && side.inside(point) != side.inside(before)
                {
                    current.push(side.crossing(before, point));
                    if !side.inside(point) {
                        kept.push(std::mem::take(&mut current));
                    }
                }
                if side.inside(point) {
                    current.push(point);
                }
            }
            kept.push(current);
        }
        pieces = kept;
    }
    pieces.retain(|piece| piece.len() > 1);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_keeps_what_is_inside() {
        let square = vec![(-1.0, -1.0), (3.0, -1.0), (3.0, 3.0), (-1.0, 3.0)];
        let cut = ring(square, &sides(0.0, 0.0, 2.0, 2.0));
        let mut corners = cut.clone();
        corners.sort_by(|a, b| a.partial_cmp(b).unwrap());
        corners.dedup();
        assert_eq!(corners, [(0.0, 0.0), (0.0, 2.0), (2.0, 0.0), (2.0, 2.0)]);
        assert!(
            ring(vec![(5.0, 5.0), (6.0, 5.0), (6.0, 6.0)], &sides(0.0, 0.0, 2.0, 2.0)).is_empty()
        );
    }

    #[test]
    fn a_line_falls_into_the_pieces_inside() {
        let zigzag = vec![(-1.0, 1.0), (1.0, 1.0), (1.0, 5.0), (1.5, 5.0), (1.5, 1.0), (3.0, 1.0)];
        let pieces = line(zigzag, &sides(0.0, 0.0, 2.0, 2.0));
        assert_eq!(pieces.len(), 2);
        assert_eq!(pieces[0], [(0.0, 1.0), (1.0, 1.0), (1.0, 2.0)]);
        assert_eq!(pieces[1], [(1.5, 2.0), (1.5, 1.0), (2.0, 1.0)]);
    }
}
