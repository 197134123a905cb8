//! A probe: a call that a half-open breaker admits.

use std::hint::black_box;
use std::time::Duration;

use resilient::{CircuitState, circuit_breaker, registry};
use tokio::sync::Semaphore;
use tower::{Service, ServiceBuilder, ServiceExt, service_fn};
use tower_resilience::circuitbreaker::{CircuitBreakerError, CircuitBreakerLayer, CircuitState as TowerState};

use super::{Answer, ApiError, BAD};
use crate::harness::Kind::{Bare, Ours, Peer};
use crate::harness::{Calls, Contender, Put, Question, runtime};

/// How long each breaker stays open.
const OPEN: Duration = Duration::from_millis(1);
/// More than any of them needs to open.
const BAD_CALLS: usize = 200;

/// Fails with one of two errors. Only the first counts as a failure for the breaker: the second must not open it again.
async fn failing_body(id: u64) -> Answer {
    Err(black_box(if id == BAD { ApiError::Failed } else { ApiError::Refused }))
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "so do the peers ask")]
fn counts(error: &ApiError) -> bool {
    *error == ApiError::Failed
}

pub(super) fn question() -> Question {
    #[circuit_breaker(name = "bench.half_open", recovery_timeout = 1ms, failure_on(ApiError::Failed))]
    async fn ours(id: u64) -> Answer {
        failing_body(id).await
    }

    let recloser = recloser();
    let breaker = breaker();
    let rs = circuitbreaker_rs::CircuitBreaker::<circuitbreaker_rs::DefaultPolicy, ApiError>::builder()
        .consecutive_failures(5)
        .cooldown(OPEN)
        .probe_interval(u32::MAX)
        .consecutive_successes(u64::MAX)
        .build();
    let layer = CircuitBreakerLayer::builder()
        .consecutive_failures(5)
        .wait_duration_in_open(OPEN)
        .permitted_calls_in_half_open(Semaphore::MAX_PERMITS)
        .failure_classifier(|answer: &Answer| answer.as_ref().is_err_and(counts));
    let layer = layer.build().expect("the settings are valid");
    let mut tower_resilience = ServiceBuilder::new().layer(layer).service(service_fn(failing_body));

    runtime().block_on(async {
        for _ in 0..BAD_CALLS {
            ours(BAD).await.unwrap_err();
            recloser.call_with(counts, failing_body(BAD)).await.unwrap_err();
            breaker.call(|| failing_body(BAD)).await.unwrap_err();
            rs.call(|| Answer::Err(ApiError::Failed)).unwrap_err();
            tower_resilience.ready().await.expect("always ready").call(BAD).await.unwrap_err();
        }
        tokio::time::sleep(OPEN * 3).await;
        // Only a success ends its half-open state; until then it reads the clock for each probe.
        breaker.call(async || Answer::Ok(0)).await.expect("the first probe");

        for _ in 0..BAD_CALLS {
            ours(0).await.unwrap_err();
            let inner = recloser.call_with(counts, failing_body(0)).await.unwrap_err();
            assert!(matches!(inner, recloser::Error::Inner(_)));
            breaker.call(|| failing_body(0)).await.unwrap_err();
            rs.call(|| Answer::Ok(0)).expect("a probe");
            let inner = tower_resilience.ready().await.expect("always ready").call(0).await.unwrap_err();
            assert!(matches!(inner, CircuitBreakerError::Inner(_)));
        }
        let ours = registry().circuit_breaker("bench.half_open").expect("it was called");
        assert_eq!(ours.state(), CircuitState::HalfOpen);
        assert_eq!(breaker.state(), breaker::State::HalfOpen);
        assert_eq!(rs.current_state(), circuitbreaker_rs::State::HalfOpen);
        assert_eq!(tower_resilience.state_sync(), TowerState::HalfOpen);
    });

    let contenders = vec![
        Contender::future("bare call", Bare, failing_body),
        Contender::future("`#[circuit_breaker(failure_on(…))]`", Ours, ours),
        Contender::future("recloser", Peer, async move |id| recloser.call_with(counts, failing_body(id)).await),
        Contender::future("breaker", Peer, async move |id| breaker.call(|| failing_body(id)).await),
        Contender::future("circuitbreaker-rs, sync call", Peer, async move |id| rs.call(|| Answer::Ok(black_box(id)))),
        Contender::service("tower-resilience", Peer, tower_resilience),
    ];
    Question {
        id: "breaker_half_open",
        title: "Breaker half-open: a probe passes",
        note: "Each probe ends with an error that ours and breaker count neither way, so that they stay half-open; to \
               recloser and tower-resilience it is a success, and so is each probe of circuitbreaker-rs: these three \
               are set up so that no number of successes is enough. Ours and breaker bound the probes in flight at a \
               time, circuitbreaker-rs and tower-resilience their number, recloser nothing. Left out are failsafe, \
               which one probe closes or opens, and seatbelt, which admits one probe and then a share of the calls.",
        put: Put::Calls(Calls { contenders, shared: true }),
    }
}

/// No failure rate is low enough to close it.
fn recloser() -> recloser::AsyncRecloser {
    let settings = recloser::Recloser::custom().error_rate_closed(0.5).error_rate_half_open(-1.0);
    settings.open_wait(OPEN).build().into()
}

fn breaker() -> breaker::CircuitBreaker {
    let settings = breaker::CircuitBreakerConfig::builder().failure_predicate(counts).wait_duration(OPEN);
    breaker::CircuitBreaker::new(settings.success_threshold(u32::MAX).build())
}
