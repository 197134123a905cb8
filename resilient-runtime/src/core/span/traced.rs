//! Spans where the feature is on.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;
use tracing::field::Value;
use tracing::level_filters::LevelFilter;
use tracing::span::{EnteredSpan, Record};
use tracing::{Dispatch, debug_span, dispatcher};

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
    delay: Duration,
    span: tracing::Span,
}

impl AttemptSpan {
    pub(crate) const NONE: Self = Self { delay: Duration::ZERO, span: tracing::Span::none() };

    /// The next attempt follows this delay.
    #[inline]
    pub(crate) const fn delayed(&mut self, delay: Duration) {
        self.delay = delay;
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
    fn make(&mut self, number: u32) {
        let delay_ms = self.delay.as_secs_f64() * 1e3;
        self.span = debug_span!(target: "resilient::retry", "attempt", attempt = number, delay_ms);
    }

    #[inline]
    pub(crate) fn clone_span(&self) -> Span {
        Span(self.span.clone())
    }

    /// Enters it on this thread, until the result is dropped.
    #[inline]
    pub(crate) fn entered(&self) -> Option<EnteredSpan> {
        self.clone_span().entered()
    }
}

/// The field that callers can declare, as in `#[instrument(fields(resilient.attempts))]`.
const ATTEMPTS: &str = "resilient.attempts";

/// Writes the number of attempts so far into the span of the caller, if that declares the field.
#[inline]
pub(crate) fn record_attempts(made: u32) {
    if is_traced() {
        dispatcher::get_default(|dispatch| record(dispatch, made));
    }
}

#[cold]
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
        span: tracing::Span,
        #[pin]
        future: F,
    }
}

/// The future, polled in this span.
pub(crate) fn in_span<F>(span: Span, future: F) -> InSpan<F> {
    InSpan { span: span.0, future }
}

impl<F: Future> Future for InSpan<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _entered = (!this.span.is_none()).then(|| this.span.enter());
        this.future.poll(context)
    }
}
