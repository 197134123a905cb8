use std::time::Duration;

use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Result};
use reqwest_retry::RetryTransientMiddleware;
use reqwest_retry::policies::ExponentialBackoff;

fn client() -> ClientWithMiddleware {
    let policy = ExponentialBackoff::builder()
        .retry_bounds(Duration::from_millis(100), Duration::from_secs(10))
        .build_with_max_retries(3);
    let retry = RetryTransientMiddleware::new_with_policy(policy);
    ClientBuilder::new(reqwest::Client::new()).with(retry).build()
}

async fn page(client: &ClientWithMiddleware, url: &str) -> Result<String> {
    Ok(client.get(url).send().await?.error_for_status()?.text().await?)
}
