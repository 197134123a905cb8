//! `#[fallback]`: the forms of a fallback, and which failures it replaces.

mod a_closure;
mod a_fallback_that_fails;
mod a_path;
mod a_value;
mod below_a_retry;
mod filters;
mod outcomes_in_ok;
mod refused;
mod several;
mod what_it_does_not_touch;
mod without_a_result;

use std::cell::{Cell, RefCell};
use std::time::Duration;

use resilient::{ErrorKind, bulkhead, circuit_breaker, fallback, registry, retry, timeout};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    Network,
    Status(u64),
    Cache,
    Refused(ErrorKind),
}

impl From<resilient::Error> for Fault {
    fn from(refusal: resilient::Error) -> Self {
        Self::Refused(refusal.kind())
    }
}

type Answer = Result<String, Fault>;

#[allow(clippy::unnecessary_wraps, reason = "it stands in for a function that returns a result")]
fn answer(text: &str) -> Answer {
    Ok(text.to_owned())
}
