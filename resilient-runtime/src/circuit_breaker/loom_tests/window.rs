//! Models of breakers: the window's words, the times in refusals, and the places of probes.

use std::time::Duration;

use loom::sync::Arc;
use loom::thread;

use super::{breaker, lapsed, model_both};
use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::circuit_breaker::permit::Permit;
use crate::circuit_breaker::policy::BreakerPolicy;
use crate::circuit_breaker::state_word::Mark;
use crate::core::circuit_state::CircuitState;
use crate::core::error::Error;
use crate::core::loom_model::model;
use crate::outcomes::gate::Gate as _;
use crate::outcomes::outcome::Outcome;

/// Good calls count without the lock from the first one on.
fn warm(breaker: &dyn Fn(BreakerPolicy) -> Arc<CircuitBreaker>) -> Arc<CircuitBreaker> {
    let breaker = breaker(BreakerPolicy::new().failure_rate(0.5).count_window(9).min_calls(1));
    breaker.try_acquire().unwrap().success();
    breaker
}

#[test]
fn a_late_good_call_is_not_in_a_newer_window() {
    model_both(|breaker| {
        let breaker = warm(breaker);
        let permits = [(); 2].map(|()| breaker.try_acquire().unwrap().into_ticket());
        let other = Arc::clone(&breaker);
        let thread = thread::spawn(move || other.reset());
        permits.into_iter().for_each(|late| late.end(Outcome::Success));
        thread.join().unwrap();
        breaker.try_acquire().unwrap().failure();
        assert_eq!(breaker.state(), CircuitState::Open, "nothing else is in the window");
    });
}

#[test]
fn a_good_call_after_the_window_was_cleared_is_in_it() {
    model_both(|breaker| {
        let breaker = warm(breaker);
        let late = breaker.try_acquire().unwrap().into_ticket();
        let other = Arc::clone(&breaker);
        let thread = thread::spawn(move || {
            other.reset();
            // The first is counted under the lock, after which further ones may be counted in the word.
            (0..2).for_each(|_| other.try_acquire().unwrap().success());
        });
        late.end(Outcome::Success);
        thread.join().unwrap();
        breaker.try_acquire().unwrap().failure();
        assert_eq!(breaker.state(), CircuitState::Closed, "one of three");
        breaker.try_acquire().unwrap().failure();
        assert_eq!(breaker.state(), CircuitState::Open, "two of four");
    });
}

#[test]
fn threads_that_count_while_another_collects_lose_no_good_call() {
    model_both(|breaker| {
        let breaker = breaker(BreakerPolicy::new().failure_rate(0.4).count_window(9).min_calls(1));
        breaker.try_acquire().unwrap().success();
        let other = Arc::clone(&breaker);
        let thread = thread::spawn(move || (0..2).for_each(|_| other.try_acquire().unwrap().success()));
        breaker.try_acquire().unwrap().success();
        breaker.try_acquire().unwrap().failure();
        thread.join().unwrap();
        breaker.try_acquire().unwrap().failure();
        assert_eq!(breaker.state(), CircuitState::Closed, "two of six");
        breaker.try_acquire().unwrap().failure();
        assert_eq!(breaker.state(), CircuitState::Open, "three of seven");
    });
}

/// The other thread makes its shard before, while or after the window is cleared, and a word of a new shard is zero.
#[test]
fn good_calls_in_a_shard_that_is_made_meanwhile_are_in_the_window_of_their_generation() {
    model_both(|breaker| {
        let breaker = breaker(BreakerPolicy::new().failure_rate(0.6).count_window(20).min_calls(1));
        breaker.try_acquire().unwrap().success();
        let other = Arc::clone(&breaker);
        let thread = thread::spawn(move || {
            // How many calls the current generation admitted: the first may be late.
            let calls = [(); 2].map(|()| {
                let call = other.try_acquire().unwrap().into_ticket();
                call.end(Outcome::Success);
                Mark::of_bits(CircuitBreaker::words(call.parts().1)[0]).generation()
            });
            calls.iter().sum::<u64>()
        });
        breaker.reset();
        breaker.try_acquire().unwrap().success();
        let good_calls = 1 + thread.join().unwrap();
        let mut failures = 0;
        while breaker.state() == CircuitState::Closed {
            breaker.try_acquire().unwrap().failure();
            failures += 1;
        }
        // So many failures are 60 % beside 1, 2 or 3 good calls, and no fewer.
        assert_eq!(failures, [2, 3, 5][good_calls as usize - 1], "beside {good_calls} good calls");
    });
}

#[test]
fn a_refusal_has_the_time_of_its_own_opening() {
    model(|| {
        let policy = BreakerPolicy::new().recovery_timeout(Duration::from_secs(100)).recovery_backoff(2.0);
        let breaker =
            breaker(policy.failure_threshold(1).half_open_max_calls(1).probe_timeout(Duration::from_secs(500)));
        breaker.try_acquire().unwrap().failure();
        let other = Arc::clone(&breaker);
        let thread = thread::spawn(move || {
            // Half-open with no place for 500 s, and open again for 200 s.
            other.let_time_be_over();
            let _ = other.try_acquire().map(Permit::failure);
        });
        match breaker.try_acquire().map(std::mem::forget) {
            Ok(()) => {}
            Err(Error::CircuitOpen { state: CircuitState::Open, retry_after: Some(after), .. }) => {
                assert!(after <= Duration::from_secs(201), "{after:?} is when a place is free");
                // A refusal by the second opening is not followed by the half-open state before it.
                let is_second = after > Duration::from_secs(101);
                assert!(!is_second || breaker.state() == CircuitState::Open);
            }
            Err(Error::CircuitOpen { state, retry_after, .. }) => {
                assert_eq!((state, retry_after), (CircuitState::HalfOpen, None));
            }
            Err(_) => unreachable!("a breaker refused"),
        }
        thread.join().unwrap();
    });
}

#[test]
fn a_place_whose_time_is_over_goes_to_one_caller() {
    model(|| {
        let breaker = lapsed(BreakerPolicy::new().half_open_max_calls(1).success_threshold(2));
        let hung = breaker.try_acquire().unwrap().into_ticket();
        breaker.let_time_be_over();
        let other = Arc::clone(&breaker);
        let thread = thread::spawn(move || other.try_acquire().map(std::mem::forget).is_ok());
        let admitted = breaker.try_acquire().map(std::mem::forget).is_ok();
        assert!(admitted != thread.join().unwrap(), "one of two");
        // It counts, and frees no other probe's place.
        hung.end(Outcome::Success);
        assert!(breaker.try_acquire().is_err());
        assert_eq!(breaker.state(), CircuitState::HalfOpen);
    });
}

#[test]
fn a_place_that_is_free_again_is_found() {
    model(|| {
        let breaker = lapsed(BreakerPolicy::new().half_open_max_calls(1));
        let probe = breaker.try_acquire().unwrap().into_ticket();
        let other = Arc::clone(&breaker);
        let thread = thread::spawn(move || drop(other.try_acquire()));
        probe.end(Outcome::Ignored);
        thread.join().unwrap();
        assert!(breaker.is_call_permitted());
        assert!(breaker.try_acquire().is_ok());
    });
}

#[test]
fn a_success_between_two_failures_ends_the_row_or_comes_too_late() {
    model(|| {
        let breaker = breaker(BreakerPolicy::new().failure_threshold(2));
        breaker.try_acquire().unwrap().failure();
        let other = Arc::clone(&breaker);
        let thread = thread::spawn(move || drop(other.try_acquire().map(Permit::success)));
        breaker.try_acquire().unwrap().failure();
        thread.join().unwrap();
        match breaker.try_acquire() {
            // The success ended the streak, so the failure after it began another, of which this is the second.
            Ok(permit) => permit.failure(),
            Err(refusal) => assert!(refusal.is_circuit_open()),
        }
        assert_eq!(breaker.state(), CircuitState::Open);
    });
}

/// A call that is admitted while another thread closes the breaker counts at once.
fn counts_in_the_closed_state_that_admitted_it(policy: BreakerPolicy) {
    model(move || {
        let breaker = breaker(policy);
        breaker.force_open();
        let other = Arc::clone(&breaker);
        let thread = thread::spawn(move || other.reset());
        let has_failed = breaker.try_acquire().map(Permit::failure).is_ok();
        thread.join().unwrap();
        assert_eq!(breaker.state() == CircuitState::Open, has_failed);
    });
}

#[test]
fn a_window_is_cleared_before_a_call_of_its_generation_ends() {
    counts_in_the_closed_state_that_admitted_it(BreakerPolicy::new().failure_rate(1.0).count_window(1));
}

#[test]
fn a_row_of_failures_is_begun_before_a_call_of_its_generation_ends() {
    counts_in_the_closed_state_that_admitted_it(BreakerPolicy::new().failure_threshold(1));
}

#[cfg(feature = "config")]
#[test]
fn no_call_of_the_window_is_lost_while_the_settings_change() {
    model_both(|breaker| {
        let breaker = warm(breaker);
        let other = Arc::clone(&breaker);
        let policy = BreakerPolicy::new().failure_rate(0.5).count_window(9).min_calls(2);
        let thread = thread::spawn(move || other.change_policy(policy));
        breaker.try_acquire().unwrap().success();
        thread.join().unwrap();
        breaker.try_acquire().unwrap().failure();
        assert_eq!(breaker.state(), CircuitState::Closed, "one of three");
        breaker.try_acquire().unwrap().failure();
        assert_eq!(breaker.state(), CircuitState::Open, "two of four");
        assert_eq!(breaker.stats().successful_calls, 2);
    });
}
