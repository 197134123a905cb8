//! `idempotent` and `unsent_on`: which calls may be repeated.

use super::*;

#[derive(Debug, Clone, Copy, PartialEq)]
enum ApiError {
    Connect,
    Reset,
    Denied,
    Refused(ErrorKind),
}

impl From<resilient::Error> for ApiError {
    fn from(refusal: resilient::Error) -> Self {
        Self::Refused(refusal.kind())
    }
}

struct Request {
    is_get: bool,
    asked: Cell<u32>,
}

impl Request {
    const fn new(is_get: bool) -> Self {
        Self { is_get, asked: Cell::new(0) }
    }

    fn may_be_repeated(&self) -> bool {
        self.asked.set(self.asked.get() + 1);
        self.is_get
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_may_not_be_repeated_is_retried_only_if_it_was_never_sent() {
    #[retry(idempotent = request.may_be_repeated(), unsent_on(ApiError::Connect))]
    async fn send(request: &Request, log: &Log, errors: [ApiError; 3]) -> Result<(), ApiError> {
        assert_eq!(request.asked.get(), 1, "asked once, before the first attempt");
        let attempt = log.attempt();
        errors.into_iter().nth(attempt - 1).map_or(Ok(()), Err)
    }

    let (connect, reset) = (ApiError::Connect, ApiError::Reset);
    for (is_get, errors, expected, attempts) in [
        (true, [reset, reset, connect], connect, 3),
        (false, [connect, reset, connect], reset, 2),
        (false, [connect; 3], connect, 3),
    ] {
        let log = Log::default();
        assert_eq!(send(&Request::new(is_get), &log, errors).await, Err(expected));
        assert_eq!(log.attempts(), attempts);
    }
}

#[tokio::test(start_paused = true)]
async fn the_filter_holds_beside_it() {
    #[retry(idempotent = is_get, unsent_on(ApiError::Connect | ApiError::Denied), retry_on(ApiError::Connect | ApiError::Reset))]
    async fn send(is_get: bool, log: &Log, error: ApiError) -> Result<(), ApiError> {
        log.attempt();
        Err(error)
    }

    for (is_get, error, attempts) in [
        (false, ApiError::Connect, 3),
        (false, ApiError::Denied, 1),
        (false, ApiError::Reset, 1),
        (true, ApiError::Denied, 1),
        (true, ApiError::Reset, 3),
    ] {
        let log = Log::default();
        assert!(send(is_get, &log, error).await.is_err());
        assert_eq!(log.attempts(), attempts);
    }
}

#[tokio::test(start_paused = true)]
async fn an_expired_timeout_may_have_been_sent() {
    #[retry(idempotent = is_get)]
    #[resilient::timeout(1s)]
    async fn hangs(is_get: bool, log: &Log) -> Result<(), ApiError> {
        log.attempt();
        std::future::pending().await
    }

    for (is_get, attempts) in [(false, 1), (true, 3)] {
        let log = Log::default();
        assert_eq!(hangs(is_get, &log).await, Err(ApiError::Refused(ErrorKind::TimedOut)));
        assert_eq!(log.attempts(), attempts);
    }
}

#[tokio::test(start_paused = true)]
async fn refusals_before_the_call_are_retried_as_configured() {
    #[retry(idempotent = false, base_delay = 1s, jitter = none, on_retry = |_| retried.set(retried.get() + 1))]
    #[resilient::bulkhead(name = "idempotent: full", max_concurrent = 1)]
    async fn full(retried: &Cell<u32>) -> Result<(), ApiError> {
        Ok(())
    }

    #[retry(idempotent = false, retry_refused(circuit_open), jitter = none)]
    #[resilient::circuit_breaker(name = "idempotent: open", failure_threshold = 1, recovery_timeout = 5s)]
    async fn open(succeeds: bool) -> Result<(), ApiError> {
        if succeeds { Ok(()) } else { Err(ApiError::Reset) }
    }

    assert_eq!(full(&Cell::new(0)).await, Ok(()));
    let slot = resilient_tests::shared_bulkhead("idempotent: full").try_acquire().expect("free");
    let retried = Cell::new(0);
    assert_eq!(full(&retried).await, Err(ApiError::Refused(ErrorKind::BulkheadFull)));
    assert_eq!(retried.get(), 2);
    drop(slot);

    assert_eq!(open(false).await, Err(ApiError::Reset));
    let begun = Instant::now();
    assert_eq!(open(true).await, Ok(()), "it waits until a probe is admitted");
    assert_eq!(begun.elapsed(), Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn a_success_was_sent() {
    #[retry(idempotent = is_get, retry_if_ok = |_| true)]
    async fn poll(is_get: bool, log: &Log) -> Result<usize, ApiError> {
        Ok(log.attempt())
    }

    assert_eq!(poll(false, &Log::default()).await, Ok(1));
    assert_eq!(poll(true, &Log::default()).await, Ok(3));
}

#[test]
fn it_holds_in_sync_functions() {
    #[retry(base_delay = 0s, idempotent = is_get, unsent_on(ApiError::Connect), on_give_up = |event| why.set(Some(event.why)))]
    fn send(is_get: bool, tries: &Cell<u32>, why: &Cell<Option<GiveUpReason>>) -> Result<(), ApiError> {
        tries.set(tries.get() + 1);
        Err(if tries.get() == 1 { ApiError::Connect } else { ApiError::Reset })
    }

    for (is_get, attempts, expected) in [(false, 2, GiveUpReason::NotRetryable), (true, 3, GiveUpReason::MaxAttempts)] {
        let (tries, why) = (Cell::new(0), Cell::new(None));
        assert_eq!(send(is_get, &tries, &why), Err(ApiError::Reset));
        assert_eq!((tries.get(), why.get()), (attempts, Some(expected)));
    }
}
