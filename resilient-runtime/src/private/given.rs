//! A setting whose type the macro does not know.
//!
//! Generated code makes a [`Given`] with `count`, `limit`, `window` and the like, and calls one of its inherent
//! methods, because a `const` cannot call a trait's method. The methods exist for each type that fits. A bound on the
//! function that makes the value rejects other types; for these the same methods are found on [`Wrong`], so that the
//! bound's error is the only one.

use std::marker::PhantomData;
use std::ops::Deref;

/// A setting that was given.
#[derive(Clone, Copy, Debug)]
pub struct Given<T>(pub(super) T);

/// Takes the place of one of a wrong type, about which a trait bound has already reported an error.
#[derive(Clone, Copy, Debug)]
pub struct Wrong<T>(PhantomData<fn() -> T>);

impl<T> Deref for Given<T> {
    type Target = Wrong<T>;

    fn deref(&self) -> &Wrong<T> {
        &Wrong(PhantomData)
    }
}
