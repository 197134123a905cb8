//! `RetryPolicy::delays`

use super::*;

fn delays(policy: &RetryPolicy) -> Vec<u128> {
    (1..=5).map(|attempt| policy.delay(attempt).as_millis()).collect()
}

#[test]
fn are_those_of_the_backoff_before_jitter() {
    let policy = RetryPolicy::new();
    assert_eq!(delays(&policy), [100, 200, 400, 800, 1600]);
    assert_eq!(delays(&policy.exponential_base(3.0)), [100, 300, 900, 2700, 8100]);
    assert_eq!(delays(&policy.backoff(Backoff::Linear)), [100, 200, 300, 400, 500]);
    assert_eq!(delays(&policy.backoff(Backoff::Constant)), [100, 100, 100, 100, 100]);
    assert_eq!(delays(&policy.backoff(Backoff::Fibonacci)), [100, 100, 200, 300, 500]);
    assert_eq!(delays(&policy.base_delay(secs(20))), [20_000, 40_000, 60_000, 60_000, 60_000]);
}

#[test]
fn do_not_overflow() {
    for backoff in [Backoff::Exponential, Backoff::Linear, Backoff::Fibonacci, Backoff::Decorrelated] {
        let policy = RetryPolicy::new().backoff(backoff).max_delay(Duration::MAX);
        for attempt in [63, 64, 65, 1000, u32::MAX] {
            assert!(policy.delay(attempt) > policy.delay(1), "{backoff:?} {attempt}");
            assert_eq!(policy.max_delay(secs(5)).delay(attempt), secs(5), "{backoff:?} {attempt}");
        }
    }
}
