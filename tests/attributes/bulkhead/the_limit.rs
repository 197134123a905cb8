//! Calls beyond `max_concurrent` are refused.

use super::*;

#[tokio::test]
async fn so_many_calls_are_in_flight_and_a_further_one_is_refused_at_once() {
    #[bulkhead(name = "limit: refused", max_concurrent = 2)]
    async fn call(receiver: oneshot::Receiver<Outcome>) -> Outcome {
        as_received(receiver).await
    }

    let first = InFlight::begin(call).await;
    let second = InFlight::begin(call).await;
    let name = "limit: refused".to_owned();
    assert_eq!(call(never()).await, Err(Fault::Refused { kind: ErrorKind::BulkheadFull, name }));
    assert_eq!(first.end(Ok(())).await, Ok(()));
    let third = InFlight::begin(call).await;
    assert!(is_refused(&call(never()).await));
    drop((second, third));
}

#[tokio::test]
async fn a_refusal_has_the_limit() {
    #[bulkhead(name = "limit: in a refusal", max_concurrent = 3)]
    async fn call() -> Result<(), resilient::Error> {
        Ok(())
    }

    assert!(call().await.is_ok());
    let slots: Vec<_> = (0..3).map(|_| shared_bulkhead("limit: in a refusal").try_acquire().expect("free")).collect();
    let refusal = call().await.expect_err("it is full");
    assert!(refusal.is_bulkhead_full());
    assert!(matches!(refusal, resilient::Error::BulkheadFull { limit: 3, .. }), "{refusal:?}");
    drop(slots);
}

#[tokio::test]
async fn a_refused_call_does_not_run_the_body() {
    #[bulkhead(name = "limit: body", max_concurrent = 1)]
    async fn call(fails_if_run: bool) -> Outcome {
        assert!(!fails_if_run);
        Ok(())
    }

    assert_eq!(call(false).await, Ok(()));
    let slot = shared_bulkhead("limit: body").try_acquire().expect("free");
    assert!(is_refused(&call(true).await));
    drop(slot);
}

#[tokio::test]
async fn calls_one_after_the_other_are_never_refused() {
    #[bulkhead(name = "limit: sequence", max_concurrent = 1)]
    async fn call() -> Outcome {
        Ok(())
    }

    for _ in 0..1000 {
        assert_eq!(call().await, Ok(()));
    }
}

#[tokio::test]
async fn a_bulkhead_reports_how_full_it_is() {
    #[bulkhead(name = "limit: numbers", max_concurrent = 2, max_wait = 1h)]
    async fn call(receiver: oneshot::Receiver<Outcome>) -> Outcome {
        as_received(receiver).await
    }

    let numbers = || {
        let bulkhead = shared_bulkhead("limit: numbers");
        (bulkhead.limit(), bulkhead.in_flight(), bulkhead.available(), bulkhead.waiting())
    };
    let first = InFlight::begin(call).await;
    assert_eq!(numbers(), (2, 1, 1, 0));
    let second = InFlight::begin(call).await;
    assert_eq!(numbers(), (2, 2, 0, 0));
    let third = InFlight::begin(call).await;
    assert_eq!(numbers(), (2, 2, 0, 1));
    drop((first, second, third));
    assert_eq!(numbers(), (2, 0, 2, 0));
}

#[tokio::test]
async fn stats_count_who_came_in_and_who_did_not() {
    #[bulkhead(name = "limit: stats", max_concurrent = 1)]
    async fn call(receiver: oneshot::Receiver<Outcome>) -> Outcome {
        as_received(receiver).await
    }

    for _ in 0..2 {
        let inside = InFlight::begin(call).await;
        for _ in 0..3 {
            assert!(is_refused(&call(never()).await));
        }
        assert_eq!(inside.end(Ok(())).await, Ok(()));
    }
    let stats = shared_bulkhead("limit: stats").stats();
    assert_eq!((stats.accepted_calls, stats.rejected_calls), (2, 6));
}

#[tokio::test]
async fn try_acquire_takes_a_slot_by_hand() {
    #[bulkhead(name = "limit: by hand", max_concurrent = 1, max_wait = 1h)]
    async fn call() -> Outcome {
        Ok(())
    }

    assert_eq!(call().await, Ok(()));
    let slot = shared_bulkhead("limit: by hand").try_acquire().expect("free");
    let refusal = shared_bulkhead("limit: by hand").try_acquire().expect_err("it does not wait");
    assert!(refusal.is_bulkhead_full());
    drop(slot);
    assert!(shared_bulkhead("limit: by hand").try_acquire().is_ok());
}

#[tokio::test]
async fn a_policy_gives_the_settings_and_others_override_it() {
    const POLICY: BulkheadPolicy = BulkheadPolicy::new(2).max_wait(secs(3));
    const LIMIT: u32 = 7;

    #[bulkhead(name = "limit: policy", policy = POLICY, max_concurrent = LIMIT)]
    async fn call() -> Outcome {
        Ok(())
    }

    assert_eq!(call().await, Ok(()));
    assert_eq!(shared_bulkhead("limit: policy").policy(), POLICY.max_concurrent(7));
}
