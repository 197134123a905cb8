//! A bulkhead for each tenant.

use super::*;

#[bulkhead(name = "per key: tenant", key = tenant, max_concurrent = 1, max_wait = 5s)]
async fn query(tenant: u64, takes: Duration) -> Outcome {
    sleep(takes).await;
    Ok(1)
}

#[tokio::test(start_paused = true)]
async fn a_tenant_that_is_slow_leaves_the_others_alone() {
    let slow = tokio::spawn(query(7, secs(100)));
    tokio::task::yield_now().await;
    assert!(is(query(7, secs(0)).await, ErrorKind::BulkheadFull));
    assert_eq!(query(8, secs(0)).await, Ok(1));
    let tenants = registry().keyed_bulkheads("per key: tenant").expect("an attribute names it");
    assert_eq!(tenants.full(), ["7"]);
    assert_eq!(slow.await.expect("no panic"), Ok(1));
    assert!(tenants.full().is_empty());
    assert_eq!((tenants.stats().accepted_calls, tenants.stats().rejected_calls), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waits_gets_the_slot_of_its_tenant_however_many_others_come() {
    #[bulkhead(name = "per key: waits", key = tenant, max_concurrent = 1, max_wait = unlimited, max_keys = 4)]
    async fn query(tenant: u64, takes: Duration) -> Outcome {
        sleep(takes).await;
        Ok(1)
    }

    let first = tokio::spawn(query(0, secs(100)));
    tokio::task::yield_now().await;
    let second = tokio::spawn(query(0, secs(1)));
    tokio::task::yield_now().await;
    for tenant in 1..100 {
        assert_eq!(query(tenant, secs(0)).await, Ok(1));
    }
    let tenants = registry().keyed_bulkheads("per key: waits").expect("an attribute names it");
    assert_eq!((tenants.get(0).in_flight(), tenants.get(0).waiting()), (1, 1));
    assert_eq!((first.await.expect("no panic"), second.await.expect("no panic")), (Ok(1), Ok(1)));
    assert_eq!(tenants.overflowed(), 0);
}

#[test]
fn a_function_without_a_name_has_its_own() {
    #[bulkhead(key = tenant, max_concurrent = 1)]
    fn nested(tenant: u8, depth: u8) -> Outcome {
        if depth == 0 { Ok(0) } else { nested(tenant + 1, depth - 1).and_then(|_| nested(tenant, 0)) }
    }

    assert!(is(nested(0, 1), ErrorKind::BulkheadFull), "the slot of tenant 0 is taken, that of tenant 1 was not");
    assert_eq!(nested(0, 0), Ok(0));
}
