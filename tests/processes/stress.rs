//! A million calls of every kind on several threads, some dropped, some panicking: afterwards all counters are right. A
//! process of its own, because it keeps all cores busy, and other tests measure time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Waker};

use resilient::{BreakerPolicy, Bulkhead, BulkheadPolicy, CircuitBreaker, CircuitState, Failure};

const THREADS: u64 = 8;
const CALLS: u64 = 125_000;

/// The outcomes that the callers counted.
#[derive(Default)]
struct Seen {
    successful: AtomicU64,
    failed: AtomicU64,
    ignored: AtomicU64,
    rejected: AtomicU64,
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// One call, whose kind depends on `random`.
fn call(breaker: &CircuitBreaker, bulkhead: &Bulkhead, seen: &Seen, random: u64) {
    match random % 1_000 {
        0 => breaker.force_open(),
        1 => breaker.disable(),
        2..10 => breaker.reset(),
        10 => panics(breaker, seen),
        11..100 => is_cancelled(breaker, seen),
        kind => {
            let outcome = breaker.call(|| {
                let _slot = bulkhead.try_acquire();
                if kind % 3 == 0 { Err(()) } else { Ok(()) }
            });
            count(match outcome {
                Ok(()) => &seen.successful,
                Err(Failure::Inner(())) => &seen.failed,
                Err(Failure::Refused(_)) => &seen.rejected,
            });
        }
    }
}

fn panics(breaker: &CircuitBreaker, seen: &Seen) {
    let ran = catch_unwind(AssertUnwindSafe(|| {
        breaker.call(|| -> Result<(), ()> { std::panic::resume_unwind(Box::new("as asked")) })
    }));
    count(if ran.is_err() { &seen.failed } else { &seen.rejected });
}

/// A future that is polled once and dropped.
fn is_cancelled(breaker: &CircuitBreaker, seen: &Seen) {
    let mut future = std::pin::pin!(breaker.run(std::future::pending::<Result<(), ()>>()));
    let polled = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    count(if polled.is_pending() { &seen.ignored } else { &seen.rejected });
}

fn stress(policy: BreakerPolicy) {
    let breaker = CircuitBreaker::new("stress", policy);
    let bulkhead = Bulkhead::new("stress", BulkheadPolicy::new(3));
    let seen = Seen::default();
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (breaker, bulkhead, seen) = (&breaker, &bulkhead, &seen);
            scope.spawn(move || {
                // A linear congruential generator, with the constants of Numerical Recipes, so that every run is the
                // same.
                let mut random = thread;
                for _ in 0..CALLS {
                    random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    call(breaker, bulkhead, seen, random >> 33);
                }
            });
        }
    });
    let stats = breaker.stats();
    let seen = [&seen.successful, &seen.failed, &seen.ignored, &seen.rejected].map(|seen| seen.load(Ordering::Relaxed));
    let counted = [stats.successful_calls, stats.failed_calls, stats.ignored_calls, stats.rejected_calls];
    assert_eq!(counted, seen);
    assert_eq!(stats.total_calls, seen[..3].iter().sum::<u64>());
    assert_eq!((bulkhead.in_flight(), bulkhead.waiting(), bulkhead.available()), (0, 0, 3));
    works_as_new(&breaker);
}

/// No permit and no slot was lost, and the window counts the calls from now on.
fn works_as_new(breaker: &CircuitBreaker) {
    breaker.reset();
    let changes = breaker.stats().state_changes;
    for failures in 1..=10 {
        assert_eq!(breaker.state(), CircuitState::Closed, "after {failures} failures");
        breaker.try_acquire().expect("it is closed").failure();
    }
    // Its open time may be over by now.
    assert_ne!(breaker.state(), CircuitState::Closed);
    assert_eq!(breaker.stats().state_changes, changes + 1, "it has opened");
}

#[test]
fn of_a_breaker_that_counts_failures_in_a_row() {
    stress(BreakerPolicy::new().failure_threshold(10).recovery_timeout(std::time::Duration::from_millis(1)));
}

#[test]
fn of_a_breaker_with_a_count_window() {
    stress(
        BreakerPolicy::new().failure_rate(1.0).count_window(10).recovery_timeout(std::time::Duration::from_millis(1)),
    );
}

#[test]
fn of_a_breaker_with_a_time_window() {
    let hour = std::time::Duration::from_secs(3600);
    stress(
        BreakerPolicy::new().failure_rate(1.0).time_window(hour).recovery_timeout(std::time::Duration::from_millis(1)),
    );
}
