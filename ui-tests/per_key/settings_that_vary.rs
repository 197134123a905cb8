//! The settings of all keys are constants.
//!
//! fix: #[bulkhead(key = tenant, max_keys = MOST)]

use resilient::bulkhead;

const MOST: u32 = 500;

#[bulkhead(key = tenant, max_keys = most)]
async fn first(tenant: u64, most: u32) -> Result<(), resilient::Error> {
    let _ = (tenant, most);
    Ok(())
}

const NONE: u32 = 0;

#[bulkhead(key = tenant, max_keys = NONE)]
async fn second(tenant: u64) -> Result<(), resilient::Error> {
    let _ = MOST;
    let _ = tenant;
    Ok(())
}

fn main() {}
