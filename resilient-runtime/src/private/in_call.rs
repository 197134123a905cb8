//! Settings that a layer computes in each call, with what a configuration gives in the place of some.

#[cfg(feature = "config")]
use crate::core::part::Part;
use crate::registry::slot::Slot;
use crate::retry::settings::Settings;

/// The settings of one call.
#[derive(Debug)]
pub struct InCall<'p, S> {
    computed: &'p S,
    #[cfg(feature = "config")]
    replaced: Option<S>,
}

impl<'p> InCall<'p, Settings> {
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
}

impl<S> InCall<'_, S> {
    #[cfg(not(feature = "config"))]
    #[inline]
    pub(super) const fn get(&self) -> &S {
        self.computed
    }

    #[cfg(feature = "config")]
    #[inline]
    pub(super) fn get(&self) -> &S {
        self.replaced.as_ref().unwrap_or(self.computed)
    }
}
