//! State of sync calls that outlives the call, so that a call which hangs can be counted at its deadline.
//!
//! Generated code asks what gives the state, by `__resilient_keep`.

use std::ops::Deref;
use std::sync::{Arc, LazyLock};

use crate::adaptive_throttle::throttle::AdaptiveThrottle;
use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::outcomes::lasting::{Kept, Lasting};
use crate::registry::handle::Handle;
use crate::registry::registry::{Kind, registry};

/// Asks whether state can be kept beyond the call, by the type of what gives it.
#[derive(Debug)]
pub struct MayLast<'a, G>(pub(super) &'a G);

/// What gives state that can be kept beyond the call.
pub trait Keeps {
    /// The state.
    type State: 'static;

    /// Gives it.
    fn keep(&self) -> Option<Lasting<Self::State>>;
}

impl<S: Kind> Keeps for Handle<S> {
    type State = S;

    fn keep(&self) -> Option<Lasting<S>> {
        Some(Lasting::Static(self.get()))
    }
}

macro_rules! kept_in_an_arc {
    ($($State:ty),*) => {
        $(impl Keeps for Arc<$State> {
            type State = $State;

            fn keep(&self) -> Option<Lasting<$State>> {
                Some(Lasting::Shared(Self::clone(self)))
            }
        })*
    };
}

kept_in_an_arc!(CircuitBreaker, AdaptiveThrottle);

macro_rules! kept_through {
    ($($Pointer:ty),*) => {
        $(impl<K: Keeps> Keeps for $Pointer {
            type State = K::State;

            fn keep(&self) -> Option<Lasting<K::State>> {
                (**self).keep()
            }
        })*
    };
}

kept_through!(&K, &mut K, Box<K>, Arc<K>, LazyLock<K>);

impl<K: Keeps> Keeps for Option<K> {
    type State = K::State;

    fn keep(&self) -> Option<Lasting<K::State>> {
        self.as_ref()?.keep()
    }
}

impl<'a, K: Keeps> MayLast<'a, K> {
    /// The state, if it can be kept.
    pub fn __resilient_keep(self) -> impl FnOnce() -> Option<Lasting<K::State>> + 'a {
        || self.0.keep()
    }
}

/// The state of a sync call, and what may give it for longer than the call: `keep`, if the type of the value shows how,
/// or the registry, whose state lives as long as the program.
#[inline]
pub fn kept<S: Kind>(
    state: &S,
    keep: impl FnOnce() -> Option<Lasting<S>>,
) -> Kept<'_, S, impl FnOnce() -> Option<Lasting<S>>> {
    Kept { state, keep: move || keep().or_else(|| registry().shared_at(state).map(Lasting::Static)) }
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
    pub const fn __resilient_keep<S>(&self) -> fn() -> Option<Lasting<S>> {
        || None
    }
}
