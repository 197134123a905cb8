use std::io;
use std::time::Duration;

use backon::ExponentialBuilder;
use backon_macros::backon;

fn delays() -> ExponentialBuilder {
    ExponentialBuilder::new().with_min_delay(Duration::from_millis(100)).with_max_times(4)
}

fn is_timeout(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::TimedOut
}

#[backon(backoff = delays, when = is_timeout)]
async fn load(path: &str) -> io::Result<String> {
    Ok(format!("the text of {path}"))
}
