//! Spans where the feature is off: nothing.

#![allow(clippy::unused_self, clippy::trivially_copy_pass_by_ref, reason = "the same methods as with the feature")]

use std::time::Duration;

/// No span.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span;

/// Nothing to leave.
pub(crate) struct Entered;

impl Span {
    #[inline]
    pub(crate) const fn current() -> Self {
        Self
    }

    #[inline]
    pub(crate) const fn entered(self) -> Entered {
        Entered
    }
}

/// No span of an attempt.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AttemptSpan;

impl AttemptSpan {
    pub(crate) const NONE: Self = Self;

    #[inline]
    pub(crate) const fn delayed(&mut self, _: Duration) {}

    #[inline]
    pub(crate) const fn begin(&mut self, _: u32) {}

    #[inline]
    pub(crate) const fn enter(&self) {}

    #[inline]
    pub(crate) const fn leave(&self) {}

    #[inline]
    pub(crate) const fn end(&mut self) {}
}

/// No span of an attempt beside another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HedgeSpan;

impl HedgeSpan {
    pub(crate) const NONE: Self = Self;

    #[inline]
    pub(crate) const fn begin(_: u32, _: Duration) -> Self {
        Self
    }

    #[inline]
    pub(crate) const fn entered(&self) -> Entered {
        Entered
    }
}

#[inline]
pub(crate) const fn is_traced() -> bool {
    false
}

#[inline]
pub(crate) const fn record_attempts(_: u32) {}

/// The future itself.
#[inline]
pub(crate) fn in_span<F>(_: &AttemptSpan, future: F) -> F {
    future
}
