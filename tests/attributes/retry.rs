//! `#[retry]`: how often, when and after which outcomes a call is attempted again.

mod arguments;
mod backoff;
mod bind;
mod cancelling;
mod delays;
mod exhausted;
mod filters;
mod how_often;
mod idempotent;
mod jitter;
mod max_elapsed;
mod on_give_up;
mod on_retry;
mod policies;
mod policies_for_errors;
mod retry_after;
mod retry_after_ok;
mod retry_if_ok;
mod retry_if_result;
mod the_way_out_of_the_body;

use std::cell::{Cell, RefCell};
use std::error::Error as _;
use std::time::Duration;

use resilient::{
    Attempt, Backoff, ErrorKind, Exhausted, Failure, GiveUpEvent, GiveUpReason, Jitter, RetryEvent, RetryPolicy, retry,
};
use resilient_tests::millis;
use tokio::time::{Instant, advance};

/// When each attempt began.
#[derive(Default)]
struct Log(RefCell<Vec<Instant>>);

impl Log {
    /// Records the start of an attempt and returns its number.
    fn attempt(&self) -> usize {
        self.0.borrow_mut().push(Instant::now());
        self.attempts()
    }

    fn attempts(&self) -> usize {
        self.0.borrow().len()
    }

    /// The times from the start of each attempt to the start of the next.
    fn pauses(&self) -> Vec<Duration> {
        self.0.borrow().windows(2).map(|pair| pair[1] - pair[0]).collect()
    }

    fn pauses_in_millis(&self) -> Vec<u128> {
        self.pauses().iter().map(Duration::as_millis).collect()
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Fault {
    Network,
    Status(u16),
    Wait(Option<Duration>),
    Refused(ErrorKind),
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Fault {}

impl From<resilient::Error> for Fault {
    fn from(refusal: resilient::Error) -> Self {
        Self::Refused(refusal.kind())
    }
}

impl Fault {
    const fn asked(&self) -> Option<Duration> {
        match self {
            Self::Wait(asked) => *asked,
            _ => None,
        }
    }
}
