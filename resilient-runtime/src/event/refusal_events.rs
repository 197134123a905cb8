//! Events of shared state that admits calls.

use std::fmt;
use std::time::Duration;

use crate::core::circuit_state::CircuitState;
use crate::core::name::Name;

/// The data of [`Event::BreakerRejected`](crate::events::Event::BreakerRejected).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct BreakerRejected {
    /// The breaker's name.
    pub name: Name,
    /// The state in which it refused.
    pub state: CircuitState,
    /// After how long it would admit a probe, if that is known.
    pub retry_after: Option<Duration>,
}

/// ``circuit breaker `users` refused a call: Open, a probe in 2s``
impl fmt::Display for BreakerRejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "circuit breaker `{}` refused a call: {:?}", self.name, self.state)?;
        self.retry_after.map_or(Ok(()), |after| write!(f, ", a probe in {after:?}"))
    }
}

/// The data of [`Event::BulkheadFull`](crate::events::Event::BulkheadFull).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct BulkheadFull {
    /// The bulkhead's name.
    pub name: Name,
    /// The calls that may be in flight at a time.
    pub limit: usize,
    /// Why the call did not wait, or not for longer.
    pub because: FullBecause,
}

/// Why a bulkhead refused a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FullBecause {
    /// No slot was free, and the call does not wait for one.
    NoSlot,
    /// No slot was free, and `max_queue` calls waited already.
    QueueFull,
    /// No slot became free within `max_wait`.
    WaitedTooLong,
    /// The bulkhead was shut down.
    ShutDown,
}

impl FullBecause {
    /// The word that logs use, as in `queue_full`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoSlot => "no_slot",
            Self::QueueFull => "queue_full",
            Self::WaitedTooLong => "waited_too_long",
            Self::ShutDown => "shut_down",
        }
    }
}

/// ``bulkhead `db` refused a call: no slot of 8 is free``
impl fmt::Display for BulkheadFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, limit, because } = self;
        write!(f, "bulkhead `{name}` refused a call: ")?;
        match because {
            FullBecause::NoSlot => write!(f, "no slot of {limit} is free"),
            FullBecause::QueueFull => write!(f, "no slot of {limit} is free, and the queue is full"),
            FullBecause::ShutDown => f.write_str("it was shut down"),
            FullBecause::WaitedTooLong => write!(f, "no slot of {limit} became free within `max_wait`"),
        }
    }
}

/// The data of [`Event::BulkheadWaited`](crate::events::Event::BulkheadWaited).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct BulkheadWaited {
    /// The bulkhead's name.
    pub name: Name,
    /// For how long the call waited for its slot, or for a thread of a bulkhead that has threads.
    pub waited: Duration,
}

/// ``a call waited 3ms for a slot of bulkhead `db` ``
impl fmt::Display for BulkheadWaited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a call waited {:?} for a slot of bulkhead `{}`", self.waited, self.name)
    }
}

/// The data of [`Event::Shed`](crate::events::Event::Shed).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Shed {
    /// The name of the adaptive throttle.
    pub name: Name,
    /// The share of calls that it sheds, above 0 and at most 1.
    pub share: f32,
}

/// ``adaptive throttle `api` shed a call, as 40 % of them``
impl fmt::Display for Shed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "adaptive throttle `{}` shed a call, as {:.0} % of them", self.name, self.share * 100.0)
    }
}

/// The data of [`Event::RateLimited`](crate::events::Event::RateLimited).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct RateLimited {
    /// The name of the rate limit.
    pub name: Name,
    /// After how long a call that waits in line could begin. `None` if it never can.
    pub retry_after: Option<Duration>,
}

/// ``rate limit `github` refused a call: one could begin in 250ms``
impl fmt::Display for RateLimited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rate limit `{}` refused a call: ", self.name)?;
        match self.retry_after {
            Some(after) => write!(f, "one could begin in {after:?}"),
            None => f.write_str("it takes more permits than there ever are"),
        }
    }
}
