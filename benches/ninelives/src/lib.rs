//! The cost of a call with ninelives. It requires tokio 1.48 and nothing newer, so it cannot be in one program with the
//! other libraries and their tokio. Here resilient uses 1.48, too.

#![forbid(unsafe_code)]

use std::hint::black_box;
use std::time::Duration;

use benches::harness::Kind::{Bare, Ours, Peer};
use benches::harness::{Calls, Contender, Put, Question, runtime};
use benches::questions::{Answer, BAD, body, picky_body};
use benches::report::Make;
use ninelives::{BulkheadLayer, CircuitBreakerConfig, CircuitBreakerLayer, RetryPolicy, TimeoutLayer};
use resilient::{bulkhead, circuit_breaker, retry, timeout};
use tower::{Service, ServiceBuilder, ServiceExt, service_fn};

pub const ALL: &[Make] = &[stack, breaker_closed, breaker_open];

const VALID: &str = "the settings are valid";

fn breaker() -> CircuitBreakerLayer {
    let settings = CircuitBreakerConfig::new(5, Duration::from_hours(1), 3).expect(VALID);
    CircuitBreakerLayer::new(settings).expect(VALID)
}

fn stack() -> Question {
    #[retry]
    #[circuit_breaker(name = "ninelives.stack")]
    #[timeout(1s)]
    #[bulkhead(max_concurrent = 64)]
    async fn ours(id: u64) -> Answer {
        Ok(black_box(id))
    }

    let ninelives = ServiceBuilder::new()
        .layer(RetryPolicy::builder().build().expect(VALID).into_layer())
        .layer(breaker())
        .layer(TimeoutLayer::new(Duration::from_secs(1)).expect(VALID))
        .layer(BulkheadLayer::new(64).expect(VALID))
        .service(service_fn(body));
    let contenders = vec![
        Contender::future("bare call", Bare, body),
        Contender::future("four attributes", Ours, ours),
        Contender::service("ninelives", Peer, ninelives),
    ];
    Question {
        id: "ninelives/stack",
        title: "Retry, breaker, timeout and bulkhead, against ninelives",
        note: "In ninelives the fallback is a second service; it is left out, here of ours as well.",
        put: Put::Calls(Calls { contenders, shared: true }),
    }
}

fn breaker_closed() -> Question {
    #[circuit_breaker(name = "ninelives.closed")]
    async fn ours(id: u64) -> Answer {
        Ok(black_box(id))
    }

    let ninelives = ServiceBuilder::new().layer(breaker()).service(service_fn(body));
    let contenders = vec![
        Contender::future("bare call", Bare, body),
        Contender::future("`#[circuit_breaker]`", Ours, ours),
        Contender::service("ninelives", Peer, ninelives),
    ];
    Question {
        id: "ninelives/breaker_closed",
        title: "Breaker closed, against ninelives",
        note: "ninelives knows no windows.",
        put: Put::Calls(Calls { contenders, shared: true }),
    }
}

fn breaker_open() -> Question {
    #[circuit_breaker(name = "ninelives.open", recovery_timeout = 1h)]
    async fn ours(id: u64) -> Answer {
        picky_body(id).await
    }

    let mut ninelives = ServiceBuilder::new().layer(breaker()).service(service_fn(picky_body));
    runtime().block_on(async {
        for _ in 0..5 {
            ours(BAD).await.unwrap_err();
            ninelives.ready().await.expect("always ready").call(BAD).await.unwrap_err();
        }
        ours(0).await.expect_err("open");
        ninelives.ready().await.expect("always ready").call(0).await.expect_err("open");
    });
    let contenders = vec![
        Contender::future("bare call", Bare, body),
        Contender::future("`#[circuit_breaker]`", Ours, ours),
        Contender::service("ninelives", Peer, ninelives),
    ];
    Question {
        id: "ninelives/breaker_open",
        title: "Breaker open, against ninelives",
        note: "ninelives tells how long it has been open, ours how long it stays open.",
        put: Put::Calls(Calls { contenders, shared: true }),
    }
}
