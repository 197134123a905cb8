//! A client that holds a pipeline, against the service of the quickstart over real HTTP.
//!
//! ```text
//! cargo run --example client
//! ```
//!
//! What differs from one client to the next, or comes from a configuration, is in its pipeline: the attempts, the limits
//! and the slots. What all clients of a program share, the breaker, is a handle. It exits with 0 if the check at its end
//! holds.

#![allow(unreachable_pub, reason = "the modules read as those of an application do")]

#[allow(dead_code, reason = "the service shows more to the quickstart")]
#[path = "quickstart/http.rs"]
mod http;
#[allow(dead_code, reason = "the service shows more to the quickstart")]
#[path = "quickstart/service.rs"]
mod service;

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use resilient::pipeline::PipelineError;
use resilient::{
    Bulkhead, BulkheadPolicy, CircuitBreaker, Failure, HttpRetryAfter, Pipeline, RetryPolicy, TimeoutPolicy,
    circuit_breaker,
};
use tokio::time::sleep;

use crate::http::Response;
use crate::service::Market;

/// One for the program: every client talks to the same market.
#[circuit_breaker(failure_rate = 0.7, window = 20, recovery_timeout = 100ms)]
static MARKET: CircuitBreaker;

/// Of an attempt.
const LIMIT: TimeoutPolicy = TimeoutPolicy::new(Duration::from_millis(200));

/// How long a 429 or a 503 asks to wait.
const ASKED: HttpRetryAfter = HttpRetryAfter::new();

/// As a configuration file would give it.
struct Config {
    attempts: u32,
    at_a_time: u32,
    patience: Duration,
}

struct Client {
    server: SocketAddr,
    pipeline: Pipeline<io::Error, Response>,
    slots: Arc<Bulkhead>,
    retries: Arc<AtomicU32>,
}

impl Client {
    /// A response with a status of failure is an `Ok` to an HTTP client, so the layers look at responses.
    fn new(server: SocketAddr, config: &Config) -> Result<Self, PipelineError> {
        let slots = BulkheadPolicy::new(config.at_a_time).max_wait(Duration::from_millis(30));
        let (slots, retries) = (Arc::new(Bulkhead::new("market", slots)), Arc::new(AtomicU32::new(0)));
        let retry = RetryPolicy::new()
            .max_attempts(config.attempts)
            .base_delay(Duration::from_millis(20))
            .max_elapsed(config.patience);
        let counted = Arc::clone(&retries);
        let pipeline = Pipeline::new()
            .named("quotes")
            .retry(retry)
            .retry_if_ok(|response: &Response| matches!(response.status, http::TOO_MANY_REQUESTS | 500..))
            .retry_after_ok(|response| ASKED.delay(response.status, response.header("Retry-After")))
            .on_retry(move |_| {
                counted.fetch_add(1, Ordering::Relaxed);
            })
            .breaker(&MARKET)
            .failure_if_ok(|response| response.status >= 500) // to be throttled is our own fault
            .timeout(LIMIT)
            .bulkhead(&slots)
            .build()?;
        Ok(Self { server, pipeline, slots, retries })
    }

    /// What is before `run` is done once for a call, and not for each attempt.
    async fn quote(&self, symbol: &str) -> Result<f64, Failure<io::Error>> {
        let path = format!("/quotes/{symbol}");
        let response = self.pipeline.run(|| http::send(self.server, "GET", &path)).await?;
        response.body.parse().map_err(|_| Failure::Inner(io::Error::other(format!("status {}", response.status))))
    }
}

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let market = Market::start().await?;
    let patient = Config { attempts: 6, at_a_time: 8, patience: Duration::from_millis(1_500) };
    let hasty = Config { attempts: 1, at_a_time: 8, patience: Duration::from_millis(100) };
    let clients = [("patient", patient), ("hasty", hasty)];
    let mut answered = Vec::new();
    for (name, config) in clients {
        let client = Arc::new(Client::new(market.address, &config)?);
        answered.push((name, tokio::spawn(watch(Arc::clone(&client))), client));
    }
    let mut shares = Vec::new();
    for (name, quotes, client) in answered {
        let quotes = quotes.await?;
        println!(
            "{name:<8} {quotes:>3} of {CALLS} quotes, {} retries, {:?}",
            client.retries.load(Ordering::Relaxed),
            client.slots.stats(),
        );
        shares.push(quotes);
    }
    println!("market   {:?}, {:?}", MARKET.state(), MARKET.stats());
    let is_better = shares[0] > shares[1];
    println!("client: {}", if is_better { "ok" } else { "the patient client has no more quotes than the hasty one" });
    Ok(if is_better { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

const CALLS: usize = 240;

/// Asks for quotes until the market has been through most of its script. Returns how many came.
async fn watch(client: Arc<Client>) -> usize {
    let mut calls = Vec::new();
    for _ in 0..CALLS {
        let client = Arc::clone(&client);
        calls.push(tokio::spawn(async move { client.quote("ACME").await.is_ok() }));
        sleep(Duration::from_millis(12)).await;
    }
    let mut quotes = 0;
    for call in calls {
        quotes += usize::from(call.await.unwrap_or(false));
    }
    quotes
}
