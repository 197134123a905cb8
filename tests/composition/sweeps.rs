//! A call that is dropped, or panics, at each of its polls: nothing leaks, and later calls work.

use std::time::Duration;

use resilient::{
    CircuitState, Error, adaptive_throttle, bulkhead, circuit_breaker, fallback, hedge, rate_limit, registry, retry,
    timeout,
};
use resilient_tests::{polled, some_turns};

macro_rules! stack {
    ($name:ident, $shared:literal, |$attempt:ident| $body:expr) => {
        #[fallback(|error| async move { some_turns(2).await; Err(error) })]
        #[retry(
            max_attempts = 3,
            base_delay = 1s,
            bind = $attempt,
            budget(name = $shared, share = 2.0, min_per_second = 0, burst = 2)
        )]
        #[circuit_breaker(name = $shared, failure_threshold = 1000, recovery_timeout = 5s, half_open_max_calls = 1, success_threshold = 1)]
        // The third attempt waits for a permit.
        #[rate_limit(name = $shared, permits = 2, per = 2s, max_wait = 1min)]
        #[timeout(10s)]
        #[bulkhead(name = $shared, max_concurrent = 1, max_wait = 5s)]
        #[hedge(delay = 0s, budget = unlimited)]
        async fn $name() -> Result<u32, Error> {
            some_turns(3).await;
            let outcome: Result<u32, Error> = $body;
            some_turns(2).await;
            outcome
        }
    };
}

fn nothing_is_left(name: &str) {
    let bulkhead = registry().bulkhead(name).expect("it has run");
    assert_eq!((bulkhead.in_flight(), bulkhead.waiting()), (0, 0));
    if let (Some(limiter), Some(budget)) = (registry().rate_limiter(name), registry().retry_budget(name)) {
        assert_eq!(limiter.waiting(), 0);
        let tokens = budget.stats();
        assert!(tokens.retries <= 2 * tokens.calls, "{tokens:?}");
    }
    let stats = registry().circuit_breaker(name).expect("it has run").stats();
    assert_eq!(stats.total_calls, stats.successful_calls + stats.failed_calls + stats.ignored_calls);
}

fn busy() -> Error {
    Error::BulkheadFull { name: resilient::Name::new(&"elsewhere"), limit: 1 }
}

#[tokio::test(start_paused = true)]
async fn dropped_at_every_poll() {
    stack!(call, "sweep of drops", |attempt| if attempt.is_last() { Ok(7) } else { Err(busy()) });
    assert_eq!(call().await.ok(), Some(7));
    for polls in 0.. {
        let ended = polled(call(), polls).await;
        nothing_is_left("sweep of drops");
        if ended.is_some() {
            assert!(polls > 10, "there were pauses and turns to be dropped at: {polls}");
            break;
        }
        assert_eq!(polled(call(), usize::MAX).await.and_then(Result::ok), Some(7), "after {polls} polls");
    }
}

#[tokio::test(start_paused = true)]
async fn dropped_while_waiting_for_a_slot() {
    stack!(call, "sweep of waits", |attempt| if attempt.number() > 0 { Ok(7) } else { Err(busy()) });
    assert_eq!(call().await.ok(), Some(7));
    let bulkhead = registry().bulkhead("sweep of waits").expect("it has run");
    for polls in 0.. {
        let slot = bulkhead.try_acquire().expect("it is free");
        let waiting = tokio::spawn(polled(call(), polls));
        tokio::time::sleep(Duration::from_millis(10)).await;
        drop(slot);
        let ended = waiting.await.expect("no panic");
        nothing_is_left("sweep of waits");
        if ended.is_some() {
            break;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_probe_dropped_at_every_poll() {
    stack!(call, "sweep of probes", |attempt| if attempt.number() > 0 { Ok(7) } else { Err(busy()) });
    assert_eq!(call().await.ok(), Some(7));
    let breaker = registry().circuit_breaker("sweep of probes").expect("it has run");
    for polls in 1.. {
        breaker.reset();
        for _ in 0..1000 {
            breaker.try_acquire().expect("it is closed").failure();
        }
        assert_eq!(breaker.state(), CircuitState::Open);
        tokio::time::sleep(Duration::from_secs(5)).await;
        let ended = polled(call(), polls).await;
        nothing_is_left("sweep of probes");
        if ended.is_some() {
            assert_eq!(breaker.state(), CircuitState::Closed);
            break;
        }
        // The slot of the only probe is free again.
        assert_eq!(call().await.ok(), Some(7), "after {polls} polls");
        assert_eq!(breaker.state(), CircuitState::Closed);
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_at_every_turn() {
    #[fallback(|error| async move { Err(error) })]
    #[retry(max_attempts = 2, base_delay = 1s)]
    #[circuit_breaker(name = "sweep of panics", failure_threshold = 1000)]
    #[timeout(10s)]
    #[bulkhead(name = "sweep of panics", max_concurrent = 1)]
    async fn call(panics_at: usize) -> Result<usize, Error> {
        for turn in 0..5 {
            assert_ne!(turn, panics_at, "as asked");
            tokio::task::yield_now().await;
        }
        Ok(panics_at)
    }
    for panics_at in 0..5 {
        let ended = tokio::spawn(call(panics_at)).await;
        assert!(ended.expect_err("it panics").is_panic());
        nothing_is_left("sweep of panics");
        let breaker = registry().circuit_breaker("sweep of panics").expect("it has run");
        assert_eq!(breaker.stats().failed_calls, panics_at as u64 + 1);
        assert!(call(usize::MAX).await.is_ok());
    }
}

/// The same below timeouts of several lengths: the deadline is restored, and no waiter is left in a queue.
#[tokio::test(start_paused = true)]
async fn below_a_limit_dropped_at_every_poll_and_at_every_moment() {
    stack!(call, "sweep of limits", |attempt| if attempt.is_last() { Ok(7) } else { Err(busy()) });
    assert_eq!(call().await.ok(), Some(7));
    for limit in [1, 500, 1000, 1001, 1500, 3000, 9000].map(Duration::from_millis) {
        for polls in 0.. {
            let limited = resilient::TimeoutPolicy::new(limit).run(call());
            let ended = polled(limited, polls).await;
            assert_eq!(resilient::deadline(), None, "after {polls} polls of {limit:?}");
            nothing_is_left("sweep of limits");
            if ended.is_some() {
                break;
            }
        }
    }
    assert_eq!(call().await.ok(), Some(7));
}

/// Counts of a throttle, a breaker of a key, and a limit that adapts itself: three calls in flight at a time would let it
/// grow, but each call is alone.
#[tokio::test(start_paused = true)]
async fn what_adapts_itself_and_the_state_of_a_key_dropped_at_every_poll() {
    #[retry(max_attempts = 2, base_delay = 1s, bind = attempt)]
    #[circuit_breaker(name = "sweep of keys", key = host, failure_threshold = 1000)]
    #[adaptive_throttle(name = "sweep of throttles", min_calls = 1_000_000)]
    #[timeout(10s)]
    #[bulkhead(name = "sweep of limits that adapt", max_concurrent = adaptive(max = 10, initial = 3), max_wait = 5s)]
    #[hedge(delay = 0s, budget = unlimited)]
    async fn call(host: &str) -> Result<u32, Error> {
        some_turns(3).await;
        let outcome = if attempt.is_last() { Ok(7) } else { Err(busy()) };
        some_turns(2).await;
        outcome
    }

    assert_eq!(call("a.example").await, Ok(7));
    let bulkhead = registry().bulkhead("sweep of limits that adapt").expect("it has run");
    let throttle = registry().adaptive_throttle("sweep of throttles").expect("it has run");
    let breakers = registry().keyed_circuit_breakers("sweep of keys").expect("it has run");
    for polls in 0.. {
        let ended = polled(call("a.example"), polls).await;
        assert_eq!((bulkhead.in_flight(), bulkhead.waiting()), (0, 0), "after {polls} polls");
        let (by_throttle, by_breaker) = (throttle.stats(), breakers.get("a.example").stats());
        assert_eq!(
            (by_throttle.accepted_calls, by_throttle.failed_calls, by_throttle.ignored_calls),
            (by_breaker.successful_calls, by_breaker.failed_calls, by_breaker.ignored_calls),
            "after {polls} polls"
        );
        assert_eq!(breakers.len(), 1);
        if ended.is_some() {
            assert!(polls > 5, "there were pauses and turns to be dropped at: {polls}");
            break;
        }
        assert_eq!(polled(call("a.example"), usize::MAX).await, Some(Ok(7)), "after {polls} polls");
    }
    assert_eq!((bulkhead.limit(), throttle.stats().shed_calls), (3, 0));
}
