//! The deadline of the call that runs on this thread. The timeouts around the call set it for all code below them, and
//! so does whoever was given a deadline.
//!
//! Async deadlines are on the clock that a test can pause, sync ones in real time.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::core::error::Error;
pub(crate) use crate::deadline::called::{SyncLimit, has_sync_limit, sync_limit};
use crate::deadline::limit::TimeLimit;
use crate::deadline::moment::Deadline;
use crate::deadline::polled::async_limit;
pub(crate) use crate::deadline::polled::{
    AsyncLimit, Ends, Polling, expired_async_limit, has_async_limit, over_before,
};

/// The deadline of the call that runs on this thread; `None` if it has no time limit.
///
/// Limits are set by `#[timeout]`s around the call, of sync and async functions, by
/// [`TimeoutPolicy`](crate::TimeoutPolicy), and by [`with_deadline`](crate::with_deadline()); of nested limits this is the
/// earliest. A body uses it to stop in time, which is all that can stop the body of a sync function, or to send a server
/// the time that is left. A spawned task has none, because it runs outside of the caller's call stack, unless
/// [`inherit`](crate::inherit()) carries it there.
///
/// In an async function the deadline is the same throughout one poll. While the body is polled for the first time, that
/// of a limit of half a second or more is exact to 50 ms; from then on it is exact.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::{TimeoutPolicy, deadline};
/// use std::time::Duration;
///
/// let limit = TimeoutPolicy::new(Duration::from_secs(2));
/// assert!(
///     limit
///         .call_cooperative(|| Ok::<_, ()>(
///             deadline().is_some_and(|deadline| !deadline.is_over())
///         ))
///         .unwrap()
/// );
/// assert_eq!(deadline(), None);
/// ```
pub fn deadline() -> Option<Deadline> {
    earliest().map(|around| around.deadline)
}

/// The time left until the [`deadline`]: zero when it is over, `None` if there is none.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::TimeoutPolicy;
/// use std::time::Duration;
///
/// let limit = TimeoutPolicy::new(Duration::from_secs(2));
/// let left = limit.call_cooperative(|| Ok::<_, ()>(resilient::remaining())).unwrap();
/// assert!(left.is_some_and(|left| left <= Duration::from_secs(2)));
/// ```
pub fn remaining() -> Option<Duration> {
    deadline().map(Deadline::remaining)
}

/// A limit around what runs on this thread, sync or async.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Around {
    pub(crate) deadline: Deadline,
    pub(crate) limit: TimeLimit,
    /// Whether it was given, and is enforced by no timeout.
    is_given: bool,
    /// Which attempt of a retry it limits, if that is known.
    attempt: Option<NonZeroU32>,
    /// As that of a sync limit.
    is_reported_above: bool,
}

impl Around {
    /// Of an async limit and a sync one, the one that ends first.
    fn first(polled: Option<AsyncLimit>, called: Option<SyncLimit>) -> Option<Self> {
        let polled = polled.map(|polled| Self {
            deadline: Deadline::on_the_clock(polled.at()),
            limit: polled.limit,
            is_given: polled.is_given(),
            attempt: None,
            is_reported_above: false,
        });
        let called = called.map(|called| Self {
            deadline: Deadline::in_real_time(called.at),
            limit: called.limit,
            is_given: called.is_given,
            attempt: called.attempt,
            is_reported_above: called.is_reported_above,
        });
        match (polled, called) {
            (Some(polled), Some(called)) => {
                Some(if polled.deadline.remaining() < called.deadline.remaining() { polled } else { called })
            }
            (one, other) => one.or(other),
        }
    }

    fn in_real_time(self) -> SyncLimit {
        let Self { limit, is_given, attempt, is_reported_above, deadline } = self;
        SyncLimit { limit, at: deadline.real_time(), is_given, attempt, is_reported_above }
    }

    /// The refusal of a call that it has ended, of which listeners are notified once.
    pub(crate) fn ends_call(self) -> Error {
        self.in_real_time().ends_call()
    }
}

impl SyncLimit {
    /// This limit, or the one around it (sync or async) if that ends no later. A timeout then enforces that one.
    pub(crate) fn within_others(self) -> Self {
        match earliest_in_real_time() {
            Some(outer) if outer.at <= self.at => Self { is_given: self.is_given && outer.is_given, ..outer },
            _ => self,
        }
    }

    /// Runs a body below this limit, which ends no later than those around it.
    pub(crate) fn run<R>(self, body: impl FnOnce() -> R) -> R {
        let _restore = self.set();
        let _polling = Polling::without_limit();
        body()
    }
}

/// The limit around that ends first.
pub(crate) fn earliest() -> Option<Around> {
    Around::first(async_limit(), sync_limit())
}

/// The same, converted to real time if it is async.
pub(crate) fn earliest_in_real_time() -> Option<SyncLimit> {
    earliest().map(Around::in_real_time)
}

/// The limit around that ends first of those by which nothing drops a future: its policies end with it themselves.
pub(crate) fn unenforced() -> Option<Around> {
    Around::first(async_limit().filter(AsyncLimit::is_given), sync_limit())
}

/// When a limit ends that would end at `at` by itself: with one that nothing else enforces, if that is earlier.
#[inline]
pub(crate) fn cut(at: u64) -> u64 {
    if has_async_limit() { cut_within(at) } else { at }
}

#[cold]
fn cut_within(at: u64) -> u64 {
    unenforced().map_or(at, |outer| at.min(outer.deadline.on_clock()))
}

/// More than a deadline in real time can differ from itself when it is converted to the clock twice, in nanoseconds.
const CONVERSION: u64 = 100_000;

/// The limit that ended first: this one, which ended at `at`, or one further out.
pub(crate) fn first_expired(limit: TimeLimit, at: u64) -> TimeLimit {
    let polled = async_limit().filter(|outer| outer.at() <= at).map(|outer| outer.limit);
    let is_earlier = |outer: &SyncLimit| Deadline::in_real_time(outer.at).on_clock() <= at.saturating_add(CONVERSION);
    let called = || sync_limit().filter(SyncLimit::is_over).filter(is_earlier).map(|outer| outer.limit);
    polled.or_else(called).unwrap_or(limit)
}

/// The limit around that ends first, if it has expired.
fn over() -> Option<Around> {
    earliest().filter(|around| around.deadline.is_over())
}

/// The same, by its length and its name.
pub(crate) fn expired() -> Option<TimeLimit> {
    over().map(|around| around.limit)
}

/// Whether a timeout around has expired, or enforces a deadline that has.
pub(crate) fn is_timed_out() -> bool {
    let enforced = Around::first(
        async_limit().filter(|polled| !polled.is_given()),
        sync_limit().filter(|called| !called.is_given),
    );
    enforced.is_some_and(|around| around.deadline.is_over())
}

/// The refusal of a call by the limit around that ended first, if one has expired. Listeners are notified.
pub(crate) fn refused_too_late() -> Option<Error> {
    over().map(Around::ends_call)
}

/// The refusal of a call that this limit has ended, of which listeners are notified once: a sync timeout around does so
/// itself.
#[cold]
pub(crate) fn ended_by(limit: TimeLimit, attempt: Option<NonZeroU32>) -> Error {
    match sync_limit().filter(|called| called.limit == limit) {
        Some(called) => called.ends_call(),
        None => limit.ends_call(attempt),
    }
}

/// The refusal of the limit around that ended first, if one has expired: then nothing may begin any more below it.
#[must_use]
pub fn too_late() -> Option<Error> {
    expired().map(TimeLimit::exceeded)
}
