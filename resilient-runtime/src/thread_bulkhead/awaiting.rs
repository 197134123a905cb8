//! A future that waits for a job, and the moments at which it waits no longer.

use std::pin::Pin;
use std::sync::mpsc::{Sender, channel};
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

use tokio::runtime::Handle;

use crate::core::clock;
use crate::thread_pool::{RETRY_START, Submitted};
use crate::timer::sleep::{Sleep, SleepFuture as _};

/// Waits for a job. Dropping it takes the job out of the queue if it has not begun.
pub(super) struct Awaiting<'a, T, F>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    submitted: Submitted<'a, T, F>,
    /// While a job that had to wait has not begun.
    begin: Option<Begin>,
    /// When the wait ends whatever the job does. Boxed, because most calls have none.
    end: Option<Pin<Box<Sleep>>>,
}

/// How the wait for a job ended.
pub(super) enum Awaited<T> {
    Ended(thread::Result<T>),
    /// It had not begun in time, and now never will.
    NotBegun,
    /// It had not ended in time.
    TooLate,
}

/// The wait for a job to begin.
struct Begin {
    /// On the clock's fine scale, if it has to begin by then.
    by: Option<u64>,
    /// When to look next whether it has begun.
    look: Pin<Box<Sleep>>,
    /// After so long it is tried again to start a thread.
    retry_after: Duration,
}

impl Begin {
    fn within(longest: Option<Duration>) -> Self {
        let by = longest.map(clock::deadline_in);
        Self { by, look: Box::pin(Sleep::at(next_look(by, RETRY_START))), retry_after: RETRY_START }
    }

    fn is_over(&self) -> bool {
        self.by.is_some_and(|by| by <= clock::nanos())
    }

    fn look_again(&mut self) {
        self.retry_after = self.retry_after.saturating_mul(2);
        self.look = Box::pin(Sleep::at(next_look(self.by, self.retry_after)));
    }
}

fn next_look(by: Option<u64>, after: Duration) -> u64 {
    clock::deadline_in(after).min(by.unwrap_or(u64::MAX))
}

impl<'a, T, F> Awaiting<'a, T, F>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    /// A job that has to begin within `longest` if it has to wait, and that is waited for until `end`, on the clock's
    /// fine scale.
    pub(super) fn new(submitted: Submitted<'a, T, F>, longest: Option<Duration>, end: Option<u64>) -> Self {
        let begin = submitted.had_to_wait().then(|| Begin::within(longest));
        Self { submitted, begin, end: end.map(|end| Box::pin(Sleep::at(end))) }
    }

    /// Ready if the job has not begun in time.
    fn poll_begin(&mut self, context: &mut Context<'_>) -> Poll<()> {
        while let Some(begin) = &mut self.begin {
            if begin.look.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            if self.submitted.has_begun() {
                self.begin = None;
            } else if begin.is_over() {
                return Poll::Ready(());
            } else {
                self.submitted.provide_threads();
                begin.look_again();
            }
        }
        Poll::Pending
    }
}

/// Nothing in it is pinned.
impl<T, F> Unpin for Awaiting<'_, T, F>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
}

impl<T, F> Future for Awaiting<'_, T, F>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    type Output = Awaited<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Awaited<T>> {
        let this = self.get_mut();
        if let Poll::Ready(result) = this.submitted.poll(context) {
            return Poll::Ready(Awaited::Ended(result));
        }
        if this.end.as_mut().is_some_and(|end| end.as_mut().poll(context).is_ready()) {
            return Poll::Ready(Awaited::TooLate);
        }
        this.poll_begin(context).map(|()| Awaited::NotBegun)
    }
}

/// As long as the result lives, tokio's clock does not move by itself if a test has paused it: a body on another thread
/// takes no time, as one under `spawn_blocking`. The clock moves where all tasks wait, and does not see threads that are
/// not of tokio; so one of tokio's waits, too.
pub(super) fn keep_paused_time() -> Option<Sender<()>> {
    if !clock::stands_still() {
        return None;
    }
    let runtime = Handle::try_current().ok()?;
    let (ends, ended) = channel();
    // It has no value: that nobody will send one is what it waits for.
    runtime.spawn_blocking(move || ended.recv().is_ok());
    Some(ends)
}
