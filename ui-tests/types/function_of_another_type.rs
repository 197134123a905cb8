//! The function of a setting has the setting's types.
//!
//! fix: #[retry(retry_if = |error| of_text(&error.to_string()))]

use resilient::{Error, circuit_breaker, fallback, retry, timeout};
use std::time::Duration;

fn of_text(_: &str) -> bool {
    true
}

fn of_owned(_: Error) -> bool {
    true
}

fn counts(_: &Error) -> u32 {
    1
}

fn looks(_: &str) {}

fn pause(_: &str) -> Option<Duration> {
    None
}

fn into_text(error: Error) -> String {
    error.to_string()
}

#[retry(retry_if = of_text)]
fn first() -> Result<u32, Error> {
    Ok(1)
}

#[circuit_breaker(name = "users", failure_if = of_text)]
async fn second() -> Result<u32, Error> {
    Ok(1)
}

#[fallback(value = 1, fallback_if = of_owned)]
fn third() -> Result<u32, Error> {
    Ok(1)
}

#[retry(retry_if = counts)]
async fn fourth() -> Result<u32, Error> {
    Ok(1)
}

#[retry(retry_if_ok = of_text)]
async fn fifth() -> Result<u32, Error> {
    Ok(1)
}

#[retry(retry_after = pause)]
async fn sixth() -> Result<u32, Error> {
    Ok(1)
}

#[retry(on_retry = looks)]
fn seventh() -> Result<u32, Error> {
    Ok(1)
}

#[timeout(1s, map_err = into_text)]
async fn eighth() -> Result<u32, Error> {
    Ok(1)
}

#[timeout(1s)]
#[circuit_breaker(name = "users", map_err = into_text)]
async fn ninth() -> Result<u32, Error> {
    Ok(1)
}

fn main() {}
