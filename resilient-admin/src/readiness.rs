//! Whether the program can do its work.

use std::collections::BTreeSet;

use http::StatusCode;
use resilient_runtime::inspect::{FoundBreaker, circuit_breakers};
use serde::Serialize;

use crate::answer::{Answer, json};

#[derive(Serialize)]
struct Readiness<'a> {
    status: &'static str,
    /// The breakers that refuse calls.
    open: BTreeSet<String>,
    /// Those of them without which the program is not ready.
    critical: Vec<&'a str>,
}

/// An open breaker is no reason to take the program out of service, unless it is named critical: the others work, and
/// another instance would have the same breaker open.
pub(crate) fn answer(critical: &[(String, FoundBreaker)]) -> Answer {
    let is_open = |(_, breaker): &&(String, FoundBreaker)| breaker.state().is_open();
    let critical: Vec<_> = critical.iter().filter(is_open).map(|(name, _)| name.as_str()).collect();
    let mut open = open();
    open.extend(critical.iter().map(|name| (*name).to_owned()));
    let (code, status) = match (critical.is_empty(), open.is_empty()) {
        (false, _) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
        (true, false) => (StatusCode::OK, "degraded"),
        (true, true) => (StatusCode::OK, "ok"),
    };
    json(code, &Readiness { status, open, critical })
}

fn open() -> BTreeSet<String> {
    let open = circuit_breakers().into_iter().filter(|breaker| breaker.state().is_open());
    open.map(|breaker| breaker.found_by().to_owned()).collect()
}
