//! The timers of the process, and the thread that wakes tasks at their deadlines. The first call that waits starts the
//! thread, which sleeps until the tick of the next deadline.
//!
//! If there is no thread (it could not be started, or this is the child of a fork), the next call that sets or polls a
//! timer tries to start it. While that fails, a waiting call wakes itself at each poll and reads the clock: that takes
//! a processor, but its limit holds.

use std::io;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::Waker;
use std::thread::{self, Thread};
use std::time::Duration;

use crate::core::clock;
use crate::core::cores::cores;
use crate::core::isolated::panics;
use crate::core::process;
use crate::core::sync::{AtomicU64, Ordering};
use crate::timer::queue::{TimerKey, TimerQueue};

/// A deadline is met at the first tick that is not before it.
const NANOS_PER_TICK: u64 = 1_000_000;

pub(crate) struct TimerThread {
    queue: TimerQueue,
    /// The lower half is the process of the running thread, zero if there is none; the upper half counts the attempts
    /// to start one, so that an old thread cannot clear the word of a newer one.
    ///
    /// The Release store in `try_start` pairs with the Acquire loads in `has_thread` and `try_start`, and with the
    /// compare-exchange in the drop of [`Service`]; the Release of that one with the same loads.
    owner: AtomicU64,
    thread: Mutex<ThreadState>,
    spawn: Spawn,
}

/// Starts a thread; tests replace it.
type Spawn = fn(Box<dyn FnOnce() + Send>) -> io::Result<Thread>;

#[derive(Default)]
struct ThreadState {
    thread: Option<Thread>,
    /// The tick of the last attempt to start it.
    tried: u64,
}

const ONE_TRY: u64 = 1 << 32;

impl TimerThread {
    /// The timer of the process.
    #[inline]
    pub(crate) fn get() -> &'static Self {
        static TIMER: OnceLock<TimerThread> = OnceLock::new();
        TIMER.get_or_init(|| Self::spawned_by(spawn_thread))
    }

    #[cold]
    fn spawned_by(spawn: Spawn) -> Self {
        Self { queue: TimerQueue::for_cores(cores()), owner: AtomicU64::new(0), thread: Mutex::default(), spawn }
    }

    /// Sets a timer. `deadline` is in nanoseconds of the real clock.
    pub(crate) fn set(&'static self, deadline: u64, waker: &Waker) -> TimerKey {
        let now = clock::coarse_nanos() / NANOS_PER_TICK;
        let tick = deadline.div_ceil(NANOS_PER_TICK);
        let (key, asleep_until) = self.queue.insert(now, tick, waker);
        let thread_must_know = tick < asleep_until;
        // Unparking a sleeping thread is a system call anyway, so the process is then read by one, too. While the
        // thread scans, unparking it is cheap, and the cached process will do.
        let is_asleep = asleep_until != u64::MAX;
        let process = if thread_must_know && is_asleep { process::refresh(now) } else { process::at_tick(now) };
        if !self.has_thread(process, now) {
            waker.wake_by_ref();
        } else if thread_must_know {
            self.wake_thread();
        }
        key
    }

    /// Whether the deadline has passed; the key is then invalid. If not, `waker` will be woken.
    pub(crate) fn poll(&'static self, key: TimerKey, waker: &Waker) -> bool {
        if self.queue.poll(key, waker) {
            return true;
        }
        let now = clock::coarse_nanos() / NANOS_PER_TICK;
        !self.has_thread(process::at_tick(now), now) && self.poll_by_clock(key, waker)
    }

    /// Cancels a timer. The key is then invalid.
    pub(crate) fn remove(&self, key: TimerKey) {
        self.queue.remove(key);
    }

    #[cold]
    fn poll_by_clock(&self, key: TimerKey, waker: &Waker) -> bool {
        let is_over = self.queue.is_over(key, clock::real_nanos() / NANOS_PER_TICK);
        if !is_over {
            waker.wake_by_ref();
        }
        is_over
    }

    /// Whether this process has a timer thread, which is started if there is none.
    #[inline]
    fn has_thread(&'static self, process: u32, now: u64) -> bool {
        is_of(self.owner.load(Ordering::Acquire), process) || self.try_start(process, now)
    }

    /// Starts a thread, unless that was tried in this tick already.
    #[cold]
    fn try_start(&'static self, process: u32, now: u64) -> bool {
        let mut thread = self.thread();
        let owner = self.owner.load(Ordering::Acquire);
        if is_of(owner, process) {
            return true;
        }
        if thread.tried == now {
            return false;
        }
        thread.tried = now;
        let word = (owner & !(ONE_TRY - 1)).wrapping_add(ONE_TRY) | u64::from(process);
        // A thread that reads this word finds the thread to unpark behind the lock that is held here.
        self.owner.store(word, Ordering::Release);
        let service = Service { timer: self, word };
        thread.thread = (self.spawn)(Box::new(move || service.run())).ok();
        thread.thread.is_some()
    }

    fn wake_thread(&self) {
        if let Some(thread) = &self.thread().thread {
            thread.unpark();
        }
    }

    fn thread(&self) -> MutexGuard<'_, ThreadState> {
        self.thread.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake_expired(&self, due: &mut Vec<Waker>) {
        let now = clock::real_nanos() / NANOS_PER_TICK;
        let until = self.queue.take_due(now, due, |waker| _ = panics(|| waker.wake()));
        let left = until.saturating_mul(NANOS_PER_TICK).saturating_sub(clock::real_nanos());
        if left > 0 {
            thread::park_timeout(Duration::from_nanos(left));
        }
    }
}

#[inline]
fn is_of(owner: u64, process: u32) -> bool {
    owner & (ONE_TRY - 1) == u64::from(process)
}

fn spawn_thread(run: Box<dyn FnOnce() + Send>) -> io::Result<Thread> {
    thread::Builder::new().name("resilient-timer".to_owned()).spawn(run).map(|thread| thread.thread().clone())
}

/// What the thread runs. When it is dropped, even without having run, the next call may start another thread.
struct Service {
    timer: &'static TimerThread,
    word: u64,
}

impl Service {
    fn run(&self) {
        let mut due = Vec::new();
        loop {
            self.timer.wake_expired(&mut due);
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let (word, nobody) = (self.word, self.word & !(ONE_TRY - 1));
        // Fails if another thread has been started since, in the child of a fork. Acquire pairs with the Release store
        // in `try_start`, Release with the Acquire loads there and in `has_thread`. Relaxed on failure, because nothing
        // depends on the word that is found.
        let _ = self.timer.owner.compare_exchange(word, nobody, Ordering::AcqRel, Ordering::Relaxed);
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests;
