//! What the objects call: a service that fails a number of times.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::retry_with_backoff::Response;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceError(pub &'static str);

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for ServiceError {}

/// Fails the first calls.
#[derive(Debug, Default)]
pub struct Service {
    failing: u32,
    calls: AtomicU32,
}

impl Service {
    pub fn failing(failing: u32) -> Self {
        Self { failing, calls: AtomicU32::new(0) }
    }

    /// How often it was called.
    pub fn calls(&self) -> u32 {
        self.calls.load(Ordering::Relaxed)
    }

    pub async fn get(&self, what: &str) -> Result<String, ServiceError> {
        tokio::task::yield_now().await;
        if self.fails() { Err(ServiceError("busy")) } else { Ok(format!("the {what}")) }
    }

    /// As an HTTP client does: a failure is a response, too.
    pub async fn respond(&self, _: &str) -> Result<Response, ServiceError> {
        tokio::task::yield_now().await;
        if self.fails() {
            return Ok(Response::new(429, Some(Duration::from_millis(20))));
        }
        Ok(Response::new(200, None))
    }

    fn fails(&self) -> bool {
        self.calls.fetch_add(1, Ordering::Relaxed) < self.failing
    }
}
