//! The slot of a layer in a function, by which a configuration changes what the layer does while the program runs.
//!
//! Without the feature `config` a slot is empty, and whoever asks it gets what is written in the attribute.

#[cfg(feature = "config")]
use std::fmt::Debug;
use std::num::NonZeroU64;

use crate::registry::registry::Kind;
use crate::retry::settings::Settings;
use crate::timeout::policy::TimeoutPolicy;

#[cfg(feature = "config")]
use crate::core::sync::in_constant::{AtomicU32, Ordering};
#[cfg(feature = "config")]
use crate::core::sync::word::AtomicU64;
#[cfg(feature = "config")]
use crate::deadline::limit::TimeLimit;
#[cfg(feature = "config")]
use crate::registry::configurable::AnyPolicy;
#[cfg(feature = "config")]
use crate::registry::replaced::Replaces;

/// What a configuration makes of one layer of a function.
#[derive(Debug)]
pub struct Slot {
    /// 0: as it is written. Else the number of the policy in the table of its kind, and for a layer with state [`OFF`].
    ///
    /// Release in [`set`](Self::set) pairs with Acquire in [`number`](Self::number): who reads a number finds the policy
    /// that was put into the table before.
    #[cfg(feature = "config")]
    number: AtomicU32,
    /// The nanoseconds in place of those of a timeout that has neither a step nor a name, or 0. Calls need nothing else of
    /// its policy. Relaxed: it says all by itself.
    #[cfg(feature = "config")]
    nanos: AtomicU64,
    #[cfg(feature = "config")]
    written: Written,
}

/// The settings as they are written.
#[cfg(feature = "config")]
#[derive(Clone, Copy, Debug)]
pub(crate) enum Written {
    All(&'static dyn Known),
    /// The nanoseconds of a timeout that has neither a step nor a name.
    Nanos(u64),
    /// Those that are known, and the names of those that are computed in each call: with commas between them, or `policy`
    /// for all that the attribute does not give beside it.
    Part(&'static dyn Known, &'static str),
    /// Not those of the function.
    Elsewhere,
}

/// Settings of one kind or another. The compiler proves of each static that threads can share it, and would do so for all
/// that settings consist of; of a trait object it knows.
#[cfg(feature = "config")]
pub(crate) trait Known: Debug + Sync {
    fn any(&self) -> AnyPolicy;
}

#[cfg(feature = "config")]
impl Known for Settings {
    fn any(&self) -> AnyPolicy {
        AnyPolicy::Retry(*self)
    }
}

#[cfg(feature = "config")]
impl Known for TimeoutPolicy {
    fn any(&self) -> AnyPolicy {
        AnyPolicy::Timeout(*self)
    }
}

/// The number of a layer with state that is switched off.
#[cfg(feature = "config")]
pub(crate) const OFF: u32 = u32::MAX;

#[cfg(not(feature = "config"))]
impl Slot {
    /// Of a retry with these settings.
    pub const fn retry(_: &'static Settings) -> Self {
        Self {}
    }

    /// Of a timeout of so many nanoseconds.
    pub const fn timeout(_: u64) -> Self {
        Self {}
    }

    /// Of a timeout with this policy.
    pub const fn limit(_: &'static TimeoutPolicy) -> Self {
        Self {}
    }

    /// Of a retry that computes settings of these names in each call, where the others are `known`.
    pub const fn retry_in_calls(_: &'static Settings, _: &'static str) -> Self {
        Self {}
    }

    /// The same of a timeout. One that has a step has one of any length in `known`.
    pub const fn timeout_in_calls(_: &'static TimeoutPolicy, _: &'static str) -> Self {
        Self {}
    }

    /// Of a layer that is given its state.
    pub const fn given() -> Self {
        Self {}
    }

    #[inline]
    pub(crate) const fn is_replaced(&self) -> bool {
        false
    }

    #[inline]
    pub(crate) const fn replaced_nanos(&self) -> Option<NonZeroU64> {
        None
    }

    #[inline]
    pub(crate) const fn replaced<P>(&self) -> Option<&'static P> {
        None
    }

    #[inline]
    pub(crate) fn passing<S: Kind>(&self) -> Option<&'static S> {
        None
    }
}

#[cfg(feature = "config")]
#[expect(clippy::declare_interior_mutable_const, reason = "each slot has copies")]
impl Slot {
    const fn new(written: Written) -> Self {
        Self { number: Self::NUMBER, nanos: Self::NANOS, written }
    }

    // Constants, so that the compiler computes them once, and not for each function.
    const NUMBER: AtomicU32 = AtomicU32::new(0);
    const NANOS: AtomicU64 = AtomicU64::new(0);

    /// Of a retry with these settings.
    pub const fn retry(written: &'static Settings) -> Self {
        Self::new(Written::All(written))
    }

    /// Of a timeout of so many nanoseconds.
    pub const fn timeout(nanos: u64) -> Self {
        Self::new(Written::Nanos(nanos))
    }

    /// Of a timeout with this policy.
    pub const fn limit(written: &'static TimeoutPolicy) -> Self {
        Self::new(Written::All(written))
    }

    /// Of a retry that computes settings of these names in each call, where the others are `known`.
    pub const fn retry_in_calls(known: &'static Settings, computed: &'static str) -> Self {
        Self::new(Written::Part(known, computed))
    }

    /// The same of a timeout. One that has a step has one of any length in `known`.
    pub const fn timeout_in_calls(known: &'static TimeoutPolicy, computed: &'static str) -> Self {
        Self::new(Written::Part(known, computed))
    }

    /// Of a layer that is given its state.
    pub const fn given() -> Self {
        Self::new(Written::Elsewhere)
    }

    /// The policy in place of the one that is written, or the settings in place of some that a call computes.
    #[inline]
    pub(crate) fn replaced<P: Replaces>(&self) -> Option<&'static P> {
        match self.number() {
            0 => None,
            number => P::numbered(number),
        }
    }

    pub(crate) const fn written(&self) -> Written {
        self.written
    }

    #[inline]
    fn number(&self) -> u32 {
        self.number.load(Ordering::Acquire)
    }

    pub(crate) fn set(&self, number: u32) {
        if let Written::Nanos(_) = self.written {
            let nanos = TimeoutPolicy::numbered(number).map_or(0, |policy| TimeLimit::nanos_of(policy.limit(1)));
            self.nanos.store(nanos, Ordering::Relaxed);
        }
        self.number.store(number, Ordering::Release);
    }

    /// Whether there is a policy in place of the one that is written.
    #[inline]
    pub(crate) fn is_replaced(&self) -> bool {
        self.number() != 0
    }

    /// The nanoseconds in place of those of a timeout that has neither a step nor a name, as a [`TimeLimit`] has them.
    #[inline]
    pub(crate) fn replaced_nanos(&self) -> Option<NonZeroU64> {
        NonZeroU64::new(self.nanos.load(Ordering::Relaxed))
    }

    /// State that lets all calls pass, if the layer is switched off.
    #[inline]
    pub(crate) fn passing<S: Kind>(&self) -> Option<&'static S> {
        (self.number() == OFF).then(S::switched_off)
    }
}

#[cfg(all(test, feature = "config", resilient_loom))]
mod loom_tests;
