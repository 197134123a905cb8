//! A check of how policies are used without attributes: `run` and `call` take operations with plain errors, `try_run`
//! and `try_call` those whose error is a [`Failure`], because another policy is inside.

use std::any::type_name;

use crate::core::error::Failure;

/// Panics in debug builds if a method for plain errors is given an operation whose error is a [`Failure`]: its refusals
/// would be taken for errors of the operation.
#[track_caller]
pub(crate) fn expect_plain<E>(method: &str, instead: &str) {
    if cfg!(debug_assertions) {
        assert!(
            !is_failure::<E>(),
            "`{method}` is for plain errors, and this operation returns a `Failure`: `{instead}` tells its refusals \
             from its errors"
        );
    }
}

/// Whether `E` is a [`Failure`]. Compares the names of the types, because `E` need not be `'static`, which a `TypeId`
/// requires.
fn is_failure<E>() -> bool {
    let failure = type_name::<Failure<()>>();
    let path = failure.split_once('<').map_or(failure, |(path, _)| path);
    type_name::<E>().strip_prefix(path).is_some_and(|rest| rest.starts_with('<'))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::core::error::Error;

    #[test]
    fn only_a_failure_is_taken_for_one() {
        struct FailureOfMine<E>(std::marker::PhantomData<E>);

        fn borrows<'a>(_: &'a str) -> bool {
            is_failure::<Failure<&'a str>>()
        }

        assert!(is_failure::<Failure<String>>() && is_failure::<Failure<Failure<()>>>() && borrows("any"));
        assert!(is_failure::<Failure<u8, Infallible>>());
        assert!(!is_failure::<()>() && !is_failure::<Error>() && !is_failure::<&Failure<()>>());
        assert!(!is_failure::<FailureOfMine<()>>() && !is_failure::<Option<Failure<()>>>());
    }
}
