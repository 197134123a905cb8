//! Policies as constants, their defaults and checks.

use super::*;

#[test]
fn are_constants_with_every_setting() {
    const RETRY: RetryPolicy = RetryPolicy::new()
        .max_attempts(5)
        .backoff(Backoff::Exponential)
        .base_delay(millis(50))
        .max_delay(secs(5))
        .exponential_base(1.5)
        .jitter(Jitter::Equal)
        .max_elapsed(secs(60))
        .max_retry_after(secs(120))
        .retry_timed_out(true)
        .retry_bulkhead_full(false)
        .retry_circuit_open(true)
        .checked();
    const BREAKER: BreakerPolicy = BreakerPolicy::new()
        .failure_rate(0.5)
        .time_window(secs(10))
        .min_calls(20)
        .slow_call(secs(2), 0.8)
        .recovery_timeout(secs(10))
        .recovery_backoff(2.0)
        .max_recovery_timeout(secs(300))
        .half_open_max_calls(1)
        .success_threshold(1)
        .checked();
    const TIMEOUT: TimeoutPolicy = TimeoutPolicy::new(secs(2)).step(secs(1)).checked();
    const BULKHEAD: BulkheadPolicy = BulkheadPolicy::new(10).max_wait(secs(5)).max_queue(100).checked();

    assert_ne!(RETRY, RetryPolicy::new());
    assert_ne!(BREAKER, BreakerPolicy::new());
    assert_eq!([1, 2, 3].map(|attempt| TIMEOUT.limit(attempt)), [secs(2), secs(3), secs(4)]);
    assert_eq!(Bulkhead::new("api: constant", BULKHEAD).limit(), 10);
}

#[test]
fn have_the_defaults_of_the_attributes() {
    assert_eq!(RetryPolicy::default(), RetryPolicy::new());
    assert_eq!(BreakerPolicy::default(), BreakerPolicy::new());
    let retry = RetryPolicy::new()
        .max_attempts(3)
        .backoff(Backoff::Exponential)
        .base_delay(millis(100))
        .max_delay(secs(60))
        .exponential_base(2.0)
        .jitter(Jitter::Full)
        .max_retry_after(secs(300))
        .retry_timed_out(true)
        .retry_bulkhead_full(true)
        .retry_circuit_open(false);
    assert_eq!(retry, RetryPolicy::new());
    let breaker = BreakerPolicy::new()
        .failure_threshold(5)
        .recovery_timeout(secs(30))
        .recovery_backoff(1.0)
        .max_recovery_timeout(secs(600))
        .half_open_max_calls(3)
        .success_threshold(2);
    assert_eq!(breaker, BreakerPolicy::new());
}

#[cfg(debug_assertions)]
#[test]
fn panic_in_debug_builds_when_a_value_makes_no_sense() {
    let wrong: [(&str, fn()); 22] = [
        ("max_attempts", || drop_it(RetryPolicy::new().max_attempts(0))),
        ("exponential_base", || drop_it(RetryPolicy::new().exponential_base(0.5))),
        ("exponential_base", || drop_it(RetryPolicy::new().exponential_base(f64::NAN))),
        ("jitter", || drop_it(RetryPolicy::new().jitter(Jitter::Factor(1.5)))),
        ("max_elapsed", || drop_it(RetryPolicy::new().max_elapsed(Duration::ZERO))),
        ("failure_threshold", || drop_it(BreakerPolicy::new().failure_threshold(0))),
        ("failure_rate", || drop_it(BreakerPolicy::new().failure_rate(0.0))),
        ("failure_rate", || drop_it(BreakerPolicy::new().failure_rate(1.1))),
        ("window", || drop_it(BreakerPolicy::new().count_window(0))),
        ("window", || drop_it(BreakerPolicy::new().time_window(Duration::ZERO))),
        ("min_calls", || drop_it(BreakerPolicy::new().min_calls(0))),
        ("slow_call", || drop_it(BreakerPolicy::new().slow_call(Duration::ZERO, 0.5))),
        ("slow_call_rate", || drop_it(BreakerPolicy::new().slow_call(secs(1), 0.0))),
        ("recovery_timeout", || drop_it(BreakerPolicy::new().recovery_timeout(Duration::ZERO))),
        ("recovery_backoff", || drop_it(BreakerPolicy::new().recovery_backoff(0.9))),
        ("half_open_max_calls", || drop_it(BreakerPolicy::new().half_open_max_calls(0))),
        ("probe_timeout", || drop_it(BreakerPolicy::new().probe_timeout(Duration::ZERO))),
        ("at least 10ms", || drop_it(BreakerPolicy::new().time_window(Duration::from_millis(9)))),
        ("success_threshold", || drop_it(BreakerPolicy::new().success_threshold(0))),
        ("timeout", || drop_it(TimeoutPolicy::new(Duration::ZERO))),
        ("max_concurrent", || drop_it(BulkheadPolicy::new(0))),
        ("max_concurrent", || drop_it(BulkheadPolicy::new(1).max_concurrent(0))),
    ];
    for (about, make) in wrong {
        assert_panics_about(about, make);
    }
}

#[test]
fn contradictions_are_found_when_checked() {
    let wrong: [(&str, fn()); 4] = [
        ("base_delay", || drop_it(RetryPolicy::new().base_delay(secs(2)).max_delay(secs(1)).checked())),
        ("max_elapsed", || drop_it(RetryPolicy::new().unlimited_attempts().checked())),
        ("min_calls", || drop_it(BreakerPolicy::new().failure_rate(0.5).count_window(5).min_calls(6).checked())),
        ("max_recovery_timeout", || {
            let policy = BreakerPolicy::new().recovery_timeout(secs(9)).recovery_backoff(2.0);
            drop_it(policy.max_recovery_timeout(secs(1)).checked());
        }),
    ];
    for (about, make) in wrong {
        assert_panics_about(about, make);
    }
}

fn drop_it<T>(_: T) {}

fn assert_panics_about(about: &str, make: fn()) {
    let panic = catch_unwind(make).expect_err(about);
    let message = panic.downcast_ref::<String>().cloned().unwrap_or_default();
    let message = panic.downcast_ref::<&str>().map_or(message, |text| (*text).to_owned());
    assert!(message.contains(about), "{about}: {message}");
}
