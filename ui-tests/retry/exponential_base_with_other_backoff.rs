use resilient::retry;

#[retry(backoff = linear, exponential_base = 3.0)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
