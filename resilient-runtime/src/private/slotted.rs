//! What a layer does by its slot: the limit of a timeout, and state that the function is given.

use std::time::Duration;

use crate::core::name::Name;
#[cfg(feature = "config")]
use crate::core::part::Part;
use crate::outcomes::lasting::{Kept, Lasting};
use crate::private::lasting::{MayLast, kept};
use crate::private::perhaps::Guards;
use crate::registry::registry::Kind;
use crate::registry::slot::Slot;
use crate::timeout::guard::Limit;
use crate::timeout::policy::TimeoutPolicy;

/// A limit of so many nanoseconds on each attempt of the function `name`.
#[inline]
pub fn limit_known(slot: &'static Slot, nanos: u64, name: Name) -> Limit {
    match slot.replaced_nanos() {
        None => Limit::known(nanos, name),
        Some(nanos) => Limit::replaced(nanos, name),
    }
}

/// The limit of the `attempt`-th attempt.
#[inline]
pub fn limit_by(slot: &'static Slot, policy: &TimeoutPolicy, attempt: u32, name: Name) -> Limit {
    Limit::new(slot.replaced().unwrap_or(policy), attempt, name)
}

/// The same by a policy that the call computes.
#[inline]
pub fn limit_in_call(slot: &'static Slot, policy: &TimeoutPolicy, attempt: u32, name: Name) -> Limit {
    #[cfg(feature = "config")]
    if let Some(part) = slot.replaced() {
        return Limit::new(&policy.with_part(part), attempt, name);
    }
    let _ = slot;
    Limit::new(policy, attempt, name)
}

/// The same of a limit that was computed, and may be absent or zero.
#[inline]
pub fn limit_given(slot: &'static Slot, limit: Option<Duration>, step: Duration, attempt: u32, name: Name) -> Limit {
    #[cfg(feature = "config")]
    if let Some(Part { settings, given }) = slot.replaced::<Part<TimeoutPolicy>>() {
        let limit = given.pick(0, limit, Some(settings.limit(1)));
        let step = given.pick(1, step, settings.given_step());
        return Limit::given(limit, step, attempt, name);
    }
    let _ = slot;
    Limit::given(limit, step, attempt, name)
}

/// State that a function is given, or what lets all calls pass if the layer is switched off.
#[inline]
pub fn given_unless_off<'a, S: Kind, H: Guards<'a, S>>(slot: &'static Slot, held: H) -> H {
    held.unless(slot.passing())
}

/// As [`kept`](super::kept), which the state of a layer that is switched off needs not.
#[inline]
pub fn kept_unless_off<'a, S: Kind>(
    slot: &'static Slot,
    state: &'a S,
    keep: impl FnOnce() -> Option<Lasting<S>>,
) -> Kept<'a, S, impl FnOnce() -> Option<Lasting<S>>> {
    kept(state, move || slot.passing().map(Lasting::Static).or_else(keep))
}

/// As [`given_unless_off`], with what gives the state.
#[inline]
pub fn held_unless_off<'a, S: Kind, H: Guards<'a, S>, G>(
    slot: &'static Slot,
    (held, keeper): (H, MayLast<'a, G>),
) -> (H, MayLast<'a, G>) {
    (held.unless(slot.passing()), keeper)
}
