//! The size that the attributes add to a future.

use std::time::Duration;

use resilient::{Error, bulkhead, circuit_breaker, fallback, retry, timeout};

async fn bare(id: u64) -> Result<u64, Error> {
    tokio::time::sleep(Duration::from_millis(id)).await;
    Ok(id)
}

#[fallback(default)]
#[retry]
#[circuit_breaker(name = "sizes")]
#[timeout(1s)]
#[bulkhead]
async fn annotated(id: u64) -> Result<u64, Error> {
    tokio::time::sleep(Duration::from_millis(id)).await;
    Ok(id)
}

#[test]
fn all_five_add_at_most_288_bytes() {
    let (bare, annotated) = (size_of_val(&bare(1)), size_of_val(&annotated(1)));
    println!("bare {bare}, annotated {annotated}");
    // Where logs are compiled in, an attempt is polled in its span; where configurations are, a call keeps the settings that
    // it began with.
    let of_logs = if resilient::private::IS_TRACED { 96 } else { 0 };
    let of_configurations = if cfg!(feature = "config") { 16 } else { 0 };
    assert!(annotated <= bare + 288 + of_logs + of_configurations, "bare {bare}, annotated {annotated}");
}
