//! The future of an annotated function is `Send` whenever it was without the attributes.

use std::marker::PhantomData;
use std::rc::Rc;
use std::time::Duration;

use resilient::{BreakerPolicy, Bulkhead, BulkheadPolicy, CircuitBreaker, Error, RetryPolicy, TimeoutPolicy};
use resilient::{bulkhead, circuit_breaker, fallback, retry, timeout};

fn is_send<T: Send>(future: T) -> T {
    future
}

#[derive(Clone, Debug, PartialEq)]
struct Fault;

impl From<Error> for Fault {
    fn from(_: Error) -> Self {
        Self
    }
}

/// Neither `Send` nor `Sync`.
#[derive(Debug)]
struct Local(PhantomData<Rc<u32>>);

impl From<Error> for Local {
    fn from(_: Error) -> Self {
        Self(PhantomData)
    }
}

type Shared = Result<String, Fault>;

/// Neither the value nor the error is `Send`, but the future that returns them is.
type LocalOnly = Result<Rc<u32>, Local>;

async fn cached(text: &str) -> Shared {
    tokio::task::yield_now().await;
    Ok(text.to_owned())
}

/// Each attribute on a function whose value and error are `Send`.
mod of_each_attribute {
    use super::*;

    #[retry(retry_on(Fault), retry_if_ok = String::is_empty, retry_after = |_| None, on_retry = |_| (), bind = attempt)]
    async fn retried(text: &str) -> Shared {
        tokio::task::yield_now().await;
        assert_eq!(attempt.number(), 1);
        Ok(text.to_owned())
    }

    #[circuit_breaker(name = "send: each", failure_if = |_| true)]
    async fn guarded(text: &str) -> Shared {
        tokio::task::yield_now().await;
        Ok(text.to_owned())
    }

    #[timeout(1h)]
    async fn limited(text: &str) -> Shared {
        tokio::task::yield_now().await;
        Ok(text.to_owned())
    }

    #[bulkhead(max_concurrent = 1, max_wait = 1h)]
    async fn bounded(text: &str) -> Shared {
        tokio::task::yield_now().await;
        Ok(text.to_owned())
    }

    #[fallback(cached, |_| async { Err(Fault) }, |_| Err(Fault), value = String::new(), fallback_on(Fault))]
    async fn answered(text: &str) -> Shared {
        tokio::task::yield_now().await;
        Ok(text.to_owned())
    }

    #[tokio::test]
    async fn is_send() {
        let text = || Ok("text".to_owned());
        assert_eq!(super::is_send(retried("text")).await, text());
        assert_eq!(super::is_send(guarded("text")).await, text());
        assert_eq!(super::is_send(limited("text")).await, text());
        assert_eq!(super::is_send(bounded("text")).await, text());
        assert_eq!(super::is_send(answered("text")).await, text());
    }
}

/// Each attribute on a function whose value and error are not `Send`, though its future is.
mod of_each_attribute_also_where_value_and_error_are_not {
    use super::*;

    async fn bare(_: &str) -> LocalOnly {
        tokio::task::yield_now().await;
        Ok(Rc::new(7))
    }

    #[tokio::test]
    async fn without_attributes_it_is_send() {
        assert_eq!(*is_send(bare("text")).await.expect("it succeeds"), 7);
    }

    #[retry(retry_if = |_| true, retry_if_ok = |_| false, retry_after = |_| None, on_retry = |_| (), bind = attempt)]
    async fn retried(_: &str) -> LocalOnly {
        tokio::task::yield_now().await;
        assert_eq!(attempt.number(), 1);
        Ok(Rc::new(7))
    }

    #[tokio::test]
    async fn a_retry_is_send() {
        assert_eq!(*is_send(retried("text")).await.expect("it succeeds"), 7);
    }

    #[circuit_breaker(name = "send: local", failure_if = |_| true)]
    async fn guarded(_: &str) -> LocalOnly {
        tokio::task::yield_now().await;
        Ok(Rc::new(7))
    }

    #[tokio::test]
    async fn a_breaker_is_send() {
        assert_eq!(*is_send(guarded("text")).await.expect("it succeeds"), 7);
    }

    #[timeout(1h)]
    async fn limited(_: &str) -> LocalOnly {
        tokio::task::yield_now().await;
        Ok(Rc::new(7))
    }

    #[tokio::test]
    async fn a_timeout_is_send() {
        assert_eq!(*is_send(limited("text")).await.expect("it succeeds"), 7);
    }

    #[bulkhead(max_concurrent = 1, max_wait = 1h)]
    async fn bounded(_: &str) -> LocalOnly {
        tokio::task::yield_now().await;
        Ok(Rc::new(7))
    }

    #[tokio::test]
    async fn a_bulkhead_is_send() {
        assert_eq!(*is_send(bounded("text")).await.expect("it succeeds"), 7);
    }

    #[fallback(value = Rc::new(7))]
    async fn answered_by_a_value(_: &str) -> LocalOnly {
        tokio::task::yield_now().await;
        Err(Local(PhantomData))
    }

    #[tokio::test]
    async fn a_fallback_is_send() {
        assert_eq!(*is_send(answered_by_a_value("text")).await.expect("it is answered"), 7);
    }

    #[retry]
    #[circuit_breaker(name = "send: local stack")]
    #[timeout(1h)]
    #[bulkhead(max_concurrent = 1, max_wait = 1h)]
    async fn stack(_: &str) -> LocalOnly {
        tokio::task::yield_now().await;
        Ok(Rc::new(7))
    }

    #[tokio::test]
    async fn the_stack_is_send() {
        assert_eq!(*is_send(stack("text")).await.expect("it succeeds"), 7);
    }
}

/// Each form of a fallback, where neither the value nor the error is `Send`.
mod of_each_fallback_also_where_value_and_error_are_not {
    use super::*;

    async fn awaited(_: &str) -> LocalOnly {
        tokio::task::yield_now().await;
        Ok(Rc::new(7))
    }

    #[allow(clippy::unnecessary_wraps, reason = "a fallback returns what the function does")]
    fn at_once(text: &str) -> LocalOnly {
        Ok(Rc::new(u32::try_from(text.len()).unwrap_or(0)))
    }

    #[tokio::test]
    async fn an_async_path() {
        #[fallback(awaited)]
        async fn call(_: &str) -> LocalOnly {
            tokio::task::yield_now().await;
            Err(Local(PhantomData))
        }

        assert_eq!(*is_send(call("text")).await.expect("it is answered"), 7);
    }

    #[tokio::test]
    async fn a_sync_path() {
        #[fallback(at_once)]
        async fn call(_: &str) -> LocalOnly {
            tokio::task::yield_now().await;
            Err(Local(PhantomData))
        }

        assert_eq!(*is_send(call("text")).await.expect("it is answered"), 4);
    }

    #[tokio::test]
    async fn a_sync_closure() {
        #[fallback(|_| Ok(Rc::new(7)))]
        async fn call(_: &str) -> LocalOnly {
            tokio::task::yield_now().await;
            Err(Local(PhantomData))
        }

        assert_eq!(*is_send(call("text")).await.expect("it is answered"), 7);
    }

    #[tokio::test]
    async fn an_async_closure_that_does_not_hold_the_error() {
        #[fallback(|_| async {
            tokio::task::yield_now().await;
            Ok(Rc::new(7))
        })]
        async fn call(_: &str) -> LocalOnly {
            tokio::task::yield_now().await;
            Err(Local(PhantomData))
        }

        assert_eq!(*is_send(call("text")).await.expect("it is answered"), 7);
    }

    #[tokio::test]
    async fn a_closure_that_looks_at_the_error() {
        #[fallback(|error| { assert_eq!(error.0, PhantomData); Ok(Rc::new(7)) })]
        async fn call(_: &str) -> LocalOnly {
            tokio::task::yield_now().await;
            Err(Local(PhantomData))
        }

        assert_eq!(*is_send(call("text")).await.expect("it is answered"), 7);
    }

    #[tokio::test]
    async fn several_behind_a_filter() {
        #[fallback(at_once, awaited, |_| Err(Local(PhantomData)), default, fallback_if = |_| true)]
        #[timeout(1h)]
        async fn call(_: &str) -> LocalOnly {
            tokio::task::yield_now().await;
            Err(Local(PhantomData))
        }

        assert_eq!(*is_send(call("text")).await.expect("it is answered"), 4);
    }
}

mod of_the_whole_stack {
    use super::*;
    use std::fmt::Debug;

    #[fallback(cached, |_| Ok(String::new()))]
    #[retry(retry_refused(circuit_open, timed_out, bulkhead_full))]
    #[circuit_breaker(name = "send: stack")]
    #[timeout(1h)]
    #[bulkhead(max_concurrent = 10, max_wait = 1h)]
    async fn whole(text: &str) -> Shared {
        tokio::task::yield_now().await;
        Ok(text.to_owned())
    }

    #[timeout(1h)]
    #[bulkhead(max_concurrent = 10)]
    #[circuit_breaker(name = "send: turned over")]
    #[retry]
    #[fallback(cached, fallback_on(Fault))]
    async fn turned_over(text: &str) -> Shared {
        tokio::task::yield_now().await;
        Ok(text.to_owned())
    }

    struct Client {
        name: String,
    }

    impl Client {
        #[fallback(Self::cached)]
        #[retry]
        #[timeout(1h)]
        async fn method<T: Debug + Sync>(&self, value: &T) -> Shared {
            tokio::task::yield_now().await;
            Ok(format!("{} {value:?}", self.name))
        }

        async fn cached<T>(&self, _: &T) -> Shared {
            tokio::task::yield_now().await;
            Ok(self.name.clone())
        }

        #[retry]
        #[timeout(1h)]
        async fn exclusive(&mut self, log: &mut Vec<String>) -> Shared {
            tokio::task::yield_now().await;
            self.name.push(char::from(33));
            log.push(self.name.clone());
            Ok(self.name.clone())
        }
    }

    #[tokio::test]
    async fn it_is_send() {
        assert_eq!(is_send(whole("text")).await, Ok("text".to_owned()));
        assert_eq!(is_send(turned_over("text")).await, Ok("text".to_owned()));
        let mut client = Client { name: "ann".to_owned() };
        assert_eq!(is_send(client.method(&7)).await, Ok("ann 7".to_owned()));
        assert_eq!(is_send(client.exclusive(&mut Vec::new())).await, Ok("ann!".to_owned()));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn it_may_be_spawned() {
        let call = tokio::spawn(async { whole("text").await });
        assert_eq!(call.await.expect("it does not panic"), Ok("text".to_owned()));
        let client = std::sync::Arc::new(Client { name: "ann".to_owned() });
        let call = tokio::spawn(async move { client.method(&Some(7)).await });
        assert_eq!(call.await.expect("it does not panic"), Ok("ann Some(7)".to_owned()));
    }
}

/// A future that is not `Send` without attributes still compiles with them.
#[tokio::test(start_paused = true)]
async fn a_future_that_stays_on_its_thread_is_fine() {
    #[fallback(|_| Ok(Rc::clone(shared)))]
    #[retry]
    #[timeout(1h)]
    async fn call(shared: &Rc<u32>) -> LocalOnly {
        let held = Rc::clone(shared);
        tokio::task::yield_now().await;
        drop(held);
        Err(Local(PhantomData))
    }

    assert_eq!(*call(&Rc::new(7)).await.expect("it is answered"), 7);
}

#[tokio::test]
async fn what_is_used_without_an_attribute_is_send_too() {
    let retrying = RetryPolicy::new();
    assert_eq!(*is_send(retrying.run(async || Ok::<_, Local>(Rc::new(7)))).await.expect("it succeeds"), 7);
    let mut attempts = retrying.attempts();
    assert!(is_send(attempts.next()).await.is_some());

    let limit = TimeoutPolicy::new(Duration::from_secs(60));
    assert_eq!(*is_send(limit.run_infallible(async { Rc::new(7) })).await.expect("it is in time"), 7);
    let call = limit.run(async { Ok::<_, Local>(Rc::new(7)) });
    assert_eq!(*is_send(call).await.expect("it is in time"), 7);

    let breaker = CircuitBreaker::new("send: own", BreakerPolicy::new());
    let call = breaker.run(async { Ok::<_, Local>(Rc::new(7)) });
    assert_eq!(*is_send(call).await.expect("it succeeds"), 7);

    let bulkhead_of_its_own = Bulkhead::new("send: another", BulkheadPolicy::new(1));
    let bulkhead = Bulkhead::new("send: own", BulkheadPolicy::new(1).max_wait(Duration::from_secs(60)));
    let body = || async { Ok::<_, Local>(Rc::new(7)) };
    let whole = retrying.try_run(|| limit.try_run(breaker.try_run(bulkhead.try_run(bulkhead_of_its_own.run(body())))));
    assert_eq!(*is_send(whole).await.expect("it succeeds"), 7);
    let slot = is_send(is_send(bulkhead.acquire()).await.expect("free"));
    let permit = is_send(breaker.try_acquire().expect("closed"));
    permit.success();
    drop(slot);
}
