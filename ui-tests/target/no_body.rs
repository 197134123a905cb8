use resilient::retry;

trait Client {
    #[retry]
    async fn user(&self) -> Result<(), resilient::Error>;
}

fn main() {}
