//! A fallback is a function, a closure or `value = …`.
//!
//! fix: #[fallback(value = ())]

use resilient::fallback;

#[fallback(0)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[fallback(cached())]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[fallback(value)]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

#[fallback(default = 3)]
async fn fourth() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
