//! Operations that a policy runs without an attribute: `run` and `call` are for plain errors, `try_run` and `try_call` for
//! those that were limited before and return a [`Failure`].

use std::any::type_name;

use crate::core::error::Failure;

/// Says in debug builds that an operation whose error is a [`Failure`] was given to a method for plain errors: every
/// refusal in it would be taken for an error of the operation.
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

/// Whether `E` is a [`Failure`]. By its name, because `E` need not be `'static` and so has no `TypeId`; both names are
/// written by the same compiler.
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
