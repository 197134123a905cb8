//! The span of an attempt of `#[retry]`. Generated code names it only where the feature is on.

use crate::core::span::{InSpan, in_span};
use crate::retry::driver::Retrying;

/// An attempt, polled in its span.
#[inline]
pub fn in_attempt<'r, F>(retrying: &'r Retrying<'_>, attempt: F) -> InSpan<'r, F> {
    in_span(retrying.span(), attempt)
}
