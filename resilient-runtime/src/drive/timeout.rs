//! A body that gets only so much time.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant as ThreadInstant};

use crate::clock::{self, Start};
use crate::drive::alarm::{Alarm, At as _};
use crate::drive::deadline::with_deadline;
use crate::drive::helper;
use crate::error::{Error, Failure, Refusal};
use crate::name::Name;
use crate::policy::timeout::TimeoutPolicy;
use crate::private::carry::Lift;
use pin_project_lite::pin_project;

/// The name in the refusals of a policy that is used without an attribute.
const UNNAMED: Name = Name::new(&"timeout");

impl TimeoutPolicy {
    /// Runs a future, and drops it when its time is over. The time counts from the first poll, which comes with the
    /// `.await`. A future that may fail by itself is better given to [`try_run`](Self::try_run).
    ///
    /// # Errors
    ///
    /// [`Error::TimedOut`] if the future was not ready in time.
    ///
    /// # Panics
    ///
    /// If it has to wait and no thread can be started; with tokio's feature `test-util`, if it has to wait outside of a
    /// tokio runtime with time enabled.
    pub fn run<F: Future>(&self, body: F) -> impl Future<Output = Result<F::Output, Error>> + use<F> {
        Timed { body, limit: Limit::new(self, 1, UNNAMED), alarm: None }
    }

    /// As [`run`](Self::run) for what may fail by itself: an error is not wrapped in a success, so that a breaker or a
    /// retry around it sees it.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::{Failure, TimeoutPolicy};
    /// use std::time::Duration;
    ///
    /// let limit = TimeoutPolicy::new(Duration::from_secs(2));
    /// let outcome = limit.try_run(async { Err::<(), _>("no route") }).await;
    /// assert_eq!(outcome.unwrap_err().inner(), Some(&"no route"));
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Failure::Refused`] with [`Error::TimedOut`], or [`Failure::Inner`] with the future's error.
    pub fn try_run<T, E, F>(&self, body: F) -> impl Future<Output = Result<T, Failure<E>>> + use<T, E, F>
    where
        F: Future<Output = Result<T, E>>,
    {
        Limit::new(self, 1, UNNAMED).guard(Lift::new(body))
    }

    /// Runs a job on a helper thread, and returns without it when its time is over; the job then runs on to its end
    /// unseen. A panic of the job goes on here.
    ///
    /// Helper threads are reused, and 256 jobs run at a time. A job that waits for an inner limit lends its place to that
    /// one and to nobody else, so limits within limits never starve each other; there are at most 256 threads for each
    /// depth. A job whose caller has left keeps its place until it ends. While all places are taken, or the system gives
    /// no thread, a job waits, and if its time is over before it has begun, it never begins and is dropped.
    ///
    /// A tokio runtime that the caller is in serves the job, too, as under `spawn_blocking`: it may call `tokio::spawn`
    /// and `Handle::current().block_on(…)`. A job whose caller has left does not keep the runtime from shutting down.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::TimeoutPolicy;
    /// use std::time::Duration;
    ///
    /// let limit = TimeoutPolicy::new(Duration::from_secs(2));
    /// assert_eq!(limit.call(|| 42).unwrap(), 42);
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TimedOut`] if the job had not ended in time.
    pub fn call<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        Limit::new(self, 1, UNNAMED).call(job)
    }

    /// Runs a body in place, which asks [`deadline`](crate::deadline()) when to stop.
    ///
    /// # Errors
    ///
    /// [`Error::TimedOut`] if it came back late; what it returned is dropped.
    pub fn call_cooperative<T>(&self, body: impl FnOnce() -> T) -> Result<T, Error> {
        Limit::new(self, 1, UNNAMED).call_cooperative(body)
    }
}

/// The limit of one attempt, and who it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    name: Name,
    /// One word, because calls in flight carry it; it is enough for 500 years.
    nanos: u64,
}

impl Limit {
    /// The limit of the `attempt`-th attempt of the function `name`.
    pub fn new(policy: &TimeoutPolicy, attempt: u32, name: Name) -> Self {
        let nanos = u64::try_from(policy.limit(attempt).as_nanos()).unwrap_or(u64::MAX);
        Self { name, nanos }
    }

    const fn duration(self) -> Duration {
        Duration::from_nanos(self.nanos)
    }

    const fn exceeded(self) -> Error {
        Error::TimedOut { name: self.name, after: self.duration() }
    }

    fn deadline(self) -> ThreadInstant {
        let now = ThreadInstant::now();
        now.checked_add(self.duration()).unwrap_or_else(|| now + clock::NEVER)
    }

    fn call<T: Send + 'static>(self, job: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        helper::run_until(self.deadline(), job).ok_or_else(|| self.exceeded())
    }

    fn call_cooperative<T>(self, body: impl FnOnce() -> T) -> Result<T, Error> {
        let deadline = self.deadline();
        let value = with_deadline(deadline, body);
        if ThreadInstant::now() > deadline { Err(self.exceeded()) } else { Ok(value) }
    }

    /// Limits a body within a pipeline.
    pub const fn guard<F>(self, body: F) -> Guarded<F> {
        Guarded { timed: Timed { body, limit: self, alarm: None } }
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

pin_project! {
    /// A body and its limit.
    struct Timed<F> {
        #[pin]
        body: F,
        limit: Limit,
        // Made at the first poll, and only for a body that has to wait.
        #[pin]
        alarm: Option<Alarm>,
    }
}

impl<F: Future> Future for Timed<F> {
    type Output = Result<F::Output, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        // The first poll is the moment the call reaches it.
        let start = this.alarm.is_none().then(|| Start::now(this.limit.duration()));
        if let Poll::Ready(output) = this.body.poll(context) {
            return Poll::Ready(Ok(output));
        }
        if this.limit.nanos == 0 {
            return Poll::Ready(Err(this.limit.exceeded()));
        }
        if let Some(start) = start {
            this.alarm.set(Some(Alarm::at(start.after(this.limit.duration()))));
        }
        match this.alarm.as_pin_mut().map(|alarm| alarm.poll(context)) {
            Some(Poll::Ready(())) => Poll::Ready(Err(this.limit.exceeded())),
            _ => Poll::Pending,
        }
    }
}

pin_project! {
    /// A limited body within a pipeline.
    #[must_use = "futures do nothing unless awaited"]
    pub struct Guarded<F> {
        #[pin]
        timed: Timed<F>,
    }
}

impl<F, T, E, R> Future for Guarded<F>
where
    F: Future<Output = Result<T, Failure<E, R>>>,
    R: Refusal,
{
    type Output = Result<T, Failure<E>>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().timed.poll(context).map(|output| output?.map_err(Failure::widen))
    }
}
