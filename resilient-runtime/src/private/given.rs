//! A setting whose type an attribute does not know, as it is given in a `const`, where no trait's method can be called.
//!
//! [`Given`] has inherent methods for each type that fits, under names that no trait of the user's has. A trait bound on
//! what makes it rejects all other types; for these the methods are found on [`Wrong`], so that nothing else is said.

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
