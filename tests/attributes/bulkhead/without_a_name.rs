//! A bulkhead without a name belongs to one function.

use super::*;

#[tokio::test]
async fn each_function_has_its_own() {
    #[bulkhead(max_concurrent = 1)]
    async fn one(receiver: oneshot::Receiver<Outcome>) -> Outcome {
        as_received(receiver).await
    }

    #[bulkhead(max_concurrent = 1)]
    async fn other(receiver: oneshot::Receiver<Outcome>) -> Outcome {
        as_received(receiver).await
    }

    let inside = InFlight::begin(one).await;
    let beside = InFlight::begin(other).await;
    let name = concat!(module_path!(), "::one").to_owned();
    assert_eq!(one(never()).await, Err(Fault::Refused { kind: ErrorKind::BulkheadFull, name }));
    assert!(is_refused(&other(never()).await));
    drop((inside, beside));
}

#[tokio::test]
async fn it_is_in_no_registry() {
    #[bulkhead(max_concurrent = 7919)]
    async fn call() -> Outcome {
        Ok(())
    }

    assert_eq!(call().await, Ok(()));
    assert!(registry().bulkheads().iter().all(|bulkhead| bulkhead.limit() != 7919));
    assert!(registry().bulkhead(concat!(module_path!(), "::call")).is_none());
}

#[tokio::test]
async fn a_method_shares_it_between_all_values() {
    struct Client;

    impl Client {
        #[bulkhead(max_concurrent = 1)]
        async fn call(&self, receiver: oneshot::Receiver<Outcome>) -> Outcome {
            as_received(receiver).await
        }
    }

    let (one, other) = (Client, Client);
    let inside = InFlight::begin(|receiver| one.call(receiver)).await;
    assert!(is_refused(&other.call(never()).await));
    drop(inside);
}

#[test]
fn a_sync_function_has_its_own_too() {
    #[bulkhead(max_concurrent = 1)]
    fn call(depth: u32) -> Outcome {
        if depth > 0 { call(depth - 1) } else { Ok(()) }
    }

    assert_eq!(call(0), Ok(()));
    assert!(is_refused(&call(1)));
}
