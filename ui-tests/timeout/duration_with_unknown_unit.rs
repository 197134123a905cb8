//! The units are `ns`, `us`, `ms`, `s`, `min`, `h` and `d`.
//!
//! fix: #[timeout(5min)]

use resilient::timeout;

#[timeout(5m)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[timeout(5secs)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[timeout(5parsecs)]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

#[timeout(1h30m)]
async fn fourth() -> Result<(), resilient::Error> {
    Ok(())
}

#[timeout("5 parsecs")]
async fn fifth() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
