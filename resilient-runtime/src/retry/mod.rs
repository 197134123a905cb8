//! Retry: a policy, the schedule of its attempts and delays, and the drivers that wait.

mod again;
pub(crate) mod attempts;
pub(crate) mod backoff;
mod call;
mod checked_setters;
pub(crate) mod conversions;
pub(crate) mod delay;
pub(crate) mod delays;
pub(crate) mod driver;
pub(crate) mod events;
pub(crate) mod for_call;
pub(crate) mod http_retry_after;
mod least_delays;
#[cfg(feature = "config")]
mod longest_delays;
mod looks;
pub(crate) mod outcomes;
#[cfg(not(feature = "testing"))]
#[path = "no_overrides.rs"]
mod overrides;
#[cfg(feature = "testing")]
mod overrides;
mod pending;
pub(crate) mod policy;
mod repeat;
mod report;
pub(crate) mod retry_after;
pub(crate) mod rules;
mod schedule;
mod setters;
pub(crate) mod settings;
pub(crate) mod shows;
pub(crate) mod spending;
pub(crate) mod verdict;
