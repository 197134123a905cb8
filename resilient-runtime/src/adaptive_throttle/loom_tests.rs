//! Models of threads that meet in a throttle: what they record is seen, and nothing is lost.

use loom::sync::Arc;
use loom::thread;

use super::policy::AdaptiveThrottlePolicy;
use super::throttle::AdaptiveThrottle;
use crate::core::loom_model::model;
use crate::core::name::Name;
use crate::outcomes::call::Call;

const FAILED: Call = Call { failed: true, slow: false };

/// A throttle whose window has a slice, so that accepted calls need no lock.
fn throttle(min_calls: u32) -> Arc<AdaptiveThrottle> {
    let policy = AdaptiveThrottlePolicy::new().ratio(1.0).max_share(1.0).min_calls(min_calls);
    let throttle = AdaptiveThrottle::named(Name::new(&"api"), policy);
    throttle.accepted_at(0);
    Arc::new(throttle)
}

#[test]
fn a_thread_that_finds_nothing_to_shed_hides_no_failure_of_another() {
    model(|| {
        let throttle = throttle(1);
        let other = Arc::clone(&throttle);
        let thread = thread::spawn(move || other.record_at(0, FAILED));
        let _ = throttle.share_at(0);
        thread.join().unwrap();
        assert!(throttle.may_shed());
        assert!((throttle.share_at(0) - 1.0 / 3.0).abs() < 1e-9, "one of two failed");
    });
}

#[test]
fn accepted_calls_that_are_counted_while_another_thread_looks_are_in_the_share() {
    model(|| {
        let throttle = throttle(1);
        let other = Arc::clone(&throttle);
        let thread = thread::spawn(move || other.accepted_at(0));
        throttle.record_at(0, FAILED);
        throttle.accepted_at(0);
        thread.join().unwrap();
        assert!((throttle.share_at(0) - 1.0 / 5.0).abs() < 1e-9, "one of four failed");
    });
}

#[test]
fn two_shed_calls_are_two_calls() {
    model(|| {
        let throttle = throttle(1);
        throttle.record_at(0, FAILED);
        let other = Arc::clone(&throttle);
        let thread = thread::spawn(move || other.decide_at(0, 0.0).is_err());
        let is_shed = throttle.decide_at(0, 0.0).is_err();
        assert!(is_shed && thread.join().unwrap());
        assert_eq!(throttle.stats().shed_calls, 2);
        assert!((throttle.share_at(0) - 3.0 / 5.0).abs() < 1e-9, "three of four were not accepted");
    });
}
