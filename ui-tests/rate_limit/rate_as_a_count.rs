//! The permits and their span are two settings.
//!
//! fix: #[rate_limit(permits = 80, per = 1min)]

use resilient::{Error, rate_limit};

#[rate_limit(permits = 80/min)]
async fn first() -> Result<(), Error> {
    Ok(())
}

#[rate_limit(permits = 80 / second, max_wait = 1s)]
async fn second() -> Result<(), Error> {
    Ok(())
}

#[rate_limit(name = "github", permits = 5000 / 1h)]
async fn third() -> Result<(), Error> {
    Ok(())
}

#[rate_limit(per_second = 80)]
async fn by_the_second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
