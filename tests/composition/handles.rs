//! Handles and values act in a stack as names do, sync and async.

use std::sync::Arc;
use std::time::Duration;

use resilient::{
    BreakerPolicy, Bulkhead, BulkheadPolicy, CircuitBreaker, CircuitStats, ErrorKind, bulkhead, circuit_breaker,
    fallback, retry, timeout,
};
use resilient_tests::{Fault, breaker, secs, shared_bulkhead};
use tokio::time::{advance, sleep};

type Outcome = Result<u32, Fault>;

/// What the body does in turn.
#[derive(Clone, Copy)]
enum Step {
    Succeeds,
    Fails,
    Hangs,
}

use Step::{Fails, Hangs, Succeeds};

async fn act(step: Step) -> Outcome {
    match step {
        Succeeds => Ok(1),
        Fails => Err(Fault::Own),
        Hangs => {
            sleep(secs(1000)).await;
            Ok(2)
        }
    }
}

#[fallback(value = 7, fallback_on(Fault::Refused(_)))]
#[retry(max_attempts = 2, base_delay = 1s, jitter = none)]
#[circuit_breaker(name = "handles: stack", failure_threshold = 3, recovery_timeout = 60s)]
#[timeout(5s)]
#[bulkhead(name = "handles: stack", max_concurrent = 1)]
async fn by_name(step: Step) -> Outcome {
    act(step).await
}

#[circuit_breaker(failure_threshold = 3, recovery_timeout = 60s)]
static STACK_BREAKER: CircuitBreaker;

#[bulkhead(max_concurrent = 1)]
static STACK_SLOTS: Bulkhead;

#[fallback(value = 7, fallback_on(Fault::Refused(_)))]
#[retry(max_attempts = 2, base_delay = 1s, jitter = none)]
#[circuit_breaker(STACK_BREAKER)]
#[timeout(5s)]
#[bulkhead(STACK_SLOTS)]
async fn by_handle(step: Step) -> Outcome {
    act(step).await
}

struct Client {
    breaker: Arc<CircuitBreaker>,
    slots: Option<Bulkhead>,
}

impl Client {
    fn new() -> Self {
        let policy = BreakerPolicy::new().failure_threshold(3).recovery_timeout(secs(60));
        let slots = Some(Bulkhead::new("value", BulkheadPolicy::new(1)));
        Self { breaker: Arc::new(CircuitBreaker::new("value", policy)), slots }
    }

    #[fallback(value = 7, fallback_on(Fault::Refused(_)))]
    #[retry(max_attempts = 2, base_delay = 1s, jitter = none)]
    #[circuit_breaker(self.breaker)]
    #[timeout(5s)]
    #[bulkhead(self.slots)]
    async fn by_value(&self, step: Step) -> Outcome {
        act(step).await
    }

    #[retry(max_attempts = 2, base_delay = 0s)]
    #[circuit_breaker(self.breaker)]
    #[timeout(60s, cooperative)]
    #[bulkhead(self.slots)]
    fn by_value_blocking(&self, outcome: Outcome) -> Outcome {
        outcome
    }
}

/// The outcome of each step, and the totals of the breaker. Before the last step the breaker's open time ends.
async fn run(
    breaker: &CircuitBreaker,
    slots: &Bulkhead,
    call: impl AsyncFn(Step) -> Outcome,
) -> (Vec<Outcome>, CircuitStats, u64) {
    let mut outcomes = Vec::new();
    for step in [Succeeds, Fails, Hangs, Succeeds] {
        outcomes.push(call(step).await);
    }
    advance(secs(61)).await;
    outcomes.push(call(Succeeds).await);
    let held = slots.try_acquire().expect("it is free");
    outcomes.push(call(Succeeds).await);
    drop(held);
    (outcomes, breaker.stats(), slots.stats().accepted_calls)
}

#[tokio::test(start_paused = true)]
async fn in_an_async_stack() {
    let client = Client::new();
    let named = (breaker("handles: stack"), shared_bulkhead("handles: stack"));
    let by_name = run(named.0, named.1, by_name).await;
    let by_handle = run(&STACK_BREAKER, &STACK_SLOTS, by_handle).await;
    let slots = client.slots.as_ref().expect("it has slots");
    let by_value = run(&client.breaker, slots, |step| client.by_value(step)).await;
    // A fallback answers every refusal: of the open breaker twice, and of the full bulkhead.
    assert_eq!(by_name.0, [Ok(1), Err(Fault::Own), Ok(7), Ok(7), Ok(1), Ok(7)]);
    assert_eq!(by_name.1.rejected_calls, 2);
    assert_eq!(by_handle, by_name);
    assert_eq!(by_value, by_name);
}

#[test]
fn in_a_sync_stack() {
    #[circuit_breaker(failure_threshold = 3)]
    static SYNC: CircuitBreaker;

    #[retry(max_attempts = 2, base_delay = 0s)]
    #[circuit_breaker(SYNC)]
    #[timeout(60s, cooperative)]
    fn by_handle(outcome: Outcome) -> Outcome {
        outcome
    }

    let client = Client::new();
    let open = Err(Fault::Refused(ErrorKind::CircuitOpen));
    for (outcome, expected) in
        [(Ok(1), Ok(1)), (Err(Fault::Own), Err(Fault::Own)), (Err(Fault::Own), open), (Ok(1), open)]
    {
        assert_eq!((by_handle(outcome), client.by_value_blocking(outcome)), (expected, expected));
    }
    assert_eq!(SYNC.stats(), client.breaker.stats());
    assert_eq!(SYNC.stats().failed_calls, 3);
}

#[tokio::test(start_paused = true)]
async fn a_value_above_and_one_below_a_timeout_see_what_hangs() {
    #[circuit_breaker(above)]
    #[timeout(4s)]
    #[circuit_breaker(below)]
    async fn call(above: &CircuitBreaker, below: &CircuitBreaker) -> Outcome {
        sleep(Duration::MAX).await;
        Ok(1)
    }

    let new = || CircuitBreaker::new("value", BreakerPolicy::new());
    let (above, below) = (new(), new());
    assert_eq!(call(&above, &below).await, Err(Fault::Refused(ErrorKind::TimedOut)));
    assert_eq!((above.stats().failed_calls, below.stats().failed_calls), (1, 1));
}
