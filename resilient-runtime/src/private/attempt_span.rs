//! The span of an attempt of `#[retry]`. Generated code names it only where the feature is on.

use crate::core::span::{InSpan, Inside, in_span};
use crate::retry::driver::Retrying;

/// An attempt, polled in its span.
#[inline]
pub fn in_attempt<'r, F>(retrying: &'r Retrying<'_>, attempt: F) -> InSpan<'r, F> {
    in_span(retrying.span(), attempt)
}

/// Enters the span of an attempt on this thread, until the result is dropped.
#[inline]
pub fn enter_attempt<'r>(retrying: &'r Retrying<'_>) -> Inside<'r> {
    retrying.span().enter()
}
