//! A hedge in a pipeline does what `#[hedge]` does.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Mutex, PoisonError};

use resilient::{AdaptiveLimit, Hedge, HedgeEvent, HedgePolicy, RetryBudget, RetryBudgetPolicy};
use tokio::time::{Instant, sleep};

use super::*;

fn hedge(policy: HedgePolicy) -> Arc<Hedge> {
    Arc::new(Hedge::new("hedged", policy.unlimited_budget()))
}

/// Two hedges, each after 100 ms.
fn two() -> Arc<Hedge> {
    hedge(HedgePolicy::new(millis(100)).max_hedges(2))
}

/// An operation whose attempts take so many milliseconds each, and fail if their number is odd.
fn each(lengths: &[u64]) -> impl FnMut() -> std::pin::Pin<Box<dyn Future<Output = Result<u64, u64>> + Send>> + use<> {
    let lengths = lengths.to_vec();
    let mut made = 0;
    move || {
        let ms = lengths[made];
        made += 1;
        Box::pin(async move {
            sleep(millis(ms)).await;
            if ms.is_multiple_of(2) { Ok(ms) } else { Err(ms) }
        })
    }
}

async fn timed(pipeline: &Pipeline<u64>, lengths: &[u64]) -> (Result<u64, Failure<u64>>, u128) {
    let start = Instant::now();
    (pipeline.run(each(lengths)).await, start.elapsed().as_millis())
}

#[tokio::test(start_paused = true)]
async fn the_first_success_wins_and_errors_start_the_next_attempt() {
    let shared = two();
    let pipeline = Pipeline::new().hedge(&shared).build().unwrap();
    assert_eq!(timed(&pipeline, &[50]).await, (Ok(50), 50));
    assert_eq!(timed(&pipeline, &[150, 300]).await, (Ok(150), 150));
    assert_eq!(timed(&pipeline, &[500, 300, 20]).await, (Ok(20), 220));
    assert_eq!(timed(&pipeline, &[11, 20]).await, (Ok(20), 31));
    assert_eq!(timed(&pipeline, &[301, 11, 13]).await, (Err(Failure::Inner(301)), 301));
    assert_eq!(timed(&pipeline, &[11, 301, 13]).await, (Err(Failure::Inner(11)), 312));
    let stats = shared.stats();
    assert_eq!((stats.calls, stats.hedges, stats.won_by_hedge), (6, 8, 2));
}

#[tokio::test(start_paused = true)]
async fn only_some_errors_are_worth_another_attempt_and_the_observer_sees_each() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let observer = {
        let seen = Arc::clone(&seen);
        move |event: &HedgeEvent<'_>| {
            seen.lock().unwrap_or_else(PoisonError::into_inner).push((event.name.to_owned(), event.attempt));
        }
    };
    let built = Pipeline::new().named("api").hedge(two()).hedge_if(|ms| *ms != 13).on_hedge(observer).build();
    let pipeline = built.unwrap();
    assert_eq!(timed(&pipeline, &[13]).await, (Err(Failure::Inner(13)), 13));
    assert_eq!(timed(&pipeline, &[500, 13]).await, (Err(Failure::Inner(13)), 113));
    assert_eq!(timed(&pipeline, &[11, 2]).await, (Ok(2), 13));
    assert_eq!(*seen.lock().unwrap(), [("api".to_owned(), 2), ("api".to_owned(), 2)]);
}

#[tokio::test(start_paused = true)]
async fn a_retry_above_repeats_the_race_and_one_below_each_attempt() {
    let above = Pipeline::new().retry(steady(2, millis(1000))).hedge(two()).build().unwrap();
    assert_eq!(timed(&above, &[1, 3, 5, 2]).await, (Ok(2), 1011));
    let below = Pipeline::new().hedge(two()).retry(steady(2, millis(40))).build().unwrap();
    // The first fails at 1 and is repeated from 41 on; the second begins at 100, fails at 103, and is repeated at 143.
    assert_eq!(timed(&below, &[1, 500, 3, 20]).await, (Ok(20), 163));
}

#[tokio::test(start_paused = true)]
async fn timeouts_above_end_all_and_those_below_each_attempt() {
    let whole = Pipeline::new().timeout(millis(250)).hedge(two()).build().unwrap();
    let late = timed(&whole, &[900, 900, 900]).await;
    assert!(late.0.unwrap_err().refusal().is_some_and(resilient::Error::is_timed_out));
    assert_eq!(late.1, 250);
    let breaker = breaker_of(BreakerPolicy::new());
    let each = Pipeline::new().hedge(two()).breaker(&breaker).bulkhead(slots(9)).timeout(millis(150)).build().unwrap();
    // The first times out at 150 and starts the third; the second ends at 180.
    assert_eq!(timed(&each, &[900, 80, 900]).await, (Ok(80), 180));
    assert_eq!(counts(&breaker), (1, 1, 1), "a loser counts neither way");
}

#[tokio::test(start_paused = true)]
async fn refusals_of_the_first_attempt_end_the_call_and_those_of_a_hedge_change_nothing() {
    let open = breaker_of(BreakerPolicy::new());
    open.force_open();
    let pipeline = Pipeline::new().hedge(two()).breaker(&open).build().unwrap();
    assert!(timed(&pipeline, &[]).await.0.unwrap_err().refusal().is_some_and(resilient::Error::is_circuit_open));
    let slots = slots(2);
    let pipeline = Pipeline::new().hedge(two()).bulkhead(&slots).build().unwrap();
    assert_eq!(timed(&pipeline, &[300, 500]).await, (Ok(300), 300));
    assert_eq!(slots.in_flight(), 0);
}

#[tokio::test(start_paused = true)]
async fn losers_are_dropped_before_the_answer_and_all_attempts_with_the_call() {
    let (slots, breaker) = (slots(9), breaker_of(BreakerPolicy::new()));
    let pipeline: Pipeline<u64> = Pipeline::new().hedge(two()).breaker(&breaker).bulkhead(&slots).build().unwrap();
    let counter = Arc::new(());
    let mut made = 0;
    let answer = pipeline.run(|| {
        made += 1;
        let (held, ms) = (Arc::clone(&counter), if made == 2 { 20 } else { 900 });
        async move {
            sleep(millis(ms)).await;
            drop(held);
            Ok(ms)
        }
    });
    assert_eq!(answer.await, Ok(20));
    assert_eq!((Arc::strong_count(&counter), slots.in_flight(), counts(&breaker)), (1, 0, (1, 0, 1)));
    let call = pipeline.run(each(&[900, 900, 900]));
    assert!(tokio::time::timeout(millis(250), call).await.is_err());
    assert_eq!((slots.in_flight(), counts(&breaker)), (0, (1, 0, 4)));
}

#[tokio::test(start_paused = true)]
async fn a_panic_of_a_hedge_is_a_failure_of_that_attempt_alone() {
    let breaker = breaker_of(BreakerPolicy::new());
    let pipeline: Pipeline<u64> = Pipeline::new().hedge(two()).breaker(&breaker).build().unwrap();
    let attempts = AtomicU32::new(0);
    let call = pipeline.run(async || {
        assert_eq!(attempts.fetch_add(1, Ordering::Relaxed), 0, "on purpose");
        sleep(secs(9)).await;
        Ok(0)
    });
    assert!(CatchUnwind(Box::pin(call)).await.is_err());
    assert_eq!(counts(&breaker), (0, 1, 1));
}

/// Catches a panic of each poll.
struct CatchUnwind<F>(std::pin::Pin<Box<F>>);

impl<F: Future> Future for CatchUnwind<F> {
    type Output = std::thread::Result<F::Output>;

    fn poll(mut self: std::pin::Pin<&mut Self>, context: &mut std::task::Context<'_>) -> std::task::Poll<Self::Output> {
        let polled = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| self.0.as_mut().poll(context)));
        match polled {
            Ok(polled) => polled.map(Ok),
            Err(panic) => std::task::Poll::Ready(Err(panic)),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn hedges_take_the_tokens_of_a_budget() {
    let budget = RetryBudget::new("budget", RetryBudgetPolicy::new().share(0.0).min_per_second(1).burst(1));
    let pipeline = Pipeline::new().hedge(two()).budget(budget).build().unwrap();
    assert_eq!(timed(&pipeline, &[500, 400]).await, (Ok(500), 500), "one token, for the second");
}

#[test]
fn a_sync_call_makes_attempts_in_turn_in_place_and_at_once_on_helper_threads() {
    let state = hedge(HedgePolicy::new(Duration::ZERO).max_hedges(2));
    let pipeline: Pipeline<u32> = Pipeline::new().hedge(&state).build().unwrap();
    let mut attempts = 0;
    let answer = pipeline.call(|| {
        attempts += 1;
        if attempts == 3 { Ok(3) } else { Err(0) }
    });
    assert_eq!((answer, attempts), (Ok(3), 3));

    let (open, gate) = channel::<()>();
    let (gate, attempts) = (Arc::new(Mutex::new(gate)), Arc::<AtomicU32>::default());
    let answer = pipeline.call_detached(move || {
        let number = attempts.fetch_add(1, Ordering::Relaxed);
        if number == 0 {
            assert!(gate.lock().unwrap().recv().is_err(), "nothing is sent");
        }
        Ok(number)
    });
    assert_ne!(answer.unwrap(), 0, "the first waits");
    drop(open);
}

#[test]
fn the_future_is_send() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let pipeline: Pipeline<u64> = Pipeline::new().hedge(two()).retry(RetryPolicy::new()).build().unwrap();
    drop(is_send(pipeline.run(each(&[2]))));
}

#[test]
fn a_limit_that_has_shrunk_to_one_may_stand_below_since_it_grows_again() {
    let bulkhead = |limit| Arc::new(Bulkhead::new("shrunk", BulkheadPolicy::new(9).adaptive(limit)));
    let shrunk = bulkhead(AdaptiveLimit::new(9));
    shrunk.set_limit(1);
    let pipeline = |bulkhead| Pipeline::<resilient::Error>::new().hedge(two()).bulkhead(bulkhead).build();
    assert!(pipeline(shrunk).is_ok());
    assert!(pipeline(bulkhead(AdaptiveLimit::new(9).initial(1))).is_ok());
    assert!(pipeline(bulkhead(AdaptiveLimit::new(1))).is_err());
}
