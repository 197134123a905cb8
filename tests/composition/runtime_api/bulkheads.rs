//! `Bulkhead` without an attribute.

use super::*;

fn bulkhead(policy: BulkheadPolicy) -> Bulkhead {
    Bulkhead::new("api: own", policy)
}

#[test]
fn try_acquire_does_not_wait() {
    let bulkhead = bulkhead(BulkheadPolicy::new(1).max_wait(secs(3600)));
    let slot = bulkhead.try_acquire().expect("free");
    let refusal = bulkhead.try_acquire().expect_err("full");
    assert_eq!((refusal.kind(), refusal.name()), (ErrorKind::BulkheadFull, "api: own"));
    drop(slot);
    assert!(bulkhead.try_acquire().is_ok());
}

#[tokio::test(start_paused = true)]
async fn acquire_waits_as_long_as_the_policy_says() {
    let bulkhead = bulkhead(BulkheadPolicy::new(1).max_wait(secs(5)));
    let (start, slot) = (Instant::now(), bulkhead.acquire().await.expect("free"));
    assert!(bulkhead.acquire().await.expect_err("full").is_bulkhead_full());
    assert_eq!(start.elapsed(), secs(5));
    let release = async {
        sleep(secs(2)).await;
        drop(slot);
    };
    let (acquired, ()) = tokio::join!(bulkhead.acquire(), release);
    assert!(acquired.is_ok());
    assert_eq!(start.elapsed(), secs(5 + 2));
}

#[tokio::test]
async fn acquire_leaves_the_queue_when_it_is_dropped() {
    let bulkhead = bulkhead(BulkheadPolicy::new(1).max_wait(secs(3600)).max_queue(1));
    let slot = bulkhead.acquire().await.expect("free");
    {
        let mut waits = pin!(bulkhead.acquire());
        let mut context = Context::from_waker(Waker::noop());
        assert!(waits.as_mut().poll(&mut context).is_pending());
        assert_eq!(bulkhead.waiting(), 1);
        assert!(bulkhead.acquire().await.is_err(), "the queue is full");
    }
    assert_eq!(bulkhead.waiting(), 0);
    drop(slot);
}

#[test]
fn acquire_blocking_waits_as_long_as_its_argument_says() {
    let bulkhead = bulkhead(BulkheadPolicy::new(1));
    let slot = bulkhead.acquire_blocking(Duration::ZERO).expect("free");
    let start = std::time::Instant::now();
    assert!(bulkhead.acquire_blocking(millis(5)).expect_err("full").is_bulkhead_full());
    assert!(start.elapsed() >= millis(5));
    std::thread::scope(|scope| {
        let waits = scope.spawn(|| bulkhead.acquire_blocking(secs(60)).is_ok());
        while bulkhead.waiting() == 0 {
            std::thread::yield_now();
        }
        drop(slot);
        assert!(waits.join().expect("it does not panic"));
    });
}

#[tokio::test(start_paused = true)]
async fn a_higher_limit_lets_in_those_who_wait_in_their_order() {
    let bulkhead = bulkhead(BulkheadPolicy::new(1).unlimited_wait());
    let _slot = bulkhead.acquire().await.expect("free");
    let mut calls = [pin!(bulkhead.acquire()), pin!(bulkhead.acquire()), pin!(bulkhead.acquire())];
    let mut context = Context::from_waker(Waker::noop());
    for call in &mut calls {
        assert!(call.as_mut().poll(&mut context).is_pending());
    }
    bulkhead.set_limit(3);
    let are_ready = calls.each_mut().map(|call| call.as_mut().poll(&mut context).is_ready());
    // The slots are given back at once.
    assert_eq!(are_ready, [true, true, true]);
    assert_eq!((bulkhead.limit(), bulkhead.waiting()), (3, 0));
}

#[test]
fn a_higher_limit_wakes_a_thread_that_waits() {
    let bulkhead = bulkhead(BulkheadPolicy::new(1));
    let _slot = bulkhead.try_acquire().expect("free");
    std::thread::scope(|scope| {
        let waits = scope.spawn(|| bulkhead.acquire_blocking(secs(3600)).is_ok());
        while bulkhead.waiting() == 0 {
            std::thread::yield_now();
        }
        bulkhead.set_limit(2);
        assert!(waits.join().expect("it does not panic"));
    });
}

#[test]
fn with_a_lower_limit_nobody_enters_until_enough_calls_have_ended() {
    for (high, low) in [(4, 2), (100, 40)] {
        let bulkhead = bulkhead(BulkheadPolicy::new(high));
        let mut slots: Vec<_> = (0..high).map(|_| bulkhead.try_acquire().expect("free")).collect();
        bulkhead.set_limit(low);
        assert_eq!((bulkhead.in_flight(), bulkhead.available()), (high as usize, 0));
        while slots.len() > low as usize {
            assert!(bulkhead.try_acquire().is_err());
            slots.pop();
        }
        let refusal = bulkhead.try_acquire().expect_err("as many as the limit are in flight");
        assert!(matches!(refusal, Error::BulkheadFull { limit, .. } if limit == low as usize));
        slots.pop();
        assert!(bulkhead.try_acquire().is_ok());
    }
}
