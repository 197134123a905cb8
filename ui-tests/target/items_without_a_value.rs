//! A handle is a static, and other attributes act on functions.
//!
//! fix:
//!     #[bulkhead(max_concurrent = 3)]
//!     static SLOTS: Bulkhead;

use resilient::{Bulkhead, RetryPolicy, TimeoutPolicy, bulkhead, retry, timeout};

#[bulkhead(max_concurrent = 3)]
const SLOTS: Bulkhead;

#[retry(max_attempts = 5)]
static API: RetryPolicy;

#[timeout(1s)]
const LIMIT: TimeoutPolicy;

fn main() {
    let slots: &Bulkhead = &SLOTS;
    let _ = slots;
}
