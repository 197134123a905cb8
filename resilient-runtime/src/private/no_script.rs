//! Without the feature `testing` nothing stands in the place of a body.

use std::convert::Infallible;

use crate::core::error::Failure;
use crate::core::lift::{Lift, lift_call};

/// Nothing begins a body.
#[doc(hidden)]
#[macro_export]
macro_rules! __resilient_scripted {
    ($($function:tt)*) => {};
}

pub use __resilient_scripted as scripted;

/// A body into the pipeline.
#[allow(clippy::missing_errors_doc, reason = "the error is the result's own")]
#[inline(always)]
#[allow(clippy::inline_always, reason = "the same code as without a path")]
pub fn lift_refusable_call<T, E>(
    _: &'static str,
    call: impl FnOnce() -> Result<T, E>,
) -> Result<T, Failure<E, Infallible>> {
    lift_call(call)
}

/// The same for a future.
#[inline(always)]
#[allow(clippy::inline_always, reason = "the same code as without a path")]
pub const fn lift_refusable_future<F: Future<Output = Result<T, E>>, T, E>(_: &'static str, future: F) -> Lift<F> {
    Lift::new(future)
}
