//! Shared state as a configuration sees it: what is written for it, and that its settings can be changed.

#[cfg(not(feature = "config"))]
use crate::core::shared_state::SharedState;

#[cfg(feature = "config")]
pub(crate) use with_config::{AnyPolicy, Configurable, Each};

/// Shared state, whose settings nothing changes.
#[cfg(not(feature = "config"))]
pub trait Configurable {}

#[cfg(not(feature = "config"))]
impl<T: SharedState> Configurable for T {}

#[cfg(feature = "config")]
mod with_config {
    use crate::adaptive_throttle::policy::AdaptiveThrottlePolicy;
    use crate::adaptive_throttle::throttle::AdaptiveThrottle;
    use crate::bulkhead::bulkhead::Bulkhead;
    use crate::bulkhead::policy::BulkheadPolicy;
    use crate::circuit_breaker::breaker::CircuitBreaker;
    use crate::circuit_breaker::policy::BreakerPolicy;
    use crate::core::shared_state::SharedState;
    use crate::hedge::hedge::Hedge;
    use crate::hedge::policy::HedgePolicy;
    use crate::keyed::per_key::PerKey;
    use crate::keyed::policy::PerKeyPolicy;
    use crate::rate_limit::limiter::RateLimiter;
    use crate::rate_limit::policy::RateLimitPolicy;
    use crate::retry::settings::Settings;
    use crate::retry_budget::budget::RetryBudget;
    use crate::retry_budget::policy::RetryBudgetPolicy;
    use crate::thread_bulkhead::policy::ThreadBulkheadPolicy;
    use crate::thread_bulkhead::thread_bulkhead::ThreadBulkhead;
    use crate::timeout::policy::TimeoutPolicy;

    /// The settings of a layer.
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum AnyPolicy {
        /// Of a retry.
        Retry(Settings),
        /// Of a timeout.
        Timeout(TimeoutPolicy),
        /// Of a circuit breaker.
        Breaker(BreakerPolicy),
        /// Of an adaptive throttle.
        Throttle(AdaptiveThrottlePolicy),
        /// Of a rate limit.
        Rate(RateLimitPolicy),
        /// Of a bulkhead.
        Bulkhead(BulkheadPolicy),
        /// Of a hedge.
        Hedge(HedgePolicy),
        /// Of a retry budget.
        Budget(RetryBudgetPolicy),
        /// Of the threads of a bulkhead.
        Threads(ThreadBulkheadPolicy),
        /// Of state per key.
        PerKey(PerKeyPolicy<Each>),
        /// Settings that stay while the program runs; why, in words that follow "stay".
        Fixed(&'static str),
    }

    /// The settings of each key.
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum Each {
        /// Of circuit breakers.
        Breaker(BreakerPolicy),
        /// Of rate limits.
        Rate(RateLimitPolicy),
        /// Of bulkheads.
        Bulkhead(BulkheadPolicy),
    }

    impl Each {
        /// As those of one state for all.
        pub(crate) const fn any(self) -> AnyPolicy {
            match self {
                Self::Breaker(policy) => AnyPolicy::Breaker(policy),
                Self::Rate(policy) => AnyPolicy::Rate(policy),
                Self::Bulkhead(policy) => AnyPolicy::Bulkhead(policy),
            }
        }

        /// The same with other settings, which are of the same kind.
        pub(crate) const fn with(self, policy: AnyPolicy) -> Self {
            match policy {
                AnyPolicy::Breaker(policy) => Self::Breaker(policy),
                AnyPolicy::Rate(policy) => Self::Rate(policy),
                AnyPolicy::Bulkhead(policy) => Self::Bulkhead(policy),
                _ => self,
            }
        }
    }

    /// Shared state whose settings a configuration may change.
    pub trait Configurable: Sync {
        /// The settings that it was made with.
        fn written(&self) -> AnyPolicy;

        /// Changes its settings. Those of another kind change nothing.
        fn change(&self, policy: AnyPolicy);
    }

    macro_rules! configurable {
        ($($State:ty: $Policy:ident,)*) => {
            $(impl Configurable for $State {
                fn written(&self) -> AnyPolicy {
                    AnyPolicy::$Policy(self.made_with())
                }

                fn change(&self, policy: AnyPolicy) {
                    if let AnyPolicy::$Policy(policy) = policy {
                        self.change_policy(policy);
                    }
                }
            })*
        };
    }

    configurable! {
        CircuitBreaker: Breaker,
        AdaptiveThrottle: Throttle,
        RateLimiter: Rate,
        Bulkhead: Bulkhead,
        Hedge: Hedge,
        RetryBudget: Budget,
        ThreadBulkhead: Threads,
    }

    macro_rules! configurable_per_key {
        ($($State:ty: $Each:ident,)*) => {
            $(impl Configurable for PerKey<$State> {
                fn written(&self) -> AnyPolicy {
                    let policy = self.made_with();
                    AnyPolicy::PerKey(policy.with_each(Each::$Each(policy.each())))
                }

                fn change(&self, policy: AnyPolicy) {
                    if let AnyPolicy::PerKey(policy) = policy
                        && let Each::$Each(each) = policy.each()
                    {
                        self.change_policy(policy.with_each(each));
                    }
                }
            })*
        };
    }

    configurable_per_key! {
        CircuitBreaker: Breaker,
        RateLimiter: Rate,
        Bulkhead: Bulkhead,
    }
}
