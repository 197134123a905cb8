//! The timers of waiting calls.
//!
//! Nearly all calls end before their deadline, so insert and cancel must be cheap; expiry may scan. There is a wheel for
//! each core, each behind a lock of its own. A thread inserts into the wheel of its number, so as many threads as there
//! are cores share no lock. A task that has moved to another thread locks the wheel that it inserted into. One thread
//! sleeps until the next tick at which a wheel has something to do.

use std::task::Waker;

use crate::core::sync::{AtomicU64, Mutex, MutexGuard, Ordering, PoisonError};
use crate::core::thread_number;
use crate::timer::wheel::Wheel;

/// So many wakers are taken under one lock of a wheel; then other threads can take the lock.
const BATCH: usize = 256;

/// Deadlines and times are in ticks, whose length the caller decides.
#[derive(Debug)]
pub(crate) struct TimerQueue {
    /// Their number is a power of two.
    wheels: Box<[Shard]>,
    /// The tick until which the timer thread sleeps; `u64::MAX` while it scans the wheels.
    ///
    /// The Release stores in `take_due` pair with the Acquire load in `insert`.
    asleep_until: AtomicU64,
}

/// The wheel of the threads with a certain number, made when it is first needed. The lock is always there: a scan that
/// finds no wheel has held the lock before whoever makes one.
///
/// Aligned to two cache lines, because processors prefetch lines in pairs.
#[derive(Debug)]
#[repr(align(128))]
struct Shard(Mutex<Option<Box<Wheel>>>);

/// Identifies a timer that was inserted, until it is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimerKey {
    shard: u32,
    index: u32,
}

impl Shard {
    fn lock(&self) -> MutexGuard<'_, Option<Box<Wheel>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TimerQueue {
    /// A queue for a machine with so many cores.
    pub(crate) fn for_cores(cores: usize) -> Self {
        let wheels = (0..cores.next_power_of_two()).map(|_| Shard(Mutex::new(None))).collect();
        Self { wheels, asleep_until: AtomicU64::new(u64::MAX) }
    }

    /// The number of the current thread's wheel.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "wheels are few")]
    fn local(&self) -> u32 {
        (thread_number::local() & (self.wheels.len() - 1)) as u32
    }

    /// Does something with the wheel in which this timer is, under its lock.
    #[inline]
    fn with<R>(&self, key: TimerKey, action: impl FnOnce(&mut Wheel) -> R) -> R {
        action(self.wheels[key.shard as usize].lock().as_mut().expect("a wheel with a timer is there"))
    }

    /// Inserts a timer. Also returns the tick until which the timer thread sleeps: if that is later than `deadline`,
    /// the caller must unpark it. `now` may be behind.
    pub(crate) fn insert(&self, now: u64, deadline: u64, waker: &Waker) -> (TimerKey, u64) {
        let shard = self.local();
        // Cloned and dropped outside of the lock, because that runs code of the user.
        let waker = waker.clone();
        let index = self.wheels[shard as usize].lock().get_or_insert_default().insert(now, deadline, waker);
        // If the timer thread did not see this timer, it held this wheel's lock before. It stored `asleep_until = MAX`
        // before its scan, so this load sees that or a later value.
        (TimerKey { shard, index }, self.asleep_until.load(Ordering::Acquire))
    }

    /// Cancels a timer. The key is then invalid.
    pub(crate) fn remove(&self, key: TimerKey) {
        let waker = self.with(key, |wheel| wheel.remove(key.index));
        drop(waker);
    }

    /// Whether the deadline has passed; the key is then invalid. If not, `waker` will be woken.
    pub(crate) fn poll(&self, key: TimerKey, waker: &Waker) -> bool {
        let is_over = self.with(key, |wheel| match wheel.waker(key.index) {
            Some(known) => known.will_wake(waker).then_some(false),
            None => {
                wheel.remove(key.index);
                Some(true)
            }
        });
        is_over.unwrap_or_else(|| self.replace(key, waker.clone()))
    }

    #[cold]
    fn replace(&self, key: TimerKey, mut waker: Waker) -> bool {
        self.with(key, |wheel| match wheel.waker(key.index) {
            Some(known) => {
                std::mem::swap(known, &mut waker);
                false
            }
            None => {
                wheel.remove(key.index);
                true
            }
        })
    }

    /// Whether the deadline has passed by `now`; the key is then invalid. Used if there is no timer thread.
    pub(crate) fn is_over(&self, key: TimerKey, now: u64) -> bool {
        let waker = self.with(key, |wheel| wheel.is_over(key.index, now).then(|| wheel.remove(key.index)));
        waker.is_some()
    }

    /// Calls `wake` with every waker whose deadline has passed, and returns the tick until which to sleep. `due` is a
    /// buffer.
    pub(crate) fn take_due(&self, now: u64, due: &mut Vec<Waker>, mut wake: impl FnMut(Waker)) -> u64 {
        due.reserve(BATCH);
        self.asleep_until.store(u64::MAX, Ordering::Release);
        let (mut earliest, mut woken) = (u64::MAX, 0);
        for shard in &self.wheels {
            let next = loop {
                let next = shard.lock().as_mut().map_or(u64::MAX, |wheel| wheel.take_due(now, due));
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

/// How many ticks there are at least from a scan that woke so many tasks to the next. Waking the timer thread costs much
/// more than waking a task, so tasks that are due at neighbouring ticks are woken together. A few wait a tick at most.
const fn rest_after(woken: usize) -> u64 {
    match woken {
        0 => 1,
        1..6 => 2,
        6..16 => 3,
        _ => 4,
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use std::collections::HashSet;
    use std::sync::{Arc, Barrier};
    use std::task::Wake;

    use super::*;

    impl TimerQueue {
        fn wheels_made(&self) -> usize {
            self.wheels.iter().filter(|shard| shard.lock().is_some()).count()
        }
    }

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
        let queue = TimerQueue::for_cores(2);
        assert_eq!(queue.insert(9, 50, Waker::noop()).1, u64::MAX, "nothing is known of its sleep");
        assert_eq!(take_due(&queue, 10).0, 50);
        assert_eq!([40, 50, 60].map(|deadline| queue.insert(10, deadline, Waker::noop()).1), [50; 3]);
        assert_eq!(take_due(&queue, 11).0, 40);
    }

    #[test]
    fn the_more_are_woken_the_longer_is_the_rest_up_to_a_few_ticks() {
        for (woken, until) in [(0, 51), (1, 52), (5, 52), (6, 53), (15, 53), (16, 54), (1_000, 54)] {
            let queue = TimerQueue::for_cores(2);
            for _ in 0..woken {
                queue.insert(0, 50, Waker::noop());
            }
            queue.insert(0, 51, Waker::noop());
            let (next, due) = take_due(&queue, 50);
            assert_eq!((next, due.len()), (until, woken));
            assert_eq!(queue.insert(50, 51, Waker::noop()).1, until);
        }
    }

    /// Inserts on as many threads at a time, and returns their keys.
    fn inserted_on_threads(queue: &TimerQueue, threads: usize) -> Vec<TimerKey> {
        let all_live = Barrier::new(threads);
        std::thread::scope(|scope| {
            let insert = || {
                let (key, _) = queue.insert(0, 50, Waker::noop());
                all_live.wait();
                key
            };
            let threads: Vec<_> = (0..threads).map(|_| scope.spawn(insert)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        })
    }

    #[test]
    fn threads_that_live_at_a_time_share_no_wheel_on_a_machine_with_as_many_cores() {
        const THREADS: usize = 40;
        // Other tests of this process have threads, too.
        let queue = TimerQueue::for_cores(1 << 12);
        let wheels: HashSet<u32> = inserted_on_threads(&queue, THREADS).iter().map(|key| key.shard).collect();
        assert_eq!(wheels.len(), THREADS);
    }

    #[test]
    fn there_is_a_wheel_for_each_core_and_it_is_made_by_the_first_who_waits() {
        for (cores, wheels) in [(1, 1), (2, 2), (6, 8), (64, 64)] {
            let queue = TimerQueue::for_cores(cores);
            assert_eq!(queue.wheels.len(), wheels);
            assert_eq!(queue.wheels_made(), 0);
            queue.insert(0, 50, Waker::noop());
            assert_eq!(queue.wheels_made(), 1);
            inserted_on_threads(&queue, 30);
            assert!(queue.wheels_made() <= wheels);
        }
    }

    #[test]
    fn what_was_inserted_on_another_thread_is_cancelled_woken_and_asked_for() {
        let queue = TimerQueue::for_cores(64);
        let keys = inserted_on_threads(&queue, 20);
        let (cancelled, kept) = keys.split_at(10);
        for key in cancelled {
            queue.remove(*key);
        }
        assert!(kept.iter().all(|key| !queue.poll(*key, Waker::noop())));
        let (next, due) = take_due(&queue, 50);
        assert_eq!((next, due.len()), (u64::MAX, kept.len()));
        assert!(kept.iter().all(|key| queue.poll(*key, Waker::noop())));
    }

    #[test]
    fn a_thread_that_holds_the_lock_of_its_wheel_keeps_no_other_waiting() {
        let queue = TimerQueue::for_cores(1 << 12);
        let (key, _) = queue.insert(0, 50, Waker::noop());
        let held = queue.wheels[key.shard as usize].lock();
        let others = inserted_on_threads(&queue, 20);
        drop(held);
        assert!(others.iter().all(|other| other.shard != key.shard));
    }

    #[test]
    fn who_asks_last_is_woken() {
        let queue = TimerQueue::for_cores(2);
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
        let queue = TimerQueue::for_cores(2);
        let (key, _) = queue.insert(0, 50, Waker::noop());
        queue.remove(key);
        let (next, due) = take_due(&queue, 60);
        assert_eq!(next, u64::MAX);
        assert!(due.is_empty());
    }

    #[test]
    fn more_than_a_batch_at_a_tick_are_all_woken() {
        let queue = TimerQueue::for_cores(2);
        for _ in 0..=BATCH * 3 {
            queue.insert(0, 50, Waker::noop());
        }
        let (next, due) = take_due(&queue, 50);
        assert_eq!((next, due.len()), (u64::MAX, BATCH * 3 + 1));
    }

    #[test]
    fn without_a_timer_thread_the_clock_decides() {
        let queue = TimerQueue::for_cores(2);
        let (key, _) = queue.insert(0, 50, Waker::noop());
        assert!(!queue.is_over(key, 49));
        assert!(queue.is_over(key, 50));
        assert!(take_due(&queue, 99).1.is_empty());
    }
}
