//! `#[adaptive_throttle]`: a server that can do less than it is asked for gets fewer calls.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use resilient::{AdaptiveThrottle, adaptive_throttle};

/// Sheds calls once more than 1.5 are made for each that is accepted, of those in the last 400 ms.
#[adaptive_throttle(ratio = 1.5, window = 400ms)]
static SEARCH: AdaptiveThrottle;

#[derive(Debug, thiserror::Error)]
enum SearchError {
    #[error("the server has no time")]
    Overloaded,
    #[error(transparent)]
    Refused(#[from] resilient::Error),
}

/// What the server can still do in this tick, and how many calls it got.
static CAPACITY: AtomicU32 = AtomicU32::new(0);
static CALLS: AtomicU32 = AtomicU32::new(0);

#[adaptive_throttle(SEARCH, failure_on(SearchError::Overloaded))]
async fn search() -> Result<(), SearchError> {
    CALLS.fetch_add(1, Ordering::Relaxed);
    let has_time = CAPACITY.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
    has_time.map(drop).map_err(|_| SearchError::Overloaded)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    for (round, capacity) in [100, 100, 20, 20, 20, 100, 100, 100].into_iter().enumerate() {
        CALLS.store(0, Ordering::Relaxed);
        let (mut found, mut shed) = (0, 0);
        for _ in 0..10 {
            CAPACITY.store(capacity / 10, Ordering::Relaxed);
            for _ in 0..10 {
                match search().await {
                    Ok(()) => found += 1,
                    Err(SearchError::Refused(_)) => shed += 1,
                    Err(SearchError::Overloaded) => {}
                }
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let calls = CALLS.load(Ordering::Relaxed);
        println!("{round}: the server can do {capacity} of 100, gets {calls:>3}: {found:>3} found, {shed:>2} shed");
    }
    println!("{:?}", SEARCH.stats());
}
