//! The state of a breaker as threads share it: a lock around the [`Machine`], and what it says in atomics, so that calls
//! which change nothing take no lock.

use std::time::Duration;

use crate::circuit_breaker::machine::{Machine, Rejection};
use crate::circuit_breaker::policy::BreakerPolicy;
use crate::circuit_breaker::state_word::StateWord;
use crate::circuit_breaker::streak::Streak;
use crate::core::circuit_state::CircuitState;
use crate::core::sync::{AtomicU64, Mutex, Ordering, PoisonError};

/// The words are stored under the lock only, `streak` apart. `word` comes last (Release): whoever reads it (Acquire) reads
/// the others, and the window, at least as they were then.
#[derive(Debug)]
pub(crate) struct BreakerState {
    word: AtomicU64,
    /// Failures in a row while closed; renewed by every change to closed. A call that read the word of that change finds it
    /// renewed, and hands on nothing but the number, so its accesses are relaxed.
    streak: AtomicU64,
    /// See [`Machine::open_until`].
    open_until: AtomicU64,
    /// See [`Machine::full_until`].
    full_until: AtomicU64,
    machine: Mutex<Machine>,
}

impl BreakerState {
    pub(crate) fn new(policy: &BreakerPolicy) -> Self {
        let machine = Machine::new(policy);
        let word = machine.word();
        Self {
            word: AtomicU64::new(word.bits()),
            streak: AtomicU64::new(Streak::new(word.generation()).bits()),
            open_until: AtomicU64::new(machine.open_until()),
            full_until: AtomicU64::new(machine.full_until()),
            machine: Mutex::new(machine),
        }
    }

    #[inline]
    pub(crate) fn word(&self) -> StateWord {
        StateWord::from_bits(self.word.load(Ordering::Acquire))
    }

    /// Until when a breaker refuses that is open or half-open in this word; `None` if the word is over.
    ///
    /// Between two epochs of one of these states lies another, which was stored (Release) before `until` was. So if `until`
    /// is of a later one, the second load of the word sees that this one is over.
    #[inline]
    fn until(&self, word: StateWord, until: &AtomicU64) -> Option<u64> {
        let until = until.load(Ordering::Acquire);
        (self.word() == word).then_some(until)
    }

    /// The state, `HalfOpen` from the end of the open time on.
    pub(crate) fn seen(&self, now: impl Fn() -> u64) -> CircuitState {
        loop {
            let word = self.word();
            match word.state() {
                CircuitState::Open => match self.until(word, &self.open_until) {
                    Some(until) if now() >= until => return CircuitState::HalfOpen,
                    Some(_) => return CircuitState::Open,
                    None => {}
                },
                state => return state,
            }
        }
    }

    /// Why a call is refused now, if that is sure without the lock.
    pub(crate) fn refused(&self, now: impl Fn() -> u64) -> Option<Rejection> {
        loop {
            let word = self.word();
            let state = word.state();
            let (until, is_known) = match state {
                CircuitState::Closed | CircuitState::Disabled => return None,
                CircuitState::ForcedOpen => return Some(Rejection { state, retry_after: None }),
                CircuitState::Open => (&self.open_until, true),
                CircuitState::HalfOpen => (&self.full_until, false),
            };
            if let Some(until) = self.until(word, until) {
                let left = until.saturating_sub(now());
                let retry_after = is_known.then_some(Duration::from_millis(left));
                return (left > 0).then_some(Rejection { state, retry_after });
            }
        }
    }

    /// Whether no failure is counted in a row: then a success changes nothing.
    #[inline]
    pub(crate) fn has_no_failures(&self) -> bool {
        Streak::from_bits(self.streak.load(Ordering::Relaxed)).failures() == 0
    }

    /// Lets the machine change, by at most one state. Calls `closed` with the generation if it becomes closed, before any
    /// call is admitted in it. Returns what `act` does, and whether the state changed.
    pub(crate) fn change<R>(&self, act: impl FnOnce(&mut Machine) -> R, closed: impl FnOnce(u64)) -> (R, bool) {
        let mut machine = self.machine.lock().unwrap_or_else(PoisonError::into_inner);
        let before = machine.word();
        let answer = act(&mut machine);
        let word = machine.word();
        let changed = word != before;
        if changed && word.state() == CircuitState::Closed {
            closed(word.generation());
            self.streak.store(Streak::new(word.generation()).bits(), Ordering::Relaxed);
        }
        self.open_until.store(machine.open_until(), Ordering::Release);
        self.full_until.store(machine.full_until(), Ordering::Release);
        self.word.store(word.bits(), Ordering::Release);
        (answer, changed)
    }

    /// One failure more in a row; returns how many there are, `None` if the closed state it belongs to is over.
    pub(crate) fn failed(&self, generation: u64) -> Option<u64> {
        self.update_streak(|streak| streak.failed(generation)).map(|before| before.failures() + 1)
    }

    /// Ends the row.
    pub(crate) fn succeeded(&self, generation: u64) {
        self.update_streak(|streak| streak.succeeded(generation));
    }

    fn update_streak(&self, next: impl Fn(Streak) -> Option<Streak>) -> Option<Streak> {
        let next = |bits| next(Streak::from_bits(bits)).map(Streak::bits);
        self.streak.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).ok().map(Streak::from_bits)
    }
}
