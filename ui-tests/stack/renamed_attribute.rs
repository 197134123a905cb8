//! An attribute below others is not imported under another name.
//!
//! fix:
//!     #[timeout(10s)]
//!     #[resilient::retry]

use resilient::retry as again;
use resilient::timeout;

#[timeout(10s)]
#[again]
async fn renamed() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
