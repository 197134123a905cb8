//! Each event has its name and its fields.

use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use resilient::{Bulkhead, BulkheadPolicy, Error, RateLimitPolicy, RateLimiter, fallback, hedge, retry, timeout};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::events::{ask, read};
use crate::http::{Event, event};
use crate::looking;

#[fallback(default)]
#[retry(max_attempts = 2, base_delay = 1ms, backoff = constant, jitter = none)]
#[timeout(20ms)]
async fn hangs() -> Result<(), Error> {
    sleep(Duration::from_secs(1)).await;
    Ok(())
}

static ATTEMPTS: AtomicU32 = AtomicU32::new(0);

#[hedge(name = "kinds: hedge", delay = 10ms)]
async fn slow_at_first() -> Result<(), Error> {
    if ATTEMPTS.fetch_add(1, Ordering::Relaxed) == 0 {
        sleep(Duration::from_secs(1)).await;
    }
    Ok(())
}

async fn cause_all() {
    hangs().await.unwrap();
    slow_at_first().await.unwrap();
    let limit = RateLimiter::new("kinds: limit", RateLimitPolicy::new(1, Duration::from_secs(10)));
    limit.try_acquire().unwrap();
    limit.try_acquire().unwrap_err();
    let policy = BulkheadPolicy::new(1).max_queue(1).max_wait(Duration::from_secs(5));
    let bulkhead = Bulkhead::new("kinds: bulkhead", policy);
    let body = || async {
        sleep(Duration::from_millis(30)).await;
        Ok::<_, ()>(())
    };
    let (first, second) = (pin!(bulkhead.run(body())), pin!(bulkhead.run(body())));
    let (first, second) = tokio::join!(first, second);
    first.and(second).unwrap();
    let _slot = bulkhead.try_acquire().unwrap();
    bulkhead.try_acquire().unwrap_err();
}

/// The first event of this kind that has what is expected; other tests cause events at the same time.
fn find<'e>(events: &'e [Event], kind: &str, expected: &Value) -> &'e Value {
    let expected = expected.as_object().unwrap();
    let is_it =
        |(known, _, data): &&Event| known == kind && expected.iter().all(|(name, value)| data.get(name) == Some(value));
    let found = events.iter().find(is_it).unwrap_or_else(|| panic!("no {kind} with {expected:?}: {events:#?}"));
    assert!(found.2["text"].is_string() && found.2["at_ms"].is_u64(), "{found:?}");
    &found.2
}

#[tokio::test(start_paused = true)]
async fn each_event_has_its_name_and_its_fields() {
    let mut admin = looking();
    let (_, mut body) = ask(&mut admin, "/api/events").await;
    cause_all().await;
    let text = read(&mut body);
    let events: Vec<_> = text.split("\n\n").filter_map(event).collect();
    let function = format!("{}::hangs", module_path!());
    for (kind, expected) in [
        ("timed_out", json!({ "function": function, "after_ms": 20.0, "attempt": 1 })),
        ("retry_scheduled", json!({ "function": function, "attempt": 1, "delay_ms": 1.0, "cause": "timed_out" })),
        (
            "retries_exhausted",
            json!({ "function": function, "attempts": 2, "why": "max_attempts", "cause": "timed_out" }),
        ),
        ("fallback_used", json!({ "function": function, "position": 1, "succeeded": true })),
        ("hedge_sent", json!({ "name": "kinds: hedge", "number": 2, "after_ms": 10.0 })),
        ("hedge_won", json!({ "name": "kinds: hedge", "number": 2 })),
        ("rate_limited", json!({ "name": "kinds: limit", "retry_after_ms": 10_000.0 })),
        ("bulkhead_waited", json!({ "name": "kinds: bulkhead", "waited_ms": 30.0 })),
        ("bulkhead_full", json!({ "name": "kinds: bulkhead", "limit": 1, "because": "no_slot" })),
    ] {
        find(&events, kind, &expected);
    }
}
