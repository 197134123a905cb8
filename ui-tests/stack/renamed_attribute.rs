use resilient::timeout;

use resilient::retry as again;

#[timeout(10s)]
#[again]
async fn renamed() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
