//! Calls that share a limit: async ones in paused time, and sync ones.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::time::{Instant, advance};

use crate::core::error::Error;
use crate::rate_limit::limiter::RateLimiter;
use crate::rate_limit::policy::RateLimitPolicy;

const SECOND: Duration = Duration::from_secs(1);

fn limiter(permits: u32, max_wait: Duration) -> Arc<RateLimiter> {
    Arc::new(RateLimiter::new("github", RateLimitPolicy::new(permits, SECOND).max_wait(max_wait)))
}

fn is_pending(future: &mut Pin<Box<impl Future>>) -> bool {
    future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending()
}

#[tokio::test(start_paused = true)]
async fn a_herd_begins_in_order_and_never_more_than_the_permits_in_any_second() {
    let limiter = limiter(10, Duration::MAX);
    let start = Instant::now();
    let call = |id: u64| {
        let limiter = Arc::clone(&limiter);
        async move {
            limiter.acquire().await.unwrap();
            (id, start.elapsed())
        }
    };
    let calls: Vec<_> = (0..100).map(|id| tokio::spawn(call(id))).collect();
    for (expected, call) in (0..).zip(calls) {
        let (id, at) = call.await.unwrap();
        assert_eq!((id, at.as_secs()), (expected, expected / 10));
    }
    assert_eq!((limiter.stats().accepted_calls, limiter.waiting()), (100, 0));
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_would_be_too_long_is_refused_at_once_with_the_time_it_would_take() {
    let limiter = limiter(1, SECOND);
    limiter.acquire().await.unwrap();
    let mut second = Box::pin(limiter.acquire());
    assert!(is_pending(&mut second));
    let refused = limiter.acquire().await.unwrap_err();
    assert_eq!(refused, Error::RateLimited { name: limiter.name(), retry_after: Some(SECOND * 2) });
    assert_eq!(limiter.next_in(), SECOND * 2);
    second.await.unwrap();
    assert_eq!((limiter.stats().accepted_calls, limiter.stats().rejected_calls), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn who_waits_holds_a_place_that_the_next_takes_over_when_it_gives_up() {
    let limiter = limiter(1, SECOND * 9);
    limiter.acquire().await.unwrap();
    let start = Instant::now();
    let (mut first, mut second) = (Box::pin(limiter.acquire()), Box::pin(limiter.acquire()));
    assert!(is_pending(&mut first) && is_pending(&mut second));
    assert_eq!(limiter.waiting(), 2);
    assert!(limiter.try_acquire().is_err());
    drop(first);
    second.await.unwrap();
    assert_eq!((start.elapsed(), limiter.waiting()), (SECOND, 0));
}

#[tokio::test(start_paused = true)]
async fn a_call_does_not_overtake_one_that_waits_for_more_permits() {
    let limiter = limiter(3, SECOND * 9);
    limiter.acquire_many(2).await.unwrap();
    let mut dear = Box::pin(limiter.acquire_many(3));
    assert!(is_pending(&mut dear));
    assert_eq!(limiter.available(), Some(1));
    assert!(limiter.try_acquire().is_err(), "one is free, but another waits");
    dear.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_call_that_takes_more_than_there_can_be_is_refused_and_never_waits() {
    let limiter = limiter(3, Duration::MAX);
    let refused = limiter.acquire_many(4).await.unwrap_err();
    assert_eq!(refused, Error::RateLimited { name: limiter.name(), retry_after: None });
}

#[tokio::test(start_paused = true)]
async fn a_hold_makes_those_who_wait_wait_longer_and_refuses_them_after_max_wait() {
    let limiter = limiter(1, SECOND * 5);
    limiter.acquire().await.unwrap();
    let start = Instant::now();
    let mut waiting = Box::pin(limiter.acquire());
    assert!(is_pending(&mut waiting));
    limiter.hold(SECOND * 3);
    assert_eq!(limiter.held_for(), SECOND * 3);
    waiting.await.unwrap();
    assert_eq!(start.elapsed(), SECOND * 3);
    limiter.hold(SECOND * 4);
    let mut waiting = Box::pin(limiter.acquire());
    assert!(is_pending(&mut waiting));
    limiter.hold(SECOND * 60);
    let refused = waiting.await.unwrap_err();
    assert_eq!((refused.retry_after(), start.elapsed()), (Some(SECOND * 55), SECOND * 8));
}

#[tokio::test(start_paused = true)]
async fn resume_wakes_the_first_who_waits() {
    let limiter = limiter(1, SECOND * 99);
    limiter.hold(SECOND * 90);
    let start = Instant::now();
    let waiting = tokio::spawn({
        let limiter = Arc::clone(&limiter);
        async move { limiter.acquire().await }
    });
    advance(SECOND).await;
    limiter.resume();
    waiting.await.unwrap().unwrap();
    assert!(start.elapsed() < SECOND * 2);
    assert_eq!(limiter.held_for(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_refuses_at_once() {
    let policy = RateLimitPolicy::new(1, SECOND).max_wait(SECOND * 99).max_queue(1);
    let limiter = RateLimiter::new("github", policy);
    limiter.acquire().await.unwrap();
    let mut first = Box::pin(limiter.acquire());
    assert!(is_pending(&mut first));
    assert!(limiter.acquire().await.unwrap_err().is_rate_limited());
}

#[test]
fn sync_and_async_calls_wait_in_one_queue() {
    let policy = RateLimitPolicy::new(1, Duration::from_millis(20)).max_wait(SECOND * 60);
    let limiter = Arc::new(RateLimiter::new("github", policy));
    limiter.try_acquire().unwrap();
    let mut first = Box::pin(limiter.acquire());
    assert!(is_pending(&mut first));
    let sync = std::thread::spawn({
        let limiter = Arc::clone(&limiter);
        move || limiter.acquire_blocking(SECOND * 60)
    });
    while limiter.waiting() < 2 {
        std::thread::yield_now();
    }
    assert!(!sync.is_finished());
    // The async one is the first, and not polled any more: until it is dropped, nobody overtakes it.
    drop(first);
    sync.join().unwrap().unwrap();
    assert_eq!(limiter.stats().accepted_calls, 2);
}

#[test]
fn a_sync_call_that_may_not_wait_is_refused_at_once() {
    let limiter = limiter(1, Duration::ZERO);
    limiter.acquire_blocking(Duration::ZERO).unwrap();
    assert!(limiter.acquire_blocking(Duration::ZERO).unwrap_err().is_rate_limited());
}

#[test]
fn a_waker_may_use_the_limiter_when_it_is_woken_or_dropped() {
    struct Asks(Arc<RateLimiter>);
    impl std::task::Wake for Asks {
        fn wake(self: Arc<Self>) {
            self.0.next_in();
        }
    }
    impl Drop for Asks {
        fn drop(&mut self) {
            self.0.next_in();
        }
    }
    let limiter = limiter(1, SECOND * 60);
    limiter.try_acquire().unwrap();
    let waker = Waker::from(Arc::new(Asks(Arc::clone(&limiter))));
    let mut context = Context::from_waker(&waker);
    let mut first = Box::pin(limiter.acquire());
    let mut second = Box::pin(limiter.acquire());
    assert!(first.as_mut().poll(&mut context).is_pending());
    assert!(second.as_mut().poll(&mut context).is_pending());
    assert!(matches!(second.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Pending));
    drop(waker);
    limiter.resume();
    let waker = Waker::from(Arc::new(Asks(Arc::clone(&limiter))));
    assert!(second.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    drop(waker);
    drop(second);
}
