//! A circuit breaker: its [`BreakerState`], its [`Window`] and its totals.

use std::cell::Cell;
use std::sync::Arc;

use crate::circuit_breaker::in_force::InForce;
use crate::circuit_breaker::machine::{Machine, Rejection};
use crate::circuit_breaker::notify;
use crate::circuit_breaker::policy::BreakerPolicy;
use crate::circuit_breaker::state::BreakerState;
use crate::circuit_breaker::state_word::{Admitted, Mark, StateWord};
use crate::circuit_breaker::window::Window;
use crate::core::circuit_state::CircuitState;
use crate::core::circuit_stats::CircuitStats;
use crate::core::clock::{Resolution, Stopwatch};
use crate::core::error::Error;
use crate::core::live::Live;
use crate::core::live_flag::LiveFlag;
use crate::core::name::Name;
use crate::core::totals::Totals;
use crate::event::breaker_changed::ChangeReason;
use crate::event::event::Event;
use crate::event::kinds::Kinds;
use crate::event::listeners::report;
use crate::event::refusal_events::BreakerRejected;
use crate::outcomes::call::Call;
use crate::outcomes::good::{Counted, count_in};
use crate::outcomes::outcome::Outcome;
use crate::outcomes::time_window::TimeWindow;

/// Stops calling what keeps failing, and lets a few probes find out when it works again.
///
/// While it is closed, admitting a call takes one load of an atomic. See [`BreakerPolicy`] for what opens and closes
/// it. It is `Sync`: sync and async callers of any thread share it.
///
/// It takes 2.3 KiB and its window, because each of sixteen threads counts in memory of its own. When more threads that
/// live at the same time call it, every sixteen of them add 2 KiB, up to 4 threads for each core, and 64 at least; all
/// others share up to 2 KiB more for each 8 cores. A [`light`](Self::light) breaker takes 160 bytes. The
/// feature `config` adds 24.
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
    pub(super) in_force: Live<InForce>,
    /// The resolution of open times and of the places of probes. Chosen once: coarse readings lag behind fine ones, so
    /// moments of one must not be compared with those of the other.
    resolution: Resolution,
    /// [`BreakerPolicy::measures_calls`], which each call asks.
    pub(super) measures_calls: LiveFlag,
    /// Whether there is a window, which each call asks that succeeds. Without the feature `config` the settings say so as fast.
    #[cfg(feature = "config")]
    pub(super) has_window: LiveFlag,
    pub(super) state: BreakerState,
    pub(super) totals: Totals<WORDS>,
}

pub(super) const SUCCESSFUL: usize = 0;
const FAILED: usize = 1;
const IGNORED: usize = 2;
const SLOW: usize = 3;
const REJECTED: usize = 4;
/// Not a total: the successes that the window has not collected yet.
const WINDOW: usize = 5;
const WORDS: usize = 6;

impl CircuitBreaker {
    /// Makes a breaker that is not in the registry. `name` appears in its refusals.
    ///
    /// # Panics
    ///
    /// In debug builds if the name is empty or the policy's settings contradict each other.
    pub fn new(name: &str, policy: BreakerPolicy) -> Self {
        debug_assert!(!name.is_empty(), "a name cannot be empty");
        Self::named(Name::intern(name), if cfg!(debug_assertions) { policy.checked() } else { policy })
    }

    pub(crate) fn named(name: Name, policy: BreakerPolicy) -> Self {
        Self::of(name, Arc::new(policy), Totals::sharded())
    }

    fn of(name: Name, policy: Arc<BreakerPolicy>, totals: Totals<WORDS>) -> Self {
        let in_force = InForce::new(policy);
        let policy = &in_force.policy;
        Self {
            name,
            resolution: Resolution::for_spans_of(policy.shortest_span()),
            measures_calls: LiveFlag::new(policy.measures_calls()),
            #[cfg(feature = "config")]
            has_window: LiveFlag::new(in_force.window.is_some()),
            state: BreakerState::new(),
            totals,
            in_force: Live::new(in_force),
        }
    }

    /// A breaker with the name and the settings of this one, and a state and totals of its own, that takes 160 bytes of
    /// memory on most systems: for state of which there is much, such as a breaker for each host that is called. It
    /// allocates only its window, if the settings need one, and its probes once it is half-open.
    ///
    /// All threads count in the same memory: a call takes a few nanoseconds more than through a breaker of
    /// [`new`](Self::new), and many more while several threads call at the same time. The name is the one that this
    /// breaker has, so refusals do not tell which of many light breakers refused.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{BreakerPolicy, CircuitBreaker, CircuitState};
    /// use std::collections::HashMap;
    ///
    /// let hosts = CircuitBreaker::new("host", BreakerPolicy::new().failure_threshold(1));
    /// let breakers =
    ///     HashMap::from(["a.example", "b.example"].map(|host| (host, hosts.light())));
    ///
    /// breakers["a.example"].record_failure();
    /// assert_eq!(breakers["a.example"].state(), CircuitState::Open);
    /// assert_eq!(breakers["b.example"].state(), CircuitState::Closed);
    /// assert_eq!(breakers["b.example"].name(), "host");
    /// ```
    #[must_use]
    pub fn light(&self) -> Self {
        Self::of(self.name, Arc::clone(&self.in_force().policy), Totals::plain())
    }

    /// Its name.
    pub const fn name(&self) -> Name {
        self.name
    }

    /// Its settings.
    pub fn policy(&self) -> BreakerPolicy {
        *self.in_force().policy
    }

    /// The settings that it was made with.
    pub(super) fn first_policy(&self) -> BreakerPolicy {
        *self.in_force.first().policy
    }

    #[inline]
    pub(super) fn in_force(&self) -> &InForce {
        self.in_force.get()
    }

    /// The window in force, for a call that needs nothing else of the settings.
    #[inline]
    pub(super) fn window(&self) -> Option<&Window> {
        #[cfg(feature = "config")]
        if !self.has_window.get() {
            return None;
        }
        self.in_force().window.as_deref()
    }

    /// The current state. It reads `HalfOpen` from the end of the open time on, although
    /// [`state_changes`](CircuitStats::state_changes) counts that change only at the first call after it.
    ///
    /// So code that avoids the callee while the breaker is open tries it again in time:
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

    /// Whether a call would be admitted now. Changes no total and takes no probe's place, so the answer may be out of
    /// date when the call is made; [`try_acquire`](Self::try_acquire) decides and takes the place.
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

    /// Totals since the breaker was made. They are read one after the other: while calls go on, they may not add up
    /// exactly.
    pub fn stats(&self) -> CircuitStats {
        let sum = |counter| self.totals.sum(counter);
        let (successful_calls, failed_calls, ignored_calls) = (sum(SUCCESSFUL), sum(FAILED), sum(IGNORED));
        CircuitStats {
            total_calls: successful_calls + failed_calls + ignored_calls,
            successful_calls,
            failed_calls,
            ignored_calls,
            slow_calls: sum(SLOW),
            rejected_calls: sum(REJECTED),
            state_changes: self.state.word().generation(),
        }
    }

    pub(super) fn refuse(&self, Rejection { state, retry_after }: Rejection) -> Error {
        self.totals.add_one(REJECTED);
        // The coarse clock may be behind: without the slack, a caller that waits this long could still be too early.
        let retry_after = retry_after.map(|left| left.saturating_add(self.resolution.slack()));
        report(Kinds::REFUSALS, || Event::BreakerRejected(BreakerRejected { name: self.name, state, retry_after }));
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

    /// Changes the machine under its lock. When the breaker closes, its window is cleared before the new state is
    /// stored, so before a call of the new generation is admitted.
    pub(super) fn change<R>(&self, act: impl FnOnce(&mut Machine) -> R) -> R {
        let clear = |generation| {
            if let Some(window) = &self.in_force().window {
                window.clear(self.counted(), generation);
            }
        };
        let is_queued = Cell::new(false);
        let queue = |before, machine: &Machine| is_queued.set(notify::queue(self, before, machine));
        let answer = self.state.change(act, || self.millis(), clear, queue);
        if is_queued.get() {
            notify::deliver(self);
        }
        answer
    }

    /// Counts the outcome of an admitted call, and changes the state if that is called for.
    #[inline(never)]
    pub(super) fn record_end(&self, mark: Mark, outcome: Outcome, clock: Stopwatch) {
        let slow = outcome != Outcome::Ignored && clock.is_running() && self.in_force().policy.is_slow(clock.elapsed());
        match mark.admitted() {
            Admitted::Closed(generation) if self.state.word() == StateWord::closed(generation) => {
                self.record_closed(generation, outcome, slow);
            }
            Admitted::Probe(number) => {
                self.count(outcome, slow);
                let outcome = if slow && outcome == Outcome::Success { Outcome::Failure } else { outcome };
                self.change(|machine| machine.probe_ended(&self.in_force().policy, number, outcome, || self.millis()));
            }
            // A call that comes back after a change of state changes the totals only.
            Admitted::Closed(_) | Admitted::Uncounted => self.count(outcome, slow),
        }
    }

    fn record_closed(&self, generation: u64, outcome: Outcome, slow: bool) {
        // Once, so that a call counts by one policy as a whole.
        let in_force = self.in_force();
        let window = in_force.window.as_deref();
        match window {
            Some(window) if outcome == Outcome::Success && !slow => self.count_good(window, generation),
            _ => self.count(outcome, slow),
        }
        if let Some(threshold) = in_force.policy.streak() {
            self.update_streak(generation, outcome, threshold);
        }
        let call = Call { failed: outcome == Outcome::Failure, slow };
        if let Some(window) = window.filter(|_| !call.is_good()) {
            self.record_in_window(window, generation, call);
        }
    }

    fn update_streak(&self, generation: u64, outcome: Outcome, threshold: u64) {
        match outcome {
            Outcome::Success => self.state.succeeded(generation),
            Outcome::Failure if self.state.failed(generation).is_some_and(|failures| failures >= threshold) => {
                self.trip(generation, ChangeReason::Streak);
            }
            Outcome::Failure | Outcome::Ignored | Outcome::Dropped => {}
        }
    }

    fn trip(&self, generation: u64, reason: ChangeReason) {
        self.change(|machine| machine.tripped(&self.in_force().policy, generation, reason, || self.millis()));
    }

    pub(super) fn count(&self, outcome: Outcome, slow: bool) {
        self.totals.add_one(match outcome {
            Outcome::Success => SUCCESSFUL,
            Outcome::Failure => FAILED,
            Outcome::Ignored | Outcome::Dropped => IGNORED,
        });
        if slow {
            self.totals.add_one(SLOW);
        }
    }

    /// Counts a success that was not slow, in the totals and in the window. Not inlined, to keep the path of breakers
    /// without a window small.
    #[inline(never)]
    pub(super) fn count_good(&self, window: &Window, generation: u64) {
        match window {
            Window::Calls(calls) => self.count_good_if(calls.only_counts(generation), window, generation),
            Window::Time(time) => self.count_good_in_time(time, window, generation),
        }
    }

    /// Apart from [`count_good`](Self::count_good), because the clock needs registers that must be saved.
    #[inline(never)]
    fn count_good_in_time(&self, time: &TimeWindow, window: &Window, generation: u64) {
        let only_counts = time.only_counts(generation, time.resolution().millis());
        self.count_good_if(only_counts, window, generation);
    }

    /// Looks the words of the thread up once for both counts. `only_counts`: see [`Window`].
    #[inline]
    fn count_good_if(&self, only_counts: bool, window: &Window, generation: u64) {
        let is_counted = self.totals.in_local(move |words| {
            words.add_one(SUCCESSFUL);
            only_counts && count_in(words, WINDOW, generation)
        });
        if !is_counted {
            self.record_in_window(window, generation, Call::default());
        }
    }

    #[cold]
    #[inline(never)]
    fn record_in_window(&self, window: &Window, generation: u64, call: Call) {
        // The window compares the generation under its lock. This check spares most late calls the lock.
        if self.state.word() != StateWord::closed(generation) {
            return;
        }
        let tally = window.record(self.counted(), generation, call, Resolution::millis);
        if let Some(reason) = tally.and_then(|tally| self.in_force().policy.reached_rate(tally)) {
            self.trip(generation, reason);
        }
    }

    #[inline]
    pub(super) const fn counted(&self) -> Counted<'_, WORDS> {
        Counted { totals: &self.totals, word: WINDOW }
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests;
