//! A bulkhead of one never runs two calls at once.

use super::*;

static RUNNING: AtomicU32 = AtomicU32::new(0);

#[bulkhead(name = "traps: limit", max_concurrent = 1, max_wait = 1min)]
async fn awaits() -> Outcome {
    assert_eq!(RUNNING.fetch_add(1, Ordering::SeqCst), 0, "one at a time");
    tokio::task::yield_now().await;
    RUNNING.fetch_sub(1, Ordering::SeqCst);
    Ok(0)
}

#[bulkhead(name = "traps: limit")]
fn blocks() -> Outcome {
    assert_eq!(RUNNING.fetch_add(1, Ordering::SeqCst), 0, "one at a time");
    thread::yield_now();
    RUNNING.fetch_sub(1, Ordering::SeqCst);
    Ok(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn not_here_sync_and_async_together() {
    let calls: Vec<_> = (0..200).map(|_| tokio::spawn(awaits())).collect();
    let threads = thread::spawn(|| {
        at_once(|| {
            for _ in 0..50 {
                assert_eq!(blocks(), Ok(0));
            }
        });
    });
    for call in calls {
        assert_eq!(call.await.expect("it does not panic"), Ok(0));
    }
    threads.join().expect("it does not panic");
    assert_eq!(registry().bulkhead("traps: limit").expect("it has run").stats().accepted_calls, 200 + 8 * 50);
}
