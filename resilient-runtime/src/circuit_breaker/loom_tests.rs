//! Models of breakers: their state, their totals and their window.

mod window;

use loom::sync::Arc;
use loom::thread;

use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::circuit_breaker::policy::BreakerPolicy;
use crate::core::circuit_state::CircuitState;
use crate::core::loom_model::model;

fn breaker(policy: BreakerPolicy) -> Arc<CircuitBreaker> {
    Arc::new(CircuitBreaker::new("model", policy))
}

/// One in which all threads count in the same words.
fn light(policy: BreakerPolicy) -> Arc<CircuitBreaker> {
    Arc::new(CircuitBreaker::new("model", policy).light())
}

/// A model of a breaker with shards, and of a light one.
fn model_both(property: fn(&dyn Fn(BreakerPolicy) -> Arc<CircuitBreaker>)) {
    model(move || property(&breaker));
    model(move || property(&light));
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
                // Neither dropped nor ended: in flight until after the model.
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
    model_both(|breaker| {
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
