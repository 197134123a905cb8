//! Scopes for tests, with the cargo feature `testing`: for dev-dependencies.
//!
//! [`scope`] begins one. Until it is dropped, what runs in it has breakers, bulkheads, rate limits, random numbers,
//! listeners and a clock of its own, so that tests which run in parallel never meet, although they call the same
//! functions.
//!
//! Three macros assert what happened in a scope. Rustdoc does not list them here, because macros are exported at the root
//! of a crate, where they are hidden. Each panics with a list of what happened if it was something else, and if nothing
//! has that name.
//!
//! | macro | asserts |
//! |---|---|
//! | `assert_schedule!(scope, "app::user", [100ms, 2 * SECOND])` | the delays between the attempts of a function, or of a pipeline by its name: literals with a unit, or expressions of type `Duration` |
//! | `assert_state!(scope, "users", Closed)` | the state of a breaker: the name of a [`CircuitState`] |
//! | `assert_changes!(scope, "users", [Open, HalfOpen, Closed])` | the changes of a breaker in order, each as the state after it |
//!
//! ```
//! # use resilient_runtime as resilient;
//! use resilient::testing::{assert_changes, assert_schedule, assert_state};
//! use resilient::{BreakerPolicy, Jitter, Pipeline, RetryPolicy, registry};
//!
//! let scope = resilient::testing::scope();
//! let policy = BreakerPolicy::new().failure_threshold(3);
//! let users = registry().circuit_breaker_or_insert("users", policy);
//! let retry = RetryPolicy::new().jitter(Jitter::None);
//! let pipeline = Pipeline::new().named("user").retry(retry).breaker(users).build().unwrap();
//! pipeline.call(|| Err::<(), _>("down")).unwrap_err();
//! assert_schedule!(scope, "user", [100ms, 200ms]);
//! assert_state!(scope, "users", Open);
//! assert_changes!(scope, "users", [Open]);
//! ```

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
