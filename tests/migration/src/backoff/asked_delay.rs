use std::time::Duration;

use backoff::ExponentialBackoff;
use backoff::future::retry_notify;

#[derive(Debug)]
struct Throttled {
    retry_after: Duration,
}

async fn upload() -> Result<(), Throttled> {
    let attempt = || async {
        send().await.map_err(|error| {
            let asked = error.retry_after;
            backoff::Error::retry_after(error, asked)
        })
    };
    let notify = |error, delay| eprintln!("{error:?}, the next in {delay:?}");
    retry_notify(ExponentialBackoff::default(), attempt, notify).await
}

async fn send() -> Result<(), Throttled> {
    Err(Throttled { retry_after: Duration::from_secs(7) })
}
