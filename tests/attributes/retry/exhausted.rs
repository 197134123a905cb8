//! `exhausted = wrap`: the error says how the attempts ended.

use super::*;

#[derive(Debug)]
enum Wrapped {
    Own(Fault),
    Refused(resilient::Error),
}

impl std::fmt::Display for Wrapped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Wrapped {}

impl From<resilient::Error> for Wrapped {
    fn from(refusal: resilient::Error) -> Self {
        Self::Refused(refusal)
    }
}

#[tokio::test(start_paused = true)]
async fn wrap_counts_all_attempts() {
    #[retry(max_attempts = 4, jitter = none, exhausted = wrap)]
    async fn fails(log: &Log) -> Result<(), Wrapped> {
        Err(Wrapped::Own(Fault::Status(u16::try_from(log.attempt()).expect("few"))))
    }

    let Err(Wrapped::Refused(error)) = fails(&Log::default()).await else { panic!("not wrapped") };
    assert_eq!(error.kind(), ErrorKind::RetriesExhausted);
    assert_eq!(error.name(), concat!(module_path!(), "::fails"));
    let resilient::Error::RetriesExhausted(exhausted) = &error else { unreachable!() };
    assert_eq!((exhausted.attempts, exhausted.why), (4, GiveUpReason::MaxAttempts));
    assert_eq!(exhausted.elapsed, millis(700));
    let last = exhausted.last_error.downcast_ref::<Wrapped>();
    assert!(matches!(last, Some(Wrapped::Own(Fault::Status(4)))), "{last:?}");
    assert!(error.source().is_some_and(<dyn std::error::Error>::is::<Wrapped>));
}

#[tokio::test(start_paused = true)]
async fn wrap_holds_the_last_refusal() {
    #[retry(max_attempts = 2, exhausted = wrap)]
    #[resilient::timeout(1s)]
    async fn hangs() -> Result<(), Wrapped> {
        std::future::pending().await
    }

    let Err(Wrapped::Refused(resilient::Error::RetriesExhausted(exhausted))) = hangs().await else {
        panic!("not wrapped")
    };
    let last = exhausted.last_error.downcast_ref::<resilient::Error>();
    assert!(last.is_some_and(resilient::Error::is_timed_out), "{last:?}");
}

#[tokio::test(start_paused = true)]
async fn wrap_says_when_the_time_ran_out() {
    #[retry(max_attempts = 9, max_elapsed = 1s, backoff = constant, base_delay = 600ms, jitter = none, exhausted = wrap)]
    async fn fails() -> Result<(), Wrapped> {
        Err(Wrapped::Own(Fault::Network))
    }

    let Err(Wrapped::Refused(resilient::Error::RetriesExhausted(exhausted))) = fails().await else {
        panic!("not wrapped")
    };
    assert_eq!((exhausted.attempts, exhausted.elapsed), (2, millis(600)));
    assert_eq!(exhausted.why, GiveUpReason::MaxElapsed);
}

#[tokio::test(start_paused = true)]
async fn wrap_says_that_a_deadline_above_left_no_time() {
    #[resilient::timeout(limit)]
    #[retry(max_attempts = 9, backoff = constant, base_delay = 600ms, jitter = none, exhausted = wrap)]
    async fn fails(limit: Duration) -> Result<(), Wrapped> {
        Err(Wrapped::Own(Fault::Network))
    }

    let Err(Wrapped::Refused(resilient::Error::RetriesExhausted(exhausted))) = fails(millis(1000)).await else {
        panic!("not wrapped")
    };
    assert_eq!((exhausted.attempts, exhausted.elapsed), (2, millis(600)));
    assert_eq!(exhausted.why, GiveUpReason::Deadline);
}

#[test]
fn wrap_says_it_in_sync_functions_too() {
    #[retry(backoff = constant, base_delay = 1h, max_delay = 1h, jitter = none, exhausted = wrap)]
    fn fails() -> Result<(), Wrapped> {
        Err(Wrapped::Own(Fault::Network))
    }

    #[resilient::timeout(60s, cooperative)]
    fn in_place() -> Result<(), Wrapped> {
        fails()
    }

    #[resilient::timeout(60s)]
    fn on_a_helper() -> Result<(), Wrapped> {
        fails()
    }

    for call in [in_place, on_a_helper] {
        let Err(Wrapped::Refused(resilient::Error::RetriesExhausted(exhausted))) = call() else {
            panic!("not wrapped")
        };
        assert_eq!((exhausted.attempts, exhausted.why), (1, GiveUpReason::Deadline));
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_that_is_not_worth_a_retry_is_not_wrapped() {
    #[retry(exhausted = wrap, retry_on(Wrapped::Own(Fault::Network)))]
    async fn fails() -> Result<(), Wrapped> {
        Err(Wrapped::Own(Fault::Status(404)))
    }

    assert!(matches!(fails().await, Err(Wrapped::Own(Fault::Status(404)))));
}

#[tokio::test(start_paused = true)]
async fn last_error_is_the_default() {
    #[retry(exhausted = last_error)]
    async fn fails() -> Result<(), String> {
        Err("as it is".to_owned())
    }

    assert_eq!(fails().await, Err("as it is".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_success_that_is_not_good_enough_is_not_wrapped() {
    #[retry(exhausted = wrap, retry_if_ok = |_| true)]
    async fn poll(log: &Log) -> Result<usize, Wrapped> {
        Ok(log.attempt())
    }

    assert!(matches!(poll(&Log::default()).await, Ok(3)));
}
