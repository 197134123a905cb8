//! A policy by hand takes functions that capture nothing, and operations with errors of its type.
//!
//! fix:
//!     const OTHER: RetryPolicy<fmt::Error> = RetryPolicy::new().retry_if(|_: &fmt::Error| true);

use std::{fmt, io};

use resilient::RetryPolicy;

const FILES: RetryPolicy<io::Error> = RetryPolicy::new().for_errors();

const OTHER: RetryPolicy<io::Error> = RetryPolicy::new().retry_if(|_: &fmt::Error| true);

const WITHOUT_TYPE: RetryPolicy<io::Error> = RetryPolicy::new().max_attempts(5);

fn write() -> Result<u32, fmt::Error> {
    Ok(7)
}

fn read() -> Result<u32, io::Error> {
    Ok(7)
}

fn main() {
    let _ = FILES.call(write);
    let _ = FILES.should_retry(1, &fmt::Error);

    let worth_it = io::ErrorKind::TimedOut;
    let _ = FILES.retry_if(|error| error.kind() == worth_it).call(read);
}
