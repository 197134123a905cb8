//! `#[bulkhead(threads = …)]`: the body runs on threads of the bulkhead, in sync and async functions.

mod below_others;
mod forms;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use resilient::{
    Error, ThreadBulkhead, ThreadBulkheadPolicy, ThreadStats, bulkhead, fallback, registry, retry, timeout,
};
use resilient_tests::secs;

const HOUR: Duration = secs(3_600);

/// The name of the thread on which it is called.
fn thread_name() -> String {
    thread::current().name().unwrap_or_default().to_owned()
}

fn images(name: &str) -> &'static ThreadBulkhead {
    registry().thread_bulkhead(name).expect("an attribute names it")
}

/// A body that reports its begin, and waits until the other end is dropped.
fn hold(begun: &Sender<()>, released: &Receiver<()>) {
    begun.send(()).expect("the test waits");
    assert!(released.recv().is_err());
}

/// What a body does not wait for.
fn open_gate() -> Receiver<()> {
    let (release, released) = channel();
    drop::<Sender<()>>(release);
    released
}
