//! Spans where the feature is on.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;
use tracing::field::Value;
use tracing::level_filters::LevelFilter;
use tracing::span::{Entered, EnteredSpan, Record};
use tracing::{Dispatch, debug_span, dispatcher};

use crate::core::isolated::panics;

/// A span, or none.
#[derive(Clone, Debug)]
pub(crate) struct Span(tracing::Span);

impl Span {
    /// That of the code on this thread.
    #[inline]
    pub(crate) fn current() -> Self {
        Self(if is_traced() { tracing::Span::current() } else { tracing::Span::none() })
    }

    /// Enters it on this thread, until the result is dropped.
    #[inline]
    pub(crate) fn entered(self) -> Option<EnteredSpan> {
        if self.0.is_none() { None } else { Some(self.0.entered()) }
    }
}

/// Whether any subscriber wants anything: one relaxed load.
#[inline]
fn is_traced() -> bool {
    LevelFilter::current() != LevelFilter::OFF
}

/// The span of the attempt under way. The first has none, so that a call without retries makes no span.
#[derive(Debug)]
pub(crate) struct AttemptSpan {
    delay_ms: f64,
    /// Without a subscriber that wants it there is none.
    span: BoxedSpan,
}

impl AttemptSpan {
    pub(crate) const NONE: Self = Self { delay_ms: 0.0, span: BoxedSpan(None) };

    /// The next attempt follows this delay.
    #[inline]
    pub(crate) const fn delayed(&mut self, delay: Duration) {
        self.delay_ms = delay.as_secs_f64() * 1e3;
    }

    /// The attempt of this number begins.
    #[inline]
    pub(crate) fn begin(&mut self, number: u32) {
        record_attempts(number);
        if number > 1 {
            self.make(number);
        }
    }

    #[cold]
    #[inline(never)]
    fn make(&mut self, number: u32) {
        let delay_ms = self.delay_ms;
        let span = debug_span!(target: "resilient::retry", "attempt", attempt = number, delay_ms);
        self.span = BoxedSpan((!span.is_none()).then(|| Box::new(span)));
    }

    #[inline]
    pub(crate) fn clone_span(&self) -> BoxedSpan {
        self.span.clone()
    }

    /// Enters it on this thread, until the result is dropped.
    #[inline]
    pub(crate) fn enter(&self) -> Inside<'_> {
        Inside::of(&self.span)
    }

    /// The same, with a result that borrows nothing.
    #[inline]
    pub(crate) fn entered(&self) -> Option<EnteredSpan> {
        self.span.0.as_deref().map(|span| span.clone().entered())
    }
}

/// A span, or none: in a box, so that the futures of calls stay small. What is done with a span is out of line and cannot
/// unwind, so that a call without one asks for a null pointer and has nothing to drop.
#[derive(Debug)]
pub(crate) struct BoxedSpan(Option<Box<tracing::Span>>);

impl Clone for BoxedSpan {
    #[inline]
    fn clone(&self) -> Self {
        match &self.0 {
            None => Self(None),
            Some(span) => Self(Some(cloned(span))),
        }
    }
}

impl Drop for BoxedSpan {
    #[inline]
    fn drop(&mut self) {
        if self.0.is_some()
            && let Some(span) = self.0.take()
        {
            drop_span(span);
        }
    }
}

#[cold]
#[inline(never)]
#[expect(clippy::unnecessary_box_returns, reason = "a span in a future is a pointer, and made out of line")]
fn cloned(span: &tracing::Span) -> Box<tracing::Span> {
    Box::new(span.clone())
}

#[cold]
#[inline(never)]
#[allow(improper_ctypes_definitions, reason = "only Rust calls it")]
extern "C" fn drop_span(span: Box<tracing::Span>) {
    panics(|| drop(span));
}

/// The thread is in a span, if there is one, until this is dropped.
#[must_use = "dropped at once, the span is left at once"]
#[derive(Debug)]
pub struct Inside<'s>(Option<&'s tracing::Span>);

impl<'s> Inside<'s> {
    #[inline]
    fn of(span: &'s BoxedSpan) -> Self {
        let span = span.0.as_deref();
        if let Some(span) = span {
            enter(span);
        }
        Self(span)
    }
}

impl Drop for Inside<'_> {
    #[inline]
    fn drop(&mut self) {
        if let Some(span) = self.0 {
            exit(span);
        }
    }
}

#[cold]
#[inline(never)]
#[allow(improper_ctypes_definitions, reason = "only Rust calls it")]
extern "C" fn enter(span: &tracing::Span) {
    panics(|| _ = span.with_subscriber(|(id, dispatch)| dispatch.enter(id)));
}

#[cold]
#[inline(never)]
#[allow(improper_ctypes_definitions, reason = "only Rust calls it")]
extern "C" fn exit(span: &tracing::Span) {
    panics(|| _ = span.with_subscriber(|(id, dispatch)| dispatch.exit(id)));
}

/// The span of an attempt beside another. The first has none.
#[derive(Debug)]
pub(crate) struct HedgeSpan(Option<Span>);

impl HedgeSpan {
    pub(crate) const NONE: Self = Self(None);

    /// The attempt of this number begins, after this delay.
    #[cold]
    pub(crate) fn begin(number: u32, delay: Duration) -> Self {
        let delay_ms = delay.as_secs_f64() * 1e3;
        let span = debug_span!(target: "resilient::hedge", "attempt", attempt = number, delay_ms);
        Self((!span.is_none()).then_some(Span(span)))
    }

    /// Enters it on this thread, until the result is dropped.
    #[inline]
    pub(crate) fn entered(&self) -> Option<Entered<'_>> {
        self.0.as_ref().map(|Span(span)| span.enter())
    }
}

/// The field that callers can declare, as in `#[instrument(fields(resilient.attempts))]`.
const ATTEMPTS: &str = "resilient.attempts";

/// Writes the number of attempts so far into the span of the caller, if that declares the field.
#[inline]
pub(crate) fn record_attempts(made: u32) {
    if is_traced() {
        record_in_current(made);
    }
}

#[cold]
#[inline(never)]
fn record_in_current(made: u32) {
    dispatcher::get_default(|dispatch| record(dispatch, made));
}

fn record(dispatch: &Dispatch, made: u32) {
    let current = dispatch.current_span();
    let (Some(id), Some(metadata)) = (current.id(), current.metadata()) else { return };
    let Some(field) = metadata.fields().field(ATTEMPTS) else { return };
    let values = [(&field, Some(&made as &dyn Value))];
    dispatch.record(id, &Record::new(&metadata.fields().value_set(&values)));
}

pin_project! {
    /// A future that is polled in a span.
    #[must_use = "futures do nothing unless awaited"]
    pub struct InSpan<F> {
        span: BoxedSpan,
        #[pin]
        future: F,
    }
}

/// The future, polled in this span.
#[inline]
pub(crate) const fn in_span<F>(span: BoxedSpan, future: F) -> InSpan<F> {
    InSpan { span, future }
}

impl<F: Future> Future for InSpan<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _inside = Inside::of(this.span);
        this.future.poll(context)
    }
}
