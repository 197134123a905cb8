//! The deadline of the call that runs on this thread, for a body that looks at it.

use std::cell::Cell;
use std::time::Instant;

thread_local! {
    static DEADLINE: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// When the time limit of the sync call that runs on this thread is over; `None` outside of one.
///
/// A function with `#[timeout(…, cooperative)]` runs in place and asks for it, to stop by itself; one on a helper thread
/// may ask, too. Of limits within limits it is the earliest. Async functions do not need it: their body is dropped.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::{TimeoutPolicy, deadline};
/// use std::time::Duration;
///
/// let limit = TimeoutPolicy::new(Duration::from_secs(2));
/// assert!(limit.call_cooperative(|| Ok::<_, ()>(deadline().is_some())).unwrap());
/// assert_eq!(deadline(), None);
/// ```
pub fn deadline() -> Option<Instant> {
    DEADLINE.get()
}

/// Runs `body` with a deadline no later than the one already set.
pub(crate) fn with_deadline<R>(deadline: Instant, body: impl FnOnce() -> R) -> R {
    let outer = DEADLINE.get();
    let _restore = Restore(outer);
    DEADLINE.set(Some(outer.map_or(deadline, |outer| outer.min(deadline))));
    body()
}

/// Sets the outer deadline again, also when the body panics.
struct Restore(Option<Instant>);

impl Drop for Restore {
    fn drop(&mut self) {
        DEADLINE.set(self.0);
    }
}
