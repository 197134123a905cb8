//! An `Option` that is `None` lets calls pass.

use super::*;

struct Client {
    breaker: Option<Arc<CircuitBreaker>>,
    slots: Option<Bulkhead>,
}

impl Client {
    #[circuit_breaker(self.breaker)]
    #[bulkhead(self.slots)]
    async fn call(&self, outcome: Outcome) -> Outcome {
        tokio::task::yield_now().await;
        outcome
    }

    #[circuit_breaker(self.breaker.as_deref())]
    #[bulkhead(self.slots.as_ref())]
    fn call_blocking(&self, outcome: Outcome) -> Outcome {
        outcome
    }
}

#[tokio::test]
async fn none_guards_nothing() {
    let client = Client { breaker: None, slots: None };
    for _ in 0..7 {
        assert_eq!((client.call(BAD).await, client.call_blocking(BAD)), (BAD, BAD));
    }
    assert_eq!((client.call(Ok(1)).await, client.call_blocking(Ok(2))), (Ok(1), Ok(2)));
}

#[tokio::test]
async fn some_guards() {
    let client = Client { breaker: Some(Arc::new(fragile())), slots: Some(slots(1)) };
    let held = client.slots.as_ref().expect("it has slots").try_acquire().expect("it is free");
    assert_eq!((client.call(Ok(1)).await, client.call_blocking(Ok(1))), (FULL, FULL));
    drop(held);
    assert_eq!(client.call(BAD).await, BAD);
    assert_eq!((client.call(Ok(1)).await, client.call_blocking(Ok(1))), (OPEN, OPEN));
}

#[test]
fn it_may_be_anywhere_on_the_way() {
    static OFF: LazyLock<Option<CircuitBreaker>> = LazyLock::new(|| None);

    #[circuit_breaker(OFF)]
    #[circuit_breaker(breaker)]
    fn call(breaker: Option<&Option<Arc<CircuitBreaker>>>) -> Outcome {
        BAD
    }

    let breaker = Some(Arc::new(fragile()));
    assert_eq!([call(Some(&breaker)), call(Some(&breaker))], [BAD, OPEN]);
    assert_eq!([call(Some(&None)), call(None)], [BAD, BAD]);
}
