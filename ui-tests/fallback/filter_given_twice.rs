use resilient::fallback;

use resilient::Error;

#[fallback(default, fallback_on(Error::TimedOut { .. }), fallback_if = Error::is_timed_out)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
