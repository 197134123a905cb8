//! Scripts: what bodies return instead of running.

use std::io;
use std::sync::atomic::{AtomicU32, Ordering};

use resilient::ErrorKind::{BulkheadFull, CircuitOpen, TimedOut};
use resilient::testing::{err, ok, pass, refuse, scope};
use resilient::{bulkhead, circuit_breaker, fallback, registry, retry, timeout};

#[derive(Debug, PartialEq, thiserror::Error)]
enum ApiError {
    #[error("status {0}")]
    Status(u16),
    #[error(transparent)]
    Refused(#[from] resilient::Error),
}

struct Client {
    calls: AtomicU32,
}

impl Client {
    const fn new() -> Self {
        Self { calls: AtomicU32::new(0) }
    }

    #[retry(max_attempts = 4, jitter = none)]
    #[circuit_breaker(name = "testing: scripted", failure_threshold = 3)]
    #[timeout(2s)]
    async fn user(&self, id: u64) -> Result<u64, ApiError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        Ok(id)
    }
}

const USER: &str = "testing::scripts::user";

#[tokio::test(start_paused = true)]
async fn the_outcomes_come_in_order_and_then_the_body() {
    let scope = scope();
    let client = Client::new();
    scope.script(USER, [err(ApiError::Status(503)), err(ApiError::Status(503)), pass(), ok(1_u64)]);
    assert_eq!(client.user(7).await, Ok(7));
    assert_eq!(client.user(7).await, Ok(1));
    assert_eq!(client.user(7).await, Ok(7));
    assert_eq!(client.calls.into_inner(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_counts_as_one_of_its_kind() {
    let scope = scope();
    let client = Client::new();
    scope.script(USER, [refuse(TimedOut), refuse(BulkheadFull), refuse(CircuitOpen)]);
    let error = client.user(7).await.unwrap_err();
    assert!(matches!(error, ApiError::Refused(resilient::Error::CircuitOpen { .. })), "it is not retried: {error}");
    let stats = registry().circuit_breaker("testing: scripted").unwrap().stats();
    assert_eq!((stats.failed_calls, stats.ignored_calls), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn scripts_of_a_function_follow_each_other_and_are_those_of_the_scope() {
    let outer = scope();
    let client = Client::new();
    outer.script(USER, [ok(1_u64)]);
    outer.script(USER, [ok(2_u64)]);
    let inner = scope();
    assert_eq!(client.user(7).await, Ok(7));
    drop(inner);
    assert_eq!(client.user(7).await, Ok(1));
    assert_eq!(client.user(7).await, Ok(2));
}

#[timeout(1s)]
fn on_a_helper(value: u32) -> io::Result<u32> {
    Ok(value)
}

#[test]
fn bodies_on_helper_threads_follow_the_script() {
    let scope = scope();
    scope.script("testing::scripts::on_a_helper", [ok(1_u32), refuse(TimedOut), err(io::Error::other("down"))]);
    assert_eq!(on_a_helper(5).unwrap(), 1);
    assert_eq!(on_a_helper(5).unwrap_err().kind(), io::ErrorKind::TimedOut);
    assert_eq!(on_a_helper(5).unwrap_err().to_string(), "down");
    assert_eq!(on_a_helper(5).unwrap(), 5);
}

#[fallback(value = 0)]
#[timeout(1s)]
fn plain(value: u32) -> u32 {
    value
}

type Answer<T> = Result<T, ApiError>;

#[retry(max_attempts = 3)]
fn by_an_alias() -> Answer<String> {
    Err(ApiError::Status(500))
}

#[test]
fn plain_results_and_aliases_come_from_scripts() {
    let scope = scope();
    scope.script("testing::scripts::plain", [ok(3_u32)]);
    assert_eq!((plain(5), plain(5)), (3, 5));
    scope.script("testing::scripts::by_an_alias", [err(ApiError::Status(404)), ok("found".to_owned())]);
    assert_eq!(by_an_alias().unwrap(), "found");
}

struct Held<Item>(Item);

impl<Item: Clone> Held<Item> {
    #[bulkhead(max_concurrent = 3)]
    #[retry]
    fn part(&self) -> io::Result<Item> {
        Ok(self.0.clone())
    }

    #[timeout(1s, cooperative)]
    fn borrowed<'a>(&'a self, of: &'a str) -> io::Result<&'a str> {
        let _ = &self.0;
        Ok(of)
    }

    #[timeout(1s, cooperative)]
    #[expect(mismatched_lifetime_syntaxes, reason = "what hides its lifetime looks as if it borrowed nothing")]
    fn guard(&self, lock: &'static std::sync::Mutex<u8>) -> io::Result<std::sync::MutexGuard<u8>> {
        let _ = &self.0;
        Ok(lock.lock().unwrap())
    }
}

#[test]
fn what_borrows_or_is_generic_can_pass_and_be_refused() {
    static LOCK: std::sync::Mutex<u8> = std::sync::Mutex::new(0);
    let scope = scope();
    let held = Held(vec![1]);
    scope.script("testing::scripts::part", [pass(), refuse(BulkheadFull)]);
    assert_eq!(held.part().unwrap(), [1]);
    assert_eq!(held.part().unwrap(), [1], "it is retried");
    scope.script("testing::scripts::borrowed", [refuse(TimedOut)]);
    held.borrowed("it").unwrap_err();
    assert_eq!(held.borrowed("it").unwrap(), "it");
    scope.script("testing::scripts::guard", [err(io::Error::other("down"))]);
    held.guard(&LOCK).unwrap_err();
    drop(held.guard(&LOCK).unwrap());
}

#[test]
#[should_panic(expected = "an `ok`, which needs a function whose result type shows that it borrows nothing")]
fn a_value_for_what_may_borrow_is_an_error() {
    let scope = scope();
    scope.script("testing::scripts::borrowed", [ok("text")]);
    let _ = Held(1).borrowed("it");
}

#[test]
#[should_panic(
    expected = "the script of `testing::scripts::plain` has an `ok` of type `u64`, and its value is of type `u32`"
)]
fn a_value_of_another_type_is_an_error_that_names_both() {
    let scope = scope();
    scope.script("testing::scripts::plain", [ok(3_u64)]);
    plain(1);
}

#[tokio::test(start_paused = true)]
#[should_panic(
    expected = "has an `err` of type `std::io::error::Error`, and its error is of type `testing::scripts::ApiError`"
)]
async fn an_error_of_another_type_is_an_error_that_names_both() {
    let scope = scope();
    scope.script(USER, [err(io::Error::other("down"))]);
    let _ = Client::new().user(7).await;
}

#[test]
#[should_panic(
    expected = "no annotated function is named `testing::scripts::usr`; did you mean `testing::scripts::user`?"
)]
fn a_misspelt_function_is_an_error() {
    scope().script("testing::scripts::usr", [pass()]);
}

#[retry]
fn retried_alone() -> Result<(), String> {
    Ok(())
}

#[test]
#[should_panic(expected = "nothing around the body of `testing::scripts::retried_alone` can refuse")]
fn a_refusal_where_nothing_refuses_is_an_error() {
    let scope = scope();
    scope.script("testing::scripts::retried_alone", [refuse(TimedOut)]);
    let _ = retried_alone();
}
