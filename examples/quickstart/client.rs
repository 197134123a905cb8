//! The client: two calls to a service that may fail, with their attributes.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use resilient::{bulkhead, circuit_breaker, fallback, parse_retry_after, retry, timeout};

use crate::http::{self, Response};
use crate::seen::Seen;

/// What can go wrong. A refusal of an attribute is the last variant.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    #[error("the service is unavailable")]
    Unavailable,
    #[error("the service asks for patience")]
    Throttled { retry_after: Option<Duration> },
    #[error("the connection was lost")]
    Lost(#[from] io::Error),
    #[error("the service answered {0}")]
    Unexpected(u16),
    #[error("{0:?} is not a price")]
    NoPrice(String),
    #[error(transparent)]
    Refused(#[from] resilient::Error),
}

impl ApiError {
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Throttled { retry_after } => *retry_after,
            _ => None,
        }
    }
}

/// A price, and whether it comes from the service or from an earlier call.
pub struct Quote {
    pub price: f64,
    pub is_fresh: bool,
}

pub struct Client {
    server: SocketAddr,
    last_prices: Mutex<HashMap<&'static str, f64>>,
    pub seen: Seen,
}

/// The attributes act in reading order: the top one is outermost.
impl Client {
    /// Somebody waits for a quote: it is retried for at most 600 ms, and then an old price is better than none.
    #[fallback(|error| self.last_known(symbol, error))]
    #[retry(
        max_attempts = 4,
        base_delay = 20ms,
        max_elapsed = 600ms, // a server that asks for more is not waited for
        retry_on(ApiError::Unavailable | ApiError::Throttled { .. } | ApiError::Lost(_)),
        retry_after = ApiError::retry_after,
        on_retry = |event| self.seen.retry(event),
    )]
    #[circuit_breaker(
        name = "market",
        failure_rate = 0.7,
        window = 20, // calls; `10s` would be time
        recovery_timeout = 100ms,
        failure_on(ApiError::Unavailable | ApiError::Lost(_)), // to be throttled is our own fault
    )]
    #[timeout(200ms)] // below the retry, so for each attempt
    #[bulkhead(name = "market", max_concurrent = 8, max_wait = 30ms)]
    pub async fn quote(&self, symbol: &'static str) -> Result<Quote, ApiError> {
        self.get_quote(symbol).await
    }

    /// An order has time and must succeed: it waits for as long as the server asks, and until the breaker would admit
    /// it. A `PUT` may be repeated although nobody knows whether it arrived. There is no fallback for it.
    #[retry(
        max_attempts = unlimited,
        base_delay = 20ms,
        max_delay = 200ms,
        max_elapsed = 3s,
        retry_on(ApiError::Unavailable | ApiError::Throttled { .. } | ApiError::Lost(_)),
        retry_refused(timed_out, bulkhead_full, circuit_open),
        retry_after = ApiError::retry_after,
        on_retry = |event| self.seen.retry(event),
    )]
    #[circuit_breaker(name = "market", failure_on(ApiError::Unavailable | ApiError::Lost(_)))] // the one from above
    #[timeout(200ms)]
    #[bulkhead(name = "market")] // shared, too
    pub async fn order(&self, number: usize) -> Result<(), ApiError> {
        self.put_order(number).await
    }
}

/// The same calls without attributes.
impl Client {
    pub fn new(server: SocketAddr) -> Self {
        Self { server, last_prices: Mutex::default(), seen: Seen::default() }
    }

    pub async fn get_quote(&self, symbol: &'static str) -> Result<Quote, ApiError> {
        self.seen.request();
        let response = http::send(self.server, "GET", &format!("/quotes/{symbol}")).await?;
        let text = checked(response)?.body;
        let price = text.parse().map_err(|_| ApiError::NoPrice(text))?;
        self.last_prices.lock().unwrap_or_else(PoisonError::into_inner).insert(symbol, price);
        Ok(Quote { price, is_fresh: true })
    }

    pub async fn put_order(&self, number: usize) -> Result<(), ApiError> {
        self.seen.request();
        let response = http::send(self.server, "PUT", &format!("/orders/{number}")).await?;
        checked(response).map(drop)
    }

    /// The price of an earlier call, or the error if there was none.
    fn last_known(&self, symbol: &str, error: ApiError) -> Result<Quote, ApiError> {
        let last_price = self.last_prices.lock().unwrap_or_else(PoisonError::into_inner).get(symbol).copied();
        let Some(price) = last_price else { return Err(error) };
        self.seen.failure(&error);
        Ok(Quote { price, is_fresh: false })
    }
}

pub fn checked(response: Response) -> Result<Response, ApiError> {
    match response.status {
        _ if response.is_success() => Ok(response),
        http::SERVICE_UNAVAILABLE => Err(ApiError::Unavailable),
        http::TOO_MANY_REQUESTS => {
            let retry_after = response.header("Retry-After").and_then(parse_retry_after);
            Err(ApiError::Throttled { retry_after })
        }
        status => Err(ApiError::Unexpected(status)),
    }
}
