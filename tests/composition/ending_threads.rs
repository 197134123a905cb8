//! Annotated functions called in the destructors of thread locals, while a thread ends.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::mpsc::{Sender, channel};
use std::task::{Context, Poll, Waker};
use std::thread;

use resilient::{Error, bulkhead, circuit_breaker, retry, timeout};

/// Makes the calls when it is dropped, and sends their outcomes.
struct CallsAtLast(Sender<Vec<Result<u32, Error>>>);

impl Drop for CallsAtLast {
    fn drop(&mut self) {
        let _ = self.0.send(calls());
    }
}

thread_local! {
    static LAST: RefCell<Option<CallsAtLast>> = const { RefCell::new(None) };
}

fn calls() -> Vec<Result<u32, Error>> {
    vec![retried(), is_limited(), cooperates(), polled()]
}

fn refusal() -> Error {
    Error::BulkheadFull { name: resilient::Name::new(&"full"), limit: 1 }
}

#[retry(max_attempts = 2, base_delay = 1ms)]
fn retried() -> Result<u32, Error> {
    Err(refusal())
}

#[circuit_breaker(name = "ending")]
#[timeout(10s)]
#[bulkhead(name = "ending", max_concurrent = 1, max_wait = 1ms)]
fn is_limited() -> Result<u32, Error> {
    Ok(1)
}

#[timeout(10s, cooperative)]
#[circuit_breaker(name = "ending")]
#[timeout(5s)]
fn cooperates() -> Result<u32, Error> {
    Ok(2)
}

#[timeout(10s)]
#[circuit_breaker(name = "ending")]
#[timeout(5s)]
async fn waits_once() -> Result<u32, Error> {
    let mut has_waited = false;
    poll_fn(|_| if std::mem::replace(&mut has_waited, true) { Poll::Ready(()) } else { Poll::Pending }).await;
    Ok(3)
}

fn polled() -> Result<u32, Error> {
    let mut call = pin!(waits_once());
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(outcome) = call.as_mut().poll(&mut context) {
            return outcome;
        }
    }
}

#[test]
fn a_thread_that_ends_can_still_call() {
    // Once any clock of tokio has been paused, tokio reads it through a thread local of its own.
    let paused = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    drop(paused.expect("a runtime"));
    let (sender, receiver) = channel();
    let ending = thread::spawn(move || {
        // Thread locals are dropped in the reverse order of their first use, so those that the calls use are dropped
        // before `LAST`.
        LAST.set(Some(CallsAtLast(sender)));
        calls()
    });
    let before = ending.join().expect("it does not panic");
    assert_eq!(before, [Err(refusal()), Ok(1), Ok(2), Ok(3)]);
    assert_eq!(receiver.recv().expect("it has called"), before);
}
