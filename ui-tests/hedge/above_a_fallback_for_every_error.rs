//! A fallback below that answers every error hides all of them.
//!
//! fix: #[fallback(default)]
//!     #[hedge(delay = 100ms)]

use resilient::{Error, fallback, hedge};

#[hedge(delay = 100ms)]
#[fallback(default)]
async fn first() -> Result<(), Error> {
    Ok(())
}

fn main() {}
