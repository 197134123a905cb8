//! A call through a closed breaker that succeeds.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use breaker::CircuitBreakerConfigBuilder as Settings;
use failsafe::futures::CircuitBreaker as _;
use layered::{Execute, Service, Stack};
use resilient::circuit_breaker;
use seatbelt::breaker::Breaker;
use tower::{ServiceBuilder, service_fn};
use tower_resilience::circuitbreaker::{CircuitBreakerConfigBuilder, CircuitBreakerLayer, SlidingWindowType};
use tower_resilience::core::DefaultClassifier;

use super::peers::{HOUR, recovery, seatbelt, seatbelt_home};
use super::{Answer, ApiError, body};
use crate::harness::Kind::{Bare, Hand, Ours, Peer};
use crate::harness::{Calls, Contender, Put, Question};

const WINDOW: Duration = Duration::from_secs(10);

pub(super) fn consecutive() -> Question {
    #[circuit_breaker(name = "bench.consecutive")]
    async fn ours(id: u64) -> Answer {
        Ok(black_box(id))
    }

    static STREAK: AtomicU64 = AtomicU64::new(0);
    async fn by_hand(id: u64) -> Answer {
        if STREAK.load(Ordering::Acquire) >= 5 {
            return Err(ApiError::Refused);
        }
        let answer = body(id).await;
        if answer.is_err() {
            STREAK.fetch_add(1, Ordering::AcqRel);
        } else if STREAK.load(Ordering::Acquire) != 0 {
            STREAK.store(0, Ordering::Release);
        }
        answer
    }

    let policy = failsafe::failure_policy::consecutive_failures(5, failsafe::backoff::constant(HOUR));
    let failsafe = failsafe::Config::new().failure_policy(policy).build();
    let rs = circuitbreaker_rs::CircuitBreaker::<circuitbreaker_rs::DefaultPolicy, ApiError>::builder()
        .consecutive_failures(5)
        .build();
    let contenders = vec![
        Contender::future("bare call", Bare, body),
        Contender::future("`#[circuit_breaker]`", Ours, ours),
        Contender::future("hand-written, no statistics", Hand, by_hand),
        Contender::future("failsafe", Peer, async move |id| failsafe.call(body(id)).await),
        breaker(|settings| settings.consecutive_failures(5).failure_rate_threshold(0.0)),
        Contender::future("circuitbreaker-rs, sync call", Peer, async move |id| rs.call(|| Answer::Ok(black_box(id)))),
        tower_resilience(|builder| builder.consecutive_failures(5)),
    ];
    Question {
        id: "breaker_closed/consecutive",
        title: "Breaker closed: failures in a row",
        note: "seatbelt and recloser have no such breaker. circuitbreaker-rs is called without its `async` feature, \
               which would switch on all of tokio for every contender.",
        put: Put::Calls(Calls { contenders, shared: true }),
    }
}

pub(super) fn count_window() -> Question {
    #[circuit_breaker(name = "bench.count", failure_rate = 0.5, window = 128)]
    async fn ours(id: u64) -> Answer {
        Ok(black_box(id))
    }

    let recloser = recloser::Recloser::custom().error_rate(0.5).closed_len(128).open_wait(HOUR).build();
    let recloser = recloser::AsyncRecloser::from(recloser);
    let contenders = vec![
        Contender::future("bare call", Bare, body),
        Contender::future("`#[circuit_breaker(window = 128, …)]`", Ours, ours),
        Contender::future("recloser", Peer, async move |id| recloser.call(body(id)).await),
        breaker(|settings| settings.consecutive_failures(u32::MAX).sliding_window_size(128)),
        tower_resilience(|builder| builder.failure_rate_threshold(0.5).sliding_window_size(128)),
    ];
    Question {
        id: "breaker_closed/count",
        title: "Breaker closed: failure rate over the last 128 calls",
        note: "failsafe, circuitbreaker-rs and seatbelt have no such window.",
        put: Put::Calls(Calls { contenders, shared: true }),
    }
}

pub(super) fn time_window() -> Question {
    #[circuit_breaker(name = "bench.time", failure_rate = 0.5, window = 10s)]
    async fn ours(id: u64) -> Answer {
        Ok(black_box(id))
    }

    let backoff = failsafe::backoff::constant(HOUR);
    let policy = failsafe::failure_policy::success_rate_over_time_window(0.5, 10, WINDOW, backoff);
    let failsafe = failsafe::Config::new().failure_policy(policy).build();
    let breaker = Breaker::layer("breaker", &seatbelt())
        .recovery_with(|answer, _| recovery(answer))
        .rejected_input_error(|_, _| ApiError::Refused)
        .failure_threshold(0.5)
        .sampling_duration(WINDOW);
    let seatbelt = (breaker, Execute::new(body)).into_service();
    let contenders = vec![
        Contender::future("bare call", Bare, body),
        Contender::future("`#[circuit_breaker(window = 10s, …)]`", Ours, ours),
        Contender::future("failsafe", Peer, async move |id| failsafe.call(body(id)).await),
        Contender::future("seatbelt", Peer, async move |id| seatbelt.execute(id).await).at_home_in(seatbelt_home()),
    ];
    Question {
        id: "breaker_closed/time",
        title: "Breaker closed: failure rate over the last 10 s",
        note: "tower-resilience keeps a record of each call of the window, which at this rate fills the memory; \
               it is left out here. recloser and breaker have no such window, and that of circuitbreaker-rs is told of \
               no calls.",
        put: Put::Calls(Calls { contenders, shared: true }),
    }
}

pub(super) fn slow_call() -> Question {
    #[circuit_breaker(name = "bench.slow", slow_call = 100ms, slow_call_rate = 0.5, window = 128)]
    async fn ours(id: u64) -> Answer {
        Ok(black_box(id))
    }

    async fn clock_alone(id: u64) -> Answer {
        let start = Instant::now();
        let answer = body(id).await;
        black_box(start.elapsed());
        answer
    }

    let contenders = vec![
        Contender::future("bare call", Bare, body),
        Contender::future("`#[circuit_breaker(slow_call = 100ms, …)]`", Ours, ours),
        Contender::future("two readings of `Instant::now` alone", Hand, clock_alone),
        tower_resilience(|builder| {
            builder.slow_call_duration_threshold(Duration::from_millis(100)).slow_call_rate_threshold(0.5)
        }),
    ];
    Question {
        id: "breaker_closed/slow",
        title: "Breaker closed: share of slow calls over the last 128 calls",
        note: "Only tower-resilience knows slow calls, too.",
        put: Put::Calls(Calls { contenders, shared: true }),
    }
}

/// It always has a window of calls, and opens by default when half of them fail.
fn breaker(set: impl FnOnce(Settings) -> Settings) -> Contender {
    let breaker = breaker::CircuitBreaker::new(set(Settings::default()).build());
    Contender::future("breaker", Peer, async move |id| breaker.call(|| body(id)).await)
}

type Builder = CircuitBreakerConfigBuilder<DefaultClassifier>;

fn tower_resilience(set: impl FnOnce(Builder) -> Builder) -> Contender {
    let builder = CircuitBreakerLayer::builder()
        .sliding_window_type(SlidingWindowType::CountBased)
        .sliding_window_size(128)
        .wait_duration_in_open(HOUR);
    let layer = set(builder).build().expect("the settings are valid");
    Contender::service("tower-resilience", Peer, ServiceBuilder::new().layer(layer).service(service_fn(body)))
}
