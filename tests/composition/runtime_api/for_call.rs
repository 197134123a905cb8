//! Closures that are given where a retry is called.

use resilient::{RetryBudget, RetryBudgetPolicy};

use super::*;

/// An HTTP response is a success, whatever its status.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Response {
    status: u16,
    retry_after: Option<u64>,
}

type Answer = Result<Response, String>;

const fn response(status: u16) -> Answer {
    answer(status, None)
}

const fn answer(status: u16, retry_after: Option<u64>) -> Answer {
    if status == 0 { Err(String::new()) } else { Ok(Response { status, retry_after }) }
}

const fn lost() -> Answer {
    answer(0, None)
}

/// Gives these outcomes one after the other.
fn answers<const N: usize>(outcomes: [Answer; N]) -> impl FnMut() -> std::future::Ready<Answer> {
    let mut outcomes = outcomes.into_iter();
    move || std::future::ready(outcomes.next().expect("no further attempt"))
}

#[tokio::test(start_paused = true)]
async fn a_result_may_be_worth_another_attempt() {
    let is_busy = |result: &Answer| result.as_ref().map_or(true, |response| response.status == 503);
    let start = Instant::now();
    let last = STEADY.on_result(is_busy).run(answers([response(503), lost(), response(200)])).await;
    assert_eq!(last, response(200));
    assert_eq!(start.elapsed(), millis(100 + 200));
    let last = STEADY.on_result(is_busy).run(answers([response(503), response(503), response(503)])).await;
    assert_eq!(last, response(503), "the last one, as it is");
    let last = STEADY.on_result(Result::is_ok).run(answers([lost()])).await;
    assert_eq!(last, lost());

    let mut calls = 0;
    let last = STEADY.base_delay(Duration::ZERO).on_result(|result: &Result<_, ()>| *result == Ok(1)).call(|| {
        calls += 1;
        Ok(calls)
    });
    assert_eq!(last, Ok(2));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_retried_as_the_policy_says() {
    let never = |_: &Result<u32, String>| false;
    let full = || Err(Failure::Refused(Error::BulkheadFull { name: Name::new(&"for call"), limit: 1 }));
    let mut attempts = 0;
    let last = STEADY.on_result(never).try_run(|| {
        attempts += 1;
        std::future::ready(full())
    });
    assert!(last.await.is_err());
    assert_eq!(attempts, 3);
    let mut attempts = 0;
    let last = STEADY.retry_bulkhead_full(false).on_result(never).try_call(|| {
        attempts += 1;
        full()
    });
    assert!(last.is_err());
    assert_eq!(attempts, 1);
}

#[tokio::test(start_paused = true)]
async fn values_and_errors_may_be_looked_at_apart() {
    const NO_ERROR: RetryPolicy<String> = STEADY.retry_if(|_: &String| false);
    let mut busy = 0;
    let status_503 = |response: &Response| {
        busy += 1;
        response.status == 503
    };
    let last = NO_ERROR.for_call().retry_if_ok(status_503).run(answers([response(503), lost()])).await;
    assert_eq!((last, busy), (lost(), 1), "of errors the policy says");
    let last = NO_ERROR.for_call().retry_if(String::is_empty).run(answers([lost(), response(503)])).await;
    assert_eq!(last, response(503), "the closure is in the place of the policy's filter");
    let both = STEADY.for_call().retry_if(String::is_empty).retry_if_ok(|response: &Response| response.status == 503);
    assert_eq!(both.run(answers([lost(), response(503), response(200)])).await, response(200));
    let neither = STEADY.for_call().retry_if(|_| false).retry_if_ok(|response: &Response| response.status == 503);
    assert_eq!(neither.run(answers([response(503), lost()])).await, lost());
}

#[tokio::test(start_paused = true)]
async fn a_success_may_ask_for_a_delay() {
    let start = Instant::now();
    let asks = answer(429, Some(7));
    let last = STEADY
        .for_call()
        .retry_if_ok(|response: &Response| response.status == 429)
        .retry_after_ok(|response| response.retry_after.map(secs))
        .run(answers([asks, response(429), response(200)]))
        .await;
    assert_eq!(last, response(200));
    assert_eq!(start.elapsed(), secs(7) + millis(200));
}

#[tokio::test(start_paused = true)]
async fn observers_may_capture() {
    let (mut delays, mut ends) = (Vec::new(), Vec::new());
    let last = STEADY
        .for_call()
        .on_retry(|event| delays.push((event.attempt, event.delay)))
        .on_give_up(|event| ends.push((event.attempts, event.why, event.elapsed)))
        .run(answers([lost(), lost(), lost()]))
        .await;
    assert_eq!(last, lost());
    assert_eq!(delays, [(1, millis(100)), (2, millis(200))]);
    assert_eq!(ends, [(3, GiveUpReason::MaxAttempts, millis(300))]);

    let mut ends = Vec::new();
    let operation = answers([response(429), response(429), response(429)]);
    let end = |event: &GiveUpEvent<'_, String>| ends.push((event.why, event.error.is_none()));
    let last = STEADY.for_call().retry_if_ok(|_: &Response| true).on_give_up(end).run(operation).await;
    assert_eq!((last, ends), (response(429), vec![(GiveUpReason::MaxAttempts, true)]));
}

#[tokio::test(start_paused = true)]
async fn an_observer_is_in_the_place_of_that_of_the_policy() {
    const PANICS: RetryPolicy<String> = STEADY
        .max_attempts(2)
        .on_retry(|_: &RetryEvent<'_, String>| panic!("the policy's"))
        .on_give_up(|_| panic!("the policy's"));
    let mut seen = 0;
    let last = PANICS.for_call().on_retry(|_| seen += 1).on_give_up(|_| ()).run(answers([lost(), lost()])).await;
    assert_eq!((last, seen), (lost(), 1));
}

#[tokio::test(start_paused = true)]
async fn the_end_is_observed_before_the_deadline_above_but_not_after_it() {
    let mut why = None;
    let retried = STEADY.for_call().on_give_up(|event| why = Some(event.why)).try_run(async || {
        sleep(millis(100)).await;
        Err::<(), _>(Failure::Inner("lost"))
    });
    assert_eq!(TimeoutPolicy::new(millis(150)).try_run(retried).await, Err(Failure::Inner("lost")));
    assert_eq!(why, Some(GiveUpReason::Deadline), "the delay would end after it");

    let limit = TimeoutPolicy::new(millis(1));
    let late = limit.try_call_cooperative(|| {
        STEADY.for_call().on_give_up(|_| panic!("it is late")).try_call(|| {
            while deadline().is_some_and(|deadline| !deadline.is_over()) {}
            Err::<(), _>(Failure::Inner("lost"))
        })
    });
    assert!(late.is_err_and(|failure| failure.refusal().is_some()));
}

#[tokio::test(start_paused = true)]
async fn its_future_is_send_where_the_closures_are() {
    fn is_send<F: Future + Send>(future: F) -> F {
        future
    }
    let text = String::from("busy");
    let call = STEADY.on_result(|result: &Result<String, ()>| result.as_ref() == Ok(&text));
    assert_eq!(is_send(call.run(async || Ok(text.to_uppercase()))).await, Ok("BUSY".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_not_idempotent_is_made_again_only_if_it_was_never_sent() {
    const POLICY: RetryPolicy = RetryPolicy::new().max_attempts(3).base_delay(Duration::ZERO);
    let full = Bulkhead::new("unsent", BulkheadPolicy::new(1));
    let _slot = full.try_acquire().expect("it is free");
    let attempts = async |is_idempotent: bool, outcome: &str| {
        let attempts = std::cell::Cell::new(0);
        let call = POLICY.for_call().retry_if_ok(|value: &u32| *value == 503).idempotent(is_idempotent);
        let ended = call.unsent_if(|error: &&str| *error == "not sent").try_run(async || {
            attempts.set(attempts.get() + 1);
            match outcome {
                "full" => full.run(async { Ok(1) }).await,
                "timed out" => TimeoutPolicy::new(millis(1)).run(std::future::pending()).await,
                "503" => Ok(503),
                "not sent" => Err(Failure::Inner("not sent")),
                _ => Err(Failure::Inner("lost")),
            }
        });
        drop(ended.await);
        attempts.get()
    };
    for (outcome, expected) in [("full", 3), ("not sent", 3), ("timed out", 1), ("503", 1), ("lost", 1)] {
        assert_eq!((attempts(true, outcome).await, attempts(false, outcome).await), (3, expected), "{outcome}");
    }
    let mut made = 0;
    let lost = POLICY.with_budget(&RetryBudget::new("unsent", RetryBudgetPolicy::new())).idempotent(false).call(|| {
        made += 1;
        Err::<(), _>("lost")
    });
    assert_eq!((lost, made), (Err("lost"), 1));
}
