//! The state of a breaker as threads share it: a lock around the [`Machine`], and copies of its results in atomics, so
//! that calls which change nothing take no lock.

use std::time::Duration;

use crate::circuit_breaker::machine::{Machine, Rejection};
use crate::circuit_breaker::state_word::StateWord;
use crate::circuit_breaker::streak::Streak;
use crate::core::circuit_state::CircuitState;
use crate::core::sync::{AtomicU64, Mutex, Ordering, PoisonError};

/// Every atomic but `streak` is stored only by [`change`](Self::change), under the lock of `machine`.
#[derive(Debug)]
pub(crate) struct BreakerState {
    /// The [`StateWord`]. Its Release store in `change` is the last one there; the Acquire load in [`word`](Self::word)
    /// pairs with it. So a thread that reads a state also sees the streak, the times and the window that belong to it.
    word: AtomicU64,
    /// The [`Streak`] while closed. Relaxed everywhere: `change` resets it before it stores `word` (Release), so a call
    /// that was admitted in a generation (Acquire load of `word`) sees that reset or a later value; and the count
    /// itself is all that is read from it, so it publishes nothing else.
    streak: AtomicU64,
    /// See [`Machine::open_until`]. Release in `change` pairs with Acquire in [`until`](Self::until), see there.
    open_until: AtomicU64,
    /// See [`Machine::full_until`]. The same pair.
    full_until: AtomicU64,
    machine: Mutex<Machine>,
}

impl BreakerState {
    pub(crate) fn new() -> Self {
        Self::of(Machine::new())
    }

    /// That of a breaker which admits every call.
    #[cfg(feature = "config")]
    pub(crate) fn disabled() -> Self {
        let mut machine = Machine::new();
        machine.forced(CircuitState::Disabled);
        Self::of(machine)
    }

    fn of(machine: Machine) -> Self {
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

    /// Until when a breaker refuses that is open or half-open by this word; `None` if the word has changed meanwhile.
    ///
    /// Between two open periods, or two half-open ones, `change` stores another state. If `until` is of a later period,
    /// its Acquire load pairs with the Release store of that value, before which that other state was stored to `word`.
    /// So the second load of `word` sees a change.
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

    /// Why a call is refused now, if the atomics alone say so; `None` if it has to ask under the lock.
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

    /// Whether the streak is zero, so that a success does not change it. Relaxed: see the field.
    #[inline]
    pub(crate) fn has_no_failures(&self) -> bool {
        Streak::from_bits(self.streak.load(Ordering::Relaxed)).failures() == 0
    }

    /// Changes the machine under its lock, by at most one state. If it becomes closed, calls `closed` with the
    /// generation before any call of that generation is admitted. After any change of state, which is then at `now`, it
    /// calls `changed` with the one before, under the lock too. Returns the result of `act`.
    pub(crate) fn change<R>(
        &self,
        act: impl FnOnce(&mut Machine) -> R,
        now: impl FnOnce() -> u64,
        closed: impl FnOnce(u64),
        changed: impl FnOnce(StateWord, &Machine),
    ) -> R {
        let mut machine = self.machine.lock().unwrap_or_else(PoisonError::into_inner);
        let before = machine.word();
        let answer = act(&mut machine);
        let word = machine.word();
        if word != before {
            machine.set_changed_at(now());
        }
        if word != before && word.state() == CircuitState::Closed {
            closed(word.generation());
            self.streak.store(Streak::new(word.generation()).bits(), Ordering::Relaxed);
        }
        self.open_until.store(machine.open_until(), Ordering::Release);
        self.full_until.store(machine.full_until(), Ordering::Release);
        self.word.store(word.bits(), Ordering::Release);
        if word != before {
            changed(before, &machine);
        }
        answer
    }

    /// What `look` finds in the machine, under its lock.
    pub(crate) fn look<R>(&self, look: impl FnOnce(&Machine) -> R) -> R {
        look(&self.machine.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The failures in a row; `None` if it is not closed in this generation. Relaxed: see the field.
    pub(crate) fn failures(&self, generation: u64) -> Option<u64> {
        let streak = Streak::from_bits(self.streak.load(Ordering::Relaxed));
        (self.word() == StateWord::closed(generation)).then(|| streak.failures())
    }

    /// Adds a failure to the streak, and returns its length; `None` if the closed state of this generation is over.
    pub(crate) fn failed(&self, generation: u64) -> Option<u64> {
        self.update_streak(|streak| streak.failed(generation)).map(|before| before.failures() + 1)
    }

    /// Ends the streak.
    pub(crate) fn succeeded(&self, generation: u64) {
        self.update_streak(|streak| streak.succeeded(generation));
    }

    fn update_streak(&self, next: impl Fn(Streak) -> Option<Streak>) -> Option<Streak> {
        let next = |bits| next(Streak::from_bits(bits)).map(Streak::bits);
        self.streak.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).ok().map(Streak::from_bits)
    }
}
