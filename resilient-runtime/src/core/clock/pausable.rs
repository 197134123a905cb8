//! Whether tokio's clock can be paused, and whether it is. Tokio has no question for either.
//!
//! Only if it is built with its feature `test-util`, it has a function `pause`, and that shadows the constant here.

use std::hint::spin_loop;
use std::time::Instant;

use tokio::runtime::Handle;

/// Whether a test can have paused the time.
pub(crate) const PAUSABLE: bool = {
    #[allow(unused_imports, clippy::wildcard_imports)]
    use tokio::time::*;
    is_function(&pause)
};

/// What tokio's clock says; while a thread ends, where that may be gone for it, the real one.
#[inline]
pub(crate) fn now() -> Instant {
    if PAUSABLE && Handle::try_current().is_err_and(|error| error.is_thread_local_destroyed()) {
        return Instant::now();
    }
    tokio::time::Instant::now().into_std()
}

/// Whether tokio's clock stands still for this thread: whether it says the same after real time has gone on. Takes as
/// long as the real clock needs to change, some tens of nanoseconds; nothing where it cannot be paused.
#[inline]
pub(crate) fn stands_still() -> bool {
    PAUSABLE && is_unchanged_after_a_while()
}

fn is_unchanged_after_a_while() -> bool {
    let (tokios, real) = (now(), Instant::now());
    while Instant::now() <= real {
        spin_loop();
    }
    now() == tokios
}

#[allow(dead_code, non_upper_case_globals)]
const pause: Absent = Absent;

#[allow(dead_code)]
struct Absent;

trait MaybeFunction {
    const IS: bool;
}

impl MaybeFunction for Absent {
    const IS: bool = false;
}

impl<F: Fn()> MaybeFunction for F {
    const IS: bool = true;
}

const fn is_function<F: MaybeFunction>(_: &F) -> bool {
    F::IS
}
