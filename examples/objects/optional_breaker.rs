//! A breaker that is passed to a constructor, or is not, and a scope in which it is held.

use std::sync::Arc;

use resilient::{CircuitBreaker, CircuitState, Failure};

use super::service::{Service, ServiceError};

pub struct Search {
    service: Service,
    breaker: Option<Arc<CircuitBreaker>>,
}

impl Search {
    /// Without a breaker, every call passes.
    pub fn new(service: Service, breaker: Option<Arc<CircuitBreaker>>) -> Self {
        Self { service, breaker }
    }

    /// The scope begins where the permit is acquired. It ends with the report of the outcome, or neither way where the
    /// permit is dropped: by `?`, by a `return`, or because the future is.
    pub async fn find(&self, words: &str) -> Result<String, Failure<ServiceError>> {
        let permit = self.breaker.as_ref().map(|breaker| breaker.try_acquire()).transpose()?;
        let found = self.service.get(words).await;
        match permit {
            Some(permit) if found.is_ok() => permit.success(),
            Some(permit) => permit.failure(),
            None => {}
        }
        found.map_err(Failure::Inner)
    }

    pub fn state(&self) -> Option<CircuitState> {
        self.breaker.as_ref().map(|breaker| breaker.state())
    }
}
