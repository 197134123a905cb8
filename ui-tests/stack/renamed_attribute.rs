//! Attributes are known by their names.
//!
//! mend:
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
