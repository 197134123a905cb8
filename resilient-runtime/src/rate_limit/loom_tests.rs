//! Models of rate limits: permits that are taken by the word or behind the lock, holds, and who is woken when a place is
//! given up.

#[cfg(feature = "config")]
mod changes;

use std::task::{Wake, Waker};
use std::time::Duration;

use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, Ordering};
use loom::thread;

use crate::core::clock;
use crate::core::loom_model::model;
use crate::rate_limit::limiter::RateLimiter;
use crate::rate_limit::policy::RateLimitPolicy;
use crate::rate_limit::queue::Turn;

const HOUR: Duration = Duration::from_secs(3_600);

fn limiter(permits: u32) -> Arc<RateLimiter> {
    Arc::new(RateLimiter::new("model", RateLimitPolicy::new(permits, HOUR).max_wait(HOUR * 9)))
}

/// A limit whose calls take their permits by its word.
fn bucket(burst: u32) -> Arc<RateLimiter> {
    Arc::new(RateLimiter::new("model", RateLimitPolicy::new(1, HOUR).burst(burst).max_wait(HOUR * 9)))
}

/// A task that notes whether it was woken.
#[derive(Default)]
struct Task(AtomicBool);

impl Wake for Task {
    /// Release pairs with the Acquire of `was_woken`.
    fn wake(self: std::sync::Arc<Self>) {
        self.0.store(true, Ordering::Release);
    }
}

impl Task {
    fn was_woken(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

#[test]
fn the_last_permit_is_taken_once() {
    the_last_is_taken_once(|| limiter(1));
}

#[test]
fn the_last_permit_of_a_bucket_is_taken_once() {
    the_last_is_taken_once(|| bucket(1));
}

fn the_last_is_taken_once(limiter: fn() -> Arc<RateLimiter>) {
    model(move || {
        let limiter = limiter();
        let other = Arc::clone(&limiter);
        let other = thread::spawn(move || other.try_acquire().is_ok());
        let begun = [limiter.try_acquire().is_ok(), other.join().unwrap()];
        assert_eq!(begun.iter().filter(|begun| **begun).count(), 1);
        let stats = limiter.stats();
        assert_eq!((stats.accepted_calls, stats.rejected_calls), (1, 1));
    });
}

#[test]
fn a_permit_that_is_taken_while_another_thread_has_the_lock_is_taken() {
    model(|| {
        let limiter = bucket(2);
        let other = Arc::clone(&limiter);
        let other = thread::spawn(move || other.try_acquire().is_ok());
        let free = limiter.available();
        assert!(other.join().unwrap());
        assert!(free == Some(2) || free == Some(1));
        assert_eq!(limiter.available(), Some(1));
    });
}

#[test]
fn nobody_overtakes_who_waits_when_a_hold_ends() {
    model(|| {
        let limiter = bucket(1);
        limiter.hold(HOUR);
        let place = limiter.queue().join(1);
        let other = Arc::clone(&limiter);
        let other = thread::spawn(move || other.try_acquire().is_ok());
        limiter.resume();
        assert!(!other.join().unwrap());
        let turn = limiter.queue().turn(clock::nanos(), &mut Some(place), &mut None);
        assert!(matches!(turn, Turn::Begins(_)));
    });
}

#[test]
fn nobody_begins_after_a_hold() {
    begins_after_no_hold(|| limiter(9));
}

#[test]
fn nobody_takes_a_permit_of_a_bucket_after_a_hold() {
    begins_after_no_hold(|| bucket(9));
}

fn begins_after_no_hold(limiter: fn() -> Arc<RateLimiter>) {
    model(move || {
        let limiter = limiter();
        let holding = Arc::clone(&limiter);
        let is_held = Arc::new(AtomicBool::new(false));
        let held = Arc::clone(&is_held);
        let holds = thread::spawn(move || {
            holding.hold(HOUR);
            // Pairs with the Acquire below.
            held.store(true, Ordering::Release);
        });
        let was_held = is_held.load(Ordering::Acquire);
        assert!(limiter.try_acquire().is_err() || !was_held);
        holds.join().unwrap();
        assert!(limiter.try_acquire().is_err());
    });
}

#[test]
fn the_next_one_is_woken_or_sees_that_it_is_the_first() {
    model(|| {
        let limiter = limiter(1);
        limiter.try_acquire().unwrap();
        let first = limiter.queue().join(1);
        let second = limiter.queue().join(1);
        let leaving = Arc::clone(&limiter);
        let leaves = thread::spawn(move || {
            let left = leaving.queue().leave(first);
            left.wake_next();
        });
        let task = std::sync::Arc::new(Task::default());
        let mut waker = Some(Waker::from(std::sync::Arc::clone(&task)));
        let turn = limiter.queue().turn(clock::nanos(), &mut Some(second), &mut waker);
        leaves.join().unwrap();
        assert!(matches!(turn, Turn::At(_)) || task.was_woken());
    });
}

#[test]
fn the_first_one_is_woken_or_begins_when_a_hold_ends() {
    model(|| {
        let limiter = limiter(1);
        limiter.hold(HOUR);
        let place = limiter.queue().join(1);
        let resuming = Arc::clone(&limiter);
        let resumes = thread::spawn(move || resuming.resume());
        let task = std::sync::Arc::new(Task::default());
        let mut waker = Some(Waker::from(std::sync::Arc::clone(&task)));
        let turn = limiter.queue().turn(clock::nanos(), &mut Some(place), &mut waker);
        resumes.join().unwrap();
        assert!(matches!(turn, Turn::Begins(_)) || task.was_woken());
    });
}
