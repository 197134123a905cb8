//! Calls that all wait at the same time.

use std::pin::Pin;
use std::task::{Context, Waker};
use std::time::Instant;

use tokio::runtime::Runtime;

use super::{Kind, Row, median, runtime};

/// Fewer than for quick calls: each takes a fraction of a second.
const ROUNDS: usize = 11;

/// Nanoseconds per call.
struct Times {
    start: f64,
    dropping: f64,
}

/// One way to wait.
pub struct Waiter {
    pub name: &'static str,
    pub kind: Kind,
    wait: Box<Wait>,
}

/// Begins so many calls, reports when all of them wait, and drops them in an order.
type Wait = dyn Fn(&Runtime, u32, Order, &mut dyn FnMut()) -> Times;

/// In which order calls that wait are dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    FirstFirst,
    LastFirst,
    Random,
}

impl Order {
    fn apply<T>(self, calls: &mut [T]) {
        match self {
            Self::FirstFirst => {}
            Self::LastFirst => calls.reverse(),
            Self::Random => {
                let mut random = 1_usize;
                for last in (1..calls.len()).rev() {
                    random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    calls.swap(last, (random >> 33) % (last + 1));
                }
            }
        }
    }
}

impl Waiter {
    pub fn new<F: Future>(name: &'static str, kind: Kind, call: impl Fn(u64) -> F + 'static) -> Self {
        let wait = move |runtime: &Runtime, count: u32, order: Order, waiting: &mut dyn FnMut()| {
            let _entered = runtime.enter();
            let mut context = Context::from_waker(Waker::noop());
            let mut calls: Vec<Pin<Box<Option<F>>>> = Vec::with_capacity(count as usize);
            let start = Instant::now();
            for id in 0..u64::from(count) {
                let mut call = Box::pin(Some(call(id)));
                assert!(call.as_mut().as_pin_mut().is_some_and(|call| call.poll(&mut context).is_pending()));
                calls.push(call);
            }
            let per_call = |start: Instant| start.elapsed().as_nanos() as f64 / f64::from(count);
            let start = per_call(start);
            waiting();
            order.apply(&mut calls);
            let dropping = Instant::now();
            // The boxes are freed later: in a large heap that takes several times as long as the rest, once in a while.
            calls.iter_mut().for_each(|call| call.set(None));
            Times { start, dropping: per_call(dropping) }
        };
        Self { name, kind, wait: Box::new(wait) }
    }
}

/// The waiters of one benchmark; the first waits without protection.
pub struct Pending {
    pub calls: u32,
    pub order: Order,
    pub waiters: Vec<Waiter>,
}

impl Pending {
    pub fn measure(&self) -> Vec<Row> {
        let runtime = runtime();
        let rounds: Vec<Vec<Times>> = (0..ROUNDS)
            .map(|_| {
                self.waiters.iter().map(|waiter| (waiter.wait)(&runtime, self.calls, self.order, &mut || ())).collect()
            })
            .collect();
        let net = |index: usize, time: fn(&Times) -> f64| {
            let bare = |round: &Vec<Times>| if index == 0 { 0.0 } else { time(&round[0]) };
            median(rounds.iter().map(|round| time(&round[index]) - bare(round)).collect())
        };
        let row = |(index, waiter): (usize, &Waiter)| Row {
            name: waiter.name,
            kind: waiter.kind,
            net: net(index, |times| times.start),
            several: Vec::new(),
            dropping: Some(net(index, |times| times.dropping)),
        };
        self.waiters.iter().enumerate().map(row).collect()
    }

    /// The bytes of a waiting call: its future, and what the future has allocated.
    pub fn bytes(&self, held: impl Fn() -> usize) -> Vec<(&'static str, f64)> {
        let runtime = runtime();
        let per_call = |waiter: &Waiter| {
            // What the runtime allocates only once is allocated in the first round.
            (waiter.wait)(&runtime, self.calls, self.order, &mut || ());
            let before = held() + self.calls as usize * size_of::<usize>();
            let mut bytes = 0.0;
            (waiter.wait)(&runtime, self.calls, self.order, &mut || {
                bytes = held().saturating_sub(before) as f64 / f64::from(self.calls);
            });
            (waiter.name, bytes.round())
        };
        self.waiters.iter().map(per_call).collect()
    }
}
