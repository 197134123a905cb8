//! Every setting of every attribute.

use super::*;

const RETRY: RetryPolicy = RetryPolicy::new().base_delay(Duration::from_millis(1));
const BREAKER: BreakerPolicy = BreakerPolicy::new().failure_threshold(7);
const TIMEOUT: TimeoutPolicy = TimeoutPolicy::new(Duration::from_secs(60));
const BULKHEAD: BulkheadPolicy = BulkheadPolicy::new(10);
const LIMIT: Duration = Duration::from_secs(60);

fn is_transient(fault: &Fault) -> bool {
    matches!(fault, Fault::Refused(_))
}

fn asked(fault: &Fault) -> Option<Duration> {
    is_transient(fault).then_some(Duration::ZERO)
}

fn observe<E>(event: &RetryEvent<'_, E>) {
    assert!(event.attempt > 0);
}

fn refused(refusal: Error) -> Fault {
    Fault::Refused(refusal)
}

fn cached(id: u32, _: Duration) -> Outcome {
    found(id + 1)
}

async fn mirrored(id: u32, _: Duration) -> Outcome {
    rest().await;
    found(id + 1)
}

#[fallback(cached, mirrored, |error| found(id + u32::from(is_transient(&error))), |error| async move { Err(error) }, default, fallback_if = is_transient)]
#[retry(
    max_attempts = 4, backoff = exponential, base_delay = limit / 60_000, max_delay = LIMIT, exponential_base = 1.5,
    jitter = 0.5, max_elapsed = limit * 2, retry_on(Fault::NotFound(_) | Fault::Refused(_) if id > 0),
    retry_if_ok = |text| text.is_empty() && id == 0, retry_after = asked, max_retry_after = 1s, on_retry = observe,
    retry_refused(timed_out, bulkhead_full, circuit_open), exhausted = wrap, bind = attempt
)]
#[circuit_breaker(
    name = "lints: every setting", failure_rate = 0.5, window = 10, min_calls = 10, slow_call = 1h, slow_call_rate = 0.5,
    recovery_timeout = 1s, recovery_backoff = 2.0, max_recovery_timeout = 1min, half_open_max_calls = 1,
    probe_timeout = 20s, success_threshold = 1, on_state_change = changed, failure_on(Fault::NotFound(..))
)]
#[timeout(limit, step = 1s)]
#[bulkhead(name = "lints: every setting", max_concurrent = 10, max_wait = 1s, max_queue = 7)]
async fn awaits(id: u32, limit: Duration) -> Outcome {
    rest().await;
    if attempt.is_last() { found(id + 1) } else { found(id) }
}

#[fallback(cached, |error| found(id + u32::from(is_transient(&error))), default, fallback_on(Fault::Refused(_) | Fault::NotFound(_)))]
#[retry(policy = RETRY, jitter = Jitter::None, retry_if = |fault| !is_transient(fault) && id > 0, on_retry = |_| ())]
#[circuit_breaker(name = "lints: every setting, sync", policy = BREAKER, failure_if = is_transient)]
#[timeout(policy = TIMEOUT, duration = limit, cooperative)]
#[bulkhead(name = "lints: every setting, sync", policy = BULKHEAD)]
fn blocks(id: u32, limit: Duration) -> Outcome {
    found(id)
}

#[retry(exhausted = wrap, map_err = refused)]
#[circuit_breaker(name = "lints: map_err", map_err = |refusal| Fault::NotFound(format!("{id}: {refusal}")))]
#[timeout(1h, map_err = refused)]
#[bulkhead(max_concurrent = 1)]
async fn maps(id: u32) -> Outcome {
    rest().await;
    found(id)
}

const HEDGE: HedgePolicy = HedgePolicy::new(Duration::from_secs(60));

fn changed(change: &BreakerChanged) {
    assert!(change.number > 0);
}

fn hedges(event: &HedgeEvent<'_>) {
    assert!(event.attempt > 1);
}

#[hedge(
    name = "lints: every setting", delay = p95(initial = 1h), max_hedges = 2, hedge_on(Fault::NotFound(_) if id > 0),
    budget(share = 0.2, min_per_second = 2, burst = 20, earned_by = successes), over(add in [1, id]),
    on_hedge = hedges, map_err = refused, bind = attempt
)]
#[timeout(limit, map_err = refused)]
async fn hedges_all(id: u32, limit: Duration) -> Outcome {
    rest().await;
    if attempt.is_last() { found(id) } else { found(id + add) }
}

#[hedge(policy = HEDGE, delay = LIMIT, budget = unlimited, hedge_if = |fault| !is_transient(fault) && id > 0)]
async fn hedges_some(id: u32) -> Outcome {
    rest().await;
    found(id)
}

#[fallback(|_| 7)]
#[timeout("1m 30s")]
async fn gives_no_result() -> u32 {
    rest().await;
    7
}

#[fallback(default)]
#[timeout(LIMIT)]
async fn gives_nothing() {
    rest().await;
}

#[fallback(default)]
#[bulkhead(max_concurrent = 1)]
fn gives_nothing_at_once() {}

#[retry(retry_if_ok = Option::is_none, base_delay = 1ms)]
fn gives_an_option(id: u32) -> Option<u32> {
    id.checked_sub(1)
}

#[retry(base_delay = 1ms)]
fn gives_what_displays(id: u32) -> Result<impl Display, Plain> {
    plain(id)
}

/// A doc comment, too.
#[inline]
#[must_use]
#[fallback(value = true)]
#[timeout(1h)]
fn carries_attributes(#[allow(unused_variables)] id: u32) -> bool {
    true
}

#[tokio::test]
async fn it_acts_as_without_a_warning() {
    assert!(awaits(7, LIMIT).await.is_ok());
    assert!(blocks(7, LIMIT).is_ok());
    assert!(maps(7).await.is_ok());
    assert!(hedges_all(7, LIMIT).await.is_ok());
    assert!(hedges_some(7).await.is_ok());
    assert_eq!(gives_no_result().await, 7);
    gives_nothing().await;
    gives_nothing_at_once();
    assert_eq!(gives_an_option(7), Some(6));
    assert!(gives_what_displays(7).is_ok());
    assert!(carries_attributes(7));
}
