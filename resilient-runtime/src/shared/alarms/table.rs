//! Who is to be woken when. Pure: it is told the time.

use std::mem::replace;
use std::task::Waker;

/// Entries are looked at in blocks of so many.
const BLOCK: usize = 64;

#[derive(Debug, Default)]
pub(crate) struct Table {
    entries: Vec<Entry>,
    /// For each block a time before which none of its deadlines comes.
    bounds: Vec<u64>,
    /// The first free entry; each knows the next. As many as there are entries if none is free.
    free: usize,
}

#[derive(Debug)]
enum Entry {
    Free {
        next: usize,
    },
    Waiting {
        deadline: u64,
        waker: Waker,
    },
    /// Its deadline has come.
    Due,
}

impl Table {
    /// Adds somebody to be woken, and returns the number of the entry.
    pub(super) fn insert(&mut self, deadline: u64, waker: Waker) -> usize {
        let index = self.free;
        let entry = Entry::Waiting { deadline, waker };
        match self.entries.get_mut(index) {
            Some(place) => {
                if let Entry::Free { next } = replace(place, entry) {
                    self.free = next;
                }
            }
            None => {
                self.entries.push(entry);
                self.free = self.entries.len();
            }
        }
        match self.bounds.get_mut(index / BLOCK) {
            Some(bound) => *bound = deadline.min(*bound),
            None => self.bounds.push(deadline),
        }
        index
    }

    /// Frees an entry. The waker, if it is still there, is for the caller to drop.
    pub(super) fn remove(&mut self, index: usize) -> Option<Waker> {
        let freed = replace(&mut self.entries[index], Entry::Free { next: self.free });
        self.free = index;
        match freed {
            Entry::Waiting { waker, .. } => Some(waker),
            Entry::Free { .. } | Entry::Due => None,
        }
    }

    /// Who is woken at the deadline; `None` if that has come.
    pub(super) fn waker(&mut self, index: usize) -> Option<&mut Waker> {
        match &mut self.entries[index] {
            Entry::Waiting { waker, .. } => Some(waker),
            Entry::Free { .. } | Entry::Due => None,
        }
    }

    /// Moves the wakers whose deadline has come to `due`, and returns a time before which no other comes.
    pub(super) fn take_due(&mut self, now: u64, due: &mut Vec<Waker>) -> u64 {
        let mut earliest = u64::MAX;
        for (bound, block) in self.bounds.iter_mut().zip(self.entries.chunks_mut(BLOCK)) {
            if *bound <= now {
                *bound = take_due_of(block, now, due);
            }
            earliest = earliest.min(*bound);
        }
        earliest
    }
}

fn take_due_of(block: &mut [Entry], now: u64, due: &mut Vec<Waker>) -> u64 {
    let mut earliest = u64::MAX;
    for entry in block {
        match entry {
            Entry::Waiting { deadline, .. } if *deadline > now => earliest = earliest.min(*deadline),
            Entry::Waiting { .. } => {
                if let Entry::Waiting { waker, .. } = replace(entry, Entry::Due) {
                    due.push(waker);
                }
            }
            Entry::Free { .. } | Entry::Due => {}
        }
    }
    earliest
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::task::Wake;

    use proptest::prelude::*;

    use super::*;

    #[derive(Default)]
    struct Flag(AtomicBool);

    impl Wake for Flag {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    #[derive(Clone, Debug)]
    enum Event {
        Insert(u64),
        /// The one with this index among those that are there.
        Remove(prop::sample::Index),
        TakeDue(u64),
    }

    fn events() -> impl Strategy<Value = Event> {
        prop_oneof![
            4 => (0_u64..100).prop_map(Event::Insert),
            2 => any::<prop::sample::Index>().prop_map(Event::Remove),
            1 => (0_u64..100).prop_map(Event::TakeDue),
        ]
    }

    proptest! {
        #[test]
        fn exactly_those_are_woken_whose_deadline_has_come(events in prop::collection::vec(events(), 1..600)) {
            let mut table = Table::default();
            // By entry the deadline and whether it was woken.
            let mut naive: BTreeMap<usize, (u64, Arc<Flag>)> = BTreeMap::new();
            for event in events {
                match event {
                    Event::Insert(deadline) => {
                        let flag = Arc::new(Flag::default());
                        let index = table.insert(deadline, Waker::from(Arc::clone(&flag)));
                        prop_assert!(naive.insert(index, (deadline, flag)).is_none());
                    }
                    Event::Remove(who) if !naive.is_empty() => {
                        let index = *who.get(&naive.keys().copied().collect::<Vec<_>>());
                        let was_woken = naive.remove(&index).is_some_and(|(_, flag)| flag.0.load(Ordering::Relaxed));
                        prop_assert_eq!(table.remove(index).is_none(), was_woken);
                    }
                    Event::Remove(_) => {}
                    Event::TakeDue(now) => {
                        let mut due = Vec::new();
                        let earliest = table.take_due(now, &mut due);
                        due.into_iter().for_each(Waker::wake);
                        let waiting = naive.values().filter(|(_, flag)| !flag.0.load(Ordering::Relaxed));
                        prop_assert!(waiting.map(|(deadline, _)| *deadline).all(|deadline| now < deadline && earliest <= deadline));
                        let woken = naive.values().filter(|(_, flag)| flag.0.load(Ordering::Relaxed));
                        prop_assert!(woken.map(|(deadline, _)| *deadline).all(|deadline| deadline < 100));
                    }
                }
                for (index, (_, flag)) in &naive {
                    prop_assert_eq!(table.waker(*index).is_none(), flag.0.load(Ordering::Relaxed));
                }
            }
            prop_assert!(table.entries.len() <= 600);
        }
    }

    #[test]
    fn an_entry_that_was_freed_is_taken_again() {
        let mut table = Table::default();
        for _ in 0..1_000 {
            let (one, other) = (table.insert(7, Waker::noop().clone()), table.insert(9, Waker::noop().clone()));
            table.remove(one);
            table.remove(other);
        }
        assert_eq!(table.entries.len(), 2);
    }
}
