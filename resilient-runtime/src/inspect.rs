//! The annotated functions of the program and the names that they share, for checks before any call.
//!
//! [`functions`] lists every annotated function with its attributes, their settings and how long a call can take.
//! [`Registry::verify`](crate::Registry::verify) finds names that are given contradictory settings or are misspelt.
//!
//! ```
//! # use resilient_runtime as resilient;
//! use resilient::inspect::functions;
//!
//! for function in functions() {
//!     assert!(function.worst_case().limit().is_some(), "{function}");
//! }
//! assert!(resilient::registry().verify().is_ok());
//! ```

pub use crate::registry::found::{FoundBreaker, circuit_breakers, find_circuit_breaker};
pub use crate::registry::functions::{Function, Layer, LayerKind, WorstCase, functions};
pub use crate::registry::observed::{Observed, observed};
pub use crate::registry::origin::Origin;
pub use crate::registry::verify::{Difference, Problem, Verified, VerifyError};
