//! `fallback_if_ok` and `fallback_if_result`: answers in place of successes.

use super::*;

type Status = Result<u16, Fault>;

#[test]
fn a_success_may_be_answered() {
    #[fallback(value = 0, fallback_if_ok = |status| *status == 503)]
    fn get(status: Status) -> Status {
        status
    }

    assert_eq!(get(Ok(503)), Ok(0));
    assert_eq!(get(Ok(200)), Ok(200));
    assert_eq!(get(Err(Fault::Network)), Ok(0), "errors are answered as ever");
}

#[tokio::test]
async fn errors_have_their_filter_beside_it() {
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "a filter takes a reference")]
    fn is_busy(status: &u16) -> bool {
        *status == 503
    }

    async fn cached(_: Status) -> Status {
        tokio::task::yield_now().await;
        Ok(1)
    }

    #[fallback(cached, fallback_if_ok = is_busy, fallback_on(Fault::Network))]
    async fn get(status: Status) -> Status {
        status
    }

    assert_eq!(get(Ok(503)).await, Ok(1));
    assert_eq!(get(Err(Fault::Network)).await, Ok(1));
    assert_eq!(get(Err(Fault::Cache)).await, Err(Fault::Cache));
    assert_eq!(get(Ok(200)).await, Ok(200));
}

#[tokio::test]
async fn one_filter_may_look_at_the_whole_result() {
    #[fallback(default, fallback_if_result = |result| matches!(result, Ok(503) | Err(Fault::Network)))]
    async fn get(status: Status) -> Status {
        status
    }

    assert_eq!(get(Ok(503)).await, Ok(0));
    assert_eq!(get(Err(Fault::Network)).await, Ok(0));
    assert_eq!(get(Err(Fault::Cache)).await, Err(Fault::Cache));
}

#[tokio::test(start_paused = true)]
async fn a_closure_is_given_the_whole_result() {
    #[fallback(|result| match result {
        Ok(status) => Ok(status + offset),
        Err(fault) => Err(if fault == Fault::Network { Fault::Cache } else { fault }),
    }, fallback_if_ok = |status| *status == 503)]
    #[timeout(1s)]
    async fn get(status: Option<Status>, offset: u16) -> Status {
        match status {
            Some(status) => status,
            None => std::future::pending().await,
        }
    }

    assert_eq!(get(Some(Ok(503)), 1).await, Ok(504));
    assert_eq!(get(Some(Err(Fault::Network)), 1).await, Err(Fault::Cache));
    assert_eq!(get(None, 1).await, Err(Fault::Refused(ErrorKind::TimedOut)), "refusals are turned into the error");
}

#[test]
fn a_later_answer_is_given_the_error_of_the_one_before() {
    #[fallback(|_| Err(Fault::Cache), |result: Status| Ok(if result == Err(Fault::Cache) { 1 } else { 2 }), fallback_if_ok = |_| true)]
    fn get() -> Status {
        Ok(503)
    }

    assert_eq!(get(), Ok(1));
}

#[test]
fn what_an_answer_gives_is_not_filtered() {
    #[fallback(value = 503, fallback_if_ok = |status| *status == 503)]
    fn get() -> Status {
        Ok(503)
    }

    assert_eq!(get(), Ok(503));
}

#[tokio::test]
async fn values_serve_where_there_are_no_errors() {
    #[fallback(|unread: Result<Vec<u8>, _>| unread.map_or_else(|_| vec![1], |mut read| { read.push(9); read }), fallback_if_ok = Vec::is_empty)]
    #[bulkhead(name = "fallback: plain in ok", max_concurrent = 1)]
    async fn read(bytes: Vec<u8>) -> Vec<u8> {
        bytes
    }

    #[fallback(default, fallback_if_ok = |count| *count == 7)]
    fn count(of: u8) -> u8 {
        of
    }

    assert_eq!(read(Vec::new()).await, [9]);
    assert_eq!(read(vec![5]).await, [5]);
    let slot = registry().bulkhead("fallback: plain in ok").expect("it has run").try_acquire().expect("free");
    assert_eq!(read(vec![5]).await, [1]);
    drop(slot);
    assert_eq!([count(7), count(8)], [0, 8]);
}

#[tokio::test(start_paused = true)]
async fn no_answer_begins_after_the_deadline_above() {
    #[timeout(1s)]
    #[fallback(|_| { called.set(true); Ok(0) }, fallback_if_ok = |_| true)]
    async fn late(called: &Cell<bool>) -> Status {
        assert!(resilient_tests::polled(tokio::time::advance(Duration::from_secs(2)), 1).await.is_none());
        Ok(503)
    }

    let called = Cell::new(false);
    assert_eq!(late(&called).await, Err(Fault::Refused(ErrorKind::TimedOut)));
    assert!(!called.get());
}

#[test]
fn past_the_deadline_of_a_caller_the_own_success_stays() {
    #[timeout(1ms, cooperative)]
    fn calling(called: &Cell<bool>, seen: &Cell<Option<Status>>) -> Status {
        while resilient::remaining().is_some_and(|left| !left.is_zero()) {
            std::thread::yield_now();
        }
        seen.set(Some(inner(called)));
        Ok(0)
    }

    #[fallback(|_| { called.set(true); Ok(0) }, fallback_if_ok = |_| true)]
    fn inner(called: &Cell<bool>) -> Result<u16, Fault> {
        Ok(503)
    }

    let (called, seen) = (Cell::new(false), Cell::new(None));
    assert_eq!(calling(&called, &seen), Err(Fault::Refused(ErrorKind::TimedOut)));
    assert_eq!((called.get(), seen.get()), (false, Some(Ok(503))));
}
