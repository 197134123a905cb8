//! Which functions may be annotated, and by which paths the attributes are found.

mod bodies;
mod paths;
mod receivers;
mod signatures;
mod traits;

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt::{Debug, Display};
use std::pin::Pin;

use resilient::{bulkhead, circuit_breaker, fallback, registry, retry, timeout};
use resilient_tests::Fault;

/// How often a body ran.
#[derive(Default)]
struct Ran(Cell<u32>);

impl Ran {
    fn count(&self) -> u32 {
        self.0.set(self.0.get() + 1);
        self.0.get()
    }

    /// Fails in all attempts except the third.
    fn third(&self) -> Result<u32, Fault> {
        if self.count() < 3 { Err(Fault::Own) } else { Ok(self.0.get()) }
    }
}

async fn rest() {
    tokio::task::yield_now().await;
}
