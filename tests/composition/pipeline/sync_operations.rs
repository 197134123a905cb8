//! Sync operations through a pipeline: in place, and on helper threads.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use super::*;

type Plain = Pipeline<String>;

/// What hangs until the first of the two is dropped.
pub(super) fn hanging() -> (Sender<()>, impl Fn() + Clone + Send + 'static) {
    let (end, ended) = mpsc::channel();
    let ended = Arc::new(Mutex::new(ended));
    (end, move || {
        let _ = ended.lock().unwrap_or_else(PoisonError::into_inner).recv();
    })
}

#[test]
fn run_in_place_and_may_borrow() {
    let pipeline: Plain =
        Pipeline::new().retry(steady(3, millis(1))).timeout(secs(60)).bulkhead(slots(1)).build().unwrap();
    let caller = thread::current().id();
    let (ran, text) = (Ran::default(), "borrowed".to_owned());
    let answer = pipeline.call(|| {
        assert_eq!(thread::current().id(), caller);
        if count(&ran) < 3 { Err("busy".to_owned()) } else { Ok(&text) }
    });
    assert_eq!(answer, Ok(&text));
}

#[test]
fn see_the_deadline_and_are_refused_if_they_come_late() {
    let pipeline: Plain = Pipeline::new().named("late").timeout(millis(5)).build().unwrap();
    let late = pipeline.call(|| {
        let deadline = resilient::deadline().expect("a limit is above");
        while !deadline.is_over() {
            thread::sleep(deadline.remaining());
        }
        Ok("late")
    });
    let refusal = late.unwrap_err();
    let refusal = refusal.refusal().expect("it was late");
    assert_eq!((refusal.is_timed_out(), refusal.name()), (true, "late"));
}

#[test]
fn each_attempt_gets_a_step_more() {
    let limit = TimeoutPolicy::new(secs(60)).step(secs(60));
    let pipeline: Plain = Pipeline::new().retry(steady(3, Duration::ZERO)).timeout(limit).build().unwrap();
    let (ran, mut left) = (Ran::default(), Vec::new());
    let answer = pipeline.call(|| {
        count(&ran);
        left.push(resilient::remaining().expect("a limit is above").as_secs().div_ceil(60));
        Err::<(), _>("busy".to_owned())
    });
    assert_eq!(answer, Err(Failure::Inner("busy".to_owned())));
    assert_eq!(left, [1, 2, 3]);
}

#[test]
fn share_breakers_and_slots_with_async_ones() {
    let (breaker, slots) = (breaker_of(BreakerPolicy::new().failure_threshold(2)), slots(1));
    let pipeline: Plain = Pipeline::new().breaker(&breaker).bulkhead(&slots).build().unwrap();
    let slot = slots.try_acquire().expect("free");
    assert_eq!(kind(&pipeline.call(|| Ok(7))), Some(ErrorKind::BulkheadFull));
    assert_eq!(counts(&breaker), (0, 0, 1));
    drop(slot);
    for _ in 0..2 {
        assert!(pipeline.call(|| Err::<(), _>("down".to_owned())).is_err());
    }
    assert_eq!(kind(&pipeline.call(|| Ok(7))), Some(ErrorKind::CircuitOpen));
}

#[test]
fn give_everything_back_when_they_panic() {
    let (breaker, slots) = (breaker_of(BreakerPolicy::new()), slots(1));
    let pipeline: Plain = Pipeline::new()
        .retry(steady(3, millis(1)))
        .breaker(&breaker)
        .timeout(secs(60))
        .bulkhead(&slots)
        .build()
        .unwrap();
    for detached in [false, true] {
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            if detached {
                pipeline.call_detached(|| -> Result<(), String> { panic!("as asked") })
            } else {
                pipeline.call(|| -> Result<(), String> { panic!("as asked") })
            }
        }));
        assert!(caught.is_err());
        assert_eq!(slots.in_flight(), 0, "detached: {detached}");
    }
    assert_eq!(counts(&breaker), (0, 2, 0));
    assert_eq!(resilient::deadline(), None);
}

#[test]
fn detached_leave_their_caller_at_the_deadline() {
    static RUNNING: AtomicU32 = AtomicU32::new(0);
    let pipeline: Plain = Pipeline::new().retry(steady(2, millis(1))).timeout(millis(20)).build().unwrap();
    let started = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&started);
    let (end, hang) = hanging();
    let begin = Instant::now();
    let late = pipeline.call_detached(move || {
        count.fetch_add(1, Ordering::SeqCst);
        RUNNING.fetch_add(1, Ordering::SeqCst);
        hang();
        RUNNING.fetch_sub(1, Ordering::SeqCst);
        Ok("late")
    });
    assert_eq!(kind(&late), Some(ErrorKind::TimedOut));
    assert!(begin.elapsed() >= millis(40), "two attempts of 20 ms");
    assert_eq!(started.load(Ordering::SeqCst), RUNNING.load(Ordering::SeqCst), "they run on");
    drop(end);
}

#[test]
fn detached_keep_their_slots_until_they_have_ended() {
    let (outer, inner) = (slots(2), slots(2));
    let pipeline: Plain = Pipeline::new().bulkhead(&outer).timeout(millis(20)).bulkhead(&inner).build().unwrap();
    let (end, hang) = hanging();
    let late = pipeline.call_detached(move || {
        hang();
        Ok(())
    });
    assert_eq!(kind(&late), Some(ErrorKind::TimedOut));
    assert_eq!((outer.in_flight(), inner.in_flight()), (1, 1), "the operation runs on");
    drop(end);
    while outer.in_flight() + inner.in_flight() > 0 {
        thread::yield_now();
    }
    assert_eq!(pipeline.call_detached(|| Ok(7)), Ok(7));
    assert_eq!((outer.in_flight(), inner.in_flight()), (0, 0));
}

#[test]
fn detached_run_in_place_where_no_timeout_stands_above() {
    let caller = thread::current().id();
    let pipeline: Plain = Pipeline::new().retry(steady(3, millis(1))).bulkhead(slots(1)).build().unwrap();
    assert_eq!(pipeline.call_detached(move || Ok(thread::current().id() == caller)), Ok(true));
}

#[test]
fn a_breaker_counts_what_hangs_at_the_deadline() {
    let registered = resilient::registry().circuit_breaker_or_insert("pipeline: hangs", BreakerPolicy::new());
    let owned = breaker_of(BreakerPolicy::new());
    let limited = || Pipeline::new().timeout(millis(200));
    let pipelines: [(Plain, &CircuitBreaker); 2] = [
        (limited().breaker(registered).build().unwrap(), registered),
        (limited().breaker(&owned).build().unwrap(), &owned),
    ];
    for (pipeline, breaker) in pipelines {
        let (end, hang) = hanging();
        let late = pipeline.call_detached(move || {
            hang();
            Ok(())
        });
        assert_eq!(kind(&late), Some(ErrorKind::TimedOut));
        assert_eq!(counts(breaker), (0, 1, 0), "at the deadline, although the operation has not ended");
        drop(end);
        let late = pipeline.call(|| {
            thread::sleep(resilient::remaining().expect("a limit is above") + millis(1));
            Ok(())
        });
        assert_eq!(kind(&late), Some(ErrorKind::TimedOut));
        assert_eq!(breaker.stats().failed_calls, 2, "a result that came late");
    }
}
