//! What happens beside the attempts of a call: answers of fallbacks, hedges, waits for slots.

use std::time::Duration;

use resilient::events::Kinds;
use resilient::{BulkheadPolicy, Error, Failure, Pipeline, fallback, hedge, registry, timeout};

use crate::Heard;

#[expect(clippy::redundant_closure, reason = "a path would be called with the arguments")]
#[fallback(|error| Err(error), |error| if matches!(error, Error::NoItems { .. }) { Err(error) } else { Ok(7) })]
fn answered(outcome: Result<u32, Error>) -> Result<u32, Error> {
    outcome
}

#[test]
fn each_answer_of_a_fallback_is_reported_with_its_position_and_its_cause() {
    let heard = Heard::default();
    let path = path!("answered");
    let _watching = heard.listen(resilient::events().kinds(Kinds::FALLBACKS).function(path).unwrap());
    assert_eq!(answered(Ok(1)), Ok(1));
    assert_eq!(answered(Err(Error::TimedOut { name: "x".into(), after: Duration::ZERO })), Ok(7));
    answered(Err(Error::NoItems { name: "x".into() })).unwrap_err();
    assert_eq!(
        heard.take(),
        [
            format!("{path}: fallback 1 failed on error"),
            format!("{path}: fallback 2 answered error"),
            format!("{path}: fallback 1 failed on error"),
            format!("{path}: fallback 2 failed on error"),
        ]
    );
}

#[fallback(later, fallback_if_ok = |value| *value == 0)]
#[timeout(1s)]
async fn answered_later(hangs: bool) -> Result<u32, Error> {
    if hangs { std::future::pending().await } else { Ok(0) }
}

async fn later(_hangs: bool) -> Result<u32, Error> {
    tokio::time::sleep(Duration::from_millis(5)).await;
    Ok(7)
}

#[tokio::test(start_paused = true)]
async fn a_refusal_and_a_declined_value_are_causes() {
    let heard = Heard::default();
    let path = path!("answered_later");
    let _watching = heard.listen(resilient::events().kinds(Kinds::FALLBACKS).function(path).unwrap());
    assert_eq!(answered_later(true).await, Ok(7));
    assert_eq!(answered_later(false).await, Ok(7));
    let lines = [format!("{path}: fallback 1 answered timed_out"), format!("{path}: fallback 1 answered value")];
    assert_eq!(heard.take(), lines);
}

#[tokio::test(start_paused = true)]
async fn fallbacks_of_a_pipeline_are_reported_by_its_name() {
    let layers = Pipeline::<&str, u32>::new().named("beside: pipeline").fallback(|failure| match failure {
        Failure::Inner("answer me") => Ok(7),
        _ => Err("not me"),
    });
    let pipeline = layers.fallback_async(async |_| Ok(8)).timeout(Duration::from_secs(1)).build().unwrap();
    let heard = Heard::default();
    let seen = heard.clone();
    let _watching = resilient::events().kinds(Kinds::FALLBACKS).subscribe(move |event| {
        if event.function().is_some_and(|function| function == "beside: pipeline") {
            seen.push(event.to_string());
        }
    });
    assert_eq!(pipeline.run(async || Err("answer me")).await.unwrap(), 8);
    assert_eq!(pipeline.call(|| Err("answer me")).unwrap(), 8);
    assert_eq!(heard.take(), ["beside: pipeline: fallback 1 answered error"; 2]);
}

#[hedge(name = "beside: hedge", delay = 100ms, max_hedges = 2, budget = unlimited, bind = attempt)]
async fn hedged() -> Result<u32, Error> {
    if attempt.number() < 3 { std::future::pending().await } else { Ok(attempt.number()) }
}

#[tokio::test(start_paused = true)]
async fn hedges_are_reported_when_they_begin_and_when_one_answers() {
    let heard = Heard::default();
    let _watching = heard.listen(resilient::events().kinds(Kinds::HEDGES).name("beside: hedge").unwrap());
    assert_eq!(hedged().await, Ok(3));
    assert_eq!(
        heard.take(),
        [
            "hedge `beside: hedge`: attempt 2 begins after 100ms",
            "hedge `beside: hedge`: attempt 3 begins after 200ms",
            "hedge `beside: hedge`: attempt 3 answers after 200ms",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_a_slot_is_reported_when_it_succeeds() {
    let policy = BulkheadPolicy::new(1).max_wait(Duration::from_secs(5));
    let bulkhead = registry().bulkhead_or_insert("beside: waits", policy);
    let heard = Heard::default();
    let _watching = heard.listen(resilient::events().kinds(Kinds::WAITS).name("beside: waits").unwrap());
    let slot = bulkhead.try_acquire().unwrap();
    let frees = async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        drop(slot);
    };
    let (waited, ()) = tokio::join!(bulkhead.acquire(), frees);
    drop(waited.unwrap());
    drop(bulkhead.acquire().await.unwrap());
    assert_eq!(heard.take(), ["a call waited 2s for a slot of bulkhead `beside: waits`"]);
}
