//! Changes of a breaker's state, and its refusals.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use resilient::events::{ChangeReason, Event, Kinds};
use resilient::{BreakerPolicy, CircuitBreaker, CircuitState, registry};

use crate::Heard;

fn breaker(name: &str, policy: BreakerPolicy) -> &'static CircuitBreaker {
    registry().circuit_breaker_or_insert(name, policy)
}

fn fail(breaker: &CircuitBreaker) {
    let _ = breaker.call(|| Err::<(), _>("down"));
}

#[tokio::test(start_paused = true)]
async fn the_life_of_a_breaker_is_told_with_its_reasons() {
    let policy =
        BreakerPolicy::new().failure_threshold(2).recovery_timeout(Duration::from_secs(5)).success_threshold(1);
    let breaker = breaker("life", policy);
    let heard = Heard::default();
    let _watching = heard.listen(resilient::events().name("life").unwrap());
    fail(breaker);
    fail(breaker);
    fail(breaker);
    tokio::time::advance(Duration::from_secs(6)).await;
    fail(breaker);
    tokio::time::advance(Duration::from_secs(6)).await;
    breaker.call(|| Ok::<_, &str>(())).unwrap();
    breaker.disable();
    assert_eq!(
        heard.take(),
        [
            "circuit breaker `life`: Closed -> Open by streak",
            "circuit breaker `life` refused a call: Open, a probe in 5s",
            "circuit breaker `life`: Open -> HalfOpen by open_time_over",
            "circuit breaker `life`: HalfOpen -> Open by probe",
            "circuit breaker `life`: Open -> HalfOpen by open_time_over",
            "circuit breaker `life`: HalfOpen -> Closed by probe",
            "circuit breaker `life`: Closed -> Disabled by by_hand",
        ]
    );
}

#[test]
fn a_change_has_the_totals_of_its_moment_and_the_open_time() {
    let policy = BreakerPolicy::new().failure_rate(0.5).count_window(4).min_calls(4);
    let breaker = breaker("totals", policy.recovery_timeout(Duration::from_secs(7)));
    let changes = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&changes);
    let _watching = resilient::events().kinds(Kinds::CHANGES).name("totals").unwrap().subscribe(move |event| {
        if let Event::BreakerChanged(change) = event {
            seen.lock().unwrap().push(*change);
        }
    });
    breaker.record_success();
    breaker.record_success();
    breaker.record_failure();
    breaker.record_failure();
    let changes = changes.lock().unwrap();
    let [change] = changes[..] else { panic!("{changes:?}") };
    assert_eq!((change.number, change.from, change.to), (1, CircuitState::Closed, CircuitState::Open));
    assert_eq!(change.because, ChangeReason::FailureRate);
    assert_eq!((change.stats.successful_calls, change.stats.failed_calls), (2, 2));
    let open_for = change.open_for.unwrap();
    assert!(open_for > Duration::from_secs(6) && open_for <= Duration::from_secs(8), "{open_for:?}");
}

#[tokio::test(start_paused = true)]
async fn slow_calls_are_a_reason_of_their_own() {
    let slow = Duration::from_secs(1);
    let breaker = breaker("slow reason", BreakerPolicy::new().slow_call(slow, 1.0).count_window(1).min_calls(1));
    let heard = Heard::default();
    let _watching = heard.listen(resilient::events().name("slow reason").unwrap());
    let slow_call = async {
        tokio::time::sleep(slow * 2).await;
        Ok::<_, &str>(())
    };
    breaker.run(slow_call).await.unwrap();
    assert_eq!(heard.take(), ["circuit breaker `slow reason`: Closed -> Open by slow_call_rate"]);
}

#[test]
fn changes_of_four_threads_are_told_once_and_in_order_to_one_listener_at_a_time() {
    const ROUNDS: u64 = 2_000;
    let breaker = breaker("four threads", BreakerPolicy::new());
    let changes = Arc::new(Mutex::new(Vec::new()));
    let (seen, is_busy) = (Arc::clone(&changes), AtomicBool::new(false));
    let watching = resilient::events().kinds(Kinds::CHANGES).name("four threads").unwrap().subscribe(move |event| {
        assert!(!is_busy.swap(true, Ordering::Relaxed), "two listeners at once");
        if let Event::BreakerChanged(change) = event {
            seen.lock().unwrap().push(*change);
        }
        is_busy.store(false, Ordering::Relaxed);
    });
    thread::scope(|scope| {
        for thread in 0..4 {
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    match (round * 7 + thread * 3) % 3 {
                        0 => breaker.force_open(),
                        1 => breaker.disable(),
                        _ => breaker.reset(),
                    }
                }
            });
        }
    });
    drop(watching);
    let changes = changes.lock().unwrap();
    assert_eq!(changes.len() as u64, 4 * ROUNDS);
    let mut from = CircuitState::Closed;
    for (number, change) in (1..).zip(changes.iter()) {
        assert_eq!((change.number, change.from), (number, from));
        from = change.to;
    }
    assert_eq!(from, breaker.state());
}

#[test]
fn a_listener_may_change_the_breaker_that_it_hears_of() {
    let breaker = breaker("changed by listener", BreakerPolicy::new());
    let heard = Heard::default();
    let events = resilient::events().kinds(Kinds::CHANGES).name("changed by listener").unwrap();
    let texts = heard.clone();
    let _watching = events.subscribe(move |event| {
        texts.push(event.to_string());
        if let Event::BreakerChanged(change) = event
            && change.to == CircuitState::ForcedOpen
        {
            breaker.reset();
        }
    });
    breaker.force_open();
    assert_eq!(breaker.state(), CircuitState::Closed);
    assert_eq!(
        heard.take(),
        [
            "circuit breaker `changed by listener`: Closed -> ForcedOpen by by_hand",
            "circuit breaker `changed by listener`: ForcedOpen -> Closed by by_hand",
        ]
    );
}
