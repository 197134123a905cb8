//! Resilience as objects: things that hold their policies, where the attributes would need a name for the whole program.
//!
//! ```text
//! cargo run --example objects
//! ```
//!
//! Each module is one idea; the tests run the same modules.

#![allow(unreachable_pub, reason = "the modules read as those of an application do")]

mod async_retry;
mod fallback_chain;
mod optional_breaker;
mod resilient_client;
mod resilient_operation;
mod retry_with_backoff;
mod service;
mod timeout_manager;

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use resilient::{BreakerPolicy, CircuitBreaker, RetryPolicy};

use crate::async_retry::AsyncRetry;
use crate::fallback_chain::Prices;
use crate::optional_breaker::Search;
use crate::resilient_client::{ResilientClient, Settings};
use crate::resilient_operation::ResilientOperation;
use crate::retry_with_backoff::{Response, retry_with_backoff};
use crate::service::{Service, ServiceError};
use crate::timeout_manager::{TimeoutManager, progressive};

const QUICK: RetryPolicy = RetryPolicy::new().base_delay(Duration::from_millis(5));

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let service = Service::failing(2);

    let client = ResilientClient::new(&Settings::default())?;
    let user = client.call(|| service.get("user")).await?;
    println!("a client: {user}, after {} calls of the service; healthy: {}", service.calls(), client.is_healthy());

    let down = Service::failing(u32::MAX);
    let breaker = Arc::new(CircuitBreaker::new("profiles", BreakerPolicy::new()));
    let operation = ResilientOperation::named("profile")
        .with_retry(QUICK)
        .with_timeout(Duration::from_secs(1))
        .with_circuit_breaker(&breaker)
        .with_fallback(|_| Ok("a guest".to_owned()))
        .build()?;
    println!("an operation: {}", operation.run(|| down.get("profile")).await?);

    let breaker = Arc::new(CircuitBreaker::new("search", BreakerPolicy::new()));
    let search = Search::new(Service::failing(0), Some(breaker));
    println!("a breaker from outside: {}, {:?}", search.find("crates").await?, search.state());

    let prices = Prices::new(&["cache: ", "archive: 41"])?;
    println!("a chain: {}", prices.of(&down, "bread").await?);

    let retry = AsyncRetry::new(QUICK);
    println!("a loop: {}", retry.get(&down, &Service::failing(1), "page").await?);

    let busy = Service::failing(2);
    let breaker = Arc::new(CircuitBreaker::new("orders", BreakerPolicy::new()));
    let api = retry_with_backoff(QUICK, &breaker, Response::status, Response::retry_after)?;
    println!("responses: {}", api.run(|| busy.respond("order")).await?.status());

    let limits = TimeoutManager::new(Duration::from_secs(1)).limit("report", Duration::from_millis(1));
    let (user, report) = tokio::join!(
        limits.run("user", service.get("user")),
        limits.run("report", std::future::pending::<Result<String, ServiceError>>()),
    );
    println!("limits: {}, {}", user?, report.expect_err("it hangs"));

    let growing = progressive(Duration::from_millis(1))?;
    let user = growing.run(async || {
        tokio::time::sleep(Duration::from_millis(20)).await;
        service.get("user").await
    });
    println!("growing limits: {}, at the second attempt", user.await?);
    Ok(())
}
