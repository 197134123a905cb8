//! Every attribute on sync functions: they block the thread, and need no runtime.
#![allow(clippy::unnecessary_wraps, reason = "a fallback returns what the function does")]

mod all_five;
mod answering;
mod breaking;
mod limiting;
mod retrying;
mod the_runtime_of_the_caller;
mod within_a_runtime;

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use resilient::{CircuitState, ErrorKind, bulkhead, circuit_breaker, fallback, registry, retry, timeout};
use resilient_tests::millis;

#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("{self:?}")]
enum Fault {
    Own,
    Other,
    Refused(ErrorKind),
}

impl From<resilient::Error> for Fault {
    fn from(refusal: resilient::Error) -> Self {
        Self::Refused(refusal.kind())
    }
}

type Outcome = Result<u32, Fault>;

const BAD: Outcome = Err(Fault::Own);

const fn refused(kind: ErrorKind) -> Outcome {
    Err(Fault::Refused(kind))
}

fn count(ran: &Cell<u32>) -> u32 {
    ran.set(ran.get() + 1);
    ran.get()
}
