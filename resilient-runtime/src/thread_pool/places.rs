//! Which jobs may run, which wait, and which find no room. Pure, without threads.
//!
//! A job takes a place. While it waits for inner jobs, one of these runs in the same place, so an inner job never waits
//! for jobs of other callers. In a place one job runs at each depth:
//!
//! ```text
//!              depth 0          depth 1          depth 2
//! place 0    a caller's job ─► its inner job ─► the inner one's inner job
//! place 1    (has ended)       still runs       (none)
//! ```
//!
//! A place is free for another caller when all its jobs have ended; a job whose caller has left stays until it ends. If
//! an earlier inner job still runs at that depth, the next one takes a place of its own, or waits for either to become
//! free.

use crate::thread_pool::linked_queue::{Key, LinkedQueue};

/// The jobs in each place, and the queue of those that wait for one.
pub(super) struct Places<J> {
    jobs: Vec<Depths>,
    /// The indices of free places. While a job waits there are only those that are too many since `most` is lower.
    free: Vec<usize>,
    /// So many places are taken at most. It may change.
    most: usize,
    queue: LinkedQueue<QueuedJob<J>>,
    /// The serial number of the next job that gets a seat.
    serial: u64,
}

/// The jobs in one place, by depth.
type Depths = Vec<Option<RunningJob>>;

#[derive(Debug)]
struct RunningJob {
    /// Distinguishes the jobs that sit here one after the other.
    serial: u64,
    /// The inner jobs that wait for a place, in order.
    awaited: Vec<Key>,
}

/// The right of one job to run: a place and a depth in it. [`Places::leave`] is called once for each. A seat that has
/// been left is never taken for that of a later job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seat {
    at: Position,
    serial: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Position {
    place: usize,
    depth: usize,
}

impl Position {
    /// Where this job's inner job sits.
    const fn inner(self) -> Self {
        Self { place: self.place, depth: self.depth + 1 }
    }

    const fn outer(self) -> Option<Self> {
        match self.depth.checked_sub(1) {
            Some(depth) => Some(Self { place: self.place, depth }),
            None => None,
        }
    }
}

struct QueuedJob<J> {
    job: J,
    /// The job that waits for this one.
    outer: Option<Seat>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Placement<J> {
    Seated(J, Seat),
    Queued(Key),
    /// As many wait as may.
    Full(J),
}

impl<J> Places<J> {
    pub(super) const fn new(most: usize) -> Self {
        Self { jobs: Vec::new(), free: Vec::new(), most, queue: LinkedQueue::new(), serial: 0 }
    }

    /// Gives the job a seat, or queues it if fewer than `max_queue` wait. `outer` is the seat of the job that waits for
    /// this one, if there is one.
    pub(super) fn enter(&mut self, job: J, outer: Option<Seat>, max_queue: usize) -> Placement<J> {
        let outer = outer.filter(|seat| self.is_running(*seat));
        let inner = outer.map(|seat| seat.at.inner()).filter(|at| self.running(*at).is_none());
        if let Some(at) = inner.or_else(|| self.free_position()) {
            return Placement::Seated(job, self.sit(at));
        }
        if self.queue.len() >= max_queue {
            return Placement::Full(job);
        }
        let key = self.queue.push_back(QueuedJob { job, outer });
        if let Some(running) = self.awaiting(outer) {
            running.awaited.push(key);
        }
        Placement::Queued(key)
    }

    /// Takes a job out of the queue, if it still waits.
    pub(super) fn withdraw(&mut self, key: Key) -> Option<J> {
        let waiting = self.queue.remove(key)?;
        self.is_awaited_no_more(waiting.outer, key);
        Some(waiting.job)
    }

    /// Frees the seat of a job that has ended. Returns the waiting job that gets a seat by that, if there is one.
    pub(super) fn leave(&mut self, seat: Seat) -> Option<(J, Seat)> {
        self.jobs[seat.at.place][seat.at.depth] = None;
        if let Some(key) = seat.at.outer().and_then(|outer| self.running(outer)?.awaited.first().copied()) {
            return Some((self.withdraw(key)?, self.sit(seat.at)));
        }
        if self.jobs[seat.at.place].iter().any(Option::is_some) {
            return None;
        }
        self.free.push(seat.at.place);
        self.next()
    }

    /// Gives the first of the waiting jobs a seat, if a place is free.
    fn next(&mut self) -> Option<(J, Seat)> {
        if self.taken() >= self.most {
            return None;
        }
        let (key, next) = self.queue.pop_front_with_key()?;
        self.is_awaited_no_more(next.outer, key);
        let at = self.free_position()?;
        Some((next.job, self.sit(at)))
    }

    /// Changes how many places there are. With more of them waiting jobs get a seat, which are returned; with fewer, jobs
    /// that run go on, and none gets a seat until enough have ended.
    #[cfg(any(feature = "config", test))]
    pub(super) fn resize(&mut self, most: usize) -> Vec<(J, Seat)> {
        self.most = most;
        std::iter::from_fn(|| self.next()).collect()
    }

    /// Whether the job with this seat has not ended.
    pub(super) fn is_running(&self, seat: Seat) -> bool {
        self.running(seat.at).is_some_and(|running| running.serial == seat.serial)
    }

    /// The jobs that wait for a place.
    pub(super) const fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// The places in which a job runs.
    pub(super) fn taken(&self) -> usize {
        self.jobs.len() - self.free.len()
    }

    /// The first position in a free place.
    fn free_position(&mut self) -> Option<Position> {
        if self.taken() >= self.most {
            return None;
        }
        let place = self.free.pop().unwrap_or_else(|| {
            self.jobs.push(Depths::new());
            self.jobs.len() - 1
        });
        Some(Position { place, depth: 0 })
    }

    fn sit(&mut self, at: Position) -> Seat {
        let serial = self.serial;
        self.serial += 1;
        let place = &mut self.jobs[at.place];
        if place.len() <= at.depth {
            place.resize_with(at.depth + 1, || None);
        }
        place[at.depth] = Some(RunningJob { serial, awaited: Vec::new() });
        Seat { at, serial }
    }

    fn running(&self, at: Position) -> Option<&RunningJob> {
        self.jobs.get(at.place)?.get(at.depth)?.as_ref()
    }

    /// The job that waits for another one, if it has not ended.
    fn awaiting(&mut self, outer: Option<Seat>) -> Option<&mut RunningJob> {
        let Seat { at, serial } = outer?;
        let running = self.jobs.get_mut(at.place)?.get_mut(at.depth)?.as_mut();
        running.filter(|running| running.serial == serial)
    }

    fn is_awaited_no_more(&mut self, outer: Option<Seat>, key: Key) {
        if let Some(running) = self.awaiting(outer) {
            running.awaited.retain(|awaited| *awaited != key);
        }
    }

    /// The number of free places.
    #[cfg(all(test, not(resilient_loom)))]
    pub(super) fn free(&self) -> usize {
        self.most.saturating_sub(self.taken())
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod resize_tests;
#[cfg(all(test, not(resilient_loom)))]
mod tests;
