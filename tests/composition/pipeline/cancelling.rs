//! A call through a pipeline that is dropped, or panics, at each of its polls: nothing leaks, and later calls work.

use std::sync::atomic::{AtomicU32, Ordering};

use resilient::{RateLimitPolicy, RateLimiter, RetryBudget, RetryBudgetPolicy};
use resilient_tests::{polled, some_turns};

use super::*;

type Plain = Pipeline<String, u32>;

/// A pipeline with every kind of layer, and the states in it.
struct Stack {
    pipeline: Plain,
    breakers: [Arc<CircuitBreaker>; 2],
    slots: Arc<Bulkhead>,
    limit: Arc<RateLimiter>,
    budget: Arc<RetryBudget>,
}

impl Stack {
    fn new() -> Self {
        let policy = BreakerPolicy::new().failure_threshold(1000).recovery_timeout(secs(5));
        let policy = policy.half_open_max_calls(1).success_threshold(1);
        let breakers = [breaker_of(policy), breaker_of(policy)];
        let slots = Arc::new(Bulkhead::new("swept", BulkheadPolicy::new(1).max_wait(secs(5))));
        // The third attempt waits for a permit.
        let limit = RateLimitPolicy::new(2, secs(5)).max_wait(secs(50));
        let limit = Arc::new(RateLimiter::new("swept", limit));
        let budget = RetryBudgetPolicy::new().share(2.0).min_per_second(0).burst(2);
        let budget = Arc::new(RetryBudget::new("swept", budget));
        let layers = Pipeline::new()
            .fallback_async(async |failure: Failure<String>| {
                some_turns(2).await;
                Err(failure.inner().cloned().unwrap_or_default())
            })
            .breaker(&breakers[0])
            .timeout(secs(60))
            .retry(steady(3, secs(1)))
            .budget(&budget)
            .breaker(&breakers[1])
            .rate_limit(&limit)
            .timeout(secs(10))
            .bulkhead(&slots);
        Self { pipeline: layers.build().expect("nothing contradicts"), breakers, slots, limit, budget }
    }

    /// A call whose attempts fail until the last.
    async fn call(&self) -> Result<u32, Failure<String>> {
        let ran = AtomicU32::new(0);
        let attempt = || async {
            let attempt = ran.fetch_add(1, Ordering::Relaxed);
            some_turns(3).await;
            if attempt == 2 { Ok(7) } else { Err("busy".to_owned()) }
        };
        self.pipeline.run(attempt).await
    }

    #[track_caller]
    fn nothing_is_left(&self) {
        assert_eq!((self.slots.in_flight(), self.slots.waiting(), self.limit.waiting()), (0, 0, 0));
        let tokens = self.budget.stats();
        assert!(tokens.retries <= 2 * tokens.calls, "{tokens:?}");
        assert_eq!(resilient::deadline(), None);
        for breaker in &self.breakers {
            let stats = breaker.stats();
            assert_eq!(stats.total_calls, stats.successful_calls + stats.failed_calls + stats.ignored_calls);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn dropped_at_every_poll() {
    let stack = Stack::new();
    assert_eq!(stack.call().await, Ok(7));
    for polls in 0.. {
        let before = stack.breakers.each_ref().map(|breaker| breaker.stats().ignored_calls);
        let ended = polled(stack.call(), polls).await;
        stack.nothing_is_left();
        if ended.is_some() {
            assert!(polls > 10, "there were delays and turns to be dropped at: {polls}");
            break;
        }
        let after = stack.breakers.each_ref().map(|breaker| breaker.stats().ignored_calls);
        assert_eq!(after[0] - before[0], u64::from(polls > 0), "the outer breaker ignores a dropped call");
        assert_eq!(stack.call().await, Ok(7), "after {polls} polls");
    }
}

#[tokio::test(start_paused = true)]
async fn dropped_while_waiting_for_a_slot() {
    let stack = Arc::new(Stack::new());
    for polls in 0.. {
        let slot = stack.slots.try_acquire().expect("it is free");
        let waiting = Arc::clone(&stack);
        let waiting = tokio::spawn(async move { polled(waiting.call(), polls).await });
        tokio::time::sleep(millis(10)).await;
        drop(slot);
        let ended = waiting.await.expect("no panic");
        stack.nothing_is_left();
        if ended.is_some() {
            break;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_probe_dropped_at_every_poll() {
    let stack = Stack::new();
    let [outer, _] = &stack.breakers;
    for polls in 1.. {
        outer.reset();
        for _ in 0..1000 {
            outer.record_failure();
        }
        assert_eq!(outer.state(), CircuitState::Open);
        tokio::time::sleep(secs(5)).await;
        let ended = polled(stack.call(), polls).await;
        stack.nothing_is_left();
        if ended.is_some() {
            assert_eq!(outer.state(), CircuitState::Closed);
            break;
        }
        assert_eq!(stack.call().await, Ok(7), "the place of the only probe is free again after {polls} polls");
        assert_eq!(outer.state(), CircuitState::Closed);
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_at_every_turn() {
    let stack = Arc::new(Stack::new());
    for panics_at in 0..5_u64 {
        let running = Arc::clone(&stack);
        let ended = tokio::spawn(async move {
            let attempt = || {
                assert_ne!(panics_at, 0, "as asked, before there is a future");
                async move {
                    for turn in 1..5 {
                        assert_ne!(turn, panics_at, "as asked");
                        tokio::task::yield_now().await;
                    }
                    Ok(7)
                }
            };
            running.pipeline.run(attempt).await
        });
        assert!(ended.await.expect_err("it panics").is_panic());
        stack.nothing_is_left();
        for breaker in &stack.breakers {
            assert_eq!(breaker.stats().failed_calls, panics_at + 1, "a failure of each breaker");
        }
    }
    assert_eq!(stack.pipeline.run(async || Ok(7)).await, Ok(7));
}

#[tokio::test]
async fn a_panic_of_a_filter_counts_neither_way_to_its_breaker_and_fails_the_outer_one() {
    let (outer, inner) = (breaker_of(BreakerPolicy::new()), breaker_of(BreakerPolicy::new()));
    let slots = slots(1);
    let layers = Pipeline::new().bulkhead(&slots).breaker(&outer).breaker(&inner).failure_if(|_| panic!("as asked"));
    let pipeline: Pipeline<String> = layers.build().unwrap();
    let ended = tokio::spawn(async move { pipeline.run(async || Err::<(), _>("down".to_owned())).await });
    assert!(ended.await.expect_err("it panics").is_panic());
    assert_eq!((counts(&outer), counts(&inner)), ((0, 1, 0), (0, 0, 1)));
    assert_eq!(slots.in_flight(), 0);
}

#[tokio::test]
async fn a_panic_of_an_observer_or_an_answer_gives_everything_back() {
    for which in ["retry", "observer", "answer"] {
        let (breaker, slots) = (breaker_of(BreakerPolicy::new()), slots(1));
        let layers = Pipeline::new().bulkhead(&slots).breaker(&breaker);
        let layers = match which {
            "retry" => layers.retry(steady(2, millis(1))).retry_if(|_| panic!("as asked")),
            "observer" => layers.retry(steady(2, millis(1))).on_retry(|_| panic!("as asked")),
            _ => layers.fallback(|_| panic!("as asked")).fallback_if(|error: &String| error == "down"),
        };
        let pipeline: Pipeline<String, u32> = layers.build().unwrap();
        let ended = tokio::spawn(async move { pipeline.run(async || Err("down".to_owned())).await });
        assert!(ended.await.expect_err("it panics").is_panic(), "{which}");
        assert_eq!((counts(&breaker), slots.in_flight()), ((0, 1, 0), 0), "{which}");
    }
}

/// The same below timeouts of several lengths: the deadline is restored, and no waiter is left in a queue.
#[tokio::test(start_paused = true)]
async fn below_a_limit_dropped_at_every_poll_and_at_every_moment() {
    let stack = Stack::new();
    for limit in [1, 500, 1000, 1001, 1500, 2500, 9000].map(millis) {
        for polls in 0.. {
            let limited = TimeoutPolicy::new(limit).try_run(stack.call());
            let ended = polled(limited, polls).await;
            stack.nothing_is_left();
            if ended.is_some() {
                break;
            }
        }
    }
    assert_eq!(stack.call().await, Ok(7));
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "polled after its end")]
async fn a_call_that_has_ended_is_not_polled_again() {
    let pipeline: Pipeline<String> = Pipeline::new().retry(RetryPolicy::new()).build().unwrap();
    let mut call = std::pin::pin!(pipeline.run(async || Ok(7)));
    assert_eq!(call.as_mut().await, Ok(7));
    let _ = call.await;
}
