use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Wake;

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;

#[derive(Default)]
struct Flag(AtomicBool);

impl Flag {
    fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Ticks in a year.
const YEAR: u64 = 365 * 24 * 3_600_000;

#[derive(Clone, Debug)]
enum Event {
    /// So long after now, or before.
    Insert(i64),
    /// The one with this index among those that are there.
    Remove(Index),
    /// Another waker for it.
    Replace(Index),
    /// So much time passes, then expired wakers are taken into a buffer of this capacity.
    Pass(u64, usize),
    /// So much time passes.
    Idle(u64),
}

/// Spans of all sizes, often around a power of 64.
fn spans() -> impl Strategy<Value = u64> {
    prop_oneof![
        3 => 0..100_u64,
        3 => (0..7_u32, 0..130_u64).prop_map(|(level, near)| (64_u64.pow(level) + near).saturating_sub(65)),
        2 => 0..10_000_000_u64,
        1 => 0..30 * YEAR,
    ]
}

fn events() -> impl Strategy<Value = Event> {
    prop_oneof![
        6 => (spans(), prop::bool::weighted(0.1)).prop_map(|(span, is_over)| {
            let span = span.cast_signed();
            Event::Insert(if is_over { -span } else { span })
        }),
        2 => any::<Index>().prop_map(Event::Remove),
        1 => any::<Index>().prop_map(Event::Replace),
        3 => (spans().prop_map(|span| span.min(YEAR)), 1..5_usize).prop_map(|(span, room)| Event::Pass(span, room)),
        1 => spans().prop_map(|span| Event::Idle(span.min(YEAR))),
    ]
}

/// A wheel, and a naive one: the deadline and the waker of each entry.
struct Twins {
    wheel: Wheel,
    naive: BTreeMap<u32, (u64, Arc<Flag>)>,
    now: u64,
}

impl Twins {
    fn at(now: u64) -> Self {
        Self { wheel: Wheel::default(), naive: BTreeMap::new(), now }
    }

    fn insert(&mut self, deadline: u64) {
        let flag = Arc::new(Flag::default());
        let index = self.wheel.insert(self.now, deadline, Waker::from(Arc::clone(&flag)));
        assert!(self.naive.insert(index, (deadline, flag)).is_none(), "the place was free");
    }

    fn choose(&self, who: Index) -> Option<u32> {
        (!self.naive.is_empty()).then(|| *who.get(&self.naive.keys().copied().collect::<Vec<_>>()))
    }

    fn remove(&mut self, index: u32) {
        let was_woken = self.naive.remove(&index).is_some_and(|(_, flag)| flag.is_set());
        assert_eq!(self.wheel.remove(index).is_none(), was_woken);
    }

    fn replace(&mut self, index: u32) {
        let flag = Arc::new(Flag::default());
        if let Some(waker) = self.wheel.waker(index) {
            *waker = Waker::from(Arc::clone(&flag));
            self.naive.entry(index).and_modify(|known| known.1 = flag);
        }
    }

    /// Takes all expired wakers, and returns the tick at which to look again.
    fn look(&mut self, room: usize) -> u64 {
        loop {
            let mut due = Vec::with_capacity(room);
            let next = self.wheel.take_due(self.now, &mut due);
            due.into_iter().for_each(Waker::wake);
            if next > self.now {
                return next;
            }
        }
    }

    /// Exactly the wakers whose deadline has passed have been taken, and the next look is in time.
    fn check(&mut self, next: u64) {
        for (index, (deadline, flag)) in &self.naive {
            assert_eq!(flag.is_set(), *deadline <= self.now, "{deadline} at {}", self.now);
            assert_eq!(self.wheel.waker(*index).is_none(), flag.is_set());
            assert_eq!(self.wheel.is_over(*index, self.now), flag.is_set());
            assert!(flag.is_set() || next <= *deadline, "asleep until {next}, and {deadline} has come");
        }
        let waiting = self.naive.values().filter(|(_, flag)| !flag.is_set()).count();
        assert_eq!(next == u64::MAX, waiting == 0, "asleep until {next} while {waiting} wait");
    }

    fn happens(&mut self, event: &Event) {
        match event {
            Event::Insert(span) => self.insert(self.now.saturating_add_signed(*span)),
            Event::Remove(who) => {
                if let Some(index) = self.choose(*who) {
                    self.remove(index);
                }
            }
            Event::Replace(who) => {
                if let Some(index) = self.choose(*who) {
                    self.replace(index);
                }
            }
            Event::Idle(span) => self.now += span,
            Event::Pass(span, room) => {
                self.now += span;
                let next = self.look(*room);
                self.check(next);
            }
        }
    }

    /// Looks at each tick that the wheel returns, until all wakers are taken.
    fn run_out(&mut self) -> usize {
        let mut looks = 0;
        loop {
            let next = self.look(64);
            self.check(next);
            if next == u64::MAX {
                return looks;
            }
            looks += 1;
            self.now = next;
        }
    }
}

proptest! {
    #[test]
    fn exactly_those_are_woken_whose_deadline_has_come(
        start in prop_oneof![Just(0), 0..YEAR, (1_u64 << 36)..(1 << 37)],
        events in prop::collection::vec(events(), 1..300),
    ) {
        let mut twins = Twins::at(start);
        for event in &events {
            twins.happens(event);
        }
        let waiting = twins.naive.len();
        let looks = twins.run_out();
        prop_assert!(looks <= waiting * LEVELS, "{looks} looks for {waiting}");
    }

    #[test]
    fn a_wheel_that_is_looked_at_in_time_wakes_at_the_very_tick(
        start in 0..YEAR, spans in prop::collection::vec(spans(), 1..100),
    ) {
        let mut twins = Twins::at(start);
        for span in &spans {
            twins.insert(start + span);
        }
        twins.run_out();
        prop_assert_eq!(twins.now, start + spans.iter().max().expect("one at least"));
    }
}

#[test]
fn what_is_over_when_it_is_set_is_due_at_once() {
    let mut twins = Twins::at(1_000_000);
    twins.insert(5);
    twins.insert(1_000_000);
    let next = twins.look(1);
    twins.check(next);
    assert!(twins.naive.values().all(|(_, flag)| flag.is_set()));
}

#[test]
fn thirty_years_are_no_more_than_a_few_looks() {
    let mut twins = Twins::at(1 << 36);
    twins.insert((1 << 36) + 30 * YEAR + 1);
    assert!(twins.run_out() <= LEVELS);
    assert_eq!(twins.now, (1 << 36) + 30 * YEAR + 1);
}

#[test]
fn a_deadline_that_never_comes_is_the_last_tick() {
    let mut wheel = Wheel::default();
    wheel.insert(7, u64::MAX, Waker::noop().clone());
    assert!(wheel.take_due(LAST - 1, &mut Vec::with_capacity(1)) <= LAST);
}

#[test]
fn after_days_without_a_look_a_short_wait_needs_only_the_look_at_its_end() {
    let mut twins = Twins::at(0);
    twins.insert(10);
    twins.run_out();
    twins.now += 100_000_007;
    // Its end is in the same 64 ticks.
    twins.insert(twins.now + 3);
    assert_eq!(twins.run_out(), 1);
}

#[test]
fn a_million_calls_leave_no_memory_behind() {
    let mut wheel = Wheel::default();
    let all: Vec<u32> = (0..1_000_000).map(|n| wheel.insert(0, 60_000 + n % 60_000, Waker::noop().clone())).collect();
    assert!(wheel.bytes() > 1_000_000 * size_of::<Waker>());
    let (expired, ended) = all.split_at(500_000);
    for index in ended {
        drop(wheel.remove(*index));
    }
    let mut due = Vec::with_capacity(1_000_000);
    assert_eq!(wheel.take_due(200_000, &mut due), u64::MAX);
    assert_eq!(due.len(), expired.len());
    for index in expired {
        assert!(wheel.remove(*index).is_none());
    }
    assert!(wheel.bytes() < 4_096);
}
