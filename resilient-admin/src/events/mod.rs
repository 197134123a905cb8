//! Events for readers: a log of the last ones, from which each reader takes what comes after what it has.
//!
//! A call that causes an event adds a line to the log and never waits for a reader. A reader that is too slow finds that
//! lines are gone, and gets their number.

pub(crate) mod line;
pub(crate) mod log;
pub(crate) mod reader;
mod spared;
