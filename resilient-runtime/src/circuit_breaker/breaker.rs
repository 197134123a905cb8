//! A circuit breaker: its [`BreakerState`], its [`Window`], and what it counts.

use crate::circuit_breaker::machine::{Machine, Outcome, Rejection};
use crate::circuit_breaker::policy::BreakerPolicy;
use crate::circuit_breaker::state::BreakerState;
use crate::circuit_breaker::state_word::{Admitted, Mark, StateWord};
use crate::circuit_breaker::window::{Call, Counted, Window};
use crate::core::circuit_state::CircuitState;
use crate::core::clock::{Resolution, Stopwatch};
use crate::core::error::Error;
use crate::core::name::Name;
use crate::core::sharded::Shards;

/// Stops calling what keeps failing, and finds out by a few probes when it works again.
///
/// While closed, admitting a call is one load of an atomic. See [`BreakerPolicy`] for what opens and closes it.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::{BreakerPolicy, CircuitBreaker, CircuitState, Failure};
///
/// let breaker = CircuitBreaker::new("payments", BreakerPolicy::new().failure_threshold(1));
/// let outcome: Result<(), _> = breaker.call(|| Err("no route"));
/// assert_eq!(outcome.unwrap_err().inner(), Some(&"no route"));
///
/// assert_eq!(breaker.state(), CircuitState::Open);
/// let refused = breaker.call(|| -> Result<(), &str> { unreachable!() }).unwrap_err();
/// assert!(refused.refusal().is_some_and(|refusal| refusal.is_circuit_open()));
/// ```
#[derive(Debug)]
pub struct CircuitBreaker {
    name: Name,
    pub(super) policy: BreakerPolicy,
    /// What open times and the places of probes are counted in: one for good, since each has its own scale.
    resolution: Resolution,
    pub(super) state: BreakerState,
    pub(super) window: Option<Window>,
    pub(super) counters: Shards<WORDS>,
}

pub(super) const SUCCESSFUL: usize = 0;
const FAILED: usize = 1;
const IGNORED: usize = 2;
const SLOW: usize = 3;
const REJECTED: usize = 4;
const STATE_CHANGES: usize = 5;
/// Not a total: what the window counts.
const WINDOW: usize = 6;
const WORDS: usize = 7;

/// What a breaker has seen since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CircuitStats {
    /// Calls that were admitted and have ended: successful, failed and ignored ones together.
    ///
    /// A sync call that a deadline left behind on its thread counts twice: as failed at the deadline, and by what it
    /// returned once it has come back.
    pub total_calls: u64,
    /// Calls that counted as a success.
    pub successful_calls: u64,
    /// Calls that counted as a failure.
    pub failed_calls: u64,
    /// Calls that counted neither way: dropped before their end, or ended by an error that does not count.
    pub ignored_calls: u64,
    /// Calls that took longer than `slow_call`: successful and failed ones, and those dropped after that long.
    pub slow_calls: u64,
    /// Calls that were not admitted.
    pub rejected_calls: u64,
    /// Changes of state, those made by hand included.
    pub state_changes: u64,
}

impl CircuitBreaker {
    /// A breaker of your own, not in the registry.
    ///
    /// # Panics
    ///
    /// In debug builds if the name is empty or the policy's settings contradict each other.
    pub fn new(name: &str, policy: BreakerPolicy) -> Self {
        debug_assert!(!name.is_empty(), "a name cannot be empty");
        Self::named(Name::intern(name), if cfg!(debug_assertions) { policy.checked() } else { policy })
    }

    pub(crate) fn named(name: Name, policy: BreakerPolicy) -> Self {
        Self {
            name,
            policy,
            resolution: Resolution::for_spans_of(policy.shortest_span()),
            state: BreakerState::new(&policy),
            window: Window::of(&policy),
            counters: Shards::new(),
        }
    }

    /// Its name.
    pub const fn name(&self) -> Name {
        self.name
    }

    /// Its settings.
    #[expect(clippy::missing_const_for_fn, reason = "settings are to change at run time")]
    pub fn policy(&self) -> BreakerPolicy {
        self.policy
    }

    /// The state it is in. It reads `HalfOpen` from the end of the open time on; `state_changes` counts that change at the
    /// first call after it.
    ///
    /// So what is asked for while the breaker is open is asked again once it may work again:
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// # use resilient::CircuitBreaker;
    /// # fn cached() -> u64 { 7 }
    /// # fn fetch() -> Result<u64, std::io::Error> { Ok(8) }
    /// fn price(breaker: &CircuitBreaker) -> u64 {
    ///     if breaker.state().is_open() {
    ///         return cached();
    ///     }
    ///     breaker.call(fetch).unwrap_or_else(|_| cached())
    /// }
    /// # let breaker = CircuitBreaker::new("prices", resilient::BreakerPolicy::new());
    /// # assert_eq!(price(&breaker), 8);
    /// # breaker.force_open();
    /// # assert_eq!(price(&breaker), 7);
    /// ```
    pub fn state(&self) -> CircuitState {
        self.state.seen(|| self.millis())
    }

    /// Whether a call would be admitted now. Asks without counting: no total changes, and no probe's place is taken. So the
    /// answer may be out of date when the call is made; [`try_acquire`](Self::try_acquire) decides and takes the place.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{BreakerPolicy, CircuitBreaker};
    ///
    /// let breaker = CircuitBreaker::new("payments", BreakerPolicy::new());
    /// assert!(breaker.is_call_permitted());
    /// breaker.force_open();
    /// assert!(!breaker.is_call_permitted());
    /// assert_eq!(breaker.stats().rejected_calls, 0);
    /// ```
    pub fn is_call_permitted(&self) -> bool {
        self.state.refused(|| self.millis()).is_none()
    }

    /// Totals since it was made. Read one after the other while calls go on, they may differ by those.
    pub fn stats(&self) -> CircuitStats {
        let sum = |counter| self.counters.sum(counter);
        let (successful_calls, failed_calls, ignored_calls) = (sum(SUCCESSFUL), sum(FAILED), sum(IGNORED));
        CircuitStats {
            total_calls: successful_calls + failed_calls + ignored_calls,
            successful_calls,
            failed_calls,
            ignored_calls,
            slow_calls: sum(SLOW),
            rejected_calls: sum(REJECTED),
            state_changes: sum(STATE_CHANGES),
        }
    }

    /// Closes it and forgets the failures so far; calls in flight no longer count. The totals stay.
    pub fn reset(&self) {
        self.force(CircuitState::Closed);
    }

    /// Refuses every call until [`reset`](Self::reset).
    pub fn force_open(&self) {
        self.force(CircuitState::ForcedOpen);
    }

    /// Admits every call whatever comes of it, until [`reset`](Self::reset).
    pub fn disable(&self) {
        self.force(CircuitState::Disabled);
    }

    fn force(&self, state: CircuitState) {
        self.change(|machine| machine.forced(state));
    }

    pub(super) fn refuse(&self, Rejection { state, retry_after }: Rejection) -> Error {
        self.counters.local().add_one(REJECTED);
        // Who comes back after that long is not too early, even if the clock was behind.
        let retry_after = retry_after.map(|left| left.saturating_add(self.resolution.slack()));
        Error::CircuitOpen { name: self.name, state, retry_after }
    }

    pub(super) fn millis(&self) -> u64 {
        self.resolution.millis()
    }

    /// Lets the open time be over and every probe lose its place, for models that have no clock.
    #[cfg(resilient_loom)]
    pub(crate) fn let_time_be_over(&self) {
        self.change(Machine::let_time_be_over);
    }

    /// Lets the machine change. A window is cleared whenever the breaker closes, before a call of that generation ends.
    pub(super) fn change<R>(&self, act: impl FnOnce(&mut Machine) -> R) -> R {
        let clear = |generation| {
            if let Some(window) = &self.window {
                window.clear(self.counted(), generation);
            }
        };
        let (answer, changed) = self.state.change(act, clear);
        if changed {
            self.counters.local().add_one(STATE_CHANGES);
        }
        answer
    }

    /// Counts an end, and lets it change the state.
    #[inline(never)]
    pub(super) fn record_end(&self, mark: Mark, outcome: Outcome, clock: Stopwatch) {
        let slow = outcome != Outcome::Ignored && clock.is_running() && self.policy.is_slow(clock.elapsed());
        self.count(outcome, slow);
        match mark.admitted() {
            // A call that comes back after a change of state changes the totals only.
            Admitted::Closed(generation) if self.state.word() == StateWord::closed(generation) => {
                self.record_closed(generation, outcome, slow);
            }
            Admitted::Probe(number) => {
                let outcome = if slow && outcome == Outcome::Success { Outcome::Failure } else { outcome };
                self.change(|machine| machine.probe_ended(&self.policy, number, outcome, || self.millis()));
            }
            Admitted::Closed(_) | Admitted::Uncounted => {}
        }
    }

    fn record_closed(&self, generation: u64, outcome: Outcome, slow: bool) {
        if let Some(threshold) = self.policy.streak() {
            self.update_streak(generation, outcome, threshold);
        }
        let Some(window) = &self.window else { return };
        match (Call { failed: outcome == Outcome::Failure, slow }) {
            call if !call.is_good() => self.record_in_window(window, generation, call),
            _ if outcome == Outcome::Success => self.record_good(window, generation),
            _ => {}
        }
    }

    fn update_streak(&self, generation: u64, outcome: Outcome, threshold: u64) {
        match outcome {
            Outcome::Success => self.state.succeeded(generation),
            Outcome::Failure if self.state.failed(generation).is_some_and(|failures| failures >= threshold) => {
                self.trip(generation);
            }
            Outcome::Failure | Outcome::Ignored | Outcome::Dropped => {}
        }
    }

    fn trip(&self, generation: u64) {
        self.change(|machine| machine.tripped(&self.policy, generation, || self.millis()));
    }

    pub(super) fn count(&self, outcome: Outcome, slow: bool) {
        let shard = self.counters.local();
        shard.add_one(match outcome {
            Outcome::Success => SUCCESSFUL,
            Outcome::Failure => FAILED,
            Outcome::Ignored | Outcome::Dropped => IGNORED,
        });
        if slow {
            shard.add_one(SLOW);
        }
    }

    /// Not inlined, so that breakers without a window do not pay for it.
    #[inline(never)]
    pub(super) fn record_good(&self, window: &Window, generation: u64) {
        if !window.count(self.counted(), generation, Resolution::millis) {
            self.record_in_window(window, generation, Call::default());
        }
    }

    #[cold]
    #[inline(never)]
    fn record_in_window(&self, window: &Window, generation: u64, call: Call) {
        // The window finds out by itself whether the call is too late; many of these need no lock for that.
        if self.state.word() != StateWord::closed(generation) {
            return;
        }
        let tally = window.record(self.counted(), generation, call, Resolution::millis);
        if tally.is_some_and(|tally| self.policy.too_many(tally)) {
            self.trip(generation);
        }
    }

    #[inline]
    const fn counted(&self) -> Counted<'_, WORDS> {
        Counted { shards: &self.counters, word: WINDOW }
    }
}
