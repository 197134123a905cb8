//! A breaker looked up by its name.

use std::collections::HashMap;
use std::sync::{Mutex, RwLock};

use resilient::{BreakerPolicy, registry};

use crate::harness::Kind::{Bare, Hand, Ours};
use crate::harness::{Calls, Contender, Put, Question};

const NAMES: [&str; 8] = ["bench.a", "bench.b", "bench.c", "bench.d", "bench.e", "bench.f", "bench.g", "bench.h"];

fn name(id: u64) -> &'static str {
    NAMES[id as usize % NAMES.len()]
}

pub(super) fn question() -> Question {
    for name in NAMES {
        registry().circuit_breaker_or_insert(name, BreakerPolicy::new());
    }
    let all: HashMap<&str, usize> = NAMES.iter().enumerate().map(|(index, name)| (*name, index)).collect();
    let mutex = Mutex::new(all.clone());
    let lock = RwLock::new(all);
    let contenders = vec![
        Contender::sync("the name alone", Bare, name),
        Contender::sync("`registry().circuit_breaker(name)`", Ours, |id| registry().circuit_breaker(name(id))),
        Contender::sync("`Mutex<HashMap>`", Hand, move |id| {
            mutex.lock().expect("nobody panics").get(name(id)).copied()
        }),
        Contender::sync("`RwLock<HashMap>`", Hand, move |id| {
            lock.read().expect("nobody panics").get(name(id)).copied()
        }),
    ];
    Question {
        id: "registry",
        title: "Registry: a breaker by its name",
        note: "For dashboards and tests: an attribute looks its breaker up once, and from then on it is one load.",
        put: Put::Calls(Calls { contenders, shared: true }),
    }
}
