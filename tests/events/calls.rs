//! How calls end.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use resilient::events::{CallFinished, Event, Events, Kinds, Subscription};
use resilient::{
    Error, Failure, Hedge, HedgePolicy, Pipeline, RetryPolicy, bulkhead, circuit_breaker, fallback, hedge, retry,
    timeout,
};

/// What a test hears of the calls of one function: the outcome, the attempts, and whether a fallback answered.
#[derive(Clone, Default)]
pub(crate) struct Finished(Arc<Mutex<Vec<CallFinished>>>);

type Line = (&'static str, u32, bool);

impl Finished {
    pub(crate) fn listen(function: &str) -> (Self, Subscription) {
        let finished = Self::default();
        let events = resilient::events().kinds(Kinds::CALLS).function(function).unwrap();
        let watching = finished.subscribe(events);
        (finished, watching)
    }

    fn subscribe(&self, events: Events) -> Subscription {
        let seen = self.clone();
        events.subscribe(move |event| {
            if let Event::CallFinished(call) = event {
                seen.0.lock().unwrap().push(*call);
            }
        })
    }

    pub(crate) fn take(&self) -> Vec<CallFinished> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }

    fn lines(&self) -> Vec<Line> {
        self.take().iter().map(|call| (call.outcome.name(), call.attempts, call.fallback)).collect()
    }
}

const FAIL: Result<u32, Error> = Err(Error::TimedOut { name: resilient::Name::new(&"inner"), after: Duration::ZERO });

#[retry(max_attempts = 3, base_delay = 1s, jitter = none)]
async fn third_time(outcomes: &Mutex<Vec<Result<u32, &'static str>>>) -> Result<u32, &'static str> {
    outcomes.lock().unwrap().pop().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_call_that_succeeds_at_last_has_its_attempts_and_its_time() {
    let (finished, _watching) = Finished::listen(path!("third_time"));
    let outcomes = Mutex::new(vec![Ok(7), Err("again"), Err("down")]);
    assert_eq!(third_time(&outcomes).await, Ok(7));
    let [call] = finished.take()[..] else { panic!("one call") };
    assert_eq!((call.outcome.name(), call.attempts, call.fallback), ("success", 3, false));
    assert_eq!(call.elapsed, Duration::from_secs(3));
    assert_eq!(call.function, path!("third_time"));
    *outcomes.lock().unwrap() = vec![Err("c"), Err("b"), Err("a")];
    third_time(&outcomes).await.unwrap_err();
    assert_eq!(finished.lines(), [("error", 3, false)]);
}

#[circuit_breaker(name = "calls: open", failure_threshold = 1)]
async fn behind_a_breaker(outcome: Result<u32, Error>) -> Result<u32, Error> {
    outcome
}

#[tokio::test(start_paused = true)]
async fn a_refused_call_has_no_attempt() {
    let (finished, _watching) = Finished::listen(path!("behind_a_breaker"));
    let _ = behind_a_breaker(FAIL).await;
    let _ = behind_a_breaker(Ok(7)).await;
    assert_eq!(finished.lines(), [("error", 1, false), ("circuit_open", 0, false)]);
}

#[timeout(1s)]
#[retry(max_attempts = 3, base_delay = 400ms, jitter = none, backoff = constant, bind = attempt)]
async fn limited() -> Result<u32, Error> {
    if attempt.number() == 3 { std::future::pending().await } else { FAIL }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_times_out_has_the_attempts_made_so_far() {
    let (finished, _watching) = Finished::listen(path!("limited"));
    limited().await.unwrap_err();
    assert_eq!(finished.lines(), [("timed_out", 3, false)]);
}

#[retry(max_attempts = 2, base_delay = 1ms, exhausted = wrap)]
fn exhausted() -> Result<u32, Error> {
    Err(Error::TimedOut { name: "x".into(), after: Duration::ZERO })
}

#[test]
fn exhausted_retries_are_an_outcome() {
    let (finished, _watching) = Finished::listen(path!("exhausted"));
    exhausted().unwrap_err();
    assert_eq!(finished.lines(), [("retries_exhausted", 2, false)]);
}

#[fallback(|error| if matches!(error, Error::NoItems { .. }) { Err(error) } else { Ok(0) })]
#[retry(max_attempts = 2, base_delay = 1ms)]
#[expect(clippy::needless_pass_by_value, reason = "an answer is given the error")]
fn answered(error: Error) -> Result<u32, Error> {
    Err(error.clone())
}

#[test]
fn the_answer_of_a_fallback_is_the_outcome() {
    let (finished, _watching) = Finished::listen(path!("answered"));
    assert_eq!(answered(Error::TimedOut { name: "x".into(), after: Duration::ZERO }), Ok(0));
    answered(Error::NoItems { name: "x".into() }).unwrap_err();
    assert_eq!(finished.lines(), [("success", 2, true), ("error", 2, true)]);
}

#[retry(max_attempts = 2, base_delay = 1ms)]
#[fallback(value = 1, fallback_on(Error::TimedOut { .. }))]
fn answered_below(errors: &Mutex<Vec<Error>>) -> Result<u32, Error> {
    Err(errors.lock().unwrap().pop().unwrap())
}

#[test]
fn a_fallback_below_a_retry_counts_if_it_answers_the_last_attempt() {
    let (finished, _watching) = Finished::listen(path!("answered_below"));
    let (late, other) = (FAIL.unwrap_err(), || Error::NoItems { name: "x".into() });
    assert_eq!(answered_below(&Mutex::new(vec![late, other()])), Ok(1));
    answered_below(&Mutex::new(vec![other(), other()])).unwrap_err();
    assert_eq!(finished.lines(), [("success", 2, true), ("error", 2, false)]);
}

#[fallback(value = Some(7))]
#[bulkhead(max_concurrent = 1)]
fn without_an_error(fails: bool) -> Option<u32> {
    assert!(!fails, "it panics");
    Some(1)
}

#[test]
fn a_panic_is_an_outcome() {
    let (finished, _watching) = Finished::listen(path!("without_an_error"));
    std::panic::catch_unwind(|| without_an_error(true)).unwrap_err();
    assert_eq!(without_an_error(false), Some(1));
    assert_eq!(finished.lines(), [("panicked", 1, false), ("success", 1, false)]);
}

#[retry]
async fn hangs() -> Result<u32, Error> {
    std::future::pending().await
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_is_reported_and_one_that_was_never_polled_is_not() {
    let (finished, _watching) = Finished::listen(path!("hangs"));
    drop(hangs());
    let limit = Duration::from_secs(5);
    tokio::time::timeout(limit, hangs()).await.unwrap_err();
    let [call] = finished.take()[..] else { panic!("one call") };
    assert_eq!((call.outcome.name(), call.attempts, call.elapsed), ("dropped", 1, limit));
}

#[timeout(5s)]
#[fallback(|_| Ok(0))]
#[retry(max_attempts = 3, base_delay = 1ms)]
fn elsewhere(fails: bool) -> Result<u32, Error> {
    if fails { FAIL } else { Ok(1) }
}

#[test]
fn attempts_on_a_helper_thread_are_counted() {
    let (finished, _watching) = Finished::listen(path!("elsewhere"));
    assert_eq!(elsewhere(true), Ok(0));
    assert_eq!(elsewhere(false), Ok(1));
    assert_eq!(finished.lines(), [("success", 3, true), ("success", 1, false)]);
}

fn pipeline(name: &'static str) -> Pipeline<&'static str, u32> {
    let retry = RetryPolicy::new().max_attempts(2).base_delay(Duration::from_millis(1));
    let layers = Pipeline::new().named(name).timeout(Duration::from_secs(5)).fallback(|failure| match failure {
        Failure::Inner("answer me") => Ok(0),
        failure => Err(failure.inner().copied().unwrap_or("refused")),
    });
    layers.retry(retry).build().unwrap()
}

/// Listens to a pipeline by its name, which the program does not know before it runs.
fn listen_to_pipeline(name: &'static str) -> (Finished, Subscription) {
    let finished = Finished::default();
    let seen = finished.clone();
    let watching = resilient::events().kinds(Kinds::CALLS).subscribe(move |event| match event {
        Event::CallFinished(call) if call.function == name => seen.0.lock().unwrap().push(*call),
        _ => {}
    });
    (finished, watching)
}

#[tokio::test(start_paused = true)]
async fn calls_through_a_pipeline_are_reported_by_its_name() {
    let pipeline = pipeline("calls: pipeline");
    let (finished, _watching) = listen_to_pipeline("calls: pipeline");
    pipeline.run(async || Ok(1)).await.unwrap();
    pipeline.run(async || Err("down")).await.unwrap_err();
    pipeline.run(async || Err("answer me")).await.unwrap();
    pipeline.run(std::future::pending).await.unwrap_err();
    drop(pipeline.run(std::future::pending));
    tokio::time::timeout(Duration::from_secs(1), pipeline.run(std::future::pending)).await.unwrap_err();
    let clone = pipeline.clone();
    let panics = async move { clone.run(async || panic!("in the operation")).await };
    tokio::spawn(panics).await.unwrap_err();
    assert_eq!(
        finished.lines(),
        [
            ("success", 1, false),
            ("error", 2, true),
            ("success", 2, true),
            ("timed_out", 1, false),
            ("dropped", 1, false),
            ("panicked", 1, false),
        ]
    );
}

#[test]
fn sync_calls_through_a_pipeline_are_reported_wherever_they_run() {
    let pipeline = pipeline("calls: sync pipeline");
    let (finished, _watching) = listen_to_pipeline("calls: sync pipeline");
    pipeline.call(|| Ok(1)).unwrap();
    pipeline.call(|| Err("answer me")).unwrap();
    pipeline.call_detached(|| Err("answer me")).unwrap();
    let panics = || pipeline.call(|| panic!("in the operation"));
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(panics)).unwrap_err();
    assert_eq!(
        finished.lines(),
        [("success", 1, false), ("success", 2, true), ("success", 2, true), ("panicked", 1, false)]
    );
}

#[hedge(name = "calls: hedged", delay = 100ms, max_hedges = 2, budget = unlimited, bind = attempt)]
async fn hedged(answers: u32) -> Result<u32, Error> {
    if attempt.number() == answers { Ok(attempt.number()) } else { std::future::pending().await }
}

#[retry(max_attempts = 2, base_delay = 1ms)]
#[hedge(name = "calls: hedged below a retry", delay = 100ms, budget = unlimited)]
#[timeout(150ms)]
async fn retried_and_hedged() -> Result<u32, Error> {
    std::future::pending().await
}

#[hedge(name = "calls: hedged above a retry", delay = 10s, budget = unlimited, bind = attempt)]
#[retry(max_attempts = 3, base_delay = 4s, backoff = constant, jitter = none)]
async fn hedged_and_retried() -> Result<u32, &'static str> {
    if attempt.number() == 1 { Err("down") } else { Ok(7) }
}

#[tokio::test(start_paused = true)]
async fn attempts_of_hedges_are_counted() {
    let (finished, _watching) = Finished::listen(path!("hedged"));
    hedged(1).await.unwrap();
    hedged(3).await.unwrap();
    assert_eq!(finished.lines(), [("success", 1, false), ("success", 3, false)]);
    let (finished, _watching) = Finished::listen(path!("retried_and_hedged"));
    retried_and_hedged().await.unwrap_err();
    assert_eq!(finished.lines(), [("timed_out", 4, false)], "two of the retry, and one beside each");
    let (finished, _watching) = Finished::listen(path!("hedged_and_retried"));
    hedged_and_retried().await.unwrap();
    assert_eq!(finished.lines(), [("success", 4, false)], "those of the retries below: three, and one");
}

#[timeout(1h)]
#[hedge(name = "calls: sync hedged", delay = 0s, budget = unlimited, bind = attempt)]
fn hedged_sync() -> Result<u32, Error> {
    if attempt.number() == 1 { FAIL } else { Ok(7) }
}

#[test]
fn attempts_of_hedges_on_other_threads_are_counted() {
    let (finished, _watching) = Finished::listen(path!("hedged_sync"));
    assert_eq!(hedged_sync(), Ok(7));
    assert_eq!(finished.lines(), [("success", 2, false)]);
}

#[tokio::test(start_paused = true)]
async fn attempts_of_hedges_in_pipelines_are_counted() {
    let hedge =
        Hedge::new("calls: hedged", HedgePolicy::new(Duration::from_millis(100)).max_hedges(2).unlimited_budget());
    let layers = Pipeline::<&'static str, u32>::new().named("calls: hedged pipeline").hedge(hedge);
    let pipeline = layers.build().unwrap();
    let (finished, _watching) = listen_to_pipeline("calls: hedged pipeline");
    let limit = Duration::from_millis(250);
    tokio::time::timeout(limit, pipeline.run(std::future::pending)).await.unwrap_err();
    assert_eq!(finished.lines(), [("dropped", 3, false)]);
    // In one thread a hedge is made when the attempt before has failed.
    pipeline.call(|| Err("down")).unwrap_err();
    assert_eq!(finished.lines(), [("error", 3, false)]);
}

#[tokio::test(start_paused = true)]
async fn retries_below_a_hedge_in_a_pipeline_are_counted() {
    let hedge = Hedge::new("calls: above a retry", HedgePolicy::new(Duration::from_secs(10)).unlimited_budget());
    let policy = RetryPolicy::new().max_attempts(3).base_delay(Duration::from_millis(1));
    let layers = Pipeline::<&'static str, u32>::new().named("calls: hedged and retried").hedge(hedge).retry(policy);
    let pipeline = layers.build().unwrap();
    let (finished, _watching) = listen_to_pipeline("calls: hedged and retried");
    let made = AtomicU32::new(0);
    let fails_thrice = || if made.fetch_add(1, Ordering::Relaxed) < 3 { Err("down") } else { Ok(7) };
    pipeline.run(async || fails_thrice()).await.unwrap();
    made.store(0, Ordering::Relaxed);
    pipeline.call(fails_thrice).unwrap();
    assert_eq!(
        finished.lines(),
        [("success", 4, false), ("success", 4, false)],
        "those of the retries: three, and one"
    );
}
