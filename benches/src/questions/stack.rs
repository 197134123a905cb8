//! All five attributes on one function, and the nearest equivalents.

use std::future::poll_fn;
use std::hint::black_box;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::Duration;

use layered::{Execute, Service, Stack};
use resilient::{bulkhead, circuit_breaker, fallback, retry, timeout};
use seatbelt::breaker::Breaker;
use seatbelt::fallback::Fallback;
use seatbelt::retry::Retry;
use seatbelt::timeout::Timeout;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep_until};
use tower::{ServiceBuilder, service_fn};
use tower_resilience::bulkhead::BulkheadLayer;
use tower_resilience::circuitbreaker::CircuitBreakerLayer;
use tower_resilience::core::{ResilienceError, UnifiedErrors};
use tower_resilience::fallback::FallbackLayer;
use tower_resilience::retry::RetryLayer;
use tower_resilience::timelimiter::TimeLimiterLayer;

use super::peers::{HOUR, LIMIT, recovery, seatbelt, seatbelt_home, tower_stack};
use super::{Answer, ApiError, body, yielding_body};
use crate::harness::Kind::{Bare, Hand, Ours, Peer};
use crate::harness::{Calls, Contender, Put, Question};

const SLOTS: usize = 64;

pub(super) fn ready() -> Question {
    #[fallback(default)]
    #[retry]
    #[circuit_breaker(name = "bench.stack.ready")]
    #[timeout(1s)]
    #[bulkhead(max_concurrent = 64)]
    async fn ours(id: u64) -> Answer {
        Ok(black_box(id))
    }

    let mut contenders =
        vec![Contender::future("bare call", Bare, body), Contender::future("the five attributes", Ours, ours)];
    contenders.extend(others(body));
    Question {
        id: "stack/ready",
        title: "All five attributes: the body is ready at once",
        note: NOTE,
        put: Put::Calls(Calls { contenders, shared: true }),
    }
}

pub(super) fn yielding() -> Question {
    #[fallback(default)]
    #[retry]
    #[circuit_breaker(name = "bench.stack.yielding")]
    #[timeout(1s)]
    #[bulkhead(max_concurrent = 64)]
    async fn ours(id: u64) -> Answer {
        yielding_body(id).await
    }

    let mut contenders =
        vec![Contender::future("bare call", Bare, yielding_body), Contender::future("the five attributes", Ours, ours)];
    contenders.extend(others(yielding_body));
    Question {
        id: "stack/yielding",
        title: "All five attributes: the body yields once",
        note: NOTE,
        put: Put::Calls(Calls { contenders, shared: true }),
    }
}

const NOTE: &str = "Fallback, retry, breaker, timeout, bulkhead. tower alone has no breaker and no fallback, seatbelt no \
                    bulkhead; `tokio::time::timeout` does one of the five things.";

fn others<F>(body: fn(u64) -> F) -> [Contender; 5]
where
    F: Future<Output = Answer> + Send + 'static,
{
    let timeout = async move |id| tokio::time::timeout(LIMIT, body(id)).await;
    [
        Contender::future("hand-written: no fallback, no statistics", Hand, async move |id| by_hand(id, body).await),
        Contender::future("`tokio::time::timeout` alone", Peer, timeout),
        tower_stack(SLOTS, body),
        seatbelt_stack(body),
        tower_resilience(body),
    ]
}

/// The deadline counts from the call; the timer is set only if the body has to wait.
async fn by_hand<F: Future<Output = Answer>>(id: u64, body: fn(u64) -> F) -> Answer {
    static STREAK: AtomicU64 = AtomicU64::new(0);
    static SLOTS_LEFT: Semaphore = Semaphore::const_new(SLOTS);
    let mut pause = Duration::from_millis(100);
    let mut attempt = 1;
    loop {
        if STREAK.load(Ordering::Acquire) >= 5 {
            return Err(ApiError::Refused);
        }
        let answer = {
            let deadline = Instant::now() + LIMIT;
            let _slot = SLOTS_LEFT.try_acquire().map_err(|_| ApiError::Refused)?;
            let mut body = pin!(body(id));
            let mut timer = pin!(None);
            poll_fn(|context| {
                if let Poll::Ready(answer) = body.as_mut().poll(context) {
                    return Poll::Ready(answer);
                }
                if timer.is_none() {
                    timer.set(Some(sleep_until(deadline)));
                }
                let timer = timer.as_mut().as_pin_mut().expect("set above");
                timer.poll(context).map(|()| Err(ApiError::Refused))
            })
            .await
        };
        if answer.is_err() {
            STREAK.fetch_add(1, Ordering::AcqRel);
        } else if STREAK.load(Ordering::Acquire) != 0 {
            STREAK.store(0, Ordering::Release);
        }
        if answer.is_ok() || attempt == 3 {
            return answer;
        }
        tokio::time::sleep(pause).await;
        attempt += 1;
        pause *= 2;
    }
}

fn seatbelt_stack<F>(body: fn(u64) -> F) -> Contender
where
    F: Future<Output = Answer> + Send + 'static,
{
    let context = seatbelt();
    let fallback = Fallback::layer("fallback", &context).should_fallback(Answer::is_err).fallback_output(Ok(0));
    let retry = Retry::layer("retry", &context).clone_input().recovery_with(|answer, _| recovery(answer));
    let breaker = Breaker::layer("breaker", &context)
        .recovery_with(|answer, _| recovery(answer))
        .rejected_input_error(|_, _| ApiError::Refused);
    let timeout = Timeout::layer("timeout", &context).timeout(LIMIT).timeout_error(|_| ApiError::Refused);
    let service = (fallback, retry, breaker, timeout, Execute::new(body)).into_service();
    Contender::future("seatbelt: fallback, retry, breaker, timeout", Peer, async move |id| service.execute(id).await)
        .at_home_in(seatbelt_home())
}

fn tower_resilience<F>(body: fn(u64) -> F) -> Contender
where
    F: Future<Output = Answer> + Send + 'static,
{
    type Refusable = ResilienceError<ApiError>;
    let breaker = CircuitBreakerLayer::builder().consecutive_failures(5).wait_duration_in_open(HOUR).build();
    let bulkhead = BulkheadLayer::builder().max_concurrent_calls(SLOTS).reject_when_full().build();
    let timeout = TimeLimiterLayer::builder().timeout_duration(LIMIT).build();
    let service = ServiceBuilder::new()
        .layer(FallbackLayer::<u64, u64, Refusable>::value(0))
        .layer(RetryLayer::<u64, u64, Refusable>::exponential_backoff().build())
        .layer(breaker.expect("the settings are valid").unified::<ApiError>())
        .layer(timeout.unified::<ApiError>())
        .layer(bulkhead.expect("the settings are valid").unified::<ApiError>())
        .service(service_fn(body));
    Contender::service("tower-resilience: all five", Peer, service)
}
