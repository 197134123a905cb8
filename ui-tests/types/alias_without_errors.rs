//! A filter needs a function that returns a `Result`, also if the type is an alias.
//!
//! fix: #[retry(retry_if_ok = |count| *count < 5)]

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
