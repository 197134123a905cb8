//! Calls through a breaker, told apart by how they end: a value, an error, a panic, or not at all.

use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::error::{ErrorKind, Failure, Refusal};
use crate::policy::breaker::machine::Outcome;
use crate::shared::circuit_breaker::{CircuitBreaker, Permit, Ticket};

impl CircuitBreaker {
    /// As [`run`](Self::run) within a pipeline; `is_failure` tells which errors count.
    #[doc(hidden)]
    pub const fn guard<F, C, T, E, R>(&self, body: F, is_failure: C) -> Guarded<'_, F, C>
    where
        F: Future<Output = Result<T, Failure<E, R>>>,
        C: Fn(&E) -> bool,
    {
        Guarded { body, is_failure, breaker: self, permit: None }
    }

    /// As [`call`](Self::call) within a pipeline; `is_failure` tells which errors count.
    #[doc(hidden)]
    pub fn guard_blocking<T, E, R: Refusal>(
        &self,
        body: impl FnOnce() -> Result<T, Failure<E, R>>,
        is_failure: impl FnOnce(&E) -> bool,
    ) -> Result<T, Failure<E>> {
        let unwinding = FailOnUnwind::guard(self.try_acquire()?);
        let result = body();
        unwinding.defuse().tell(outcome(&result, is_failure));
        result.map_err(Failure::widen)
    }
}

/// What a result means to a breaker. Asked while the permit is held: if the predicate panics, the call counts neither way.
fn outcome<T, E, R: Refusal>(result: &Result<T, Failure<E, R>>, is_failure: impl FnOnce(&E) -> bool) -> Outcome {
    match result {
        Ok(_) => Outcome::Success,
        Err(Failure::Inner(error)) if is_failure(error) => Outcome::Failure,
        Err(Failure::Inner(_)) => Outcome::Ignored,
        Err(Failure::Refused(refusal)) => match refusal.as_error().decisive().kind() {
            // The last error of exhausted attempts is not a refusal here, but an error of the function.
            ErrorKind::TimedOut | ErrorKind::RetriesExhausted => Outcome::Failure,
            // Nothing was asked of the callee.
            ErrorKind::CircuitOpen | ErrorKind::BulkheadFull => Outcome::Ignored,
        },
    }
}

/// Dropped without being defused, the body is unwinding.
struct FailOnUnwind<'a>(Ticket<'a>);

impl<'a> FailOnUnwind<'a> {
    #[inline]
    fn guard(permit: Permit<'a>) -> Self {
        Self(permit.into_ticket())
    }

    #[inline]
    fn defuse(self) -> Permit<'a> {
        let ticket = self.0;
        std::mem::forget(self);
        Permit::of(ticket)
    }
}

impl Drop for FailOnUnwind<'_> {
    fn drop(&mut self) {
        self.0.end(Outcome::Failure);
    }
}

pin_project! {
    /// A body that runs if a breaker admits it.
    #[must_use = "futures do nothing unless awaited"]
    pub struct Guarded<'a, F, C> {
        #[pin]
        body: F,
        is_failure: C,
        breaker: &'a CircuitBreaker,
        // Asked for at the first poll; kept here between polls only, because a body that is ready at once needs no
        // more than registers for it.
        permit: Option<Permit<'a>>,
    }
}

impl<F, C, T, E, R> Future for Guarded<'_, F, C>
where
    F: Future<Output = Result<T, Failure<E, R>>>,
    C: Fn(&E) -> bool,
    R: Refusal,
{
    type Output = Result<T, Failure<E>>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let permit = match this.permit.take().or_else(|| this.breaker.pass()) {
            Some(permit) => permit,
            None => this.breaker.ask()?,
        };
        let unwinding = FailOnUnwind::guard(permit);
        let polled = this.body.poll(context);
        let permit = unwinding.defuse();
        match polled {
            Poll::Pending => {
                *this.permit = Some(permit);
                Poll::Pending
            }
            Poll::Ready(result) => {
                permit.tell(outcome(&result, &*this.is_failure));
                Poll::Ready(result.map_err(Failure::widen))
            }
        }
    }
}
