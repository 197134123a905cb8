//! The quickstart's client in scopes: nothing waits, and no service is needed.

#![allow(dead_code, unreachable_pub, reason = "the files of the example as they are")]

#[path = "../../examples/quickstart/client.rs"]
mod client;
#[path = "../../examples/quickstart/http.rs"]
mod http;
#[path = "../../examples/quickstart/seen.rs"]
mod seen;

use std::net::SocketAddr;
use std::time::Duration;

use resilient::testing::{Scope, assert_changes, assert_state, err, ok, scope};

use crate::client::{ApiError, Client, Quote};

const QUOTE: &str = "quickstart::client::quote";
const ORDER: &str = "quickstart::client::order";

/// A client of a service that is never called.
fn client() -> Client {
    Client::new(SocketAddr::from(([127, 0, 0, 1], 1)))
}

/// How many retries were scheduled.
fn retries(scope: &Scope) -> usize {
    let is_retry = |event: &resilient::events::Event<'_>| matches!(event, resilient::events::Event::RetryScheduled(_));
    scope.events().iter().filter(|record| is_retry(record.event())).count()
}

fn fresh(price: f64) -> Quote {
    Quote { price, is_fresh: true }
}

#[tokio::test(start_paused = true)]
async fn a_quote_survives_two_failures() {
    let scope = scope().seed(7);
    scope.script(QUOTE, [err(ApiError::Unavailable), err(ApiError::Unavailable), ok(fresh(104.5))]);
    let quote = client().quote("ACME").await.unwrap();
    assert!(quote.is_fresh && (quote.price - 104.5).abs() < f64::EPSILON);
    assert_eq!(retries(&scope), 2);
    assert_state!(scope, "market", Closed);
}

#[tokio::test(start_paused = true)]
async fn without_an_earlier_price_the_refusals_of_breaker_and_bulkhead_are_errors() {
    let scope = scope();
    let open = scope.force_open("market");
    assert!(matches!(client().quote("ACME").await, Err(ApiError::Refused(refusal)) if refusal.is_circuit_open()));
    drop(open);
    let full = scope.fill("market");
    assert!(matches!(client().quote("ACME").await, Err(ApiError::Refused(refusal)) if refusal.is_bulkhead_full()));
    drop(full);
    let _hangs = scope.time_out(QUOTE);
    assert!(matches!(client().quote("ACME").await, Err(ApiError::Refused(refusal)) if refusal.is_timed_out()));
}

#[tokio::test(start_paused = true)]
async fn an_order_waits_for_as_long_as_the_service_asks() {
    let scope = scope();
    let retry_after = Some(Duration::from_secs(1));
    scope.script(ORDER, [err(ApiError::Throttled { retry_after }), ok(())]);
    client().order(1).await.unwrap();
    assert!(scope.clock().elapsed() >= Duration::from_secs(1), "by the clock of the test, which takes no time");
}

#[tokio::test(start_paused = true)]
async fn an_order_waits_out_an_outage() {
    let scope = scope();
    // The share of failures opens the breaker, which knows its last 20 calls.
    scope.script(ORDER, (0..20).map(|_| err(ApiError::Unavailable)).chain((0..9).map(|_| ok(()))));
    let client = client();
    for number in 0..9 {
        let _ = client.order(number).await;
    }
    assert_changes!(scope, "market", [Open, HalfOpen, Closed]);
}
