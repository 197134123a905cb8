use resilient::retry;

#[retry(map_err = std::convert::identity)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
