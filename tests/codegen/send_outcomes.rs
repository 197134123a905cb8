//! Settings that look at whole outcomes keep the future `Send`, also where neither the value nor the error is.

use std::marker::PhantomData;
use std::rc::Rc;
use std::time::Duration;

use resilient::{Error, circuit_breaker, fallback, retry, timeout};

const fn is_send<T: Send>(future: T) -> T {
    future
}

/// Neither `Send` nor `Sync`.
#[derive(Debug)]
struct Local(PhantomData<Rc<u32>>);

impl From<Error> for Local {
    fn from(_: Error) -> Self {
        Self(PhantomData)
    }
}

type Outcome = Result<Rc<u32>, Local>;

async fn cached(id: u32, _: Duration) -> Outcome {
    tokio::task::yield_now().await;
    Ok(Rc::new(id))
}

#[fallback(cached, |result| result, fallback_if_ok = |id| **id == 0, fallback_on(_), fallback_refused(circuit_open))]
#[retry(
    backoff = [1ms, long],
    retry_if_ok = |id| **id == 0,
    retry_after_ok = |_| None,
    idempotent = id > 0,
    unsent_on(Local(_)),
    on_retry = |_| (),
    on_give_up = |_| (),
)]
#[circuit_breaker(name = "send: by parts", failure_if_ok = |id| **id == 0, failure_if = |_| true)]
#[timeout(1h)]
async fn by_parts(id: u32, long: Duration) -> Outcome {
    tokio::task::yield_now().await;
    Ok(Rc::new(id))
}

#[fallback(|_| async { Ok(Rc::new(7)) }, fallback_if_result = |result| matches!(result, Ok(id) if **id == 0))]
#[retry(backoff = |_| long, retry_if_result = Result::is_err)]
#[circuit_breaker(name = "send: by result", failure_if_result = Result::is_err)]
async fn by_result(id: u32, long: Duration) -> Outcome {
    tokio::task::yield_now().await;
    Ok(Rc::new(id))
}

#[tokio::test(start_paused = true)]
async fn the_future_is_send_whatever_it_returns() {
    let long = Duration::from_secs(1);
    assert_eq!(*is_send(by_parts(1, long)).await.unwrap(), 1);
    assert_eq!(*is_send(by_parts(0, long)).await.unwrap(), 0);
    assert_eq!(*is_send(by_result(1, long)).await.unwrap(), 1);
    assert_eq!(*is_send(by_result(0, long)).await.unwrap(), 7);
}
