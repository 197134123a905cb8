//! Whether tokio is built with its feature `test-util`, which no crate can ask of another: only then it has a function
//! `pause`, and that shadows the constant here.

/// Whether a test can have paused the time.
pub(crate) const PAUSABLE: bool = {
    #[allow(unused_imports, clippy::wildcard_imports)]
    use tokio::time::*;
    is_function(&pause)
};

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
