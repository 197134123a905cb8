//! How the outcome of a call counts, and how many of the last calls ended in which way: what the policies share that
//! admit calls and look at how they end.

pub(crate) mod call;
pub(crate) mod failures;
pub(crate) mod for_call;
pub(crate) mod gate;
pub(crate) mod good;
pub(crate) mod guard;
pub(crate) mod held;
mod in_flight;
pub(crate) mod lasting;
pub(crate) mod outcome;
pub(crate) mod sync_guard;
pub(crate) mod tally;
pub(crate) mod time_window;
