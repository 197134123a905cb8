//! One stack of attributes for many functions: `policy!` and `#[apply]`.
#![deny(warnings, clippy::pedantic)]
#![allow(clippy::unused_async, reason = "a stack leaves some methods alone that have to be async")]

mod arguments;
mod beside;
mod boxed_futures;
mod crates;
mod descriptions;
mod functions;
mod handles;
mod impls;
mod imports;
mod keys;
mod lints;
mod overrides;
mod traits;

use std::sync::atomic::{AtomicU32, Ordering};

use resilient::policy;
use resilient_tests::{Fault, secs};

policy! {
    /// Two attempts of a second each.
    pub(crate) upstream = #[retry(max_attempts = 2, base_delay = 0s)] #[timeout(1s)];

    /// A second.
    limited = #[timeout(1s)];

    /// Three attempts.
    again = #[retry(max_attempts = 3, base_delay = 0s)];
}

/// How often bodies ran.
#[derive(Default)]
struct Ran(AtomicU32);

impl Ran {
    /// Always the function's own error.
    fn fails(&self) -> Result<u32, Fault> {
        self.count();
        Err(Fault::Own)
    }

    fn count(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// The count, which begins again.
    fn taken(&self) -> u32 {
        self.0.swap(0, Ordering::Relaxed)
    }
}

/// Lasts longer than the limit of `upstream`.
async fn long() {
    tokio::time::sleep(secs(5)).await;
}
