//! `resilient::Error`: what a refusal says, and how it converts into the function's error.

mod a_refusal_says;
mod a_string_is_error_enough;
mod it_can_be_compared;
mod it_turns_into;
mod map_err;

use std::cell::Cell;
use std::error::Error as _;
use std::io;
use std::time::Duration;

use resilient::{CircuitState, Error, ErrorKind, Name, bulkhead, circuit_breaker, fallback, registry, retry, timeout};

const fn open(retry_after: Option<Duration>) -> Error {
    Error::CircuitOpen { name: Name::new(&"payments"), state: CircuitState::Open, retry_after }
}

const fn timed_out() -> Error {
    Error::TimedOut { name: Name::new(&"users"), after: Duration::from_millis(1500) }
}

const fn full() -> Error {
    Error::BulkheadFull { name: Name::new(&"db"), limit: 10 }
}

/// `RetriesExhausted`, the only variant that cannot be constructed.
fn exhausted() -> Error {
    #[derive(Debug)]
    struct Exhausted(Option<Error>);

    impl From<Error> for Exhausted {
        fn from(refusal: Error) -> Self {
            Self(Some(refusal))
        }
    }

    impl std::fmt::Display for Exhausted {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("the reason")
        }
    }

    impl std::error::Error for Exhausted {}

    #[retry(max_attempts = 2, base_delay = 0s, exhausted = wrap)]
    fn fails() -> Result<(), Exhausted> {
        Err(Exhausted(None))
    }

    fails().expect_err("it fails").0.expect("it is wrapped")
}

fn all() -> [Error; 4] {
    [open(None), timed_out(), full(), exhausted()]
}
