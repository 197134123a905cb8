//! A call that an open breaker refuses.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};

use failsafe::futures::CircuitBreaker as _;
use layered::{Execute, Service as _, Stack};
use resilient::circuit_breaker;
use seatbelt::breaker::Breaker;
use tower::{Service, ServiceBuilder, ServiceExt, service_fn};
use tower_resilience::circuitbreaker::CircuitBreakerLayer;

use super::peers::{HOUR, recovery, seatbelt, seatbelt_home};
use super::{Answer, ApiError, BAD, body, picky_body};
use crate::harness::Kind::{Bare, Hand, Ours, Peer};
use crate::harness::{Calls, Contender, Put, Question, runtime};

/// Each breaker is opened by failing calls, as many as it needs.
const BAD_CALLS: usize = 1_000;

pub(super) fn question() -> Question {
    #[circuit_breaker(name = "bench.open", recovery_timeout = 1h)]
    async fn ours(id: u64) -> Answer {
        picky_body(id).await
    }

    static OPEN: AtomicU64 = AtomicU64::new(1);
    async fn by_hand(id: u64) -> Answer {
        if OPEN.load(Ordering::Acquire) == 0 { picky_body(id).await } else { Err(black_box(ApiError::Refused)) }
    }

    let policy = failsafe::failure_policy::consecutive_failures(5, failsafe::backoff::constant(HOUR));
    let failsafe = failsafe::Config::new().failure_policy(policy).build();
    let recloser = recloser::Recloser::custom().error_rate(0.5).closed_len(128).open_wait(HOUR).build();
    let recloser = recloser::AsyncRecloser::from(recloser);
    let rs = circuitbreaker_rs::CircuitBreaker::<circuitbreaker_rs::DefaultPolicy, ApiError>::builder()
        .consecutive_failures(5)
        .cooldown(HOUR)
        .build();
    let breaker = breaker::CircuitBreakerConfig::builder().wait_duration(HOUR).build();
    let breaker = breaker::CircuitBreaker::new(breaker);
    let layer = Breaker::layer("breaker", &seatbelt())
        .recovery_with(|answer, _| recovery(answer))
        .rejected_input_error(|_, _| ApiError::Refused)
        .failure_threshold(0.5)
        .break_duration(HOUR);
    let seatbelt = (layer, Execute::new(picky_body)).into_service();
    let layer = CircuitBreakerLayer::builder().consecutive_failures(5).wait_duration_in_open(HOUR).build();
    let mut tower_resilience =
        ServiceBuilder::new().layer(layer.expect("the settings are valid")).service(service_fn(picky_body));

    runtime().block_on(async {
        for _ in 0..BAD_CALLS {
            ours(BAD).await.unwrap_err();
            failsafe.call(picky_body(BAD)).await.unwrap_err();
            recloser.call(picky_body(BAD)).await.unwrap_err();
            breaker.call(|| picky_body(BAD)).await.unwrap_err();
            rs.call(|| Answer::Err(ApiError::Failed)).unwrap_err();
            seatbelt.execute(BAD).await.unwrap_err();
            tower_resilience.ready().await.expect("ready to refuse").call(BAD).await.unwrap_err();
        }
        ours(0).await.expect_err("open");
        failsafe.call(picky_body(0)).await.expect_err("open");
        recloser.call(picky_body(0)).await.expect_err("open");
        breaker.call(|| picky_body(0)).await.expect_err("open");
        rs.call(|| Answer::Ok(0)).expect_err("open");
        seatbelt.execute(0).await.expect_err("open");
        tower_resilience.ready().await.expect("ready to refuse").call(0).await.expect_err("open");
    });

    let contenders = vec![
        Contender::future("bare call", Bare, body),
        Contender::future("`#[circuit_breaker]`", Ours, ours),
        Contender::future("hand-written, one load, no time left told", Hand, by_hand),
        Contender::future("failsafe", Peer, async move |id| failsafe.call(picky_body(id)).await),
        Contender::future("recloser", Peer, async move |id| recloser.call(picky_body(id)).await),
        Contender::future("breaker", Peer, async move |id| breaker.call(|| picky_body(id)).await),
        Contender::future("circuitbreaker-rs, sync call", Peer, async move |id| rs.call(|| Answer::Ok(id))),
        Contender::future("seatbelt", Peer, async move |id| seatbelt.execute(id).await).at_home_in(seatbelt_home()),
        Contender::service("tower-resilience", Peer, tower_resilience),
    ];
    Question {
        id: "breaker_open",
        title: "Breaker open: a call is refused",
        note: "Of these only ours tells the caller how long it stays open.",
        put: Put::Calls(Calls { contenders, shared: true }),
    }
}
