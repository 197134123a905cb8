//! A retry as a loop, where each attempt is more than one call: the last error is the loop's own.

use resilient::RetryPolicy;

use super::service::{Service, ServiceError};

pub struct AsyncRetry {
    policy: RetryPolicy<ServiceError>,
}

impl AsyncRetry {
    /// Only what is busy is tried again.
    pub fn new(policy: RetryPolicy) -> Self {
        Self { policy: policy.retry_if(|error| *error == ServiceError("busy")) }
    }

    /// The first attempt asks the primary, each further one the replica. `again` waits for the next attempt, or gives
    /// the error back if there is none.
    pub async fn get(&self, primary: &Service, replica: &Service, what: &str) -> Result<String, ServiceError> {
        let mut attempts = self.policy.attempts();
        let mut service = primary;
        loop {
            match service.get(what).await {
                Ok(found) => break Ok(found),
                Err(error) => attempts.again(error).await?,
            }
            service = replica;
        }
    }
}
