//! Attempts run at once in one task.
//!
//! fix:
//!     #[hedge(delay = 100ms)]
//!     async fn first() -> Result<(), Error> {
//!         Ok(())
//!     }

use resilient::{Error, hedge};

#[hedge(delay = 100ms)]
fn first() -> Result<(), Error> {
    Ok(())
}

fn main() {}
