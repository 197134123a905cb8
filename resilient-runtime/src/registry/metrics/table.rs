//! The table of metrics. Exporters, the guide and the dashboards are compared with it.

/// A metric, by the naming rules of OpenTelemetry.
#[derive(Debug)]
#[non_exhaustive]
pub struct Instrument {
    /// As in `resilient.call.duration`. The `metrics` facade has `_` in place of `.`.
    pub name: &'static str,
    /// What its values are.
    pub kind: InstrumentKind,
    /// As in `s` or `{call}`.
    pub unit: &'static str,
    /// The names of its attributes, which Prometheus calls labels.
    pub attributes: &'static [&'static str],
    /// One sentence.
    pub description: &'static str,
}

/// What the values of an [`Instrument`] are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InstrumentKind {
    /// A count that only grows.
    Counter,
    /// A number of what there is now.
    UpDownCounter,
    /// A value that can be absent, and of which sums mean nothing.
    Gauge,
    /// A distribution of values, recorded one by one.
    Histogram,
}

/// Declares the metrics, a line for each.
macro_rules! instruments {
    ($($Id:ident = $name:literal $Kind:ident $unit:literal [$($attribute:ident),*] $description:literal;)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(not(feature = "metrics"), expect(dead_code, reason = "distributions are recorded by the facade alone"))]
        pub(super) enum Id {
            $($Id,)*
        }

        /// Every metric.
        pub static INSTRUMENTS: &[Instrument] = &[
            $(Instrument {
                name: $name,
                kind: InstrumentKind::$Kind,
                unit: $unit,
                attributes: &[$(stringify!($attribute)),*],
                description: $description,
            },)*
        ];
    };
}

instruments! {
    CallDuration = "resilient.call.duration" Histogram "s" [function, outcome, fallback]
        "How long calls of annotated functions took, with all attempts and delays.";
    CallAttempts = "resilient.call.attempts" Histogram "{attempt}" [function]
        "How many attempts calls of annotated functions made.";
    RetryCalls = "resilient.retry.calls" Counter "{call}" [function, result]
        "Calls through a retry, by how they ended.";
    RetryRetries = "resilient.retry.retries" Counter "{attempt}" [function, cause]
        "Retries that were scheduled, by what caused them.";
    TimeoutCalls = "resilient.timeout.calls" Counter "{call}" [function, result]
        "Calls and attempts with a time limit, by whether they kept to it.";
    CircuitBreakerCalls = "resilient.circuit_breaker.calls" Counter "{call}" [name, result]
        "Calls through a circuit breaker, by how they counted.";
    CircuitBreakerSlowCalls = "resilient.circuit_breaker.slow_calls" Counter "{call}" [name]
        "Calls that took longer than `slow_call`.";
    CircuitBreakerTransitions = "resilient.circuit_breaker.transitions" Counter "{transition}" [name, state]
        "Changes of state, by the state that began.";
    CircuitBreakerStatus = "resilient.circuit_breaker.status" UpDownCounter "{breaker}" [name, state]
        "1 for the state that the breaker is in, 0 for the others; of breakers per key, how many are in it.";
    CircuitBreakerFailureRate = "resilient.circuit_breaker.failure_rate" Gauge "1" [name]
        "The share of failures in the window; absent while it holds fewer calls than `min_calls`.";
    BulkheadCalls = "resilient.bulkhead.calls" Counter "{call}" [name, result]
        "Calls that came to a bulkhead, by whether they got a slot.";
    BulkheadUsage = "resilient.bulkhead.usage" UpDownCounter "{call}" [name]
        "Calls that have a slot now.";
    BulkheadLimit = "resilient.bulkhead.limit" UpDownCounter "{call}" [name]
        "Calls that may have a slot at a time.";
    BulkheadWaiting = "resilient.bulkhead.waiting" UpDownCounter "{call}" [name]
        "Calls that wait for a slot now.";
    BulkheadWaitDuration = "resilient.bulkhead.wait.duration" Histogram "s" [name]
        "How long calls waited for the slot that they got.";
    RateLimitCalls = "resilient.rate_limit.calls" Counter "{call}" [name, result]
        "Calls that came to a rate limit, by whether they were let through.";
    FallbackCalls = "resilient.fallback.calls" Counter "{call}" [function, result]
        "Answers of fallbacks, by whether they were a value.";
    HedgeAttempts = "resilient.hedge.attempts" Counter "{attempt}" [name, result]
        "Attempts beside the first that were due, by what became of them.";
    AdaptiveThrottleCalls = "resilient.adaptive_throttle.calls" Counter "{call}" [name, result]
        "Calls that came to an adaptive throttle, by how they counted.";
    BudgetBalance = "resilient.budget.balance" Gauge "{token}" [name]
        "Retries that a retry budget would admit now.";
    HelperThreadUsage = "resilient.helper_thread.usage" UpDownCounter "{thread}" []
        "Helper threads that run a job of a sync function now.";
    HelperThreadLimit = "resilient.helper_thread.limit" UpDownCounter "{thread}" []
        "Jobs that helper threads run at a time.";
}

impl Id {
    pub(super) fn instrument(self) -> &'static Instrument {
        &INSTRUMENTS[self as usize]
    }
}
