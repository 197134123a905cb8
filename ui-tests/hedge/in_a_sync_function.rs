//! Attempts run at once in one task.
//!
//! fix: async fn first() -> Result<(), Error>

use resilient::{Error, hedge};

#[hedge(delay = 100ms)]
fn first() -> Result<(), Error> {
    Ok(())
}

fn main() {}
