//! Questions about the state of a breaker change nothing.

use super::*;

#[tokio::test(start_paused = true)]
async fn the_state_is_half_open_from_the_end_of_the_open_time_on() {
    let breaker = opened(ONE_PROBE);
    advance(Duration::from_millis(29_999)).await;
    assert_eq!(breaker.state(), CircuitState::Open);
    advance(Duration::from_millis(1)).await;
    for _ in 0..3 {
        assert_eq!(breaker.state(), CircuitState::HalfOpen);
        assert_eq!(breaker.stats().state_changes, 1, "the change is counted at the first call after it");
    }
    drop(breaker.try_acquire().expect("a probe"));
    assert_eq!(breaker.stats().state_changes, 2);
}

#[tokio::test(start_paused = true)]
async fn if_open_use_the_cache_recovers() {
    let breaker = CircuitBreaker::new("cache", ONE_PROBE);
    let ask = |works: bool| {
        if breaker.state().is_open() {
            return "cache";
        }
        breaker.call(|| if works { Ok("service") } else { Err("down") }).unwrap_or("cache")
    };
    assert_eq!(ask(true), "service");
    for _ in 0..100 {
        assert_eq!(ask(false), "cache");
        advance(secs(1)).await;
    }
    for _ in 0..30 {
        ask(true);
        advance(secs(1)).await;
    }
    assert_eq!((ask(true), breaker.state()), ("service", CircuitState::Closed));
}

#[tokio::test(start_paused = true)]
async fn whether_a_call_is_permitted_counts_nothing_and_takes_no_place() {
    let breaker = CircuitBreaker::new("asking", ONE_PROBE);
    assert!(breaker.is_call_permitted(), "closed");
    breaker.try_acquire().expect("it is closed").failure();
    let before = breaker.stats();
    assert!(!breaker.is_call_permitted(), "open");
    advance(OPEN).await;
    (0..10).for_each(|_| assert!(breaker.is_call_permitted(), "its time is over"));
    assert_eq!(breaker.stats(), before);
    let probe = breaker.try_acquire().expect("the place is still free");
    assert!(!breaker.is_call_permitted(), "every probe is under way");
    drop(probe);
    assert!(breaker.is_call_permitted(), "the place is free again");
    breaker.force_open();
    assert!(!breaker.is_call_permitted(), "forced open");
    breaker.disable();
    assert!(breaker.is_call_permitted(), "disabled");
    assert_eq!(breaker.stats().rejected_calls, 0);
}
