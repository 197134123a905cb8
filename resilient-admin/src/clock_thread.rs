//! The thread that ends actions when their time is over, and sends readers of events signs of life. There is none while
//! neither is due.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use resilient_runtime::inspect::FoundBreaker;

use crate::events::log::Log;
use crate::timed::Timed;

/// So often readers get a sign of life.
const BEAT: Duration = Duration::from_secs(15);

#[derive(Debug)]
pub(crate) struct ClockThread {
    state: Mutex<State>,
    /// Notified when there is a new action.
    changed: Condvar,
    log: Arc<Log>,
}

#[derive(Debug, Default)]
struct State {
    timed: Timed,
    is_running: bool,
}

impl ClockThread {
    pub(crate) fn new(log: Arc<Log>) -> Self {
        Self { state: Mutex::default(), changed: Condvar::new(), log }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts the thread, if it does not run.
    ///
    /// # Errors
    ///
    /// If no thread can be started.
    pub(crate) fn start(self: &Arc<Self>) -> io::Result<()> {
        self.start_in(&mut self.state())
    }

    fn start_in(self: &Arc<Self>, state: &mut State) -> io::Result<()> {
        if !state.is_running {
            let own = Arc::clone(self);
            thread::Builder::new().name("resilient-admin".to_owned()).spawn(move || own.run())?;
            state.is_running = true;
        }
        Ok(())
    }

    /// Changes what is timed, once there is a thread to end it.
    pub(crate) fn change(self: &Arc<Self>, change: impl FnOnce(&mut Timed)) -> io::Result<()> {
        let mut state = self.state();
        self.start_in(&mut state)?;
        change(&mut state.timed);
        self.changed.notify_all();
        Ok(())
    }

    /// Closes a breaker, whatever is timed for it.
    pub(crate) fn reset(&self, name: &str, breaker: &FoundBreaker) {
        self.state().timed.reset(name, breaker);
    }

    /// What is timed.
    pub(crate) fn look<R>(&self, look: impl FnOnce(&Timed) -> R) -> R {
        look(&self.state().timed)
    }

    fn run(&self) {
        let mut next_beat = Instant::now() + BEAT;
        let mut state = self.state();
        loop {
            let now = Instant::now();
            state.timed.end_due(now);
            if now >= next_beat {
                self.log.beat();
                next_beat = now + BEAT;
            }
            let until_beat = self.log.has_readers().then(|| next_beat.saturating_duration_since(now));
            let Some(wait) = state.timed.next_in(now).into_iter().chain(until_beat).min() else {
                state.is_running = false;
                return;
            };
            state = self.changed.wait_timeout(state, wait).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}
