//! Calls that are dropped after `slow_call` count as slow.

use super::*;

const SLOW: BreakerPolicy = BreakerPolicy::new().slow_call(secs(1), 1.0).count_window(8);

#[tokio::test(start_paused = true)]
async fn permits_dropped_after_slow_call_are_slow_and_not_failed() {
    let breaker = CircuitBreaker::new("dropped", SLOW.failure_rate(0.01));
    for call in 0..8 {
        assert_eq!(breaker.state(), CircuitState::Closed, "after {call} calls");
        let permit = breaker.try_acquire().expect("it is closed");
        advance(secs(10)).await;
        drop(permit);
    }
    assert_eq!(breaker.state(), CircuitState::Open);
    let stats = breaker.stats();
    assert_eq!((stats.slow_calls, stats.ignored_calls, stats.failed_calls), (8, 8, 0));
}

#[tokio::test(start_paused = true)]
async fn futures_dropped_after_slow_call_are_slow() {
    #[circuit_breaker(name = "dropped: futures", slow_call = 1s, slow_call_rate = 1.0, window = 8)]
    async fn hangs() -> Result<(), Error> {
        pending().await
    }

    for _ in 0..8 {
        assert!(timeout(secs(10), hangs()).await.is_err());
    }
    let breaker = registry().circuit_breaker("dropped: futures").expect("it has run");
    assert_eq!(breaker.state(), CircuitState::Open);
    assert_eq!(breaker.stats().slow_calls, 8);
}

#[tokio::test(start_paused = true)]
async fn dropped_by_a_deadline_that_says_nothing_of_the_callee_they_are_slow_too() {
    let breaker = CircuitBreaker::new("dropped", SLOW);
    for _ in 0..8 {
        let impatient = TimeoutPolicy::new(secs(10)).try_run(async {
            sleep(secs(6)).await;
            breaker.run(pending::<Result<(), Error>>()).await
        });
        assert!(impatient.await.is_err());
    }
    assert_eq!(breaker.state(), CircuitState::Open);
    let stats = breaker.stats();
    assert_eq!((stats.slow_calls, stats.ignored_calls, stats.failed_calls), (8, 8, 0));
}

#[test]
fn in_place_what_comes_back_after_such_a_deadline_is_slow_too() {
    let breaker = CircuitBreaker::new("dropped", BreakerPolicy::new().slow_call(millis(1), 1.0).count_window(1));
    let impatient = TimeoutPolicy::new(millis(60)).try_call_cooperative(|| {
        std::thread::sleep(millis(45));
        breaker.call(|| {
            std::thread::sleep(millis(25));
            Ok::<_, Error>(())
        })
    });
    assert!(impatient.is_err());
    assert_eq!(breaker.state(), CircuitState::Open);
    let stats = breaker.stats();
    assert_eq!((stats.slow_calls, stats.ignored_calls, stats.failed_calls), (1, 1, 0));
}

#[tokio::test(start_paused = true)]
async fn dropped_earlier_or_ignored_they_count_neither_way() {
    let breaker = CircuitBreaker::new("dropped", SLOW.failure_threshold(1).count_window(1));
    for _ in 0..10 {
        let (early, ignored) = (breaker.try_acquire(), breaker.try_acquire());
        advance(secs(1)).await;
        drop(early);
        advance(secs(9)).await;
        ignored.expect("it is closed").ignore();
    }
    assert_eq!(breaker.state(), CircuitState::Closed);
    assert_eq!((breaker.stats().slow_calls, breaker.stats().ignored_calls), (0, 20));
}

#[tokio::test(start_paused = true)]
async fn slow_and_dropped_they_do_not_end_a_row_of_failures() {
    let breaker = CircuitBreaker::new("dropped", SLOW.failure_threshold(2));
    breaker.record_failure();
    let permit = breaker.try_acquire().expect("it is closed");
    advance(secs(10)).await;
    drop(permit);
    assert_eq!(breaker.state(), CircuitState::Closed, "nor are they part of it");
    breaker.record_failure();
    assert_eq!(breaker.state(), CircuitState::Open);
}

#[tokio::test(start_paused = true)]
async fn a_slow_probe_only_gives_its_place_back() {
    let breaker = recovering(SLOW.failure_threshold(1).half_open_max_calls(1)).await;
    for _ in 0..5 {
        let mut probe = pin!(breaker.run(pending::<Result<(), Error>>()));
        let polled = probe.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(polled, Poll::Pending));
        assert!(!breaker.is_call_permitted());
        advance(secs(10)).await;
        probe.set(breaker.run(pending()));
        assert_eq!(breaker.state(), CircuitState::HalfOpen);
        assert!(breaker.is_call_permitted());
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_dropped_after_a_change_of_state_changes_the_totals_only() {
    let breaker = CircuitBreaker::new("dropped", SLOW.count_window(1));
    let late = breaker.try_acquire().expect("it is closed");
    advance(secs(10)).await;
    breaker.reset();
    drop(late);
    assert_eq!(breaker.state(), CircuitState::Closed);
    assert_eq!((breaker.stats().slow_calls, breaker.stats().ignored_calls), (1, 1));
}
