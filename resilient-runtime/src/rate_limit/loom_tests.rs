//! Models of rate limits: permits and holds behind one lock, and who is woken when a place is given up.

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
    model(|| {
        let limiter = limiter(1);
        let other = Arc::clone(&limiter);
        let other = thread::spawn(move || other.try_acquire().is_ok());
        let begun = [limiter.try_acquire().is_ok(), other.join().unwrap()];
        assert_eq!(begun.iter().filter(|begun| **begun).count(), 1);
        let stats = limiter.stats();
        assert_eq!((stats.accepted_calls, stats.rejected_calls), (1, 1));
    });
}

#[test]
fn nobody_begins_after_a_hold() {
    model(|| {
        let limiter = limiter(9);
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
