use resilient::retry;

#[retry(max_retry_after = 10s)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
