//! Of two timeouts around the same thing one never acts.
//!
//! mend: #[timeout(1s)]

use resilient::timeout;

#[timeout(2s)]
#[timeout(1s)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
