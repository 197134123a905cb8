//! An async body is dropped at the deadline.

use super::*;
use tokio::time::{Instant, advance, sleep};

/// Sends a message when it is dropped.
struct DropsAt<'a>(&'a Cell<Option<Instant>>);

impl Drop for DropsAt<'_> {
    fn drop(&mut self) {
        self.0.set(Some(Instant::now()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_ready_in_time_gives_its_answer() {
    #[timeout(2s)]
    async fn call(takes: Duration, outcome: Result<u32, Fault>) -> Result<u32, Fault> {
        sleep(takes).await;
        outcome
    }

    assert_eq!(call(secs(0), Ok(7)).await, Ok(7));
    assert_eq!(call(millis(1999), Ok(7)).await, Ok(7));
    assert_eq!(call(secs(1), Err(Fault::Own)).await, Err(Fault::Own));
}

#[tokio::test(start_paused = true)]
async fn the_body_is_dropped_at_the_deadline() {
    #[timeout(2s)]
    async fn hangs(dropped: &Cell<Option<Instant>>) -> Result<(), Fault> {
        let _guard = DropsAt(dropped);
        std::future::pending().await
    }

    let (dropped, start) = (Cell::new(None), Instant::now());
    assert!(hangs(&dropped).await.is_err_and(|error| error.is_timed_out()));
    assert_eq!(start.elapsed(), secs(2));
    assert_eq!(dropped.get().map(|at| at - start), Some(secs(2)));
}

#[tokio::test(start_paused = true)]
async fn the_refusal_has_the_function_and_the_limit() {
    #[timeout(1.5s)]
    async fn hangs() -> Result<(), Fault> {
        std::future::pending().await
    }

    let name = concat!(module_path!(), "::hangs").to_owned();
    assert_eq!(hangs().await, Err(Fault::Refused { kind: ErrorKind::TimedOut, name, after: millis(1500) }));
}

#[tokio::test(start_paused = true)]
async fn it_does_not_count_while_nobody_awaits_the_call() {
    #[timeout(2s)]
    async fn call() -> Result<(), Fault> {
        sleep(secs(1)).await;
        Ok(())
    }

    let later = call();
    advance(secs(10)).await;
    assert_eq!(later.await, Ok(()));
}

/// Advances the clock within one poll, as a body does that computes for long.
async fn compute(takes: Duration) {
    let mut passing = pin!(advance(takes));
    std::future::poll_fn(|context| {
        let _ = passing.as_mut().poll(context);
        Poll::Ready(())
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn it_counts_from_the_moment_the_call_reaches_it() {
    #[timeout(2s)]
    async fn call() -> Result<(), Fault> {
        compute(millis(1500)).await;
        sleep(secs(1)).await;
        Ok(())
    }

    let start = Instant::now();
    assert!(call().await.is_err_and(|error| error.is_timed_out()), "2.5 s in all");
    assert_eq!(start.elapsed(), secs(2));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_never_rests_is_judged_when_it_first_does() {
    #[timeout(2s)]
    async fn call(ends: bool) -> Result<(), Fault> {
        compute(secs(3)).await;
        if ends { Ok(()) } else { std::future::pending().await }
    }

    assert_eq!(call(true).await, Ok(()), "it was there before anybody could look");
    let start = Instant::now();
    assert!(call(false).await.is_err_and(|error| error.is_timed_out()));
    assert_eq!(start.elapsed(), secs(3), "its time was over when it first rested");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_uses_up_the_budget_of_its_task_is_dropped_too() {
    #[timeout(1s)]
    async fn busy() -> Result<(), Fault> {
        for _ in 0..10_000 {
            compute(millis(10)).await;
            tokio::task::consume_budget().await;
        }
        Ok(())
    }

    assert!(busy().await.is_err_and(|error| error.is_timed_out()));
}

#[tokio::test(start_paused = true)]
async fn each_attempt_of_a_retry_above_has_the_whole_time() {
    #[retry(jitter = none)]
    #[timeout(2s)]
    async fn call(takes: Duration) -> Result<(), Fault> {
        sleep(takes).await;
        Err(Fault::Own)
    }

    let start = Instant::now();
    assert!(call(secs(1)).await.is_err_and(|error| error == Fault::Own));
    assert_eq!(start.elapsed(), millis(3000 + 300));
    let start = Instant::now();
    assert!(call(secs(9)).await.is_err_and(|error| error.is_timed_out()));
    assert_eq!(start.elapsed(), millis(6000 + 300));
}

#[tokio::test(start_paused = true)]
async fn step_adds_time_for_each_attempt_after_the_first() {
    #[retry(base_delay = 0s)]
    #[timeout(2s, step = 5s)]
    async fn hangs(started: &RefCell<Vec<Instant>>) -> Result<(), Fault> {
        started.borrow_mut().push(Instant::now());
        std::future::pending().await
    }

    let (started, start) = (RefCell::default(), Instant::now());
    let Err(Fault::Refused { after, .. }) = hangs(&started).await else { panic!("not refused") };
    let starts: Vec<_> = started.borrow().iter().map(|at| *at - start).collect();
    assert_eq!(starts, [secs(0), secs(2) + PAUSE_OF_ZERO, secs(2 + 7) + PAUSE_OF_ZERO * 2]);
    assert_eq!(start.elapsed(), secs(2 + 7 + 12) + PAUSE_OF_ZERO * 2);
    assert_eq!(after, secs(12));
}

#[tokio::test(start_paused = true)]
async fn step_begins_anew_with_each_call() {
    #[retry(max_attempts = 2, base_delay = 0s)]
    #[timeout(duration = 1s, step = 1s)]
    async fn hangs() -> Result<(), Fault> {
        std::future::pending().await
    }

    for _ in 0..3 {
        let start = Instant::now();
        assert!(hangs().await.is_err());
        assert_eq!(start.elapsed(), secs(1 + 2) + PAUSE_OF_ZERO);
    }
}

#[tokio::test(start_paused = true)]
async fn the_duration_may_be_computed_from_arguments() {
    #[timeout(limit * 2)]
    async fn hangs(limit: Duration) -> Result<(), Fault> {
        std::future::pending().await
    }

    for limit in [1, 5] {
        let start = Instant::now();
        assert!(hangs(secs(limit)).await.is_err_and(|error| error.is_timed_out()));
        assert_eq!(start.elapsed(), secs(limit * 2));
    }
}

#[tokio::test(start_paused = true)]
async fn the_duration_may_come_from_self_a_constant_or_a_string() {
    const LIMIT: Duration = secs(3);

    struct Client {
        limit: Duration,
    }

    impl Client {
        #[timeout(self.limit)]
        async fn of_self(&self) -> Result<(), Fault> {
            std::future::pending().await
        }

        #[timeout(LIMIT)]
        async fn of_a_constant(&self) -> Result<(), Fault> {
            std::future::pending().await
        }

        #[timeout("1m 30s")]
        async fn of_a_string(&self) -> Result<(), Fault> {
            std::future::pending().await
        }
    }

    let client = Client { limit: secs(4) };
    let start = Instant::now();
    assert!(client.of_self().await.is_err());
    assert_eq!(start.elapsed(), secs(4));
    assert!(client.of_a_constant().await.is_err());
    assert_eq!(start.elapsed(), secs(4 + 3));
    assert!(client.of_a_string().await.is_err());
    assert_eq!(start.elapsed(), secs(4 + 3 + 90));
}

#[tokio::test(start_paused = true)]
async fn a_policy_gives_the_settings_and_others_override_it() {
    const POLICY: TimeoutPolicy = TimeoutPolicy::new(secs(1)).step(secs(2));

    #[retry(max_attempts = 2, base_delay = 0s)]
    #[timeout(policy = POLICY)]
    async fn as_it_is() -> Result<(), Fault> {
        std::future::pending().await
    }

    #[retry(max_attempts = 2, base_delay = 0s)]
    #[timeout(10s, policy = POLICY)]
    async fn overridden() -> Result<(), Fault> {
        std::future::pending().await
    }

    let start = Instant::now();
    assert!(as_it_is().await.is_err());
    assert_eq!(start.elapsed(), secs(1 + 3) + PAUSE_OF_ZERO);
    let start = Instant::now();
    assert!(overridden().await.is_err());
    assert_eq!(start.elapsed(), secs(10 + 12) + PAUSE_OF_ZERO);
}

#[tokio::test(start_paused = true)]
async fn the_longest_duration_never_ends() {
    #[timeout(limit)]
    async fn call(limit: Duration) -> Result<(), Fault> {
        sleep(secs(3600 * 24 * 365)).await;
        Ok(())
    }

    assert_eq!(call(Duration::MAX).await, Ok(()));
}

#[tokio::test]
async fn a_panic_of_the_body_goes_on() {
    #[timeout(1h)]
    async fn panics() -> Result<(), Fault> {
        panic!("on purpose")
    }

    let panic = tokio::spawn(panics()).await.expect_err("it panicked").into_panic();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"on purpose"));
}
