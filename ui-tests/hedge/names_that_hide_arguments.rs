//! What `over` and `bind` name is no argument.
//!
//! fix: #[hedge(delay = 100ms, over(replica in replicas), bind = attempt)]

use resilient::{Error, hedge};

#[hedge(delay = 100ms, over(replicas in replicas), bind = key)]
async fn first(replicas: &[u32], key: u32) -> Result<(), Error> {
    Ok(())
}

fn main() {}
