//! A setting of another library is recognised by its name there.
//!
//! fix: #[circuit_breaker(name = "users", failure_threshold = 3, recovery_timeout = 10s)]

use resilient::{Error, circuit_breaker};

#[circuit_breaker(name = "users", fail_max = 3, reset_timeout = 10s)]
async fn first() -> Result<(), Error> {
    Ok(())
}

#[circuit_breaker(name = "users", failure_exceptions(_), monitored_exceptions(_))]
async fn second() -> Result<(), Error> {
    Ok(())
}

#[circuit_breaker(name = "users", sliding_window_size = 10, minimum_number_of_calls = 5, failure_rate_threshold = 50)]
async fn third() -> Result<(), Error> {
    Ok(())
}

#[circuit_breaker(name = "users", wait_duration_in_open_state = 10s, max_calls = 3)]
async fn fourth() -> Result<(), Error> {
    Ok(())
}

fn main() {}
