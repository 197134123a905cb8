//! States that a breaker is put into by hand, for good or for a while.

use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::circuit_breaker::state_word::StateWord;
use crate::core::circuit_state::CircuitState;

/// Takes back a state that a breaker was put into by hand. From [`CircuitBreaker::force_open_reversibly`] and
/// [`CircuitBreaker::disable_reversibly`].
#[derive(Clone, Copy, Debug)]
#[must_use = "without it the state stays until `reset`"]
pub struct Reversal {
    before: StateWord,
    /// The number of the change by hand.
    number: u64,
}

impl CircuitBreaker {
    /// Closes the breaker and forgets the failures so far. Calls in flight change only the totals. The totals stay.
    pub fn reset(&self) {
        self.force(CircuitState::Closed);
    }

    /// Refuses every call until [`reset`](Self::reset).
    pub fn force_open(&self) {
        self.force(CircuitState::ForcedOpen);
    }

    /// Admits every call, whatever its outcome, until [`reset`](Self::reset). Outcomes change only the totals.
    pub fn disable(&self) {
        self.force(CircuitState::Disabled);
    }

    fn force(&self, state: CircuitState) {
        self.change(|machine| machine.forced(state));
    }

    /// As [`force_open`](Self::force_open), for a while: [`reverse`](Self::reverse) brings back the state from before.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{BreakerPolicy, CircuitBreaker, CircuitState};
    ///
    /// let breaker = CircuitBreaker::new("users", BreakerPolicy::new());
    /// let maintenance = breaker.force_open_reversibly();
    /// assert_eq!(breaker.state(), CircuitState::ForcedOpen);
    /// assert!(breaker.reverse(maintenance));
    /// assert_eq!(breaker.state(), CircuitState::Closed);
    /// ```
    pub fn force_open_reversibly(&self) -> Reversal {
        self.force_reversibly(CircuitState::ForcedOpen)
    }

    /// As [`disable`](Self::disable), for a while: [`reverse`](Self::reverse) brings back the state from before.
    pub fn disable_reversibly(&self) -> Reversal {
        self.force_reversibly(CircuitState::Disabled)
    }

    fn force_reversibly(&self, state: CircuitState) -> Reversal {
        self.change(|machine| {
            let before = machine.word();
            machine.forced(state);
            Reversal { before, number: machine.word().generation() }
        })
    }

    /// Brings back the state from before a change by hand, and returns `true`; changes nothing and returns `false` if the
    /// state has been changed since.
    ///
    /// A breaker that was closed begins as after a [`reset`](Self::reset). One that was open is open until its open time
    /// would have been over, and then tries its callee; so does one that was half-open. What was forced or disabled by
    /// hand is so again.
    pub fn reverse(&self, reversal: Reversal) -> bool {
        self.change(|machine| {
            let is_last = machine.word().generation() == reversal.number;
            if is_last {
                machine.brought_back(reversal.before.state());
            }
            is_last
        })
    }
}

impl Reversal {
    /// The state that it brings back.
    pub const fn before(&self) -> CircuitState {
        self.before.state()
    }

    /// The reversal of both changes, if `earlier` is of the change right before: it brings back the state from before
    /// that. Else this one.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{BreakerPolicy, CircuitBreaker, CircuitState};
    ///
    /// let breaker = CircuitBreaker::new("users", BreakerPolicy::new());
    /// let forced = breaker.force_open_reversibly();
    /// let disabled = breaker.disable_reversibly();
    /// assert_eq!(disabled.before(), CircuitState::ForcedOpen);
    /// assert_eq!(disabled.in_place_of(forced).before(), CircuitState::Closed);
    /// ```
    pub const fn in_place_of(self, earlier: Self) -> Self {
        if self.before.generation() == earlier.number { Self { before: earlier.before, ..self } } else { self }
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::circuit_breaker::policy::BreakerPolicy;

    fn breaker() -> CircuitBreaker {
        let policy = BreakerPolicy::new().failure_threshold(1).recovery_timeout(Duration::from_secs(10));
        CircuitBreaker::new("by hand", policy)
    }

    #[tokio::test(start_paused = true)]
    async fn a_breaker_that_was_open_is_open_for_the_rest_of_its_time() {
        let breaker = breaker();
        breaker.record_failure();
        tokio::time::advance(Duration::from_secs(3)).await;
        let disabled = breaker.disable_reversibly();
        assert!(breaker.try_acquire().is_ok());
        tokio::time::advance(Duration::from_secs(3)).await;
        assert!(breaker.reverse(disabled));
        assert_eq!(breaker.state(), CircuitState::Open);
        tokio::time::advance(Duration::from_secs(4)).await;
        assert_eq!(breaker.state(), CircuitState::HalfOpen);
        assert!(breaker.try_acquire().is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_breaker_that_was_half_open_tries_again() {
        let breaker = breaker();
        breaker.record_failure();
        tokio::time::advance(Duration::from_secs(10)).await;
        let probe = breaker.try_acquire().unwrap();
        let forced = breaker.force_open_reversibly();
        assert_eq!(forced.before(), CircuitState::HalfOpen);
        assert!(breaker.reverse(forced));
        assert_eq!(breaker.state(), CircuitState::HalfOpen);
        drop(probe);
        assert!(breaker.try_acquire().is_ok());
    }

    #[test]
    fn what_was_forced_by_hand_is_so_again() {
        let breaker = breaker();
        breaker.force_open();
        let disabled = breaker.disable_reversibly();
        assert!(breaker.reverse(disabled));
        assert_eq!(breaker.state(), CircuitState::ForcedOpen);
    }

    #[test]
    fn who_changes_the_state_meanwhile_is_not_overruled() {
        let breaker = breaker();
        let forced = breaker.force_open_reversibly();
        breaker.reset();
        breaker.record_failure();
        assert!(!breaker.reverse(forced));
        assert_eq!(breaker.state(), CircuitState::Open);
        let (first, other) = (breaker.force_open_reversibly(), breaker.force_open_reversibly());
        assert_eq!(other.in_place_of(forced).before(), CircuitState::ForcedOpen);
        assert_eq!(other.in_place_of(first).before(), CircuitState::Open);
    }
}
