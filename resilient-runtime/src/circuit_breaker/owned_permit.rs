//! A permit that owns its breaker, for what outlives the caller, such as a spawned task.

use std::sync::Arc;

use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::circuit_breaker::permit::Admission;
use crate::core::error::Error;
use crate::outcomes::gate::{Gate as _, Ticket};
use crate::outcomes::outcome::Outcome;

impl CircuitBreaker {
    /// As [`try_acquire`](Self::try_acquire) for a breaker in an [`Arc`], which the permit shares: so it can be moved
    /// into a task or a thread.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{BreakerPolicy, CircuitBreaker};
    /// use std::sync::Arc;
    ///
    /// let breaker = Arc::new(CircuitBreaker::new("mail", BreakerPolicy::new()));
    /// let permit = breaker.try_acquire_owned().unwrap();
    /// std::thread::spawn(move || permit.success()).join().unwrap();
    /// assert_eq!(breaker.stats().successful_calls, 1);
    /// ```
    ///
    /// # Errors
    ///
    /// As [`try_acquire`](Self::try_acquire).
    pub fn try_acquire_owned(self: &Arc<Self>) -> Result<OwnedPermit, Error> {
        let (_, admission) = Ticket::request(&**self)?.parts();
        Ok(OwnedPermit { breaker: Some(Arc::clone(self)), admission })
    }
}

/// A [`Permit`](crate::Permit) that owns its breaker. From [`CircuitBreaker::try_acquire_owned`].
///
/// Dropped without a report, it counts neither way and gives a probe's place back.
#[derive(Debug)]
#[must_use = "a permit that is dropped at once guards nothing"]
pub struct OwnedPermit {
    /// Taken when the outcome is reported.
    breaker: Option<Arc<CircuitBreaker>>,
    admission: Admission,
}

impl OwnedPermit {
    /// Reports that the call succeeded.
    pub fn success(mut self) {
        self.report(Outcome::Success);
    }

    /// Reports that the call failed.
    pub fn failure(mut self) {
        self.report(Outcome::Failure);
    }

    /// Reports that the call says nothing about the callee: it counts neither way.
    pub fn ignore(mut self) {
        self.report(Outcome::Ignored);
    }

    fn report(&mut self, outcome: Outcome) {
        if let Some(breaker) = self.breaker.take() {
            breaker.end(self.admission, outcome);
        }
    }
}

impl Drop for OwnedPermit {
    fn drop(&mut self) {
        self.report(Outcome::Dropped);
    }
}
