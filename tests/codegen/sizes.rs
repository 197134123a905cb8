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
    // Where logs are compiled in, an attempt is polled in its span.
    let most = if resilient::private::IS_TRACED { 384 } else { 288 };
    assert!(annotated <= bare + most, "bare {bare}, annotated {annotated}");
}
