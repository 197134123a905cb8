//! A refusal ([`Error`]), and a refusal or the function's own error ([`Failure`]).

mod kind;

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::time::Duration;

use crate::core::circuit_state::CircuitState;
use crate::core::name::Name;
use crate::core::retries_exhausted::RetriesExhausted;

pub use kind::ErrorKind;

/// A refusal: the call was not made, did not end in time, or was given up.
///
/// It reaches the caller as the function's own error type `E`, by `E: From<resilient::Error>`. It converts into
/// [`std::io::Error`], `Box<dyn std::error::Error + Send + Sync>` and `anyhow::Error`. It is at most four words large,
/// and error types that hold it can derive `Clone`, `PartialEq` and `Eq`:
///
/// ```
/// # use resilient_runtime as resilient;
/// #[derive(Debug, Clone, PartialEq, Eq)]
/// enum ApiError {
///     NotFound,
///     Refused(resilient::Error),
/// }
/// ```
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::{Error, ErrorKind, Name};
/// use std::time::Duration;
///
/// let error = Error::TimedOut { name: Name::new(&"users"), after: Duration::from_secs(2) };
/// assert_eq!(error.kind(), ErrorKind::TimedOut);
/// assert_eq!(error.to_string(), "`users` timed out after 2s");
/// assert_eq!(std::io::Error::from(error).kind(), std::io::ErrorKind::TimedOut);
/// ```
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A circuit breaker did not admit the call.
    #[error("circuit breaker `{name}` is {}{}", open_as(*state), Hint(*retry_after))]
    CircuitOpen {
        /// The breaker's name.
        name: Name,
        /// The state in which it refused: `Open`, `ForcedOpen`, or `HalfOpen` with every probe's place taken.
        state: CircuitState,
        /// After how long it would admit a probe. `None` if that is not known: it is forced open, or half-open with
        /// every probe's place taken.
        retry_after: Option<Duration>,
    },
    /// A call had not ended when its time was over.
    #[error("`{name}` timed out after {after:?}")]
    TimedOut {
        /// The path of the annotated function, or the name of the policy.
        name: Name,
        /// The limit that was exceeded.
        after: Duration,
    },
    /// A bulkhead had no free slot or thread, none within `max_wait`, or a full queue; or it has been shut down.
    #[error("bulkhead `{name}` {}", Full(*limit))]
    BulkheadFull {
        /// The bulkhead's name, or the path of the function it belongs to.
        name: Name,
        /// The calls that may be in flight at a time. 0 if it has been shut down.
        limit: usize,
    },
    /// A rate limit let no call begin, within `max_wait` if it waits.
    #[error("rate limit `{name}` is reached{}", Hint(*retry_after))]
    RateLimited {
        /// The name of the rate limit, or the path of the function it belongs to.
        name: Name,
        /// After how long a call that waits in line could begin. `None` if it never can: it takes more permits than there
        /// ever are.
        retry_after: Option<Duration>,
    },
    /// A hedge had nothing to make an attempt with: the list of its items was empty.
    #[error("`{name}` has nothing to make an attempt with")]
    NoItems {
        /// The path of the annotated function, or the name of the hedge.
        name: Name,
    },
    /// Every attempt failed. Only with `exhausted = wrap`; otherwise the last error itself is returned.
    #[error(transparent)]
    RetriesExhausted(Box<RetriesExhausted>),
    /// An adaptive throttle shed the call, because the callee accepted too few of the last ones.
    #[error("adaptive throttle `{name}` sheds {:.0} % of its calls", share * 100.0)]
    Shed {
        /// The throttle's name, or the path of the function it belongs to.
        name: Name,
        /// The share of calls that it shed when it decided, above 0 and at most 1.
        share: f32,
    },
}

/// The only number that is not equal to itself is no share: the library makes none.
impl Eq for Error {}

impl Error {
    /// The kind of refusal.
    #[inline]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::CircuitOpen { .. } => ErrorKind::CircuitOpen,
            Self::TimedOut { .. } => ErrorKind::TimedOut,
            Self::BulkheadFull { .. } => ErrorKind::BulkheadFull,
            Self::RateLimited { .. } => ErrorKind::RateLimited,
            Self::Shed { .. } => ErrorKind::Shed,
            Self::NoItems { .. } => ErrorKind::NoItems,
            Self::RetriesExhausted(_) => ErrorKind::RetriesExhausted,
        }
    }

    /// The name of the breaker, bulkhead, rate limit or throttle, or the path of the function that timed out or gave up.
    pub fn name(&self) -> &str {
        match self {
            Self::CircuitOpen { name, .. }
            | Self::TimedOut { name, .. }
            | Self::BulkheadFull { name, .. }
            | Self::RateLimited { name, .. }
            | Self::Shed { name, .. }
            | Self::NoItems { name } => name.as_str(),
            Self::RetriesExhausted(exhausted) => exhausted.name.as_str(),
        }
    }

    /// After how long the breaker that refused would admit a probe, or a call could begin under the rate limit, if that is
    /// known. `None` for other refusals.
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::CircuitOpen { retry_after, .. } | Self::RateLimited { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// The refusal that policies look at: for exhausted retries the refusal of the last attempt, if there was one.
    pub(crate) fn decisive(&self) -> &Self {
        match self {
            Self::RetriesExhausted(exhausted) => {
                exhausted.last_error.downcast_ref::<Self>().map_or(self, Self::decisive)
            }
            _ => self,
        }
    }

    /// Whether the callee was called before the refusal. `self` is [`decisive`](Self::decisive).
    pub(crate) const fn has_asked(&self) -> bool {
        self.kind().has_asked()
    }

    /// Whether each further attempt would be refused as well. `self` is [`decisive`](Self::decisive).
    pub(crate) const fn is_final(&self) -> bool {
        matches!(self, Self::RateLimited { retry_after: None, .. } | Self::BulkheadFull { limit: 0, .. })
    }

    /// Whether a circuit breaker refused.
    pub const fn is_circuit_open(&self) -> bool {
        matches!(self, Self::CircuitOpen { .. })
    }

    /// Whether a time limit was exceeded.
    pub const fn is_timed_out(&self) -> bool {
        matches!(self, Self::TimedOut { .. })
    }

    /// Whether a bulkhead refused.
    pub const fn is_bulkhead_full(&self) -> bool {
        matches!(self, Self::BulkheadFull { .. })
    }

    /// Whether a rate limit refused.
    pub const fn is_rate_limited(&self) -> bool {
        matches!(self, Self::RateLimited { .. })
    }

    /// Whether an adaptive throttle shed the call.
    pub const fn is_shed(&self) -> bool {
        matches!(self, Self::Shed { .. })
    }

    /// Whether a retry with `exhausted = wrap` ran out of attempts or time.
    pub const fn is_retries_exhausted(&self) -> bool {
        matches!(self, Self::RetriesExhausted(_))
    }
}

/// The state in the message of a refusal.
const fn open_as(state: CircuitState) -> &'static str {
    match state {
        CircuitState::ForcedOpen => "forced open",
        CircuitState::HalfOpen => "half-open with every probe under way",
        _ => "open",
    }
}

struct Hint(Option<Duration>);

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(after) => write!(f, ", retry after {after:?}"),
            None => Ok(()),
        }
    }
}

/// Why a bulkhead refused whose limit is this.
struct Full(usize);

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => f.write_str("is shut down"),
            limit => write!(f, "is full, its limit is {limit}"),
        }
    }
}

/// The kind is `TimedOut` for a timeout, `ResourceBusy` for a full bulkhead, a rate limit that is reached or a call that
/// was shed, and `Other` for other refusals.
impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        let kind = match error.kind() {
            ErrorKind::TimedOut => io::ErrorKind::TimedOut,
            ErrorKind::BulkheadFull | ErrorKind::RateLimited | ErrorKind::Shed => io::ErrorKind::ResourceBusy,
            ErrorKind::CircuitOpen | ErrorKind::NoItems | ErrorKind::RetriesExhausted => io::ErrorKind::Other,
        };
        Self::new(kind, error)
    }
}

impl From<Infallible> for Error {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// The function's own error, or a refusal: the failure that the policies of one call pass on.
///
/// `R` is [`Infallible`] below the first policy that can refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure<E, R = Error> {
    /// The function ran and returned this error.
    Inner(E),
    /// A policy refused.
    Refused(R),
}

/// What can stand for a refusal: [`Error`], or [`Infallible`] where none is possible. Sealed.
pub trait Refusal: Into<Error> + sealed::Sealed {
    /// The refusal as an [`Error`].
    fn as_error(&self) -> &Error;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Error {}
    impl Sealed for std::convert::Infallible {}
}

impl Refusal for Error {
    #[inline]
    fn as_error(&self) -> &Error {
        self
    }
}

impl Refusal for Infallible {
    #[inline]
    fn as_error(&self) -> &Error {
        match *self {}
    }
}

impl<E, R> Failure<E, R> {
    /// The function's own error, if it is one.
    pub const fn inner(&self) -> Option<&E> {
        match self {
            Self::Inner(error) => Some(error),
            Self::Refused(_) => None,
        }
    }

    /// The refusal, if it is one.
    pub const fn refusal(&self) -> Option<&R> {
        match self {
            Self::Inner(_) => None,
            Self::Refused(refusal) => Some(refusal),
        }
    }

    /// The function's error type, refusals turned into it.
    pub fn into_error(self) -> E
    where
        E: From<R>,
    {
        match self {
            Self::Inner(error) => error,
            Self::Refused(refusal) => refusal.into(),
        }
    }
}

impl<E, R: Refusal> Failure<E, R> {
    /// The same by reference.
    pub fn as_ref(&self) -> Failure<&E, &Error> {
        match self {
            Self::Inner(error) => Failure::Inner(error),
            Self::Refused(refusal) => Failure::Refused(refusal.as_error()),
        }
    }

    /// The same where refusals are possible from here on.
    pub(crate) fn widen(self) -> Failure<E> {
        match self {
            Self::Inner(error) => Failure::Inner(error),
            Self::Refused(refusal) => Failure::Refused(refusal.into()),
        }
    }
}

impl<E> Failure<Failure<E>> {
    /// One failure of two policies, one around the other: the inner error, or the refusal of either.
    pub fn flatten(self) -> Failure<E> {
        match self {
            Self::Inner(failure) => failure,
            Self::Refused(refusal) => Failure::Refused(refusal),
        }
    }
}

impl<E> From<Error> for Failure<E> {
    fn from(refusal: Error) -> Self {
        Self::Refused(refusal)
    }
}

impl<E: fmt::Display, R: fmt::Display> fmt::Display for Failure<E, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inner(error) => error.fmt(f),
            Self::Refused(refusal) => refusal.fmt(f),
        }
    }
}

impl<E, R> std::error::Error for Failure<E, R>
where
    E: std::error::Error + 'static,
    R: std::error::Error + 'static,
{
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Inner(error) => error.source(),
            Self::Refused(refusal) => refusal.source(),
        }
    }
}

#[cfg(test)]
mod tests;
