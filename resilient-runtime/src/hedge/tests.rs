//! Hedged calls in paused time.

use std::future::pending;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::core::error::{Error, Failure};
use crate::hedge::hedge::Hedge;
use crate::hedge::policy::HedgePolicy;
use crate::retry_budget::policy::RetryBudgetPolicy;

const MS: Duration = Duration::from_millis(1);

fn hedge(policy: HedgePolicy) -> Hedge {
    Hedge::new("replicas", policy.unlimited_budget())
}

/// An attempt that ends after so many milliseconds, with an error if its number is odd.
async fn attempt(ms: u32) -> Result<u32, u32> {
    sleep(MS * ms).await;
    if ms.is_multiple_of(2) { Ok(ms) } else { Err(ms) }
}

/// The answer of a call, and how long it took in milliseconds.
async fn raced(hedge: &Hedge, attempts: &[u32]) -> (Result<u32, Failure<u32>>, u128) {
    let start = Instant::now();
    (hedge.race(attempts.iter().copied(), attempt).await, start.elapsed().as_millis())
}

#[tokio::test(start_paused = true)]
async fn the_first_success_wins_and_the_delay_counts_from_the_latest_attempt() {
    let hedge = hedge(HedgePolicy::new(MS * 100).max_hedges(2));
    assert_eq!(raced(&hedge, &[50, 2]).await, (Ok(50), 50));
    assert_eq!(raced(&hedge, &[500, 300, 20]).await, (Ok(20), 220));
    assert_eq!(raced(&hedge, &[150, 300, 20]).await, (Ok(150), 150));
    let stats = hedge.stats();
    assert_eq!((stats.calls, stats.hedges, stats.won_by_hedge), (3, 3, 1));
}

#[tokio::test(start_paused = true)]
async fn an_error_starts_the_next_attempt_at_once_and_others_go_on() {
    let hedge = hedge(HedgePolicy::new(MS * 100).max_hedges(2));
    assert_eq!(raced(&hedge, &[11, 20]).await, (Ok(20), 31));
    assert_eq!(raced(&hedge, &[150, 11, 200]).await, (Ok(150), 150), "the third began at 111");
}

#[tokio::test(start_paused = true)]
async fn if_all_fail_the_first_attempts_error_is_the_answer() {
    let hedge = hedge(HedgePolicy::new(MS * 100).max_hedges(2));
    assert_eq!(raced(&hedge, &[301, 11, 13]).await, (Err(Failure::Inner(301)), 301));
    assert_eq!(raced(&hedge, &[11, 301, 13]).await, (Err(Failure::Inner(11)), 312));
}

#[tokio::test(start_paused = true)]
async fn a_delay_of_zero_starts_all_at_once() {
    let hedge = hedge(HedgePolicy::new(Duration::ZERO).max_hedges(2));
    assert_eq!(raced(&hedge, &[300, 200, 100]).await, (Ok(100), 100));
}

#[tokio::test(start_paused = true)]
async fn the_items_bound_the_attempts_and_none_is_no_attempt() {
    let hedge = hedge(HedgePolicy::new(MS * 100).max_hedges(9));
    assert_eq!(raced(&hedge, &[11, 13]).await, (Err(Failure::Inner(11)), 24));
    let refused = raced(&hedge, &[]).await.0.unwrap_err();
    assert_eq!(refused, Failure::Refused(Error::NoItems { name: hedge.name() }));
}

struct Running<'a>(&'a AtomicU32);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[tokio::test(start_paused = true)]
async fn losers_are_dropped_before_the_answer_is_handed_out() {
    let running = AtomicU32::new(0);
    let hedge = hedge(HedgePolicy::new(MS).max_hedges(3));
    let answer = hedge.race(0..4, async |id| {
        running.fetch_add(1, Ordering::Relaxed);
        let _running = Running(&running);
        match id {
            2 => sleep(MS * 50).await,
            _ => pending().await,
        }
        Ok::<_, ()>(())
    });
    answer.await.unwrap();
    assert_eq!(running.load(Ordering::Relaxed), 0);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_drops_all_attempts() {
    let running = AtomicU32::new(0);
    let hedge = hedge(HedgePolicy::new(MS));
    let call = hedge.race(0..2, async |_| {
        running.fetch_add(1, Ordering::Relaxed);
        let _running = Running(&running);
        pending::<Result<(), ()>>().await
    });
    assert!(tokio::time::timeout(MS * 10, call).await.is_err());
    assert_eq!((running.load(Ordering::Relaxed), hedge.stats().hedges), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn without_a_token_no_hedge_is_made_and_the_call_goes_on() {
    let budget = RetryBudgetPolicy::new().share(0.0).min_per_second(1).burst(1);
    let hedge = Hedge::new("replicas", HedgePolicy::new(MS * 100).max_hedges(2).budget(budget));
    assert_eq!(raced(&hedge, &[500, 400, 20]).await, (Ok(500), 500), "one token, for the second");
    assert_eq!(raced(&hedge, &[11, 20]).await, (Err(Failure::Inner(11)), 11));
    let stats = hedge.stats();
    assert_eq!((stats.hedges, stats.not_in_budget), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn a_percentile_is_learnt_from_first_attempts_alone() {
    let hedge = hedge(HedgePolicy::percentile(0.9));
    for call in 1..=100 {
        assert_eq!(hedge.delay(), None);
        assert_eq!(raced(&hedge, &[call * 2, 2]).await, (Ok(call * 2), u128::from(call) * 2));
    }
    assert_eq!((hedge.delay(), hedge.stats().hedges), (Some(MS * 182), 0));
    assert_eq!(raced(&hedge, &[500, 2]).await, (Ok(2), 184), "a hedge won, and the first attempt was too slow");
    let longer = hedge.delay().unwrap();
    assert!(longer > MS * 182);
    raced(&hedge, &[11, 2]).await.0.unwrap();
    assert_eq!(hedge.delay(), Some(longer), "errors do not count");
    raced(&hedge, &[10, 2]).await.0.unwrap();
    assert!(hedge.delay().unwrap() < longer);
}

#[tokio::test(start_paused = true)]
async fn two_attempts_that_end_in_the_same_poll_are_both_seen_where_no_other_is_made() {
    let budget = RetryBudgetPolicy::new().share(0.0).min_per_second(1).burst(1);
    let hedge = Hedge::new("replicas", HedgePolicy::new(MS * 100).max_hedges(2).budget(budget));
    // The first is begun at 0 and fails at 151; the second, begun at 100 with the only token, ends at the same time.
    let attempts = [(151, Err(151)), (51, Ok(51)), (1, Ok(1))];
    let answer = hedge.race(attempts, async |(ms, outcome): (u32, Result<u32, u32>)| {
        sleep(MS * ms).await;
        outcome
    });
    assert_eq!(tokio::time::timeout(MS * 200, answer).await.expect("it was woken"), Ok(51));
}

#[tokio::test(start_paused = true)]
async fn a_call_of_one_attempt_teaches_nothing_about_a_known_delay() {
    let hedge = hedge(HedgePolicy::percentile(0.9).initial(MS * 100));
    for ms in [500, 2] {
        assert_eq!(raced(&hedge, &[ms]).await.0, Ok(ms));
    }
    assert_eq!(hedge.delay(), Some(MS * 100));
}

#[tokio::test(start_paused = true)]
async fn a_policy_alone_has_no_budget_and_knows_a_percentile_by_its_initial_delay() {
    let start = Instant::now();
    let policy = HedgePolicy::percentile(0.9);
    assert_eq!(policy.race([300, 2], attempt).await, Ok(300));
    for _ in 0..20 {
        assert_eq!(policy.initial(MS * 100).race([300, 2], attempt).await, Ok(2));
    }
    assert_eq!(start.elapsed(), MS * (300 + 20 * 102));
    let refused = policy.race::<u32, _, u32, u32>([], attempt).await.unwrap_err();
    assert_eq!(refused.refusal().map(Error::name), Some("hedge"));
}

#[tokio::test(start_paused = true)]
async fn a_percentile_with_an_initial_delay_hedges_the_first_call() {
    let hedge = hedge(HedgePolicy::percentile(0.95).initial(MS * 200));
    assert_eq!(raced(&hedge, &[500, 2]).await, (Ok(2), 202));
}

#[test]
fn a_call_that_ends_at_once_is_small() {
    fn size<F: Future>(_: &F) -> usize {
        size_of::<F>()
    }
    let hedge = hedge(HedgePolicy::new(MS));
    let call = hedge.race([2], attempt);
    assert!(size(&call) <= 512, "{}", size(&call));
}
