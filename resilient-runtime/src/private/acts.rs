//! Whether an attribute can act on what a function returns, asked of the compiler where the type is an alias.
//!
//! Each step of a chain of `Deref`s has the method for one kind of type, and the first that fits is taken: a `Result`;
//! a future; what is certainly neither; and a type parameter, of which nothing is known. That a type is no parameter is
//! known by [`Unpin`]: every type of a program that is no future is likely to have it, a parameter only if it says so.

use std::marker::PhantomData;
use std::ops::Deref;

/// Asked of a future by its name, so that the compiler says why it cannot be one.
#[diagnostic::on_unimplemented(
    message = "this function returns a future, so an attribute would act on the making of it, not on what it does",
    label = "`{Self}` is a future",
    note = "write `async fn`, or make the body one `Box::pin(async move {{ … }})` and write the type out, as \
            `Pin<Box<dyn Future<Output = …> + Send>>`"
)]
pub trait IsNoFuture {}

/// Asked of what is no `Result`, so that the compiler says what that means.
#[diagnostic::on_unimplemented(
    message = "this acts on a function's errors, and this function returns no `Result`: it would never act",
    label = "`{Self}` holds no error for this to act on",
    note = "return a `Result<{Self}, E>`; or remove this; or let `retry` look at values: `retry_if_ok = …`"
)]
pub trait HoldsErrors {}

/// Stands for the type that a body returns.
#[derive(Clone, Copy, Debug)]
pub struct Acts<T>(PhantomData<fn() -> T>);

/// Any type but a `Result`.
#[derive(Clone, Copy, Debug)]
pub struct OnNoResult<T>(PhantomData<fn() -> T>);

/// Any type but a `Result` and a future.
#[derive(Clone, Copy, Debug)]
pub struct OnValue<T>(PhantomData<fn() -> T>);

/// A type of which nothing is known.
#[derive(Clone, Copy, Debug)]
pub struct OnUnknown<T>(PhantomData<fn() -> T>);

impl<T> Acts<T> {
    /// On a closure's result.
    pub const fn on_call(_: &impl FnOnce() -> T) -> Self {
        Self(PhantomData)
    }

    /// On a future's output.
    pub const fn on_future(_: &impl Future<Output = T>) -> Self {
        Self(PhantomData)
    }
}

impl<T, E> Acts<Result<T, E>> {
    /// It can.
    pub const fn __resilient_acts_on_errors(self) {}

    /// It can.
    pub const fn __resilient_acts_on_value(self) {}
}

impl<T> Deref for Acts<T> {
    type Target = OnNoResult<T>;

    fn deref(&self) -> &OnNoResult<T> {
        &OnNoResult(PhantomData)
    }
}

impl<T: Future> OnNoResult<T> {
    /// Does not compile.
    pub const fn __resilient_acts_on_errors(&self)
    where
        T: IsNoFuture,
    {
    }

    /// Does not compile.
    pub const fn __resilient_acts_on_value(&self)
    where
        T: IsNoFuture,
    {
    }
}

impl<T> Deref for OnNoResult<T> {
    type Target = OnValue<T>;

    fn deref(&self) -> &OnValue<T> {
        &OnValue(PhantomData)
    }
}

impl<T: Unpin> OnValue<T> {
    /// Does not compile.
    pub const fn __resilient_acts_on_errors(&self)
    where
        T: HoldsErrors,
    {
    }
}

impl<T> Deref for OnValue<T> {
    type Target = OnUnknown<T>;

    fn deref(&self) -> &OnUnknown<T> {
        &OnUnknown(PhantomData)
    }
}

impl<T> OnUnknown<T> {
    /// It may.
    pub const fn __resilient_acts_on_errors(&self) {}

    /// It may.
    pub const fn __resilient_acts_on_value(&self) {}
}
