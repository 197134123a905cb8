use std::time::Duration;

use tower::retry::Policy;
use tower::retry::backoff::{
    Backoff, ExponentialBackoff, ExponentialBackoffMaker, MakeBackoff,
};
use tower::util::rng::HasherRng;
use tower::{BoxError, Service, ServiceBuilder, ServiceExt, service_fn};

#[derive(Clone)]
struct Attempts {
    left: usize,
    backoff: ExponentialBackoff,
}

impl<T> Policy<u64, T, BoxError> for Attempts {
    type Future = tokio::time::Sleep;

    fn retry(
        &mut self,
        _: &mut u64,
        result: &mut Result<T, BoxError>,
    ) -> Option<Self::Future> {
        result.as_ref().err()?;
        self.left = self.left.checked_sub(1)?;
        Some(self.backoff.next_backoff())
    }

    fn clone_request(&mut self, id: &u64) -> Option<u64> {
        Some(*id)
    }
}

async fn name(id: u64) -> Result<String, BoxError> {
    let (min, max) = (Duration::from_millis(100), Duration::from_secs(60));
    let mut backoff = ExponentialBackoffMaker::new(min, max, 0.5, HasherRng::default())?;
    let mut users = ServiceBuilder::new()
        .retry(Attempts { left: 2, backoff: backoff.make_backoff() })
        .timeout(Duration::from_secs(2))
        .concurrency_limit(64)
        .service(service_fn(fetch));
    users.ready().await?.call(id).await
}

async fn fetch(id: u64) -> Result<String, BoxError> {
    Ok(format!("user {id}"))
}
