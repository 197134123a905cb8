//! A body that is guarded if there is state to guard it.

use crate::core::error::{Failure, Refusal};
use crate::core::perhaps::Perhaps;
use crate::core::shared_state::SharedState;

/// State that guards calls: a reference, or an `Option` of one.
pub trait Guards<'a, S: SharedState> {
    /// A body `F` with a guard `G` around it, if there is one.
    type Guarded<G, F>;

    /// The body with a guard of the state.
    fn guarded<G, F>(self, body: F, guard: impl FnOnce(&'a S, F) -> G) -> Self::Guarded<G, F>;

    /// The state.
    fn state(self) -> Option<&'a S>;

    /// This, or other state if there is any.
    #[must_use]
    fn unless(self, other: Option<&'a S>) -> Self;
}

impl<'a, S: SharedState> Guards<'a, S> for &'a S {
    type Guarded<G, F> = G;

    #[inline]
    fn guarded<G, F>(self, body: F, guard: impl FnOnce(&'a S, F) -> G) -> G {
        guard(self, body)
    }

    #[inline]
    fn state(self) -> Option<&'a S> {
        Some(self)
    }

    #[inline]
    fn unless(self, other: Option<&'a S>) -> Self {
        other.unwrap_or(self)
    }
}

impl<'a, S: SharedState> Guards<'a, S> for Option<&'a S> {
    type Guarded<G, F> = Perhaps<G, F>;

    #[inline]
    fn guarded<G, F>(self, body: F, guard: impl FnOnce(&'a S, F) -> G) -> Perhaps<G, F> {
        match self {
            Some(state) => Perhaps::Guarded { guard: guard(state, body) },
            None => Perhaps::Unguarded { body },
        }
    }

    #[inline]
    fn state(self) -> Self {
        self
    }

    #[inline]
    fn unless(self, other: Self) -> Self {
        other.or(self)
    }
}

/// The body with a guard of the state, if there is any.
#[inline]
pub fn guarded<'a, S: SharedState, H: Guards<'a, S>, G, F>(
    held: H,
    body: F,
    guard: impl FnOnce(&'a S, F) -> G,
) -> H::Guarded<G, F> {
    held.guarded(body, guard)
}

/// Runs a body in a guard of the state, if there is any.
///
/// # Errors
///
/// The failure of the body, or of the guard.
#[inline]
pub fn guarded_blocking<'a, S: SharedState, B, T, E, R: Refusal>(
    held: impl Guards<'a, S>,
    body: B,
    guard: impl FnOnce(&'a S, B) -> Result<T, Failure<E>>,
) -> Result<T, Failure<E>>
where
    B: FnOnce() -> Result<T, Failure<E, R>>,
{
    match held.state() {
        Some(state) => guard(state, body),
        None => body().map_err(Failure::widen),
    }
}
