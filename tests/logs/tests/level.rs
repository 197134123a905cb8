//! A subscriber that wants no more than INFO: the number of attempts is recorded in its spans, and no call is timed or
//! logged for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use resilient::{Bulkhead, BulkheadPolicy, Hedge, HedgePolicy, Pipeline, RetryPolicy, retry, subscribe};
use resilient_logs_tests::Kept;
use tracing::field::Empty;
use tracing::level_filters::LevelFilter;
use tracing::{Instrument as _, info, info_span, instrument};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};

#[retry(max_attempts = 3, base_delay = 1ms, jitter = none)]
#[instrument(fields(resilient.attempts))]
async fn counted() -> Result<(), &'static str> {
    info!(body = "counted");
    Err("down")
}

#[tokio::test(start_paused = true)]
async fn of_info_gets_the_number_of_attempts_and_nothing_of_calls() {
    let kept = Kept::default();
    let subscriber = tracing_subscriber::registry().with(kept.clone().with_filter(LevelFilter::INFO));
    tracing::subscriber::set_global_default(subscriber).expect("it is the first");
    assert_eq!(LevelFilter::current(), LevelFilter::INFO);

    counted().await.unwrap_err();
    let attempts: Vec<_> =
        kept.closed("counted").iter().map(|span| span.fields["resilient.attempts"].clone()).collect();
    assert_eq!(attempts, ["3"]);
    assert!(kept.closed("attempt").is_empty(), "spans of attempts are for those who debug");
    assert!(kept.with("message", "call finished").is_empty());
    assert_eq!(kept.with("message", "retry scheduled").len(), 2, "warnings are logged");
    assert_eq!(kept.with("body", "counted").len(), 3);

    // The first attempt of the hedge ends while it waits for a slot, so the retry of the other is the first to act.
    let slots = Arc::new(Bulkhead::new("level", BulkheadPolicy::new(2).max_wait(Duration::from_secs(1))));
    let hedge = Hedge::new("level", HedgePolicy::new(Duration::from_millis(15)).unlimited_budget());
    let layers = Pipeline::<&'static str, ()>::new()
        .hedge(hedge)
        .timeout(Duration::from_millis(20))
        .bulkhead(Arc::clone(&slots));
    let pipeline = layers.retry(RetryPolicy::new()).build().unwrap();
    let taken = [slots.acquire().await.unwrap(), slots.acquire().await.unwrap()];
    let call = pipeline.run(async || Ok(())).instrument(info_span!("hedged", resilient.attempts = Empty));
    let freed = async {
        tokio::time::sleep(Duration::from_millis(25)).await;
        drop(taken);
    };
    tokio::join!(call, freed).0.unwrap();
    let attempts: Vec<_> =
        kept.closed("hedged").iter().map(|span| span.fields.get("resilient.attempts").cloned()).collect();
    assert_eq!(attempts, [Some("1".to_owned())]);

    let ended = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&ended);
    let mut call = Box::pin(counted());
    assert!(std::future::poll_fn(|context| std::task::Poll::Ready(call.as_mut().poll(context).is_pending())).await);
    let _listening = subscribe(move |event| {
        counter.fetch_add(usize::from(matches!(event, resilient::events::Event::CallFinished(_))), Ordering::Relaxed);
    });
    call.await.unwrap_err();
    assert_eq!(ended.load(Ordering::Relaxed), 0, "a call that began before anybody wanted its end is not timed");
    counted().await.unwrap_err();
    assert_eq!(ended.load(Ordering::Relaxed), 1);
}
