//! The slot of a layer in a function, by which a configuration changes what the layer does while the program runs.
//!
//! Without the feature `config` a slot is empty, and whoever asks it gets what is written in the attribute.

use crate::core::shared_state::SharedState;
use crate::retry::settings::Settings;
use crate::timeout::policy::TimeoutPolicy;

#[cfg(feature = "config")]
use crate::core::passing::passing;
#[cfg(feature = "config")]
use crate::core::sync::word::{AtomicU32, Ordering};
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
    #[cfg(feature = "config")]
    written: Written,
}

/// The settings as they are written.
#[cfg(feature = "config")]
#[derive(Clone, Copy, Debug)]
pub(crate) enum Written {
    Retry(&'static Settings),
    Timeout(TimeoutPolicy),
    /// Known only in a call, or not those of the function.
    Elsewhere,
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

    /// Of a layer whose settings are known only in a call, or that is given its state.
    pub const fn computed() -> Self {
        Self {}
    }

    #[inline]
    pub(crate) const fn retry_settings<'p>(&self, written: &'p Settings) -> &'p Settings {
        written
    }

    #[inline]
    pub(crate) const fn timeout_policy(&self) -> Option<&'static TimeoutPolicy> {
        None
    }

    #[inline]
    pub(crate) fn passing<S: SharedState>(&self) -> Option<&'static S> {
        None
    }
}

#[cfg(feature = "config")]
impl Slot {
    const fn new(written: Written) -> Self {
        Self { number: AtomicU32::new(0), written }
    }

    /// Of a retry with these settings.
    pub const fn retry(written: &'static Settings) -> Self {
        Self::new(Written::Retry(written))
    }

    /// Of a timeout of so many nanoseconds.
    pub const fn timeout(nanos: u64) -> Self {
        Self::new(Written::Timeout(TimeoutPolicy::unchecked(std::time::Duration::from_nanos(nanos))))
    }

    /// Of a timeout with this policy.
    pub const fn limit(written: &'static TimeoutPolicy) -> Self {
        Self::new(Written::Timeout(*written))
    }

    /// Of a layer whose settings are known only in a call, or that is given its state.
    pub const fn computed() -> Self {
        Self::new(Written::Elsewhere)
    }

    pub(crate) const fn written(&self) -> Written {
        self.written
    }

    #[inline]
    fn number(&self) -> u32 {
        self.number.load(Ordering::Acquire)
    }

    pub(crate) fn set(&self, number: u32) {
        self.number.store(number, Ordering::Release);
    }

    /// The settings of a retry.
    #[inline]
    pub(crate) fn retry_settings<'p>(&self, written: &'p Settings) -> &'p Settings {
        match self.number() {
            0 => written,
            number => Settings::numbered(number).unwrap_or(written),
        }
    }

    /// The policy of a timeout, if it is another than the one that is written.
    #[inline]
    pub(crate) fn timeout_policy(&self) -> Option<&'static TimeoutPolicy> {
        match self.number() {
            0 => None,
            number => TimeoutPolicy::numbered(number),
        }
    }

    /// State that lets all calls pass, if the layer is switched off.
    #[inline]
    pub(crate) fn passing<S: SharedState>(&self) -> Option<&'static S> {
        (self.number() == OFF).then(passing)
    }
}
