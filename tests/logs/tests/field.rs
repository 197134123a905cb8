//! The field `resilient.attempts` of a caller's span.

use std::time::Duration;

use resilient::{Pipeline, RetryPolicy, retry};
use tracing::field::Empty;
use tracing::{info_span, instrument};

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
fn is_filled_without_attributes() {
    kept();
    let policy = RetryPolicy::new().max_attempts(2).base_delay(Duration::ZERO);
    let pipeline = Pipeline::<_, ()>::new().retry(policy).build().unwrap();
    for works in [true, false] {
        let outcome = || if works { Ok(()) } else { Err("down") };
        assert_eq!(info_span!("by hand", resilient.attempts = Empty).in_scope(|| policy.call(outcome)), outcome());
        let called = info_span!("piped", resilient.attempts = Empty).in_scope(|| pipeline.call(outcome));
        assert_eq!(called.is_ok(), works);
    }
    for span in ["by hand", "piped"] {
        assert_eq!(attempts(span), [Some("1".to_owned()), Some("2".to_owned())], "{span}");
    }
}

#[test]
fn is_one_where_nothing_failed() {
    kept();
    counted_sync(true).unwrap();
    counted_sync(false).unwrap_err();
    assert_eq!(attempts("counted_sync"), [Some("1".to_owned()), Some("2".to_owned())]);
}
