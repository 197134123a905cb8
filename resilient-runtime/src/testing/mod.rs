//! Scopes for tests, with the cargo feature `testing`: for dev-dependencies.
//!
//! [`scope`] begins one. Until it is dropped, what runs in it has breakers, bulkheads, rate limits, random numbers,
//! listeners and a clock of its own, so that tests which run in parallel never meet, although they call the same
//! functions.

mod clock;
mod scope;

pub use clock::{Clock, sleep};
pub use scope::{Entered, Scope, scope};
