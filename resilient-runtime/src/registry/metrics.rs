//! What there is to measure: one table of metrics, and their values as the program counts them.
//!
//! Nothing is measured twice: the values are the totals that breakers, bulkheads and functions have anyway, read when
//! somebody asks for them. [`crate::metrics`] has the public names.

mod functions;
#[cfg(feature = "metrics")]
mod histograms;
mod labels;
#[cfg(feature = "metrics")]
pub(crate) mod publish;
pub(crate) mod readings;
mod states;
pub(crate) mod table;
