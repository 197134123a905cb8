//! When changes of state are delivered: what a listener changes comes once it has returned, so that no change is lost
//! because a listener runs already.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use crate::event::listener;

/// So many changes may lead to each other, each made by a listener of the one before. A listener that makes one more is
/// not called again on this thread until all that waits there is delivered: else there would be no end.
pub(crate) const MOST_IN_A_ROW: u32 = 100;

/// Delivers the changes of a subject.
type Deliver = fn(usize);

thread_local! {
    static IS_DELIVERING: Cell<bool> = const { Cell::new(false) };
    /// That of the change that is being delivered.
    static DEPTH: Cell<Option<u32>> = const { Cell::new(None) };
    /// Whether the next two have something in them. They are looked at only then: they have to be freed with the thread.
    static HAS_WAITING: Cell<bool> = const { Cell::new(false) };
    static HAS_PASSED_OVER: Cell<bool> = const { Cell::new(false) };
    static WAITING: RefCell<VecDeque<(Deliver, usize)>> = const { RefCell::new(VecDeque::new()) };
    static PASSED_OVER: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// Delivers the changes of a subject: now or, while a listener runs on this thread or something else is being delivered
/// on it, after that.
pub(crate) fn take(deliver: Deliver, subject: usize) {
    let cause = listener::running();
    if cause.is_none() && !IS_DELIVERING.get() {
        return all(|| deliver(subject));
    }
    if let Some(cause) = cause.filter(|_| depth_of_next() > MOST_IN_A_ROW) {
        pass_over(cause);
    }
    let waits = WAITING.try_with(|waiting| waiting.borrow_mut().push_back((deliver, subject)));
    match waits {
        Ok(()) => HAS_WAITING.set(true),
        // The thread ends, and keeps nothing.
        Err(_) => deliver(subject),
    }
}

/// No listener runs on this thread any more: delivers what waits for that.
#[inline]
pub(super) fn next() {
    if HAS_WAITING.get() && !IS_DELIVERING.get() {
        all(|| ());
    }
}

/// Delivers what comes first, and then what waits on this thread.
fn all(first: impl FnOnce()) {
    IS_DELIVERING.set(true);
    first();
    while HAS_WAITING.get() {
        match WAITING.try_with(|waiting| waiting.borrow_mut().pop_front()) {
            Ok(Some((deliver, subject))) => deliver(subject),
            _ => HAS_WAITING.set(false),
        }
    }
    if HAS_PASSED_OVER.replace(false) {
        let _ = PASSED_OVER.try_with(|passed| passed.borrow_mut().clear());
    }
    IS_DELIVERING.set(false);
}

/// How many changes led to one that is made now: none, unless a listener of a change makes it.
pub(crate) fn depth_of_next() -> u32 {
    match DEPTH.get() {
        Some(depth) if listener::running().is_some() => depth.saturating_add(1),
        _ => 0,
    }
}

/// Delivers a change to which so many others led.
pub(crate) fn at_depth(depth: u32, deliver: impl FnOnce()) {
    let before = DEPTH.replace(Some(depth));
    deliver();
    DEPTH.set(before);
}

#[cold]
fn pass_over(listener: usize) {
    HAS_PASSED_OVER.set(PASSED_OVER.try_with(|passed| passed.borrow_mut().push(listener)).is_ok());
}

/// Whether a listener has made one change in a row too many.
#[inline]
pub(super) fn is_passed_over(listener: usize) -> bool {
    HAS_PASSED_OVER.get() && PASSED_OVER.try_with(|passed| passed.borrow().contains(&listener)).unwrap_or(false)
}
