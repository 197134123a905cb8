//! `Registry::shutdown_all`, after which no bulkhead of the process admits a call. A process of its own, with one test, for
//! that reason.

use std::future::pending;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use resilient::{
    Bulkhead, BulkheadPolicy, Bulkheads, Error, ThreadBulkhead, ThreadBulkheadPolicy, bulkhead, registry, retry,
};

const HOUR: Duration = Duration::from_secs(3_600);

#[bulkhead(name = "threads", threads = 1)]
fn on_a_thread(begun: Sender<()>, released: Receiver<()>) -> Result<(), Error> {
    begun.send(()).expect("the test waits");
    assert!(released.recv().is_err());
    Ok(())
}

#[retry(max_attempts = 5, base_delay = 0s)]
#[bulkhead(max_concurrent = 3)]
async fn in_a_slot() -> Result<(), Error> {
    Ok(())
}

#[bulkhead(max_concurrent = 3)]
async fn hangs() -> Result<(), Error> {
    pending().await
}

#[bulkhead(name = "later", max_concurrent = 3)]
fn called_later() -> Result<(), Error> {
    Ok(())
}

#[bulkhead(threads = 3)]
fn own_and_called_later() -> Result<(), Error> {
    Ok(())
}

#[bulkhead(name = "tenants", key = tenant, max_concurrent = 2)]
async fn of_a_tenant(tenant: &str, hangs: bool) -> Result<(), Error> {
    if hangs { pending().await } else { Ok(()) }
}

#[bulkhead(key = tenant, max_concurrent = 2)]
fn own_of_a_tenant(tenant: u64) -> Result<(), Error> {
    let _ = tenant;
    Ok(())
}

#[bulkhead(max_concurrent = 2)]
static TENANTS: Bulkheads;

#[bulkhead(TENANTS, key = tenant)]
async fn of_a_handle(tenant: u64) -> Result<(), Error> {
    let _ = tenant;
    Ok(())
}

#[bulkhead(threads = 1)]
static HANDLE: ThreadBulkhead;

fn is_shut_down<T>(outcome: &Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::BulkheadFull { limit: 0, .. }))
}

#[tokio::test(start_paused = true)]
async fn every_bulkhead_admits_nothing_more_and_what_is_in_flight_is_waited_for() {
    let value = Arc::new(Bulkhead::new("value", BulkheadPolicy::new(2))).observed("value");
    let threads = Arc::new(ThreadBulkhead::new("value", ThreadBulkheadPolicy::new(2))).observed("threads");
    let unseen = Bulkhead::new("unseen", BulkheadPolicy::new(2));
    assert_eq!(in_a_slot().await, Ok(()));
    let (release, released) = channel();
    let (begun, has_begun) = channel();
    let caller = thread::spawn(move || on_a_thread(begun, released));
    has_begun.recv().expect("it begins");
    let hanging = tokio::spawn(hangs());
    let hanging_tenant = tokio::spawn(of_a_tenant("acme", true));
    assert_eq!((own_of_a_tenant(1), of_a_handle(1).await), (Ok(()), Ok(())));
    let slot = value.try_acquire().expect("it is free");
    tokio::task::yield_now().await;

    let first = registry().shutdown_all_async(Duration::from_secs(5)).await;
    assert_eq!((first.finished, first.left), (0, 4));
    drop::<Sender<()>>(release);
    assert_eq!(caller.join().expect("it does not panic"), Ok(()));
    hanging.abort();
    hanging_tenant.abort();
    assert!(hanging.await.is_err() && hanging_tenant.await.is_err());
    drop(slot);
    assert_eq!(registry().shutdown_all(HOUR).left, 0);

    assert!(is_shut_down(&in_a_slot().await), "it is not retried");
    assert!(is_shut_down(&called_later()) && is_shut_down(&own_and_called_later()));
    let (begun, _has_begun) = channel();
    assert!(is_shut_down(&on_a_thread(begun, channel().1)));
    assert!(is_shut_down(&value.try_acquire()) && unseen.try_acquire().is_ok());
    assert_eq!((threads.available_capacity(), HANDLE.available_capacity()), (0, 0));
    for tenant in ["acme", "one that comes later"] {
        assert!(is_shut_down(&of_a_tenant(tenant, false).await), "{tenant}");
    }
    for tenant in [1, 2] {
        assert!(is_shut_down(&own_of_a_tenant(tenant)) && is_shut_down(&of_a_handle(tenant).await), "{tenant}");
    }
    let made_by_hand = registry().bulkhead_or_insert("made later", BulkheadPolicy::new(3));
    assert!(is_shut_down(&made_by_hand.try_acquire()));
}
