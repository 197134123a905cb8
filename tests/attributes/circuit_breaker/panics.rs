//! A panic counts as a failure.

use super::*;

#[tokio::test]
async fn an_async_one_counts_as_a_failure_and_goes_on_unwinding() {
    #[circuit_breaker(name = "panics: async", failure_threshold = 2, failure_on(Fault::Broken))]
    async fn call() -> Outcome {
        tokio::task::yield_now().await;
        panic!("on purpose")
    }

    for _ in 0..2 {
        let ended = tokio::spawn(call()).await.expect_err("it panicked");
        assert_eq!(ended.into_panic().downcast_ref::<&str>(), Some(&"on purpose"));
    }
    assert_eq!(breaker("panics: async").stats().failed_calls, 2);
    assert_eq!(breaker("panics: async").state(), CircuitState::Open);
}

#[test]
fn a_sync_one_counts_as_a_failure_and_goes_on_unwinding() {
    #[circuit_breaker(name = "panics: sync", failure_threshold = 2, failure_on(Fault::Broken))]
    fn call() -> Outcome {
        panic!("on purpose")
    }

    for _ in 0..2 {
        let panic = catch_unwind(call).expect_err("it panicked");
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"on purpose"));
    }
    assert_eq!(breaker("panics: sync").stats().failed_calls, 2);
    assert_eq!(call(), REFUSED);
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_panics_opens_it_again() {
    #[circuit_breaker(name = "panics: probe", failure_threshold = 1)]
    async fn call(outcome: Option<Outcome>) -> Outcome {
        outcome.expect("an outcome")
    }

    assert_eq!(call(Some(BAD)).await, BAD);
    advance(secs(30)).await;
    assert!(tokio::spawn(call(None)).await.expect_err("it panicked").is_panic());
    assert_eq!(breaker("panics: probe").state(), CircuitState::Open);
}
