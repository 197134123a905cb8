//! A call through a bulkhead.

use std::future::pending;
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};

use resilient::bulkhead;
use tokio::sync::Semaphore;
use tower::{Service, ServiceBuilder, ServiceExt, service_fn};
use tower_resilience::bulkhead::BulkheadLayer;

use super::{Answer, ApiError, BAD, body};
use crate::harness::Kind::{Bare, Hand, Ours, Peer};
use crate::harness::{Calls, Contender, Order, Pending, Put, Question, Waiter, runtime};

const SLOTS: usize = 64;

pub(super) fn free() -> Question {
    #[bulkhead(max_concurrent = 64)]
    async fn ours(id: u64) -> Answer {
        Ok(black_box(id))
    }

    static FREE: AtomicUsize = AtomicUsize::new(SLOTS);
    async fn by_hand(id: u64) -> Answer {
        let less = |free: usize| free.checked_sub(1);
        if FREE.fetch_update(Ordering::AcqRel, Ordering::Acquire, less).is_err() {
            return Err(ApiError::Refused);
        }
        let answer = body(id).await;
        FREE.fetch_add(1, Ordering::AcqRel);
        answer
    }

    static SEMAPHORE: Semaphore = Semaphore::const_new(SLOTS);
    async fn trying(id: u64) -> Answer {
        let _slot = SEMAPHORE.try_acquire().map_err(|_| ApiError::Refused)?;
        body(id).await
    }
    async fn waiting(id: u64) -> Answer {
        let _slot = SEMAPHORE.acquire().await.map_err(|_| ApiError::Refused)?;
        body(id).await
    }

    let tower = ServiceBuilder::new().concurrency_limit(SLOTS).service(service_fn(body));
    let layer = BulkheadLayer::builder().max_concurrent_calls(SLOTS).reject_when_full().build();
    let tower_resilience =
        ServiceBuilder::new().layer(layer.expect("the settings are valid")).service(service_fn(body));
    let contenders = vec![
        Contender::future("bare call", Bare, body),
        Contender::future("`#[bulkhead(max_concurrent = 64)]`", Ours, ours),
        Contender::future("hand-written counter: no queue, no statistics, a panic loses a slot", Hand, by_hand),
        Contender::future("`Semaphore::try_acquire`", Peer, trying),
        Contender::future("`Semaphore::acquire().await`", Peer, waiting),
        Contender::service("tower", Peer, tower),
        Contender::service("tower-resilience", Peer, tower_resilience),
    ];
    Question {
        id: "bulkhead/free",
        title: "Bulkhead: a slot is free",
        note: "seatbelt has none.",
        put: Put::Calls(Calls { contenders, shared: true }),
    }
}

pub(super) fn adaptive() -> Question {
    #[bulkhead(max_concurrent = adaptive(min = 1, max = 64, initial = 64))]
    async fn ours(id: u64) -> Answer {
        Ok(black_box(id))
    }

    #[bulkhead(max_concurrent = adaptive(min = 1, max = 64, initial = 64), overload_after = 1s)]
    async fn timed(id: u64) -> Answer {
        Ok(black_box(id))
    }

    #[bulkhead(max_concurrent = 64)]
    async fn fixed(id: u64) -> Answer {
        Ok(black_box(id))
    }

    let contenders = vec![
        Contender::future("bare call", Bare, body),
        Contender::future("`#[bulkhead(max_concurrent = adaptive(max = 64))]`", Ours, ours),
        Contender::future("the same with `overload_after = 1s`", Ours, timed),
        Contender::future("`#[bulkhead(max_concurrent = 64)]`", Ours, fixed),
    ];
    Question {
        id: "bulkhead/adaptive",
        title: "Bulkhead with an adaptive limit: a slot is free",
        note: "The limit is at its maximum, as is that of the fixed one.",
        put: Put::Calls(Calls { contenders, shared: true }),
    }
}

/// Keeps its slot for ever for the request `BAD`.
async fn sticky_body(id: u64) -> Answer {
    if id == BAD { pending().await } else { Ok(id) }
}

pub(super) fn full() -> Question {
    #[bulkhead(name = "bench.full", max_concurrent = 1)]
    async fn ours(id: u64) -> Answer {
        sticky_body(id).await
    }

    static SEMAPHORE: Semaphore = Semaphore::const_new(0);
    async fn trying(id: u64) -> Answer {
        let _slot = SEMAPHORE.try_acquire().map_err(|_| ApiError::Refused)?;
        body(id).await
    }

    let mut tower = ServiceBuilder::new().load_shed().concurrency_limit(1).service(service_fn(sticky_body));
    let layer = BulkheadLayer::builder().max_concurrent_calls(1).reject_when_full().build();
    let mut tower_resilience =
        ServiceBuilder::new().layer(layer.expect("the settings are valid")).service(service_fn(sticky_body));

    // The calls that hold the only slots never end.
    runtime().block_on(async {
        forget_pending(ours(BAD)).await;
        forget_pending(tower.ready().await.expect("nobody called it yet").call(BAD)).await;
        forget_pending(tower_resilience.ready().await.expect("always ready").call(BAD)).await;
        ours(0).await.expect_err("full");
        tower.ready().await.expect("ready to refuse").call(0).await.expect_err("full");
        tower_resilience.ready().await.expect("always ready").call(0).await.expect_err("full");
    });

    let contenders = vec![
        Contender::future("bare call", Bare, body),
        Contender::future("`#[bulkhead(max_concurrent = 1)]`", Ours, ours),
        Contender::future("`Semaphore::try_acquire`", Peer, trying),
        Contender::service("tower, `load_shed` around `concurrency_limit`", Peer, tower),
        Contender::service("tower-resilience", Peer, tower_resilience),
    ];
    Question {
        id: "bulkhead/full",
        title: "Bulkhead: full, the call is refused",
        note: "tower-resilience sets a timer for a wait of zero, and that fires at the next millisecond.",
        put: Put::Calls(Calls { contenders, shared: true }),
    }
}

async fn forget_pending(call: impl Future) {
    let mut call = Box::pin(call);
    let polled = std::future::poll_fn(|context| std::task::Poll::Ready(call.as_mut().poll(context).is_pending())).await;
    assert!(polled, "it holds its slot");
    std::mem::forget(call);
}

/// Calls that all wait for a slot, and give up.
fn giving_up(id: &'static str, title: &'static str, order: Order) -> Question {
    #[bulkhead(max_concurrent = 1, max_wait = unlimited)]
    async fn ours(id: u64) -> Answer {
        sticky_body(id).await
    }

    async fn bare(_: u64) -> Answer {
        pending().await
    }

    static SEMAPHORE: Semaphore = Semaphore::const_new(0);
    async fn tokio(id: u64) -> Answer {
        let _slot = SEMAPHORE.acquire().await.map_err(|_| ApiError::Refused)?;
        body(id).await
    }

    runtime().block_on(forget_pending(ours(BAD)));
    let waiters = vec![
        Waiter::new("bare call", Bare, bare),
        Waiter::new("`#[bulkhead(max_wait = unlimited)]`", Ours, ours),
        Waiter::new("`Semaphore::acquire().await`", Peer, tokio),
    ];
    let note = "Each call is boxed, and the boxes are freed afterwards.";
    Question { id, title, note, put: Put::Pending(Pending { calls: 40_000, order, waiters }) }
}

pub(super) fn giving_up_first() -> Question {
    giving_up("bulkhead/waiting/first", "Bulkhead: 40,000 calls wait, and the first gives up first", Order::FirstFirst)
}

pub(super) fn giving_up_last() -> Question {
    giving_up("bulkhead/waiting/last", "Bulkhead: 40,000 calls wait, and the last gives up first", Order::LastFirst)
}

pub(super) fn giving_up_at_random() -> Question {
    giving_up("bulkhead/waiting/random", "Bulkhead: 40,000 calls wait, and give up at random", Order::Random)
}
