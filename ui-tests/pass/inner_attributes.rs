//! Inner attributes at the start of a body keep their effect.

#![deny(warnings)]

use std::pin::Pin;

use resilient::{Error, fallback, retry, timeout};

#[retry]
fn of_a_function() -> Result<u32, Error> {
    #![allow(unused_variables)]
    //! Documented inside.
    let unused = 5;
    Ok(1)
}

#[fallback(default)]
async fn of_an_async_function() -> Result<u32, Error> {
    #![allow(unused_variables)]
    let unused = 5;
    Ok(1)
}

#[timeout(1s)]
fn of_a_future() -> Pin<Box<dyn Future<Output = Result<u32, Error>>>> {
    #![allow(unused_variables)]
    Box::pin(async move {
        let unused = 5;
        Ok(1)
    })
}

fn main() {
    assert!(of_a_function().is_ok());
    drop((of_an_async_function(), of_a_future()));
}
