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

fn bucket(burst: u32, per: Duration) -> Arc<RateLimiter> {
    Arc::new(RateLimiter::new("github", RateLimitPolicy::new(1, per).burst(burst)))
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_is_reached_refuses_until_the_moment_it_said_and_not_longer() {
    const DAY: Duration = Duration::from_secs(86_400);
    for limiter in [limiter(1, Duration::ZERO), bucket(1, SECOND), bucket(1, SECOND * 3_600)] {
        limiter.try_acquire().unwrap();
        let span = limiter.next_in();
        let left = |limiter: &RateLimiter| limiter.try_acquire().unwrap_err().retry_after();
        assert_eq!([(); 3].map(|()| left(&limiter)), [Some(span); 3]);
        advance(span.saturating_sub(Duration::from_nanos(1))).await;
        assert_eq!([(); 3].map(|()| left(&limiter)), [Some(Duration::from_nanos(1)); 3]);
        advance(Duration::from_nanos(1)).await;
        limiter.try_acquire().unwrap();
        assert_eq!(left(&limiter), Some(span));
        advance(DAY * 30).await;
        assert_eq!([(); 2].map(|()| limiter.try_acquire().is_ok()), [true, false]);
        assert_eq!((limiter.stats().accepted_calls, limiter.stats().rejected_calls), (3, 8));
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_by_a_hold_is_no_reason_to_refuse_after_it_was_ended() {
    for limiter in [limiter(9, Duration::ZERO), bucket(9, SECOND)] {
        limiter.hold(SECOND * 90);
        assert_eq!(limiter.try_acquire().unwrap_err().retry_after(), Some(SECOND * 90));
        limiter.hold(SECOND * 99);
        assert_eq!(limiter.try_acquire().unwrap_err().retry_after(), Some(SECOND * 99));
        limiter.resume();
        limiter.try_acquire().unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_dear_call_that_is_refused_does_not_keep_a_cheap_one_from_its_permit() {
    for limiter in [limiter(3, Duration::ZERO), bucket(3, SECOND)] {
        limiter.try_acquire_many(2).unwrap();
        assert!(limiter.try_acquire_many(2).is_err());
        limiter.try_acquire().unwrap();
        assert!(limiter.try_acquire().is_err());
        let refused = limiter.try_acquire_many(4).unwrap_err();
        assert_eq!(refused.retry_after(), None);
    }
}

#[test]
fn threads_take_every_permit_once_while_others_look_at_the_limit() {
    const PERMITS: u32 = 10_000;
    let window = RateLimitPolicy::new(PERMITS, SECOND * 86_400);
    for policy in [window, window.burst(PERMITS)] {
        let limiter = RateLimiter::new("github", policy);
        let taken: u32 = std::thread::scope(|scope| {
            let take_all = || {
                let mut taken = 0;
                while limiter.try_acquire().is_ok() {
                    taken += 1;
                    if taken % 64 == 0 {
                        limiter.available();
                    }
                }
                taken
            };
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(take_all)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!((taken, limiter.available()), (PERMITS, Some(0)));
        assert_eq!(limiter.stats().accepted_calls, u64::from(PERMITS));
    }
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

#[cfg(feature = "config")]
mod changed {
    use super::*;
    use crate::rate_limit::permit_word::Seen;

    const HOUR: Duration = Duration::from_secs(3_600);
    const BURST: u32 = 1_000;

    /// Buckets that count in different units, to which nothing is added while a test runs.
    fn policy(permits: u32) -> RateLimitPolicy {
        RateLimitPolicy::new(permits, HOUR * (permits + 1)).burst(BURST)
    }

    fn open_by(limiter: &RateLimiter) -> Option<u32> {
        match limiter.word().seen() {
            Seen::Open { by, .. } => Some(by),
            _ => None,
        }
    }

    #[test]
    fn calls_take_their_permits_by_the_word_of_later_settings_too() {
        let limiter = RateLimiter::new("github", policy(1));
        for (permits, by) in [(2, Some(1)), (3, Some(2)), (2, Some(1)), (1, Some(0))] {
            limiter.change_policy(policy(permits));
            let before = limiter.available();
            assert_eq!(open_by(&limiter), by);
            limiter.try_acquire().unwrap();
            assert_eq!(limiter.available(), before.map(|before| before - 1));
        }
        for permits in 2..20 {
            limiter.change_policy(policy(permits));
            limiter.try_acquire().unwrap();
        }
        assert_eq!((open_by(&limiter), limiter.available()), (None, Some(u64::from(BURST) - 22)));
    }

    #[test]
    fn threads_take_every_permit_once_while_settings_change() {
        let limiter = RateLimiter::new("github", policy(1));
        let taken: u32 = std::thread::scope(|scope| {
            let take_all = || (0..1_000).take_while(|_| limiter.try_acquire().is_ok()).count();
            let threads: Vec<_> = (0..3).map(|_| scope.spawn(take_all)).collect();
            for permits in [2, 3, 1].into_iter().cycle().take_while(|_| limiter.available() > Some(0)) {
                limiter.change_policy(policy(permits));
            }
            threads.into_iter().map(|thread| u32::try_from(thread.join().unwrap()).unwrap()).sum()
        });
        assert_eq!((taken, limiter.available()), (BURST, Some(0)));
    }
}
