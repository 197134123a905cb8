//! A listener that panics, calls back, subscribes or ends its own subscription harms no call.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};
use std::time::Duration;

use resilient::events::{Event, Kinds, Subscription};
use resilient::{
    BreakerPolicy, BulkheadPolicy, Error, Name, RateLimitPolicy, fallback, hedge, registry, retry, timeout,
};

const NAME: &str = "harmless";

/// Whether it is of this module, on the thread of the test that asks: tests run beside each other, and each has one thread.
fn is_mine(event: &Event<'_>, test: ThreadId) -> bool {
    let name = event.name().or_else(|| event.function());
    let is_of_module = |name: Name| name.starts_with(NAME) || name.starts_with(concat!(module_path!(), "::"));
    thread::current().id() == test && name.is_some_and(is_of_module)
}

#[fallback(value = 0)]
#[timeout(10s)]
#[retry(max_attempts = 2, base_delay = 1s)]
async fn answered() -> Result<u32, Error> {
    Err(Error::NoItems { name: NAME.into() })
}

#[timeout(1s)]
async fn hangs() -> Result<u32, Error> {
    std::future::pending().await
}

#[hedge(name = "harmless", delay = 1s, budget = unlimited, bind = attempt)]
async fn hedged() -> Result<u32, Error> {
    if attempt.number() == 1 { std::future::pending().await } else { Ok(1) }
}

/// Something of each kind.
async fn everything_happens() {
    assert_eq!(answered().await, Ok(0));
    assert!(hangs().await.unwrap_err().is_timed_out());
    assert_eq!(hedged().await, Ok(1));
    let breaker = registry().circuit_breaker_or_insert(NAME, BreakerPolicy::new());
    breaker.force_open();
    assert!(breaker.try_acquire().is_err());
    breaker.reset();
    let policy = BulkheadPolicy::new(1).max_wait(Duration::from_secs(1));
    let bulkhead = registry().bulkhead_or_insert(NAME, policy);
    let slot = bulkhead.acquire().await.unwrap();
    let freed = async {
        tokio::task::yield_now().await;
        drop(slot);
    };
    let (waited, ()) = tokio::join!(bulkhead.acquire(), freed);
    assert!(bulkhead.try_acquire().is_err());
    drop(waited.unwrap());
    let limiter = registry().rate_limiter_or_insert(NAME, RateLimitPolicy::new(1, Duration::from_secs(3_600)));
    let _ = limiter.try_acquire();
    assert!(limiter.try_acquire().is_err());
}

#[tokio::test(start_paused = true)]
async fn a_panic_at_each_kind_is_counted_and_reaches_no_call() {
    let kinds =
        [Kinds::CALLS, Kinds::CHANGES, Kinds::RETRIES, Kinds::REFUSALS, Kinds::WAITS, Kinds::FALLBACKS, Kinds::HEDGES];
    let test = thread::current().id();
    // Those of configurations need a feature, and have tests of their own.
    assert_eq!(kinds.into_iter().fold(Kinds::CONFIG, |all, kind| all | kind), Kinds::ALL);
    for kind in kinds {
        let events = resilient::events().kinds(kind);
        let (before, calls) = (events.listener_panics(), Arc::new(AtomicU32::new(0)));
        let count = Arc::clone(&calls);
        let watching = events.subscribe(move |event| {
            if is_mine(event, test) {
                count.fetch_add(1, Ordering::Relaxed);
                panic!("a listener's own fault");
            }
        });
        everything_happens().await;
        drop(watching);
        let calls = calls.load(Ordering::Relaxed);
        assert!(calls > 0, "{kind}");
        assert!(events.listener_panics() - before >= u64::from(calls), "{kind}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_listener_may_call_subscribe_and_end_its_own_subscription() {
    let test = thread::current().id();
    let own: Arc<Mutex<Option<Subscription>>> = Arc::default();
    let (taken, inner) = (Arc::clone(&own), Arc::new(AtomicU32::new(0)));
    let count = Arc::clone(&inner);
    let watching = resilient::subscribe(move |event| {
        if !is_mine(event, test) {
            return;
        }
        let more = Arc::clone(&count);
        drop(resilient::subscribe(move |event| {
            more.fetch_add(u32::from(is_mine(event, test)), Ordering::Relaxed);
        }));
        let breaker = registry().circuit_breaker_or_insert("harmless within", BreakerPolicy::new());
        breaker.force_open();
        let _ = breaker.call(|| Err::<(), _>("down"));
        breaker.reset();
        drop(taken.lock().unwrap().take());
        count.fetch_add(1, Ordering::Relaxed);
    });
    *own.lock().unwrap() = Some(watching);
    assert_eq!(answered().await, Ok(0));
    assert_eq!(inner.load(Ordering::Relaxed), 1, "it ended its subscription at the first event");
    assert!(own.lock().unwrap().is_none());
}
