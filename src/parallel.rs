//! Work on all cores, its results in the order of the input.

use std::num::NonZero;
use std::sync::mpsc;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// More threads would only wait for the one that reads.
const MOST_WORKERS: usize = 16;

/// How many pieces may be under way for each worker, so that memory does not grow where one
/// piece takes long.
const AHEAD: u64 = 2;

/// Does `work` on each piece, on all cores, and hands the results to `take` on this thread, in the
/// order of the pieces. Pieces are drawn as they are needed, so that any number of them takes the
/// memory of a few. After the first error of `take` no more pieces are drawn.
///
/// # Errors
/// The first error of `take`.
pub fn in_order<P, T: Send, E>(
    pieces: impl Iterator<Item = P> + Send,
    work: impl Fn(P) -> T + Sync,
    mut take: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    if cores == 1 {
        return pieces.map(work).try_for_each(take);
    }
    let line =
        Line { queue: Mutex::new(Queue { pieces, drawn: 0, taken: 0 }), moved: Condvar::new() };
    let (sender, results) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..cores.min(MOST_WORKERS) {
            let (line, work, sender) = (&line, &work, sender.clone());
            scope.spawn(move || {
                while let Some((number, piece)) = line.draw(AHEAD * cores as u64) {
                    if sender.send((number, work(piece))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let mut early = Vec::new();
        let mut next = 0;
        let outcome = results.iter().try_for_each(|result| {
            early.push(result);
            while let Some(at) = early.iter().position(|(number, _)| *number == next) {
                take(early.swap_remove(at).1)?;
                next += 1;
                line.taken(next);
            }
            Ok(())
        });
        if outcome.is_err() {
            line.taken(u64::MAX);
        }
        // Workers that still hold a piece find nobody to send it to.
        drop(results);
        outcome
    })
}

/// The pieces that are left, and how far each end of the work is.
struct Queue<I> {
    pieces: I,
    drawn: u64,
    /// How many results were taken; the highest number where no more are wanted.
    taken: u64,
}

/// The queue that the workers stand in line for.
struct Line<I> {
    queue: Mutex<Queue<I>>,
    moved: Condvar,
}

impl<I: Iterator> Line<I> {
    /// The next piece and its number, once fewer than `ahead` are under way; none at the end.
    fn draw(&self, ahead: u64) -> Option<(u64, I::Item)> {
        let far_ahead = |queue: &mut Queue<I>| queue.drawn >= queue.taken.saturating_add(ahead);
        let queue = self.moved.wait_while(self.lock(), far_ahead);
        let mut queue = queue.unwrap_or_else(PoisonError::into_inner);
        if queue.taken == u64::MAX {
            return None;
        }
        let piece = queue.pieces.next()?;
        queue.drawn += 1;
        Some((queue.drawn - 1, piece))
    }

    fn taken(&self, count: u64) {
        self.lock().taken = count;
        self.moved.notify_all();
    }

    /// The queue; a worker that panicked has left it whole.
    fn lock(&self) -> MutexGuard<'_, Queue<I>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Duration;

    #[test]
    fn results_come_in_order_and_few_pieces_are_under_way() {
        let drawn = AtomicU64::new(0);
        let pieces = (0..1000_u64).inspect(|_| {
            drawn.fetch_add(1, Ordering::SeqCst);
        });
        let mut taken = Vec::new();
        let work = |piece: u64| {
            // The first is slow, and the others must wait for it.
            thread::sleep(Duration::from_micros(if piece == 0 { 50_000 } else { piece % 7 }));
            piece
        };
        let limit = AHEAD * thread::available_parallelism().unwrap().get() as u64;
        in_order(pieces, work, |piece| {
            assert!(drawn.load(Ordering::SeqCst) <= taken.len() as u64 + limit);
            taken.push(piece);
            Ok::<(), ()>(())
        })
        .unwrap();
        assert!(taken.iter().copied().eq(0..1000));
    }

    #[test]
    fn an_error_ends_the_work() {
        let seen = Cell::new(0);
        let outcome = in_order(
            0..u64::MAX,
            |piece| piece,
            |piece| {
                seen.set(seen.get() + 1);
                if piece == 20 { Err("enough") } else { Ok(()) }
            },
        );
        assert_eq!((outcome, seen.get()), (Err("enough"), 21));
    }
}
