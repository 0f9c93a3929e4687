//! A uniform grid over the room: which things may lie at a place.
//!
//! Boxes on a page are small, many and evenly strewn, for which a grid beats a tree.

use std::ops::ControlFlow;

use super::super::scene::Bounds;

/// Width and height of a cell in points: about a label's height.
const CELL: f64 = 8.0;
/// Most cells along a side; beyond it cells grow.
const MOST: f64 = 512.0;

/// Things by number, each in all cells that its box touches.
pub struct Grid {
    left: f64,
    top: f64,
    cell: f64,
    columns: usize,
    rows: usize,
    cells: Vec<Vec<Entry>>,
}

/// A thing in a cell, with the first cell of its box.
#[derive(Clone, Copy)]
struct Entry {
    item: u32,
    column: u16,
    row: u16,
}

/// Cells from the first to the last, both included.
#[derive(Clone, Copy)]
struct Span {
    columns: (usize, usize),
    rows: (usize, usize),
}

impl Grid {
    /// An empty grid over a room.
    pub fn new(room: &Bounds) -> Self {
        let cell = CELL.max(room.width() / MOST).max(room.height() / MOST);
        let count = |length: f64| ((length / cell).ceil().clamp(1.0, MOST)) as usize;
        let (columns, rows) = (count(room.width()), count(room.height()));
        let cells = vec![Vec::new(); columns * rows];
        Grid { left: room.left, top: room.top, cell, columns, rows, cells }
    }

    /// Adds a thing.
    pub fn insert(&mut self, bounds: &Bounds, item: u32) {
        let span = self.span(bounds);
        let entry = Entry { item, column: span.columns.0 as u16, row: span.rows.0 as u16 };
        self.each(span, |cell| cell.push(entry));
    }

    /// Takes out a thing that was added with that box.
    pub fn remove(&mut self, bounds: &Bounds, item: u32) {
        self.each(self.span(bounds), |cell| cell.retain(|entry| entry.item != item));
    }

    /// Visits each thing whose cells a box touches, once for each time that it was added, until
    /// told to break; says whether it was.
    pub fn visit(
        &self,
        bounds: &Bounds,
        mut visit: impl FnMut(u32) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let span = self.span(bounds);
        for row in span.rows.0..=span.rows.1 {
            for column in span.columns.0..=span.columns.1 {
                for entry in self.cells.get(row * self.columns + column).into_iter().flatten() {
                    // In the first cell that both share, and no other.
                    let first_row = usize::from(entry.row).max(span.rows.0);
                    let first_column = usize::from(entry.column).max(span.columns.0);
                    if (row, column) == (first_row, first_column) {
                        visit(entry.item)?;
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Whether a thing near a box passes a test.
    pub fn any(&self, bounds: &Bounds, mut test: impl FnMut(u32) -> bool) -> bool {
        let visit =
            |item| if test(item) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
        self.visit(bounds, visit).is_break()
    }

    fn each(&mut self, span: Span, mut change: impl FnMut(&mut Vec<Entry>)) {
        for row in span.rows.0..=span.rows.1 {
            let cells = row * self.columns + span.columns.0..=row * self.columns + span.columns.1;
            self.cells.get_mut(cells).into_iter().flatten().for_each(&mut change);
        }
    }

    fn span(&self, bounds: &Bounds) -> Span {
        // What lies beyond an edge is kept in the cells there.
        let cell = |at: f64, start: f64, count: usize| {
            (((at - start) / self.cell).max(0.0) as usize).min(count - 1)
        };
        let (left, top) = (self.left, self.top);
        let column = |x| cell(x, left, self.columns);
        let row = |y| cell(y, top, self.rows);
        Span {
            columns: (column(bounds.left), column(bounds.right)),
            rows: (row(bounds.top), row(bounds.bottom)),
        }
    }
}
