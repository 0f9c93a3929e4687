//! Libraries that panic where a file is damaged: the panic becomes a reason, and nothing is printed.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    /// Whether a panic on this thread is going to be caught.
    static CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// What `work` gives, or what it said when it panicked. `work` must not leave anything half done
/// that is used again.
pub(super) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    // The hook is the whole program's: it stays once it is there, and passes on what is not ours.
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |panic| {
            if !CAUGHT.get() {
                usual(panic);
            }
        }));
    });
    let before = CAUGHT.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(work));
    CAUGHT.set(before);
    outcome.map_err(|panic| said(&*panic))
}

fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or(panic.downcast_ref::<&str>().copied()).unwrap_or("it makes no sense").to_owned()
}
