//! `over` names the item of an attempt, and says where the items are.
//!
//! fix: #[hedge(delay = 100ms, over(replica in replicas))]

use resilient::{Error, hedge};

#[hedge(delay = 100ms, over(replicas))]
async fn first(replicas: &[u32]) -> Result<(), Error> {
    Ok(())
}

#[hedge(delay = 100ms, over = replicas)]
async fn second(replicas: &[u32]) -> Result<(), Error> {
    Ok(())
}

#[hedge(delay = 100ms, over())]
async fn third(replicas: &[u32]) -> Result<(), Error> {
    Ok(())
}

fn main() {}
