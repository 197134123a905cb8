//! An adaptive throttle that calls share: the window of their outcomes, a name and statistics.

use crate::adaptive_throttle::policy::AdaptiveThrottlePolicy;
use crate::core::error::Error;
use crate::core::live::Live;
use crate::core::name::Name;
use crate::core::random;
use crate::core::shared_state::SharedState;
use crate::core::sync::{Arc, AtomicU32, Ordering};
use crate::core::totals::Totals;
use crate::deadline::open_calls::Admits;
use crate::event::event::Event;
use crate::event::kinds::Kinds;
use crate::event::listeners::report;
use crate::event::refusal_events::Shed;
use crate::outcomes::call::Call;
use crate::outcomes::gate::Gate;
use crate::outcomes::good::{Counted, count_in};
use crate::outcomes::outcome::Outcome;
use crate::outcomes::time_window::{Past, TimeWindow};

/// Sheds a share of the calls while the callee does not accept many of them, so that it can recover, and goes back to
/// letting all through as it accepts more.
///
/// Unlike a breaker it never stops everything: the more calls fail, the more are shed, up to the policy's
/// [`max_share`](AdaptiveThrottlePolicy::max_share). It decides in the caller, without a word from the callee. It is
/// `Sync`: sync and async callers of any thread share it.
///
/// While the callee accepts enough, a call takes one load of an atomic to be admitted, and is counted in memory of its
/// own thread, by a clock that is coarse if the window is long. A failed call, and every call while some are shed, takes
/// a lock. It takes 3 KiB, and more where more than sixteen threads use it.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::{AdaptiveThrottle, AdaptiveThrottlePolicy};
///
/// let throttle = AdaptiveThrottle::new("api", AdaptiveThrottlePolicy::new().min_calls(1));
/// assert_eq!(throttle.share(), 0.0);
/// (0..99).for_each(|_| throttle.record_failure());
/// assert_eq!(throttle.share(), 0.9, "the most that is shed");
///
/// let shed = (0..1_000).filter_map(|_| throttle.try_acquire().err());
/// assert!(shed.map(|refusal| refusal.is_shed()).count() > 700);
/// ```
#[derive(Debug)]
pub struct AdaptiveThrottle {
    name: Name,
    in_force: Live<InForce>,
    /// Whether a call may have to be shed: 1, or 0 if none has to before the next call that is not accepted, however
    /// much time passes until then. Stored under the window's lock, so that it is of the last calls recorded there.
    /// Relaxed: a thread that reads an older value decides as if its call had come before the last one recorded.
    may_shed: AtomicU32,
    totals: Totals<WORDS>,
}

/// The settings in force, and the window that they need.
#[derive(Debug)]
struct InForce {
    policy: AdaptiveThrottlePolicy,
    window: Arc<TimeWindow>,
}

impl InForce {
    fn new(policy: AdaptiveThrottlePolicy) -> Self {
        Self { policy, window: window_of(&policy) }
    }
}

fn window_of(policy: &AdaptiveThrottlePolicy) -> Arc<TimeWindow> {
    Arc::new(TimeWindow::new(policy.span(), policy.needed_calls()))
}

const ACCEPTED: usize = 0;
const FAILED: usize = 1;
const IGNORED: usize = 2;
const SHED: usize = 3;
/// Not a total: the accepted calls that the window has not collected yet.
const WINDOW: usize = 4;
const WORDS: usize = 5;

/// The only generation of the window: nothing clears it.
const GENERATION: u64 = 0;

/// A call that was not accepted.
const NOT_ACCEPTED: Call = Call { failed: true, slow: false };

/// Totals of an adaptive throttle since it was made. From [`AdaptiveThrottle::stats`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AdaptiveThrottleStats {
    /// Calls that the callee accepted: those that did not fail.
    pub accepted_calls: u64,
    /// Calls that failed.
    pub failed_calls: u64,
    /// Calls that counted neither way: dropped before their end, or ended by an error that does not count.
    pub ignored_calls: u64,
    /// Calls that were shed.
    pub shed_calls: u64,
}

impl AdaptiveThrottle {
    /// Makes a throttle that is not in the registry. `name` appears in its refusals.
    ///
    /// # Panics
    ///
    /// In debug builds if the name is empty or the policy's settings are invalid.
    pub fn new(name: &str, policy: AdaptiveThrottlePolicy) -> Self {
        debug_assert!(!name.is_empty(), "a name cannot be empty");
        Self::named(Name::intern(name), if cfg!(debug_assertions) { policy.checked() } else { policy })
    }

    pub(crate) fn named(name: Name, policy: AdaptiveThrottlePolicy) -> Self {
        Self { name, in_force: Live::new(InForce::new(policy)), may_shed: AtomicU32::new(0), totals: Totals::sharded() }
    }

    /// Its name, or the path of the only function that uses it.
    pub const fn name(&self) -> Name {
        self.name
    }

    /// Its settings.
    #[cfg_attr(
        not(feature = "config"),
        expect(clippy::missing_const_for_fn, reason = "settings change with a feature")
    )]
    pub fn policy(&self) -> AdaptiveThrottlePolicy {
        self.in_force().policy
    }

    #[inline]
    fn in_force(&self) -> &InForce {
        self.in_force.get()
    }

    /// Changes its settings. The totals stay; a window of another length begins empty.
    #[cfg(feature = "config")]
    pub(crate) fn change_policy(&self, policy: AdaptiveThrottlePolicy) {
        let is_same_window = self.in_force().policy.span() == policy.span();
        let known = self.in_force.find(|it| it.policy.span() == policy.span());
        let window = known.map_or_else(|| window_of(&policy), |known| Arc::clone(&known.window));
        if !is_same_window {
            window.clear(self.counted(), GENERATION);
        }
        window.need(policy.needed_calls());
        self.in_force.replace(|it| it.policy == policy, || InForce { policy, window });
        // What is shed follows from the calls that the window holds, by the settings of now.
        self.look(self.millis(), |_, _| ());
    }

    /// The share of calls that is shed now: from 0 to [`max_share`](AdaptiveThrottlePolicy::max_share).
    pub fn share(&self) -> f64 {
        self.share_at(self.millis())
    }

    pub(super) fn share_at(&self, now: u64) -> f64 {
        self.look(now, |policy, past| policy.share(past.within()))
    }

    /// Totals since it was made. They are read one after the other: while calls go on, they may not add up exactly.
    pub fn stats(&self) -> AdaptiveThrottleStats {
        AdaptiveThrottleStats {
            accepted_calls: self.totals.sum(ACCEPTED),
            failed_calls: self.totals.sum(FAILED),
            ignored_calls: self.totals.sum(IGNORED),
            shed_calls: self.totals.sum(SHED),
        }
    }

    /// Counts a call that was made elsewhere, and that the callee accepted.
    pub fn record_success(&self) {
        self.end((), Outcome::Success);
    }

    /// Counts a call that was made elsewhere, and that failed.
    pub fn record_failure(&self) {
        self.end((), Outcome::Failure);
    }

    /// Decides about a call at a millisecond, by a number that is uniform in `[0, 1)`.
    pub(super) fn decide_at(&self, now: u64, random: f64) -> Result<(), Error> {
        let shed = self.look(now, |policy, past| {
            let tally = past.within();
            let is_shed = policy.sheds(tally, random);
            if is_shed {
                past.add(NOT_ACCEPTED);
            }
            is_shed.then(|| policy.share(tally))
        });
        shed.map_or(Ok(()), |share| Err(self.refused(share)))
    }

    #[expect(clippy::cast_possible_truncation, reason = "it is for readers")]
    fn refused(&self, share: f64) -> Error {
        self.totals.add_one(SHED);
        let (name, share) = (self.name, share as f32);
        report(Kinds::REFUSALS, || Event::Shed(Shed { name, share }));
        Error::Shed { name, share }
    }

    /// Counts an accepted call. Not inlined, because the clock needs registers that must be saved.
    #[inline(never)]
    fn accepted(&self) {
        let in_force = self.in_force();
        self.accepted_by(in_force, in_force.window.resolution().millis());
    }

    #[cfg(test)]
    pub(super) fn accepted_at(&self, now: u64) {
        self.accepted_by(self.in_force(), now);
    }

    #[inline]
    fn accepted_by(&self, in_force: &InForce, now: u64) {
        let only_counts = in_force.window.only_counts(GENERATION, now);
        let is_counted = self.totals.in_local(move |words| {
            words.add_one(ACCEPTED);
            only_counts && count_in(words, WINDOW, GENERATION)
        });
        if !is_counted {
            self.record_at(now, Call::default());
        }
    }

    #[cold]
    #[inline(never)]
    fn failed(&self) {
        self.totals.add_one(FAILED);
        self.record_at(self.millis(), NOT_ACCEPTED);
    }

    pub(super) fn record_at(&self, now: u64, call: Call) {
        self.look(now, |_, past| past.add(call));
    }

    /// Looks at the window under its lock, by the settings in force before that, and notes whether calls may have to be
    /// shed afterwards.
    fn look<R>(&self, now: u64, act: impl FnOnce(&AdaptiveThrottlePolicy, &mut Past) -> R) -> R {
        let InForce { policy, window } = self.in_force();
        let looked = window.visit(self.counted(), GENERATION, now, |past| {
            let result = act(policy, past);
            let may_shed = past.without_the_oldest().any(|tally| policy.share(tally) > 0.0);
            self.may_shed.store(u32::from(may_shed), Ordering::Relaxed);
            result
        });
        match looked {
            Some((result, _)) => result,
            None => unreachable!("nothing clears the window"),
        }
    }

    #[inline]
    fn millis(&self) -> u64 {
        self.in_force().window.resolution().millis()
    }

    #[inline]
    const fn counted(&self) -> Counted<'_, WORDS> {
        Counted { totals: &self.totals, word: WINDOW }
    }

    /// Whether calls may have to be shed.
    #[inline]
    pub(super) fn may_shed(&self) -> bool {
        self.may_shed.load(Ordering::Relaxed) != 0
    }
}

impl Gate for AdaptiveThrottle {
    type Mark = ();

    const CALL: &'static str = "AdaptiveThrottle::call";
    const RUN: &'static str = "AdaptiveThrottle::run";

    #[inline]
    fn admit_at_once(&self) -> Option<()> {
        (!self.may_shed()).then_some(())
    }

    #[cold]
    fn decide(&self) -> Result<(), Error> {
        self.decide_at(self.millis(), random::unit())
    }

    #[inline]
    fn end(&self, (): (), outcome: Outcome) {
        match outcome {
            Outcome::Success => self.accepted(),
            Outcome::Failure => self.failed(),
            Outcome::Ignored | Outcome::Dropped => self.totals.add_one(IGNORED),
        }
    }

    #[inline]
    fn end_late(&self, (): (), outcome: Outcome) {
        self.totals.add_one(match outcome {
            Outcome::Success => ACCEPTED,
            Outcome::Failure => FAILED,
            Outcome::Ignored | Outcome::Dropped => IGNORED,
        });
    }

    #[inline]
    fn words((): ()) -> [u64; 2] {
        [0; 2]
    }

    #[inline]
    fn of_words(_: [u64; 2]) {}
}

impl Admits for AdaptiveThrottle {
    fn fail(&self, _: [u64; 2]) {
        self.record_failure();
    }
}

impl SharedState for AdaptiveThrottle {
    type Policy = AdaptiveThrottlePolicy;
    const KIND: &'static str = "adaptive throttle";

    fn make(name: Name, policy: AdaptiveThrottlePolicy) -> Self {
        Self::named(name, policy)
    }

    fn made_with(&self) -> AdaptiveThrottlePolicy {
        self.in_force.first().policy
    }

    #[cfg(feature = "config")]
    fn passing(name: Name) -> Self {
        Self::named(name, AdaptiveThrottlePolicy::new().min_calls(u32::MAX))
    }

    fn settings(policy: &AdaptiveThrottlePolicy) -> Vec<(&'static str, String)> {
        policy.settings()
    }
}
