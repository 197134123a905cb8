//! The last answer that one call through a pipeline may have.

use crate::core::error::Failure;
use crate::deadline::current as deadline;

pub(super) async fn or<O, E>(
    run: impl Future<Output = Result<O, Failure<E>>>,
    answer: impl FnOnce(Failure<E>) -> Result<O, E>,
) -> Result<O, E> {
    call_or(run.await, answer)
}

pub(super) async fn or_async<O, E, A: Future<Output = Result<O, E>>>(
    run: impl Future<Output = Result<O, Failure<E>>>,
    answer: impl FnOnce(Failure<E>) -> A,
) -> Result<O, E> {
    // The failure is gone before the answer is awaited, so that it need not be `Send`.
    let answer = match run.await {
        Ok(value) => return Ok(value),
        Err(Failure::Inner(error)) if deadline::too_late().is_some() => return Err(error),
        Err(failure) => answer(failure),
    };
    answer.await
}

/// A refusal is answered also past the deadline, since it may have no other way out.
pub(super) fn call_or<O, E>(
    outcome: Result<O, Failure<E>>,
    answer: impl FnOnce(Failure<E>) -> Result<O, E>,
) -> Result<O, E> {
    match outcome {
        Ok(value) => Ok(value),
        Err(Failure::Inner(error)) if deadline::too_late().is_some() => Err(error),
        Err(failure) => answer(failure),
    }
}
