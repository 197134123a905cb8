//! What generated code may name. Not part of the public interface: the macros and this crate are pinned to each other.

mod acts;
pub mod answer;
pub mod carry;
mod copied;
mod count;
mod crosses;
mod given;
mod limit;
mod window;

pub use std::time::Duration;

pub use inventory;

pub use acts::Acts;
pub use answer::{Answer, Awaited, IntoAnswer, answer, answerable, apply, forget, sift};
pub use carry::{
    FromRefusal, Leaving, LeavingError, LeavingInstead, LeavingRefused, LeavingResult, NoResult, Own, Refusable,
    Returns, ReturnsPlain, lift_call, lift_future, settled, unrefused, widen,
};

pub use copied::{
    CopiedForAttempt, CopiedForBody, CopiedForFallback, CopiedForRewritten, CopiedForThread, SelfCopiedForRewritten,
    SelfCopiedForThread,
};
pub use count::count;
pub use crosses::{ComesBack, Crosses};
pub use given::Given;
pub use limit::{limit, max_wait, only_limit};
pub use window::window;

pub use crate::drive::deadline::too_late;
pub use crate::drive::pause::{sleep, sleep_blocking};
pub use crate::drive::retrying::{FindPause, IntoSource, Next, Retrying, Verdict};
pub use crate::drive::timeout::Limit;
pub use crate::shared::functions::{Function, Layer, LayerKind, WorstCase};
pub use crate::shared::site::Site;

pub use crate::{
    Attempt, Backoff, BreakerPolicy, Bulkhead, BulkheadPolicy, CircuitBreaker, Error, ErrorKind, Failure, Jitter, Name,
    RetryPolicy, TimeoutPolicy,
};
