//! The calls that are to be woken at a deadline, if they still wait then.
//!
//! Nearly all calls end long before: to set an alarm and to take it back has to be cheap, to find out who is due need
//! not be. So a thread sets its alarms in a table of its own, behind a lock that hardly anybody else asks for, and one
//! that sleeps until the next deadline goes through all of them.

mod table;

use std::task::Waker;

use crate::shared::shards::{SHARDS, my_index};
use crate::sync::{AtomicU64, Mutex, MutexGuard, Ordering, PoisonError};

use table::Table;

#[derive(Debug)]
pub(crate) struct Alarms {
    tables: [Mutex<Table>; SHARDS],
    /// Until when the thread that wakes will sleep; the end of time while it is looking.
    asleep_until: AtomicU64,
}

/// Where an alarm is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    table: u32,
    index: u32,
}

impl Alarms {
    pub(crate) fn new() -> Self {
        Self { tables: std::array::from_fn(|_| Mutex::new(Table::default())), asleep_until: AtomicU64::new(u64::MAX) }
    }

    fn table(&self, table: u32) -> MutexGuard<'_, Table> {
        self.tables[table as usize].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets an alarm, and tells whether the thread that wakes has to be told.
    #[expect(clippy::cast_possible_truncation, reason = "no machine holds 2^32 calls, and shards are few")]
    pub(crate) fn set(&self, deadline: u64, waker: &Waker) -> (Place, bool) {
        let table = my_index() as u32;
        // Whatever a waker does when it is cloned or dropped, it does not do it under the lock.
        let waker = waker.clone();
        let index = self.table(table).insert(deadline, waker) as u32;
        // If the thread has not seen this alarm, it has looked at the table before, and said so before that.
        (Place { table, index }, deadline < self.asleep_until.load(Ordering::Acquire))
    }

    /// Takes an alarm back.
    pub(crate) fn remove(&self, place: Place) {
        let waker = self.table(place.table).remove(place.index as usize);
        drop(waker);
    }

    /// Whether the deadline has come; if not, this waker will be woken.
    pub(crate) fn is_due(&self, place: Place, waker: &Waker) -> bool {
        match self.table(place.table).waker(place.index as usize) {
            None => return true,
            Some(known) if known.will_wake(waker) => return false,
            Some(_) => {}
        }
        let mut waker = waker.clone();
        let mut table = self.table(place.table);
        let known = table.waker(place.index as usize);
        let is_due = known.is_none();
        if let Some(known) = known {
            std::mem::swap(known, &mut waker);
        }
        drop(table);
        is_due
    }

    /// Moves the wakers whose deadline has come to `due`, and returns until when to sleep.
    pub(crate) fn take_due(&self, now: u64, due: &mut Vec<Waker>) -> u64 {
        self.asleep_until.store(u64::MAX, Ordering::Release);
        let tables = (0..).take(SHARDS).map(|table| self.table(table).take_due(now, due));
        let earliest = tables.min().unwrap_or(u64::MAX);
        self.asleep_until.store(earliest, Ordering::Release);
        earliest
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use std::sync::Arc;
    use std::task::Wake;

    use super::*;

    struct Unheard;

    impl Wake for Unheard {
        fn wake(self: Arc<Self>) {}
    }

    #[test]
    fn the_thread_has_to_be_told_of_an_earlier_deadline_only() {
        let alarms = Alarms::new();
        assert!(alarms.set(50, Waker::noop()).1, "nothing is known of its sleep");
        assert_eq!(alarms.take_due(10, &mut Vec::new()), 50);
        assert!(!alarms.set(50, Waker::noop()).1 && !alarms.set(60, Waker::noop()).1);
        assert!(alarms.set(40, Waker::noop()).1);
    }

    #[test]
    fn who_asks_last_is_woken() {
        let alarms = Alarms::new();
        let (first, last) = (Waker::from(Arc::new(Unheard)), Waker::from(Arc::new(Unheard)));
        let (place, _) = alarms.set(50, &first);
        assert!(!alarms.is_due(place, &first));
        assert!(!alarms.is_due(place, &last));
        let mut due = Vec::new();
        alarms.take_due(50, &mut due);
        assert!(due.len() == 1 && due[0].will_wake(&last));
        assert!(alarms.is_due(place, &last) && alarms.is_due(place, &first));
    }

    #[test]
    fn an_alarm_that_was_taken_back_wakes_nobody() {
        let alarms = Alarms::new();
        let (place, _) = alarms.set(50, Waker::noop());
        alarms.remove(place);
        let mut due = Vec::new();
        assert_eq!(alarms.take_due(60, &mut due), u64::MAX);
        assert!(due.is_empty());
    }
}
