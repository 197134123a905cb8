//! What a body finds on its thread, and how long the thread lives.

use std::cell::RefCell;
use std::future::poll_fn;
use std::sync::mpsc::Receiver;

use super::*;

#[test]
fn the_tokio_runtime_of_the_caller_goes_along() {
    let bulkhead = of(1, 0);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().expect("a runtime");
    let body = || {
        let inner = tokio::spawn(async { 7 });
        Ok::<_, Infallible>(tokio::runtime::Handle::current().block_on(inner).expect("it does not panic"))
    };
    assert_eq!(runtime.block_on(async { bulkhead.run(body).await }), Ok(7));
    let _entered = runtime.enter();
    assert_eq!(bulkhead.call(body), Ok(7));
}

#[tokio::test(start_paused = true)]
async fn a_paused_clock_does_not_move_while_a_body_runs() {
    let bulkhead = of(1, 0);
    let mut call = pin!(bulkhead.run(|| {
        thread::sleep(Duration::from_millis(20));
        Ok::<_, Infallible>(7)
    }));
    let mut sleep = pin!(tokio::time::sleep(HOUR));
    let first = poll_fn(|context| match (call.as_mut().poll(context), sleep.as_mut().poll(context)) {
        (Poll::Ready(outcome), _) => Poll::Ready(Some(outcome)),
        (Poll::Pending, Poll::Ready(())) => Poll::Ready(None),
        (Poll::Pending, Poll::Pending) => Poll::Pending,
    });
    assert_eq!(first.await, Some(Ok(7)));
}

/// Reports when the thread that touched it ends.
struct ReportsEnd(Sender<()>);

impl Drop for ReportsEnd {
    fn drop(&mut self) {
        // Nobody may wait any more.
        let _ = self.0.send(());
    }
}

thread_local! {
    static AT_END: RefCell<Option<ReportsEnd>> = const { RefCell::new(None) };
}

pub(super) fn end_of_thread(bulkhead: &ThreadBulkhead) -> Receiver<()> {
    let (ends, ended) = channel();
    let touch = move || {
        AT_END.set(Some(ReportsEnd(ends)));
        Ok::<_, Infallible>(())
    };
    assert_eq!(bulkhead.call(touch), Ok(()));
    ended
}

#[test]
fn an_idle_thread_ends_and_the_next_call_makes_one() {
    let policy = ThreadBulkheadPolicy::new(2).keep_alive(Duration::from_millis(1));
    let bulkhead = ThreadBulkhead::new("test", policy);
    for _ in 0..3 {
        assert_eq!(end_of_thread(&bulkhead).recv(), Ok(()));
    }
}

#[test]
fn the_threads_of_a_bulkhead_end_when_it_is_dropped() {
    let bulkhead = ThreadBulkhead::new("test", ThreadBulkheadPolicy::new(2).keep_alive(HOUR));
    let ended = end_of_thread(&bulkhead);
    assert!(ended.try_recv().is_err(), "it waits for work");
    drop(bulkhead);
    assert_eq!(ended.recv(), Ok(()));
}

#[test]
fn a_name_that_no_thread_can_have_is_that_of_a_bulkhead() {
    let bulkhead = ThreadBulkhead::new("a\0b", ThreadBulkheadPolicy::new(1));
    let name = || Ok::<_, Infallible>(thread::current().name().map(str::to_owned));
    assert_eq!(bulkhead.call(name), Ok(Some("ab".to_owned())));
}
