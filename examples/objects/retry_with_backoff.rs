//! One helper for a client whose failures are responses: it is told how to read a status and a `Retry-After`.

use std::sync::Arc;
use std::time::Duration;

use resilient::pipeline::PipelineError;
use resilient::{CircuitBreaker, Pipeline, RetryPolicy};

use super::service::ServiceError;

/// A pipeline for responses of any type: 429 and 5xx are tried again, after as long as they ask for; 5xx and errors are
/// failures of the breaker.
pub fn retry_with_backoff<R>(
    policy: RetryPolicy,
    breaker: &Arc<CircuitBreaker>,
    status: fn(&R) -> u16,
    retry_after: fn(&R) -> Option<Duration>,
) -> Result<Pipeline<ServiceError, R>, PipelineError>
where
    R: 'static,
{
    Pipeline::new()
        .retry(policy)
        .retry_if_ok(move |response| matches!(status(response), 429 | 500..))
        .retry_after_ok(retry_after)
        .breaker(breaker)
        .failure_if_ok(move |response| status(response) >= 500)
        .build()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Response {
    status: u16,
    retry_after: Option<Duration>,
}

impl Response {
    pub fn new(status: u16, retry_after: Option<Duration>) -> Self {
        Self { status, retry_after }
    }

    pub fn status(&self) -> u16 {
        self.status
    }

    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}
