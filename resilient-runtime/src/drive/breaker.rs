//! Calls through a breaker, told apart by how they end: a value, an error, a panic, or not at all.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use crate::error::{Error, ErrorKind, Failure, Refusal};
use crate::policy::breaker::gate::Outcome;
use crate::private::carry::Lift;
use crate::shared::circuit_breaker::{CircuitBreaker, Permit};

impl CircuitBreaker {
    /// Makes a call if the breaker admits it. Every error counts as a failure, and so does a panic, which goes on
    /// unwinding. The refusal is kept apart from the operation's own error.
    ///
    /// # Errors
    ///
    /// [`Failure::Refused`] with [`Error::CircuitOpen`](crate::Error::CircuitOpen), or [`Failure::Inner`] with the
    /// operation's error.
    pub fn call<T, E>(&self, operation: impl FnOnce() -> Result<T, E>) -> Result<T, Failure<E>> {
        self.guard_blocking(|| operation().map_err(Failure::<E>::Inner), |_| true)
    }

    /// Runs a future if the breaker admits it when first polled. Dropped before its end, it counts neither way.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::{BreakerPolicy, CircuitBreaker};
    ///
    /// let breaker = CircuitBreaker::new("payments", BreakerPolicy::new());
    /// assert_eq!(breaker.run(async { Ok::<_, std::io::Error>(7) }).await.unwrap(), 7);
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call).
    pub fn run<T, E>(
        &self,
        operation: impl Future<Output = Result<T, E>>,
    ) -> impl Future<Output = Result<T, Failure<E>>> {
        self.guard(Lift::new(operation), |_: &E| true)
    }

    /// As [`run`](Self::run) within a pipeline; `is_failure` tells which errors count.
    #[doc(hidden)]
    pub const fn guard<F, C, T, E, R>(&self, body: F, is_failure: C) -> Guarded<'_, F, C>
    where
        F: Future<Output = Result<T, Failure<E, R>>>,
        C: Fn(&E) -> bool,
    {
        Guarded { body, is_failure, admission: Admission::Due(self) }
    }

    /// As [`call`](Self::call) within a pipeline; `is_failure` tells which errors count.
    #[doc(hidden)]
    pub fn guard_blocking<T, E, R: Refusal>(
        &self,
        body: impl FnOnce() -> Result<T, Failure<E, R>>,
        is_failure: impl FnOnce(&E) -> bool,
    ) -> Result<T, Failure<E>> {
        let mut permit = self.try_acquire()?;
        let unwinding = FailOnUnwind(&mut permit);
        let result = body();
        unwinding.defuse();
        permit.tell(outcome(&result, is_failure));
        result.map_err(Failure::widen)
    }
}

/// What a result means to a breaker. Asked while the permit is held: if the predicate panics, the call counts neither way.
fn outcome<T, E, R: Refusal>(result: &Result<T, Failure<E, R>>, is_failure: impl FnOnce(&E) -> bool) -> Outcome {
    match result {
        Ok(_) => Outcome::Success,
        Err(Failure::Inner(error)) if is_failure(error) => Outcome::Failure,
        Err(Failure::Inner(_)) => Outcome::Ignored,
        Err(Failure::Refused(refusal)) => match refusal.as_error().kind() {
            ErrorKind::TimedOut | ErrorKind::RetriesExhausted => Outcome::Failure,
            // Nothing was asked of the callee.
            ErrorKind::CircuitOpen | ErrorKind::BulkheadFull => Outcome::Ignored,
        },
    }
}

/// Dropped without being defused, the body is unwinding.
struct FailOnUnwind<'p, 'a>(&'p mut Permit<'a>);

impl FailOnUnwind<'_, '_> {
    fn defuse(self) {
        std::mem::forget(self);
    }
}

impl Drop for FailOnUnwind<'_, '_> {
    fn drop(&mut self) {
        self.0.tell(Outcome::Failure);
    }
}

pin_project! {
    /// A body that runs if a breaker admits it.
    #[must_use = "futures do nothing unless awaited"]
    pub struct Guarded<'a, F, C> {
        #[pin]
        body: F,
        is_failure: C,
        admission: Admission<'a>,
    }
}

/// Asked for at the first poll.
enum Admission<'a> {
    Due(&'a CircuitBreaker),
    Given(Permit<'a>),
}

impl<'a> Admission<'a> {
    /// The permit, made where it stays: to move it, through a `Result` even, costs more than to ask for it.
    #[inline]
    fn permit(&mut self) -> Result<&mut Permit<'a>, Error> {
        if let Self::Due(breaker) = *self {
            if let Some(permit) = breaker.pass() {
                *self = Self::Given(permit);
            } else {
                *self = Self::Given(breaker.ask()?);
            }
        }
        match self {
            Self::Given(permit) => Ok(permit),
            Self::Due(_) => unreachable!("given above"),
        }
    }
}

impl<F, C, T, E, R> Future for Guarded<'_, F, C>
where
    F: Future<Output = Result<T, Failure<E, R>>>,
    C: Fn(&E) -> bool,
    R: Refusal,
{
    type Output = Result<T, Failure<E>>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let permit = this.admission.permit()?;
        let unwinding = FailOnUnwind(permit);
        let polled = this.body.poll(context);
        unwinding.defuse();
        let result = ready!(polled);
        permit.tell(outcome(&result, &*this.is_failure));
        Poll::Ready(result.map_err(Failure::widen))
    }
}
