//! Which of a function's errors a policy looks at.

/// A set of errors: a closure or function over `&E` that says whether an error is in it, or [`EveryError`].
pub trait ErrorFilter<E> {
    /// Whether this error is in the set.
    fn matches(&self, error: &E) -> bool;
}

/// All errors. A type, because a closure would be one more body to compile in each annotated function.
#[derive(Clone, Copy, Debug)]
pub struct EveryError;

impl<E> ErrorFilter<E> for EveryError {
    #[inline]
    fn matches(&self, _: &E) -> bool {
        true
    }
}

impl<E, F: Fn(&E) -> bool> ErrorFilter<E> for F {
    #[inline]
    fn matches(&self, error: &E) -> bool {
        self(error)
    }
}
