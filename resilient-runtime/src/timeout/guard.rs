//! A body with a time limit.

use std::num::{NonZeroU32, NonZeroU64};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::core::clock::{self, Start};
use crate::core::error::{Error, Failure, Refusal};
use crate::core::name::Name;
use crate::deadline::apart::{Apart, MayBeRefused};
use crate::deadline::current::{AsyncLimit, Ends, Polling, SyncLimit, cut, ended_by, first_expired};
use crate::deadline::dropped;
use crate::deadline::limit::TimeLimit;
use crate::thread_pool::HELPERS;
use crate::timeout::policy::TimeoutPolicy;
use crate::timeout::send_check::ComesBack;
use crate::timer::sleep::{Sleep, SleepFuture as _};
use pin_project_lite::pin_project;

/// The limit of one attempt.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    limit: TimeLimit,
    /// Which attempt of a retry it limits.
    attempt: Option<NonZeroU32>,
}

impl Limit {
    /// The limit of the `attempt`-th attempt of the function `name`, unless the policy has a name of its own.
    #[inline]
    pub fn new(policy: &TimeoutPolicy, attempt: u32, name: Name) -> Self {
        Self::once(TimeLimit::of(policy.limit(attempt), policy.name_or(name)))
    }

    /// A limit of so many nanoseconds on each attempt of the function `name`.
    #[inline]
    pub const fn known(nanos: u64, name: Name) -> Self {
        Self::once(TimeLimit::of_nanos(nanos, name))
    }

    /// The same of nanoseconds that a configuration gives.
    #[inline]
    pub(crate) const fn replaced(nanos: NonZeroU64, name: Name) -> Self {
        Self::once(TimeLimit::from_parts(name, nanos.get()))
    }

    /// The same of a limit that was computed, and may be absent or zero.
    pub fn given(limit: Option<Duration>, step: Duration, attempt: u32, name: Name) -> Self {
        match limit {
            Some(limit) => Self::once(TimeLimit::of(TimeoutPolicy::grown(limit, step, attempt), name)),
            None => Self::once(TimeLimit::absent(name)),
        }
    }

    const fn once(limit: TimeLimit) -> Self {
        Self { limit, attempt: None }
    }

    /// The same, which limits the `attempt`-th attempt of a retry: so events say.
    #[inline]
    #[must_use]
    pub const fn of_attempt(self, attempt: u32) -> Self {
        Self { attempt: NonZeroU32::new(attempt), ..self }
    }

    /// The attempt, if it is this limit that has ended, and none around it.
    fn attempt_of(self, ended: TimeLimit) -> Option<NonZeroU32> {
        self.attempt.filter(|_| ended == self.limit)
    }

    /// Starts the limit. `None` if there is no limit.
    ///
    /// # Errors
    ///
    /// That no time is left: this limit is zero, or one around it is over.
    fn begin(self) -> Result<Option<SyncLimit>, Error> {
        let Self { limit, attempt } = self;
        if limit.is_absent() {
            return Ok(None);
        }
        let now = clock::thread_now();
        let at = now.checked_add(limit.duration()).unwrap_or_else(|| now + clock::NEVER);
        let called = SyncLimit { limit, at, is_given: false, attempt, is_reported_above: false }.within_others();
        if called.at <= now { Err(called.ends_call()) } else { Ok(Some(called)) }
    }

    fn call<T: MayBeRefused + Send + 'static>(self, job: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let Some(limit) = self.begin()? else {
            return Ok(job());
        };
        let apart = Apart::new(limit);
        let job = apart.job(job);
        let value = apart.wait(|| Ok(HELPERS.run_until(limit.at, job).flatten()))?;
        self.limit.is_kept();
        Ok(value)
    }

    fn call_cooperative<T>(self, body: impl FnOnce() -> T) -> Result<T, Error> {
        let Some(limit) = self.begin()? else {
            return Ok(body());
        };
        let value = limit.run(body);
        if limit.is_over() {
            return Err(limit.ends_call());
        }
        self.limit.is_kept();
        Ok(value)
    }

    /// A body with this limit. Bounds on its output are on `Future` alone, which saves compile time.
    #[inline]
    pub const fn guard<F>(self, body: F) -> TimeoutGuard<F> {
        TimeoutGuard { limited: LimitedBody { running: Some(Running { body, limit: self, deadline: 0, sleep: None }) } }
    }

    /// Limits a job on a helper thread within a pipeline.
    ///
    /// # Errors
    ///
    /// What the job returned, or that it timed out.
    pub fn guard_on_another_thread<T, E, R>(
        self,
        job: impl FnOnce() -> Result<T, Failure<E, R>> + Send + 'static,
    ) -> Result<T, Failure<E>>
    where
        T: Send + 'static,
        E: Send + 'static,
        R: Refusal + Send + 'static,
    {
        self.call(job)?.map_err(Failure::widen)
    }

    /// The same for types that are not type parameters of the caller: the compile error explains why they must be
    /// `Send`.
    ///
    /// # Errors
    ///
    /// What the job returned, or that it timed out.
    pub fn guard_and_bring_back<T, E, R>(
        self,
        job: impl FnOnce() -> Result<T, Failure<E, R>> + Send + 'static,
    ) -> Result<T, Failure<E>>
    where
        T: ComesBack + 'static,
        E: ComesBack + 'static,
        R: Refusal + Send + 'static,
    {
        self.guard_on_another_thread(job)
    }

    /// Limits a body that runs in place within a pipeline.
    ///
    /// # Errors
    ///
    /// What the body returned, or that it came back late.
    pub fn guard_cooperative<T, E, R: Refusal>(
        self,
        body: impl FnOnce() -> Result<T, Failure<E, R>>,
    ) -> Result<T, Failure<E>> {
        self.call_cooperative(body)?.map_err(Failure::widen)
    }
}

/// Waits for the deadline, which counts from the first poll. Ready with the limit that ended first.
fn wait(
    limit: TimeLimit,
    ends: Ends,
    deadline: &mut u64,
    mut alarm: Pin<&mut Option<Sleep>>,
    context: &mut Context<'_>,
) -> Poll<TimeLimit> {
    if let Ends::Since(start) = ends
        && !limit.is_absent()
    {
        *deadline = cut(start.after(limit.duration()));
        alarm.set(Some(Sleep::at(*deadline)));
    }
    match alarm.as_pin_mut().map(|alarm| alarm.poll(context)) {
        Some(Poll::Ready(())) => Poll::Ready(first_expired(limit, *deadline)),
        _ => Poll::Pending,
    }
}

pin_project! {
    /// A body and its limit. A future of its own below [`TimeoutGuard`], because calls take longer where the two are one.
    struct LimitedBody<F> {
        // None after the deadline: the body is dropped before anything above goes on.
        #[pin]
        running: Option<Running<F>>,
    }
}

pin_project! {
    struct Running<F> {
        #[pin]
        body: F,
        limit: Limit,
        // In nanoseconds on the clock's fine scale. Set at the first poll, and only for a body that has to wait; zero
        // before.
        deadline: u64,
        #[pin]
        sleep: Option<Sleep>,
    }
}

impl<F: Future> Running<F> {
    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<F::Output, TimeLimit>> {
        let this = self.project();
        let limit = this.limit.limit;
        let ends = match *this.deadline {
            0 if limit.nanos() == 0 => return Poll::Ready(Err(limit)),
            0 => Ends::Since(Start::now(limit.duration())),
            known => Ends::At(known),
        };
        let polling = match Polling::body_of(AsyncLimit { limit, ends }) {
            Ok(polling) => polling,
            Err(over) => return Poll::Ready(Err(over)),
        };
        let polled = this.body.poll(context);
        drop(polling);
        match polled {
            Poll::Ready(output) => {
                limit.is_kept();
                Poll::Ready(Ok(output))
            }
            Poll::Pending => wait(limit, ends, this.deadline, this.sleep, context).map(Err),
        }
    }
}

impl<F: Future> Future for LimitedBody<F> {
    type Output = Result<F::Output, Error>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut running = self.project().running;
        match running.as_mut().as_pin_mut().map(|running| running.poll(context)) {
            Some(Poll::Ready(Ok(output))) => Poll::Ready(Ok(output)),
            Some(Poll::Ready(Err(ended))) => {
                let attempt = running.as_mut().as_pin_mut().and_then(|running| running.limit.attempt_of(ended));
                dropped::by_limit(ended.nanos(), || running.set(None));
                Poll::Ready(Err(ended_by(ended, attempt)))
            }
            Some(Poll::Pending) | None => Poll::Pending,
        }
    }
}

pin_project! {
    /// A limited body within a pipeline.
    #[must_use = "futures do nothing unless awaited"]
    pub struct TimeoutGuard<F> {
        #[pin]
        limited: LimitedBody<F>,
    }
}

impl<F, T, E, R> Future for TimeoutGuard<F>
where
    F: Future<Output = Result<T, Failure<E, R>>>,
    R: Refusal,
{
    type Output = Result<T, Failure<E>>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().limited.poll(context).map(|output| output?.map_err(Failure::widen))
    }
}
