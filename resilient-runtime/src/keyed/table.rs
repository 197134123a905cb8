//! The cells of one shard, by their keys, and the hand that goes round them to find which can go.
//!
//! It takes the time and no lock: that of the shard is held around it.

use hashbrown::HashTable;

use crate::core::sync::{Arc, AtomicU64, Ordering};
use crate::keyed::cell::{Cell, Worth};

#[derive(Debug)]
pub(super) struct Table<T: Cell> {
    /// Where each entry is, by the hash of its key.
    index: HashTable<usize>,
    /// In no order.
    entries: Vec<Entry<T>>,
    /// The entry at which the hand is.
    hand: usize,
    /// The totals of cells that were forgotten.
    pub(super) forgotten: T::Stats,
}

#[derive(Debug)]
pub(super) struct Entry<T> {
    hash: u64,
    pub(super) key: Box<str>,
    pub(super) cell: Arc<T>,
    last: LastUse,
}

/// When a cell was last used, in milliseconds, and whether that was after the hand last passed.
///
/// Relaxed: calls store it under the lock for reading, and it decides, under the lock for writing, only whether a cell
/// goes that is worth nothing or little.
#[derive(Debug)]
struct LastUse(AtomicU64);

const SINCE_THE_HAND: u64 = 1;

impl LastUse {
    fn new(now: u64) -> Self {
        Self(AtomicU64::new(now << 1))
    }

    /// It is used. Stored only if that is new, because calls on other threads read it.
    fn touch(&self, now: u64) {
        let word = now << 1 | SINCE_THE_HAND;
        if self.0.load(Ordering::Relaxed) != word {
            self.0.store(word, Ordering::Relaxed);
        }
    }

    /// Whether it was used since the hand last passed, which it does now.
    fn pass(&self) -> bool {
        let word = self.0.load(Ordering::Relaxed);
        self.0.store(word & !SINCE_THE_HAND, Ordering::Relaxed);
        word & SINCE_THE_HAND != 0
    }

    fn is_before(&self, now: u64, idle: u64) -> bool {
        now.saturating_sub(self.0.load(Ordering::Relaxed) >> 1) >= idle
    }
}

/// A time in milliseconds, and after how many of them a key is idle.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub(super) now: u64,
    pub(super) idle: u64,
}

impl<T: Cell> Entry<T> {
    /// The cell for a call that begins.
    pub(super) fn used(&self, now: u64) -> Arc<T> {
        self.last.touch(now);
        Arc::clone(&self.cell)
    }

    /// What is lost if it goes; `None` if somebody uses it. The Acquire in `get_mut` pairs with the Release of the owner
    /// that was dropped last, so what that call has reported is seen.
    fn worth(&mut self) -> Option<Worth> {
        Arc::get_mut(&mut self.cell).map(|cell| cell.worth())
    }

    /// Whether it goes although there is room.
    fn is_idle(&mut self, at: Moment) -> bool {
        self.last.is_before(at.now, at.idle) && matches!(self.worth(), Some(Worth::Nothing | Worth::Spent))
    }

    /// Whether it goes because there is no room, or is worth no memory as the hand passes.
    fn goes(&mut self, at: Moment, goes: impl Fn(Worth) -> bool) -> bool {
        let was_used = self.last.pass();
        match self.worth() {
            None | Some(Worth::Protection) => false,
            Some(Worth::Spent) => self.last.is_before(at.now, at.idle),
            Some(worth) => !was_used && goes(worth),
        }
    }
}

impl<T: Cell> Table<T> {
    pub(super) fn new() -> Self {
        Self { index: HashTable::new(), entries: Vec::new(), hand: 0, forgotten: T::Stats::default() }
    }

    pub(super) fn entries(&self) -> &[Entry<T>] {
        &self.entries
    }

    pub(super) fn find(&self, key: &str, hash: u64) -> Option<&Entry<T>> {
        let is_key = |at: &usize| &*self.entries[*at].key == key;
        self.index.find(hash, is_key).map(|at| &self.entries[*at])
    }

    /// Adds the cell of a key that has none.
    pub(super) fn insert(&mut self, key: &str, hash: u64, cell: Arc<T>, now: u64) {
        let entries = &self.entries;
        self.index.insert_unique(hash, entries.len(), |at| entries[*at].hash);
        self.entries.push(Entry { hash, key: key.into(), cell, last: LastUse::new(now) });
    }

    /// If there are more entries than spare ones, the hand passes a few: those that are worth nothing go, unless they
    /// were used since it last passed. Returns how many went.
    pub(super) fn clean(&mut self, at: Moment) -> usize {
        let before = self.entries.len();
        for _ in 0..LOOKED_AT {
            if self.entries.len() > SPARE {
                self.turn(at, |worth| worth == Worth::Nothing);
            }
        }
        before - self.entries.len()
    }

    /// Forgets an entry that is worth nothing or else one that was not used lately and does not protect, if there is one.
    pub(super) fn make_room(&mut self, at: Moment) -> bool {
        let is_worthless = |entry: &mut Entry<T>| entry.worth() == Some(Worth::Nothing);
        if let Some(worthless) = self.entries.iter_mut().position(is_worthless) {
            self.forget(worthless);
            return true;
        }
        // In the second round, none has been used since the first.
        (0..2 * self.entries.len()).any(|_| self.turn(at, |_| true))
    }

    /// The hand passes one entry. Returns whether that went; the hand is at the next one then.
    fn turn(&mut self, at: Moment, goes: impl Fn(Worth) -> bool) -> bool {
        if self.hand >= self.entries.len() {
            self.hand = 0;
        }
        let goes = self.entries.get_mut(self.hand).is_some_and(|entry| entry.goes(at, goes));
        if goes {
            self.forget(self.hand);
        } else {
            self.hand += 1;
        }
        goes
    }

    /// Forgets what nobody has used for long and what a new cell would equal. Returns how many went.
    pub(super) fn sweep(&mut self, at: Moment) -> usize {
        let before = self.entries.len();
        let mut next = 0;
        while let Some(entry) = self.entries.get_mut(next) {
            if entry.is_idle(at) {
                self.forget(next);
            } else {
                next += 1;
            }
        }
        self.give_memory_back();
        before - self.entries.len()
    }

    fn forget(&mut self, at: usize) {
        let entry = self.entries.swap_remove(at);
        self.remove_from_index(entry.hash, at);
        if let Some(moved) = self.entries.get(at) {
            let (hash, was_at) = (moved.hash, self.entries.len());
            if let Some(place) = self.index.find_mut(hash, |place| *place == was_at) {
                *place = at;
            }
        }
        self.forgotten += entry.cell.totals();
    }

    fn remove_from_index(&mut self, hash: u64, at: usize) {
        if let Ok(place) = self.index.find_entry(hash, |place| *place == at) {
            place.remove();
        }
    }

    fn give_memory_back(&mut self) {
        let len = self.entries.len();
        if self.entries.capacity() > SMALL.max(4 * len) {
            self.entries.shrink_to(2 * len);
            let entries = &self.entries;
            self.index.shrink_to(2 * len, |at| entries[*at].hash);
        }
    }
}

/// So many entries stay although they may be worth nothing: they spare the next calls of their keys the making of a cell.
const SPARE: usize = 8;
/// So many are looked at for each new key. One is added, so the others shrink what is there.
const LOOKED_AT: usize = 2;
/// A vector of at most this capacity is not shrunk.
const SMALL: usize = 64;
