//! A fallback below that answers every error hides all of them.
//!
//! fix: #[fallback(default)] above the hedge

use resilient::{Error, fallback, hedge};

#[hedge(delay = 100ms)]
#[fallback(default)]
async fn first() -> Result<(), Error> {
    Ok(())
}

fn main() {}
