use reqwest::Response;
use reqwest_middleware::Error;
use reqwest_retry::{Retryable, RetryableStrategy, default_on_request_failure};

/// Tries again after 202 as well: the report is not ready.
struct Ready;

impl RetryableStrategy for Ready {
    fn handle(&self, result: &Result<Response, Error>) -> Option<Retryable> {
        match result {
            Ok(response) if matches!(response.status().as_u16(), 202 | 503) => {
                Some(Retryable::Transient)
            }
            Ok(_) => None,
            Err(error) => default_on_request_failure(error),
        }
    }
}
