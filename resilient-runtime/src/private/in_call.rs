//! Settings that a retry computes in each call, with what a configuration gives in the place of some.

#[cfg(feature = "config")]
use crate::core::part::Part;
use crate::registry::slot::Slot;
use crate::retry::settings::Settings;

/// The settings of one call.
#[derive(Debug)]
pub struct InCall<'p> {
    computed: &'p Settings,
    #[cfg(feature = "config")]
    replaced: Option<Settings>,
}

impl<'p> InCall<'p> {
    #[cfg(not(feature = "config"))]
    #[inline]
    pub(super) const fn of(computed: &'p Settings, _: &'static Slot) -> Self {
        Self { computed }
    }

    #[cfg(feature = "config")]
    #[inline]
    pub(super) fn of(computed: &'p Settings, slot: &'static Slot) -> Self {
        let replaced = |part: &Part<Settings>| computed.with_part(part);
        Self { computed, replaced: slot.replaced().map(replaced) }
    }

    #[cfg(not(feature = "config"))]
    #[inline]
    pub(super) const fn get(&self) -> &Settings {
        self.computed
    }

    #[cfg(feature = "config")]
    #[inline]
    pub(super) fn get(&self) -> &Settings {
        self.replaced.as_ref().unwrap_or(self.computed)
    }
}
