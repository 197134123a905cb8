use resilient::retry;

use resilient::Error;

#[retry(retry_on(Error::TimedOut { .. }), retry_if = Error::is_timed_out)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(retry_on(Error::TimedOut { .. }), retry_on(Error::CircuitOpen { .. }))]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
