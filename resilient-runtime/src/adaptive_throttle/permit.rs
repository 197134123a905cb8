//! Permission for one call, until its outcome is reported.

use crate::adaptive_throttle::throttle::AdaptiveThrottle;
use crate::core::error::Error;
use crate::outcomes::gate::Ticket;
use crate::outcomes::outcome::Outcome;

impl AdaptiveThrottle {
    /// Asks for permission for one call. It never waits. Report the outcome to the permit.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{AdaptiveThrottle, AdaptiveThrottlePolicy};
    ///
    /// let throttle = AdaptiveThrottle::new("api", AdaptiveThrottlePolicy::new());
    /// throttle.try_acquire().unwrap().success();
    /// assert_eq!(throttle.stats().accepted_calls, 1);
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Shed`] if the call is to be shed.
    pub fn try_acquire(&self) -> Result<ThrottlePermit<'_>, Error> {
        Ticket::request(self).map(ThrottlePermit)
    }
}

/// Permission for one call. Report the call's outcome to it. Dropped without a report, it counts neither way.
#[derive(Debug)]
#[must_use = "a permit that is dropped at once counts nothing"]
pub struct ThrottlePermit<'a>(Ticket<'a, AdaptiveThrottle>);

impl ThrottlePermit<'_> {
    /// Reports that the callee accepted the call.
    pub fn success(self) {
        self.report(Outcome::Success);
    }

    /// Reports that the call failed.
    pub fn failure(self) {
        self.report(Outcome::Failure);
    }

    /// Reports that the call says nothing about the callee: it counts neither way.
    pub fn ignore(self) {
        self.report(Outcome::Ignored);
    }

    fn report(self, outcome: Outcome) {
        let ticket = self.0;
        std::mem::forget(self);
        ticket.end(outcome);
    }
}

impl Drop for ThrottlePermit<'_> {
    fn drop(&mut self) {
        self.0.end(Outcome::Dropped);
    }
}
