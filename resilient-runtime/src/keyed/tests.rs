//! A store of cells whose worth the tests decide, beside a naive model.

mod floods;
mod model;
mod rules;

use std::ops::AddAssign;
use std::sync::Arc;
use std::time::Duration;

use crate::core::name::Name;
use crate::core::shared_state::SharedState;
use crate::core::sync::{AtomicU64, Ordering};
use crate::keyed::cell::{Cell, Worth};
use crate::keyed::per_key::PerKey;
use crate::keyed::policy::PerKeyPolicy;

/// State that counts, and is worth what a test says.
#[derive(Debug, Default)]
struct Counter {
    count: AtomicU64,
    worth: AtomicU64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sum(u64);

impl AddAssign for Sum {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

const WORTHS: [Worth; 4] = [Worth::Nothing, Worth::Memory, Worth::Spent, Worth::Protection];

impl Counter {
    fn add(&self) {
        self.count.fetch_add(1, Ordering::Relaxed);
    }

    fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    fn is_worth(&self, worth: Worth) {
        let index = WORTHS.iter().position(|it| *it == worth).unwrap_or_default();
        self.worth.store(index as u64, Ordering::Relaxed);
    }
}

impl SharedState for Counter {
    type Policy = ();
    const KIND: &'static str = "counter";

    fn make(_: Name, (): ()) -> Self {
        Self::default()
    }

    fn made_with(&self) {}

    #[cfg(feature = "config")]
    fn passing(name: Name) -> Self {
        Self::make(name, ())
    }

    fn settings((): &()) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}

impl Cell for Counter {
    type Stats = Sum;
    const PER_KEY: &'static str = "counter by key";

    fn another(&self) -> Self {
        Self::default()
    }

    #[cfg(feature = "config")]
    fn change(&self, (): ()) {}

    fn worth(&self) -> Worth {
        WORTHS[usize::try_from(self.worth.load(Ordering::Relaxed)).unwrap_or_default()]
    }

    fn totals(&self) -> Sum {
        Sum(self.count())
    }
}

fn counters(max_keys: u32) -> PerKey<Counter> {
    PerKey::new("counter", PerKeyPolicy::of(()).max_keys(max_keys))
}

fn idle_counters(max_keys: u32, idle: Duration) -> PerKey<Counter> {
    PerKey::new("counter", PerKeyPolicy::of(()).max_keys(max_keys).idle(idle))
}

/// The cell of a key after it has got this worth.
fn worth(counters: &PerKey<Counter>, key: impl super::key::Key, worth: Worth) -> Arc<Counter> {
    let counter = counters.get(key);
    counter.is_worth(worth);
    counter
}
