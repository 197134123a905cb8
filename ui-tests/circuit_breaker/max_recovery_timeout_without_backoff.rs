use resilient::circuit_breaker;

#[circuit_breaker(name = "payments", max_recovery_timeout = 5min)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
