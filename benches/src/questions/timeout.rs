//! A call with a timeout.

use std::future::pending;
use std::hint::black_box;
use std::time::{Duration, Instant};

use layered::{Execute, Service, Stack};
use resilient::timeout;
use tower::{ServiceBuilder, ServiceExt, service_fn};
use tower_resilience::timelimiter::TimeLimiterLayer;

use super::peers::{LIMIT, seatbelt, seatbelt_home};
use super::{Answer, ApiError, body, yielding_body};
use crate::harness::Kind::{Bare, Hand, Ours, Peer};
use crate::harness::{Calls, Contender, Expirer, Expiring, Order, Pending, Put, Question, Waiter};

pub(super) fn ready() -> Question {
    #[timeout(1s)]
    async fn ours(id: u64) -> Answer {
        Ok(black_box(id))
    }

    async fn clock_alone(id: u64) -> Answer {
        black_box(Instant::now() + LIMIT);
        body(id).await
    }

    let mut contenders = vec![
        Contender::future("bare call", Bare, body),
        Contender::future("`#[timeout(1s)]`", Ours, ours),
        Contender::future("one reading of `Instant::now` alone", Hand, clock_alone),
    ];
    contenders.extend(peers(body));
    Question {
        id: "timeout/ready",
        title: "Timeout: the body is ready at once",
        note: "",
        put: Put::Calls(Calls { contenders, shared: false }),
    }
}

pub(super) fn yielding() -> Question {
    #[timeout(1s)]
    async fn ours(id: u64) -> Answer {
        yielding_body(id).await
    }

    let mut contenders =
        vec![Contender::future("bare call", Bare, yielding_body), Contender::future("`#[timeout(1s)]`", Ours, ours)];
    contenders.extend(peers(yielding_body));
    Question {
        id: "timeout/yielding",
        title: "Timeout: the body yields once",
        note: "",
        put: Put::Calls(Calls { contenders, shared: false }),
    }
}

fn peers<F>(body: fn(u64) -> F) -> [Contender; 4]
where
    F: Future<Output = Answer> + Send + 'static,
{
    let seatbelt = seatbelt::timeout::Timeout::layer("timeout", &seatbelt()).timeout(LIMIT);
    let seatbelt = (seatbelt.timeout_error(|_| ApiError::Refused), Execute::new(body)).into_service();
    let tower = ServiceBuilder::new().timeout(LIMIT).service(service_fn(body));
    let layer = TimeLimiterLayer::builder().timeout_duration(LIMIT).build();
    let tower_resilience = ServiceBuilder::new().layer(layer).service(service_fn(body));
    [
        Contender::future("`tokio::time::timeout`", Peer, async move |id| tokio::time::timeout(LIMIT, body(id)).await),
        Contender::service("tower", Peer, tower),
        Contender::future("seatbelt", Peer, async move |id| seatbelt.execute(id).await).at_home_in(seatbelt_home()),
        Contender::service("tower-resilience", Peer, tower_resilience),
    ]
}

pub(super) fn pending_calls() -> Question {
    #[timeout(1min)]
    async fn ours(id: u64) -> Answer {
        never(id).await
    }

    async fn never(_: u64) -> Answer {
        pending().await
    }

    let limit = LIMIT * 60;
    let tower = ServiceBuilder::new().timeout(limit).service(service_fn(never));
    let layer = TimeLimiterLayer::builder().timeout_duration(limit).build();
    let tower_resilience = ServiceBuilder::new().layer(layer).service(service_fn(never));
    let waiters = vec![
        Waiter::new("bare call", Bare, never),
        Waiter::new("`#[timeout(1min)]`", Ours, ours),
        Waiter::new("`tokio::time::timeout`", Peer, move |id| tokio::time::timeout(limit, never(id))),
        Waiter::new("tower", Peer, move |id| tower.clone().oneshot(id)),
        Waiter::new("tower-resilience", Peer, move |id| tower_resilience.clone().oneshot(id)),
    ];
    Question {
        id: "timeout/pending",
        title: "Timeout: 100,000 calls pending at once",
        note: "Each call is boxed. seatbelt is left out: its timers fire from a task of the runtime, which does not run here.",
        put: Put::Pending(Pending { calls: 100_000, order: Order::FirstFirst, waiters }),
    }
}

pub(super) fn expiring_10_000() -> Question {
    expiring(10_000, "timeout/expiring/10_000", "Timeout: 10,000 calls pending at once, each of which expires")
}

pub(super) fn expiring_100_000() -> Question {
    expiring(100_000, "timeout/expiring/100_000", "Timeout: 100,000 calls pending at once, each of which expires")
}

fn expiring(calls: u32, id: &'static str, title: &'static str) -> Question {
    #[timeout(duration = limit)]
    async fn ours(limit: Duration) -> Answer {
        pending().await
    }

    let expirers = vec![
        Expirer::new("bare call", Bare, |_| tokio::task::yield_now()),
        Expirer::new("`#[timeout(limit)]`", Ours, ours),
        Expirer::new("`tokio::time::timeout`", Peer, |limit| tokio::time::timeout(limit, pending::<()>())),
    ];
    Question {
        id,
        title,
        note: "The deadlines are spread evenly over a second. Each call is a task of one runtime with one thread; counted is \
               what all threads of the process have of a processor.",
        put: Put::Expiring(Expiring { calls, expirers }),
    }
}
