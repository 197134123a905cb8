//! `RetryPolicy::delay`

use super::*;

fn delays(policy: &RetryPolicy) -> Vec<u128> {
    (1..=5).map(|attempt| policy.delay(attempt).expect("it is not random").as_millis()).collect()
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
    for backoff in [Backoff::Exponential, Backoff::Linear, Backoff::Fibonacci] {
        let policy = RetryPolicy::new().backoff(backoff).max_delay(Duration::MAX);
        for attempt in [63, 64, 65, 1000, u32::MAX] {
            assert!(policy.delay(attempt) > policy.delay(1), "{backoff:?} {attempt}");
            assert_eq!(policy.max_delay(secs(5)).delay(attempt), Some(secs(5)), "{backoff:?} {attempt}");
        }
    }
}

#[test]
fn of_a_decorrelated_backoff_are_random_by_themselves() {
    assert_eq!(RetryPolicy::new().backoff(Backoff::Decorrelated).delay(1), None);
}

#[test]
fn may_be_a_list_or_a_function_of_the_attempt() {
    const STEPS: [Duration; 3] = [secs(1), secs(5), secs(10)];
    const LISTED: RetryPolicy = RetryPolicy::new().backoff(Backoff::List(&STEPS)).checked();
    const CUBES: RetryPolicy = RetryPolicy::new().backoff(Backoff::Custom(cube)).max_delay(secs(70));
    assert_eq!(delays(&LISTED), [1_000, 5_000, 10_000, 10_000, 10_000]);
    assert_eq!(LISTED.delay(u32::MAX), Some(secs(10)));
    assert_eq!(delays(&CUBES), [1_000, 8_000, 27_000, 64_000, 70_000]);
}

const fn cube(attempt: u32) -> Duration {
    Duration::from_secs((attempt as u64).pow(3))
}

#[tokio::test(start_paused = true)]
async fn of_a_list_have_jitter_only_if_it_is_set() {
    const STEPS: [Duration; 2] = [secs(1), secs(3)];
    const LISTED: RetryPolicy = RetryPolicy::new().max_attempts(5).backoff(Backoff::List(&STEPS));
    let start = Instant::now();
    assert_eq!(LISTED.run(async || Err::<(), _>("no route")).await, Err("no route"));
    assert_eq!(start.elapsed(), secs(1 + 3 + 3 + 3));

    let start = Instant::now();
    assert!(LISTED.jitter(Jitter::Equal).run(async || Err::<(), _>("no route")).await.is_err());
    assert!(start.elapsed() < secs(10) && start.elapsed() >= secs(5), "{:?}", start.elapsed());
}
