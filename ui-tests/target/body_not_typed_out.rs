//! An incomplete body causes no further errors.
//!
//! fix:
//!     #[retry]
//!     fn first() -> Result<u32, Error> {
//!         let number = 1;
//!         Ok(number)
//!     }

use resilient::{Error, retry, timeout};

#[retry]
fn first() -> Result<u32, Error> {
    let number = ;
    Ok(number)
}

#[timeout(1s)]
async fn second() -> Result<u32, Error> {
    Ok(first()? +)
}

fn main() {
    let _ = (first(), second());
}
