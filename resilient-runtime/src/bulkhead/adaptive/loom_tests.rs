//! Models of calls that begin and end while the limit is cut, one property each.

use loom::sync::Arc;
use loom::thread;

use super::limit::AdaptiveLimit;
use super::machine::Sign;
use super::state::Adaptive;
use crate::bulkhead::bulkhead::Bulkhead;
use crate::bulkhead::policy::BulkheadPolicy;
use crate::core::loom_model::model;
use crate::core::name::Name;
use crate::outcomes::gate::Gate;
use crate::outcomes::outcome::Outcome;

/// A limit of ten, of which each cut takes one.
fn of_ten() -> Arc<Adaptive> {
    Arc::new(Adaptive::new(AdaptiveLimit::new(10), None))
}

fn cuts(adaptive: &Adaptive) -> u64 {
    u64::from(10 - adaptive.limit())
}

/// A call that begins and ends.
fn call(adaptive: &Adaptive, sign: Sign) {
    let epoch = adaptive.begin();
    adaptive.end(epoch, sign);
}

#[test]
fn calls_that_were_admitted_before_a_cut_do_not_cut_again() {
    model(|| {
        let adaptive = of_ten();
        let (first, second) = (adaptive.begin(), adaptive.begin());
        let other = Arc::clone(&adaptive);
        let thread = thread::spawn(move || other.end(second, Sign::Overload));
        let has_cut = adaptive.end(first, Sign::Overload);
        assert_ne!(has_cut, thread.join().unwrap(), "one of them cuts");
        assert_eq!(cuts(&adaptive), 1);
    });
}

#[test]
fn a_call_that_begins_during_a_cut_cuts_again_only_if_it_saw_that_one() {
    model(|| {
        let adaptive = of_ten();
        let first = adaptive.begin();
        let other = Arc::clone(&adaptive);
        let thread = thread::spawn(move || {
            let epoch = other.begin();
            (epoch, other.end(epoch, Sign::Overload))
        });
        let has_cut = adaptive.end(first, Sign::Overload);
        let (epoch, other_has_cut) = thread.join().unwrap();
        let expected = if epoch == 0 { has_cut != other_has_cut } else { has_cut && other_has_cut };
        assert!(expected, "in epoch {epoch}: {has_cut}, {other_has_cut}");
        assert_eq!(cuts(&adaptive), epoch + 1);
    });
}

#[test]
fn a_call_that_begins_after_cuts_was_admitted_after_all_of_them() {
    model(|| {
        let adaptive = of_ten();
        let other = Arc::clone(&adaptive);
        let thread = thread::spawn(move || call(&other, Sign::Overload));
        call(&adaptive, Sign::Overload);
        thread.join().unwrap();
        let before = cuts(&adaptive);
        let epoch = adaptive.begin();
        assert_eq!(epoch, before);
        assert!(adaptive.end(epoch, Sign::Overload));
    });
}

/// A limit of three counts a good call only while at least two are in flight.
#[test]
fn calls_that_have_ended_are_not_in_flight() {
    model(|| {
        let adaptive = Arc::new(Adaptive::new(AdaptiveLimit::new(10).initial(3), None));
        let other = Arc::clone(&adaptive);
        let thread = thread::spawn(move || call(&other, Sign::None));
        call(&adaptive, Sign::None);
        thread.join().unwrap();
        (0..3).for_each(|_| call(&adaptive, Sign::Good));
        assert_eq!(adaptive.limit(), 3);
        let _in_flight = adaptive.begin();
        (0..3).for_each(|_| call(&adaptive, Sign::Good));
        assert_eq!(adaptive.limit(), 4);
    });
}

#[test]
fn the_last_cut_is_the_limit_of_the_slots() {
    model(|| {
        let policy = BulkheadPolicy::new(1).adaptive(AdaptiveLimit::new(3));
        let bulkhead = Arc::new(Bulkhead::named(Name::new(&"api"), policy));
        let other = Arc::clone(&bulkhead);
        let fail = |bulkhead: &Bulkhead| {
            let call = bulkhead.admit_at_once().expect("it adapts itself");
            bulkhead.end(call, Outcome::Failure);
        };
        let thread = thread::spawn(move || fail(&other));
        fail(&bulkhead);
        thread.join().unwrap();
        let limit = bulkhead.adaptive.as_ref().expect("it adapts itself").limit();
        assert!((1..=2).contains(&limit), "cut once or twice: {limit}");
        assert_eq!(bulkhead.limit(), limit as usize);
    });
}
