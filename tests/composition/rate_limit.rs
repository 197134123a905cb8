//! Rate limits below deadlines, breakers, retries and fallbacks.

use std::cell::Cell;
use std::time::Duration;

use resilient::{
    Error, ErrorKind, RateLimitPolicy, RateLimiter, TimeoutPolicy, circuit_breaker, fallback, rate_limit, registry,
    retry, timeout,
};
use resilient_tests::{Fault, breaker, millis, secs};
use tokio::time::{Instant, advance};

type Outcome = Result<u32, Fault>;

const LIMITED: Outcome = Err(Fault::Refused(ErrorKind::RateLimited));
const TIMED_OUT: Outcome = Err(Fault::Refused(ErrorKind::TimedOut));

fn limiter(name: &str) -> &'static RateLimiter {
    registry().rate_limiter(name).expect("a function that names it is in the program")
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_would_outlast_the_deadline_above_is_refused_at_once() {
    #[timeout(500ms)]
    #[rate_limit(permits = 1, per = 1s, max_wait = 1min)]
    async fn call() -> Outcome {
        Ok(1)
    }

    #[timeout(500ms)]
    #[rate_limit(permits = 1, per = 1h, max_wait = 1d)]
    fn call_blocking() -> Outcome {
        Ok(1)
    }

    let start = Instant::now();
    assert_eq!((call().await, call().await), (Ok(1), LIMITED));
    assert_eq!((call_blocking(), call_blocking()), (Ok(1), LIMITED));
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn the_same_by_hand() {
    let limit = RateLimiter::new("by hand", RateLimitPolicy::new(1, secs(1)).max_wait(secs(60)));
    limit.acquire().await.expect("it is free");
    let call =
        TimeoutPolicy::new(millis(500)).try_run(async { Ok::<_, resilient::Failure<()>>(limit.acquire().await?) });
    let refused = call.await.expect_err("it would end after the deadline");
    assert!(refused.refusal().is_some_and(Error::is_rate_limited));
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_a_pause_made_longer_ends_at_the_deadline_and_counts_neither_way() {
    #[timeout(5s)]
    #[circuit_breaker(name = "rate: above a wait", failure_threshold = 1)]
    #[rate_limit(name = "rate: a longer wait", permits = 1, per = 2s, max_wait = 1min)]
    async fn call() -> Outcome {
        Ok(1)
    }

    let start = Instant::now();
    assert_eq!(call().await, Ok(1));
    let (outcome, ()) = tokio::join!(call(), async {
        advance(millis(100)).await;
        limiter("rate: a longer wait").hold(secs(60));
    });
    assert_eq!((outcome, start.elapsed()), (TIMED_OUT, secs(5)));
    assert_eq!(limiter("rate: a longer wait").waiting(), 0);
    let stats = breaker("rate: above a wait").stats();
    assert_eq!((stats.failed_calls, stats.successful_calls), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn in_the_recommended_order_each_attempt_takes_a_permit_and_an_open_breaker_takes_none() {
    #[fallback(value = 0)]
    #[retry(max_attempts = 3, base_delay = 0s)]
    #[circuit_breaker(name = "rate: in order", failure_threshold = 2)]
    #[rate_limit(name = "rate: in order", permits = 10, per = 1min)]
    #[timeout(1s)]
    async fn call(ran: &Cell<u32>) -> Outcome {
        ran.set(ran.get() + 1);
        std::future::pending().await
    }

    let ran = Cell::new(0);
    assert_eq!((call(&ran).await, ran.get()), (Ok(0), 2));
    assert_eq!(limiter("rate: in order").available(), Some(8));
    assert_eq!((call(&ran).await, ran.get()), (Ok(0), 2));
    assert_eq!(limiter("rate: in order").available(), Some(8));
}

#[tokio::test(start_paused = true)]
async fn a_breaker_counts_its_refusal_neither_way_and_a_fallback_answers_it() {
    #[fallback(value = 7, fallback_refused(rate_limited))]
    #[circuit_breaker(name = "rate: neither", failure_threshold = 1)]
    #[rate_limit(permits = 1, per = 1min)]
    fn call() -> Outcome {
        Ok(1)
    }

    assert_eq!((call(), call(), call()), (Ok(1), Ok(7), Ok(7)));
    let stats = breaker("rate: neither").stats();
    assert_eq!((stats.failed_calls, stats.successful_calls, stats.ignored_calls), (0, 1, 2));
}

#[tokio::test(start_paused = true)]
async fn several_limits_hold_together() {
    #[rate_limit(name = "rate: per minute", permits = 3, per = 1min)]
    #[rate_limit(name = "rate: per second", permits = 1, per = 1s)]
    async fn call() -> Outcome {
        Ok(1)
    }

    assert_eq!((call().await, call().await), (Ok(1), LIMITED));
    advance(secs(1)).await;
    assert_eq!((call().await, call().await), (Ok(1), LIMITED));
    advance(secs(59)).await;
    assert_eq!(call().await, Ok(1));
}

#[test]
fn a_sync_wait_ends_at_the_deadline_and_counts_neither_way() {
    #[timeout(200ms)]
    #[circuit_breaker(name = "rate: above a sync wait", failure_threshold = 1)]
    #[rate_limit(name = "rate: a sync wait", permits = 1, per = 1ns, max_wait = 1h)]
    fn call() -> Outcome {
        Ok(1)
    }

    let limiter = limiter("rate: a sync wait");
    // A call waits for less than its limit, and then for more. It begins first where this thread was late.
    let outcome = loop {
        limiter.resume();
        limiter.hold(millis(100));
        let waits = std::thread::spawn(call);
        while limiter.waiting() == 0 && !waits.is_finished() {
            std::thread::yield_now();
        }
        limiter.hold(secs(3600));
        match waits.join().expect("it returns") {
            Ok(1) | LIMITED => {}
            ended => break ended,
        }
    };
    assert_eq!(outcome, TIMED_OUT);
    assert_eq!(breaker("rate: above a sync wait").stats().failed_calls, 0);
}
