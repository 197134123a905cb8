//! The field `resilient.attempts` of a caller's span.

use resilient::retry;
use tracing::instrument;

use crate::kept;

type Outcome = Result<(), &'static str>;

#[retry(max_attempts = 3, base_delay = 1ms)]
#[instrument(fields(resilient.attempts))]
async fn counted() -> Outcome {
    tokio::task::yield_now().await;
    Err("down")
}

#[retry(max_attempts = 2, base_delay = 1ms)]
#[instrument(fields(resilient.attempts))]
fn counted_sync(works: bool) -> Outcome {
    if works { Ok(()) } else { Err("down") }
}

#[retry(max_attempts = 2, base_delay = 1ms)]
#[instrument]
async fn not_declared() -> Outcome {
    Err("down")
}

fn attempts(of: &str) -> Vec<Option<String>> {
    kept().closed(of).iter().map(|span| span.fields.get("resilient.attempts").cloned()).collect()
}

#[tokio::test(start_paused = true)]
async fn is_filled_where_it_is_declared() {
    kept();
    counted().await.unwrap_err();
    assert_eq!(attempts("counted"), [Some("3".to_owned())]);
    not_declared().await.unwrap_err();
    assert_eq!(attempts("not_declared"), [None]);
}

#[test]
fn is_one_where_nothing_failed() {
    kept();
    counted_sync(true).unwrap();
    counted_sync(false).unwrap_err();
    assert_eq!(attempts("counted_sync"), [Some("1".to_owned()), Some("2".to_owned())]);
}
