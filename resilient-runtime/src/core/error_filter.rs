//! Which of a function's errors a policy looks at.

/// Some of the errors of a type: every closure and function over `&E` that says whether one is among them, and
/// [`EveryError`].
pub trait ErrorFilter<E> {
    /// Whether this error is one of them.
    fn matches(&self, error: &E) -> bool;
}

/// All errors. A type, where a closure would be one more body to compile in each function.
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
