//! `fallback_if_result` looks at values and errors, so it stands alone.
//!
//! fix: #[fallback(default, fallback_if_ok = |status| *status == 503, fallback_if = resilient::Error::is_timed_out)]

use resilient::fallback;

#[fallback(default, fallback_if = resilient::Error::is_timed_out, fallback_if_result = |result| matches!(result, Ok(503)))]
async fn first() -> Result<u16, resilient::Error> {
    Ok(200)
}

fn main() {}
