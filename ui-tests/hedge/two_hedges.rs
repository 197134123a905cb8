//! A function has one hedge.
//!
//! fix: #[hedge(delay = 100ms, max_hedges = 3)]

use resilient::{Error, hedge};

#[hedge(delay = 100ms)]
#[hedge(delay = 50ms)]
async fn first() -> Result<(), Error> {
    Ok(())
}

fn main() {}
