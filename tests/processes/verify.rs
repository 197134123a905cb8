//! `Registry::verify` of a program without conflicts between names; one with conflicts is in `verify_conflicts.rs`. A
//! process of its own, because `verify` checks all names of the process.

use std::time::Duration;

use resilient::inspect::{Function, LayerKind};
use resilient::{
    AdaptiveThrottlePolicy, BreakerPolicy, BulkheadPolicy, Error, RateLimitPolicy, adaptive_throttle, bulkhead,
    circuit_breaker, rate_limit, registry,
};

type Outcome = Result<(), Error>;

/// One function gives the settings, others give only the name.
mod one_place {
    use super::*;

    #[circuit_breaker(name = "payments", failure_threshold = 2)]
    #[bulkhead(name = "payments", max_concurrent = 4)]
    pub(super) fn pay() -> Outcome {
        Ok(())
    }

    #[circuit_breaker(name = "payments")]
    #[bulkhead(name = "payments")]
    pub(super) fn refund() -> Outcome {
        Ok(())
    }
}

/// The same settings at two places. This compares the defaults that attributes describe with those of the policies.
mod same_settings {
    use super::*;

    #[circuit_breaker(
        name = "in a row",
        failure_threshold = 5,
        recovery_timeout = 30s,
        half_open_max_calls = 3,
        success_threshold = 2
    )]
    #[rate_limit(
        name = "paced",
        permits = 80,
        per = 1s,
        max_wait = 0s,
        default_retry_after = 30s,
        max_retry_after = 5min
    )]
    #[adaptive_throttle(name = "shed", ratio = 2.0, window = 2min, min_calls = 10, max_share = 0.9)]
    #[bulkhead(name = "default", max_concurrent = 10, max_wait = 0s)]
    pub(super) fn written() -> Outcome {
        Ok(())
    }

    #[circuit_breaker(name = "in a row", policy = BreakerPolicy::new())]
    #[rate_limit(name = "paced", policy = RateLimitPolicy::new(80, Duration::from_secs(1)))]
    #[adaptive_throttle(name = "shed", policy = AdaptiveThrottlePolicy::new())]
    #[bulkhead(name = "default", policy = BulkheadPolicy::new(10))]
    pub(super) fn by_policy() -> Outcome {
        Ok(())
    }

    #[circuit_breaker(name = "by rate", failure_rate = 0.5, window = 100, recovery_backoff = 1.0)]
    #[circuit_breaker(name = "growing", recovery_backoff = 2.0, max_recovery_timeout = 10min)]
    pub(super) fn by_rate() -> Outcome {
        Ok(())
    }

    #[circuit_breaker(name = "by rate", failure_rate = 0.5)]
    #[circuit_breaker(name = "growing", recovery_backoff = 2.0)]
    pub(super) fn by_default() -> Outcome {
        Ok(())
    }
}

/// Similar names that all have settings, or differ only in a number: no misspellings.
mod similar_names {
    use super::*;

    #[circuit_breaker(name = "region-eu", failure_threshold = 2)]
    #[circuit_breaker(name = "region-us", failure_threshold = 3)]
    #[circuit_breaker(name = "shard-1", failure_threshold = 4)]
    #[circuit_breaker(name = "shard-2")]
    pub(super) fn call() -> Outcome {
        Ok(())
    }
}

/// A breaker of this name has settings, and a bulkhead of the same name has none.
#[bulkhead(name = "by rate")]
fn of_another_kind() -> Outcome {
    Ok(())
}

#[test]
fn names_that_fit_together_are_in_order() {
    let verified = registry().verify().expect("names fit together");
    let with_defaults: Vec<_> = verified.with_defaults().collect();
    assert_eq!(with_defaults, [(LayerKind::CircuitBreaker, "shard-2"), (LayerKind::Bulkhead, "by rate")]);
    assert_eq!(
        verified.to_string(),
        "shared names: 13; with default settings: circuit_breaker \"shard-2\", bulkhead \"by rate\""
    );
}

#[test]
fn the_defaults_that_are_described_are_those_of_the_policies() {
    let described = |name: &str| {
        let mut layers = resilient::inspect::functions().flat_map(Function::layers);
        let layer = layers.find(|layer| layer.name() == Some(name) && layer.settings().count() > 3).expect("a layer");
        layer.settings().collect::<Vec<_>>()
    };
    assert_eq!(
        described("payments")[1..],
        [
            ("recovery_timeout", "30s"),
            ("half_open_max_calls", "3"),
            ("probe_timeout", "30s"),
            ("success_threshold", "2"),
            ("failure_on", "every error")
        ]
    );
    assert_eq!(described("by rate")[..3], [("failure_rate", "0.5"), ("window", "100"), ("min_calls", "100")]);
}

#[test]
fn calls_change_nothing() {
    use {one_place as one, same_settings as same};

    let calls = [one::pay, one::refund, same::written, same::by_policy, same::by_rate, same::by_default];
    assert!(calls.iter().chain(&[similar_names::call, of_another_kind]).all(|call| call().is_ok()));
    assert!(registry().verify().is_ok());
}
