//! How a call ended, as policies count it.

use crate::core::error::{Error, Failure, Refusal};

/// How an admitted call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Success,
    Failure,
    /// Counts neither way: an error that the filter lets pass, or a call that its caller ignores.
    Ignored,
    /// Dropped before its end: counts neither way, except as slow if it was slow by then.
    Dropped,
}

/// What a result means to a policy; `asked` says it of a refusal from below after the callee was called.
pub(crate) fn outcome<T, E, R: Refusal>(
    result: &Result<T, Failure<E, R>>,
    judge: impl FnOnce(Result<&T, &E>) -> Outcome,
    asked: impl FnOnce(&Error) -> Outcome,
) -> Outcome {
    match result {
        Ok(value) => judge(Ok(value)),
        Err(Failure::Inner(error)) => judge(Err(error)),
        Err(Failure::Refused(refusal)) if has_asked(result) => asked(refusal.as_error().decisive()),
        Err(Failure::Refused(_)) => Outcome::Ignored,
    }
}

/// Whether the callee was called.
pub(crate) fn has_asked<T, E, R: Refusal>(result: &Result<T, Failure<E, R>>) -> bool {
    match result {
        Err(Failure::Refused(refusal)) => refusal.as_error().decisive().has_asked(),
        _ => true,
    }
}
