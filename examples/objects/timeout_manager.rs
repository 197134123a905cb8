//! A limit for each operation by its name, for several at once, and limits that grow from one attempt to the next.

use std::collections::HashMap;
use std::time::Duration;

use resilient::pipeline::PipelineError;
use resilient::{Failure, Pipeline, RetryPolicy, TimeoutPolicy};

use super::service::ServiceError;

pub struct TimeoutManager {
    otherwise: Duration,
    limits: HashMap<&'static str, Duration>,
}

impl TimeoutManager {
    /// A limit for operations that have none of their own.
    pub fn new(otherwise: Duration) -> Self {
        Self { otherwise, limits: HashMap::new() }
    }

    pub fn limit(mut self, operation: &'static str, limit: Duration) -> Self {
        self.limits.insert(operation, limit);
        self
    }

    /// Runs a future within the limit of the operation, which its refusal names. Several run at once in a `join!`.
    pub async fn run<T>(
        &self,
        operation: &'static str,
        future: impl Future<Output = Result<T, ServiceError>>,
    ) -> Result<T, Failure<ServiceError>> {
        let limit = self.limits.get(operation).copied().unwrap_or(self.otherwise);
        TimeoutPolicy::new(limit).named(operation).run(future).await
    }
}

/// Each attempt has half a second more than the one before.
pub fn progressive(first: Duration) -> Result<Pipeline<ServiceError>, PipelineError> {
    let limit = TimeoutPolicy::new(first).step(Duration::from_millis(500));
    Pipeline::new().named("progressive").retry(RetryPolicy::new()).timeout(limit).build()
}
