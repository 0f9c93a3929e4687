//! How many symbols can't be seen, because those drawn after them cover them wholly.

use std::collections::HashMap;

/// Spots of a symbol that are looked at, as shares of its radius: the middle and a ring.
const RING: usize = 24;
const RING_AT: f64 = 0.97;

/// Of discs in the order in which they are drawn, all of one radius, how many are wholly covered
/// by later ones. Other shapes have a disc's area and count as one.
pub fn covered(discs: &[(f64, f64)], radius: f64) -> usize {
    let cell =
        |x: f64, y: f64| ((x / radius / 2.0).floor() as i64, (y / radius / 2.0).floor() as i64);
    let mut cells: HashMap<(i64, i64), Vec<usize>> = HashMap::new();
    for (index, &(x, y)) in discs.iter().enumerate() {
        cells.entry(cell(x, y)).or_default().push(index);
    }
    let later_at = |index: usize, x: f64, y: f64| {
        let (column, row) = cell(x, y);
        (column - 1..=column + 1)
            .flat_map(|column| (row - 1..=row + 1).map(move |row| (column, row)))
            .filter_map(|cell| cells.get(&cell))
            .flatten()
            .any(|&other| other > index && (discs[other].0 - x).hypot(discs[other].1 - y) <= radius)
    };
    let is_covered = |index: &usize| {
        let (x, y) = discs[*index];
        let ring = (0..RING).map(|step| {
            let angle = std::f64::consts::TAU * step as f64 / RING as f64;
            (x + RING_AT * radius * angle.cos(), y + RING_AT * radius * angle.sin())
        });
        std::iter::once((x, y)).chain(ring).all(|(x, y)| later_at(*index, x, y))
    };
    (0..discs.len()).filter(is_covered).count()
}

#[cfg(test)]
mod tests {
    use super::covered;

    #[test]
    fn a_disc_is_covered_by_later_ones_only() {
        let spot = (10.0, 10.0);
        assert_eq!(covered(&[spot, spot, spot], 1.0), 2);
        assert_eq!(covered(&[spot, (11.0, 10.0)], 1.0), 0, "half seen");
        let around = [(9.3, 10.0), (10.7, 10.0), (10.0, 9.3), (10.0, 10.7)];
        let mut discs = vec![spot];
        discs.extend(around);
        assert_eq!(covered(&discs, 1.0), 1, "covered by several together");
        discs.rotate_left(1);
        assert_eq!(covered(&discs, 1.0), 0, "drawn last");
    }
}
