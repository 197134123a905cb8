//! A million calls of every kind on several threads, some dropped, some panicking: afterwards all counters are right. A
//! process of its own, because it keeps all cores busy, and other tests measure time.

mod of_a_stack;
mod of_traffic;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use resilient::{BreakerPolicy, Bulkhead, BulkheadPolicy, CircuitBreaker, CircuitState, Error, Failure, Slot};

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
    stress(BreakerPolicy::new().failure_threshold(10).recovery_timeout(Duration::from_millis(1)));
}

#[test]
fn of_a_breaker_with_a_count_window() {
    stress(BreakerPolicy::new().failure_rate(1.0).count_window(10).recovery_timeout(Duration::from_millis(1)));
}

#[test]
fn of_a_breaker_with_a_time_window() {
    let hour = Duration::from_secs(3600);
    stress(BreakerPolicy::new().failure_rate(1.0).time_window(hour).recovery_timeout(Duration::from_millis(1)));
}

/// Callers of one bulkhead: some do not wait, some block their thread, some await, some give up, and some change the limit
/// if it moves.
struct Callers {
    bulkhead: Bulkhead,
    /// The greatest limit.
    most: u32,
    limit_moves: bool,
    in_flight: AtomicU64,
    accepted: AtomicU64,
    refused: AtomicU64,
}

impl Callers {
    fn outcome<'a>(&'a self, outcome: Result<Slot<'a>, Error>) -> Option<Slot<'a>> {
        count(if outcome.is_ok() { &self.accepted } else { &self.refused });
        let slot = outcome.ok()?;
        let in_flight = self.in_flight.fetch_add(1, Ordering::AcqRel) + 1;
        assert!(in_flight <= u64::from(self.most), "{in_flight} of {}", self.most);
        Some(slot)
    }

    fn end(&self, slot: Slot<'_>) {
        self.in_flight.fetch_sub(1, Ordering::AcqRel);
        drop(slot);
    }

    /// Polls a few times, and drops the future.
    fn gives_up(&self, polls: u64) -> Option<Slot<'_>> {
        let mut acquire = std::pin::pin!(self.bulkhead.acquire());
        for _ in 0..polls {
            if let Poll::Ready(outcome) = acquire.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                return self.outcome(outcome);
            }
            std::thread::yield_now();
        }
        None
    }

    fn call(&self, random: u64, holds_none: bool) -> Option<Slot<'_>> {
        match random % 16 {
            0..8 => self.outcome(self.bulkhead.try_acquire()),
            8 => self.outcome(self.bulkhead.acquire_blocking(Duration::from_micros(random / 16 % 50))),
            // Whoever holds a slot must not wait for ever.
            9 | 10 if holds_none => self.outcome(self.bulkhead.acquire_blocking(Duration::MAX)),
            11 if holds_none => {
                let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
                self.outcome(runtime.block_on(self.bulkhead.acquire()))
            }
            12 if self.limit_moves => {
                self.bulkhead.set_limit(1 + u32::try_from(random / 16 % u64::from(self.most)).expect("small"));
                None
            }
            _ => self.gives_up(random / 16 % 8),
        }
    }

    fn calls(&self, thread: u64, calls: u64) {
        let mut random = thread;
        let mut slots = Vec::new();
        for _ in 0..calls {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            slots.extend(self.call(random >> 33, slots.is_empty()));
            while slots.len() > 8 || !(random >> 40).is_multiple_of(4) && !slots.is_empty() {
                self.end(slots.swap_remove((random >> 45) as usize % slots.len()));
                random = random.rotate_left(7);
            }
        }
        for slot in slots {
            self.end(slot);
        }
    }
}

fn stress_a_bulkhead(threads: u64, most: u32, limit_moves: bool) {
    const ALL_CALLS: u64 = 60_000;
    let bulkhead = Bulkhead::new("stress", BulkheadPolicy::new(most).unlimited_wait().max_queue(20));
    let [in_flight, accepted, refused] = [0; 3].map(AtomicU64::new);
    let callers = Callers { bulkhead, most, limit_moves, in_flight, accepted, refused };
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let callers = &callers;
            scope.spawn(move || callers.calls(thread, ALL_CALLS / threads));
        }
    });
    let Callers { bulkhead, accepted, refused, .. } = callers;
    let stats = bulkhead.stats();
    assert_eq!((stats.accepted_calls, stats.rejected_calls), (accepted.into_inner(), refused.into_inner()));
    assert_eq!((bulkhead.in_flight(), bulkhead.waiting()), (0, 0));
    bulkhead.set_limit(most);
    let slots: Vec<_> = (0..most).map(|_| bulkhead.try_acquire().expect("no slot was lost")).collect();
    assert!(bulkhead.try_acquire().is_err(), "none was added");
    drop(slots);
}

#[test]
fn of_a_bulkhead_with_few_slots() {
    stress_a_bulkhead(2, 1, false);
    stress_a_bulkhead(8, 3, false);
    stress_a_bulkhead(24, 10, true);
}

#[test]
fn of_a_bulkhead_with_many_slots() {
    stress_a_bulkhead(2, 40, false);
    stress_a_bulkhead(4, 32, true);
    stress_a_bulkhead(8, 64, true);
    stress_a_bulkhead(24, 128, true);
}
