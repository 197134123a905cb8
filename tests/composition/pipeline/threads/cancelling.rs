//! A call that is dropped at each of its polls, and callers of all kinds at once: nothing leaks, and later calls work.

use resilient::{RateLimitPolicy, RateLimiter};
use resilient_tests::polled;

use super::*;

struct Stack {
    pipeline: ThreadPipeline<String, u32>,
    breaker: Arc<CircuitBreaker>,
    slots: Arc<Bulkhead>,
    limit: Arc<RateLimiter>,
    threads: Arc<ThreadBulkhead>,
}

impl Stack {
    fn new(number: u32) -> Self {
        let breaker = breaker_of(BreakerPolicy::new().failure_threshold(1_000_000));
        let slots = Arc::new(Bulkhead::new("swept", BulkheadPolicy::new(number).max_wait(secs(5))));
        let limit = RateLimitPolicy::new(1_000_000, secs(5)).burst(1_000_000).max_wait(secs(50));
        let limit = Arc::new(RateLimiter::new("swept", limit));
        let threads = threads(ThreadBulkheadPolicy::new(number).max_queue(number));
        let layers = Pipeline::new()
            .fallback_async(async |failure: Failure<String>| Err(failure.inner().cloned().unwrap_or_default()))
            .fallback_if(|error| error == "down")
            .breaker(&breaker)
            .timeout(secs(60))
            .bulkhead(&slots)
            .retry(steady(3, millis(1)))
            .rate_limit(&limit)
            .timeout(secs(10));
        let pipeline = layers.build_on(&threads).expect("nothing contradicts");
        Self { pipeline, breaker, slots, limit, threads }
    }

    /// An operation whose first two attempts fail.
    fn operation() -> impl Fn() -> Result<u32, String> + Clone + Send + 'static {
        let begun = Begun::default();
        move || if begun.count() == 3 { Ok(7) } else { Err("busy".to_owned()) }
    }

    #[track_caller]
    fn nothing_is_left(&self) {
        assert_eq!((self.slots.in_flight(), self.slots.waiting(), self.limit.waiting()), (0, 0, 0));
        assert_eq!((self.threads.queued(), resilient::deadline()), (0, None));
        let stats = self.breaker.stats();
        assert_eq!(stats.total_calls, stats.successful_calls + stats.failed_calls + stats.ignored_calls);
        let ThreadStats { submitted, finished, panicked, rejected, abandoned, .. } = self.threads.stats();
        assert_eq!(submitted, finished + panicked + rejected + abandoned);
    }

    fn wait_for_those_that_run_on(&self) {
        while self.threads.busy() > 0 {
            thread::yield_now();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn dropped_at_every_poll() {
    let stack = Stack::new(1);
    for polls in 0.. {
        let ended = polled(stack.pipeline.run(Stack::operation()), polls).await;
        stack.nothing_is_left();
        if ended.is_some() {
            // An attempt may end within the poll in which it begins.
            assert!(polls >= 3, "there were two delays to be dropped at: {polls}");
            break;
        }
        stack.wait_for_those_that_run_on();
        assert_eq!(stack.pipeline.run(Stack::operation()).await, Ok(7), "after {polls} polls");
    }
}

#[tokio::test(start_paused = true)]
async fn dropped_while_waiting_for_a_thread() {
    let stack = Stack::new(1);
    let occupied = Occupied::threads(1, &stack.threads);
    {
        let mut waits = pin!(stack.pipeline.run(Stack::operation()));
        begin(waits.as_mut()).await;
        assert_eq!((stack.threads.queued(), stack.slots.in_flight()), (1, 1));
    }
    assert_eq!((stack.threads.queued(), stack.slots.in_flight()), (0, 0));
    drop(occupied);
    stack.nothing_is_left();
    assert_eq!(stack.pipeline.run(Stack::operation()).await, Ok(7));
}

#[test]
fn calls_from_many_threads_that_leave_at_random_leave_nothing_behind() {
    let stack = Stack::new(3);
    thread::scope(|scope| {
        for caller in 0..6_usize {
            let stack = &stack;
            scope.spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
                for call in 0..200_usize {
                    match (caller + call) % 4 {
                        0 => drop(stack.pipeline.call(Stack::operation())),
                        1 => drop(runtime.block_on(stack.pipeline.run(Stack::operation()))),
                        2 => drop(runtime.block_on(polled(stack.pipeline.run(Stack::operation()), call % 7))),
                        _ => {
                            let limit = Duration::from_micros(call as u64);
                            let late = || stack.pipeline.call(Stack::operation());
                            drop(resilient::with_deadline_blocking(limit, late));
                        }
                    }
                }
            });
        }
    });
    assert_eq!(stack.threads.shutdown(HOUR).left, 0);
    stack.nothing_is_left();
    assert_eq!((stack.threads.busy(), stack.breaker.state()), (0, CircuitState::Closed));
}
