//! The last events, each with a number.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Instant;

use bytes::Bytes;
use resilient_runtime::events::Event;

use crate::events::line::{KEPT_KINDS, KINDS, data, kind};
use crate::events::reader::Reader;
use crate::events::spared::Spared;

/// So many events are kept for readers that come back, or that are slow.
pub(crate) const KEPT: usize = 1_024;

/// So many read at a time.
pub(crate) const MOST_READERS: usize = 16;

/// The last events.
#[derive(Debug)]
pub(crate) struct Log {
    lines: Mutex<Lines>,
    /// Of each kind; those that are always kept do not use theirs.
    spared: [Spared; KINDS.len()],
    began: Instant,
}

#[derive(Debug)]
pub(super) struct Lines {
    pub(super) kept: VecDeque<Bytes>,
    /// The number of the last one. The first is 1; 0 if there was none.
    pub(super) last: u64,
    /// Of readers that have all lines, with the number of the reader.
    wakers: Vec<(usize, Waker)>,
    /// How often readers were sent a sign of life.
    pub(super) beats: u64,
    pub(super) is_closed: bool,
    /// How many read.
    readers: usize,
    readers_so_far: usize,
}

impl Log {
    pub(crate) fn new() -> Self {
        let kept = VecDeque::with_capacity(KEPT);
        let wakers = Vec::new();
        let lines = Lines { kept, last: 0, wakers, beats: 0, is_closed: false, readers: 0, readers_so_far: 0 };
        Self { lines: Mutex::new(lines), spared: Default::default(), began: Instant::now() }
    }

    pub(super) fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps an event. Called by calls.
    pub(crate) fn hear(&self, event: &Event<'_>) {
        let kind = kind(event);
        let left_out = match kind {
            0..KEPT_KINDS => Some(0),
            spared => self.spared[spared].keep(self.began.elapsed().as_secs()),
        };
        if let Some(left_out) = left_out {
            self.push(KINDS[kind], &data(event, left_out));
        }
    }

    fn push(&self, kind: &str, data: &str) {
        let mut lines = self.lines();
        lines.last += 1;
        let line = format!("id: {}\nevent: {kind}\ndata: {data}\n\n", lines.last);
        if lines.kept.len() == KEPT {
            lines.kept.pop_front();
        }
        lines.kept.push_back(line.into());
        wake(lines);
    }

    /// The number of the last event; 0 if there was none.
    pub(crate) fn last(&self) -> u64 {
        self.lines().last
    }

    /// One that reads what comes after the event of this number, or from now on. `None` if too many read.
    pub(crate) fn read(self: &Arc<Self>, after: Option<u64>) -> Option<Reader> {
        let mut lines = self.lines();
        if lines.readers >= MOST_READERS {
            return None;
        }
        lines.readers += 1;
        lines.readers_so_far += 1;
        Some(Reader::new(Arc::clone(self), lines.readers_so_far, after.unwrap_or(lines.last), lines.beats))
    }

    pub(crate) fn has_readers(&self) -> bool {
        self.lines().readers > 0
    }

    pub(super) fn leave(&self, reader: usize) {
        let mut lines = self.lines();
        lines.readers -= 1;
        lines.wakers.retain(|(number, _)| *number != reader);
    }

    /// Sends readers that wait a sign of life, so that those are noticed which are gone.
    pub(crate) fn beat(&self) {
        let mut lines = self.lines();
        lines.beats += 1;
        wake(lines);
    }

    /// Ends all readers, and those that come.
    pub(crate) fn close(&self) {
        let mut lines = self.lines();
        lines.is_closed = true;
        wake(lines);
    }
}

/// Without the lock, because a waker is code of a runtime.
fn wake(mut lines: MutexGuard<'_, Lines>) {
    let wakers = std::mem::take(&mut lines.wakers);
    drop(lines);
    for (_, waker) in wakers {
        waker.wake();
    }
}

impl Lines {
    /// Wakes the reader at the next change.
    pub(super) fn wake_later(&mut self, reader: usize, waker: &Waker) {
        match self.wakers.iter_mut().find(|(number, _)| *number == reader) {
            Some((_, known)) => known.clone_from(waker),
            None => self.wakers.push((reader, waker.clone())),
        }
    }
}
