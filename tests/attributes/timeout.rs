//! `#[timeout]`: what happens at the deadline, and when the time starts.

mod cooperative;
mod in_async_functions;
mod on_helper_threads;

use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use resilient::{Deadline, ErrorKind, TimeoutPolicy, deadline, remaining, retry, timeout};
use resilient_tests::{PAUSE_OF_ZERO, millis, secs};

#[derive(Debug, PartialEq)]
enum Fault {
    Own,
    Refused { kind: ErrorKind, name: String, after: Duration },
}

impl From<resilient::Error> for Fault {
    fn from(refusal: resilient::Error) -> Self {
        let resilient::Error::TimedOut { name, after } = &refusal else { panic!("not a timeout: {refusal}") };
        Self::Refused { kind: refusal.kind(), name: name.to_string(), after: *after }
    }
}

impl Fault {
    fn is_timed_out(&self) -> bool {
        matches!(self, Self::Refused { kind: ErrorKind::TimedOut, .. })
    }
}

/// The current deadline.
fn ends() -> Option<std::time::Instant> {
    deadline().map(Deadline::instant)
}
