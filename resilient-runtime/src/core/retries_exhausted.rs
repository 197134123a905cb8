//! Why a retry made no further attempt, and its last error.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::core::name::Name;

/// The details of [`Error::RetriesExhausted`](crate::Error::RetriesExhausted). Boxed there, so that
/// [`Error`](crate::Error) stays small.
///
/// Its clones share the last error. They are equal to each other and to nothing else, because errors of any type cannot
/// be compared.
// An `Arc` of the whole would be simpler, but its drop is inlined into every guard, where it costs successful calls a
// tenth more.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RetriesExhausted {
    /// The path of the annotated function.
    pub name: Name,
    /// The number of attempts, the first included.
    pub attempts: u32,
    /// The time from the start of the first attempt to the end of the last.
    pub elapsed: Duration,
    /// Why no further attempt was made.
    pub why: GiveUpReason,
    /// The error of the last attempt.
    pub last_error: Arc<dyn std::error::Error + Send + Sync>,
}

impl fmt::Display for RetriesExhausted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, attempts, elapsed, last_error, .. } = self;
        write!(f, "`{name}` failed {attempts} times in {elapsed:?}, at last with: {last_error}")
    }
}

impl std::error::Error for RetriesExhausted {
    /// The last error itself, not the `Arc`.
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.last_error)
    }
}

/// Equal if the last error is the same allocation.
impl PartialEq for RetriesExhausted {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::addr_eq(Arc::as_ptr(&self.last_error), Arc::as_ptr(&other.last_error))
    }
}

impl Eq for RetriesExhausted {}

/// Why a retry made no further attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GiveUpReason {
    /// `max_attempts` were made.
    MaxAttempts,
    /// The next delay would have ended after `max_elapsed`.
    MaxElapsed,
    /// The next delay would not have ended before the deadline of a timeout above.
    Deadline,
    /// The retry budget had no token.
    Budget,
    /// The last error is not worth another attempt. Only `on_give_up` gets this reason: such an error is
    /// never wrapped.
    NotRetryable,
}

impl GiveUpReason {
    /// The word that logs use, as in `max_attempts`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MaxAttempts => "max_attempts",
            Self::MaxElapsed => "max_elapsed",
            Self::Deadline => "deadline",
            Self::Budget => "budget",
            Self::NotRetryable => "not_retryable",
        }
    }

    /// The same as part of a sentence.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::MaxAttempts => "no attempt is left",
            Self::MaxElapsed => "the next delay would end after `max_elapsed`",
            Self::Deadline => "the next delay would end after the deadline",
            Self::Budget => "the retry budget has no token",
            Self::NotRetryable => "it is not worth another attempt",
        }
    }
}
