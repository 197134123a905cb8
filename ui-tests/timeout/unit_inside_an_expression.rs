//! In an expression, durations are `Duration`s.
//!
//! fix: #[timeout(LIMIT + std::time::Duration::from_secs(5))]

use resilient::timeout;

const LIMIT: std::time::Duration = std::time::Duration::from_secs(1);

#[timeout(LIMIT + 5s)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
