//! Checks that an attribute can act on a result type that may be an alias.
//!
//! Generated code calls a method of [`Acts`] wherever the result type is not called `Result`, because only the compiler
//! can resolve an alias. A chain of `Deref`s has one step for each kind of type, and the compiler takes the first step
//! whose methods apply: a `Result`; a future; a type that is neither; a type of which nothing is known.
//!
//! A type parameter is recognised by a missing [`Unpin`]: nearly every type implements it, a parameter only if its
//! bounds say so. The methods with `known` are for types that cannot be a parameter, and need no `Unpin`.

#![allow(clippy::unused_self, reason = "methods are chosen by the type of what they are called on")]

use std::marker::PhantomData;
use std::ops::Deref;

use crate::core::error::Error;
use crate::private::outcome::{FromRefusal, Refusable};

/// Required of a future, which never implements it, so that the compiler reports this message.
#[diagnostic::on_unimplemented(
    message = "this function returns a future, so an attribute would act on the making of it, not on what it does",
    label = "`{Self}` is a future",
    note = "write `async fn`, or make the body one `Box::pin(async move {{ … }})` and write the type out, as \
            `Pin<Box<dyn Future<Output = …> + Send>>`"
)]
pub trait IsNoFuture {}

/// Required of a type that is no `Result`, and never implemented, so that the compiler reports this message.
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

impl<T> Default for Acts<T> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

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

    /// It can.
    pub const fn __resilient_known_on_errors(self) {}

    /// It can.
    pub const fn __resilient_known_on_value(self) {}

    /// The refusal as the function's error.
    pub fn __resilient_acts_refused(self, refusal: Error) -> E
    where
        E: FromRefusal,
    {
        E::from_refusal(refusal)
    }

    /// The refusal as the function's error.
    pub fn __resilient_known_refused(self, refusal: Error) -> E
    where
        E: FromRefusal,
    {
        E::from_refusal(refusal)
    }
}

impl<T> Deref for Acts<T> {
    type Target = OnNoResult<T>;

    fn deref(&self) -> &OnNoResult<T> {
        &OnNoResult(PhantomData)
    }
}

impl<T: Future + Unpin> OnNoResult<T> {
    /// It cannot.
    pub const fn __resilient_acts_on_errors(&self)
    where
        T: IsNoFuture,
    {
    }

    /// It cannot.
    pub const fn __resilient_acts_on_value(&self)
    where
        T: IsNoFuture,
    {
    }

    /// It cannot.
    pub fn __resilient_acts_refused<E>(&self, _: Error) -> E
    where
        T: IsNoFuture,
    {
        unreachable!("it does not compile")
    }
}

impl<T: Future> OnNoResult<T> {
    /// It cannot.
    pub const fn __resilient_known_on_errors(&self)
    where
        T: IsNoFuture,
    {
    }

    /// It cannot.
    pub const fn __resilient_known_on_value(&self)
    where
        T: IsNoFuture,
    {
    }

    /// It cannot.
    pub fn __resilient_known_refused<E>(&self, _: Error) -> E
    where
        T: IsNoFuture,
    {
        unreachable!("it does not compile")
    }
}

impl<T> Deref for OnNoResult<T> {
    type Target = OnValue<T>;

    fn deref(&self) -> &OnValue<T> {
        &OnValue(PhantomData)
    }
}

impl<T: Unpin> OnValue<T> {
    /// It cannot.
    pub const fn __resilient_acts_on_errors(&self)
    where
        T: HoldsErrors,
    {
    }
}

impl<T> OnValue<T> {
    /// It cannot.
    pub const fn __resilient_known_on_errors(&self)
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

    /// It may.
    pub const fn __resilient_known_on_value(&self) {}

    /// It can if the type can.
    pub fn __resilient_acts_refused<E>(&self, refusal: Error) -> E
    where
        T: Refusable<E>,
    {
        T::refused(refusal)
    }

    /// It can if the type can.
    pub fn __resilient_known_refused<E>(&self, refusal: Error) -> E
    where
        T: Refusable<E>,
    {
        T::refused(refusal)
    }
}
