//! How each attribute treats the refusals and errors from below it.

use super::*;

mod an_error_of_the_function {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn is_retried_if_the_filter_says_so_which_it_does_by_default() {
        #[retry]
        async fn by_default(ran: &Ran) -> Outcome {
            count(ran);
            BAD
        }

        #[retry(retry_on(Fault::Other))]
        async fn filtered(ran: &Ran) -> Outcome {
            count(ran);
            BAD
        }

        let ran = Ran::default();
        assert_eq!(by_default(&ran).await, BAD);
        assert_eq!(ran.take(), 3);
        assert_eq!(filtered(&ran).await, BAD);
        assert_eq!(ran.get(), 1);
    }

    #[tokio::test]
    async fn is_a_failure_to_a_breaker_if_the_filter_says_so_which_it_does_by_default() {
        #[circuit_breaker(name = "table: error")]
        async fn by_default() -> Outcome {
            BAD
        }

        #[circuit_breaker(name = "table: error, filtered", failure_on(Fault::Other))]
        async fn filtered() -> Outcome {
            BAD
        }

        assert_eq!(by_default().await, BAD);
        assert_eq!(filtered().await, BAD);
        assert_eq!(counts("table: error"), FAILURE);
        assert_eq!(counts("table: error, filtered"), NEITHER);
    }

    #[tokio::test]
    async fn is_answered_by_a_fallback_if_the_filter_says_so_which_it_does_by_default() {
        #[fallback(value = 7)]
        async fn by_default() -> Outcome {
            BAD
        }

        #[fallback(value = 7, fallback_on(Fault::Other))]
        async fn filtered() -> Outcome {
            BAD
        }

        assert_eq!(by_default().await, Ok(7));
        assert_eq!(filtered().await, BAD);
    }
}

mod an_expired_timeout {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn is_retried() {
        #[retry(retry_on(Fault::Other))]
        #[timeout(1s)]
        async fn call(ran: &Ran) -> Outcome {
            count(ran);
            std::future::pending().await
        }

        let ran = Ran::default();
        assert_eq!(call(&ran).await, timed_out(1));
        assert_eq!(ran.get(), 3, "a filter of the function's errors does not concern it");
    }

    #[tokio::test(start_paused = true)]
    async fn is_a_failure_to_a_breaker() {
        #[circuit_breaker(name = "table: timeout", failure_if = |_| false)]
        #[timeout(1s)]
        async fn call() -> Outcome {
            std::future::pending().await
        }

        assert_eq!(call().await, timed_out(1));
        assert_eq!(counts("table: timeout"), FAILURE);
    }

    #[tokio::test(start_paused = true)]
    async fn is_answered_by_a_fallback() {
        #[fallback(value = 7, fallback_if = |_| false)]
        #[timeout(1s)]
        async fn call() -> Outcome {
            std::future::pending().await
        }

        assert_eq!(call().await, Ok(7));
    }
}

mod a_full_bulkhead {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn is_retried() {
        #[retry(retry_on(Fault::Other))]
        #[bulkhead(name = "table: full, retry", max_concurrent = 1)]
        async fn call() -> Outcome {
            Ok(0)
        }

        assert_eq!(call().await, Ok(0));
        let slot = shared_bulkhead("table: full, retry").try_acquire().expect("free");
        assert_eq!(call().await, FULL);
        let BulkheadStats { accepted_calls, rejected_calls, .. } = shared_bulkhead("table: full, retry").stats();
        assert_eq!((accepted_calls, rejected_calls), (2, 3));
        drop(slot);
    }

    #[tokio::test(start_paused = true)]
    async fn is_retried_until_a_slot_is_free() {
        #[retry(max_attempts = 5, base_delay = 1s, jitter = none, on_retry = |event| if event.attempt == 3 {
            slot.borrow_mut().take();
        })]
        #[bulkhead(name = "table: full, then free", max_concurrent = 1)]
        async fn call(slot: &RefCell<Option<resilient::Slot<'static>>>) -> Outcome {
            Ok(0)
        }

        assert_eq!(call(&RefCell::new(None)).await, Ok(0));
        let slot = RefCell::new(Some(shared_bulkhead("table: full, then free").try_acquire().expect("free")));
        let start = Instant::now();
        assert_eq!(call(&slot).await, Ok(0));
        assert_eq!(start.elapsed(), secs(1 + 2 + 4));
    }

    #[tokio::test]
    async fn is_neither_to_a_breaker() {
        #[circuit_breaker(name = "table: full", failure_threshold = 1)]
        #[bulkhead(name = "table: full", max_concurrent = 1)]
        async fn call() -> Outcome {
            Ok(0)
        }

        assert_eq!(call().await, Ok(0));
        let before = counts("table: full");
        let slot = shared_bulkhead("table: full").try_acquire().expect("free");
        assert_eq!(call().await, FULL);
        let after = counts("table: full");
        assert_eq!((after.0 - before.0, after.1 - before.1, after.2 - before.2), NEITHER);
        assert_eq!(breaker("table: full").state(), CircuitState::Closed);
        drop(slot);
    }

    #[tokio::test]
    async fn is_answered_by_a_fallback() {
        #[fallback(value = 7, fallback_if = |_| false)]
        #[bulkhead(name = "table: full, fallback", max_concurrent = 1)]
        async fn call() -> Outcome {
            Ok(0)
        }

        assert_eq!(call().await, Ok(0));
        let slot = shared_bulkhead("table: full, fallback").try_acquire().expect("free");
        assert_eq!(call().await, Ok(7));
        drop(slot);
    }
}

mod an_open_breaker {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn is_not_retried() {
        #[retry]
        #[circuit_breaker(name = "table: open, retry", failure_threshold = 1)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        assert_eq!(call(BAD).await, OPEN, "opened by the first attempt, it ends the second");
        let start = Instant::now();
        assert_eq!(call(BAD).await, OPEN);
        assert_eq!(start.elapsed(), Duration::ZERO);
        assert_eq!(breaker("table: open, retry").stats().rejected_calls, 1 + 1);
    }

    #[tokio::test]
    async fn is_neither_to_another_breaker() {
        #[circuit_breaker(name = "table: outer", failure_threshold = 2)]
        #[circuit_breaker(name = "table: inner", failure_threshold = 1)]
        async fn call() -> Outcome {
            BAD
        }

        assert_eq!(call().await, BAD);
        assert_eq!(counts("table: outer"), FAILURE);
        for _ in 0..10 {
            assert_eq!(call().await, OPEN);
        }
        assert_eq!(breaker("table: outer").state(), CircuitState::Closed);
        assert_eq!(counts("table: outer"), (0, 1, 10));
    }

    #[tokio::test]
    async fn is_answered_by_a_fallback() {
        #[fallback(value = 7, fallback_if = |_| false)]
        #[circuit_breaker(name = "table: open, fallback", failure_threshold = 1)]
        async fn call() -> Outcome {
            BAD
        }

        assert_eq!(call().await, BAD);
        assert_eq!(call().await, Ok(7));
    }
}

/// Successful, failed and ignored calls.
type Counts = (u64, u64, u64);

const FAILURE: Counts = (0, 1, 0);
const NEITHER: Counts = (0, 0, 1);

fn counts(name: &str) -> Counts {
    let CircuitStats { successful_calls, failed_calls, ignored_calls, .. } = breaker(name).stats();
    (successful_calls, failed_calls, ignored_calls)
}
