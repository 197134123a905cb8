//! A slot is held until the body has ended.
//!
//! mend:
//!     #[timeout(1s)]
//!     #[bulkhead(max_concurrent = 3)]

use resilient::{bulkhead, timeout};

#[bulkhead(max_concurrent = 3)]
#[timeout(1s)]
fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
