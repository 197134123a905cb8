//! A function that returns a future is `async`, also if the type is an alias.
//!
//! fix:
//!     #[retry]
//!     fn first() -> Pin<Box<dyn Future<Output = Result<u32, Error>> + Send>> {
//!         Box::pin(async move { Ok(1) })
//!     }

use std::pin::Pin;

use resilient::{Error, bulkhead, circuit_breaker, fallback, retry, timeout};

type TransportFut<'a> = Pin<Box<dyn Future<Output = Result<u32, Error>> + Send + 'a>>;

#[retry]
fn first() -> TransportFut<'static> {
    Box::pin(async move { Ok(1) })
}

trait Service {
    type Future;

    fn call(&self) -> Self::Future;
}

struct Client;

impl Service for Client {
    type Future = TransportFut<'static>;

    #[retry(max_attempts = 2)]
    fn call(&self) -> Self::Future {
        Box::pin(std::future::ready(Ok(1)))
    }
}

#[fallback(later)]
#[circuit_breaker(name = "users")]
fn second() -> TransportFut<'static> {
    later()
}

#[fallback(later)]
#[timeout(1s)]
fn third() -> TransportFut<'static> {
    later()
}

#[fallback(later)]
#[bulkhead(max_concurrent = 3)]
fn fourth() -> TransportFut<'static> {
    later()
}

type Ready = std::future::Ready<Result<u32, Error>>;

#[retry]
fn fifth() -> Ready {
    std::future::ready(Ok(1))
}

/// Neither boxed nor `Unpin`.
struct Started(std::marker::PhantomPinned);

impl Future for Started {
    type Output = Result<u32, Error>;

    fn poll(self: Pin<&mut Self>, _: &mut std::task::Context<'_>) -> std::task::Poll<Self::Output> {
        std::task::Poll::Ready(Ok(1))
    }
}

impl Service for Started {
    type Future = Started;

    #[circuit_breaker(name = "users")]
    fn call(&self) -> Self::Future {
        Started(std::marker::PhantomPinned)
    }
}

fn later() -> TransportFut<'static> {
    Box::pin(std::future::ready(Ok(1)))
}

fn main() {}
