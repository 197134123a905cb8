//! `RetryPolicy<E>`: filters and observers over the errors of one type.

use super::*;
use std::cell::RefCell;

#[derive(Debug, Clone, PartialEq, Eq)]
enum ApiError {
    Status(u16),
    Busy(Duration),
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for ApiError {}

impl ApiError {
    fn is_transient(&self) -> bool {
        !matches!(self, Self::Status(..500))
    }

    fn asked(&self) -> Option<Duration> {
        match self {
            Self::Busy(delay) => Some(*delay),
            Self::Status(_) => None,
        }
    }
}

const API: RetryPolicy<ApiError> =
    RetryPolicy::new().max_attempts(5).jitter(Jitter::None).retry_if(ApiError::is_transient);

thread_local!(static SEEN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) });

fn note(text: String) {
    SEEN.with_borrow_mut(|seen| seen.push(text));
}

fn seen() -> Vec<String> {
    SEEN.take()
}

const OBSERVED: RetryPolicy<ApiError> = API
    .max_attempts(2)
    .base_delay(Duration::ZERO)
    .on_retry(|event| note(format!("{event}")))
    .on_give_up(|event| note(format!("{} {:?} {:?}", event.attempts, event.why, event.failure())));

/// Gives these outcomes one after the other.
fn answers<const N: usize>(outcomes: [Result<u32, ApiError>; N]) -> impl FnMut() -> Result<u32, ApiError> {
    let mut outcomes = outcomes.into_iter();
    move || outcomes.next().expect("no further attempt")
}

const fn status(status: u16) -> Result<u32, ApiError> {
    Err(ApiError::Status(status))
}

#[tokio::test(start_paused = true)]
async fn a_filter_says_which_are_worth_another_attempt() {
    let mut operation = answers([status(500), status(404)]);
    assert_eq!(API.base_delay(Duration::ZERO).call(&mut operation), status(404));
    let mut operation = answers([status(500), status(503), Ok(7)]);
    assert_eq!(API.run(|| std::future::ready(operation())).await, Ok(7));
    let mut operation = answers([status(404)]);
    let outcome = API.try_run(|| std::future::ready(operation().map_err(Failure::Inner))).await;
    assert_eq!(outcome, Err(Failure::Inner(ApiError::Status(404))));
    let mut operation = answers([status(404)]);
    assert_eq!(API.try_call(|| operation().map_err(Failure::Inner)), Err(Failure::Inner(ApiError::Status(404))));
}

#[test]
fn should_retry_knows_the_filter_and_the_number_of_attempts() {
    let (good, bad) = (ApiError::Status(503), ApiError::Status(404));
    assert_eq!([1, 4, 5, 6].map(|attempt| API.should_retry(attempt, &good)), [true, true, false, false]);
    assert!(!API.should_retry(1, &bad));
    let plain = RetryPolicy::new();
    assert!(plain.should_retry(2, &bad) && plain.should_retry(2, &"any") && !plain.should_retry(3, &bad));
}

#[tokio::test(start_paused = true)]
async fn an_error_may_ask_for_a_delay() {
    const ASKED: RetryPolicy<ApiError> = API.retry_after(ApiError::asked).max_attempts(3);
    const BY_ATTEMPT: RetryPolicy<ApiError> =
        ASKED.retry_after_attempt(|error, attempt| Some(error.asked()? * attempt.number()));
    let start = Instant::now();
    let mut operation = answers([Err(ApiError::Busy(secs(7))), status(500), Ok(1)]);
    assert_eq!(ASKED.run(|| std::future::ready(operation())).await, Ok(1));
    assert_eq!(start.elapsed(), secs(7) + millis(200));

    let start = Instant::now();
    let mut operation = answers([Err(ApiError::Busy(secs(2))), Err(ApiError::Busy(secs(2))), Ok(1)]);
    assert_eq!(BY_ATTEMPT.run(|| std::future::ready(operation())).await, Ok(1));
    assert_eq!(start.elapsed(), secs(2 + 4));
}

#[tokio::test(start_paused = true)]
async fn observers_see_each_delay_and_the_end() {
    let mut operation = answers([status(500), status(503)]);
    assert_eq!(OBSERVED.call(&mut operation), status(503));
    let first = "retry: attempt 1 of 2 failed (Status(500)), the next in 0ns".to_owned();
    assert_eq!(seen(), [first.clone(), "2 MaxAttempts Some(Status(503))".to_owned()]);

    let mut operation = answers([status(500), status(404)]);
    assert_eq!(OBSERVED.run(|| std::future::ready(operation())).await, status(404));
    assert_eq!(seen(), [first, "2 NotRetryable Some(Status(404))".to_owned()]);

    assert_eq!(OBSERVED.call(answers([Ok(1)])), Ok(1));
    assert_eq!(seen(), [""; 0], "an answer is no giving up");
}

#[test]
fn what_is_exhausted_may_be_wrapped_and_what_is_not_worth_it_is_not() {
    const WRAPS: RetryPolicy<ApiError> = API.max_attempts(2).base_delay(Duration::ZERO).exhausted(Exhausted::Wrap);
    let mut operation = answers([status(500), status(503)]);
    let wrapped = WRAPS.try_call(|| operation().map_err(Failure::Inner)).expect_err("it fails");
    let refusal = wrapped.refusal().expect("it is wrapped");
    assert_eq!(refusal.to_string().split(" in ").next(), Some("`retry` failed 2 times"));
    let Error::RetriesExhausted(exhausted) = refusal else { panic!("{refusal:?}") };
    assert_eq!(exhausted.last_error.downcast_ref(), Some(&ApiError::Status(503)));
    let mut operation = answers([status(500), status(404)]);
    assert_eq!(WRAPS.try_call(|| operation().map_err(Failure::Inner)), Err(Failure::Inner(ApiError::Status(404))));
    let mut operation = answers([status(500), status(503)]);
    let last = WRAPS.exhausted(Exhausted::LastError).call(&mut operation);
    assert_eq!(last, status(503));
}

#[cfg(debug_assertions)]
#[test]
#[should_panic(expected = "`try_call` returns it")]
fn a_wrapped_error_is_no_plain_one() {
    let _ = API.exhausted(Exhausted::Wrap).call(|| status(503));
}

#[test]
fn a_plain_policy_takes_any_error_and_may_be_narrowed() {
    const PLAIN: RetryPolicy = RetryPolicy::new().base_delay(Duration::ZERO);
    const NARROW: RetryPolicy<ApiError> = PLAIN.for_errors::<ApiError>();
    assert_eq!(PLAIN.call(|| Err::<(), _>("a text")), Err("a text"));
    assert_eq!(PLAIN.call(|| Err::<(), _>(7)), Err(7));
    assert_eq!(NARROW.call(|| status(404)), status(404));
    // The type of the error comes from the policy.
    let parsed: Result<u32, _> = NARROW.call(|| "x".parse::<u32>().map_err(|_| ApiError::Status(400)));
    assert_eq!(parsed, status(400));
    let converted = RetryPolicy::new().for_errors::<Box<dyn std::error::Error>>().max_attempts(1).call(|| {
        let number: u32 = "x".parse()?;
        Ok(number)
    });
    assert!(converted.is_err());
}

#[test]
fn policies_can_be_compared_and_shown() {
    assert_ne!(API, API.max_attempts(2));
    assert_ne!(API, RetryPolicy::new().for_errors());
    assert_eq!(RetryPolicy::new().jitter(Jitter::Full), RetryPolicy::new());
    assert!(format!("{API:?}").contains(r#"functions: {"retry_if"}"#), "{API:?}");
}

#[tokio::test(start_paused = true)]
async fn a_future_of_one_is_send_and_may_borrow() {
    fn is_send<F: Future + Send>(future: F) -> F {
        future
    }
    let text = String::from("7");
    let parse = async || text.parse::<u32>().map_err(|_| ApiError::Status(400));
    assert_eq!(is_send(API.run(parse)).await, Ok(7));
}
