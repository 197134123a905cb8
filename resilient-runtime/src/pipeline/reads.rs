//! How the settings of a pipeline that look at values read the results of an operation.

/// Reads results with values of type `O` for a pipeline of type `Pipeline<E, T>`.
pub(super) trait Reads<T, O> {
    /// The value as the pipeline knows it. `None` if it knows no type.
    fn value(value: &O) -> Option<&T>;

    /// The same of a value that is owned.
    fn owned(value: O) -> Option<T>;

    /// The same of a result.
    fn result<E>(result: &Result<O, E>) -> Option<&Result<T, E>>;

    /// A value in place of the operation's. `None` if the pipeline knows no type; then it has no fallback either.
    fn answer(value: T) -> Option<O>;
}

/// The pipeline's own type.
pub(super) struct OfOneType;

impl<T> Reads<T, T> for OfOneType {
    #[inline]
    fn value(value: &T) -> Option<&T> {
        Some(value)
    }

    #[inline]
    fn owned(value: T) -> Option<T> {
        Some(value)
    }

    #[inline]
    fn result<E>(result: &Result<T, E>) -> Option<&Result<T, E>> {
        Some(result)
    }

    #[inline]
    fn answer(value: T) -> Option<T> {
        Some(value)
    }
}

/// Any type: the pipeline's is `()`, and no layer of it looks at values.
pub(super) struct OfAnyType;

impl<O> Reads<(), O> for OfAnyType {
    #[inline]
    fn value(_: &O) -> Option<&()> {
        None
    }

    #[inline]
    fn owned(_: O) -> Option<()> {
        None
    }

    #[inline]
    fn result<E>(_: &Result<O, E>) -> Option<&Result<(), E>> {
        None
    }

    #[inline]
    fn answer((): ()) -> Option<O> {
        None
    }
}
