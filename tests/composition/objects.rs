//! Objects that hold their policies, as the example of this name has them.

#![allow(unreachable_pub, reason = "the modules read as those of an application do")]

#[path = "../../examples/objects/async_retry.rs"]
mod async_retry;
#[path = "../../examples/objects/fallback_chain.rs"]
mod fallback_chain;
#[path = "../../examples/objects/optional_breaker.rs"]
mod optional_breaker;
#[path = "../../examples/objects/resilient_client.rs"]
mod resilient_client;
#[path = "../../examples/objects/resilient_operation.rs"]
mod resilient_operation;
#[path = "../../examples/objects/retry_with_backoff.rs"]
mod retry_with_backoff;
#[path = "../../examples/objects/service.rs"]
mod service;
#[path = "../../examples/objects/timeout_manager.rs"]
mod timeout_manager;

use std::sync::Arc;
use std::time::Duration;

use resilient::{BreakerPolicy, CircuitBreaker, CircuitState, Failure, Jitter, RetryPolicy};
use resilient_tests::{millis, secs};
use tokio::time::{Instant, advance, sleep};

use self::async_retry::AsyncRetry;
use self::fallback_chain::Prices;
use self::optional_breaker::Search;
use self::resilient_client::{ResilientClient, Settings};
use self::resilient_operation::ResilientOperation;
use self::retry_with_backoff::{Response, retry_with_backoff};
use self::service::{Service, ServiceError};
use self::timeout_manager::{TimeoutManager, progressive};

const BUSY: ServiceError = ServiceError("busy");
const RETRY: RetryPolicy = RetryPolicy::new().jitter(Jitter::None);

fn opens_at_once() -> Arc<CircuitBreaker> {
    Arc::new(CircuitBreaker::new("object", BreakerPolicy::new().failure_threshold(1)))
}

#[tokio::test(start_paused = true)]
async fn a_client_protects_whatever_it_calls() {
    let client = ResilientClient::new(&Settings { failures: 4, ..Settings::default() }).expect("valid settings");
    let service = Service::failing(2);
    assert_eq!(client.call(|| service.get("user")).await, Ok("the user".to_owned()));
    assert_eq!(service.calls(), 3);
    assert_eq!(client.call(async || Ok(7)).await, Ok(7), "values of any type");
    assert!(client.is_healthy());

    let down = Service::failing(u32::MAX);
    assert_eq!(client.call(|| down.get("user")).await, Err(Failure::Inner(BUSY)));
    let refused = client.call(|| down.get("user")).await.expect_err("the fourth failure opens the breaker");
    assert!(refused.refusal().is_some_and(resilient::Error::is_circuit_open));
    assert_eq!(down.calls(), 4);
    assert!(!client.is_healthy());
}

#[tokio::test(start_paused = true)]
async fn settings_that_contradict_each_other_are_an_error_of_the_constructor() {
    let settings = Settings { limit: Duration::ZERO, ..Settings::default() };
    let error = ResilientClient::new(&settings).err().expect("a limit of zero");
    assert!(error.to_string().contains("expires before anything can run"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_operation_is_given_its_protection_in_any_order() {
    let breaker = opens_at_once();
    let operation = ResilientOperation::named("profile")
        .with_timeout(secs(1))
        .with_fallback(|failure| match failure {
            Failure::Inner(error) => Err(error),
            Failure::Refused(refusal) => Ok(format!("a guest, since {refusal}")),
        })
        .with_circuit_breaker(&breaker)
        .with_fallback(|_| Ok("nobody".to_owned()))
        .with_retry(RETRY)
        .build()
        .expect("nothing contradicts");
    let slow = || async {
        sleep(secs(9)).await;
        Ok("late".to_owned())
    };
    let answer = operation.run(slow).await.expect("it is answered");
    assert!(answer.starts_with("a guest, since circuit breaker `object` is open"), "{answer}");
    breaker.reset();
    let service = Service::failing(0);
    assert_eq!(operation.run(|| service.get("profile")).await, Ok("the profile".to_owned()));

    let plain = ResilientOperation::named("plain").build().expect("nothing contradicts");
    assert_eq!(plain.run(|| service.get("profile")).await, Ok("the profile".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_breaker_may_be_passed_to_a_constructor_or_not() {
    let breaker = opens_at_once();
    let guarded = Search::new(Service::failing(1), Some(Arc::clone(&breaker)));
    assert_eq!(guarded.find("crates").await, Err(Failure::Inner(BUSY)));
    assert!(guarded.find("crates").await.is_err_and(|failure| failure.refusal().is_some()));
    assert_eq!(guarded.state(), Some(CircuitState::Open));
    advance(secs(30)).await;
    assert_eq!(guarded.find("crates").await, Ok("the crates".to_owned()));

    let bare = Search::new(Service::failing(1), None);
    assert_eq!(bare.find("crates").await, Err(Failure::Inner(BUSY)));
    assert_eq!(bare.find("crates").await, Ok("the crates".to_owned()));
    assert_eq!(bare.state(), None);
}

#[tokio::test(start_paused = true)]
async fn a_scope_that_is_left_without_an_outcome_counts_neither_way() {
    let breaker = opens_at_once();
    let in_scope = async {
        let _permit = breaker.try_acquire().expect("it is closed");
        std::future::pending::<()>().await;
    };
    assert!(tokio::time::timeout(secs(1), in_scope).await.is_err());
    let stats = breaker.stats();
    assert_eq!((stats.ignored_calls, stats.total_calls), (1, 1));
    assert_eq!(breaker.state(), CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_loop_over_attempts_gives_the_last_error() {
    let retry = AsyncRetry::new(RETRY);
    let (down, replica) = (Service::failing(u32::MAX), Service::failing(1));
    assert_eq!(retry.get(&down, &replica, "page").await, Ok("the page".to_owned()));
    assert_eq!((down.calls(), replica.calls()), (1, 2));
    let start = Instant::now();
    assert_eq!(retry.get(&down, &down, "page").await, Err(BUSY));
    assert_eq!((down.calls(), start.elapsed()), (1 + 3, millis(100 + 200)));
}

#[tokio::test(start_paused = true)]
async fn a_chain_of_fallbacks_comes_from_a_list() {
    let prices = Prices::new(&["cache: ", "archive: 41", "guess: 40"]).expect("three sources");
    let (up, down) = (Service::failing(0), Service::failing(u32::MAX));
    assert_eq!(prices.of(&up, "bread").await, Ok("the bread".to_owned()));
    assert_eq!(prices.of(&down, "bread").await, Ok("41, by the archive".to_owned()));
    let poor = Prices::new(&["cache: ", "archive: "]).expect("two sources");
    assert_eq!(poor.of(&down, "bread").await, Err(Failure::Inner(ServiceError("not there"))));
    assert!(Prices::new(&[]).is_err(), "a fallback needs an answer");
}

#[tokio::test(start_paused = true)]
async fn responses_that_are_failures_are_tried_again_after_as_long_as_they_ask_for() {
    let breaker = Arc::new(CircuitBreaker::new("responses", BreakerPolicy::new().failure_threshold(2)));
    let api = retry_with_backoff(RETRY, &breaker, Response::status, Response::retry_after).expect("valid");
    let (busy, start) = (Service::failing(2), Instant::now());
    let response = api.run(|| busy.respond("order")).await;
    assert_eq!(response, Ok(Response::new(200, None)));
    assert_eq!((busy.calls(), start.elapsed()), (3, millis(2 * 20)), "each 429 asks for 20 ms");
    assert_eq!(breaker.stats().failed_calls, 0, "to be throttled is no failure");

    let down = api.run(async || Ok(Response::new(503, None))).await;
    assert!(down.is_err_and(|failure| failure.refusal().is_some()), "the second 503 opens the breaker");
    assert_eq!(breaker.state(), CircuitState::Open);
}

#[tokio::test(start_paused = true)]
async fn the_last_response_is_returned_if_all_ask_for_patience() {
    let breaker = Arc::new(CircuitBreaker::new("patience", BreakerPolicy::new()));
    let api = retry_with_backoff(RETRY, &breaker, Response::status, Response::retry_after).expect("valid");
    let busy = Service::failing(u32::MAX);
    assert_eq!(api.run(|| busy.respond("order")).await.map(|response| response.status()), Ok(429));
    assert_eq!(busy.calls(), 3);
}

#[tokio::test(start_paused = true)]
async fn several_futures_have_different_limits_at_once() {
    let limits = TimeoutManager::new(secs(9)).limit("report", secs(2)).limit("user", secs(4));
    let takes = |seconds| async move {
        sleep(secs(seconds)).await;
        Ok(seconds)
    };
    let start = Instant::now();
    let (user, report, other) =
        tokio::join!(limits.run("user", takes(3)), limits.run("report", takes(3)), limits.run("other", takes(8)));
    assert_eq!((user, other, start.elapsed()), (Ok(3), Ok(8), secs(8)));
    let late = report.expect_err("it had two seconds");
    assert_eq!(late.to_string(), "`report` timed out after 2s");
}

#[tokio::test(start_paused = true)]
async fn limits_grow_from_one_attempt_to_the_next() {
    let growing = progressive(millis(500)).expect("valid");
    let takes = |millis| {
        growing.run(move || async move {
            sleep(resilient_tests::millis(millis)).await;
            Ok::<_, ServiceError>(resilient::remaining().map(|left| left.as_millis()))
        })
    };
    assert_eq!(takes(400).await, Ok(Some(100)), "the first attempt");
    assert_eq!(takes(900).await, Ok(Some(100)), "the second has a second");
    assert_eq!(takes(1400).await, Ok(Some(100)), "the third has one and a half");
    let late = takes(1600).await.expect_err("it needs longer than the last limit");
    assert_eq!(late.to_string(), "`progressive` timed out after 1.5s");
}
