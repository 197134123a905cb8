use resilient::timeout;

#[timeout(1s, cooperative)]
async fn asynchronous() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
