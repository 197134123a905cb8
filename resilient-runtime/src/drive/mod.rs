//! Where time passes: futures that sleep, threads that park, and the loops a user drives.

pub(crate) mod alarm;
pub(crate) mod attempts;
pub(crate) mod breaker;
pub(crate) mod bulkhead;
mod by_hand;
pub(crate) mod deadline;
pub(crate) mod dropped;
pub(crate) mod helper;
pub(crate) mod in_flight;
pub(crate) mod ledger;
pub(crate) mod park;
pub(crate) mod pause;
pub(crate) mod retrying;
pub(crate) mod timeout;
pub(crate) mod timer;
