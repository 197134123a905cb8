//! The step of `#[bulkhead(threads = …)]` in a pipeline.

use crate::core::error::{Failure, Refusal};
use crate::private::perhaps::Guards;
use crate::thread_bulkhead::absent::helpers;
use crate::thread_bulkhead::send_check::ComesBackFromBulkhead;
use crate::thread_bulkhead::thread_bulkhead::ThreadBulkhead;

fn or_helpers<'a>(held: impl Guards<'a, ThreadBulkhead>) -> &'a ThreadBulkhead {
    held.state().unwrap_or_else(|| helpers())
}

/// Runs a body on a thread of the bulkhead, and awaits its end.
///
/// # Errors
///
/// The failure of the body, or that there is no room for it.
pub async fn thread_bulkhead_of_parameter<'a, T, E, R>(
    held: impl Guards<'a, ThreadBulkhead>,
    body: impl FnOnce() -> Result<T, Failure<E, R>> + Send + 'static,
) -> Result<T, Failure<E>>
where
    T: Send + 'static,
    E: Send + 'static,
    R: Refusal + Send + 'static,
{
    or_helpers(held).guard(body).await
}

/// The same for types that are not type parameters of the caller: the compile error explains why they must be `Send`.
///
/// # Errors
///
/// The failure of the body, or that there is no room for it.
pub async fn thread_bulkhead<'a, T, E, R>(
    held: impl Guards<'a, ThreadBulkhead>,
    body: impl FnOnce() -> Result<T, Failure<E, R>> + Send + 'static,
) -> Result<T, Failure<E>>
where
    T: ComesBackFromBulkhead + 'static,
    E: ComesBackFromBulkhead + 'static,
    R: Refusal + Send + 'static,
{
    or_helpers(held).guard(body).await
}

/// Runs a body on a thread of the bulkhead, and blocks this one until it has ended.
///
/// # Errors
///
/// The failure of the body, or that there is no room for it.
pub fn thread_bulkhead_blocking_of_parameter<'a, T, E, R>(
    held: impl Guards<'a, ThreadBulkhead>,
    body: impl FnOnce() -> Result<T, Failure<E, R>> + Send + 'static,
) -> Result<T, Failure<E>>
where
    T: Send + 'static,
    E: Send + 'static,
    R: Refusal + Send + 'static,
{
    or_helpers(held).guard_blocking(body)
}

/// The same for types that are not type parameters of the caller: the compile error explains why they must be `Send`.
///
/// # Errors
///
/// The failure of the body, or that there is no room for it.
pub fn thread_bulkhead_blocking<'a, T, E, R>(
    held: impl Guards<'a, ThreadBulkhead>,
    body: impl FnOnce() -> Result<T, Failure<E, R>> + Send + 'static,
) -> Result<T, Failure<E>>
where
    T: ComesBackFromBulkhead + 'static,
    E: ComesBackFromBulkhead + 'static,
    R: Refusal + Send + 'static,
{
    thread_bulkhead_blocking_of_parameter(held, body)
}
