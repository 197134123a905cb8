//! `fallback_refused`: exactly the refusals that are answered.

use super::*;

#[tokio::test(start_paused = true)]
async fn only_the_named_refusals_are_answered() {
    #[fallback(default, fallback_refused(circuit_open))]
    #[circuit_breaker(name = "fallback: named", failure_threshold = 1)]
    #[timeout(1s)]
    async fn call(fault: Option<Fault>) -> Answer {
        match fault {
            Some(fault) => Err(fault),
            None => std::future::pending().await,
        }
    }

    assert_eq!(call(None).await, Err(Fault::Refused(ErrorKind::TimedOut)));
    assert_eq!(call(None).await, answer(""), "the breaker is open");
    resilient_tests::breaker("fallback: named").reset();
    assert_eq!(call(Some(Fault::Network)).await, answer(""), "errors have filters of their own");
}

#[tokio::test(start_paused = true)]
async fn several_may_be_named_beside_a_filter() {
    #[fallback(|error| { seen.borrow_mut().push(error); Ok("answered".to_owned()) }, fallback_refused(timed_out, circuit_open), fallback_on(Fault::Network))]
    #[circuit_breaker(name = "fallback: several named")]
    #[timeout(1s)]
    #[bulkhead(name = "fallback: not named", max_concurrent = 1)]
    async fn call(fault: Option<Fault>, seen: &RefCell<Vec<Fault>>) -> Answer {
        match fault {
            Some(fault) => Err(fault),
            None => std::future::pending().await,
        }
    }

    let seen = RefCell::default();
    assert_eq!(call(Some(Fault::Network), &seen).await, answer("answered"));
    assert_eq!(call(Some(Fault::Cache), &seen).await, Err(Fault::Cache));
    assert_eq!(call(None, &seen).await, answer("answered"));
    let slot = registry().bulkhead("fallback: not named").expect("it has run").try_acquire().expect("free");
    assert_eq!(call(Some(Fault::Network), &seen).await, Err(Fault::Refused(ErrorKind::BulkheadFull)));
    drop(slot);
    assert_eq!(*seen.borrow(), [Fault::Network, Fault::Refused(ErrorKind::TimedOut)]);
}

#[test]
fn one_further_up_answers_the_others() {
    #[fallback(value = "outer".to_owned(), fallback_refused(bulkhead_full))]
    #[fallback(value = "inner".to_owned(), fallback_refused(circuit_open))]
    #[circuit_breaker(name = "fallback: inner")]
    #[bulkhead(name = "fallback: outer", max_concurrent = 1)]
    fn call() -> Result<String, std::fmt::Error> {
        Ok("own".to_owned())
    }

    assert_eq!(call().as_deref(), Ok("own"));
    let slot = registry().bulkhead("fallback: outer").expect("it has run").try_acquire().expect("free");
    assert_eq!(call().as_deref(), Ok("outer"));
    resilient_tests::breaker("fallback: inner").force_open();
    assert_eq!(call().as_deref(), Ok("inner"), "no refusal is left, so the error needs no conversion");
    drop(slot);
}

#[tokio::test(start_paused = true)]
async fn a_retry_above_sees_what_is_left() {
    #[retry(max_attempts = 2)]
    #[fallback(default, fallback_refused(circuit_open))]
    #[circuit_breaker(name = "fallback: below a retry")]
    #[timeout(1s)]
    async fn call(calls: &Cell<u32>) -> Answer {
        calls.set(calls.get() + 1);
        if calls.get() == 1 { std::future::pending().await } else { answer("own") }
    }

    assert_eq!(call(&Cell::new(0)).await, answer("own"));
}

#[tokio::test(start_paused = true)]
async fn exhausted_retries_are_answered_by_their_name_or_by_their_last_refusal() {
    #[fallback(default, fallback_refused(retries_exhausted), fallback_if = |_| false)]
    #[retry(exhausted = wrap)]
    async fn by_name() -> std::io::Result<u8> {
        Err(std::io::ErrorKind::NotFound.into())
    }

    #[fallback(default, fallback_refused(timed_out), fallback_if = |_| false)]
    #[retry(exhausted = wrap)]
    #[timeout(1s)]
    async fn by_refusal(hangs: bool) -> std::io::Result<u8> {
        if hangs { std::future::pending().await } else { Err(std::io::ErrorKind::NotFound.into()) }
    }

    assert_eq!(by_name().await.ok(), Some(0));
    assert_eq!(by_refusal(true).await.ok(), Some(0));
    assert_eq!(by_refusal(false).await.map_err(|error| error.kind()), Err(std::io::ErrorKind::Other));
}

#[test]
fn what_is_left_is_turned_into_the_error_by_map_err() {
    #[fallback(|_| Ok(1), fallback_refused(circuit_open))]
    #[circuit_breaker(name = "fallback: mapped", map_err = |refusal| refusal.to_string())]
    #[bulkhead(name = "fallback: mapped", max_concurrent = 1, map_err = |refusal| format!("{:?}", refusal.kind()))]
    fn call() -> Result<u8, String> {
        Ok(0)
    }

    assert_eq!(call(), Ok(0));
    let slot = registry().bulkhead("fallback: mapped").expect("it has run").try_acquire().expect("free");
    assert_eq!(call(), Err("BulkheadFull".to_owned()));
    drop(slot);
}

#[test]
fn it_stands_below_a_timeout() {
    #[timeout(1min, cooperative)]
    #[fallback(default, fallback_refused(circuit_open), fallback_if_ok = |text| text == "busy")]
    #[circuit_breaker(name = "fallback: below a timeout")]
    #[bulkhead(name = "fallback: below a timeout", max_concurrent = 1)]
    fn call(text: &str) -> Answer {
        answer(text)
    }

    assert_eq!(call("own"), answer("own"));
    assert_eq!(call("busy"), answer(""));
    let slot = registry().bulkhead("fallback: below a timeout").expect("it has run").try_acquire().expect("free");
    assert_eq!(call("own"), Err(Fault::Refused(ErrorKind::BulkheadFull)));
    drop(slot);
    resilient_tests::breaker("fallback: below a timeout").force_open();
    assert_eq!(call("own"), answer(""));
}
