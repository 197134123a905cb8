//! A handle is a static, and other attributes act on functions.
//!
//! fix:
//!     #[bulkhead(max_concurrent = 3)]
//!     static SLOTS: Bulkhead;

use resilient::{Bulkhead, Error, RetryPolicy, TimeoutPolicy, bulkhead, retry, timeout};

#[bulkhead(max_concurrent = 3)]
const SLOTS: Bulkhead;

#[retry(max_attempts = 5)]
static API: RetryPolicy;

#[timeout(1s)]
const LIMIT: TimeoutPolicy;

trait Limits {
    #[bulkhead(max_concurrent = 3)]
    const SLOTS: Bulkhead;

    #[timeout(1s)]
    const LIMIT: &str;
}

struct Client;

impl Client {
    #[bulkhead(max_concurrent = 3)]
    const SLOTS: Bulkhead;
}

#[bulkhead(SLOTS)]
async fn limited() -> Result<(), Error> {
    Ok(())
}

fn main() {
    let slots: &Bulkhead = &SLOTS;
    let _ = slots;
}
