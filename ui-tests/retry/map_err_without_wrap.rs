//! A retry makes an error of its own only to wrap the last one.
//!
//! mend: #[retry(exhausted = wrap, map_err = std::convert::identity)]

use resilient::retry;

#[retry(map_err = std::convert::identity)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
