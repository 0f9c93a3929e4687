//! Rows above a header: the title of a table, or a word on how it is to be read.

use crate::letters::quoted;

/// How many rows are looked at.
const LOOKED_AT: usize = 20;

/// How many of a table's first rows are no part of it, by how many cells each fills: those above
/// the first that fills more than one. None where no row does.
pub(super) fn titles(filled: impl Iterator<Item = usize>) -> usize {
    filled.take(LOOKED_AT).position(|cells| cells > 1).unwrap_or(0)
}

/// The word on such a row.
pub(super) fn passed_over<'a>(row: u64, cells: impl Iterator<Item = &'a str>) -> String {
    let cells: Vec<&str> = cells.map(str::trim).filter(|cell| !cell.is_empty()).collect();
    format!("row {row} stands above the header and is passed over: {}", quoted(&cells.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_what_stands_alone_above_a_wider_row() {
        assert_eq!(titles([3, 3, 3].into_iter()), 0);
        assert_eq!(titles([1, 1, 4, 4].into_iter()), 2);
        assert_eq!(titles([1, 1, 1].into_iter()), 0);
        assert_eq!(titles(std::iter::repeat_n(1, 50).chain([4])), 0);
    }
}
