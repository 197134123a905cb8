//! An incomplete setting causes no further errors.
//!
//! fix: #[retry(max_attempts = 3)]

use resilient::{Error, bulkhead, retry, timeout};

#[retry(max_attempts = )]
fn first() -> Result<u32, Error> {
    Ok(1)
}

#[retry(max_)]
fn second() -> Result<u32, Error> {
    Ok(1)
}

#[retry(max_attempts)]
#[timeout(2)]
#[bulkhead(max_concurrent = 3, max_w)]
async fn third() -> Result<u32, Error> {
    Ok(1)
}

fn main() {
    let _ = (first(), second(), third());
}
