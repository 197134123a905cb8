//! How a sync caller learns which of its attempts have ended. Calls of one thread use one signal in turn, so that they
//! allocate nothing.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::core::sync::{Condvar, Mutex, MutexGuard, PoisonError, thread_local};
use crate::core::waiting::Waiting;

/// The attempts that have ended and that their caller has not seen yet.
#[derive(Debug)]
pub(super) struct Signal {
    ended: Mutex<VecDeque<u32>>,
    changed: Condvar,
}

impl Signal {
    fn new() -> Self {
        Self { ended: Mutex::new(VecDeque::new()), changed: Condvar::new() }
    }

    fn ended(&self) -> MutexGuard<'_, VecDeque<u32>> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Blocks this thread until an attempt has ended, until that time, or for as long as `pause` in real time: the number
    /// of the attempt.
    fn wait_until(&self, until: Option<Instant>, pause: Option<Duration>) -> Option<u32> {
        let pause_ends = pause.and_then(|pause| Instant::now().checked_add(pause));
        let mut ended = self.ended();
        loop {
            if let Some(number) = ended.pop_front() {
                return Some(number);
            }
            let waiting = Waiting::until(until);
            let pause = pause_ends.map(|ends| ends.saturating_duration_since(Instant::now()));
            let Some(left) = waiting.longest().into_iter().chain(pause).min() else {
                ended = self.changed.wait(ended).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            if left.is_zero() {
                return None;
            }
            ended = self.changed.wait_timeout(ended, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// An attempt that has not begun. Dropped, it signals nothing.
#[derive(Debug)]
pub(super) struct ToRun {
    signal: Option<Arc<Signal>>,
    number: u32,
}

impl ToRun {
    /// It begins.
    pub(super) fn begins(self) -> Option<Running> {
        self.signal.map(|signal| Running { signal, number: self.number })
    }
}

/// An attempt runs. Its end is signalled when this is dropped, also while a panic unwinds.
pub(super) struct Running {
    signal: Arc<Signal>,
    number: u32,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.signal.ended().push_back(self.number);
        self.signal.changed.notify_one();
    }
}

thread_local! {
    /// The signal of the thread's next call.
    #[allow(clippy::missing_const_for_thread_local, reason = "those of loom cannot be constant")]
    static KEPT: RefCell<Option<Arc<Signal>>> = RefCell::new(None);
}

/// The signal of one call.
#[derive(Debug)]
pub(super) struct Ends(Option<Arc<Signal>>);

impl Ends {
    /// The one that this thread kept, or a new one.
    pub(super) fn new() -> Self {
        let kept = KEPT.try_with(|kept| kept.borrow_mut().take()).ok().flatten();
        Self(Some(kept.unwrap_or_else(|| Arc::new(Signal::new()))))
    }

    /// For the thread of an attempt.
    pub(super) fn running(&self, number: u32) -> ToRun {
        ToRun { signal: self.0.clone(), number }
    }

    /// As [`Signal::wait_until`].
    pub(super) fn wait_until(&self, until: Option<Instant>, pause: Option<Duration>) -> Option<u32> {
        self.0.as_ref()?.wait_until(until, pause)
    }
}

impl Drop for Ends {
    /// Keeps the signal, unless an attempt still runs.
    fn drop(&mut self) {
        let Some(mut signal) = self.0.take() else { return };
        if Arc::get_mut(&mut signal).is_some() {
            signal.ended().clear();
            let keep = |kept: &RefCell<Option<Arc<Signal>>>| *kept.borrow_mut() = Some(signal);
            // The thread may be ending.
            let _ = KEPT.try_with(keep);
        }
    }
}
