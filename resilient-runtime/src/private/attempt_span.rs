//! The span of an attempt of `#[retry]`. Generated code names it only where the feature is on.

use tracing::span::EnteredSpan;

use crate::core::span::{InSpan, in_span};
use crate::retry::driver::Retrying;

/// An attempt, polled in its span.
pub fn in_attempt<F>(retrying: &Retrying<'_>, attempt: F) -> InSpan<F> {
    in_span(retrying.span().clone_span(), attempt)
}

/// Enters the span of an attempt on this thread, until the result is dropped.
#[must_use]
pub fn enter_attempt(retrying: &Retrying<'_>) -> Option<EnteredSpan> {
    retrying.span().entered()
}
