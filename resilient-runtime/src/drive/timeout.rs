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
use pin_project_lite::pin_project;

/// The limit of one attempt, and who it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    name: Name,
    /// One word, because calls in flight carry it; it is enough for 500 years.
    nanos: u64,
}

impl Limit {
    /// The limit of the `attempt`-th attempt of the function `name`, unless the policy has a name of its own.
    pub fn new(policy: &TimeoutPolicy, attempt: u32, name: Name) -> Self {
        let nanos = u64::try_from(policy.limit(attempt).as_nanos()).unwrap_or(u64::MAX);
        Self { name: policy.name_or(name), nanos }
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
