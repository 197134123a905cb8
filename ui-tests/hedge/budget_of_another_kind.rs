//! A budget has settings, or there is none.
//!
//! fix: #[hedge(delay = 100ms, budget(share = 0.1))]

use resilient::{Error, Hedge, hedge};

#[hedge(delay = 100ms, budget(shares = 0.1))]
async fn first() -> Result<(), Error> {
    Ok(())
}

#[hedge(delay = 100ms, budget = 0.1)]
async fn second() -> Result<(), Error> {
    Ok(())
}

#[hedge(delay = 100ms, budget(share = 11, burst = 0))]
async fn third() -> Result<(), Error> {
    Ok(())
}

#[hedge(delay = 100ms, budget(share = 0, min_per_second = 0))]
async fn fourth() -> Result<(), Error> {
    Ok(())
}

#[hedge(delay = 100ms, budget())]
async fn fifth() -> Result<(), Error> {
    Ok(())
}

#[hedge(delay = 100ms, budget(share = 0.1, share = 0.2))]
async fn sixth() -> Result<(), Error> {
    Ok(())
}

#[hedge(delay = 100ms, budget = "api")]
static SEVENTH: Hedge;

fn main() {}
