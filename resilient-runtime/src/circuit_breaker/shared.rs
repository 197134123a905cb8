//! A circuit breaker as state that is shared by its name.

use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::circuit_breaker::policy::BreakerPolicy;
#[cfg(feature = "config")]
use crate::circuit_breaker::state::BreakerState;
use crate::core::name::Name;
use crate::core::shared_state::SharedState;

impl SharedState for CircuitBreaker {
    type Policy = BreakerPolicy;
    const KIND: &'static str = "circuit breaker";

    fn make(name: Name, policy: BreakerPolicy) -> Self {
        Self::named(name, policy)
    }

    fn made_with(&self) -> BreakerPolicy {
        self.first_policy()
    }

    #[cfg(feature = "config")]
    fn passing(name: Name) -> Self {
        let mut breaker = Self::named(name, BreakerPolicy::DEFAULT);
        breaker.state = BreakerState::disabled();
        breaker
    }

    fn settings(policy: &BreakerPolicy) -> Vec<(&'static str, String)> {
        policy.settings()
    }
}
