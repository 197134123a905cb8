//! Which outcomes the layers of a pipeline act on.

use std::sync::Mutex;

use resilient::{Attempt, Exhausted, GiveUpReason};

use super::*;

#[derive(Clone, Copy, Debug, PartialEq)]
struct Response(u16);

type Answer = Result<Response, Failure<String>>;

fn typed() -> resilient::pipeline::PipelineBuilder<String, Response> {
    Pipeline::new()
}

/// Calls a pipeline whose attempts have these outcomes; returns the answer and how often the operation ran.
async fn run(pipeline: &Pipeline<String, Response>, outcomes: &[Result<u16, &str>]) -> (Answer, u32) {
    let ran = Ran::default();
    let answer = pipeline.run(|| {
        let outcome = outcomes[count(&ran) as usize - 1];
        std::future::ready(outcome.map(Response).map_err(str::to_owned))
    });
    (answer.await, ran.get())
}

/// The same by a sync operation.
fn call(pipeline: &Pipeline<String, Response>, outcomes: &[Result<u16, &str>]) -> (Answer, u32) {
    let ran = Ran::default();
    let answer = pipeline.call(|| {
        let outcome = outcomes[count(&ran) as usize - 1];
        outcome.map(Response).map_err(str::to_owned)
    });
    (answer, ran.get())
}

#[tokio::test(start_paused = true)]
async fn a_retry_looks_at_errors_values_or_results() {
    let policy = steady(2, millis(1));
    let errors = typed().retry(policy).retry_if(|error| error == "busy").build().unwrap();
    let values = typed().retry(policy).retry_if_ok(|response| response.0 == 503).build().unwrap();
    let results = typed().retry(policy).retry_if_result(|result| *result == Ok(Response(429))).build().unwrap();
    for (pipeline, outcome, attempts) in [
        (&errors, Err("busy"), 2),
        (&errors, Err("lost"), 1),
        (&errors, Ok(503), 1),
        (&values, Ok(503), 2),
        (&values, Ok(200), 1),
        (&values, Err("lost"), 2),
        (&results, Ok(429), 2),
        (&results, Ok(503), 1),
        (&results, Err("lost"), 1),
    ] {
        let expected = (outcome.map(Response).map_err(|error| Failure::Inner(error.to_owned())), attempts);
        assert_eq!(run(pipeline, &[outcome; 2]).await, expected, "{outcome:?}");
        assert_eq!(call(pipeline, &[outcome; 2]), expected, "{outcome:?}");
    }
}

#[tokio::test]
async fn a_breaker_looks_at_errors_values_or_results() {
    // Successful, failed and ignored calls after `Ok(200)`, `Ok(503)`, `Err("lost")` and `Err("not found")`.
    let outcomes: [Result<u16, &str>; 4] = [Ok(200), Ok(503), Err("lost"), Err("not found")];
    let policy = BreakerPolicy::new().failure_threshold(100);
    for sync in [false, true] {
        let breakers = [(); 5].map(|()| breaker_of(policy));
        let pipelines = [
            (typed().breaker(&breakers[0]), (2, 2, 0)),
            (typed().breaker(&breakers[1]).failure_if(|error| error == "lost"), (2, 1, 1)),
            (typed().breaker(&breakers[2]).failure_if_ok(|response| response.0 >= 500), (1, 3, 0)),
            (
                typed().breaker(&breakers[3]).failure_if(|_| false).failure_if_ok(|response| response.0 >= 500),
                (1, 1, 2),
            ),
            (typed().breaker(&breakers[4]).failure_if_result(|result| *result == Ok(Response(503))), (1, 1, 2)),
        ];
        for ((pipeline, expected), breaker) in pipelines.into_iter().zip(&breakers) {
            let pipeline = pipeline.build().unwrap();
            for outcome in outcomes {
                let (answer, _) = if sync { call(&pipeline, &[outcome]) } else { run(&pipeline, &[outcome]).await };
                assert_eq!(answer.ok(), outcome.ok().map(Response));
            }
            assert_eq!(counts(breaker), expected, "sync: {sync}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_functions_of_a_typed_policy_act() {
    #[expect(clippy::ptr_arg, reason = "a function over the error's type")]
    fn find(error: &String, attempt: Attempt) -> Option<Duration> {
        error.starts_with("wait").then(|| secs(u64::from(attempt.number())))
    }

    const POLICY: RetryPolicy<String> =
        steady(4, millis(100)).retry_if(|error: &String| error != "not found").retry_after_attempt(find);
    let pipeline = typed().retry(POLICY).build().unwrap();
    assert_eq!(run(&pipeline, &[Err("not found")]).await.1, 1);
    let start = tokio::time::Instant::now();
    assert_eq!(run(&pipeline, &[Err("wait"), Err("wait"), Err("busy"), Ok(200)]).await, (Ok(Response(200)), 4));
    assert_eq!(start.elapsed(), secs(1 + 2) + millis(100));
}

#[tokio::test(start_paused = true)]
async fn a_filter_of_the_pipeline_replaces_that_of_the_policy() {
    const POLICY: RetryPolicy<String> = steady(2, millis(1)).retry_if(|_: &String| false);
    let pipeline = typed().retry(POLICY).retry_if(|error| error == "busy").build().unwrap();
    assert_eq!(run(&pipeline, &[Err("busy"), Ok(200)]).await, (Ok(Response(200)), 2));
    assert_eq!(run(&pipeline, &[Err("lost")]).await.1, 1);
}

#[tokio::test(start_paused = true)]
async fn the_last_error_is_wrapped_if_the_policy_says_so() {
    #[derive(Clone, Copy, Debug, thiserror::Error)]
    #[error("down")]
    struct Down;

    const POLICY: RetryPolicy<Down> = steady(3, millis(1)).for_errors::<Down>().exhausted(Exhausted::Wrap);
    let pipeline: Pipeline<Down> = Pipeline::new().named("wrapped").retry(POLICY).build().unwrap();
    let failures = [pipeline.run(async || Err::<(), _>(Down)).await, pipeline.call(|| Err(Down))];
    for failure in failures {
        let Err(Failure::Refused(resilient::Error::RetriesExhausted(exhausted))) = failure else {
            panic!("{failure:?}");
        };
        assert_eq!((exhausted.attempts, exhausted.why), (3, GiveUpReason::MaxAttempts));
        assert_eq!((&*exhausted.name, exhausted.last_error.to_string()), ("wrapped", "down".to_owned()));
    }
}

#[tokio::test(start_paused = true)]
async fn observers_may_capture() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (retries, ends) = (Arc::clone(&seen), Arc::clone(&seen));
    let pipeline = typed()
        .named("observed")
        .retry(steady(3, millis(10)))
        .retry_if(|error| error == "busy")
        .on_retry(move |event| retries.lock().unwrap().push(event.to_string()))
        .on_give_up(move |event| ends.lock().unwrap().push(format!("{:?} after {}", event.why, event.attempts)))
        .build()
        .unwrap();
    let (answer, _) = run(&pipeline, &[Err("busy"), Err("lost")]).await;
    assert_eq!(answer, Err(Failure::Inner("lost".to_owned())));
    let (answer, _) = call(&pipeline, &[Err("busy"), Err("busy"), Err("busy")]);
    assert_eq!(answer, Err(Failure::Inner("busy".to_owned())));
    let retry = |attempt| format!("observed: attempt {attempt} of 3 failed (busy), the next in 10ms");
    let expected = [retry(1), "NotRetryable after 2".to_owned(), retry(1), retry(2), "MaxAttempts after 3".to_owned()];
    assert_eq!(*seen.lock().unwrap(), expected);
}
