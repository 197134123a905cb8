//! Circuit breakers by key.

use std::ops::AddAssign;

use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::circuit_breaker::policy::BreakerPolicy;
use crate::circuit_breaker::window::Window;
use crate::core::circuit_state::CircuitState;
use crate::core::circuit_stats::CircuitStats;
use crate::core::clock::Resolution;
use crate::keyed::cell::{Cell, Worth};
use crate::keyed::per_key::PerKey;
use crate::keyed::policy::PerKeyPolicy;

/// A circuit breaker for each key, such as each host that is called. See [`PerKey`].
pub type CircuitBreakers = PerKey<CircuitBreaker>;

impl BreakerPolicy {
    /// These settings for each key.
    pub const fn per_key(self) -> PerKeyPolicy<Self> {
        PerKeyPolicy::of(self)
    }
}

impl CircuitBreakers {
    /// The keys whose breakers are not closed, in their order: open, half-open or forced open. A long key stands as it is
    /// kept, see [`Key`](crate::Key).
    pub fn open(&self) -> Vec<String> {
        let is_open = |breaker: &CircuitBreaker| {
            let is_closed = matches!(breaker.state(), CircuitState::Closed | CircuitState::Disabled);
            (!is_closed).then_some(())
        };
        self.pick(is_open).into_iter().map(|(key, ())| key).collect()
    }

    /// The totals of all keys together, also of those that were forgotten.
    pub fn stats(&self) -> CircuitStats {
        self.total()
    }

    /// [Resets](CircuitBreaker::reset) the breaker of each key that is kept, and the one that keys share.
    pub fn reset_all(&self) {
        self.each(CircuitBreaker::reset);
    }
}

impl Cell for CircuitBreaker {
    type Stats = CircuitStats;
    const PER_KEY: &'static str = "circuit breaker by key";

    fn another(&self) -> Self {
        self.light()
    }

    #[cfg(feature = "config")]
    fn change(&self, policy: BreakerPolicy) {
        self.change_policy(policy);
    }

    fn worth(&self) -> Worth {
        match self.state() {
            CircuitState::Closed if self.has_seen_nothing() => Worth::Nothing,
            CircuitState::Closed => Worth::Memory,
            CircuitState::HalfOpen => Worth::Spent,
            CircuitState::Open | CircuitState::ForcedOpen | CircuitState::Disabled => Worth::Protection,
        }
    }

    fn totals(&self) -> CircuitStats {
        self.stats()
    }
}

impl CircuitBreaker {
    /// Whether no call counts that a closed breaker has seen: none has failed since the last success, and the window is
    /// empty.
    fn has_seen_nothing(&self) -> bool {
        let generation = self.state.word().generation();
        let is_empty = |window: &Window| window.is_empty(self.counted(), generation, Resolution::millis);
        self.state.has_no_failures() && self.in_force().window.as_deref().is_none_or(is_empty)
    }
}

impl AddAssign for CircuitStats {
    fn add_assign(&mut self, other: Self) {
        self.total_calls += other.total_calls;
        self.successful_calls += other.successful_calls;
        self.failed_calls += other.failed_calls;
        self.ignored_calls += other.ignored_calls;
        self.slow_calls += other.slow_calls;
        self.rejected_calls += other.rejected_calls;
        self.state_changes += other.state_changes;
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests;
