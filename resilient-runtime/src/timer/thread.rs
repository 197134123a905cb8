//! The alarms of the process, and the thread that wakes. It begins with the first call that has to wait, and sleeps until
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
use crate::timer::queue::{Alarms, Place};

/// A deadline is met at the first tick that is not before it.
const NANOS_PER_TICK: u64 = 1_000_000;

pub(crate) struct Timer {
    alarms: Alarms,
    /// The process of the thread that wakes, zero if there is none, in the lower half; in the upper half, how many
    /// threads have been tried.
    serving: AtomicU64,
    thread: Mutex<Wakeful>,
    start: Start,
}

/// Starts a thread. Another one in tests.
type Start = fn(Box<dyn FnOnce() + Send>) -> io::Result<Thread>;

#[derive(Default)]
struct Wakeful {
    thread: Option<Thread>,
    /// The tick of the last try.
    tried: u64,
}

const ONE_TRY: u64 = 1 << 32;

impl Timer {
    /// The timer of the process.
    #[inline]
    pub(crate) fn get() -> &'static Self {
        static TIMER: OnceLock<Timer> = OnceLock::new();
        TIMER.get_or_init(|| Self::started_by(start_thread))
    }

    #[cold]
    fn started_by(start: Start) -> Self {
        Self { alarms: Alarms::new(), serving: AtomicU64::new(0), thread: Mutex::default(), start }
    }

    /// Sets an alarm for a moment of the real clock, in nanoseconds.
    pub(crate) fn set(&'static self, deadline: u64, waker: &Waker) -> Place {
        let now = clock::coarse_nanos() / NANOS_PER_TICK;
        let tick = deadline.div_ceil(NANOS_PER_TICK);
        let (place, asleep_until) = self.alarms.set(now, tick, waker);
        let thread_must_know = tick < asleep_until;
        // What wakes the thread is a system call, and so is the question for the process, which is then asked anew. While the
        // thread is looking, it needs no call to wake it.
        let is_asleep = asleep_until != u64::MAX;
        let process = if thread_must_know && is_asleep { process::ask(now) } else { process::at_tick(now) };
        if !self.is_served(process, now) {
            waker.wake_by_ref();
        } else if thread_must_know {
            self.wake_thread();
        }
        place
    }

    /// Whether the deadline has come, and the place is free again; if not, this waker will be woken.
    pub(crate) fn poll(&'static self, place: Place, waker: &Waker) -> bool {
        if self.alarms.poll(place, waker) {
            return true;
        }
        let now = clock::coarse_nanos() / NANOS_PER_TICK;
        !self.is_served(process::at_tick(now), now) && self.poll_by_clock(place, waker)
    }

    /// Takes an alarm back.
    pub(crate) fn remove(&self, place: Place) {
        self.alarms.remove(place);
    }

    #[cold]
    fn poll_by_clock(&self, place: Place, waker: &Waker) -> bool {
        let is_over = self.alarms.is_over(place, clock::real_nanos() / NANOS_PER_TICK);
        if !is_over {
            waker.wake_by_ref();
        }
        is_over
    }

    /// Whether a thread of this process wakes.
    #[inline]
    fn is_served(&'static self, process: u32, now: u64) -> bool {
        is_of(self.serving.load(Ordering::Acquire), process) || self.revive(process, now)
    }

    /// Starts a thread, if the last try was not just now.
    #[cold]
    fn revive(&'static self, process: u32, now: u64) -> bool {
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
        let serving = Serving { timer: self, word };
        thread.thread = (self.start)(Box::new(move || serving.run())).ok();
        thread.thread.is_some()
    }

    fn wake_thread(&self) {
        if let Some(thread) = &self.thread().thread {
            thread.unpark();
        }
    }

    fn thread(&self) -> MutexGuard<'_, Wakeful> {
        self.thread.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake_who_is_due(&self, due: &mut Vec<Waker>) {
        let now = clock::real_nanos() / NANOS_PER_TICK;
        let until = self.alarms.take_due(now, due, |waker| isolated(|| waker.wake()));
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

fn start_thread(run: Box<dyn FnOnce() + Send>) -> io::Result<Thread> {
    thread::Builder::new().name("resilient-timer".to_owned()).spawn(run).map(|thread| thread.thread().clone())
}

/// What the thread runs. Dropped, also without having run, it lets the next call start another thread.
struct Serving {
    timer: &'static Timer,
    word: u64,
}

impl Serving {
    fn run(&self) {
        let mut due = Vec::new();
        loop {
            self.timer.wake_who_is_due(&mut due);
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let (word, nobody) = (self.word, self.word & !(ONE_TRY - 1));
        // Fails if another thread has been started since, in the child of a fork. Acquire pairs with the store in `revive` that
        // set the word; Release, with the loads in `is_served` and `revive`, after which another thread is started.
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
