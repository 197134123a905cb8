//! `#[retry]`: repeats a failed call, after a delay that grows.

use std::sync::atomic::{AtomicU32, Ordering};

use resilient::{RetryEvent, retry};

#[derive(Debug, thiserror::Error)]
enum FetchError {
    #[error("busy")]
    Busy,
    #[error("there is no such page")]
    NotFound,
}

/// Retries only `Busy`. `bind` gives the body the number of the attempt.
#[retry(max_attempts = 5, base_delay = 50ms, retry_on(FetchError::Busy), on_retry = announce, bind = attempt)]
async fn fetch(page: &str) -> Result<String, FetchError> {
    match page {
        "missing" => Err(FetchError::NotFound),
        _ if attempt.number() < 4 => Err(FetchError::Busy),
        _ => Ok(format!("{page}, at attempt {}", attempt.number())),
    }
}

fn announce(event: &RetryEvent<'_, FetchError>) {
    if let Some(error) = &event.error {
        println!("  attempt {} failed ({error}), the next one comes in {:?}", event.attempt, event.delay);
    }
}

#[derive(Debug, PartialEq)]
enum Job {
    Running,
    Done,
}

/// Polling: nothing failed, but the job is not done yet. No `Result` is needed.
#[retry(max_attempts = 10, backoff = constant, base_delay = 20ms, jitter = none, retry_if_ok = |job| *job != Job::Done)]
fn poll(polls: &AtomicU32) -> Job {
    let number = polls.fetch_add(1, Ordering::Relaxed) + 1;
    if number < 6 { Job::Running } else { Job::Done }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("a page that is there at the fourth attempt");
    println!("  {:?}", fetch("index").await);

    println!("an error that another attempt does not help");
    println!("  {:?}", fetch("missing").await);

    println!("a job that takes a while");
    let polls = AtomicU32::new(0);
    println!("  {:?} after {polls:?} polls", poll(&polls));
}
