//! Listeners where tokio's clock cannot be paused: real waits, and all threads of a program.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use resilient::events::{BreakerChanged, Event, Kinds};
use resilient::{Error, bulkhead, circuit_breaker, registry, retry, timeout};

static CHANGES: Mutex<Vec<u64>> = Mutex::new(Vec::new());

fn note(change: &BreakerChanged) {
    CHANGES.lock().unwrap().push(change.number);
}

#[retry(max_attempts = 2, base_delay = 1ms)]
#[circuit_breaker(name = "production: events", failure_threshold = 1, recovery_timeout = 1ms, success_threshold = 1, on_state_change = note)]
#[timeout(5ms)]
#[bulkhead(name = "production: events", max_concurrent = 2, max_wait = 1h)]
fn called(hangs: bool) -> Result<u32, Error> {
    while hangs && resilient::remaining().is_none_or(|left| !left.is_zero()) {
        thread::yield_now();
    }
    Ok(1)
}

/// Each call ends once, each change of the breaker comes once and in order, and no limit is reported twice.
#[test]
fn calls_of_four_threads_are_reported_once() {
    const CALLS: u32 = 200;
    let (finished, timed_out) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let (count, late) = (Arc::clone(&finished), Arc::clone(&timed_out));
    let watching = resilient::subscribe(move |event| match event {
        Event::CallFinished(call) if call.function == "events::called" => {
            assert!(call.attempts <= 2, "{event}");
            count.fetch_add(1, Ordering::Relaxed);
        }
        Event::TimedOut(it) => {
            assert!(matches!(it.attempt, Some(1 | 2)), "{event}");
            late.fetch_add(1, Ordering::Relaxed);
        }
        _ => {}
    });
    let refusals = AtomicU32::new(0);
    thread::scope(|threads| {
        for thread in 0..4 {
            let refusals = &refusals;
            threads.spawn(move || {
                for call in 0..CALLS {
                    let outcome = called((call + thread) % 40 == 0);
                    refusals.fetch_add(u32::from(outcome.is_err()), Ordering::Relaxed);
                }
            });
        }
    });
    drop(watching);
    assert_eq!(finished.load(Ordering::Relaxed), 4 * CALLS);
    let breaker = registry().circuit_breaker("production: events").unwrap();
    let numbers = CHANGES.lock().unwrap().clone();
    assert_eq!(numbers, (1..=breaker.stats().state_changes).collect::<Vec<_>>());
    assert!(u64::from(timed_out.load(Ordering::Relaxed)) <= breaker.stats().total_calls);
}

#[retry(max_attempts = 2, base_delay = 1ms)]
async fn fails() -> Result<u32, &'static str> {
    Err("down")
}

#[test]
fn a_listener_that_panics_or_blocks_or_comes_late_harms_no_call() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap();
    let calls = |times: usize| {
        let all: Vec<_> = (0..times).map(|_| runtime.spawn(fails())).collect();
        for call in all {
            assert_eq!(runtime.block_on(call).unwrap(), Err("down"));
        }
    };
    calls(10);
    let events = resilient::events().kinds(Kinds::RETRIES).function("events::fails").unwrap();
    let before = events.listener_panics();
    let seen = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&seen);
    let watching = events.subscribe(move |_| {
        assert!(!count.fetch_add(1, Ordering::Relaxed).is_multiple_of(2), "a listener's own fault");
        thread::sleep(Duration::from_millis(1));
    });
    calls(10);
    drop(watching);
    assert_eq!(seen.load(Ordering::Relaxed), 20, "a delay and an end of each call since it listens");
    assert_eq!(events.listener_panics() - before, 10);
}
