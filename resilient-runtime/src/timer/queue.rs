//! The calls that are to be woken at a deadline, if they still wait then.
//!
//! Nearly all calls end long before: to set an alarm and to take it back has to be cheap. So a thread sets its queue in
//! a wheel of its own, behind a lock that other threads hardly ever take, and one thread sleeps until the next tick at which
//! one of the wheels has anything to do.

use std::task::Waker;

use crate::core::sharded::{SHARDS, local_index};
use crate::core::sync::{AtomicU64, Mutex, MutexGuard, Ordering, PoisonError};

use crate::timer::wheel::Wheel;

/// So many are woken at a time before others get at the wheel.
const BATCH: usize = 256;

/// The longest time between two looks, in ticks, while there is somebody to wake at nearly every tick.
const LONGEST_REST: usize = 4;

/// Deadlines and times are in ticks; what a tick is, the caller knows.
#[derive(Debug)]
pub(crate) struct TimerQueue {
    wheels: [Mutex<Wheel>; SHARDS],
    /// Until when the thread that wakes will sleep; `u64::MAX` while it looks at the wheels.
    asleep_until: AtomicU64,
}

/// Where an alarm is.
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

    /// Sets an alarm. Returns until when the thread that wakes is asleep: if that is later than the deadline, the caller has
    /// to wake it. `now` may be behind.
    #[expect(clippy::cast_possible_truncation, reason = "shards are few")]
    pub(crate) fn insert(&self, now: u64, deadline: u64, waker: &Waker) -> (TimerKey, u64) {
        let wheel = local_index() as u32;
        // Cloned and dropped outside of the lock, because a waker may do anything then.
        let waker = waker.clone();
        let index = self.wheel(wheel).insert(now, deadline, waker);
        // Acquire, as everywhere with this word, pairs with the thread's release. If the thread has not seen this alarm,
        // it had this lock before, and had stored `u64::MAX` before that: then this reads that or a later value.
        (TimerKey { wheel, index }, self.asleep_until.load(Ordering::Acquire))
    }

    /// Takes an alarm back.
    pub(crate) fn remove(&self, key: TimerKey) {
        let waker = self.wheel(key.wheel).remove(key.index);
        drop(waker);
    }

    /// Whether the deadline has come, and the key is free again; if not, this waker will be woken.
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

    /// Whether the deadline has come by then, and the key is free again; for want of a thread that wakes.
    pub(crate) fn is_over(&self, key: TimerKey, now: u64) -> bool {
        let mut wheel = self.wheel(key.wheel);
        let is_over = wheel.is_over(key.index, now);
        let waker = if is_over { wheel.remove(key.index) } else { None };
        drop(wheel);
        drop(waker);
        is_over
    }

    /// Hands on the wakers whose deadline has come, and returns until when to sleep. `due` has room for some at a time.
    pub(crate) fn take_due(&self, now: u64, due: &mut Vec<Waker>, mut wake: impl FnMut(Waker)) -> u64 {
        due.reserve(BATCH);
        self.asleep_until.store(u64::MAX, Ordering::Release);
        let (mut earliest, mut woken) = (u64::MAX, 0);
        for wheel in (0..).take(SHARDS) {
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

/// How many ticks to rest after a look that woke so many. To wake a thread costs much more than to wake a task, so that
/// many who are due at different ticks are woken at one; a few are not kept waiting.
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
    fn the_thread_has_to_be_told_of_an_earlier_deadline_only() {
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
    fn an_alarm_that_was_taken_back_wakes_nobody() {
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
    fn without_a_thread_that_wakes_the_time_tells() {
        let queue = TimerQueue::new();
        let (key, _) = queue.insert(0, 50, Waker::noop());
        assert!(!queue.is_over(key, 49));
        assert!(queue.is_over(key, 50));
        assert!(take_due(&queue, 99).1.is_empty());
    }
}
