//! Retry budgets and rate limits, on threads that come and go.

use resilient::{RateLimitPolicy, RateLimiter, RetryBudget, RetryBudgetPolicy, RetryPolicy};

use super::*;

/// Calls in an outage, each of which makes as many retries as its budget has tokens for. Threads come and go.
#[test]
fn of_a_retry_budget() {
    const GENERATIONS: u64 = 25;
    const ALL_CALLS: u64 = 200_000;
    const POLICY: RetryPolicy = RetryPolicy::new().max_attempts(4).base_delay(Duration::ZERO);
    let policy = RetryBudgetPolicy::new().share(0.2).min_per_second(0).burst(1_000_000);
    let (budget, requests) = (RetryBudget::new("stress", policy), AtomicU64::new(0));
    let attempt = || {
        count(&requests);
        Err::<(), _>(())
    };
    let call = |random: u64| {
        if random.is_multiple_of(100) {
            // Given up during the delay, whose token is given back.
            let call = std::pin::pin!(POLICY.with_budget(&budget).run(async || attempt()));
            let _ = call.poll(&mut Context::from_waker(Waker::noop()));
        } else {
            let failed = POLICY.with_budget(&budget).call(attempt);
            assert!(failed.is_err());
        }
    };
    for _ in 0..GENERATIONS {
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| (0..ALL_CALLS / GENERATIONS / THREADS).for_each(call));
            }
        });
    }
    let (stats, requests) = (budget.stats(), requests.into_inner());
    assert_eq!((stats.calls, requests - stats.calls), (ALL_CALLS, stats.retries));
    assert!(requests <= ALL_CALLS * 6 / 5, "{requests}");
    assert_eq!(stats.retries + budget.available(), ALL_CALLS / 5, "no token is lost or made up");
}

/// Callers of one rate limit: some do not wait, some block their thread, some give up, and some stop everybody.
#[test]
fn of_a_rate_limit() {
    const PERMITS: u64 = 20_000;
    let policy = RateLimitPolicy::new(20_000, Duration::from_secs(36_000)).max_wait(Duration::MAX).max_queue(20);
    let limiter = RateLimiter::new("stress", policy);
    let (accepted, refused, begun) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let note = |outcome: Result<(), Error>, cost: u64| {
        count(if outcome.is_ok() { &accepted } else { &refused });
        begun.fetch_add(if outcome.is_ok() { cost } else { 0 }, Ordering::Relaxed);
    };
    let call = |random: u64| match random % 64 {
        0 => limiter.hold(Duration::from_micros(random / 64 % 50)),
        1 => limiter.resume(),
        2..6 => note(limiter.try_acquire_many(3), 3),
        6 => note(limiter.acquire_blocking(Duration::from_micros(random / 64 % 50)), 1),
        7..12 => {
            let mut acquire = std::pin::pin!(limiter.acquire());
            for _ in 0..random / 64 % 4 {
                if let Poll::Ready(outcome) = acquire.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                    return note(outcome, 1);
                }
                std::thread::yield_now();
            }
        }
        _ => note(limiter.try_acquire(), 1),
    };
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let call = &call;
            scope.spawn(move || {
                let mut random = thread;
                for _ in 0..20_000 {
                    random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    call(random >> 33);
                }
            });
        }
    });
    let stats = limiter.stats();
    assert_eq!((stats.accepted_calls, stats.rejected_calls), (accepted.into_inner(), refused.into_inner()));
    assert_eq!(limiter.waiting(), 0);
    limiter.resume();
    let left = limiter.available().expect("it has permits");
    assert_eq!(begun.into_inner() + left, PERMITS, "no permit is lost, and none is given twice");
}

/// All who wait begin, although the head of the queue is dropped again and again.
#[test]
fn of_a_queue_for_permits() {
    let limiter =
        RateLimiter::new("stress", RateLimitPolicy::new(50, Duration::from_millis(1)).max_wait(Duration::MAX));
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let limiter = &limiter;
            scope.spawn(move || {
                for call in 0..500 {
                    if (thread + call).is_multiple_of(3) {
                        let mut gives_up = std::pin::pin!(limiter.acquire());
                        let _ = gives_up.as_mut().poll(&mut Context::from_waker(Waker::noop()));
                        std::thread::yield_now();
                    } else {
                        limiter.acquire_blocking(Duration::MAX).expect("it waits for as long as it takes");
                    }
                }
            });
        }
    });
    assert_eq!(limiter.waiting(), 0);
}
