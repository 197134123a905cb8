//! An argument that a fallback or another thread takes is `Clone` if it is needed again.
//!
//! fix: #[fallback(|_| Ok(key.0), |_| Ok(0))]

use resilient::{Error, fallback, retry, timeout};

struct Key(u32);

fn instead(key: Key) -> Result<u32, Error> {
    Ok(key.0)
}

#[fallback(instead, instead)]
async fn first(key: Key) -> Result<u32, Error> {
    Ok(key.0)
}

#[retry]
#[timeout(1s)]
fn second(key: Key) -> Result<u32, Error> {
    Ok(key.0)
}

fn main() {}
