//! The spans of attempts. The first attempt has none, so that a call without retries makes no span: all but a question
//! for a null pointer is out of line, and cannot unwind.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;
use tracing::level_filters::LevelFilter;
use tracing::{Level, debug_span};

use super::{ask, call, enter, exit};
use crate::core::rare::take_if_any;

/// The span of the attempt under way, if it is not the first and a subscriber may want it. The future of an attempt refers
/// to it, and has no span of its own that would have to be dropped.
#[derive(Debug)]
pub(crate) struct AttemptSpan(Option<Box<State>>);

#[derive(Debug)]
pub(crate) struct State {
    /// That before the next attempt.
    delay_ms: f64,
    /// Disabled between attempts, and where no subscriber wants it.
    span: tracing::Span,
    /// Whether a thread is in the span. Relaxed: only the call itself uses it, which is on one thread at a time.
    is_entered: AtomicBool,
}

impl Default for State {
    fn default() -> Self {
        Self { delay_ms: 0.0, span: tracing::Span::none(), is_entered: AtomicBool::new(false) }
    }
}

impl AttemptSpan {
    pub(crate) const NONE: Self = Self(None);

    /// The next attempt follows this delay.
    #[cold]
    pub(crate) fn delayed(&mut self, delay: Duration) {
        if LevelFilter::current() >= Level::DEBUG {
            self.0.get_or_insert_default().delay_ms = delay.as_secs_f64() * 1e3;
        }
    }

    /// The attempt of this number begins, which is not the first, and this thread enters its span.
    pub(crate) fn begin(&mut self, number: u32) {
        if let Some(state) = &mut self.0 {
            let delay_ms = state.delay_ms;
            let span = ask(|| debug_span!(target: "resilient::retry", "attempt", attempt = number, delay_ms));
            state.span = span.unwrap_or_else(tracing::Span::none);
            *state.is_entered.get_mut() = false;
            enter_state(state);
        }
    }

    /// Enters the span on this thread, unless it is in it, until the attempt ends or the thread [leaves](Self::leave) it.
    #[inline]
    pub(crate) fn enter(&self) {
        if let Some(state) = &self.0 {
            enter_state(state);
        }
    }

    /// Leaves the span on this thread, if it is in it.
    #[inline]
    pub(crate) fn leave(&self) {
        if let Some(state) = &self.0 {
            leave_state(state);
        }
    }

    /// The attempt ends.
    #[inline]
    pub(crate) fn end(&mut self) {
        if let Some(state) = &mut self.0 {
            end(state);
        }
    }
}

/// The attempt ends without a result: it panics, or its future is dropped.
impl Drop for AttemptSpan {
    #[inline]
    fn drop(&mut self) {
        if let Some(state) = take_if_any(&mut self.0) {
            drop_state(state);
        }
    }
}

#[cold]
#[inline(never)]
#[allow(improper_ctypes_definitions, reason = "only Rust calls it")]
extern "C" fn enter_state(state: &State) {
    if !state.is_entered.swap(true, Ordering::Relaxed) {
        enter(&state.span);
    }
}

#[cold]
#[inline(never)]
#[allow(improper_ctypes_definitions, reason = "only Rust calls it")]
extern "C" fn leave_state(state: &State) {
    if state.is_entered.swap(false, Ordering::Relaxed) {
        exit(&state.span);
    }
}

#[cold]
#[inline(never)]
#[allow(improper_ctypes_definitions, reason = "only Rust calls it")]
extern "C" fn end(state: &mut State) {
    leave_state(state);
    let span = std::mem::replace(&mut state.span, tracing::Span::none());
    call(|| drop(span));
}

#[cold]
#[inline(never)]
#[allow(improper_ctypes_definitions, reason = "only Rust calls it")]
extern "C" fn drop_state(mut state: Box<State>) {
    end(&mut state);
}

pin_project! {
    /// A future that is polled in the span of an attempt. When it is ready the thread stays in the span until the attempt
    /// [ends](AttemptSpan::end), or is dropped because it panics.
    #[must_use = "futures do nothing unless awaited"]
    pub struct InSpan<'s, F> {
        state: Option<&'s State>,
        #[pin]
        future: F,
    }
}

/// The future of an attempt, polled in its span.
#[inline]
pub(crate) fn in_span<F>(attempt: &AttemptSpan, future: F) -> InSpan<'_, F> {
    InSpan { state: attempt.0.as_deref(), future }
}

impl<F: Future> Future for InSpan<'_, F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        if let Some(state) = this.state {
            enter_state(state);
        }
        let polled = this.future.poll(context);
        if polled.is_pending()
            && let Some(state) = this.state
        {
            leave_state(state);
        }
        polled
    }
}
