//! Calls with a retry.

use std::cell::Cell;
use std::future::ready;
use std::hint::black_box;
use std::time::Duration;

use backon::{BackoffBuilder, ConstantBuilder, ExponentialBuilder, Retryable};
use layered::{Execute, Service, Stack};
use resilient::retry;
use tokio_retry2::RetryError;
use tokio_retry2::strategy::ExponentialBackoff;
use tower::{ServiceBuilder, service_fn};
use tower_resilience::retry::RetryLayer;

use super::peers::{TwoMore, recovery, seatbelt, seatbelt_home};
use super::{Answer, ApiError, body};
use crate::harness::Kind::{Bare, Hand, Ours, Peer};
use crate::harness::{Calls, Contender, Put, Question};

pub(super) fn first() -> Question {
    #[retry]
    async fn ours(id: u64) -> Answer {
        Ok(black_box(id))
    }

    async fn by_hand(id: u64) -> Answer {
        let mut pause = Duration::from_millis(100);
        for _ in 0..2 {
            if let Ok(value) = body(id).await {
                return Ok(value);
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        body(id).await
    }

    async fn with_backon(id: u64) -> Answer {
        (|| body(id)).retry(ExponentialBuilder::default().with_jitter()).await
    }

    async fn with_tokio_retry2(id: u64) -> Answer {
        let action = || async { body(id).await.map_err(RetryError::transient) };
        tokio_retry2::Retry::spawn(ExponentialBackoff::from_millis(100).take(2), action).await
    }

    let layer = seatbelt::retry::Retry::layer("retry", &seatbelt()).clone_input();
    let seatbelt = (layer.recovery_with(|answer, _| recovery(answer)), Execute::new(body)).into_service();
    let layer = tower::retry::RetryLayer::new(TwoMore::new());
    let tower = ServiceBuilder::new().layer(layer).service(service_fn(body));
    let layer = RetryLayer::<u64, u64, ApiError>::exponential_backoff().build();
    let tower_resilience = ServiceBuilder::new().layer(layer).service(service_fn(body));
    let contenders = vec![
        Contender::future("bare call", Bare, body),
        Contender::future("`#[retry]`", Ours, ours),
        Contender::future("hand-written loop", Hand, by_hand),
        Contender::future("backon", Peer, with_backon),
        Contender::future("tokio-retry2", Peer, with_tokio_retry2),
        Contender::service("tower, no pauses", Peer, tower),
        Contender::future("seatbelt", Peer, async move |id| seatbelt.execute(id).await).at_home_in(seatbelt_home()),
        Contender::service("tower-resilience", Peer, tower_resilience),
    ];
    Question {
        id: "retry/first",
        title: "Retry: the first attempt succeeds",
        note: "",
        put: Put::Calls(Calls { contenders, shared: false }),
    }
}

/// Fails every second time.
async fn flaky_body(id: u64) -> Answer {
    thread_local! {
        static FAILS: Cell<bool> = const { Cell::new(false) };
    }
    let fails = !FAILS.get();
    FAILS.set(fails);
    if black_box(fails) { Err(ApiError::Failed) } else { Ok(black_box(id)) }
}

pub(super) fn second() -> Question {
    #[retry(backoff = constant, base_delay = 0s, jitter = none)]
    async fn ours(id: u64) -> Answer {
        flaky_body(id).await
    }

    async fn bare(id: u64) -> Answer {
        flaky_body(id).await.unwrap_err();
        flaky_body(id).await
    }

    async fn by_hand(id: u64) -> Answer {
        for _ in 0..2 {
            if let Ok(value) = flaky_body(id).await {
                return Ok(value);
            }
        }
        flaky_body(id).await
    }

    async fn with_backon(id: u64) -> Answer {
        let backoff = ConstantBuilder::default().with_delay(Duration::ZERO);
        (|| flaky_body(id)).retry(backoff.build()).sleep(|_| ready(())).await
    }

    let layer = tower::retry::RetryLayer::new(TwoMore::new());
    let tower = ServiceBuilder::new().layer(layer).service(service_fn(flaky_body));
    let contenders = vec![
        Contender::future("two bare calls", Bare, bare),
        Contender::future("`#[retry(base_delay = 0s, …)]`", Ours, ours),
        Contender::future("hand-written loop", Hand, by_hand),
        Contender::future("backon, with a sleeper that does not sleep", Peer, with_backon),
        Contender::service("tower, no pauses", Peer, tower),
    ];
    Question {
        id: "retry/second",
        title: "Retry: one failure, then success, no pause",
        note: "Left out are those that set a timer for a pause of zero (tokio-retry2, seatbelt, tower-resilience), \
               because that takes a millisecond.",
        put: Put::Calls(Calls { contenders, shared: false }),
    }
}
