use std::io;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};

async fn load(path: &str) -> io::Result<String> {
    (|| fetch(path))
        .retry(ExponentialBuilder::default().with_max_times(4).with_jitter())
        .when(|error| error.kind() == io::ErrorKind::TimedOut)
        .notify(|error, delay: Duration| eprintln!("{error}, the next in {delay:?}"))
        .await
}

async fn fetch(path: &str) -> io::Result<String> {
    Ok(format!("the text of {path}"))
}
