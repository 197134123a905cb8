use resilient::{retry, timeout};

trait Client {
    #[retry]
    #[timeout(1s)]
    async fn user(&self) -> Result<(), resilient::Error>;
}

fn main() {}
