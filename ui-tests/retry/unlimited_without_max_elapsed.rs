use resilient::retry;

#[retry(max_attempts = unlimited)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
