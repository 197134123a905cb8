//! Whether tokio's clock can be paused, and whether it is. Tokio has no interface for either.
//!
//! Tokio has the function `pause` only with its feature `test-util`. If it is there, the glob import below shadows the
//! constant of that name in this file; else the name means the constant.

use std::hint::spin_loop;
use std::time::Instant;

use tokio::runtime::Handle;

/// Whether tokio is built with `test-util`, so that a test may pause the time.
pub(crate) const PAUSABLE: bool = {
    #[allow(unused_imports, clippy::wildcard_imports)]
    use tokio::time::*;
    is_function(&pause)
};

/// A reading of tokio's clock, or of the real one while the thread ends and its tokio context is gone.
#[inline]
pub(crate) fn now() -> Instant {
    if PAUSABLE && Handle::try_current().is_err_and(|error| error.is_thread_local_destroyed()) {
        return Instant::now();
    }
    tokio::time::Instant::now().into_std()
}

/// Whether tokio's clock is paused for this thread: whether two readings are equal although the real clock has advanced
/// between them. Takes some tens of nanoseconds; none where the clock cannot be paused.
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
