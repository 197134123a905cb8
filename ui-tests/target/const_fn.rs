//! A `const fn` can neither wait nor count.
//!
//! fix:
//!     #[retry]
//!     fn constant() -> Result<(), resilient::Error> {
//!         Ok(())
//!     }

use resilient::retry;

#[retry]
const fn constant() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
