//! A sync function that is called in an async one, as long as it is quick.

use super::*;
use std::pin::pin;
use std::task::Poll;

#[tokio::test]
async fn it_acts_as_without_one() {
    #[fallback(value = 7)]
    #[retry(base_delay = 1ms)]
    #[timeout(60s)]
    #[bulkhead(max_concurrent = 1)]
    fn call(fails: bool) -> Outcome {
        if fails { BAD } else { Ok(1) }
    }

    assert_eq!(call(false), Ok(1));
    assert_eq!(call(true), Ok(7));
}

/// Uses up tokio's cooperative budget of the task, as a task does that works for long.
async fn use_up_the_budget() {
    std::future::poll_fn(|context| {
        for _ in 0..10_000 {
            if pin!(tokio::task::consume_budget()).poll(context).is_pending() {
                return Poll::Ready(());
            }
        }
        panic!("the budget has no end");
    })
    .await;
}

#[tokio::test]
async fn it_waits_for_a_slot_also_when_the_task_has_used_up_its_budget() {
    #[bulkhead(name = "sync: budget", max_concurrent = 1, max_wait = 10s)]
    fn call() -> Outcome {
        Ok(7)
    }

    assert_eq!(call(), Ok(7));
    let bulkhead = registry().bulkhead("sync: budget").expect("it has run");
    let slot = bulkhead.try_acquire().expect("free");
    let release = thread::spawn(move || {
        while bulkhead.waiting() == 0 {
            thread::yield_now();
        }
        drop(slot);
    });
    use_up_the_budget().await;
    assert_eq!(call(), Ok(7));
    release.join().expect("it does not panic");
}
