//! A bulkhead with threads of its own is one for all keys.
//!
//! fix: #[bulkhead(threads = 4)]

use resilient::bulkhead;

#[bulkhead(threads = 4, key = tenant, max_keys = 500)]
fn query(tenant: u64) -> Result<u64, resilient::Error> {
    Ok(tenant)
}

fn main() {}
