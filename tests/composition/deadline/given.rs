//! Deadlines that were given, by `with_deadline` and `inherit`.

mod breakers;
mod in_sync_code;

use super::*;
use resilient::{Bulkhead, BulkheadPolicy, Deadline, GiveUpReason, inherit, with_deadline};
use std::cell::Cell;
use std::future::{pending, ready};
use tokio::time::{Instant, sleep};

/// The refusal of a deadline that was given so long before.
fn deadline_after(after: Duration) -> Result<u32, Fault> {
    timed_out_by("deadline", after)
}

#[timeout(5s)]
async fn hangs() -> Result<u32, Fault> {
    pending().await
}

#[tokio::test(start_paused = true)]
async fn it_is_seen_by_the_future_alone_and_at_each_poll() {
    let seen = async {
        let first = remaining();
        sleep(secs(3)).await;
        (first, remaining())
    };
    let sibling = async {
        sleep(secs(1)).await;
        deadline()
    };
    let (seen, sibling) = tokio::join!(with_deadline(secs(10), seen), sibling);
    assert_eq!(seen, (Some(secs(10)), Some(secs(7))));
    assert_eq!((sibling, deadline()), (None, None));
}

#[tokio::test(start_paused = true)]
async fn of_deadlines_within_deadlines_the_earliest_is_seen_and_then_the_outer_one_again() {
    let within = |limit| with_deadline(secs(limit), async { remaining() });
    let seen = with_deadline(secs(5), async { [within(9).await, within(2).await, remaining()] });
    assert_eq!(seen.await, [5, 2, 5].map(|left| Some(secs(left))));
    let below_a_timeout = TimeoutPolicy::new(secs(5)).run_infallible(async { [within(9).await, within(2).await] });
    assert_eq!(below_a_timeout.await, Ok([5, 2].map(|left| Some(secs(left)))));
}

#[tokio::test(start_paused = true)]
async fn a_duration_counts_from_the_call_and_an_instant_is_one_of_the_paused_clock() {
    let by_duration = with_deadline(secs(5), async { remaining() });
    let by_instant = with_deadline(Instant::now().into_std() + secs(5), async { deadline().map(Deadline::instant) });
    let at = Instant::now().into_std() + secs(5);
    sleep(secs(2)).await;
    assert_eq!(by_duration.await, Some(secs(3)));
    assert_eq!(by_instant.await, Some(at));
    let over = with_deadline(secs(1), async {
        sleep(secs(1)).await;
        deadline().map(|deadline| (deadline.is_over(), deadline.remaining()))
    });
    assert_eq!(over.await, Some((true, Duration::ZERO)));
}

#[tokio::test(start_paused = true)]
async fn a_timeout_lasts_until_then_at_most_and_the_limit_that_ended_first_is_named() {
    let start = Instant::now();
    assert_eq!(with_deadline(secs(2), hangs()).await, deadline_after(secs(2)));
    assert_eq!(start.elapsed(), secs(2));
    assert_eq!(with_deadline(secs(5), hangs()).await, deadline_after(secs(5)), "of two at once the outer one");
    assert_eq!(with_deadline(secs(6), hangs()).await, timed_out("given::hangs", secs(5)));
    let outer = TimeoutPolicy::new(secs(3)).named("outer");
    let within = outer.try_run(async { with_deadline(secs(4), hangs()).await.map_err(Failure::Inner) });
    assert_eq!(within.await.map_err(Fault::from_failure), timed_out_by("outer", secs(3)));
    assert_eq!(start.elapsed(), secs(2 + 5 + 5 + 3));
}

#[tokio::test(start_paused = true)]
async fn if_nothing_is_left_a_timeout_does_not_run_its_body() {
    #[timeout(5s)]
    async fn call(ran: &Cell<bool>) -> Result<u32, Fault> {
        ran.set(true);
        Ok(0)
    }

    let ran = Cell::new(false);
    assert_eq!(with_deadline(Duration::ZERO, call(&ran)).await, deadline_after(Duration::ZERO));
    let late = with_deadline(secs(1), async {
        sleep(secs(2)).await;
        call(&ran).await
    });
    assert_eq!(late.await, deadline_after(secs(1)));
    assert!(!ran.get());
    assert_eq!(with_deadline(secs(1), call(&ran)).await, Ok(0));
}

#[tokio::test]
async fn the_same_below_a_timeout_that_has_not_yet_dropped_its_body() {
    let ran = Cell::new(false);
    let late = TimeoutPolicy::new(millis(5)).named("outer").try_run(async {
        std::thread::sleep(millis(10));
        TimeoutPolicy::new(secs(5)).run(async { Ok(u32::from(ran.replace(true))) }).await
    });
    let late = late.await.map_err(Fault::from_failure);
    assert_eq!((late, ran.get()), (timed_out_by("outer", millis(5)), false));
}

#[tokio::test(start_paused = true)]
async fn what_has_no_timeout_is_not_ended() {
    let start = Instant::now();
    assert_eq!(with_deadline(secs(1), async { sleep(secs(3)).await }).await, ());
    assert_eq!(start.elapsed(), secs(3));
}

#[tokio::test(start_paused = true)]
async fn a_timeout_enforces_it_for_all_below() {
    #[timeout(50s)]
    #[retry(policy = steady(100, secs(1)), deadline = ignore)]
    async fn call() -> Result<u32, Fault> {
        Err(Fault::Own)
    }

    let start = Instant::now();
    assert_eq!(with_deadline(millis(2_500), call()).await, deadline_after(millis(2_500)));
    assert_eq!(start.elapsed(), millis(2_500));
}

#[tokio::test(start_paused = true)]
async fn no_delay_begins_that_would_outlast_it_and_the_last_error_returns_at_once() {
    #[retry(policy = steady(9, millis(300)).backoff(Backoff::Exponential))]
    async fn call(ran: &Cell<u32>) -> Result<u32, Fault> {
        ran.set(ran.get() + 1);
        Err(Fault::Own)
    }

    #[retry(policy = steady(9, secs(10)), exhausted = wrap)]
    async fn wrapped() -> Result<u32, Error> {
        Err(Error::TimedOut { name: "mine".into(), after: secs(1) })
    }

    let (ran, start) = (Cell::new(0), Instant::now());
    assert_eq!(with_deadline(secs(1), call(&ran)).await, Err(Fault::Own));
    assert_eq!((ran.get(), start.elapsed()), (3, millis(900)));
    let Err(Error::RetriesExhausted(why)) = with_deadline(secs(1), wrapped()).await else { panic!("exhausted") };
    assert_eq!((why.why, why.attempts), (GiveUpReason::Deadline, 1));
    let by_hand = with_deadline(secs(1), async {
        let (mut attempts, mut made) = (steady(9, millis(400)).attempts(), 0);
        while attempts.next().await.is_some() {
            made += 1;
        }
        made
    });
    assert_eq!(by_hand.await, 3);
    let late = with_deadline(secs(1), async {
        sleep(secs(2)).await;
        call(&ran).await
    });
    assert_eq!(late.await, Err(Fault::Own));
    assert_eq!(ran.get(), 4, "the first attempt is always made");
}

#[tokio::test(start_paused = true)]
async fn a_retry_that_ignores_it_goes_on() {
    #[retry(policy = steady(4, secs(1)), deadline = ignore)]
    async fn call() -> Result<u32, Fault> {
        Err(Fault::Own)
    }

    const BY_HAND: RetryPolicy = steady(4, secs(1)).ignore_deadline();

    let start = Instant::now();
    assert_eq!(with_deadline(millis(1_500), call()).await, Err(Fault::Own));
    assert_eq!(start.elapsed(), secs(3));
    assert_eq!(with_deadline(millis(1_500), BY_HAND.run(|| ready(Err::<u32, _>(7)))).await, Err(7));
    assert_eq!(start.elapsed(), secs(6));
    let made = with_deadline(millis(1_500), async {
        let (mut attempts, mut made) = (BY_HAND.attempts(), 0);
        while attempts.next().await.is_some() {
            made += 1;
        }
        made
    });
    assert_eq!((made.await, start.elapsed()), (4, secs(9)));
}

#[tokio::test(start_paused = true)]
async fn the_wait_for_a_slot_ends_with_it_and_one_that_is_over_is_not_waited_for() {
    let bulkhead = Bulkhead::new("given", BulkheadPolicy::new(1).max_wait(secs(100)));
    let slot = bulkhead.try_acquire().expect("it is free");
    let (start, call) = (Instant::now(), || bulkhead.run(async { Ok::<u32, Fault>(0) }));
    assert_eq!(with_deadline(secs(3), call()).await.map_err(Fault::from_failure), deadline_after(secs(3)));
    assert_eq!((start.elapsed(), bulkhead.waiting()), (secs(3), 0));
    let over = with_deadline(Duration::ZERO, call()).await;
    assert_eq!(over.map_err(Fault::from_failure), deadline_after(Duration::ZERO));
    let longer = with_deadline(secs(200), call()).await;
    assert!(matches!(longer, Err(Failure::Refused(Error::BulkheadFull { .. }))));
    assert_eq!(start.elapsed(), secs(103));
    drop(slot);
    assert_eq!(with_deadline(secs(3), call()).await, Ok(0));
}

#[tokio::test(start_paused = true)]
async fn a_spawned_task_has_the_deadline_that_it_inherits() {
    #[timeout(4s)]
    async fn outer() -> Result<[Option<Duration>; 2], Fault> {
        let [own, inherited] = [tokio::spawn(async { remaining() }), tokio::spawn(inherit(async { remaining() }))];
        Ok([own.await.expect("no panic"), inherited.await.expect("no panic")])
    }

    #[timeout(4s)]
    async fn limits_a_task(result: &Cell<Option<tokio::task::JoinHandle<Result<u32, Fault>>>>) -> Result<u32, Fault> {
        result.set(Some(tokio::spawn(inherit(hangs()))));
        Ok(0)
    }

    assert_eq!(outer().await, Ok([None, Some(secs(4))]));
    assert_eq!(inherit(async { deadline() }).await, None);
    let (start, task) = (Instant::now(), Cell::new(None));
    assert_eq!(limits_a_task(&task).await, Ok(0));
    let ended = task.take().expect("it is spawned").await.expect("no panic");
    assert_eq!(ended, timed_out("given::limits_a_task", secs(4)), "the limit that set it is named");
    assert_eq!(start.elapsed(), secs(4));
}

#[tokio::test(start_paused = true)]
async fn a_fallback_answers_the_refusal_after_it() {
    #[fallback(value = 7)]
    #[timeout(5s)]
    async fn call() -> Result<u32, Fault> {
        pending().await
    }

    assert_eq!(with_deadline(secs(1), call()).await, Ok(7));
    assert_eq!(with_deadline(Duration::ZERO, call()).await, Ok(7));
}

#[tokio::test(start_paused = true)]
async fn a_panic_leaves_none_behind() {
    let panics = tokio::spawn(async {
        let call = async { with_deadline(secs(1), async { panic!("on purpose") }).await };
        let caught = futures_catch(call).await;
        (caught, deadline())
    });
    assert_eq!(panics.await.expect("it is caught"), (true, None));
}

/// Whether a future panics at its first poll.
async fn futures_catch(future: impl Future<Output = ()>) -> bool {
    let mut future = Box::pin(future);
    std::future::poll_fn(|context| {
        let polled = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| future.as_mut().poll(context)));
        std::task::Poll::Ready(polled.is_err())
    })
    .await
}
