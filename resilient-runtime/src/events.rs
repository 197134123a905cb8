//! What happens to calls and to shared state, for those who want to see it: logs, metrics, tests and your own code.
//!
//! [`subscribe`] calls a function at each event; [`events()`](crate::events()) narrows that to some kinds, a function or
//! a name, and has a channel for code that reads events elsewhere.
//!
//! While nobody listens, what could be an event costs one load of a word that rarely changes. No event allocates, unless
//! a channel keeps it.
//!
//! [`subscribe`]: crate::subscribe

pub use crate::event::breaker_changed::{BreakerChanged, ChangeReason};
pub use crate::event::call_events::{
    CallFinished, Cause, FallbackUsed, Outcome, RetriesExhausted, RetryScheduled, TimedOut,
};
pub use crate::event::config_events::{ConfigApplied, ConfigChange, ConfigRejected};
pub use crate::event::event::Event;
pub use crate::event::hedge_events::{HedgeSent, HedgeWon};
pub use crate::event::kinds::Kinds;
pub use crate::event::listeners::{Subscription, subscribe};
pub use crate::event::refusal_events::{BreakerRejected, BulkheadFull, BulkheadWaited, FullBecause, RateLimited, Shed};
pub use crate::event::stream::{EventRecord, EventStream, Lagged};
pub use crate::registry::events::{Events, UnknownSubject, events};
