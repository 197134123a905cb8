//! A fallback that cannot fail is the last.
//!
//! fix: #[fallback(|_| Ok(()), default)]

use resilient::fallback;

#[fallback(default, cached)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[fallback(value = (), |_| Ok(()))]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[fallback(value = (), default)]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
