//! The order along a Hilbert curve: places that are neighbours on it are neighbours on the map.

/// The bounds of places: west, south, east and north end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bounds(pub Option<[f64; 4]>);

impl Bounds {
    /// Of no places.
    pub const NONE: Bounds = Bounds(None);

    /// Takes in a place.
    pub fn add(&mut self, [x, y]: [f64; 2]) {
        self.0 = Some(match self.0 {
            None => [x, y, x, y],
            Some([west, south, east, north]) => {
                [west.min(x), south.min(y), east.max(x), north.max(y)]
            }
        });
    }

    /// How far along the curve through these bounds a place lies, in 2³² steps.
    pub fn position(&self, [x, y]: [f64; 2]) -> u32 {
        let [west, south, east, north] = self.0.unwrap_or_default();
        let step = |from: f64, to: f64, at: f64| {
            let share = if to > from { (at - from) / (to - from) } else { 0.0 };
            // Between 0 and 65535, since the place lies within the bounds.
            (share * f64::from(u16::MAX)).floor() as u16
        };
        position(step(west, east, x), step(south, north, y))
    }
}

/// How far along a Hilbert curve of order 16 the cell lies (H. S. Warren, Hacker's Delight, 2nd
/// ed. 2012, section 16.2).
fn position(x: u16, y: u16) -> u32 {
    let (mut x, mut y) = (u32::from(x), u32::from(y));
    let mut along = 0;
    for bit in (0..16).rev() {
        let (right, up) = ((x >> bit) & 1, (y >> bit) & 1);
        along = (along << 2) | ((3 * right) ^ up);
        if up == 0 {
            if right == 1 {
                (x, y) = (!x, !y);
            }
            (x, y) = (y, x);
        }
    }
    along
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_of_the_curve_leads_to_a_neighbour() {
        // The cells of a corner of 64 × 64 hold the first 4096 steps of the curve.
        let mut cells: Vec<(u32, i32, i32)> = (0..64_u16)
            .flat_map(|x| (0..64_u16).map(move |y| (position(x, y), i32::from(x), i32::from(y))))
            .collect();
        cells.sort_unstable();
        assert!(cells.iter().map(|cell| cell.0).eq(0..4096));
        for pair in cells.windows(2) {
            let (dx, dy) = (pair[1].1 - pair[0].1, pair[1].2 - pair[0].2);
            assert_eq!(dx.abs() + dy.abs(), 1, "{pair:?}");
        }
    }

    #[test]
    fn one_place_has_a_position_too() {
        let mut bounds = Bounds::NONE;
        bounds.add([110.0, 25.0]);
        assert_eq!(bounds.position([110.0, 25.0]), 0);
        bounds.add([120.0, 35.0]);
        assert!(bounds.position([110.0, 25.0]) != bounds.position([120.0, 35.0]));
    }
}
