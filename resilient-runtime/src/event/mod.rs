//! Events: what they are, who listens, and how they are delivered. [`events`](crate::events) has the public names.

pub(crate) mod answering;
pub(crate) mod breaker_changed;
pub(crate) mod call;
pub(crate) mod call_events;
pub(crate) mod changes;
pub(crate) mod config_events;
#[expect(clippy::module_inception, reason = "the file of the type that gives the folder its name")]
pub(crate) mod event;
pub(crate) mod hedge_events;
pub(crate) mod kinds;
pub(crate) mod listener;
pub(crate) mod listeners;
#[cfg(feature = "tracing")]
pub(crate) mod log;
pub(crate) mod refusal_events;
pub(crate) mod stream;
pub(crate) mod turns;
