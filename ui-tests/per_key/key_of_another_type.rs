//! A key is text, a number, an address, or what is written as text.
//!
//! fix: #[circuit_breaker(name = "host", key = url.host)]

use resilient::circuit_breaker;

struct Url {
    host: String,
}

#[circuit_breaker(name = "host", key = url)]
async fn fetch(url: &Url) -> Result<usize, resilient::Error> {
    Ok(url.host.len())
}

#[circuit_breaker(name = "share", key = share)]
async fn second(share: f64) -> Result<(), resilient::Error> {
    let _ = share;
    Ok(())
}

fn main() {}
