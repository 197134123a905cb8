//! Scopes for tests, with the cargo feature `testing`: for dev-dependencies.
//!
//! [`scope`] begins one. Until it is dropped, what runs in it has breakers, bulkheads, rate limits, random numbers,
//! listeners and a clock of its own, so that tests which run in parallel never meet, although they call the same
//! functions.

mod asserts;
mod clock;
mod forced;
mod forced_keys;
mod scope;
pub(crate) mod script;

#[doc(hidden)]
pub use crate::core::circuit_state::CircuitState;
pub use asserts::{assert_changes, assert_schedule, assert_state};
#[doc(hidden)]
pub use asserts::{delay, parse_delay};
pub use forced::Forced;
pub use script::{Outcome, err, ok, pass, refuse};

pub use clock::{Clock, sleep};
pub use scope::{Entered, Scope, scope};
