//! Several attributes on one function: the top one is outermost, and each knows which refusals concern it.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use resilient::{
    BulkheadStats, CircuitState, CircuitStats, ErrorKind, bulkhead, circuit_breaker, fallback, retry, timeout,
};
use resilient_tests::{PAUSE_OF_ZERO, breaker, secs, shared_bulkhead};
use tokio::time::{Instant, advance, sleep};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    Own,
    Other,
    Refused(ErrorKind, Option<Duration>),
}

impl From<resilient::Error> for Fault {
    fn from(refusal: resilient::Error) -> Self {
        let after = match refusal {
            resilient::Error::TimedOut { after, .. } => Some(after),
            _ => None,
        };
        Self::Refused(refusal.kind(), after)
    }
}

type Outcome = Result<u32, Fault>;

const BAD: Outcome = Err(Fault::Own);
const OPEN: Outcome = Err(Fault::Refused(ErrorKind::CircuitOpen, None));
const FULL: Outcome = Err(Fault::Refused(ErrorKind::BulkheadFull, None));

const fn timed_out(after: u64) -> Outcome {
    Err(Fault::Refused(ErrorKind::TimedOut, Some(secs(after))))
}

/// How often a body ran.
type Ran = Cell<u32>;

fn count(ran: &Ran) -> u32 {
    ran.set(ran.get() + 1);
    ran.get()
}

mod top_is_outermost {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_timeout_below_a_retry_limits_each_attempt() {
        #[retry(jitter = none)]
        #[timeout(2s)]
        async fn call(ran: &Ran) -> Outcome {
            count(ran);
            std::future::pending().await
        }

        let (ran, start) = (Ran::default(), Instant::now());
        assert_eq!(call(&ran).await, timed_out(2));
        assert_eq!(ran.get(), 3);
        assert_eq!(start.elapsed(), secs(3 * 2) + Duration::from_millis(100 + 200));
    }

    #[tokio::test(start_paused = true)]
    async fn a_timeout_above_a_retry_limits_all_attempts_and_the_pauses_between_them() {
        #[timeout(5s)]
        #[retry(max_attempts = unlimited, max_elapsed = 1h, backoff = constant, base_delay = 1s, jitter = none)]
        async fn call(ran: &Ran) -> Outcome {
            count(ran);
            sleep(secs(1)).await;
            BAD
        }

        let (ran, start) = (Ran::default(), Instant::now());
        assert_eq!(call(&ran).await, timed_out(5));
        assert_eq!(ran.get(), 3, "they began at 0 s, 2 s and 4 s");
        assert_eq!(start.elapsed(), secs(5));
    }

    #[tokio::test(start_paused = true)]
    async fn a_breaker_below_a_retry_counts_each_attempt() {
        #[retry(max_attempts = 4)]
        #[circuit_breaker(name = "order: below", failure_threshold = 100)]
        async fn call() -> Outcome {
            BAD
        }

        assert_eq!(call().await, BAD);
        assert_eq!(breaker("order: below").stats().failed_calls, 4);
    }

    #[tokio::test(start_paused = true)]
    async fn a_breaker_above_a_retry_counts_each_call() {
        #[circuit_breaker(name = "order: above", failure_threshold = 100)]
        #[retry(max_attempts = 4)]
        async fn call() -> Outcome {
            BAD
        }

        assert_eq!(call().await, BAD);
        assert_eq!(breaker("order: above").stats().failed_calls, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_breaker_that_opens_between_attempts_ends_them() {
        #[retry(max_attempts = 10)]
        #[circuit_breaker(name = "order: opens", failure_threshold = 3)]
        async fn call(ran: &Ran) -> Outcome {
            count(ran);
            BAD
        }

        let ran = Ran::default();
        assert_eq!(call(&ran).await, OPEN);
        assert_eq!(ran.get(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn a_bulkhead_below_a_retry_frees_the_slot_between_attempts() {
        #[retry(max_attempts = 2, base_delay = 10s, jitter = none, on_retry = |_| {
            in_flight.set(Some(shared_bulkhead("order: frees").in_flight()));
        })]
        #[bulkhead(name = "order: frees", max_concurrent = 1)]
        async fn call(in_flight: &Cell<Option<usize>>) -> Outcome {
            BAD
        }

        let in_flight = Cell::new(None);
        assert_eq!(call(&in_flight).await, BAD);
        assert_eq!(in_flight.get(), Some(0));
        assert_eq!(shared_bulkhead("order: frees").stats().accepted_calls, 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_bulkhead_above_a_retry_holds_the_slot_all_the_time() {
        #[bulkhead(name = "order: holds", max_concurrent = 1)]
        #[retry(max_attempts = 2, base_delay = 10s, jitter = none, on_retry = |_| {
            in_flight.set(Some(shared_bulkhead("order: holds").in_flight()));
        })]
        async fn call(in_flight: &Cell<Option<usize>>) -> Outcome {
            BAD
        }

        let in_flight = Cell::new(None);
        assert_eq!(call(&in_flight).await, BAD);
        assert_eq!(in_flight.get(), Some(1));
        assert_eq!(shared_bulkhead("order: holds").stats().accepted_calls, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_timeout_above_a_bulkhead_limits_the_wait_for_a_slot() {
        #[timeout(2s)]
        #[bulkhead(name = "order: limits the wait", max_concurrent = 1, max_wait = 1h)]
        async fn call(takes: Duration) -> Outcome {
            sleep(takes).await;
            Ok(0)
        }

        assert_eq!(call(secs(1)).await, Ok(0));
        let slot = shared_bulkhead("order: limits the wait").try_acquire().expect("free");
        let start = Instant::now();
        assert_eq!(call(secs(0)).await, timed_out(2));
        assert_eq!(start.elapsed(), secs(2));
        assert_eq!(shared_bulkhead("order: limits the wait").waiting(), 0);
        drop(slot);
    }

    #[tokio::test(start_paused = true)]
    async fn a_timeout_below_a_bulkhead_counts_from_when_the_slot_is_there() {
        #[bulkhead(name = "order: counts from", max_concurrent = 1, max_wait = 1h)]
        #[timeout(2s)]
        async fn call() -> Outcome {
            sleep(Duration::from_millis(1500)).await;
            Ok(0)
        }

        let calls = tokio::join!(call(), call(), call());
        assert_eq!(calls, (Ok(0), Ok(0), Ok(0)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_timeout_above_a_breaker_drops_the_call_which_is_a_failure() {
        #[timeout(2s)]
        #[circuit_breaker(name = "order: dropped", failure_threshold = 1)]
        async fn call() -> Outcome {
            std::future::pending().await
        }

        assert_eq!(call().await, timed_out(2));
        let CircuitStats { failed_calls, successful_calls, ignored_calls, .. } = breaker("order: dropped").stats();
        assert_eq!((failed_calls, successful_calls, ignored_calls), (1, 0, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn a_fallback_above_a_breaker_does_not_hide_failures_from_it() {
        #[fallback(value = 7)]
        #[circuit_breaker(name = "order: hides nothing", failure_threshold = 2)]
        async fn call(ran: &Ran) -> Outcome {
            count(ran);
            BAD
        }

        let ran = Ran::default();
        for _ in 0..5 {
            assert_eq!(call(&ran).await, Ok(7));
        }
        assert_eq!(ran.get(), 2);
        assert_eq!(breaker("order: hides nothing").stats().failed_calls, 2);
    }

    #[tokio::test]
    async fn a_filtered_fallback_below_a_breaker_turns_failures_into_successes() {
        #[circuit_breaker(name = "order: turned", failure_threshold = 1)]
        #[fallback(value = 7, fallback_on(Fault::Own))]
        async fn call(fault: Fault) -> Outcome {
            Err(fault)
        }

        assert_eq!(call(Fault::Own).await, Ok(7));
        assert_eq!(breaker("order: turned").stats().successful_calls, 1);
        assert_eq!(call(Fault::Other).await, Err(Fault::Other));
        assert_eq!(breaker("order: turned").stats().failed_calls, 1);
    }

    #[tokio::test]
    async fn what_stands_between_attributes_does_not_matter() {
        /// Documented between the attributes.
        #[fallback(value = 7)]
        #[allow(clippy::unused_async)]
        #[resilient::circuit_breaker(name = "order: between", failure_threshold = 1)]
        /// And documented again.
        #[bulkhead(max_concurrent = 1)]
        async fn call() -> Outcome {
            BAD
        }

        assert_eq!(call().await, Ok(7));
        assert_eq!(breaker("order: between").state(), CircuitState::Open);
    }
}

/// The table of section 4: what a policy makes of what comes from below it.
mod who_treats_what_how {
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

    /// Successes, failures, and what counted neither way.
    type Counts = (u64, u64, u64);

    const FAILURE: Counts = (0, 1, 0);
    const NEITHER: Counts = (0, 0, 1);

    fn counts(name: &str) -> Counts {
        let CircuitStats { successful_calls, failed_calls, ignored_calls, .. } = breaker(name).stats();
        (successful_calls, failed_calls, ignored_calls)
    }
}

mod retry_refused {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn names_exactly_the_refusals_to_retry() {
        #[retry(retry_refused(timed_out))]
        #[timeout(1s)]
        #[bulkhead(name = "refused: timed out only", max_concurrent = 1)]
        async fn timed_out_only(ran: &Ran) -> Outcome {
            count(ran);
            std::future::pending().await
        }

        #[retry(retry_refused(bulkhead_full))]
        #[timeout(1s)]
        #[bulkhead(name = "refused: full only", max_concurrent = 1)]
        async fn full_only(ran: &Ran) -> Outcome {
            count(ran);
            std::future::pending().await
        }

        let ran = Ran::default();
        assert_eq!(timed_out_only(&ran).await, timed_out(1));
        assert_eq!(ran.take(), 3);
        let slot = shared_bulkhead("refused: timed out only").try_acquire().expect("free");
        assert_eq!(timed_out_only(&ran).await, FULL);
        assert_eq!(shared_bulkhead("refused: timed out only").stats().rejected_calls, 1);
        drop(slot);

        assert_eq!(full_only(&ran).await, timed_out(1));
        assert_eq!(ran.take(), 1);
        let slot = shared_bulkhead("refused: full only").try_acquire().expect("free");
        assert_eq!(full_only(&ran).await, FULL);
        assert_eq!(shared_bulkhead("refused: full only").stats().rejected_calls, 3);
        drop(slot);
    }

    #[tokio::test(start_paused = true)]
    async fn does_not_concern_the_functions_own_errors() {
        #[retry(retry_refused(timed_out))]
        #[timeout(1s)]
        async fn call(ran: &Ran) -> Outcome {
            count(ran);
            BAD
        }

        let ran = Ran::default();
        assert_eq!(call(&ran).await, BAD);
        assert_eq!(ran.get(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn circuit_open_waits_until_the_breaker_would_admit_a_probe() {
        #[retry(max_attempts = 2, base_delay = 0s, retry_refused(circuit_open))]
        #[circuit_breaker(name = "refused: open", failure_threshold = 1, recovery_timeout = 30s)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        assert_eq!(call(BAD).await, OPEN);
        advance(secs(10)).await;
        let start = Instant::now();
        assert_eq!(call(Ok(7)).await, Ok(7));
        assert_eq!(start.elapsed() + PAUSE_OF_ZERO, secs(20));
    }

    #[tokio::test(start_paused = true)]
    async fn circuit_open_waits_as_long_as_that_takes() {
        #[retry(max_attempts = 2, base_delay = 0s, retry_refused(circuit_open))]
        #[circuit_breaker(name = "refused: open for long", failure_threshold = 1, recovery_timeout = 1h)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        assert_eq!(call(BAD).await, OPEN);
        let start = Instant::now();
        assert_eq!(call(Ok(7)).await, Ok(7));
        assert_eq!(start.elapsed() + PAUSE_OF_ZERO, secs(3600));
    }

    #[tokio::test(start_paused = true)]
    async fn circuit_open_does_not_wait_longer_than_max_elapsed() {
        #[retry(max_attempts = 2, retry_refused(circuit_open), max_elapsed = 29s)]
        #[circuit_breaker(name = "refused: no time", failure_threshold = 1, recovery_timeout = 30s)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        assert_eq!(call(BAD).await, OPEN);
        let start = Instant::now();
        assert_eq!(call(Ok(7)).await, OPEN);
        assert_eq!(start.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn circuit_open_pauses_as_usual_where_nobody_knows_how_long() {
        #[retry(jitter = none, retry_refused(circuit_open))]
        #[circuit_breaker(name = "refused: forced")]
        async fn call() -> Outcome {
            Ok(7)
        }

        assert_eq!(call().await, Ok(7));
        breaker("refused: forced").force_open();
        let start = Instant::now();
        assert_eq!(call().await, OPEN);
        assert_eq!(start.elapsed(), Duration::from_millis(100 + 200));
    }

    #[tokio::test(start_paused = true)]
    async fn may_name_all_of_them() {
        #[retry(jitter = none, retry_refused(timed_out, bulkhead_full, circuit_open))]
        #[circuit_breaker(name = "refused: all", failure_threshold = 1, recovery_timeout = 5s)]
        #[timeout(1s)]
        #[bulkhead(max_concurrent = 1)]
        async fn call(ran: &Ran) -> Outcome {
            count(ran);
            std::future::pending().await
        }

        let (ran, start) = (Ran::default(), Instant::now());
        assert_eq!(call(&ran).await, timed_out(1));
        assert_eq!(ran.get(), 2, "timed out, waited for the breaker, timed out");
        assert_eq!(start.elapsed(), Duration::from_millis(1000 + 100) + Duration::from_millis(4900 + 1000));
    }
}

mod several_of_one_kind {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn timeouts_limit_each_attempt_and_the_whole() {
        #[timeout(5s)]
        #[retry(max_attempts = 10, base_delay = 0s)]
        #[timeout(2s)]
        async fn call(takes: &[u64], ran: &Ran) -> Outcome {
            sleep(secs(takes[count(ran) as usize - 1])).await;
            Ok(7)
        }

        let start = Instant::now();
        assert_eq!(call(&[9, 9, 9], &Ran::default()).await, timed_out(5));
        assert_eq!(start.elapsed(), secs(5));
        let start = Instant::now();
        assert_eq!(call(&[9, 1], &Ran::default()).await, Ok(7));
        assert_eq!(start.elapsed(), secs(2 + 1) + PAUSE_OF_ZERO);
    }

    #[tokio::test]
    async fn breakers_each_count_and_the_outer_one_is_asked_first() {
        #[circuit_breaker(name = "several: outer", failure_threshold = 2)]
        #[circuit_breaker(name = "several: inner", failure_threshold = 100)]
        async fn call() -> Outcome {
            BAD
        }

        assert_eq!(call().await, BAD);
        assert_eq!(call().await, BAD);
        assert_eq!(call().await, OPEN);
        assert_eq!(breaker("several: outer").stats().rejected_calls, 1);
        let inner = breaker("several: inner").stats();
        assert_eq!((inner.failed_calls, inner.rejected_calls), (2, 0));
    }

    #[tokio::test]
    async fn bulkheads_each_give_a_slot() {
        #[bulkhead(name = "several: wide", max_concurrent = 2)]
        #[bulkhead(name = "several: narrow", max_concurrent = 1)]
        async fn call() -> Outcome {
            assert_eq!(shared_bulkhead("several: wide").in_flight(), 1);
            assert_eq!(shared_bulkhead("several: narrow").in_flight(), 1);
            Ok(7)
        }

        assert_eq!(call().await, Ok(7));
        let slot = shared_bulkhead("several: narrow").try_acquire().expect("free");
        assert_eq!(call().await, FULL);
        assert_eq!(shared_bulkhead("several: wide").in_flight(), 0, "a refusal of the inner one frees the outer slot");
        drop(slot);
    }

    #[tokio::test(start_paused = true)]
    async fn fallbacks_answer_what_reaches_them() {
        #[fallback(value = 1)]
        #[retry(base_delay = 0s)]
        #[fallback(value = 2, fallback_on(Fault::Other))]
        async fn call(fault: Fault, ran: &Ran) -> Outcome {
            count(ran);
            Err(fault)
        }

        let ran = Ran::default();
        assert_eq!(call(Fault::Other, &ran).await, Ok(2));
        assert_eq!(ran.take(), 1);
        assert_eq!(call(Fault::Own, &ran).await, Ok(1));
        assert_eq!(ran.get(), 3);
    }
}

mod the_recommended_order {
    use super::*;

    /// What the body is to do in each attempt.
    #[derive(Clone, Copy)]
    enum Act {
        Succeed,
        Fail,
        Hang,
    }

    #[fallback(value = 1)]
    #[retry(base_delay = 1s, jitter = none)]
    #[circuit_breaker(name = "recommended", failure_threshold = 4, recovery_timeout = 30s)]
    #[timeout(2s)]
    #[bulkhead(name = "recommended", max_concurrent = 1, max_wait = 500ms)]
    async fn call(acts: &[Act], ran: &Ran) -> Outcome {
        match acts[count(ran) as usize - 1] {
            Act::Succeed => Ok(7),
            Act::Fail => BAD,
            Act::Hang => std::future::pending().await,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn does_what_each_attribute_says() {
        use Act::{Fail, Hang, Succeed};

        let (ran, start) = (Ran::default(), Instant::now());
        assert_eq!(call(&[Fail, Hang, Succeed], &ran).await, Ok(7));
        assert_eq!(ran.take(), 3);
        assert_eq!(start.elapsed(), secs(1 + 2 + 2), "a pause, a timeout, a pause");
        let stats = breaker("recommended").stats();
        assert_eq!((stats.failed_calls, stats.successful_calls), (2, 1));

        let slot = shared_bulkhead("recommended").try_acquire().expect("free");
        assert_eq!(call(&[], &ran).await, Ok(1), "full in three attempts, then answered");
        assert_eq!(breaker("recommended").stats().ignored_calls, 3);
        drop(slot);

        assert_eq!(call(&[Fail, Fail, Fail], &ran).await, Ok(1));
        assert_eq!(ran.take(), 3);
        assert_eq!(call(&[Hang], &ran).await, Ok(1), "the fourth failure in a row opens the breaker");
        assert_eq!(ran.take(), 1);
        assert_eq!(breaker("recommended").state(), CircuitState::Open);

        let start = Instant::now();
        assert_eq!(call(&[], &ran).await, Ok(1));
        assert_eq!((ran.get(), start.elapsed()), (0, Duration::ZERO), "neither run nor retried");

        advance(secs(30)).await;
        assert_eq!(call(&[Succeed], &ran).await, Ok(7));
        assert_eq!(ran.take(), 1);
        assert_eq!(call(&[Succeed], &ran).await, Ok(7));
        assert_eq!(breaker("recommended").state(), CircuitState::Closed);
        assert_eq!(shared_bulkhead("recommended").available(), 1);
    }
}
