//! Breakers of sync calls that outlive the call, so that a call which hangs can be counted at its deadline.
//!
//! Generated code asks what gives the breaker, by `__resilient_keep`.

use std::ops::Deref;
use std::sync::{Arc, LazyLock};

use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::circuit_breaker::guard::{Kept, Lasting};
use crate::registry::handle::Handle;
use crate::registry::registry::registry;

/// Asks whether a breaker can be kept beyond the call, by the type of what gives it.
#[derive(Debug)]
pub struct MayLast<'a, G>(pub(super) &'a G);

/// What gives a breaker that can be kept beyond the call.
pub trait Keeps {
    /// The breaker.
    fn keep(&self) -> Option<Lasting>;
}

impl Keeps for Handle<CircuitBreaker> {
    fn keep(&self) -> Option<Lasting> {
        Some(Lasting::Static(self.get()))
    }
}

impl Keeps for Arc<CircuitBreaker> {
    fn keep(&self) -> Option<Lasting> {
        Some(Lasting::Shared(Self::clone(self)))
    }
}

macro_rules! kept_through {
    ($($Pointer:ty),*) => {
        $(impl<K: Keeps> Keeps for $Pointer {
            fn keep(&self) -> Option<Lasting> {
                (**self).keep()
            }
        })*
    };
}

kept_through!(&K, &mut K, Box<K>, Arc<K>, LazyLock<K>);

impl<K: Keeps> Keeps for Option<K> {
    fn keep(&self) -> Option<Lasting> {
        self.as_ref()?.keep()
    }
}

impl<'a, K: Keeps> MayLast<'a, K> {
    /// The breaker, if it can be kept.
    pub fn __resilient_keep(self) -> impl FnOnce() -> Option<Lasting> + 'a {
        || self.0.keep()
    }
}

/// The breaker of a sync call, and what may give it for longer than the call: `keep`, if the type of the value shows how,
/// or the registry, whose breakers live as long as the program.
#[inline]
pub fn kept(
    breaker: &CircuitBreaker,
    keep: impl FnOnce() -> Option<Lasting>,
) -> Kept<'_, impl FnOnce() -> Option<Lasting>> {
    Kept { breaker, keep: move || keep().or_else(|| registry().shared_breaker_at(breaker).map(Lasting::Static)) }
}

/// Where nothing is known of the type.
#[derive(Debug)]
pub struct Borrowed;

impl<G> Deref for MayLast<'_, G> {
    type Target = Borrowed;

    fn deref(&self) -> &Borrowed {
        &Borrowed
    }
}

impl Borrowed {
    /// Nothing is known.
    #[allow(clippy::unused_self, reason = "methods are chosen by the type of what they are called on")]
    pub const fn __resilient_keep(&self) -> fn() -> Option<Lasting> {
        || None
    }
}
