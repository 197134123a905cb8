//! A call gives its slot back however it ends.

use super::*;

#[tokio::test]
async fn when_the_body_has_ended_with_an_error() {
    #[bulkhead(name = "back: error", max_concurrent = 1)]
    async fn call() -> Outcome {
        assert_eq!(shared_bulkhead("back: error").in_flight(), 1);
        Err(Fault::Own)
    }

    for _ in 0..3 {
        assert_eq!(call().await, Err(Fault::Own));
    }
    assert_eq!(shared_bulkhead("back: error").in_flight(), 0);
}

#[tokio::test]
async fn when_the_call_is_dropped() {
    #[bulkhead(name = "back: dropped", max_concurrent = 1)]
    async fn call(receiver: oneshot::Receiver<Outcome>) -> Outcome {
        as_received(receiver).await
    }

    for _ in 0..3 {
        drop(InFlight::begin(call).await);
        assert_eq!(shared_bulkhead("back: dropped").in_flight(), 0);
    }
}

#[tokio::test]
async fn when_an_async_body_panics() {
    #[bulkhead(name = "back: async panic", max_concurrent = 1)]
    async fn call() -> Outcome {
        panic!("on purpose")
    }

    for _ in 0..3 {
        let panic = tokio::spawn(call()).await.expect_err("it panicked").into_panic();
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"on purpose"));
    }
    assert_eq!(shared_bulkhead("back: async panic").in_flight(), 0);
}

#[test]
fn when_a_sync_body_panics() {
    #[bulkhead(name = "back: sync panic", max_concurrent = 1)]
    fn call() -> Outcome {
        panic!("on purpose")
    }

    for _ in 0..3 {
        let panic = std::panic::catch_unwind(call).expect_err("it panicked");
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"on purpose"));
    }
    assert_eq!(shared_bulkhead("back: sync panic").in_flight(), 0);
}

#[tokio::test]
async fn when_the_call_was_never_polled_none_was_taken() {
    #[bulkhead(name = "back: never polled", max_concurrent = 1)]
    async fn call() -> Outcome {
        Ok(())
    }

    let never_polled = call();
    assert_eq!(call().await, Ok(()));
    drop(never_polled);
}
