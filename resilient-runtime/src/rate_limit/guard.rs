//! Waiting for permits, running a body that has them, and holding everybody if the body's outcome asks for it.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use pin_project_lite::pin_project;

use crate::core::clock;
use crate::core::error::{Error, Failure, Refusal};
use crate::deadline::wait::wait_blocking;
use crate::rate_limit::limiter::RateLimiter;
use crate::rate_limit::signal::{Signal, Signals};
use crate::rate_limit::take::TooSoon;
use crate::rate_limit::waiting::{InQueue, PermitWait};

impl RateLimiter {
    /// Waits for a permit, for at most the policy's `max_wait`. Dropped while it waits, it gives up its place. A call
    /// that has to wait allocates.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::{RateLimitPolicy, RateLimiter};
    /// use std::time::Duration;
    ///
    /// let policy =
    ///     RateLimitPolicy::new(1, Duration::from_millis(2)).max_wait(Duration::from_secs(1));
    /// let limiter = RateLimiter::new("github", policy);
    /// limiter.acquire().await.unwrap();
    /// limiter.acquire().await.unwrap();
    /// assert_eq!(limiter.stats().accepted_calls, 2);
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::RateLimited`] at once if the wait would be longer than `max_wait` or than the
    /// [`deadline`](crate::deadline()) above allows, or if as many wait as may wait; after `max_wait` if a hold made the
    /// wait longer.
    pub async fn acquire(&self) -> Result<(), Error> {
        self.acquire_many(1).await
    }

    /// As [`acquire`](Self::acquire) for a call that takes so many permits; zero counts as 1.
    ///
    /// # Errors
    ///
    /// As [`acquire`](Self::acquire); without a `retry_after` if it takes more than there can ever be.
    pub async fn acquire_many(&self, permits: u32) -> Result<(), Error> {
        if self.begins(permits)? { Ok(()) } else { self.wait(permits).await }
    }

    /// As [`acquire`](Self::acquire), but holds up the thread, in one queue with those who await.
    ///
    /// # Errors
    ///
    /// As [`acquire`](Self::acquire) with this `max_wait`; [`Error::TimedOut`] if the deadline above was over before.
    pub fn acquire_blocking(&self, max_wait: Duration) -> Result<(), Error> {
        if self.begins_within(1, max_wait)? { Ok(()) } else { self.wait_blocking(1, max_wait) }
    }

    /// Whether a call begins now; if not, it may wait.
    #[inline]
    pub(crate) fn begins(&self, permits: u32) -> Result<bool, Error> {
        match self.try_take(permits) {
            Ok(()) => Ok(true),
            // Only such a call asks how long it may wait.
            Err(too_soon) => self.begins_later(too_soon, self.longest_wait()),
        }
    }

    fn begins_within(&self, permits: u32, max_wait: Duration) -> Result<bool, Error> {
        match self.try_take(permits) {
            Ok(()) => Ok(true),
            Err(too_soon) => self.begins_later(too_soon, max_wait),
        }
    }

    /// `Ok(false)`: a call that does not begin now may wait.
    #[cold]
    #[inline(never)]
    fn begins_later(&self, too_soon: TooSoon, max_wait: Duration) -> Result<bool, Error> {
        if max_wait.is_zero() || too_soon.wait.is_none() { Err(self.refused(too_soon)) } else { Ok(false) }
    }

    fn wait_blocking(&self, permits: u32, max_wait: Duration) -> Result<(), Error> {
        let begun = wait_blocking(max_wait, InQueue::due(self, permits, max_wait))?;
        begun.ok_or_else(|| self.refused_now(permits))
    }

    /// The refusal of a call whose wait was made longer by a hold.
    pub(super) fn refused_now(&self, permits: u32) -> Error {
        let wait = self.queue().wait(clock::nanos(), u64::from(permits.max(1)));
        self.refused(TooSoon { wait: Some(wait) })
    }

    /// Runs a body that has permits, within a pipeline, by holding up the thread.
    pub(crate) fn guard_blocking<T, E, R: Refusal>(
        &self,
        permits: u32,
        body: impl FnOnce() -> Result<T, Failure<E, R>>,
        signals: &impl Signals<T, E>,
    ) -> Result<T, Failure<E>> {
        if !self.begins(permits)? {
            self.wait_blocking(permits, self.longest_wait())?;
        }
        let outcome = body();
        self.hold_after(&outcome, signals);
        outcome.map_err(Failure::widen)
    }

    /// Holds everybody if the outcome of a call asks for it.
    #[inline]
    pub(crate) fn hold_after<T, E, R>(&self, outcome: &Result<T, Failure<E, R>>, signals: &impl Signals<T, E>) {
        let signal = match outcome {
            Ok(value) => signals.signal(Ok(value)),
            Err(Failure::Inner(error)) => signals.signal(Err(error)),
            Err(Failure::Refused(_)) => Signal::GoOn,
        };
        if let Signal::Pause(asked) = signal {
            self.hold(self.policy().hold_of(asked));
        }
    }
}

pin_project! {
    /// A body that runs when it has its permits.
    #[must_use = "futures do nothing unless awaited"]
    pub struct RateGuard<'a, F, S> {
        #[pin]
        body: F,
        limiter: &'a RateLimiter,
        permits: u32,
        stage: Stage<'a>,
        signals: S,
    }
}

/// How far a call is.
enum Stage<'a> {
    Due,
    /// Boxed, so that calls that need not wait carry none of it.
    Waiting(Box<PermitWait<'a>>),
    Begun,
}

impl<'a, F, S> RateGuard<'a, F, S> {
    /// A body that takes so many permits of `limiter`. `signals` say whether its outcome stops everybody. Bounds on its
    /// output are on `Future` alone: each bound here would cost compile time in each annotated function.
    #[inline]
    pub(crate) const fn new(limiter: &'a RateLimiter, permits: u32, body: F, signals: S) -> Self {
        Self { body, limiter, permits, stage: Stage::Due, signals }
    }
}

impl<'a> Stage<'a> {
    fn poll(&mut self, limiter: &'a RateLimiter, permits: u32, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        loop {
            match self {
                Self::Begun => return Poll::Ready(Ok(())),
                Self::Due if limiter.begins(permits)? => *self = Self::Begun,
                Self::Due => *self = Self::Waiting(Box::new(limiter.wait(permits))),
                Self::Waiting(waiting) => {
                    ready!(Pin::new(waiting).poll(context))?;
                    *self = Self::Begun;
                }
            }
        }
    }
}

impl<F, S, T, E, R> Future for RateGuard<'_, F, S>
where
    F: Future<Output = Result<T, Failure<E, R>>>,
    S: Signals<T, E>,
    R: Refusal,
{
    type Output = Result<T, Failure<E>>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        ready!(this.stage.poll(this.limiter, *this.permits, context))?;
        let outcome = ready!(this.body.poll(context));
        this.limiter.hold_after(&outcome, this.signals);
        Poll::Ready(outcome.map_err(Failure::widen))
    }
}
