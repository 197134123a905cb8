//! What acts on errors needs a function that has some, whatever its result type is called.
//!
//! mend: #[retry(retry_if_ok = |count| *count < 5)]

use resilient::{circuit_breaker, fallback, retry};

type Count = u32;

struct Page;

#[retry]
async fn first() -> Count {
    5
}

#[retry(retry_if = |_| true)]
fn second() -> Page {
    Page
}

#[fallback(default)]
async fn third() -> Count {
    5
}

#[fallback(default)]
#[circuit_breaker(name = "users", failure_if = |_| true)]
async fn fourth() -> Count {
    5
}

fn main() {}
