//! The state of a layer that is given by an expression: a handle, or a value.

use std::marker::PhantomData;
use std::ops::Deref;

use crate::core::shared_state::SharedState;
use crate::private::lasting::MayLast;
use crate::private::perhaps::Guards;

/// What gives shared state `S`: the state, what dereferences to it, or an `Option` of either, where `None` lets calls
/// pass. `M` is the way to the state; it is there so that the implementations do not overlap, and always inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no `{S}`, and does not dereference to one",
    label = "expected a `{S}`, found `{Self}`",
    note = "give a handle, a value, what dereferences to one (`&`, `Arc`, `Box`, `LazyLock`), or an `Option` of these, of \
            which `None` lets calls pass",
    note = "with `CircuitBreakers`, `Bulkheads` or `RateLimiters` add `key = …`, an expression over the arguments"
)]
pub trait Gives<S: SharedState, M: Way> {
    /// The state.
    fn given(&self) -> M::Given<'_, S>;
}

/// How an expression gives its state.
pub trait Way {
    /// What it gives: a reference to the state, or an `Option` of one. Two types, so that a call need not ask where
    /// there always is one.
    type Given<'a, S: SharedState>: Guards<'a, S>;
}

/// It is the state.
#[derive(Debug)]
pub struct Itself;

/// It dereferences to what gives the state in the way `M`.
#[derive(Debug)]
pub struct ByDeref<M>(M);

/// It may hold what gives the state in the way `M`.
#[derive(Debug)]
pub struct InOption<M>(M);

impl Way for Itself {
    type Given<'a, S: SharedState> = &'a S;
}

impl<M: Way> Way for ByDeref<M> {
    type Given<'a, S: SharedState> = M::Given<'a, S>;
}

impl<M> Way for InOption<M> {
    type Given<'a, S: SharedState> = Option<&'a S>;
}

#[diagnostic::do_not_recommend]
impl<S: SharedState> Gives<S, Itself> for S {
    #[inline]
    fn given(&self) -> &S {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<S: SharedState, M: Way, D: Deref<Target: Gives<S, M>> + ?Sized> Gives<S, ByDeref<M>> for D {
    #[inline]
    fn given(&self) -> M::Given<'_, S> {
        (**self).given()
    }
}

#[diagnostic::do_not_recommend]
impl<S: SharedState, M: Way, G: Gives<S, M>> Gives<S, InOption<M>> for Option<G> {
    #[inline]
    fn given(&self) -> Option<&S> {
        self.as_ref()?.given().state()
    }
}

/// The state that an expression gives. Its type is named by an argument, because the error about an expression that
/// gives no such state points at it only if no type is written in the call.
#[inline]
pub fn given<S: SharedState, M: Way, G: Gives<S, M>>(_: PhantomData<S>, held: &G) -> M::Given<'_, S> {
    held.given()
}

/// The same with what gives it.
#[inline]
pub fn held<S: SharedState, M: Way, G: Gives<S, M>>(_: PhantomData<S>, held: &G) -> (M::Given<'_, S>, MayLast<'_, G>) {
    (held.given(), MayLast(held))
}

/// Leaves a borrowed argument free for a body that uses it exclusively: only what refers to state elsewhere can be
/// taken out of it.
#[diagnostic::on_unimplemented(
    message = "the body needs the whole of a `&mut` argument, so no part of it can stay borrowed",
    label = "this `{Self}` would stay borrowed while the body runs",
    note = "clone the `Arc`, as in `#[bulkhead(self.slots.clone())]`; put what is in no `Arc` into one"
)]
pub trait Detached: Copy {}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> Detached for &T {}

#[diagnostic::do_not_recommend]
impl<T: Detached> Detached for Option<T> {}

/// A copy of what is in an argument.
#[inline]
pub fn detached<T: Detached>(held: &T) -> T {
    *held
}
