//! Setters that return an error, in the words of the compile errors.

use super::*;
use resilient::{InvalidSetting, RateLimitPolicy, RetryBudgetPolicy};

fn words<T>(set: Result<T, InvalidSetting>) -> Option<String> {
    set.err().map(|error| error.to_string())
}

#[test]
fn an_invalid_one_is_an_error() {
    let policy = RetryPolicy::new();
    let problems = [
        words(policy.try_max_attempts(0)),
        words(policy.try_backoff(Backoff::List(&[]))),
        words(policy.try_exponential_base(0.5)),
        words(policy.try_jitter(Jitter::Factor(1.5))),
        words(policy.try_max_elapsed(Duration::ZERO)),
        words(policy.base_delay(secs(2)).max_delay(secs(1)).try_checked()),
        words(policy.backoff(Backoff::List(const { &[secs(61)] })).try_checked()),
        words(policy.unlimited_attempts().try_checked()),
        words(TimeoutPolicy::try_new(Duration::ZERO)),
        words(TimeoutPolicy::new(secs(1)).try_duration(Duration::ZERO)),
    ];
    assert_eq!(
        problems.map(Option::unwrap_or_default),
        [
            "`max_attempts` must be at least 1",
            "the `backoff` list must have at least one delay",
            "`exponential_base` must be at least 1",
            "`jitter` must be from 0 to 1",
            "`max_elapsed` must be above zero",
            "`base_delay` must not be longer than `max_delay`",
            "no delay of the `backoff` list may be longer than `max_delay`",
            "unlimited attempts need a `max_elapsed`",
            "a timeout must be above zero",
            "a timeout must be above zero",
        ]
    );
}

#[test]
fn an_invalid_one_of_shared_state_is_an_error() {
    let policy = BreakerPolicy::new();
    let problems = [
        words(policy.try_failure_threshold(0)),
        words(policy.try_failure_rate(0.0)),
        words(policy.try_count_window(0)),
        words(policy.try_time_window(millis(9))),
        words(policy.try_min_calls(0)),
        words(policy.try_slow_call(Duration::ZERO, 0.5)),
        words(policy.try_slow_call(secs(1), 1.1)),
        words(policy.try_recovery_timeout(Duration::ZERO)),
        words(policy.try_recovery_backoff(0.9)),
        words(policy.try_half_open_max_calls(0)),
        words(policy.try_probe_timeout(Duration::ZERO)),
        words(policy.try_success_threshold(0)),
        words(policy.failure_rate(0.5).count_window(5).min_calls(6).try_checked()),
        words(BulkheadPolicy::try_new(0)),
        words(BulkheadPolicy::new(1).try_max_concurrent(0)),
        words(RateLimitPolicy::try_new(0, secs(1))),
        words(RateLimitPolicy::try_new(1, Duration::ZERO)),
        words(RateLimitPolicy::new(1, secs(1)).try_permits_per(0, secs(1))),
        words(RateLimitPolicy::new(1, secs(1)).try_burst(0)),
        words(RateLimitPolicy::new(70_000, secs(1)).try_checked()),
        words(RateLimitPolicy::HOLDS_ONLY.burst(1).try_checked()),
        words(RateLimitPolicy::new(2_000, secs(1)).try_per_key()),
        words(BreakerPolicy::new().per_key().try_max_keys(0)),
        words(BreakerPolicy::new().per_key().try_idle(Duration::ZERO)),
        words(RetryBudgetPolicy::new().try_share(10.1)),
        words(RetryBudgetPolicy::new().try_share(f64::NAN)),
        words(RetryBudgetPolicy::new().try_burst(0)),
        words(RetryBudgetPolicy::new().share(0.0).min_per_second(0).try_checked()),
    ];
    assert_eq!(
        problems.map(Option::unwrap_or_default),
        [
            "`failure_threshold` must be at least 1",
            "`failure_rate` must be above 0 and at most 1",
            "`window` must hold at least 1 call",
            "a time `window` must be at least 10ms",
            "`min_calls` must be at least 1",
            "`slow_call` must be above zero",
            "`slow_call_rate` must be above 0 and at most 1",
            "`recovery_timeout` must be above zero",
            "`recovery_backoff` must be at least 1",
            "`half_open_max_calls` must be at least 1",
            "`probe_timeout` must be above zero",
            "`success_threshold` must be at least 1",
            "`min_calls` must not be more than the window holds",
            "`max_concurrent` must be at least 1",
            "`max_concurrent` must be at least 1",
            "`permits` must be at least 1",
            "`per` must be above zero",
            "`permits` must be at least 1",
            "`burst` must be at least 1",
            "more than 65536 `permits` need a `burst`",
            "a `burst` needs `permits`",
            "more than 1024 `permits` per key need a `burst`",
            "`max_keys` must be at least 1",
            "`idle` must be above zero",
            "`share` must be from 0 to 10",
            "`share` must be from 0 to 10",
            "`burst` must be at least 1",
            "a `share` and a `min_per_second` of 0 earn nothing",
        ]
    );
}

#[test]
fn a_valid_one_of_shared_state_is_set() -> Result<(), InvalidSetting> {
    let set = BreakerPolicy::new()
        .try_failure_rate(0.5)?
        .try_time_window(secs(10))?
        .try_min_calls(20)?
        .try_slow_call(secs(2), 0.8)?
        .try_recovery_timeout(secs(10))?
        .try_recovery_backoff(2.0)?
        .try_half_open_max_calls(1)?
        .try_probe_timeout(secs(9))?
        .try_success_threshold(1)?
        .try_checked()?;
    let plain = BreakerPolicy::new().failure_rate(0.5).time_window(secs(10)).min_calls(20).slow_call(secs(2), 0.8);
    let plain = plain.recovery_timeout(secs(10)).recovery_backoff(2.0).half_open_max_calls(1);
    assert_eq!(set, plain.probe_timeout(secs(9)).success_threshold(1));
    let counted = BreakerPolicy::new().try_failure_threshold(7)?.try_count_window(9)?;
    assert_eq!(counted, BreakerPolicy::new().failure_threshold(7).count_window(9));
    assert_eq!(BulkheadPolicy::try_new(2)?.try_max_concurrent(3)?, BulkheadPolicy::new(3));
    let limit = RateLimitPolicy::try_new(2, secs(2))?.try_permits_per(70_000, secs(3))?.try_burst(4)?.try_checked()?;
    assert_eq!(limit, RateLimitPolicy::new(70_000, secs(3)).burst(4));
    let budget = RetryBudgetPolicy::new().try_share(10.0)?.try_burst(1)?.try_checked()?;
    assert_eq!(budget, RetryBudgetPolicy::new().share(10.0).burst(1));
    Ok(())
}

#[test]
fn a_valid_one_is_set() -> Result<(), InvalidSetting> {
    let set = RetryPolicy::new()
        .try_max_attempts(4)?
        .try_backoff(Backoff::Linear)?
        .try_exponential_base(1.5)?
        .try_jitter(Jitter::Equal)?
        .try_max_elapsed(secs(9))?
        .try_checked()?;
    let plain = RetryPolicy::new().max_attempts(4).backoff(Backoff::Linear).exponential_base(1.5);
    assert_eq!(set, plain.jitter(Jitter::Equal).max_elapsed(secs(9)));
    assert_eq!(TimeoutPolicy::try_new(secs(2))?.try_duration(secs(3))?, TimeoutPolicy::new(secs(3)));
    Ok(())
}

#[cfg(debug_assertions)]
#[test]
#[should_panic(expected = "the `backoff` list must have at least one delay")]
fn an_empty_list_panics_in_the_plain_setter() {
    let _ = RetryPolicy::new().backoff(Backoff::List(&[]));
}
