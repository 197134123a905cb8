use resilient::bulkhead;

#[bulkhead(max_concurrent = 0)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
