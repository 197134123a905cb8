//! One closed set of events.

use std::fmt;

use crate::core::name::Name;
use crate::event::breaker_changed::BreakerChanged;
use crate::event::call_events::{CallFinished, FallbackUsed, RetriesExhausted, RetryScheduled, TimedOut};
use crate::event::config_events::{ConfigApplied, ConfigRejected};
use crate::event::hedge_events::{HedgeSent, HedgeWon};
use crate::event::kinds::Kinds;
use crate::event::refusal_events::{BreakerRejected, BulkheadFull, BulkheadWaited, RateLimited, Shed};

/// Declares the events, a line for each: its kind, and whether it is of a function or of state that has a name.
macro_rules! events {
    ($($(#[$meta:meta])* $Event:ident($Data:ty): $KIND:ident of a $subject:ident;)*) => {
        /// Something that happened to a call or to shared state. It is borrowed: made where it happens, and only if
        /// somebody listens. Arguments of functions are never in it.
        #[derive(Clone, Copy, Debug)]
        #[non_exhaustive]
        pub enum Event<'a> {
            $($(#[$meta])* $Event($Data),)*
        }

        impl Event<'_> {
            /// The set of [`Kinds`] that it belongs to.
            pub const fn kind(&self) -> Kinds {
                match self {
                    $(Self::$Event(_) => Kinds::$KIND,)*
                }
            }

            const fn subject(&self) -> Subject {
                match self {
                    $(Self::$Event(event) => Subject::$subject(event.$subject),)*
                }
            }
        }

        impl fmt::Display for Event<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$Event(event) => event.fmt(f),)*
                }
            }
        }
    };
}

/// What an event is about.
#[expect(non_camel_case_types, reason = "named as the fields of the events")]
enum Subject {
    function(Name),
    name(Name),
    source(#[expect(dead_code, reason = "a configuration is no function and no state")] Name),
}

events! {
    /// A call of an annotated function or through a pipeline has ended, whether it returned, panicked or was dropped. One
    /// whose future was never polled is no call.
    CallFinished(CallFinished): CALLS of a function;
    /// An attempt failed, and another follows after a delay.
    RetryScheduled(RetryScheduled<'a>): RETRIES of a function;
    /// The last attempt failed and is worth another, for which no number, no time or no token is left. Once the deadline of a
    /// timeout above is over, [`TimedOut`](Self::TimedOut) follows instead.
    RetriesExhausted(RetriesExhausted<'a>): RETRIES of a function;
    /// A circuit breaker changed its state.
    BreakerChanged(BreakerChanged): CHANGES of a name;
    /// A circuit breaker did not admit a call.
    BreakerRejected(BreakerRejected): REFUSALS of a name;
    /// A call, or an attempt of it, had not ended when its time was over.
    TimedOut(TimedOut): REFUSALS of a function;
    /// A bulkhead refused a call.
    BulkheadFull(BulkheadFull): REFUSALS of a name;
    /// A call got a slot of a bulkhead after it had waited for one, or a thread of one with threads. In the second case
    /// listeners are called on that thread.
    BulkheadWaited(BulkheadWaited): WAITS of a name;
    /// A rate limit refused a call.
    RateLimited(RateLimited): REFUSALS of a name;
    /// An adaptive throttle shed a call.
    Shed(Shed): REFUSALS of a name;
    /// A fallback answered instead of the function.
    FallbackUsed(FallbackUsed): FALLBACKS of a function;
    /// A hedge made another attempt beside the first.
    HedgeSent(HedgeSent): HEDGES of a name;
    /// An attempt beside the first gave the answer.
    HedgeWon(HedgeWon): HEDGES of a name;
    /// A configuration is in force. Only with the feature `config`.
    ConfigApplied(ConfigApplied<'a>): CONFIG of a source;
    /// A configuration has problems, so what was in force before stays. Only with the feature `config`.
    ConfigRejected(ConfigRejected<'a>): CONFIG of a source;
}

impl Event<'_> {
    /// The path of the function that it is about, or the name that a policy used by hand has. `None` for events of
    /// shared state and of configurations.
    pub const fn function(&self) -> Option<Name> {
        match self.subject() {
            Subject::function(function) => Some(function),
            Subject::name(_) | Subject::source(_) => None,
        }
    }

    /// The name of the shared state that it is about. `None` for events of functions and of
    /// configurations.
    pub const fn name(&self) -> Option<Name> {
        match self.subject() {
            Subject::name(name) => Some(name),
            Subject::function(_) | Subject::source(_) => None,
        }
    }

    /// The error that it is about, if that can be displayed.
    pub(crate) const fn error(&self) -> Option<&(dyn fmt::Display + Sync)> {
        match self {
            Self::RetryScheduled(event) => event.error,
            Self::RetriesExhausted(event) => event.error,
            Self::ConfigRejected(event) => event.error,
            _ => None,
        }
    }

    /// The same event without what it borrows.
    pub(crate) const fn without_error(&self) -> Event<'static> {
        match *self {
            Self::RetryScheduled(event) => Event::RetryScheduled(event.without_error()),
            Self::RetriesExhausted(event) => Event::RetriesExhausted(event.without_error()),
            Self::CallFinished(event) => Event::CallFinished(event),
            Self::BreakerChanged(event) => Event::BreakerChanged(event),
            Self::BreakerRejected(event) => Event::BreakerRejected(event),
            Self::TimedOut(event) => Event::TimedOut(event),
            Self::BulkheadFull(event) => Event::BulkheadFull(event),
            Self::BulkheadWaited(event) => Event::BulkheadWaited(event),
            Self::RateLimited(event) => Event::RateLimited(event),
            Self::Shed(event) => Event::Shed(event),
            Self::FallbackUsed(event) => Event::FallbackUsed(event),
            Self::HedgeSent(event) => Event::HedgeSent(event),
            Self::HedgeWon(event) => Event::HedgeWon(event),
            Self::ConfigApplied(event) => Event::ConfigApplied(event.without_changes()),
            Self::ConfigRejected(event) => Event::ConfigRejected(event.without_error()),
        }
    }
}
