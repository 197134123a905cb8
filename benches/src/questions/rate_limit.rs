//! A call under a rate limit.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, MonotonicClock, QuantaClock};
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use resilient::rate_limit;

use super::peers::HOUR;
use super::{Answer, ApiError, body};
use crate::harness::Kind::{Bare, Ours, Peer};
use crate::harness::{Calls, Contender, Put, Question};

/// A limit that no call reaches.
pub(super) fn free() -> Question {
    #[rate_limit(permits = 1_000_000_000, burst = 1_000_000_000)]
    async fn bucket(id: u64) -> Answer {
        body(id).await
    }

    // Over before the next call, so that each call takes a permit and frees one.
    #[rate_limit(permits = 80, per = 1ns)]
    async fn window(id: u64) -> Answer {
        body(id).await
    }

    let quota = || Quota::with_period(Duration::from_nanos(1)).expect("above zero").allow_burst(NonZeroU32::MAX);
    let contenders = vec![
        Contender::future("bare call", Bare, body),
        Contender::future("`#[rate_limit(permits = …, burst = …)]`: a bucket", Ours, bucket),
        Contender::future("`#[rate_limit(permits = 80)]`: a window", Ours, window),
        governor("governor, a bucket, by the system's clock as ours", quota(), MonotonicClock),
        governor("governor, a bucket, by the processor's counter", quota(), QuantaClock::default()),
    ];
    Question {
        id: "rate_limit/free",
        title: "Rate limit: a permit is free",
        note: NOTE,
        put: Put::Calls(Calls { contenders, shared: true }),
    }
}

/// A limit that was reached.
pub(super) fn refused() -> Question {
    #[rate_limit(permits = 1, per = 1h, burst = 1)]
    async fn bucket(id: u64) -> Answer {
        body(id).await
    }

    #[rate_limit(permits = 1, per = 1h)]
    async fn window(id: u64) -> Answer {
        body(id).await
    }

    let quota = || Quota::with_period(HOUR).expect("above zero");
    let contenders = vec![
        Contender::future("bare call", Bare, body),
        Contender::future("`#[rate_limit(permits = 1, per = 1h, burst = 1)]`: a bucket", Ours, bucket),
        Contender::future("`#[rate_limit(permits = 1, per = 1h)]`: a window", Ours, window),
        governor("governor, a bucket, by the system's clock as ours", quota(), MonotonicClock),
        governor("governor, a bucket, by the processor's counter", quota(), QuantaClock::default()),
    ];
    Question {
        id: "rate_limit/refused",
        title: "Rate limit: reached, the call is refused",
        note: NOTE,
        put: Put::Calls(Calls { contenders, shared: true }),
    }
}

const NOTE: &str =
    "governor has no statistics and no queue, and its bucket lets nearly twice the permits begin in one span.";

fn governor<C>(name: &'static str, quota: Quota, clock: C) -> Contender
where
    C: Clock + Send + Sync + 'static,
    C::Instant: Send + Sync,
{
    type Limiter<C> = RateLimiter<NotKeyed, InMemoryState, C, NoOpMiddleware<<C as Clock>::Instant>>;
    let limiter: Limiter<C> = RateLimiter::direct_with_clock(quota, clock);
    Contender::future(name, Peer, async move |id| {
        limiter.check().map_err(|_| ApiError::Refused)?;
        body(id).await
    })
}
