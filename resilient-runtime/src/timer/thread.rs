//! The queue of the process, and the thread that wakes. It begins with the first call that has to wait, and sleeps until
//! the tick of the next deadline.
//!
//! If there is no such thread (it could not be started, or this is the child of a fork), the next call that sets an alarm
//! or looks at one starts it. As long as none can be started, a call that waits wakes itself again and again and looks at
//! the clock: that takes a processor, but its limit holds.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::Waker;
use std::thread::{self, Thread};
use std::time::Duration;

use crate::core::clock;
use crate::core::process;
use crate::core::sync::{AtomicU64, Ordering};
use crate::timer::queue::{TimerKey, TimerQueue};

/// A deadline is met at the first tick that is not before it.
const NANOS_PER_TICK: u64 = 1_000_000;

pub(crate) struct TimerThread {
    queue: TimerQueue,
    /// The process of the thread that wakes, zero if there is none, in the lower half; in the upper half, how many
    /// threads have been tried.
    serving: AtomicU64,
    thread: Mutex<ThreadState>,
    spawn: Spawn,
}

/// Starts a thread. Another one in tests.
type Spawn = fn(Box<dyn FnOnce() + Send>) -> io::Result<Thread>;

#[derive(Default)]
struct ThreadState {
    thread: Option<Thread>,
    /// The tick of the last try.
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
        Self { queue: TimerQueue::new(), serving: AtomicU64::new(0), thread: Mutex::default(), spawn }
    }

    /// Sets an alarm for a moment of the real clock, in nanoseconds.
    pub(crate) fn set(&'static self, deadline: u64, waker: &Waker) -> TimerKey {
        let now = clock::coarse_nanos() / NANOS_PER_TICK;
        let tick = deadline.div_ceil(NANOS_PER_TICK);
        let (key, asleep_until) = self.queue.insert(now, tick, waker);
        let thread_must_know = tick < asleep_until;
        // What wakes the thread is a system call, and so is the question for the process, which is then asked anew. While the
        // thread is looking, it needs no call to wake it.
        let is_asleep = asleep_until != u64::MAX;
        let process = if thread_must_know && is_asleep { process::refresh(now) } else { process::at_tick(now) };
        if !self.has_thread(process, now) {
            waker.wake_by_ref();
        } else if thread_must_know {
            self.wake_thread();
        }
        key
    }

    /// Whether the deadline has come, and the key is free again; if not, this waker will be woken.
    pub(crate) fn poll(&'static self, key: TimerKey, waker: &Waker) -> bool {
        if self.queue.poll(key, waker) {
            return true;
        }
        let now = clock::coarse_nanos() / NANOS_PER_TICK;
        !self.has_thread(process::at_tick(now), now) && self.poll_by_clock(key, waker)
    }

    /// Takes an alarm back.
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

    /// Whether a thread of this process wakes.
    #[inline]
    fn has_thread(&'static self, process: u32, now: u64) -> bool {
        is_of(self.serving.load(Ordering::Acquire), process) || self.try_start(process, now)
    }

    /// Starts a thread, if the last try was not just now.
    #[cold]
    fn try_start(&'static self, process: u32, now: u64) -> bool {
        let mut thread = self.thread();
        let serving = self.serving.load(Ordering::Acquire);
        if is_of(serving, process) {
            return true;
        }
        if thread.tried == now {
            return false;
        }
        thread.tried = now;
        let word = (serving & !(ONE_TRY - 1)).wrapping_add(ONE_TRY) | u64::from(process);
        // Release pairs with the acquire above: who sees this, finds the thread by the lock held here.
        self.serving.store(word, Ordering::Release);
        let serving = Service { timer: self, word };
        thread.thread = (self.spawn)(Box::new(move || serving.run())).ok();
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

    fn wake_who_is_due(&self, due: &mut Vec<Waker>) {
        let now = clock::real_nanos() / NANOS_PER_TICK;
        let until = self.queue.take_due(now, due, |waker| isolated(|| waker.wake()));
        let left = until.saturating_mul(NANOS_PER_TICK).saturating_sub(clock::real_nanos());
        if left > 0 {
            thread::park_timeout(Duration::from_nanos(left));
        }
    }
}

#[inline]
fn is_of(serving: u64, process: u32) -> bool {
    serving & (ONE_TRY - 1) == u64::from(process)
}

fn spawn_thread(run: Box<dyn FnOnce() + Send>) -> io::Result<Thread> {
    thread::Builder::new().name("resilient-timer".to_owned()).spawn(run).map(|thread| thread.thread().clone())
}

/// What the thread runs. Dropped, also without having run, it lets the next call start another thread.
struct Service {
    timer: &'static TimerThread,
    word: u64,
}

impl Service {
    fn run(&self) {
        let mut due = Vec::new();
        loop {
            self.timer.wake_who_is_due(&mut due);
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let (word, nobody) = (self.word, self.word & !(ONE_TRY - 1));
        // Fails if another thread has been started since, in the child of a fork. Acquire pairs with the store in `try_start` that
        // set the word; Release, with the loads in `has_thread` and `try_start`, after which another thread is started.
        let _ = self.timer.serving.compare_exchange(word, nobody, Ordering::AcqRel, Ordering::Relaxed);
    }
}

/// Runs what may panic, and whose panic may hold what panics when it is dropped: the thread goes on.
fn isolated(action: impl FnOnce()) {
    let Err(payload) = catch_unwind(AssertUnwindSafe(action)) else { return };
    if let Err(next) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        // It is given up: each drop could bring another.
        std::mem::forget(next);
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests;
