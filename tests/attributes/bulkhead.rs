//! `#[bulkhead]`: how many calls are in flight, and how long others wait.

mod a_slot_is_given_back;
mod adaptive;
mod sync_and_async;
mod the_limit;
mod waiting;
mod without_a_name;

use std::time::Duration;

use resilient::{BulkheadPolicy, ErrorKind, bulkhead, registry};
use resilient_tests::{InFlight, never, secs, shared_bulkhead};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

#[derive(Debug, PartialEq)]
enum Fault {
    Own,
    Refused { kind: ErrorKind, name: String },
}

impl From<resilient::Error> for Fault {
    fn from(refusal: resilient::Error) -> Self {
        Self::Refused { kind: refusal.kind(), name: refusal.name().to_owned() }
    }
}

type Outcome = Result<(), Fault>;

fn is_refused(outcome: &Outcome) -> bool {
    matches!(outcome, Err(Fault::Refused { kind: ErrorKind::BulkheadFull, .. }))
}

/// A body that holds its slot until it receives its outcome.
async fn as_received(receiver: oneshot::Receiver<Outcome>) -> Outcome {
    receiver.await.expect("the test sends an outcome")
}
