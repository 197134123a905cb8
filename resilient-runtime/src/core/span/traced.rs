//! Spans where the feature is on.

mod attempt;

use std::cell::Cell;
use std::time::Duration;

use tracing::field::Value;
use tracing::level_filters::LevelFilter;
use tracing::span::Record;
use tracing::{Dispatch, debug_span, dispatcher};

pub(crate) use self::attempt::{AttemptSpan, InSpan, in_span};
use crate::core::isolated::panics;
use crate::core::rare::take_if_any;

/// A span, or none.
#[derive(Debug)]
pub(crate) struct Span(BoxedSpan);

impl Span {
    /// That of the code on this thread.
    #[inline]
    pub(crate) fn current() -> Self {
        Self(if is_traced() { BoxedSpan::made(tracing::Span::current) } else { BoxedSpan(None) })
    }

    /// Enters it on this thread, until the result is dropped.
    #[inline]
    pub(crate) fn entered(self) -> InsideOwn {
        InsideOwn::of(self.0)
    }
}

thread_local! {
    /// Whether a subscriber runs on this thread that was called here.
    static IS_CALLED: Cell<bool> = const { Cell::new(false) };
}

/// Calls a subscriber. A panic in it is caught.
fn call(subscriber: impl FnOnce()) {
    let before = IS_CALLED.replace(true);
    panics(subscriber);
    IS_CALLED.set(before);
}

/// Asks a subscriber for something. `None` if it panics, and for what it causes itself, which could go on without end.
fn ask<T>(subscriber: impl FnOnce() -> T) -> Option<T> {
    let mut answer = None;
    if !IS_CALLED.get() {
        call(|| answer = Some(subscriber()));
    }
    answer
}

/// Whether any subscriber wants anything: one relaxed load.
#[inline]
pub(crate) fn is_traced() -> bool {
    LevelFilter::current() != LevelFilter::OFF
}

/// A span, or none: in a box, so that the futures of calls stay small. What is done with a span is out of line and cannot
/// unwind, so that a call without one asks for a null pointer and has nothing to drop.
#[derive(Debug)]
struct BoxedSpan(Option<Box<tracing::Span>>);

impl BoxedSpan {
    /// What a subscriber makes, if it wants it.
    #[cold]
    #[inline(never)]
    fn made(make: impl FnOnce() -> tracing::Span) -> Self {
        Self(ask(make).filter(|span| !span.is_none()).map(Box::new))
    }
}

impl Drop for BoxedSpan {
    #[inline]
    fn drop(&mut self) {
        if let Some(span) = take_if_any(&mut self.0) {
            drop_span(span);
        }
    }
}

#[cold]
#[inline(never)]
#[allow(improper_ctypes_definitions, reason = "only Rust calls it")]
extern "C" fn drop_span(span: Box<tracing::Span>) {
    call(|| drop(span));
}

/// The thread is in a span, if there is one, until this is dropped.
#[must_use = "dropped at once, the span is left at once"]
#[derive(Debug)]
pub(crate) struct Inside<'s>(Option<&'s tracing::Span>);

impl<'s> Inside<'s> {
    #[inline]
    fn of(span: Option<&'s tracing::Span>) -> Self {
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

/// As [`Inside`], with a span of its own.
#[must_use = "dropped at once, the span is left at once"]
pub(crate) struct InsideOwn(BoxedSpan);

impl InsideOwn {
    #[inline]
    fn of(span: BoxedSpan) -> Self {
        if let Some(span) = &span.0 {
            enter(span);
        }
        Self(span)
    }
}

impl Drop for InsideOwn {
    #[inline]
    fn drop(&mut self) {
        if let Some(span) = &self.0.0 {
            exit(span);
        }
    }
}

#[cold]
#[inline(never)]
#[allow(improper_ctypes_definitions, reason = "only Rust calls it")]
extern "C" fn enter(span: &tracing::Span) {
    call(|| _ = span.with_subscriber(|(id, dispatch)| dispatch.enter(id)));
}

#[cold]
#[inline(never)]
#[allow(improper_ctypes_definitions, reason = "only Rust calls it")]
extern "C" fn exit(span: &tracing::Span) {
    call(|| _ = span.with_subscriber(|(id, dispatch)| dispatch.exit(id)));
}

/// The span of an attempt beside another. The first has none.
#[derive(Debug)]
pub(crate) struct HedgeSpan(BoxedSpan);

impl HedgeSpan {
    pub(crate) const NONE: Self = Self(BoxedSpan(None));

    /// The attempt of this number begins, after this delay.
    #[cold]
    pub(crate) fn begin(number: u32, delay: Duration) -> Self {
        let delay_ms = delay.as_secs_f64() * 1e3;
        let make = || debug_span!(target: "resilient::hedge", "attempt", attempt = number, delay_ms);
        Self(BoxedSpan::made(make))
    }

    /// Enters it on this thread, until the result is dropped.
    #[inline]
    pub(crate) fn entered(&self) -> Inside<'_> {
        Inside::of(self.0.0.as_deref())
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
extern "C" fn record_in_current(made: u32) {
    ask(|| dispatcher::get_default(|dispatch| record(dispatch, made)));
}

fn record(dispatch: &Dispatch, made: u32) {
    let current = dispatch.current_span();
    let (Some(id), Some(metadata)) = (current.id(), current.metadata()) else { return };
    let Some(field) = metadata.fields().field(ATTEMPTS) else { return };
    let values = [(&field, Some(&made as &dyn Value))];
    dispatch.record(id, &Record::new(&metadata.fields().value_set(&values)));
}
