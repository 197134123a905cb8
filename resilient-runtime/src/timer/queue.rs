//! The timers of waiting calls.
//!
//! Nearly all calls end before their deadline, so insert and cancel must be cheap; expiry may scan. Each thread inserts
//! into a wheel of its shard, behind a lock that other threads rarely take. One thread sleeps until the next tick at
//! which a wheel has something to do.

use std::task::Waker;

use crate::core::sync::{AtomicU64, Mutex, MutexGuard, OWNED_SHARDS, Ordering, PoisonError};
use crate::core::thread_number;
use crate::timer::wheel::Wheel;

/// One for each of the threads with the smallest numbers, and one for all others.
const WHEELS: usize = OWNED_SHARDS + 1;

/// So many wakers are taken under one lock of a wheel; then other threads can take the lock.
const BATCH: usize = 256;

/// The longest rest between two scans, in ticks, while tasks are due at nearly every tick.
const LONGEST_REST: usize = 4;

/// Deadlines and times are in ticks, whose length the caller decides.
#[derive(Debug)]
pub(crate) struct TimerQueue {
    wheels: [Mutex<Wheel>; WHEELS],
    /// The tick until which the timer thread sleeps; `u64::MAX` while it scans the wheels.
    ///
    /// The Release stores in `take_due` pair with the Acquire load in `insert`.
    asleep_until: AtomicU64,
}

/// Identifies a timer that was inserted, until it is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimerKey {
    wheel: u32,
    index: u32,
}

impl TimerQueue {
    pub(crate) fn new() -> Self {
        Self { wheels: std::array::from_fn(|_| Mutex::new(Wheel::default())), asleep_until: AtomicU64::new(u64::MAX) }
    }

    fn wheel(&self, wheel: u32) -> MutexGuard<'_, Wheel> {
        self.wheels[wheel as usize].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Inserts a timer. Also returns the tick until which the timer thread sleeps: if that is later than `deadline`,
    /// the caller must unpark it. `now` may be behind.
    #[expect(clippy::cast_possible_truncation, reason = "wheels are few")]
    pub(crate) fn insert(&self, now: u64, deadline: u64, waker: &Waker) -> (TimerKey, u64) {
        let wheel = thread_number::local().min(OWNED_SHARDS) as u32;
        // Cloned and dropped outside of the lock, because that runs code of the user.
        let waker = waker.clone();
        let index = self.wheel(wheel).insert(now, deadline, waker);
        // If the timer thread did not see this timer, it held this wheel's lock before. It stored `asleep_until = MAX`
        // before its scan, so this load sees that or a later value.
        (TimerKey { wheel, index }, self.asleep_until.load(Ordering::Acquire))
    }

    /// Cancels a timer. The key is then invalid.
    pub(crate) fn remove(&self, key: TimerKey) {
        let waker = self.wheel(key.wheel).remove(key.index);
        drop(waker);
    }

    /// Whether the deadline has passed; the key is then invalid. If not, `waker` will be woken.
    pub(crate) fn poll(&self, key: TimerKey, waker: &Waker) -> bool {
        let mut wheel = self.wheel(key.wheel);
        match wheel.waker(key.index) {
            Some(known) if known.will_wake(waker) => return false,
            Some(_) => {}
            None => {
                wheel.remove(key.index);
                return true;
            }
        }
        drop(wheel);
        self.replace(key, waker.clone())
    }

    #[cold]
    fn replace(&self, key: TimerKey, mut waker: Waker) -> bool {
        let mut wheel = self.wheel(key.wheel);
        let known = wheel.waker(key.index);
        let is_due = known.is_none();
        match known {
            Some(known) => std::mem::swap(known, &mut waker),
            None => drop(wheel.remove(key.index)),
        }
        drop(wheel);
        is_due
    }

    /// Whether the deadline has passed by `now`; the key is then invalid. Used if there is no timer thread.
    pub(crate) fn is_over(&self, key: TimerKey, now: u64) -> bool {
        let mut wheel = self.wheel(key.wheel);
        let is_over = wheel.is_over(key.index, now);
        let waker = if is_over { wheel.remove(key.index) } else { None };
        drop(wheel);
        drop(waker);
        is_over
    }

    /// Calls `wake` with every waker whose deadline has passed, and returns the tick until which to sleep. `due` is a
    /// buffer.
    pub(crate) fn take_due(&self, now: u64, due: &mut Vec<Waker>, mut wake: impl FnMut(Waker)) -> u64 {
        due.reserve(BATCH);
        self.asleep_until.store(u64::MAX, Ordering::Release);
        let (mut earliest, mut woken) = (u64::MAX, 0);
        for wheel in (0..).take(WHEELS) {
            let next = loop {
                let next = self.wheel(wheel).take_due(now, due);
                woken += due.len();
                due.drain(..).for_each(&mut wake);
                if next > now {
                    break next;
                }
            };
            earliest = earliest.min(next);
        }
        let until = earliest.max(now + rest_after(woken));
        self.asleep_until.store(until, Ordering::Release);
        until
    }
}

/// How many ticks to rest after a scan that woke so many tasks. Waking the timer thread costs much more than waking a
/// task, so many tasks that are due at neighbouring ticks are woken together. A few are not delayed.
const fn rest_after(woken: usize) -> u64 {
    let ticks = woken / LONGEST_REST;
    (if ticks < LONGEST_REST { ticks } else { LONGEST_REST }) as u64
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

    fn take_due(queue: &TimerQueue, now: u64) -> (u64, Vec<Waker>) {
        let mut woken = Vec::new();
        let next = queue.take_due(now, &mut Vec::new(), |waker| woken.push(waker));
        (next, woken)
    }

    #[test]
    fn the_thread_has_to_be_unparked_for_an_earlier_deadline_only() {
        let queue = TimerQueue::new();
        assert_eq!(queue.insert(9, 50, Waker::noop()).1, u64::MAX, "nothing is known of its sleep");
        assert_eq!(take_due(&queue, 10).0, 50);
        assert_eq!([40, 50, 60].map(|deadline| queue.insert(10, deadline, Waker::noop()).1), [50; 3]);
        assert_eq!(take_due(&queue, 11).0, 40);
    }

    #[test]
    fn the_more_are_woken_the_longer_is_the_rest_up_to_a_few_ticks() {
        for (woken, until) in [(0, 51), (1, 51), (3, 51), (8, 52), (16, 54), (1_000, 54)] {
            let queue = TimerQueue::new();
            for _ in 0..woken {
                queue.insert(0, 50, Waker::noop());
            }
            queue.insert(0, 51, Waker::noop());
            let (next, due) = take_due(&queue, 50);
            assert_eq!((next, due.len()), (until, woken));
            assert_eq!(queue.insert(50, 51, Waker::noop()).1, until);
        }
    }

    #[test]
    fn who_asks_last_is_woken() {
        let queue = TimerQueue::new();
        let (first, last) = (Waker::from(Arc::new(Unheard)), Waker::from(Arc::new(Unheard)));
        let (key, _) = queue.insert(0, 50, &first);
        assert!(!queue.poll(key, &first));
        assert!(!queue.poll(key, &last));
        let due = take_due(&queue, 50).1;
        assert!(due.len() == 1 && due[0].will_wake(&last));
        assert!(queue.poll(key, &last));
    }

    #[test]
    fn a_timer_that_was_cancelled_wakes_nobody() {
        let queue = TimerQueue::new();
        let (key, _) = queue.insert(0, 50, Waker::noop());
        queue.remove(key);
        let (next, due) = take_due(&queue, 60);
        assert_eq!(next, u64::MAX);
        assert!(due.is_empty());
    }

    #[test]
    fn more_than_a_batch_at_a_tick_are_all_woken() {
        let queue = TimerQueue::new();
        for _ in 0..=BATCH * 3 {
            queue.insert(0, 50, Waker::noop());
        }
        let (next, due) = take_due(&queue, 50);
        assert_eq!((next, due.len()), (u64::MAX, BATCH * 3 + 1));
    }

    #[test]
    fn without_a_timer_thread_the_clock_decides() {
        let queue = TimerQueue::new();
        let (key, _) = queue.insert(0, 50, Waker::noop());
        assert!(!queue.is_over(key, 49));
        assert!(queue.is_over(key, 50));
        assert!(take_due(&queue, 99).1.is_empty());
    }
}
