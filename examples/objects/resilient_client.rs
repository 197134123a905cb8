//! A client that protects whatever it calls: its retry, breaker, timeout and bulkhead are its own.

use std::sync::Arc;
use std::time::Duration;

use resilient::pipeline::PipelineError;
use resilient::{BreakerPolicy, Bulkhead, BulkheadPolicy, CircuitBreaker, Failure, Pipeline, RetryPolicy};

use super::service::ServiceError;

/// As it may come from a configuration.
pub struct Settings {
    pub attempts: u32,
    pub limit: Duration,
    pub at_a_time: u32,
    pub failures: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { attempts: 3, limit: Duration::from_secs(2), at_a_time: 10, failures: 5 }
    }
}

pub struct ResilientClient {
    pipeline: Pipeline<ServiceError>,
    breaker: Arc<CircuitBreaker>,
    slots: Arc<Bulkhead>,
}

impl ResilientClient {
    pub fn new(settings: &Settings) -> Result<Self, PipelineError> {
        let breaker = BreakerPolicy::new().failure_threshold(settings.failures);
        let breaker = Arc::new(CircuitBreaker::new("client", breaker));
        let slots = Arc::new(Bulkhead::new("client", BulkheadPolicy::new(settings.at_a_time)));
        let retry = RetryPolicy::new().max_attempts(settings.attempts).base_delay(Duration::from_millis(10));
        let pipeline = Pipeline::new()
            .named("client")
            .retry(retry)
            .breaker(&breaker)
            .timeout(settings.limit)
            .bulkhead(&slots)
            .build()?;
        Ok(Self { pipeline, breaker, slots })
    }

    /// Calls an operation of any kind.
    pub async fn call<T, F>(&self, operation: impl FnMut() -> F) -> Result<T, Failure<ServiceError>>
    where
        F: Future<Output = Result<T, ServiceError>>,
    {
        self.pipeline.run(operation).await
    }

    pub fn is_healthy(&self) -> bool {
        !self.breaker.state().is_open() && self.slots.available() > 0
    }
}
