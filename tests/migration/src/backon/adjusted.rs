use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};

struct Throttled {
    retry_after: Option<Duration>,
}

async fn upload() -> Result<(), Throttled> {
    send.retry(ExponentialBuilder::default())
        .adjust(|error, delay| delay.map(|delay| error.retry_after.unwrap_or(delay)))
        .await
}

async fn send() -> Result<(), Throttled> {
    Err(Throttled { retry_after: Some(Duration::from_secs(7)) })
}
