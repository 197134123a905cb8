//! Spans of `tracing`: that of a caller, which goes along to other threads, and those of attempts. Without the feature
//! they take no memory and do nothing.

#[cfg(feature = "tracing")]
mod traced;
#[cfg(not(feature = "tracing"))]
mod untraced;

#[cfg(feature = "tracing")]
pub(crate) use traced::{AttemptSpan, HedgeSpan, InSpan, Span, in_span, is_traced, record_attempts};
#[cfg(not(feature = "tracing"))]
pub(crate) use untraced::{AttemptSpan, HedgeSpan, Span, in_span, is_traced, record_attempts};
