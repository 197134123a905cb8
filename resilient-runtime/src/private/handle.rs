//! Checks about statics: of the type that is declared for a handle, and of a path that may lead to one.

use std::marker::PhantomData;
use std::ops::Deref;

use crate::core::shared_state::SharedState;
use crate::registry::handle::Handle;
use crate::registry::registry::Kind;
use crate::registry::state_ref::AnyStateRef;

/// What the static of a handle may be declared as.
#[diagnostic::on_unimplemented(
    message = "the attribute makes a `{T}` of this static, which is declared as `{Self}`",
    label = "expected `{T}`, found `{Self}`"
)]
pub trait Declared<T> {}

#[diagnostic::do_not_recommend]
impl<T: SharedState> Declared<T> for T {}

/// Checks that a static is declared as what its attribute makes of it.
pub const fn declared<T, D: Declared<T> + ?Sized>() {}

/// What a constant is that should have been the static of a handle, so that its uses are not errors as well.
#[derive(Debug)]
pub struct InConstant<T>(PhantomData<fn() -> T>);

impl<T> InConstant<T> {
    /// The program that has it never compiles.
    #[allow(clippy::new_without_default, reason = "of a constant")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T> Deref for InConstant<T> {
    type Target = T;

    fn deref(&self) -> &T {
        unreachable!("the constant is a compile error")
    }
}

/// Asks whether a static is a handle, by its type.
#[derive(Debug)]
pub struct MayBeHandle<T: 'static>(pub &'static T);

impl<S: Kind> MayBeHandle<Handle<S>> {
    /// It is one.
    pub const fn __resilient_handle(self) -> Option<&'static dyn AnyStateRef> {
        Some(self.0)
    }
}

/// A static of any other type.
#[derive(Debug)]
pub struct NoHandle;

impl<T> Deref for MayBeHandle<T> {
    type Target = NoHandle;

    fn deref(&self) -> &NoHandle {
        &NoHandle
    }
}

impl NoHandle {
    /// It is none.
    #[allow(clippy::unused_self, reason = "methods are chosen by the type of what they are called on")]
    pub const fn __resilient_handle(&self) -> Option<&'static dyn AnyStateRef> {
        None
    }
}
