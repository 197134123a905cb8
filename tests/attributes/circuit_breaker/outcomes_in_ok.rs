//! `failure_if_ok` and `failure_if_result`: failures among successes.

use super::*;

type Status = Result<u16, Fault>;

/// Failed, successful and ignored calls.
fn counts(name: &str) -> [u64; 3] {
    let CircuitStats { failed_calls, successful_calls, ignored_calls, .. } = breaker(name).stats();
    [failed_calls, successful_calls, ignored_calls]
}

#[tokio::test]
async fn a_success_may_be_a_failure() {
    #[circuit_breaker(name = "in ok: alone", failure_threshold = 2, failure_if_ok = |status| *status >= 500)]
    async fn get(status: Status) -> Status {
        status
    }

    for status in [Ok(503), Ok(200), Ok(503), Err(Fault::NotFound)] {
        assert_eq!(get(status).await, status, "it changes no result");
    }
    assert_eq!(counts("in ok: alone"), [3, 1, 0]);
    assert!(get(Ok(200)).await.is_err(), "two failures in a row");
}

#[tokio::test]
async fn errors_have_their_filter_beside_it() {
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "a filter takes a reference")]
    fn is_busy(status: &u16) -> bool {
        *status == 503
    }

    #[circuit_breaker(name = "in ok: on", failure_if_ok = is_busy, failure_on(Fault::Broken))]
    async fn on(status: Status) -> Status {
        status
    }

    #[circuit_breaker(name = "in ok: if", failure_if = |fault| *fault == Fault::Broken, failure_if_ok = |status| *status == busy)]
    async fn by_predicate(status: Status, busy: u16) -> Status {
        status
    }

    for status in [Ok(503), Ok(200), Err(Fault::Broken), Err(Fault::NotFound)] {
        assert_eq!(on(status).await, status);
        assert_eq!(by_predicate(status, 503).await, status);
    }
    assert_eq!(counts("in ok: on"), [2, 1, 1]);
    assert_eq!(counts("in ok: if"), [2, 1, 1]);
}

#[tokio::test]
async fn one_filter_may_look_at_the_whole_result() {
    #[circuit_breaker(name = "in ok: result", failure_if_result = |result| matches!(result, Ok(503) | Err(Fault::Broken)))]
    async fn get(status: Status) -> Status {
        status
    }

    for status in [Ok(503), Ok(200), Err(Fault::Broken), Err(Fault::NotFound)] {
        assert_eq!(get(status).await, status);
    }
    assert_eq!(counts("in ok: result"), [2, 1, 1]);
}

#[test]
fn sync_functions_count_in_the_same_way() {
    #[circuit_breaker(name = "in ok: sync", failure_if_ok = |status| *status == 503, failure_on(Fault::Broken))]
    fn by_parts(status: Status) -> Status {
        status
    }

    #[circuit_breaker(name = "in ok: sync result", failure_if_result = |result| matches!(result, Ok(503) | Err(Fault::Broken)))]
    fn by_result(status: Status) -> Status {
        status
    }

    for status in [Ok(503), Ok(200), Err(Fault::Broken), Err(Fault::NotFound)] {
        assert_eq!(by_parts(status), status);
        assert_eq!(by_result(status), status);
    }
    assert_eq!(counts("in ok: sync"), [2, 1, 1]);
    assert_eq!(counts("in ok: sync result"), [2, 1, 1]);
}

#[tokio::test(start_paused = true)]
async fn refusals_from_below_count_as_ever() {
    #[circuit_breaker(name = "in ok: refused", failure_threshold = 9, failure_if_result = |_| false)]
    #[resilient::timeout(1s)]
    async fn hangs() -> Status {
        std::future::pending().await
    }

    #[circuit_breaker(name = "in ok: refused sync", failure_threshold = 9, failure_if_ok = |_| false)]
    #[resilient::timeout(limit, cooperative)]
    fn late(limit: Duration) -> Status {
        Ok(200)
    }

    assert_eq!(hangs().await, Err(Fault::Refused(ErrorKind::TimedOut)));
    assert_eq!(counts("in ok: refused"), [1, 0, 0]);
    assert_eq!(late(Duration::ZERO), Err(Fault::Refused(ErrorKind::TimedOut)));
    assert_eq!(counts("in ok: refused sync"), [1, 0, 0]);
}

#[test]
fn a_panic_of_the_filter_counts_neither_way() {
    #[circuit_breaker(name = "in ok: panics", failure_if_result = |_| panic!("no answer"))]
    fn get() -> Status {
        Ok(200)
    }

    #[circuit_breaker(name = "in ok: panics ok", failure_if_ok = |_| panic!("no answer"))]
    fn get_ok() -> Status {
        Ok(200)
    }

    assert!(catch_unwind(AssertUnwindSafe(get)).is_err());
    assert!(catch_unwind(AssertUnwindSafe(get_ok)).is_err());
    assert_eq!(counts("in ok: panics"), [0, 0, 1]);
    assert_eq!(counts("in ok: panics ok"), [0, 0, 1]);
}

#[tokio::test]
async fn values_serve_where_there_are_no_errors() {
    #[resilient::fallback(value = 0)]
    #[circuit_breaker(name = "in ok: no result", failure_threshold = 1, failure_if_ok = |status| *status == 503)]
    async fn get(status: u16) -> u16 {
        status
    }

    assert_eq!([get(503).await, get(200).await], [503, 0]);
}
