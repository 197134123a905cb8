//! The function that is called at each change of state.

use std::fmt;

use crate::circuit_breaker::policy::BreakerPolicy;
use crate::event::breaker_changed::BreakerChanged;

/// What a policy calls at each change of state.
///
/// Any two are equal: one function may have several addresses in a program, and two functions may have one.
#[derive(Clone, Copy)]
pub(crate) struct OnStateChange(pub(crate) fn(&BreakerChanged));

impl PartialEq for OnStateChange {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl fmt::Debug for OnStateChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a function")
    }
}

impl BreakerPolicy {
    /// Called at each change of state, also at one [by hand](crate::CircuitBreaker::reset). Default: nothing.
    ///
    /// It is called as a listener of [`events`](crate::events()) is: each change once, numbered from 1 and in their order,
    /// one at a time, on the thread of the call that causes it or of one that causes another change meanwhile. No lock is
    /// held, so it may change the breaker. A panic in it is [counted](crate::events::Events::listener_panics) and reaches
    /// no call.
    ///
    /// Breakers of one name call the function of the place that gives their settings. Policies that differ in nothing but
    /// this function are equal, because functions cannot be compared.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::events::BreakerChanged;
    /// use resilient::{BreakerPolicy, CircuitBreaker};
    /// use std::sync::Mutex;
    ///
    /// static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());
    ///
    /// fn note(change: &BreakerChanged) {
    ///     SEEN.lock().unwrap().push(change.to_string());
    /// }
    ///
    /// const POLICY: BreakerPolicy = BreakerPolicy::new().on_state_change(note);
    ///
    /// CircuitBreaker::new("noted", POLICY).force_open();
    /// assert_eq!(
    ///     *SEEN.lock().unwrap(),
    ///     ["circuit breaker `noted`: Closed -> ForcedOpen by by_hand"]
    /// );
    /// ```
    pub const fn on_state_change(mut self, function: fn(&BreakerChanged)) -> Self {
        self.on_state_change = Some(OnStateChange(function));
        self
    }
}
