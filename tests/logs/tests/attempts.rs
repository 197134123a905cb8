//! From the second attempt on, each runs in a span.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use resilient::{Hedge, HedgePolicy, Pipeline, RetryPolicy, hedge, retry, timeout};
use resilient_logs_tests::{Fields, Line};

use crate::kept;

/// The fields of the attempts' spans in which the bodies of a test logged; nothing for the first.
fn spans(of: &str) -> Vec<Option<Fields>> {
    let attempt = |line: &Line| line.spans.iter().find(|span| span.name == "attempt").map(|span| span.fields.clone());
    kept().with("body", of).iter().map(attempt).collect()
}

#[expect(clippy::unnecessary_wraps, reason = "compared with those of all attempts, and the first has none")]
fn span(attempt: &str, delay_ms: &str) -> Option<Fields> {
    Some(Fields::from([("attempt", attempt.to_owned()), ("delay_ms", delay_ms.to_owned())]))
}

#[track_caller]
fn assert_spans(of: &str) {
    assert_eq!(spans(of), [None, span("2", "100.0"), span("3", "200.0")], "{of}");
}

type Outcome = Result<(), &'static str>;

#[retry(max_attempts = 3, base_delay = 100ms, jitter = none)]
async fn fails() -> Outcome {
    tracing::info!(body = "async");
    tokio::task::yield_now().await;
    Err("down")
}

#[tokio::test(start_paused = true)]
async fn of_an_async_function() {
    kept();
    fails().await.unwrap_err();
    assert_spans("async");
}

#[retry(max_attempts = 3, base_delay = 100ms, jitter = none, retry_if_ok = |()| true)]
#[timeout(5s)]
async fn fails_with_more() -> Result<(), resilient::Error> {
    tokio::task::yield_now().await;
    tracing::info!(body = "more");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn of_a_function_with_other_attributes() {
    kept();
    fails_with_more().await.unwrap();
    assert_spans("more");
}

#[tokio::test(start_paused = true)]
async fn of_a_function_with_a_fallback_in_each_attempt() {
    #[retry(max_attempts = 3, base_delay = 100ms, jitter = none)]
    #[resilient::fallback(
        async |_: &str| {
            tokio::task::yield_now().await;
            tracing::info!(body = "fallback");
            Err("down, too")
        },
        fallback_if = |error| *error == "down"
    )]
    async fn falls_back() -> Outcome {
        Err("down")
    }
    kept();
    falls_back().await.unwrap_err();
    assert_spans("fallback");
}

#[test]
fn of_a_sync_function() {
    #[retry(max_attempts = 2, base_delay = 1ms, jitter = none)]
    fn fails_sync() -> Outcome {
        tracing::info!(body = "sync");
        Err("down")
    }
    kept();
    fails_sync().unwrap_err();
    assert_eq!(spans("sync"), [None, span("2", "1.0")]);
    tracing::info!(body = "sync after");
    assert_eq!(spans("sync after"), [None]);
}

/// The spans of attempts with this delay before them that are closed.
fn ended(delay_ms: &str) -> usize {
    kept().closed("attempt").iter().filter(|span| span.fields["delay_ms"] == delay_ms).count()
}

#[tokio::test(start_paused = true)]
async fn end_before_the_delay_after_them() {
    #[retry(max_attempts = 3, base_delay = 7ms, exponential_base = 1, jitter = none,
        on_retry = |event| tracing::info!(body = "between async", attempt = event.attempt, ended = ended("7.0")))]
    async fn fails_async() -> Outcome {
        tokio::task::yield_now().await;
        Err("down")
    }
    #[retry(max_attempts = 3, base_delay = 6ms, exponential_base = 1, jitter = none,
        on_retry = |event| tracing::info!(body = "between sync", attempt = event.attempt, ended = ended("6.0")))]
    fn fails_sync() -> Outcome {
        Err("down")
    }
    kept();
    fails_async().await.unwrap_err();
    fails_sync().unwrap_err();
    for body in ["between async", "between sync"] {
        assert_eq!(spans(body), [None, None], "{body}: observers are outside of them");
        let ended: Vec<_> = kept().with("body", body).iter().map(|line| line.field("ended").to_owned()).collect();
        assert_eq!(ended, ["0", "1"], "{body}");
    }
    assert_eq!((ended("7.0"), ended("6.0")), (2, 2));
}

#[test]
fn of_a_sync_function_that_panics_are_left() {
    #[retry(max_attempts = 2, base_delay = 4ms, exponential_base = 1, jitter = none, bind = attempt)]
    fn panics() -> Outcome {
        assert!(attempt.number() == 1, "the second one panics");
        Err("down")
    }
    kept();
    std::panic::catch_unwind(panics).unwrap_err();
    tracing::info!(body = "after a panic");
    assert_eq!(spans("after a panic"), [None]);
    assert_eq!(ended("4.0"), 1);
}

#[test]
fn of_an_async_function_that_panics_are_left() {
    #[retry(max_attempts = 2, base_delay = 3ms, exponential_base = 1, jitter = none, bind = attempt)]
    async fn panics() -> Outcome {
        tokio::task::yield_now().await;
        assert!(attempt.number() == 1, "the second one panics");
        Err("down")
    }
    kept();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let call = std::panic::AssertUnwindSafe(|| runtime.block_on(panics()));
    std::panic::catch_unwind(call).unwrap_err();
    tracing::info!(body = "after an async panic");
    assert_eq!(spans("after an async panic"), [None]);
    assert_eq!(ended("3.0"), 1);
}

#[tokio::test(start_paused = true)]
async fn of_a_filter_are_those_of_the_attempt() {
    fn is_worth_it(_: &&str) -> bool {
        tracing::info!(body = "filter");
        true
    }
    #[retry(max_attempts = 3, base_delay = 100ms, jitter = none, retry_if = is_worth_it)]
    async fn filtered() -> Outcome {
        Err("down")
    }
    #[retry(max_attempts = 3, base_delay = 1ms, jitter = none, retry_if = is_worth_it)]
    fn filtered_sync() -> Outcome {
        Err("down")
    }
    kept();
    filtered().await.unwrap_err();
    assert_spans("filter");
    filtered_sync().unwrap_err();
    assert_eq!(spans("filter")[3..], [None, span("2", "1.0"), span("3", "2.0")]);
}

#[tokio::test(start_paused = true)]
async fn of_a_call_that_is_dropped_end() {
    #[retry(max_attempts = 2, base_delay = 5ms, exponential_base = 1, jitter = none, bind = attempt)]
    async fn hangs() -> Outcome {
        if attempt.number() == 1 { Err("down") } else { std::future::pending().await }
    }
    kept();
    tokio::time::timeout(Duration::from_secs(1), hangs()).await.unwrap_err();
    assert_eq!(ended("5.0"), 1);
}

const POLICY: RetryPolicy =
    RetryPolicy::new().max_attempts(3).base_delay(Duration::from_millis(100)).jitter(resilient::Jitter::None);

#[tokio::test(start_paused = true)]
async fn of_a_policy_used_by_hand() {
    kept();
    let fails = || async {
        tokio::task::yield_now().await;
        tracing::info!(body = "by hand");
        Err::<(), _>("down")
    };
    POLICY.run(fails).await.unwrap_err();
    assert_spans("by hand");
}

#[tokio::test(start_paused = true)]
async fn of_a_pipeline() {
    kept();
    let pipeline = Pipeline::new().retry(POLICY).timeout(Duration::from_secs(5)).build().unwrap();
    let fails = || async {
        tokio::task::yield_now().await;
        tracing::info!(body = "pipeline");
        Err::<(), _>("down")
    };
    pipeline.run(fails).await.unwrap_err();
    assert_spans("pipeline");
}

#[test]
fn of_a_sync_pipeline() {
    kept();
    let policy =
        RetryPolicy::new().max_attempts(2).base_delay(Duration::from_millis(1)).jitter(resilient::Jitter::None);
    let pipeline = Pipeline::new().retry(policy).build().unwrap();
    pipeline
        .call(|| {
            tracing::info!(body = "sync pipeline");
            Err::<(), _>("down")
        })
        .unwrap_err();
    assert_eq!(spans("sync pipeline"), [None, span("2", "1.0")]);
}

/// Three attempts with equal delays.
fn equal_delays(millis: u64) -> RetryPolicy {
    POLICY.base_delay(Duration::from_millis(millis)).exponential_base(1.0)
}

#[tokio::test(start_paused = true)]
async fn of_a_filter_in_a_pipeline_are_those_of_the_attempt() {
    kept();
    let is_worth_it = |_: &&str| {
        tracing::info!(body = "filter of a pipeline");
        true
    };
    let pipeline = Pipeline::<_, ()>::new().retry(equal_delays(8)).retry_if(is_worth_it).build().unwrap();
    let spans_of_filters = [None, span("2", "8.0"), span("3", "8.0")];
    pipeline.run(async || Err::<(), _>("down")).await.unwrap_err();
    assert_eq!(spans("filter of a pipeline"), spans_of_filters);
    pipeline.call(|| Err::<(), _>("down")).unwrap_err();
    assert_eq!(spans("filter of a pipeline")[3..], spans_of_filters);
    assert_eq!(ended("8.0"), 4);
}

#[tokio::test(start_paused = true)]
async fn of_a_pipeline_end_with_them() {
    kept();
    let made = AtomicU32::new(0);
    let works_again = async || if made.fetch_add(1, Ordering::Relaxed) == 0 { Err("down") } else { Ok(()) };
    let pipeline = Pipeline::<_, ()>::new().retry(equal_delays(9)).build().unwrap();
    let mut call = Box::pin(pipeline.run(works_again));
    call.as_mut().await.unwrap();
    assert_eq!(ended("9.0"), 1, "although the future is still there");

    let limited = Pipeline::<_, ()>::new().timeout(Duration::from_secs(1)).retry(equal_delays(11)).build().unwrap();
    let hangs = async || {
        if made.fetch_add(1, Ordering::Relaxed) == 2 { Err::<(), _>("down") } else { std::future::pending().await }
    };
    let mut call = Box::pin(limited.run(hangs));
    call.as_mut().await.unwrap_err();
    assert_eq!(ended("11.0"), 1, "although the future is still there");
    tracing::info!(body = "after pipelines");
    assert_eq!(spans("after pipelines"), [None]);
}

#[test]
fn of_a_pipeline_that_panics_are_left() {
    kept();
    let made = AtomicU32::new(0);
    let panics =
        async || if made.fetch_add(1, Ordering::Relaxed) == 0 { Err::<(), _>("down") } else { panic!("the second") };
    let pipeline = Pipeline::<_, ()>::new().retry(equal_delays(12)).build().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let mut call = Box::pin(pipeline.run(panics));
    let polled = std::panic::AssertUnwindSafe(|| runtime.block_on(call.as_mut()));
    std::panic::catch_unwind(polled).unwrap_err();
    tracing::info!(body = "after a pipeline panicked");
    assert_eq!(spans("after a pipeline panicked"), [None]);
    assert_eq!(ended("12.0"), 1, "although the future is still there");
}

#[tokio::test(start_paused = true)]
async fn of_a_hedge() {
    #[hedge(name = "logs: hedge", delay = 100ms, max_hedges = 2, budget = unlimited, bind = attempt)]
    async fn hedged() -> Outcome {
        tracing::info!(body = "hedged");
        if attempt.number() == 2 {
            tokio::task::yield_now().await;
            return Err("another at once");
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
        tracing::info!(body = "hedged, later");
        Ok(())
    }
    kept();
    hedged().await.unwrap();
    assert_eq!(spans("hedged"), [None, span("2", "100.0"), span("3", "0.0")]);
    assert_eq!(spans("hedged, later"), [None], "each is polled in its own span");
}

#[test]
fn of_a_sync_hedge() {
    #[hedge(name = "logs: sync hedge", delay = 1h, max_hedges = 1, budget = unlimited, bind = attempt)]
    fn hedged_sync() -> Outcome {
        tracing::info!(body = "hedged sync");
        if attempt.number() == 1 { Err("down") } else { Ok(()) }
    }
    kept();
    hedged_sync().unwrap();
    assert_eq!(spans("hedged sync"), [None, span("2", "0.0")]);
}

#[tokio::test(start_paused = true)]
async fn of_hedges_in_pipelines() {
    const DELAY: Duration = Duration::from_millis(100);
    kept();
    let hedge = Hedge::new("logs: hedged", HedgePolicy::new(DELAY).max_hedges(1).unlimited_budget());
    let pipeline = Pipeline::<&str, ()>::new().named("logs: hedged").hedge(hedge).build().unwrap();
    let logs = || async {
        tracing::info!(body = "hedged in a pipeline");
        tokio::time::sleep(DELAY * 2).await;
        Ok(())
    };
    pipeline.run(logs).await.unwrap();
    assert_eq!(spans("hedged in a pipeline"), [None, span("2", "100.0")]);
    let fails = || {
        tracing::info!(body = "hedged in place");
        Err::<(), _>("down")
    };
    pipeline.call(fails).unwrap_err();
    assert_eq!(spans("hedged in place"), [None, span("2", "0.0")]);
}
