//! Small models, one property each, in every order in which the threads can meet.
//!
//! Run by `RUSTFLAGS="--cfg resilient_loom" cargo test -p resilient-runtime --lib loom_tests --release`.

mod breaker;

use std::sync::atomic::AtomicBool;
use std::task::{Wake, Waker};

use loom::sync::Arc;
use loom::thread;

use crate::bulkhead::semaphore::{Entry, Semaphore};
use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::circuit_breaker::policy::BreakerPolicy;
use crate::core::circuit_state::CircuitState;
use crate::core::name::Name;
use crate::registry::registry::{Giver, Shelf};
use crate::timer::queue::Alarms;

/// Explores with at most so many switches away from a thread that could go on; more find no more in such small models.
fn model(property: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(property);
}

fn breaker(policy: BreakerPolicy) -> Arc<CircuitBreaker> {
    Arc::new(CircuitBreaker::new("model", policy))
}

/// An open breaker whose time is over.
fn lapsed(policy: BreakerPolicy) -> Arc<CircuitBreaker> {
    let breaker = breaker(policy.failure_threshold(1));
    breaker.try_acquire().unwrap().failure();
    breaker.let_time_be_over();
    breaker
}

/// Runs two threads beside this one.
fn beside<R: 'static>(breaker: &Arc<CircuitBreaker>, act: fn(&CircuitBreaker) -> R) -> Vec<R> {
    let threads: Vec<_> = (0..2)
        .map(|_| {
            let breaker = Arc::clone(breaker);
            thread::spawn(move || act(&breaker))
        })
        .collect();
    threads.into_iter().map(|thread| thread.join().unwrap()).collect()
}

#[test]
fn half_open_admits_no_more_than_its_bound() {
    model(|| {
        let breaker = lapsed(BreakerPolicy::new().half_open_max_calls(1));
        let admitted = beside(&breaker, |breaker| match breaker.try_acquire() {
            Ok(permit) => {
                // Neither dropped nor ended: under way until after the model.
                std::mem::forget(permit);
                1
            }
            Err(_) => 0,
        });
        assert_eq!(admitted.iter().sum::<u32>(), 1);
        assert_eq!(breaker.stats().rejected_calls, 1);
    });
}

#[test]
fn a_dropped_permit_gives_its_place_back() {
    model(|| {
        let breaker = lapsed(BreakerPolicy::new().half_open_max_calls(2));
        beside(&breaker, |breaker| drop(breaker.try_acquire()));
        assert!(breaker.try_acquire().is_ok());
        assert_eq!(breaker.state(), CircuitState::HalfOpen);
    });
}

#[test]
fn one_caller_makes_each_transition() {
    model(|| {
        let breaker = breaker(BreakerPolicy::new().failure_threshold(2));
        beside(&breaker, |breaker| {
            if let Ok(permit) = breaker.try_acquire() {
                permit.failure();
            }
        });
        assert_eq!(breaker.state(), CircuitState::Open);
        assert_eq!(breaker.stats().state_changes, 1);
    });
}

#[test]
fn probes_that_end_together_close_it_once() {
    model(|| {
        let breaker = lapsed(BreakerPolicy::new().half_open_max_calls(2).success_threshold(2));
        beside(&breaker, |breaker| breaker.try_acquire().unwrap().success());
        assert_eq!(breaker.state(), CircuitState::Closed);
        assert_eq!(breaker.stats().state_changes, 3);
    });
}

#[test]
fn a_late_failure_does_not_touch_a_newer_generation() {
    model(|| {
        let breaker = breaker(BreakerPolicy::new().failure_threshold(1));
        let late = Arc::clone(&breaker);
        let thread = thread::spawn(move || {
            let permit = late.try_acquire().unwrap();
            late.reset();
            permit.failure();
        });
        breaker.reset();
        thread.join().unwrap();
        assert_eq!(breaker.state(), CircuitState::Closed);
        assert_eq!(breaker.stats().failed_calls, 1);
    });
}

#[test]
fn a_late_failure_is_not_in_a_newer_window() {
    model(|| {
        let breaker = breaker(BreakerPolicy::new().failure_rate(1.0).count_window(1));
        let late = breaker.try_acquire().unwrap();
        let other = Arc::clone(&breaker);
        let thread = thread::spawn(move || {
            other.reset();
            other.try_acquire().unwrap().success();
        });
        late.failure();
        thread.join().unwrap();
        // It opened before the reset, or came too late: in the end the breaker is closed.
        assert_eq!(breaker.state(), CircuitState::Closed);
    });
}

#[test]
fn totals_sum_up() {
    model(|| {
        let breaker = breaker(BreakerPolicy::new());
        beside(&breaker, |breaker| breaker.try_acquire().unwrap().success());
        breaker.try_acquire().unwrap().ignore();
        let stats = breaker.stats();
        assert_eq!((stats.successful_calls, stats.ignored_calls, stats.total_calls), (2, 1, 3));
    });
}

#[test]
fn a_window_misses_no_call() {
    model(|| {
        let breaker = breaker(BreakerPolicy::new().failure_rate(0.5).count_window(4).min_calls(4));
        beside(&breaker, |breaker| breaker.try_acquire().unwrap().success());
        breaker.try_acquire().unwrap().failure();
        assert_eq!(breaker.state(), CircuitState::Closed);
        breaker.try_acquire().unwrap().failure();
        assert_eq!(breaker.state(), CircuitState::Open, "two of four");
    });
}

#[test]
fn failures_at_the_same_time_are_both_in_the_window() {
    model(|| {
        let breaker = breaker(BreakerPolicy::new().failure_rate(1.0).count_window(2));
        beside(&breaker, |breaker| breaker.try_acquire().unwrap().failure());
        assert_eq!(breaker.state(), CircuitState::Open);
        assert_eq!(breaker.stats().state_changes, 1);
    });
}

#[test]
fn one_definition_wins_for_everybody() {
    model(|| {
        let shelf = Arc::new(Shelf::<CircuitBreaker>::new());
        let threads: Vec<_> = (1..3)
            .map(|threshold| {
                let shelf = Arc::clone(&shelf);
                thread::spawn(move || {
                    let policy = BreakerPolicy::new().failure_threshold(threshold);
                    // The other's settings are told to be ignored, in release builds without a panic.
                    std::ptr::from_ref(shelf.resolve(Name::new(&"model"), Some(policy), &Giver::call("model"))) as usize
                })
            })
            .collect();
        let found: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        assert_eq!(found[0], found[1]);
        assert_eq!(shelf.given().len(), 1);
    });
}

/// A semaphore of one slot, which is taken.
fn taken_semaphore() -> Arc<Semaphore> {
    let semaphore = Arc::new(Semaphore::new(1));
    assert!(semaphore.try_take());
    semaphore
}

/// Takes a slot, for as long as it takes.
fn take(semaphore: &Semaphore) {
    match semaphore.enter(9) {
        Entry::Taken => {}
        Entry::Waiting(waiting) => loom::future::block_on(waiting),
        Entry::Full => unreachable!("nine may wait"),
    }
}

#[test]
fn a_semaphore_never_gives_more_slots_than_it_has() {
    model(|| {
        let semaphore = Arc::new(Semaphore::new(1));
        let inside = Arc::new(loom::sync::atomic::AtomicUsize::new(0));
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let (semaphore, inside) = (Arc::clone(&semaphore), Arc::clone(&inside));
                thread::spawn(move || {
                    if semaphore.try_take() {
                        assert_eq!(inside.fetch_add(1, loom::sync::atomic::Ordering::Relaxed), 0);
                        inside.fetch_sub(1, loom::sync::atomic::Ordering::Relaxed);
                        semaphore.release();
                    }
                })
            })
            .collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        assert_eq!(semaphore.taken(), 0);
    });
}

#[test]
fn who_waits_is_woken() {
    model(|| {
        let semaphore = taken_semaphore();
        let waiter = Arc::clone(&semaphore);
        let thread = thread::spawn(move || take(&waiter));
        semaphore.release();
        thread.join().unwrap();
        assert_eq!((semaphore.taken(), semaphore.waiting()), (1, 0));
    });
}

#[test]
fn all_who_wait_are_woken() {
    model(|| {
        let semaphore = taken_semaphore();
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let semaphore = Arc::clone(&semaphore);
                thread::spawn(move || {
                    take(&semaphore);
                    semaphore.release();
                })
            })
            .collect();
        semaphore.release();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        assert_eq!((semaphore.taken(), semaphore.waiting()), (0, 0));
    });
}

#[test]
fn who_gives_up_takes_no_slot_along() {
    model(|| {
        let semaphore = taken_semaphore();
        let waiter = Arc::clone(&semaphore);
        let thread = thread::spawn(move || match waiter.enter(9) {
            Entry::Taken => waiter.release(),
            Entry::Waiting(waiting) => drop(waiting),
            Entry::Full => unreachable!("nine may wait"),
        });
        semaphore.release();
        thread.join().unwrap();
        assert_eq!((semaphore.taken(), semaphore.waiting()), (0, 0));
        assert!(semaphore.try_take());
    });
}

#[test]
fn a_slot_handed_to_one_who_gives_up_goes_to_the_next() {
    model(|| {
        let semaphore = taken_semaphore();
        let Entry::Waiting(first) = semaphore.enter(9) else { unreachable!("it is taken") };
        let next = Arc::clone(&semaphore);
        let thread = thread::spawn(move || take(&next));
        semaphore.release();
        drop(first);
        thread.join().unwrap();
        assert_eq!((semaphore.taken(), semaphore.waiting()), (1, 0));
    });
}

#[test]
fn who_gives_up_between_two_others_leaves_their_order() {
    model(|| {
        let semaphore = taken_semaphore();
        let mut waiting = (0..3).map(|_| match semaphore.enter(9) {
            Entry::Waiting(waiting) => waiting,
            Entry::Taken | Entry::Full => unreachable!("it is taken, and nine may wait"),
        });
        let (first, middle, last) = (waiting.next().unwrap(), waiting.next().unwrap(), waiting.next().unwrap());
        let other = Arc::clone(&semaphore);
        let thread = thread::spawn(move || {
            other.release();
            other.release();
        });
        drop(middle);
        loom::future::block_on(first);
        loom::future::block_on(last);
        thread.join().unwrap();
        assert_eq!((semaphore.taken(), semaphore.waiting()), (1, 0));
    });
}

#[test]
fn no_alarm_is_slept_over() {
    model(|| {
        let alarms = Arc::new(Alarms::new());
        let caller = Arc::clone(&alarms);
        let thread = thread::spawn(move || caller.set(10, 50, Waker::noop()).1 > 50);
        let asleep_until = alarms.take_due(10, &mut Vec::new(), |_| panic!("nobody is due"));
        let is_told = thread.join().unwrap();
        assert!(asleep_until <= 50 || is_told);
    });
}

#[test]
fn who_asks_as_the_deadline_comes_is_woken_or_knows() {
    model(|| {
        let alarms = Arc::new(Alarms::new());
        let (place, _) = alarms.set(10, 50, &woken().1);
        let waker = Arc::clone(&alarms);
        let thread = thread::spawn(move || {
            waker.take_due(50, &mut Vec::new(), Waker::wake);
        });
        let (was_woken, fresh) = woken();
        let is_due = alarms.poll(place, &fresh);
        thread.join().unwrap();
        assert!(is_due || was_woken.load(std::sync::atomic::Ordering::Relaxed) && alarms.poll(place, &fresh));
    });
}

/// A waker, and whether it was woken.
fn woken() -> (std::sync::Arc<AtomicBool>, Waker) {
    struct Flag(std::sync::Arc<AtomicBool>);
    impl Wake for Flag {
        fn wake(self: std::sync::Arc<Self>) {
            self.0.store(true, std::sync::atomic::Ordering::Relaxed);
        }
    }
    let flag = std::sync::Arc::new(AtomicBool::new(false));
    (std::sync::Arc::clone(&flag), Waker::from(std::sync::Arc::new(Flag(flag))))
}
