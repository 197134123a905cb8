//! What there is to measure, for exporters.
//!
//! With the feature `metrics` everything is published by the [`metrics`](https://docs.rs/metrics) facade, and there is
//! nothing to call: a program that installs a recorder gets it. The package `resilient-opentelemetry` does the same for
//! OpenTelemetry. [`read`] is for exporters of your own.

pub use crate::registry::metrics::readings::{Reading, Value, read};
pub use crate::registry::metrics::table::{INSTRUMENTS, Instrument, InstrumentKind};

#[cfg(feature = "metrics")]
pub use crate::registry::metrics::publish::publish;
