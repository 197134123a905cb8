//! What breakers by key are worth, and what is left of floods of keys.

use std::time::Duration;

use super::*;

fn breakers(policy: BreakerPolicy) -> CircuitBreakers {
    CircuitBreakers::new("host", policy.per_key())
}

fn light(policy: BreakerPolicy) -> CircuitBreaker {
    CircuitBreaker::new("host", policy).light()
}

#[test]
fn a_cell_is_small() {
    let of_changes = if cfg!(feature = "config") { 24 } else { 0 };
    assert!(size_of::<CircuitBreaker>() <= 160 + of_changes, "{} bytes", size_of::<CircuitBreaker>());
}

#[test]
fn a_breaker_without_failures_since_the_last_success_is_worth_nothing() {
    let breaker = light(BreakerPolicy::new());
    assert_eq!(breaker.worth(), Worth::Nothing);
    breaker.record_success();
    assert_eq!(breaker.worth(), Worth::Nothing);
    breaker.record_failure();
    assert_eq!(breaker.worth(), Worth::Memory);
    breaker.record_success();
    assert_eq!(breaker.worth(), Worth::Nothing);
}

#[test]
fn a_breaker_in_any_other_state_than_closed_protects() {
    let breaker = light(BreakerPolicy::new());
    for force in [CircuitBreaker::force_open, CircuitBreaker::disable] {
        force(&breaker);
        assert_eq!(breaker.worth(), Worth::Protection);
        breaker.reset();
        assert_eq!(breaker.worth(), Worth::Nothing);
    }
}

#[tokio::test(start_paused = true)]
async fn a_breaker_that_may_be_tested_is_spent() {
    let breaker = light(BreakerPolicy::new().failure_threshold(1).recovery_timeout(Duration::from_secs(10)));
    breaker.record_failure();
    assert_eq!(breaker.worth(), Worth::Protection);
    tokio::time::advance(Duration::from_secs(10)).await;
    assert_eq!(breaker.worth(), Worth::Spent);
    breaker.record_success();
    assert_eq!(breaker.worth(), Worth::Spent);
    breaker.record_success();
    assert_eq!(breaker.worth(), Worth::Nothing);
}

#[tokio::test(start_paused = true)]
async fn a_time_window_is_worth_nothing_once_its_calls_are_over() {
    let policy = BreakerPolicy::new().failure_rate(0.5).time_window(Duration::from_secs(10)).min_calls(2);
    let breaker = light(policy);
    for calls in 1..=5 {
        (0..calls).for_each(|_| breaker.record_success());
        assert_eq!(breaker.worth(), Worth::Memory);
        tokio::time::advance(Duration::from_secs(9)).await;
        assert_eq!(breaker.worth(), Worth::Memory);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(breaker.worth(), Worth::Nothing);
    }
    (0..2).for_each(|_| breaker.record_failure());
    assert_eq!(breaker.state(), CircuitState::Open, "it counts on");
}

#[test]
fn a_count_window_remembers_until_the_breaker_is_reset() {
    let breaker = light(BreakerPolicy::new().failure_rate(0.5).count_window(10));
    (0..20).for_each(|_| breaker.record_success());
    assert_eq!(breaker.worth(), Worth::Memory);
    breaker.reset();
    assert_eq!(breaker.worth(), Worth::Nothing);
}

#[test]
fn a_million_healthy_hosts_leave_few_breakers() {
    let hosts = breakers(BreakerPolicy::new());
    for host in 0..1_000_000_u32 {
        hosts.get(host).record_success();
    }
    assert!(hosts.len() <= 9 * 128, "{} breakers", hosts.len());
    assert_eq!(hosts.stats().successful_calls, 1_000_000);
}

#[test]
fn an_open_breaker_survives_a_flood_of_hosts_that_fail() {
    let hosts = CircuitBreakers::new("host", BreakerPolicy::new().failure_threshold(2).per_key().max_keys(100));
    (0..2).for_each(|_| hosts.get("bad.example").record_failure());
    for host in 0..10_000_u32 {
        hosts.get(host).record_failure();
    }
    assert_eq!(hosts.open(), ["bad.example"]);
    assert_eq!((hosts.len(), hosts.overflowed()), (100, 0));
}

#[test]
fn hosts_without_room_share_a_breaker() {
    let hosts = CircuitBreakers::new("host", BreakerPolicy::new().failure_threshold(1).per_key().max_keys(2));
    for host in ["a", "b", "c"] {
        hosts.get(host).record_failure();
    }
    assert_eq!(hosts.open(), ["a", "b"]);
    assert_eq!(hosts.get("d").state(), CircuitState::Open, "it is the one of `c`");
    assert_eq!(hosts.overflowed(), 2);
    hosts.reset_all();
    assert!(hosts.open().is_empty());
    assert_eq!(hosts.get("d").state(), CircuitState::Closed);
}

#[test]
fn a_breaker_that_somebody_holds_is_that_of_its_key() {
    let hosts = CircuitBreakers::new("host", BreakerPolicy::new().failure_threshold(1).per_key().max_keys(1));
    let held = hosts.get("a");
    hosts.get("b");
    held.record_failure();
    assert_eq!(hosts.get("a").state(), CircuitState::Open);
}
