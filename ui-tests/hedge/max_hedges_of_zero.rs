//! A hedge makes another attempt.
//!
//! fix: #[hedge(delay = 100ms, max_hedges = 1)]

use resilient::{Error, Hedge, hedge};

#[hedge(delay = 100ms, max_hedges = 0)]
async fn first() -> Result<(), Error> {
    Ok(())
}

const NONE: u32 = 0;

#[hedge(delay = 100ms, max_hedges = NONE)]
static SECOND: Hedge;

fn main() {}
