use resilient::retry;

#[retry(backoff = decorrelated, jitter = none)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
