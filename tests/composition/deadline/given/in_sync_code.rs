//! `with_deadline_blocking`.

use super::*;
use resilient::with_deadline_blocking;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime")
}

/// Runs until the sender is gone.
#[timeout(100s)]
fn on_a_helper_thread(ran: Arc<AtomicBool>, sender: Arc<Mutex<Receiver<()>>>) -> Result<u32, Fault> {
    ran.store(true, Ordering::Relaxed);
    assert!(sender.lock().expect("nobody panics").recv().is_err());
    Ok(0)
}

#[test]
fn it_is_seen_by_the_closure_and_not_after_it() {
    let hour = secs(3_600);
    let (outer, inner, again) = with_deadline_blocking(hour, || {
        let inner = with_deadline_blocking(hour * 2, deadline);
        (deadline(), inner, deadline())
    });
    assert!(outer.is_some_and(|outer| outer.remaining() > hour / 2));
    assert_eq!((inner, again), (outer, outer), "of two the earliest");
    let shorter = with_deadline_blocking(hour, || with_deadline_blocking(hour / 2, remaining));
    assert!(shorter.is_some_and(|left| left <= hour / 2));
    assert!(std::panic::catch_unwind(|| with_deadline_blocking(hour, || panic!("on purpose"))).is_err());
    assert_eq!(deadline(), None);
}

#[test]
fn a_timeout_returns_with_it_and_does_not_run_its_body_if_nothing_is_left() {
    let (ran, (sender, receiver)) = (Arc::new(AtomicBool::new(false)), channel());
    let receiver = Arc::new(Mutex::new(receiver));
    let call = || on_a_helper_thread(Arc::clone(&ran), Arc::clone(&receiver));
    assert_eq!(with_deadline_blocking(Duration::ZERO, call), deadline_after(Duration::ZERO));
    assert!(!ran.load(Ordering::Relaxed));
    assert_eq!(with_deadline_blocking(millis(20), call), deadline_after(millis(20)));
    drop(sender);
}

#[test]
fn no_delay_begins_that_would_outlast_it_unless_the_retry_ignores_it() {
    #[retry(policy = steady(9, secs(100)))]
    fn heeds(ran: &Cell<u32>) -> Result<u32, Fault> {
        ran.set(ran.get() + 1);
        Err(Fault::Own)
    }

    #[retry(policy = steady(4, millis(1)), deadline = ignore)]
    fn ignores(ran: &Cell<u32>) -> Result<u32, Fault> {
        ran.set(ran.get() + 1);
        Err(Fault::Own)
    }

    #[timeout(1ms, cooperative)]
    fn below_a_timeout(ran: &Cell<u32>) -> Result<u32, Fault> {
        std::thread::sleep(millis(2));
        ignores(ran)
    }

    let ran = Cell::new(0);
    assert_eq!(with_deadline_blocking(secs(50), || heeds(&ran)), Err(Fault::Own));
    assert_eq!(ran.take(), 1);
    assert_eq!(with_deadline_blocking(Duration::ZERO, || ignores(&ran)), Err(Fault::Own));
    assert_eq!(ran.take(), 4);
    let by_hand = steady(4, millis(1)).ignore_deadline();
    let fails = || {
        ran.set(ran.get() + 1);
        Err::<u32, _>(7)
    };
    assert_eq!(with_deadline_blocking(Duration::ZERO, || by_hand.call(fails)), Err(7));
    assert_eq!(ran.take(), 4);
    assert_eq!(below_a_timeout(&ran), timed_out("given::in_sync_code::below_a_timeout", millis(1)));
    assert_eq!(ran.take(), 1, "below a timeout nothing begins after its deadline");
    let enforced = with_deadline_blocking(secs(50), || below_a_timeout(&ran));
    assert_eq!(enforced, timed_out("given::in_sync_code::below_a_timeout", millis(1)));
    assert_eq!(ran.take(), 1);
}

#[test]
fn a_fallback_answers_the_refusal_after_it() {
    #[fallback(value = 7)]
    #[timeout(5s, cooperative)]
    fn call() -> Result<u32, Fault> {
        unreachable!("it does not begin")
    }

    assert_eq!(with_deadline_blocking(Duration::ZERO, call), Ok(7));
}

#[test]
fn the_wait_for_a_slot_ends_with_it() {
    let bulkhead = Bulkhead::new("given: blocking", BulkheadPolicy::new(1).max_wait(secs(100)));
    let _slot = bulkhead.try_acquire().expect("it is free");
    for left in [Duration::ZERO, millis(5)] {
        let refused = with_deadline_blocking(left, || bulkhead.call(|| Ok::<u32, Fault>(0)));
        assert_eq!(refused.map_err(Fault::from_failure), deadline_after(left));
    }
}

#[test]
fn an_async_timeout_in_it_lasts_until_then_at_most() {
    let (runtime, ran) = (runtime(), Cell::new(false));
    let ended = with_deadline_blocking(millis(20), || runtime.block_on(hangs()));
    assert_eq!(ended, deadline_after(millis(20)));
    let over = with_deadline_blocking(Duration::ZERO, || {
        runtime.block_on(TimeoutPolicy::new(secs(5)).run(async { Ok::<u32, Fault>(u32::from(ran.replace(true))) }))
    });
    assert_eq!((over.map_err(Fault::from_failure), ran.get()), (deadline_after(Duration::ZERO), false));
    let shorter = TimeoutPolicy::new(millis(1)).named("own").run(pending::<Result<u32, Fault>>());
    let shorter = with_deadline_blocking(secs(50), || runtime.block_on(shorter));
    assert_eq!(shorter.map_err(Fault::from_failure), timed_out_by("own", millis(1)));
}

#[test]
fn a_body_that_a_breaker_admitted_and_that_did_not_begin_has_not_failed() {
    let breaker = CircuitBreaker::new("given: sync", BreakerPolicy::new().failure_threshold(100));
    let limit = TimeoutPolicy::new(secs(5));
    for left in [Duration::ZERO, Duration::from_nanos(1)] {
        let call = || breaker.try_call(|| limit.call_cooperative(|| Ok::<u32, Fault>(0)));
        assert!(with_deadline_blocking(left, call).is_err());
    }
    assert_eq!(counted(&breaker), (0, 2));
}
