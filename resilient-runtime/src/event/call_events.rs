//! Events of functions and their calls.

use std::fmt::{self, Display};
use std::time::Duration;

use crate::core::error::{ErrorKind, Failure, Refusal};
use crate::core::name::{Escaped, Name};
use crate::core::retries_exhausted::GiveUpReason;

/// The data of [`Event::CallFinished`](crate::events::Event::CallFinished).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CallFinished {
    /// The path of the function, or the name of the pipeline.
    pub function: Name,
    /// How the call ended for its caller.
    pub outcome: Outcome,
    /// The attempts that a retry began, also those which something below it refused, and those that a hedge made beside
    /// others; zero if something refused the call before. Without a retry the first of a hedge, or the only one, is 1, or
    /// zero after a refusal that says that the callee was not called.
    pub attempts: u32,
    /// From the first poll of an async call, or the start of a sync one, to its end.
    pub elapsed: Duration,
    /// Whether a fallback gave the result.
    pub fallback: bool,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// It returned a value.
    Success,
    /// It returned the function's own error.
    Error,
    /// It was refused, and the refusal was returned.
    Refused(ErrorKind),
    /// It panicked. A future that is dropped because its thread unwinds for another reason counts as this, too.
    Panicked,
    /// Its future was dropped before its end.
    Dropped,
}

impl Outcome {
    /// Of a result that is the function's own.
    #[inline]
    pub(crate) const fn by_itself(is_ok: bool) -> Self {
        if is_ok { Self::Success } else { Self::Error }
    }

    /// Of this outcome of a pipeline.
    #[inline]
    pub(crate) const fn of<T, E>(outcome: &Result<T, Failure<E>>) -> Self {
        match outcome {
            Ok(_) => Self::Success,
            Err(Failure::Inner(_)) => Self::Error,
            Err(Failure::Refused(refusal)) => Self::Refused(refusal.kind()),
        }
    }

    /// Whether the callee was called if nothing counts the attempts.
    pub(crate) const fn has_asked(self) -> bool {
        match self {
            Self::Refused(kind) => kind.has_asked(),
            Self::Success | Self::Error | Self::Panicked | Self::Dropped => true,
        }
    }

    /// The word that logs and metrics use, as in `success` and `circuit_open`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Error => "error",
            Self::Refused(kind) => kind.name(),
            Self::Panicked => "panicked",
            Self::Dropped => "dropped",
        }
    }
}

/// `app::user: success after 1 attempt and 3ms`
impl Display for CallFinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { function, outcome, attempts, elapsed, fallback } = self;
        let noun = attempts_noun(*attempts);
        write!(f, "{function}: {} after {attempts} {noun} and {elapsed:?}", outcome.name())?;
        if *fallback { f.write_str(", from a fallback") } else { Ok(()) }
    }
}

/// Why an attempt is not the last, or a fallback answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// The function's own error.
    Error,
    /// A value that a filter over values does not let pass.
    Value,
    /// A refusal.
    Refused(ErrorKind),
}

impl Cause {
    /// Of a failure.
    pub(crate) fn of<E, R: Refusal>(failure: &Failure<E, R>) -> Self {
        match failure {
            Failure::Inner(_) => Self::Error,
            Failure::Refused(refusal) => Self::Refused(refusal.as_error().kind()),
        }
    }

    /// Of an outcome that is not the answer.
    pub(crate) fn of_outcome<T, E, R: Refusal>(outcome: &Result<T, Failure<E, R>>) -> Self {
        outcome.as_ref().map_or_else(Self::of, |_| Self::Value)
    }

    /// The word that logs and metrics use, as in `error` and `timed_out`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Value => "value",
            Self::Refused(kind) => kind.name(),
        }
    }
}

/// Writes what is known of an error in brackets, if anything is.
struct Bracketed<'a>(Option<&'a (dyn Display + Sync)>);

impl Display for Bracketed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |error| write!(f, " ({})", Escaped(&error.to_string())))
    }
}

/// Writes the fields of an event of a failed attempt; the error has no `Debug`.
macro_rules! debug_with_error {
    ($Event:ident { $($field:ident),* }) => {
        impl fmt::Debug for $Event<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let error = self.error.map(|error| error.to_string());
                f.debug_struct(stringify!($Event))$(.field(stringify!($field), &self.$field))*.field("error", &error).finish()
            }
        }
    };
}

/// The data of [`Event::RetryScheduled`](crate::events::Event::RetryScheduled).
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct RetryScheduled<'a> {
    /// The path of the function.
    pub function: Name,
    /// The attempt that has just ended, counted from 1.
    pub attempt: u32,
    /// The delay that begins now.
    pub delay: Duration,
    /// How the attempt failed.
    pub cause: Cause,
    /// The error, if it can be displayed.
    pub error: Option<&'a (dyn Display + Sync)>,
}

debug_with_error!(RetryScheduled { function, attempt, delay, cause });

impl RetryScheduled<'_> {
    pub(super) const fn without_error(self) -> RetryScheduled<'static> {
        let Self { function, attempt, delay, cause, error: _ } = self;
        RetryScheduled { function, attempt, delay, cause, error: None }
    }
}

/// `app::user: attempt 1 failed by error (no route), the next in 25ms`
impl Display for RetryScheduled<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { function, attempt, delay, cause, error } = self;
        let error = Bracketed(*error);
        write!(f, "{function}: attempt {attempt} failed by {}{error}, the next in {delay:?}", cause.name())
    }
}

const fn attempts_noun(attempts: u32) -> &'static str {
    if attempts == 1 { "attempt" } else { "attempts" }
}

/// The data of [`Event::RetriesExhausted`](crate::events::Event::RetriesExhausted).
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct RetriesExhausted<'a> {
    /// The path of the function.
    pub function: Name,
    /// The attempts that were made.
    pub attempts: u32,
    /// From the start of the first attempt to the end of the last. Zero if nothing else in the call looks at the time.
    pub elapsed: Duration,
    /// Why no further attempt is made.
    pub why: GiveUpReason,
    /// How the last attempt failed.
    pub cause: Cause,
    /// Its error, if it can be displayed.
    pub error: Option<&'a (dyn Display + Sync)>,
}

debug_with_error!(RetriesExhausted { function, attempts, elapsed, why, cause });

impl RetriesExhausted<'_> {
    pub(super) const fn without_error(self) -> RetriesExhausted<'static> {
        let Self { function, attempts, elapsed, why, cause, error: _ } = self;
        RetriesExhausted { function, attempts, elapsed, why, cause, error: None }
    }
}

/// `app::user: given up after 3 attempts, at last by error (no route): no attempt is left`
impl Display for RetriesExhausted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { function, attempts, elapsed: _, why, cause, error } = self;
        let (noun, error) = (attempts_noun(*attempts), Bracketed(*error));
        write!(f, "{function}: given up after {attempts} {noun}, at last by {}{error}: {}", cause.name(), why.words())
    }
}

/// The data of [`Event::TimedOut`](crate::events::Event::TimedOut).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct TimedOut {
    /// The path of the function, or the name of the policy.
    pub function: Name,
    /// The limit that was exceeded.
    pub after: Duration,
    /// Which attempt of a retry was limited, counted from 1. `None` if the limit is not below a retry, and if a limit
    /// around that of an attempt ended first.
    pub attempt: Option<u32>,
}

/// `app::user: attempt 2 timed out after 2s`
impl Display for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { function, after, attempt } = self;
        write!(f, "{function}: ")?;
        attempt.map_or(Ok(()), |attempt| write!(f, "attempt {attempt} "))?;
        write!(f, "timed out after {after:?}")
    }
}

/// The data of [`Event::FallbackUsed`](crate::events::Event::FallbackUsed).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FallbackUsed {
    /// The path of the function.
    pub function: Name,
    /// Which answer of its `#[fallback]` or of its layer, counted from 1 in the order in which they are tried.
    pub position: u32,
    /// What it answered.
    pub cause: Cause,
    /// Whether its answer is a value, or an error in its turn.
    pub succeeded: bool,
}

/// `app::user: fallback 1 answered timed_out`
impl Display for FallbackUsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { function, position, cause, succeeded } = self;
        let what = if *succeeded { "answered" } else { "failed on" };
        write!(f, "{}: fallback {position} {what} {}", function, cause.name())
    }
}
