//! The generated code causes no warning, and hides none about the user's code.
#![deny(warnings, clippy::pedantic, unused_qualifications)]

mod a_warning_about_the_users_body_stays;
mod all_five;
mod an_import_that_only_an_absorbed_attribute_uses;
mod answering;
mod breaking;
mod every_setting;
mod holding;
mod limiting_number;
mod limiting_time;
mod outcomes;
mod retrying;

use std::fmt::Display;
use std::ops::Deref;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use resilient::events::BreakerChanged;
use resilient::{
    BreakerPolicy, Bulkhead, BulkheadPolicy, CircuitBreaker, CircuitBreakers, Error, HedgeEvent, HedgePolicy, Jitter,
    RetryEvent, RetryPolicy, TimeoutPolicy, bulkhead, circuit_breaker, fallback, hedge, rate_limit, retry, timeout,
};

/// Not `Copy`, and needs to be dropped.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("not found: {0}")]
    NotFound(String),
    #[error(transparent)]
    Refused(#[from] Error),
}

type Outcome = Result<String, Fault>;

/// `Copy`, because some lints check for it.
#[derive(Clone, Copy, Debug)]
enum Plain {
    NotFound,
    Refused,
}

impl From<Error> for Plain {
    fn from(_: Error) -> Self {
        Self::Refused
    }
}

fn found(id: u32) -> Outcome {
    if id == 0 { Err(Fault::NotFound(id.to_string())) } else { Ok(id.to_string()) }
}

fn plain(id: u32) -> Result<u32, Plain> {
    id.checked_sub(1).ok_or(Plain::NotFound)
}

async fn rest() {
    tokio::task::yield_now().await;
}

#[derive(Default)]
struct Client {
    name: String,
    calls: u32,
}
