//! What the calls of an adaptive limit share.

use std::time::Duration;

use crate::bulkhead::adaptive::limit::AdaptiveLimit;
use crate::bulkhead::adaptive::machine::{Machine, Sign, counts};
use crate::core::sync::{AtomicU32, AtomicU64, Mutex, MutexGuard, Ordering, PoisonError};

#[derive(Debug)]
pub(crate) struct Adaptive {
    bounds: AdaptiveLimit,
    /// A call that takes longer is a sign of overload, in nanoseconds; 0 for none. Relaxed: it is read by itself.
    overload_after: AtomicU64,
    /// That which it was made with.
    first_overload_after: Option<Duration>,
    machine: Mutex<Machine>,
    /// The machine's epoch, for calls that begin. Stored under its lock. Relaxed: a call that reads an older one counts as
    /// admitted before the cut that it does not see.
    epoch: AtomicU64,
    /// The machine's limit, for good calls that end. Stored under its lock. Relaxed: a call that reads an older one counts
    /// as if it had ended before the change that it does not see.
    limit: AtomicU32,
    /// The calls that are judged and in flight. Relaxed: only the number matters.
    in_flight: AtomicU32,
    /// A limit that a configuration gives in place of one that adapts itself; 0 for none. Relaxed: whoever applies a limit
    /// looks again afterwards, and a call that reads an older one is judged once more or once less.
    #[cfg(feature = "config")]
    fixed: AtomicU32,
}

impl Adaptive {
    pub(crate) fn new(bounds: AdaptiveLimit, overload_after: Option<Duration>) -> Self {
        Self {
            bounds,
            overload_after: AtomicU64::new(nanos_of(overload_after)),
            first_overload_after: overload_after,
            machine: Mutex::new(Machine::new(bounds)),
            epoch: AtomicU64::new(0),
            limit: AtomicU32::new(bounds.first()),
            in_flight: AtomicU32::new(0),
            #[cfg(feature = "config")]
            fixed: AtomicU32::new(0),
        }
    }

    /// A new one with the same settings, which also stays where this one does.
    pub(crate) fn another(&self) -> Self {
        Self {
            overload_after: AtomicU64::new(self.overload_after.load(Ordering::Relaxed)),
            #[cfg(feature = "config")]
            fixed: AtomicU32::new(self.fixed.load(Ordering::Relaxed)),
            ..Self::new(self.bounds, self.first_overload_after)
        }
    }

    /// Those that it was made with.
    pub(crate) const fn first_settings(&self) -> (AdaptiveLimit, Option<Duration>) {
        (self.bounds, self.first_overload_after)
    }

    /// The bounds, and how long a call may take now.
    pub(crate) fn settings(&self) -> (AdaptiveLimit, Option<Duration>) {
        (self.bounds, self.overload_after())
    }

    fn overload_after(&self) -> Option<Duration> {
        let nanos = self.overload_after.load(Ordering::Relaxed);
        (nanos > 0).then(|| Duration::from_nanos(nanos))
    }

    /// Calls that end from now on are too slow if they take longer. One that began while none was measured is not.
    #[cfg(feature = "config")]
    pub(crate) fn set_overload_after(&self, limit: Option<Duration>) {
        self.overload_after.store(nanos_of(limit), Ordering::Relaxed);
    }

    pub(super) fn measures_calls(&self) -> bool {
        self.overload_after().is_some()
    }

    pub(super) fn is_too_slow(&self, took: Duration) -> bool {
        self.overload_after().is_some_and(|limit| took > limit)
    }

    /// A call begins, in the epoch that this returns.
    pub(super) fn begin(&self) -> u64 {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        self.epoch.load(Ordering::Relaxed)
    }

    /// A call ends that began in this epoch. Returns whether the limit has changed, so that [`limit`](Self::limit) is to be
    /// applied.
    pub(super) fn end(&self, epoch: u64, sign: Sign) -> bool {
        let in_flight = self.in_flight.fetch_sub(1, Ordering::Relaxed);
        if self.is_fixed() {
            return false;
        }
        let says_nothing = match sign {
            Sign::Good => !counts(self.bounds, self.limit.load(Ordering::Relaxed), in_flight),
            Sign::Overload => false,
            Sign::None => true,
        };
        // Most calls, which need no lock: at the maximum, or where less than half of the limit is used.
        if says_nothing {
            return false;
        }
        let mut machine = self.machine();
        let has_changed = machine.ended(self.bounds, epoch, sign, in_flight);
        self.epoch.store(machine.epoch(), Ordering::Relaxed);
        self.limit.store(machine.limit(), Ordering::Relaxed);
        has_changed
    }

    /// The limit of now.
    pub(crate) fn limit(&self) -> u32 {
        #[cfg(feature = "config")]
        if let fixed @ 1.. = self.fixed.load(Ordering::Relaxed) {
            return fixed;
        }
        self.machine().limit()
    }

    /// Whether it stays where a configuration has set it.
    #[inline]
    #[cfg_attr(not(feature = "config"), expect(clippy::unused_self, reason = "a configuration fixes it"))]
    pub(crate) fn is_fixed(&self) -> bool {
        #[cfg(feature = "config")]
        return self.fixed.load(Ordering::Relaxed) > 0;
        #[cfg(not(feature = "config"))]
        false
    }

    /// Stays there, or with `None` adapts itself again, from the limit that it had before.
    #[cfg(feature = "config")]
    pub(crate) fn fix(&self, limit: Option<u32>) {
        self.fixed.store(limit.unwrap_or(0), Ordering::Relaxed);
    }

    /// Sets the limit by hand: the nearest one that is allowed.
    pub(crate) fn set_limit(&self, limit: u32) {
        #[cfg(feature = "config")]
        if self.is_fixed() {
            return self.fix(Some(limit));
        }
        let mut machine = self.machine();
        machine.set(self.bounds, limit);
        self.limit.store(machine.limit(), Ordering::Relaxed);
    }

    fn machine(&self) -> MutexGuard<'_, Machine> {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn nanos_of(limit: Option<Duration>) -> u64 {
    limit.map_or(0, |limit| u64::try_from(limit.as_nanos()).unwrap_or(u64::MAX))
}
