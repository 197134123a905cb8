//! Windows that use the coarse clock.

use std::thread;
use std::time::{Duration, Instant};

use resilient::{BreakerPolicy, CircuitBreaker, CircuitState};

#[test]
fn calls_of_the_last_seconds_open_a_breaker() {
    let policy = BreakerPolicy::new().failure_rate(0.5).time_window(Duration::from_secs(60)).min_calls(10);
    let breaker = CircuitBreaker::new("window", policy);
    for _ in 0..100 {
        breaker.try_acquire().unwrap().success();
    }
    for _ in 0..99 {
        breaker.try_acquire().unwrap().failure();
        assert_eq!(breaker.state(), CircuitState::Closed);
    }
    breaker.try_acquire().unwrap().failure();
    assert_eq!(breaker.state(), CircuitState::Open);
}

#[test]
fn calls_before_the_window_are_forgotten() {
    let policy = BreakerPolicy::new().failure_rate(0.5).time_window(Duration::from_secs(5)).min_calls(10);
    let breaker = CircuitBreaker::new("forgotten", policy);
    for _ in 0..1_000 {
        breaker.try_acquire().unwrap().success();
    }
    thread::sleep(Duration::from_millis(5_600));
    for _ in 0..10 {
        breaker.try_acquire().unwrap().failure();
    }
    assert_eq!(breaker.state(), CircuitState::Open);
}

#[test]
fn a_caller_that_comes_back_after_retry_after_is_admitted() {
    let policy = BreakerPolicy::new().failure_threshold(1).recovery_timeout(Duration::from_millis(500));
    for _ in 0..3 {
        let breaker = CircuitBreaker::new("retry after", policy);
        breaker.try_acquire().unwrap().failure();
        let opened = Instant::now();
        let retry_after = breaker.try_acquire().unwrap_err().retry_after().unwrap();
        assert!(retry_after <= Duration::from_millis(525));
        thread::sleep(retry_after);
        breaker.try_acquire().unwrap().success();
        assert!(opened.elapsed() >= Duration::from_millis(475));
    }
}
