//! A subscriber that wants no more than INFO: the number of attempts is recorded in its spans, and no call is timed or
//! logged for it.

use resilient::{retry, subscribe};
use resilient_logs_tests::Kept;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tracing::level_filters::LevelFilter;
use tracing::{info, instrument};
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
