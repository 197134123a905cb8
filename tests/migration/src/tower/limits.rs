use std::time::Duration;

use tower::{BoxError, Service, ServiceBuilder, ServiceExt, service_fn};

async fn search(words: String) -> Result<usize, BoxError> {
    let mut index = ServiceBuilder::new()
        .load_shed()
        .concurrency_limit(16)
        .rate_limit(80, Duration::from_secs(60))
        .service(service_fn(async |words: String| Ok::<_, BoxError>(words.len())));
    index.ready().await?.call(words).await
}
