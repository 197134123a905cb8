#![doc = include_str!("../README.md")]

#[cfg(feature = "macros")]
pub use resilient_macros::{bulkhead, circuit_breaker, fallback, retry, timeout};
pub use resilient_runtime::*;

#[doc(hidden)]
pub use resilient_runtime::private;
