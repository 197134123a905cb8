//! With a listener, calls allocate nothing either, however they end. A process of its own, because the allocator counts for
//! all threads.

use std::alloc::System;
use std::hint::black_box;
use std::time::Duration;

use resilient::events::Event;
use resilient::{
    BreakerPolicy, Bulkhead, BulkheadPolicy, CircuitBreaker, Error, RateLimitPolicy, RateLimiter, circuit_breaker,
    fallback, retry, timeout,
};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const CALLS: usize = 1000;

/// How many of many calls coincide with an allocation, of which the threads of the test harness make a few.
fn allocating(mut call: impl FnMut()) -> usize {
    (0..100).for_each(|_| call());
    let allocates = |_: &usize| {
        let region = Region::new(ALLOCATOR);
        call();
        let change = region.change();
        change.allocations + change.reallocations > 0
    };
    (0..CALLS).filter(allocates).count()
}

const FAIL: Result<u32, Error> = Err(Error::NoItems { name: resilient::Name::new(&"inner") });

#[fallback(value = 0)]
#[retry(max_attempts = 2, base_delay = 0ms)]
fn answered() -> Result<u32, Error> {
    FAIL
}

#[circuit_breaker(name = "refusing", failure_threshold = 1, recovery_timeout = 1h)]
fn refused() -> Result<u32, Error> {
    FAIL
}

#[timeout(5s)]
#[retry(max_attempts = 2, base_delay = 0ms)]
fn elsewhere() -> Result<u32, Error> {
    FAIL
}

#[test]
fn no_event_allocates() {
    let _watching =
        resilient::subscribe(|event: &Event<'_>| _ = black_box((event.kind(), event.function(), event.name())));
    assert!(allocating(|| drop(black_box(Box::new(7)))) == CALLS, "the counter counts");

    let bulkhead = Bulkhead::new("full", BulkheadPolicy::new(1));
    let _slot = bulkhead.try_acquire().unwrap();
    let limiter = RateLimiter::new("reached", RateLimitPolicy::new(1, Duration::from_secs(3_600)));
    let _ = limiter.try_acquire();
    let breaker = CircuitBreaker::new("changed", BreakerPolicy::new());
    let paths: [(&str, &dyn Fn()); 6] = [
        ("answered", &|| assert_eq!(answered(), Ok(0))),
        ("refused", &|| assert!(refused().is_err())),
        ("elsewhere", &|| assert!(elsewhere().is_err())),
        ("bulkhead", &|| assert!(bulkhead.try_acquire().is_err())),
        ("rate limit", &|| assert!(limiter.try_acquire().is_err())),
        ("change", &|| breaker.force_open()),
    ];
    for (path, call) in paths {
        let count = allocating(call);
        assert!(count <= CALLS / 20, "{path}: {count} of {CALLS} calls allocate");
    }
}
