//! Only one filter selects the errors that are answered.
//!
//! fix: #[fallback(default, fallback_on(resilient::Error::TimedOut { .. }))]

use resilient::fallback;

#[fallback(default, fallback_on(resilient::Error::TimedOut { .. }), fallback_if = resilient::Error::is_timed_out)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
