use resilient::bulkhead;

#[bulkhead]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[bulkhead(max_wait = 1s)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
