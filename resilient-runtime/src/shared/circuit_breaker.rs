//! A circuit breaker: atomics around [`Gate`] and [`Window`].

use crate::clock::{Grain, Stopwatch};
use crate::error::Error;
use crate::name::Name;
use crate::policy::breaker::BreakerPolicy;
pub use crate::policy::breaker::gate::CircuitState;
use crate::policy::breaker::gate::{Admission, Gate, Generation, Outcome};
use crate::shared::shards::Shards;
use crate::shared::window::{Call, Counted, Window};
use crate::sync::{AtomicU64, Ordering};

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
    policy: BreakerPolicy,
    gate: AtomicU64,
    window: Option<Window>,
    counters: Shards<WORDS>,
}

const SUCCESSFUL: usize = 0;
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
    pub total_calls: u64,
    /// Calls that counted as a success.
    pub successful_calls: u64,
    /// Calls that counted as a failure.
    pub failed_calls: u64,
    /// Calls that counted neither way: dropped before their end, or ended by an error that does not count.
    pub ignored_calls: u64,
    /// Successful and failed calls that took longer than `slow_call`.
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
            gate: AtomicU64::new(Gate::NEW.bits()),
            window: Window::of(&policy),
            counters: Shards::new(),
        }
    }

    /// Its name.
    pub const fn name(&self) -> Name {
        self.name
    }

    /// Its settings.
    pub const fn policy(&self) -> &BreakerPolicy {
        &self.policy
    }

    /// The state it is in. An open one whose time is over stays `Open` until a call asks for admission.
    pub fn state(&self) -> CircuitState {
        self.gate().state()
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
        self.transition(|gate| gate.forced(state));
    }

    /// Asks to make a call. The permit is told how it ended; dropped without a word, the call counts neither way and
    /// a probe's place is free again.
    ///
    /// # Errors
    ///
    /// [`Error::CircuitOpen`] if the call must not be made.
    #[inline]
    pub fn try_acquire(&self) -> Result<Permit<'_>, Error> {
        match self.pass() {
            Some(permit) => Ok(permit),
            None => self.ask(),
        }
    }

    /// A permit from a breaker that lets every call pass.
    #[inline]
    pub(crate) fn pass(&self) -> Option<Permit<'_>> {
        let gate = self.gate();
        gate.passes().then(|| self.permit(gate))
    }

    /// Asks a breaker that is not closed.
    #[cold]
    pub(crate) fn ask(&self) -> Result<Permit<'_>, Error> {
        let mut admission = Admission::Call;
        let gate = self.transition(|gate| {
            let (next, answer) = gate.admit(&self.policy, || self.millis());
            admission = answer;
            next
        });
        if let Admission::Refused { retry_after } = admission {
            self.counters.mine().add_one(REJECTED);
            // Who comes back after that long is not too early, even if the clock was behind.
            let retry_after = retry_after.map(|left| left.saturating_add(self.grain().slack()));
            return Err(Error::CircuitOpen { name: self.name, retry_after });
        }
        Ok(self.permit(gate))
    }

    /// What open times are counted in.
    fn grain(&self) -> Grain {
        Grain::for_spans_of(self.policy.shortest_open_time())
    }

    fn millis(&self) -> u64 {
        self.grain().millis()
    }

    #[inline]
    fn permit(&self, gate: Gate) -> Permit<'_> {
        let clock = if self.policy.measures_calls() { Stopwatch::start() } else { Stopwatch::default() };
        Permit(Ticket { breaker: self, gate, clock })
    }

    /// Lets the open time be over, for models that have no clock.
    #[cfg(resilient_loom)]
    pub(crate) fn lapse(&self) {
        self.gate.store(self.gate().lapsed().bits(), Ordering::Release);
    }

    #[inline]
    fn gate(&self) -> Gate {
        Gate::from_bits(self.gate.load(Ordering::Acquire))
    }

    /// Replaces the word by what `next` makes of it and returns the new one; stores nothing if that is the same.
    fn transition(&self, mut next: impl FnMut(Gate) -> Gate) -> Gate {
        let mut current = self.gate();
        loop {
            let new = next(current);
            if new == current {
                return new;
            }
            let swapped =
                self.gate.compare_exchange_weak(current.bits(), new.bits(), Ordering::AcqRel, Ordering::Acquire);
            match swapped {
                Ok(_) => {
                    if new.generation() != current.generation() {
                        self.counters.mine().add_one(STATE_CHANGES);
                    }
                    return new;
                }
                Err(actual) => current = Gate::from_bits(actual),
            }
        }
    }

    /// Counts an end, and lets it change the state.
    #[inline(never)]
    fn weigh(&self, generation: Generation, outcome: Outcome, clock: Stopwatch) {
        let slow = outcome != Outcome::Ignored && clock.is_running() && self.policy.is_slow(clock.elapsed());
        self.count(outcome, slow);
        let gate = self.transition(|gate| {
            let slow_probe = slow && gate.state() == CircuitState::HalfOpen;
            let outcome = if slow_probe { Outcome::Failure } else { outcome };
            gate.ended(&self.policy, generation, outcome, || self.millis())
        });
        let is_judged = gate.state() == CircuitState::Closed && gate.generation() == generation;
        if let Some(window) = &self.window
            && outcome != Outcome::Ignored
            && is_judged
        {
            match (Call { failed: outcome == Outcome::Failure, slow }) {
                call if call.is_good() => self.record_good(window, generation),
                call => self.judge(window, generation, call),
            }
        }
    }

    fn count(&self, outcome: Outcome, slow: bool) {
        let mine = self.counters.mine();
        mine.add_one(match outcome {
            Outcome::Success => SUCCESSFUL,
            Outcome::Failure => FAILED,
            Outcome::Ignored => IGNORED,
        });
        if slow {
            mine.add_one(SLOW);
        }
    }

    /// Not inlined, so that breakers without a window do not pay for it.
    #[inline(never)]
    fn record_good(&self, window: &Window, generation: Generation) {
        if window.count(self.counted(), generation, Grain::millis) {
            self.judge(window, generation, Call::default());
        }
    }

    #[cold]
    #[inline(never)]
    fn judge(&self, window: &Window, generation: Generation, call: Call) {
        let tally = window.collect(self.counted(), generation, call, Grain::millis);
        if tally.is_some_and(|tally| self.policy.too_many(tally)) {
            self.transition(|gate| gate.tripped(&self.policy, generation, || self.millis()));
        }
    }

    #[inline]
    const fn counted(&self) -> Counted<'_, WORDS> {
        Counted { shards: &self.counters, word: WINDOW }
    }
}

/// A call that was admitted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket<'a> {
    breaker: &'a CircuitBreaker,
    /// As it was admitted.
    gate: Gate,
    /// Read only if the policy looks at how long calls take.
    clock: Stopwatch,
}

impl Ticket<'_> {
    /// Tells the breaker how the call ended; once.
    #[inline]
    pub(crate) fn end(self, outcome: Outcome) {
        let Self { breaker, gate, clock } = self;
        let changes_nothing =
            outcome == Outcome::Success && !clock.is_running() && gate.is_unmarred() && breaker.gate() == gate;
        if !changes_nothing {
            return breaker.weigh(gate.generation(), outcome, clock);
        }
        breaker.counters.mine().add_one(SUCCESSFUL);
        if let Some(window) = &breaker.window {
            breaker.record_good(window, gate.generation());
        }
    }
}

/// Leave to make one call. Say how it ended; dropping it counts neither way.
#[derive(Debug)]
#[must_use = "a permit that is dropped at once guards nothing"]
pub struct Permit<'a>(Ticket<'a>);

impl<'a> Permit<'a> {
    /// The call succeeded.
    pub fn success(self) {
        self.tell(Outcome::Success);
    }

    /// The call failed.
    pub fn failure(self) {
        self.tell(Outcome::Failure);
    }

    /// The call says nothing about the callee.
    pub fn ignore(self) {
        self.tell(Outcome::Ignored);
    }

    #[inline]
    pub(crate) fn tell(self, outcome: Outcome) {
        self.into_ticket().end(outcome);
    }

    /// What is left to whoever has to say how the call ended.
    #[inline]
    pub(crate) fn into_ticket(self) -> Ticket<'a> {
        let ticket = self.0;
        std::mem::forget(self);
        ticket
    }

    #[inline]
    pub(crate) const fn of(ticket: Ticket<'a>) -> Self {
        Self(ticket)
    }
}

impl Drop for Permit<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.end(Outcome::Ignored);
    }
}
