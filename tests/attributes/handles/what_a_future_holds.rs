//! What an expression gives lives until the layer has ended, and leaves the future as it would be without.

use super::*;
use std::pin::pin;
use std::task::{Context, Waker};

use tokio::sync::oneshot::{self, Receiver};

fn is_send<T: Send>(future: T) -> T {
    future
}

#[tokio::test]
async fn a_value_that_the_expression_makes_lives_as_long() {
    #[bulkhead(make())]
    async fn call(make: impl Fn() -> Arc<Bulkhead> + Send + Sync, released: Receiver<()>) -> Outcome {
        released.await.map_err(|_| Fault::Own)?;
        Ok(1)
    }

    let one = Arc::new(slots(1));
    let (release, released) = oneshot::channel();
    let copy = Arc::clone(&one);
    let mut running = pin!(is_send(call(move || Arc::clone(&copy), released)));
    assert!(running.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    assert_eq!(one.in_flight(), 1);
    assert_eq!(Arc::strong_count(&one), 3, "this one, the closure's, and what it made");
    release.send(()).expect("it waits");
    assert_eq!(running.await, Ok(1));
    assert_eq!(one.in_flight(), 0);
}

#[tokio::test]
async fn the_expression_may_wait() {
    async fn find(slots: &Arc<Bulkhead>) -> Arc<Bulkhead> {
        tokio::task::yield_now().await;
        Arc::clone(slots)
    }

    #[bulkhead(find(slots).await)]
    async fn call(slots: &Arc<Bulkhead>) -> Outcome {
        u32::try_from(slots.in_flight()).map_err(|_| Fault::Own)
    }

    assert_eq!(is_send(call(&Arc::new(slots(1)))).await, Ok(1));
}

#[tokio::test]
async fn a_dropped_future_gives_back_its_slot() {
    #[bulkhead(slots)]
    async fn call(slots: Arc<Bulkhead>) -> Outcome {
        std::future::pending().await
    }

    let one = Arc::new(slots(1));
    {
        let mut running = pin!(call(Arc::clone(&one)));
        assert!(running.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        assert_eq!(one.in_flight(), 1);
    }
    assert_eq!((one.in_flight(), Arc::strong_count(&one)), (0, 1));
}

#[tokio::test]
async fn it_is_send_where_it_was() {
    #[retry]
    #[timeout(1min)]
    #[circuit_breaker(breaker)]
    #[bulkhead(slots)]
    async fn owned(breaker: Option<Arc<CircuitBreaker>>, slots: Arc<Bulkhead>) -> Outcome {
        tokio::task::yield_now().await;
        Ok(1)
    }

    #[circuit_breaker(breaker)]
    async fn generic<B: Deref<Target = CircuitBreaker> + Send + Sync>(breaker: B) -> Outcome {
        tokio::task::yield_now().await;
        Ok(2)
    }

    let spawned = tokio::spawn(owned(Some(Arc::new(fragile())), Arc::new(slots(1))));
    assert_eq!(spawned.await.expect("it does not panic"), Ok(1));
    let spawned = tokio::spawn(generic(Arc::new(fragile())));
    assert_eq!(spawned.await.expect("it does not panic"), Ok(2));
    is_send(owned(None, Arc::new(slots(1)))).await.expect("nothing refuses");
}

#[test]
fn a_handle_takes_no_more_room_than_a_name() {
    #[circuit_breaker]
    static SIZED: CircuitBreaker;

    #[circuit_breaker(SIZED)]
    async fn by_handle() -> Outcome {
        tokio::task::yield_now().await;
        Ok(1)
    }

    #[circuit_breaker(name = "handles: sized")]
    async fn by_name() -> Outcome {
        tokio::task::yield_now().await;
        Ok(1)
    }

    assert_eq!(size_of_val(&by_handle()), size_of_val(&by_name()));
}
