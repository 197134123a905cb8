use std::time::Duration;

use resilient::{Error, timeout};

const LIMIT: Duration = Duration::from_secs(1);

struct Client {
    limit: Duration,
}

impl Client {
    #[timeout(self.limit)]
    async fn of_a_field(&self) -> Result<(), Error> {
        Ok(())
    }
}

#[timeout(1.5s)]
async fn a_fraction() -> Result<(), Error> {
    Ok(())
}

#[timeout(1_000ms)]
async fn a_separator() -> Result<(), Error> {
    Ok(())
}

#[timeout("1h 30m")]
async fn a_string() -> Result<(), Error> {
    Ok(())
}

#[timeout(LIMIT)]
async fn a_constant() -> Result<(), Error> {
    Ok(())
}

#[timeout(limit * 2)]
async fn of_an_argument(limit: Duration) -> Result<(), Error> {
    let _ = limit;
    Ok(())
}

#[timeout(Duration::from_millis(250))]
async fn a_call() -> Result<(), Error> {
    Ok(())
}

fn main() {
    let client = Client { limit: LIMIT };
    drop((client.of_a_field(), a_fraction(), a_separator(), a_string(), a_constant(), of_an_argument(LIMIT), a_call()));
}
