//! Which jobs may run, and which wait. Pure: it knows nothing of threads.
//!
//! A job takes a place. While it waits for an inner job, that one runs in the same place, so an inner job never waits
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

use crate::core::linked_queue::{Key, LinkedQueue};

/// The jobs in each place, and the queue of those that wait for one.
pub(super) struct Places<J> {
    jobs: Vec<Depths>,
    /// The indices of free places. There are none while a job waits.
    free: Vec<usize>,
    most: usize,
    queue: LinkedQueue<QueuedJob<J>>,
}

/// The jobs in one place, by depth.
type Depths = Vec<Option<RunningJob>>;

#[derive(Debug, Default)]
struct RunningJob {
    /// The inner job that waits for a place.
    awaited: Option<Key>,
}

/// The right of one job to run: a place and a depth in it. [`Places::leave`] is called once for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seat {
    place: usize,
    depth: usize,
}

impl Seat {
    /// The seat of this job's inner job.
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
}

impl<J> Places<J> {
    pub(super) const fn new(most: usize) -> Self {
        Self { jobs: Vec::new(), free: Vec::new(), most, queue: LinkedQueue::new() }
    }

    /// Gives the job a seat, or queues it. `outer` is the seat of the job that waits for this one, if there is one.
    pub(super) fn enter(&mut self, job: J, outer: Option<Seat>) -> Placement<J> {
        let inner = outer.map(Seat::inner).filter(|seat| self.running(*seat).is_none());
        if let Some(seat) = inner.or_else(|| self.free_seat()) {
            return Placement::Seated(job, self.sit(seat));
        }
        let key = self.queue.push_back(QueuedJob { job, outer });
        self.set_awaited(outer, Some(key));
        Placement::Queued(key)
    }

    /// Takes a job out of the queue, if it still waits. Called before its outer job ends.
    pub(super) fn withdraw(&mut self, key: Key) -> Option<J> {
        let waiting = self.queue.remove(key)?;
        self.set_awaited(waiting.outer, None);
        Some(waiting.job)
    }

    /// Frees the seat of a job that has ended. Returns the waiting job that gets a seat by that, if there is one.
    pub(super) fn leave(&mut self, seat: Seat) -> Option<(J, Seat)> {
        self.jobs[seat.place][seat.depth] = None;
        if let Some(key) = seat.outer().and_then(|outer| self.running(outer)?.awaited) {
            return Some((self.withdraw(key)?, self.sit(seat)));
        }
        if self.jobs[seat.place].iter().any(Option::is_some) {
            return None;
        }
        self.free.push(seat.place);
        let next = self.queue.pop_front()?;
        self.set_awaited(next.outer, None);
        let seat = self.free_seat()?;
        Some((next.job, self.sit(seat)))
    }

    /// The first seat in a free place.
    fn free_seat(&mut self) -> Option<Seat> {
        let place = match self.free.pop() {
            Some(place) => place,
            None if self.jobs.len() < self.most => {
                self.jobs.push(Depths::new());
                self.jobs.len() - 1
            }
            None => return None,
        };
        Some(Seat { place, depth: 0 })
    }

    fn sit(&mut self, seat: Seat) -> Seat {
        let place = &mut self.jobs[seat.place];
        if place.len() <= seat.depth {
            place.resize_with(seat.depth + 1, || None);
        }
        place[seat.depth] = Some(RunningJob::default());
        seat
    }

    fn running(&self, seat: Seat) -> Option<&RunningJob> {
        self.jobs[seat.place].get(seat.depth)?.as_ref()
    }

    fn set_awaited(&mut self, outer: Option<Seat>, awaited: Option<Key>) {
        if let Some(running) = outer.and_then(|outer| self.jobs[outer.place][outer.depth].as_mut()) {
            running.awaited = awaited;
        }
    }

    #[cfg(test)]
    pub(super) const fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// The number of free places.
    #[cfg(test)]
    pub(super) const fn free(&self) -> usize {
        self.free.len() + self.most - self.jobs.len()
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests;
