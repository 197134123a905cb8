//! A call that succeeds at once allocates nothing, whatever its attributes, nor does one through a pipeline. A process of
//! its own, because the allocator counts for all threads.

use std::alloc::System;
use std::sync::Mutex;

use resilient::{Error, adaptive_throttle, bulkhead, circuit_breaker, fallback, hedge, rate_limit, retry, timeout};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The allocator counts for all threads, so only one test measures at a time.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

const WARM_UP: usize = 100;
const CALLS: usize = 1000;

/// How many of many calls coincide with an allocation. A few do, because the threads of the test harness allocate too.
fn allocating_calls(mut call: impl FnMut()) -> usize {
    (0..WARM_UP).for_each(|_| call());
    let allocates = |_: &usize| {
        let region = Region::new(ALLOCATOR);
        call();
        let change = region.change();
        change.allocations + change.reallocations > 0
    };
    (0..CALLS).filter(allocates).count()
}

fn assert_allocates_nothing(call: impl FnMut()) {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let allocating = allocating_calls(call);
    assert!(allocating <= CALLS / 20, "{allocating} of {CALLS} calls allocate");
}

fn assert_allocates_nothing_in_a_runtime<F: Future>(call: impl Fn() -> F) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(async {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert_allocates_nothing(|| {
            let call = std::pin::pin!(call());
            assert!(call.poll(&mut context).is_ready(), "it succeeds at once");
        });
    });
}

type Outcome = Result<u64, Error>;

fn cached(_: u64) -> Outcome {
    unreachable!("nothing fails")
}

#[test]
fn the_counter_counts() {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    assert_eq!(allocating_calls(|| drop(std::hint::black_box(Box::new(7)))), CALLS);
}

#[test]
fn the_counter_sees_other_threads() {
    let (send, receive) = std::sync::mpsc::channel();
    let (answer, answered) = std::sync::mpsc::channel();
    let boxes = std::thread::spawn(move || receive.iter().for_each(|()| answer.send(Box::new(7)).expect("it waits")));
    {
        let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let allocating = allocating_calls(|| {
            send.send(()).expect("the thread waits");
            drop(answered.recv());
        });
        assert_eq!(allocating, CALLS);
    }
    drop(send);
    boxes.join().expect("it does not panic");
}

mod in_an_async_function {
    use super::*;

    #[test]
    fn none_of_the_attributes_allocates() {
        #[retry]
        async fn retried(id: u64) -> Outcome {
            Ok(id)
        }

        #[circuit_breaker(name = "allocations: async")]
        async fn guarded(id: u64) -> Outcome {
            Ok(id)
        }

        #[timeout(1h)]
        async fn limited(id: u64) -> Outcome {
            Ok(id)
        }

        #[bulkhead(name = "allocations: async", max_concurrent = 1, max_wait = 1h)]
        async fn bounded(id: u64) -> Outcome {
            Ok(id)
        }

        #[bulkhead(name = "allocations: adaptive async", max_concurrent = adaptive(max = 8), overload_after = 1h)]
        async fn adapting(id: u64) -> Outcome {
            Ok(id)
        }

        #[adaptive_throttle(name = "allocations: async")]
        async fn throttled(id: u64) -> Outcome {
            Ok(id)
        }

        #[hedge(delay = 1h)]
        async fn hedged(id: u64) -> Outcome {
            Ok(id)
        }

        #[fallback(cached, |_| async { Ok(7) })]
        async fn answered(id: u64) -> Outcome {
            Ok(id)
        }

        assert_allocates_nothing_in_a_runtime(|| retried(7));
        assert_allocates_nothing_in_a_runtime(|| guarded(7));
        assert_allocates_nothing_in_a_runtime(|| limited(7));
        assert_allocates_nothing_in_a_runtime(|| bounded(7));
        assert_allocates_nothing_in_a_runtime(|| adapting(7));
        assert_allocates_nothing_in_a_runtime(|| throttled(7));
        assert_allocates_nothing_in_a_runtime(|| hedged(7));
        assert_allocates_nothing_in_a_runtime(|| answered(7));
    }

    #[test]
    fn a_body_on_a_thread_of_a_bulkhead_does_not() {
        #[retry]
        #[timeout(1h)]
        #[bulkhead(name = "allocations: threads async", threads = 1)]
        async fn threaded(id: u64) -> Outcome {
            Ok(id)
        }

        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        assert_allocates_nothing(|| assert_eq!(runtime.block_on(threaded(7)), Ok(7)));
    }

    #[test]
    fn all_five_together_do_not() {
        #[fallback(cached)]
        #[retry]
        #[circuit_breaker(name = "allocations: five async")]
        #[timeout(1h)]
        #[bulkhead(name = "allocations: five async", max_concurrent = 1, max_wait = 1h)]
        async fn call(id: u64) -> Outcome {
            Ok(id)
        }

        assert_allocates_nothing_in_a_runtime(|| call(7));
    }

    #[test]
    fn all_layers_together_do_not() {
        #[fallback(cached)]
        #[retry(budget = "allocations: all async")]
        #[circuit_breaker(name = "allocations: all async")]
        #[circuit_breaker(name = "allocations: all async by key", key = id)]
        #[adaptive_throttle(name = "allocations: all async")]
        #[rate_limit(
            name = "allocations: all async", permits = 1_000_000, per = 1h, burst = 1_000_000, paused_if = |_| true
        )]
        #[timeout(1h)]
        #[bulkhead(name = "allocations: all async, adaptive", max_concurrent = adaptive(max = 8), overload_after = 1h)]
        #[bulkhead(name = "allocations: all async", max_concurrent = 1, max_wait = 1h)]
        #[hedge(delay = 1min)]
        async fn call(id: u64) -> Outcome {
            Ok(id)
        }

        assert_allocates_nothing_in_a_runtime(|| call(7));
    }

    #[test]
    fn settings_that_look_at_the_clock_do_not() {
        #[retry(max_attempts = unlimited, max_elapsed = 1h, bind = attempt)]
        #[circuit_breaker(
            name = "allocations: clock", failure_rate = 0.5, window = 10s, slow_call = 1s, slow_call_rate = 0.5
        )]
        async fn by_time(id: u64) -> Outcome {
            Ok(id + u64::from(attempt.number()))
        }

        #[circuit_breaker(name = "allocations: count", failure_rate = 0.5, window = 1000)]
        async fn by_count(id: u64) -> Outcome {
            Ok(id)
        }

        assert_allocates_nothing_in_a_runtime(|| by_time(7));
        assert_allocates_nothing_in_a_runtime(|| by_count(7));
    }
}

mod for_a_known_key {
    use resilient::{BulkheadPolicy, Bulkheads, CircuitBreakers};

    use super::*;

    #[circuit_breaker(failure_threshold = 3)]
    static HOSTS: CircuitBreakers;

    #[test]
    fn none_of_the_attributes_allocates() {
        #[circuit_breaker(HOSTS, key = host)]
        async fn guarded(host: &str) -> Outcome {
            Ok(host.len() as u64)
        }

        #[bulkhead(key = tenant, max_concurrent = 1)]
        async fn bounded(tenant: u64) -> Outcome {
            Ok(tenant)
        }

        // A bucket: a window keeps a moment for each call of the last span.
        #[rate_limit(key = format_args!("{tenant}/{region}"), permits = 1_000_000, per = 1h, burst = 1_000_000)]
        async fn paced(tenant: u64, region: &str) -> Outcome {
            Ok(tenant + region.len() as u64)
        }

        assert_allocates_nothing_in_a_runtime(|| guarded("a.example"));
        assert_allocates_nothing_in_a_runtime(|| bounded(7));
        assert_allocates_nothing_in_a_runtime(|| paced(7, "eu"));
    }

    #[test]
    fn sync_calls_and_calls_of_many_known_keys_do_not() {
        #[circuit_breaker(name = "allocations: key", key = format_args!("{host}.example"))]
        #[bulkhead(name = "allocations: key", key = host, max_concurrent = 1)]
        fn call(host: u32) -> Outcome {
            Ok(host.into())
        }

        let mut calls = 0;
        assert_allocates_nothing(|| {
            calls += 1;
            assert!(call(calls % 50).is_ok());
        });
    }

    #[test]
    fn a_look_up_by_hand_does_not() {
        let tenants = Bulkheads::new("allocations", BulkheadPolicy::new(1).per_key());
        let address = std::net::SocketAddr::from(([127, 0, 0, 1], 80));
        assert_allocates_nothing(|| drop(tenants.get(address).try_acquire().expect("it is free")));
    }
}

mod in_a_sync_function {
    use super::*;

    #[test]
    fn none_of_the_attributes_allocates() {
        #[retry]
        fn retried(id: u64) -> Outcome {
            Ok(id)
        }

        #[circuit_breaker(name = "allocations: sync")]
        fn guarded(id: u64) -> Outcome {
            Ok(id)
        }

        #[timeout(1h)]
        fn limited(id: u64) -> Outcome {
            Ok(id)
        }

        #[timeout(1h, cooperative)]
        fn limited_in_place(id: u64) -> Outcome {
            Ok(id)
        }

        #[bulkhead(name = "allocations: sync", max_concurrent = 1, max_wait = 1h)]
        fn bounded(id: u64) -> Outcome {
            Ok(id)
        }

        #[bulkhead(name = "allocations: adaptive sync", max_concurrent = adaptive(max = 8), overload_after = 1h)]
        fn adapting(id: u64) -> Outcome {
            Ok(id)
        }

        #[adaptive_throttle(name = "allocations: sync")]
        fn throttled(id: u64) -> Outcome {
            Ok(id)
        }

        #[hedge(delay = 1h)]
        fn hedged(id: u64) -> Outcome {
            Ok(id)
        }

        #[fallback(cached)]
        fn answered(id: u64) -> Outcome {
            Ok(id)
        }

        for call in [retried, guarded, limited, limited_in_place, bounded, adapting, throttled, hedged, answered] {
            assert_allocates_nothing(|| assert_eq!(call(7).ok(), Some(7)));
        }
    }

    #[test]
    fn a_body_on_a_thread_of_a_bulkhead_does_not() {
        #[bulkhead(name = "allocations: threads", threads = 1)]
        fn threaded(id: u64) -> Outcome {
            Ok(id)
        }

        #[timeout(1h)]
        #[bulkhead(name = "allocations: threads", threads)]
        fn limited(id: u64) -> Outcome {
            Ok(id)
        }

        for call in [threaded, limited] {
            assert_allocates_nothing(|| assert_eq!(call(7).ok(), Some(7)));
        }
    }

    #[test]
    fn all_layers_together_do_not() {
        #[fallback(cached)]
        #[retry(budget = "allocations: all sync")]
        #[circuit_breaker(name = "allocations: all sync")]
        #[circuit_breaker(name = "allocations: all sync by key", key = id)]
        #[adaptive_throttle(name = "allocations: all sync")]
        #[rate_limit(
            name = "allocations: all sync", permits = 1_000_000, per = 1h, burst = 1_000_000, paused_if = |_| true
        )]
        #[timeout(1h, cooperative)]
        #[bulkhead(name = "allocations: all sync, adaptive", max_concurrent = adaptive(max = 8), overload_after = 1h)]
        #[bulkhead(name = "allocations: all sync", max_concurrent = 1, max_wait = 1h)]
        #[hedge(delay = 1min)]
        fn call(id: u64) -> Outcome {
            Ok(id)
        }

        assert_allocates_nothing(|| assert_eq!(call(7).ok(), Some(7)));
    }

    #[test]
    fn all_five_together_do_not_in_place() {
        #[fallback(cached)]
        #[retry]
        #[circuit_breaker(name = "allocations: five cooperative")]
        #[timeout(1h, cooperative)]
        #[bulkhead(name = "allocations: five cooperative", max_concurrent = 1, max_wait = 1h)]
        fn call(id: u64) -> Outcome {
            Ok(id)
        }

        assert_allocates_nothing(|| assert_eq!(call(7).ok(), Some(7)));
    }

    #[test]
    fn all_five_together_do_not_on_a_helper_thread() {
        #[fallback(cached)]
        #[retry]
        #[circuit_breaker(name = "allocations: five helped")]
        #[timeout(1h)]
        #[bulkhead(name = "allocations: five helped", max_concurrent = 1, max_wait = 1h)]
        fn call(id: u64) -> Outcome {
            Ok(id)
        }

        assert_allocates_nothing(|| assert_eq!(call(7).ok(), Some(7)));
    }
}

mod through_a_pipeline {
    use std::time::Duration;

    use resilient::pipeline::PipelineBuilder;
    use resilient::{
        AdaptiveLimit, AdaptiveThrottle, AdaptiveThrottlePolicy, BreakerPolicy, Bulkhead, BulkheadPolicy,
        CircuitBreaker, Pipeline, RateLimitPolicy, RateLimiter, RetryBudget, RetryBudgetPolicy, RetryPolicy,
    };

    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);

    /// A layer of each kind, four of which are breakers and timeouts.
    fn layers() -> PipelineBuilder<Error, u64> {
        let breaker = || CircuitBreaker::new("allocations", BreakerPolicy::new());
        let bulkhead = || Bulkhead::new("allocations", BulkheadPolicy::new(1).max_wait(HOUR));
        // A bucket: a window keeps a moment for each call of the last span.
        let limit = RateLimiter::new("allocations", RateLimitPolicy::new(1_000_000, HOUR).burst(1_000_000));
        let budget = RetryBudget::new("allocations", RetryBudgetPolicy::new());
        let layers =
            Pipeline::new().fallback(|_| unreachable!("nothing fails")).bulkhead(bulkhead()).breaker(breaker());
        let layers = layers.timeout(HOUR).retry(RetryPolicy::new()).budget(budget).breaker(breaker());
        layers.rate_limit(limit).paused_if(|_| true).timeout(HOUR / 2).bulkhead(bulkhead())
    }

    /// A layer of each kind that holds something of a call.
    fn layers_with_marks() -> PipelineBuilder<Error, u64> {
        let breaker = CircuitBreaker::new("allocations", BreakerPolicy::new());
        let throttle = AdaptiveThrottle::new("allocations", AdaptiveThrottlePolicy::new());
        let adaptive = BulkheadPolicy::new(1).adaptive(AdaptiveLimit::new(8)).overload_after(HOUR);
        let layers = Pipeline::new().retry(RetryPolicy::new()).breaker(breaker).adaptive_throttle(throttle);
        layers.timeout(HOUR).bulkhead(Bulkhead::new("allocations", adaptive))
    }

    #[test]
    fn async_calls_do_not_allocate() {
        for layers in [layers(), layers_with_marks()] {
            let pipeline = layers.build().expect("nothing contradicts");
            assert_allocates_nothing_in_a_runtime(|| pipeline.run(|| std::future::ready(Ok(7))));
        }
    }

    #[test]
    fn sync_calls_do_not_allocate() {
        for layers in [layers(), layers_with_marks()] {
            let pipeline = layers.build().expect("nothing contradicts");
            assert_allocates_nothing(|| assert_eq!(pipeline.call(|| Ok(7)).ok(), Some(7)));
        }
    }
}
