//! Async functions need no tokio runtime: every kind of wait with an executor that only polls and parks, and in a tokio
//! runtime without timers. These tests wait for real, but assert only that nothing ends too early.

use std::cell::Cell;
use std::future::{Future, pending, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use resilient::{Bulkhead, BulkheadPolicy, Error, Jitter, RetryPolicy, TimeoutPolicy, bulkhead, retry, timeout};
use resilient_tests::block_on;

const SHORT: Duration = Duration::from_millis(20);
const POLICY: RetryPolicy = RetryPolicy::new().base_delay(SHORT).jitter(Jitter::None);

fn failure() -> Error {
    Error::BulkheadFull { name: resilient::Name::new(&"elsewhere"), limit: 1 }
}

pub(crate) async fn a_timeout_ends_a_call() {
    #[timeout(20ms)]
    async fn hangs() -> Result<(), Error> {
        pending().await
    }

    let start = Instant::now();
    assert!(hangs().await.unwrap_err().is_timed_out());
    assert!(TimeoutPolicy::new(SHORT).run_infallible(pending::<()>()).await.unwrap_err().is_timed_out());
    assert!(start.elapsed() >= SHORT * 2);
}

pub(crate) async fn a_retry_pauses() {
    #[retry(base_delay = 20ms, jitter = none)]
    async fn fails() -> Result<(), Error> {
        Err(failure())
    }

    let start = Instant::now();
    assert!(fails().await.is_err());
    assert!(POLICY.run(async || Err::<(), _>("no route")).await.is_err());
    let mut attempts = POLICY.attempts();
    while attempts.next().await.is_some() {}
    assert!(start.elapsed() >= SHORT * (1 + 2) * 3);
}

pub(crate) async fn a_bulkhead_makes_wait_until_a_slot_is_free_or_the_time_is_over() {
    #[bulkhead(max_concurrent = 1, max_wait = 1h)]
    async fn one_at_a_time(turns: u32) -> Result<(), Error> {
        for _ in 0..turns {
            yield_now().await;
        }
        Ok(())
    }

    let (first, second) = both(one_at_a_time(100), one_at_a_time(1)).await;
    assert!(first.is_ok() && second.is_ok());

    let bulkhead = Bulkhead::new("executors", BulkheadPolicy::new(1).max_wait(SHORT));
    let slot = bulkhead.acquire().await.unwrap();
    let start = Instant::now();
    assert!(bulkhead.acquire().await.is_err());
    assert!(start.elapsed() >= SHORT);
    drop(slot);
    assert!(bulkhead.acquire().await.is_ok());
}

pub(crate) async fn pauses_of_zero_let_others_have_their_turn() {
    #[retry(max_attempts = 1000, base_delay = 0s)]
    async fn fails(attempts: &Cell<u32>) -> Result<(), Error> {
        attempts.set(attempts.get() + 1);
        Err(failure())
    }

    let attempts = Cell::new(0);
    let other = async {
        let mut turns = 0;
        while attempts.get() < 1000 {
            turns += 1;
            yield_now().await;
        }
        turns
    };
    let (outcome, turns) = both(fails(&attempts), other).await;
    assert!(outcome.is_err());
    assert!(turns > 900, "the other had its turn {turns} times");
}

async fn yield_now() {
    let mut has_yielded = false;
    poll_fn(|context| {
        if std::mem::replace(&mut has_yielded, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Polls both in this task, one after the other.
async fn both<A: Future, B: Future>(a: A, b: B) -> (A::Output, B::Output) {
    let (mut a, mut b) = (pin!(a), pin!(b));
    let (mut of_a, mut of_b) = (None, None);
    poll_fn(|context| {
        if of_a.is_none()
            && let Poll::Ready(output) = a.as_mut().poll(context)
        {
            of_a = Some(output);
        }
        if of_b.is_none()
            && let Poll::Ready(output) = b.as_mut().poll(context)
        {
            of_b = Some(output);
        }
        if of_a.is_some() && of_b.is_some() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    (of_a.unwrap(), of_b.unwrap())
}

mod on_a_thread {
    use super::*;

    #[test]
    fn a_timeout_ends_a_call() {
        block_on(super::a_timeout_ends_a_call());
    }

    #[test]
    fn a_retry_pauses() {
        block_on(super::a_retry_pauses());
    }

    #[test]
    fn a_bulkhead_makes_wait() {
        block_on(a_bulkhead_makes_wait_until_a_slot_is_free_or_the_time_is_over());
    }

    #[test]
    fn pauses_of_zero_let_others_have_their_turn() {
        block_on(super::pauses_of_zero_let_others_have_their_turn());
    }
}

mod on_tokio_without_its_timer {
    use super::*;

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
    }

    #[test]
    fn a_timeout_ends_a_call() {
        block_on(super::a_timeout_ends_a_call());
    }

    #[test]
    fn a_retry_pauses() {
        block_on(super::a_retry_pauses());
    }

    #[test]
    fn a_bulkhead_makes_wait() {
        block_on(a_bulkhead_makes_wait_until_a_slot_is_free_or_the_time_is_over());
    }

    #[test]
    fn pauses_of_zero_let_others_have_their_turn() {
        block_on(super::pauses_of_zero_let_others_have_their_turn());
    }
}
