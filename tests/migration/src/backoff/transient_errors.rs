use std::io;
use std::time::Duration;

use backoff::future::retry;
use backoff::{Error, ExponentialBackoffBuilder};

async fn load(path: &str) -> io::Result<String> {
    let policy = ExponentialBackoffBuilder::new()
        .with_initial_interval(Duration::from_millis(100))
        .with_multiplier(2.0)
        .with_max_interval(Duration::from_secs(10))
        .with_max_elapsed_time(Some(Duration::from_secs(60)))
        .build();
    retry(policy, || async {
        match fetch(path).await {
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                Err(Error::transient(error))
            }
            result => result.map_err(Error::permanent),
        }
    })
    .await
}

async fn fetch(path: &str) -> io::Result<String> {
    Ok(format!("the text of {path}"))
}
