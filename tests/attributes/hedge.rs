//! `#[hedge]`: further attempts beside one that takes too long.

mod arguments;
mod attempts;
mod blocking;
mod budgets;
mod composed;
mod errors;
mod items;
mod percentiles;
mod states;

use std::time::Duration;

use resilient::{Error, Hedge, HedgePolicy, hedge};
use resilient_tests::{Fault, millis};
use tokio::time::{Instant, sleep};

/// An attempt that ends after so many milliseconds, with an error if their number is odd.
async fn after(ms: u64) -> Result<u64, Fault> {
    sleep(millis(ms)).await;
    if ms.is_multiple_of(2) { Ok(ms) } else { Err(Fault::Own) }
}

/// The answer of a call, and how long it took in milliseconds.
async fn timed<T>(call: impl Future<Output = T>) -> (T, u128) {
    let start = Instant::now();
    (call.await, start.elapsed().as_millis())
}
