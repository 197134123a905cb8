//! What `over` and `bind` name is there for the body although something else is wrong.
//!
//! fix: #[hedge(delay = 100ms, over(replica in replicas), bind = attempt)]

use resilient::{Error, hedge};

#[hedge(dealy = 100ms, over(replica in replicas), bind = attempt)]
async fn first(replicas: &[u32]) -> Result<u32, Error> {
    Ok(*replica + attempt.number())
}

fn main() {}
