//! At least one key is kept, for some time.
//!
//! fix: #[bulkhead(key = tenant, max_keys = 500, idle = 1min)]

use resilient::bulkhead;

#[bulkhead(key = tenant, max_keys = 0)]
async fn first(tenant: u64) -> Result<(), resilient::Error> {
    let _ = tenant;
    Ok(())
}

#[bulkhead(key = tenant, idle = 0s)]
async fn second(tenant: u64) -> Result<(), resilient::Error> {
    let _ = tenant;
    Ok(())
}

fn main() {}
