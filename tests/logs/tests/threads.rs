//! The caller's span goes along to helper threads, also where the caller waits no more.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use resilient::{Error, bulkhead, timeout};
use tracing::info_span;

use crate::kept;

fn callers(of: &str) -> Vec<Vec<&'static str>> {
    let names = |line: &resilient_logs_tests::Line| line.spans.iter().map(|span| span.name).collect();
    kept().with("body", of).iter().map(names).collect()
}

#[test]
fn of_a_sync_timeout() {
    #[timeout(60s)]
    fn elsewhere(caller: thread::ThreadId) -> Result<bool, Error> {
        tracing::info!(body = "helper");
        Ok(thread::current().id() != caller)
    }
    kept();
    let span = info_span!("caller of a timeout").entered();
    assert!(elsewhere(thread::current().id()).unwrap(), "the body runs on a helper thread");
    drop(span);
    elsewhere(thread::current().id()).unwrap();
    assert_eq!(callers("helper"), [vec!["caller of a timeout"], vec![]]);
}

#[test]
fn of_a_job_that_is_abandoned() {
    #[timeout(20ms)]
    fn goes_on(goes_on: mpsc::Receiver<()>, logged: mpsc::Sender<()>) -> Result<(), Error> {
        goes_on.recv().expect("the test sends it");
        tracing::info!(body = "abandoned");
        logged.send(()).expect("the test waits");
        Ok(())
    }
    kept();
    let (go_on, receiver) = mpsc::channel();
    let (logged, wait) = mpsc::channel();
    info_span!("caller that left").in_scope(|| assert!(goes_on(receiver, logged).unwrap_err().is_timed_out()));
    go_on.send(()).expect("the job waits");
    wait.recv_timeout(Duration::from_secs(60)).expect("the job goes on");
    assert_eq!(callers("abandoned"), [["caller that left"]]);
}

#[tokio::test]
async fn of_a_bulkhead_with_threads() {
    #[bulkhead(threads = 1)]
    async fn in_a_thread() -> Result<(), Error> {
        tracing::info!(body = "bulkhead");
        Ok(())
    }
    kept();
    let span = info_span!("caller of a bulkhead");
    let call = tracing::Instrument::instrument(in_a_thread(), span);
    call.await.unwrap();
    assert_eq!(callers("bulkhead"), [["caller of a bulkhead"]]);
}
