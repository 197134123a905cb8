use resilient::circuit_breaker;

use resilient::Error;

#[circuit_breaker(name = "payments", failure_if = Error::is_timed_out, failure_on(Error::TimedOut { .. }))]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
