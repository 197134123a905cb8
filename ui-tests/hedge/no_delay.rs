//! A hedge has a delay, unless another place gives its settings.
//!
//! fix: #[hedge(delay = 100ms)]

use resilient::{Error, Hedge, hedge};

#[hedge]
async fn first() -> Result<(), Error> {
    Ok(())
}

#[hedge(max_hedges = 2)]
static SECOND: Hedge;

#[hedge(100ms)]
async fn third() -> Result<(), Error> {
    Ok(())
}

fn main() {}
