//! A percentile is from p50 to p99.9, and may have a delay to begin with.
//!
//! fix: #[hedge(delay = p95(initial = 200ms))]

use resilient::{Error, hedge};

#[hedge(delay = p10)]
async fn first() -> Result<(), Error> {
    Ok(())
}

#[hedge(delay = p95(200ms))]
async fn second() -> Result<(), Error> {
    Ok(())
}

#[hedge(delay = p95(initial = 0s))]
async fn third() -> Result<(), Error> {
    Ok(())
}

fn main() {}
