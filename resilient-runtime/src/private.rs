//! What generated code may name. Not part of the public interface: the macros and this crate are pinned to each other.

pub mod answer;
pub mod carry;

pub use std::time::Duration;

pub use inventory;

pub use answer::{Answer, answer, answer_to, answer_to_blocking, forget, sift};
pub use carry::{
    FromRefusal, Leaving, LeavingError, LeavingInstead, LeavingRefused, LeavingResult, Returns, ReturnsPlain,
    map_refusal, widen,
};

pub use crate::clock::{sleep, sleep_blocking};
pub use crate::drive::retrying::{Next, Retrying};
pub use crate::drive::timeout::Limit;
pub use crate::shared::registry::{Definition, Site};

pub use crate::{
    Attempt, Backoff, BreakerPolicy, Bulkhead, BulkheadPolicy, CircuitBreaker, ErrorKind, Failure, Jitter, Name,
    RetryPolicy, TimeoutPolicy,
};
