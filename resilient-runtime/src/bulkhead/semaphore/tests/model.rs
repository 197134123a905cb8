//! Random events on several threads, beside a naive model.

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;

#[derive(Clone, Debug)]
enum Event {
    /// Calls that do not wait.
    Take(u8),
    /// Calls that are ready to wait.
    Enter(u8),
    Release(u8),
    /// One of those that wait or were handed a slot is polled.
    Poll(Index),
    /// One of those that wait or were handed a slot is dropped.
    GiveUp(Index),
    SetLimit(u32),
}

/// What one of a few threads does.
fn events(most: u32) -> impl Strategy<Value = (usize, Event)> {
    let event = prop_oneof![
        6 => (1..12_u8).prop_map(Event::Take),
        2 => (1..4_u8).prop_map(Event::Enter),
        6 => (1..12_u8).prop_map(Event::Release),
        2 => any::<Index>().prop_map(Event::Poll),
        1 => any::<Index>().prop_map(Event::GiveUp),
        1 => (1..=most).prop_map(Event::SetLimit),
    ];
    (prop_oneof![0..3_usize, 0..40_usize], event)
}

/// A call of the model.
struct Call<'a> {
    waiting: Waiting<'a>,
    is_granted: bool,
}

struct Model<'a> {
    semaphore: &'a Semaphore,
    limit: usize,
    max_waiting: usize,
    /// Where the slots came from that can be given back, the last one first.
    held: Vec<Origin<'a>>,
    /// Those that wait, and those that do not know yet that they have a slot.
    calls: Vec<Call<'a>>,
    /// The calls that have got a slot.
    total: u64,
}

impl Model<'_> {
    fn taken(&self) -> usize {
        self.held.len() + self.calls.iter().filter(|call| call.is_granted).count()
    }

    fn waiting(&self) -> usize {
        self.calls.iter().filter(|call| !call.is_granted).count()
    }

    fn is_free(&self) -> bool {
        self.taken() < self.limit && self.waiting() == 0
    }

    /// Those that wait get the slots that are free, in order.
    fn grant(&mut self) {
        for index in 0..self.calls.len() {
            if !self.calls[index].is_granted && self.taken() < self.limit {
                self.calls[index].is_granted = true;
            }
        }
    }

    fn take(&mut self) {
        let origin = self.semaphore.try_take();
        assert_eq!(origin.is_some(), self.is_free());
        self.total += u64::from(origin.is_some());
        self.held.extend(origin);
    }

    fn enter(&mut self) {
        match self.semaphore.enter(self.max_waiting, Waker::noop()) {
            EnterOutcome::Taken => {
                assert!(self.is_free());
                self.total += 1;
                self.held.push(self.semaphore.origin());
            }
            EnterOutcome::Queued(place) => {
                assert!(!self.is_free() && self.waiting() < self.max_waiting);
                let waiting = Waiting::new(self.semaphore, place);
                self.calls.push(Call { waiting, is_granted: false });
            }
            EnterOutcome::Full => assert!(!self.is_free() && self.waiting() == self.max_waiting),
        }
    }

    fn release(&mut self) {
        let Some(origin) = self.held.pop() else { return };
        self.semaphore.release_to(origin);
        self.grant();
    }

    fn poll(&mut self, who: Index) {
        if self.calls.is_empty() {
            return;
        }
        let index = who.index(self.calls.len());
        let call = &mut self.calls[index];
        assert_eq!(is_ready(&mut call.waiting), call.is_granted);
        if call.is_granted {
            self.calls.remove(index);
            self.total += 1;
            self.held.push(self.semaphore.origin());
        }
    }

    fn step(&mut self, event: &Event) {
        match *event {
            Event::Take(times) => (0..times).for_each(|_| self.take()),
            Event::Enter(times) => (0..times).for_each(|_| self.enter()),
            Event::Release(times) => (0..times).for_each(|_| self.release()),
            Event::Poll(who) => self.poll(who),
            Event::GiveUp(who) if !self.calls.is_empty() => {
                drop(self.calls.remove(who.index(self.calls.len())));
                self.grant();
            }
            Event::GiveUp(_) => {}
            Event::SetLimit(limit) => {
                self.semaphore.set_limit(limit);
                self.limit = limit as usize;
                self.grant();
            }
        }
    }

    fn compare(&self) {
        let semaphore = self.semaphore;
        let found = (semaphore.taken(), semaphore.waiting(), semaphore.limit() as usize, semaphore.total_taken());
        assert_eq!(found, (self.taken() as u64, self.waiting(), self.limit, self.total));
        semaphore.assert_invariants();
    }
}

fn behaves_as_the_model(limit: u32, cores: usize, max_waiting: usize, events: &[(usize, Event)]) {
    let semaphore = Semaphore::new(limit, cores);
    let (limit, held, calls) = (limit as usize, Vec::new(), Vec::new());
    let mut model = Model { semaphore: &semaphore, limit, max_waiting, held, calls, total: 0 };
    for (thread, event) in events {
        pretend(*thread);
        model.step(event);
        model.compare();
    }
    for call in &mut model.calls {
        assert_eq!(is_ready(&mut call.waiting), call.is_granted);
    }
}

proptest! {
    #[test]
    fn without_lines_it_behaves_as_the_model(
        limit in 1_u32..8,
        max_waiting in 0_usize..6,
        events in prop::collection::vec(events(8), 1..200),
    ) {
        behaves_as_the_model(limit, 4, max_waiting, &events);
    }

    #[test]
    fn with_lines_it_behaves_as_the_model(
        limit in 16_u32..200,
        cores in 1_usize..40,
        max_waiting in 0_usize..6,
        events in prop::collection::vec(events(200), 1..400),
    ) {
        behaves_as_the_model(limit, cores, max_waiting, &events);
    }
}
