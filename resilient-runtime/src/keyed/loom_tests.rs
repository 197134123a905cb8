//! Models of threads that bring keys at the same time: what one admits, another forgets.

use std::ops::AddAssign;

use crate::core::loom_model::model;
use crate::core::name::Name;
use crate::core::shared_state::SharedState;
use crate::core::sync::{Arc, AtomicU64, Ordering};
use crate::keyed::cell::{Cell, Worth};
use crate::keyed::per_key::PerKey;
use crate::keyed::policy::PerKeyPolicy;

/// State that is worth its memory once it has counted something, and that can be closed. Relaxed: what orders its count
/// before the question what it is worth is under test.
#[derive(Debug)]
struct Failures(AtomicU64, AtomicU64);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sum(u64);

impl AddAssign for Sum {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Failures {
    fn fail(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn is_closed(&self) -> bool {
        self.1.load(Ordering::Relaxed) == 1
    }
}

impl SharedState for Failures {
    type Policy = ();
    const KIND: &'static str = "failures";

    fn make(_: Name, (): ()) -> Self {
        Self(AtomicU64::new(0), AtomicU64::new(0))
    }

    fn made_with(&self) {}

    fn close(&self) {
        self.1.store(1, Ordering::Relaxed);
    }

    #[cfg(feature = "config")]
    fn passing(name: Name) -> Self {
        Self::make(name, ())
    }

    fn settings((): &()) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}

impl Cell for Failures {
    type Stats = Sum;
    const PER_KEY: &'static str = "failures by key";

    fn another(&self) -> Self {
        Self(AtomicU64::new(0), AtomicU64::new(0))
    }

    #[cfg(feature = "config")]
    fn change(&self, (): ()) {}

    fn worth(&self) -> Worth {
        if self.count() > 0 { Worth::Memory } else { Worth::Nothing }
    }

    fn totals(&self) -> Sum {
        Sum(self.count())
    }
}

fn failures(max_keys: u32) -> Arc<PerKey<Failures>> {
    Arc::new(PerKey::new("failures", PerKeyPolicy::of(()).max_keys(max_keys)))
}

fn spawn(
    failures: &Arc<PerKey<Failures>>,
    act: impl FnOnce(&PerKey<Failures>) + 'static,
) -> loom::thread::JoinHandle<()> {
    let failures = Arc::clone(failures);
    loom::thread::spawn(move || act(&failures))
}

#[test]
fn a_failure_that_a_call_reports_is_never_forgotten_with_its_cell() {
    model(|| {
        let failures = failures(8);
        let failing = spawn(&failures, |failures| failures.get("a").fail());
        let other = spawn(&failures, |failures| drop(failures.get("b")));
        failing.join().unwrap();
        other.join().unwrap();
        failures.get("c");
        assert_eq!(failures.get("a").count(), 1);
    });
}

#[test]
fn two_calls_of_a_new_key_have_one_cell() {
    model(|| {
        let failures = failures(8);
        let threads = [(); 2].map(|()| spawn(&failures, |failures| failures.get("a").fail()));
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        assert_eq!(failures.get("a").count(), 2);
    });
}

#[test]
fn no_more_are_kept_than_may_be_and_no_total_is_lost() {
    model(|| {
        let failures = failures(1);
        let threads = ["a", "b"].map(|key| spawn(&failures, move |failures| failures.get(key).fail()));
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        assert!(failures.len() <= 1);
        assert_eq!(failures.total(), Sum(2));
    });
}

#[test]
fn a_key_that_comes_with_a_shutdown_is_closed() {
    model(|| {
        let failures = failures(8);
        let coming = spawn(&failures, |failures| failures.get("a").fail());
        let closing = spawn(&failures, SharedState::close);
        coming.join().unwrap();
        closing.join().unwrap();
        assert!(failures.get("a").is_closed() && failures.get("b").is_closed());
    });
}

/// Two threads find no room, one makes it, and both may take the place that is free then.
#[test]
fn two_calls_of_a_new_key_without_room_have_one_cell_or_share() {
    model(|| {
        let failures = failures(1);
        failures.get("kept").fail();
        let threads = [(); 2].map(|()| spawn(&failures, |failures| failures.get("a").fail()));
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        let (own, shared) = (failures.get("a").count(), failures.overflowed());
        assert_eq!((own + shared, failures.total()), (2, Sum(3)));
        assert_eq!(failures.len(), 1);
    });
}
