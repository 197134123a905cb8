//! Random numbers of a scope.

use std::time::Duration;

use resilient::testing::scope;
use resilient::{RetryPolicy, retry};

#[retry(max_attempts = 4)]
fn fails() -> Result<(), String> {
    Err("down".to_owned())
}

fn micros(seed: u64) -> Vec<u128> {
    let scope = scope().seed(seed);
    let mut ends = Vec::new();
    for _ in 0..2 {
        let before = scope.clock().elapsed();
        fails().unwrap_err();
        ends.push(scope.clock().elapsed().abs_diff(before).as_micros());
    }
    ends
}

/// A change here breaks the tests of users.
#[test]
fn a_seed_gives_these_delays_for_ever() {
    assert_eq!(micros(7), [402_644, 248_554]);
    assert_eq!(micros(7), micros(7));
    assert_ne!(micros(7), micros(8));
}

#[test]
fn the_first_call_has_the_schedule_of_its_policy() {
    const POLICY: RetryPolicy = RetryPolicy::new().max_attempts(4);
    for seed in 0..20 {
        let scope = scope().seed(seed);
        fails().unwrap_err();
        assert_eq!(scope.clock().elapsed(), POLICY.schedule(seed).sum::<Duration>());
    }
}

#[test]
fn without_a_seed_it_is_zero() {
    let scope = scope();
    fails().unwrap_err();
    assert_eq!(scope.clock().elapsed().as_micros(), micros(0)[0]);
}
