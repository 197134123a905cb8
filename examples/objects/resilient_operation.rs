//! An operation that is given its protection piece by piece, in any order.

use std::sync::Arc;
use std::time::Duration;

use resilient::pipeline::{Fallback, PipelineError};
use resilient::{CircuitBreaker, Failure, Pipeline, RetryPolicy};

use super::service::ServiceError;

type Answers = Vec<Fallback<ServiceError, String>>;

#[derive(Default)]
pub struct ResilientOperation {
    name: &'static str,
    fallbacks: Answers,
    retry: Option<RetryPolicy>,
    breaker: Option<Arc<CircuitBreaker>>,
    timeout: Option<Duration>,
}

impl ResilientOperation {
    pub fn named(name: &'static str) -> Self {
        Self { name, ..Self::default() }
    }

    pub fn with_retry(self, policy: RetryPolicy) -> Self {
        Self { retry: Some(policy), ..self }
    }

    /// Of each attempt.
    pub fn with_timeout(self, limit: Duration) -> Self {
        Self { timeout: Some(limit), ..self }
    }

    pub fn with_circuit_breaker(self, breaker: &Arc<CircuitBreaker>) -> Self {
        Self { breaker: Some(Arc::clone(breaker)), ..self }
    }

    /// A further one is tried if those before it fail.
    pub fn with_fallback<A>(mut self, answer: A) -> Self
    where
        A: Fn(Failure<ServiceError>) -> Result<String, ServiceError> + Send + Sync + 'static,
    {
        self.fallbacks.push(Fallback::call(answer));
        self
    }

    /// In the recommended order, whatever the order of the calls. A layer that was not given is left out.
    pub fn build(self) -> Result<Pipeline<ServiceError, String>, PipelineError> {
        let mut layers = Pipeline::new().named(self.name);
        if !self.fallbacks.is_empty() {
            layers = layers.fallbacks(self.fallbacks);
        }
        layers.retry(self.retry).breaker(self.breaker).timeout(self.timeout).build()
    }
}
