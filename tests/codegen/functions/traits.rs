//! Methods of traits and of their implementations.

use super::*;

trait Service {
    const NAME: &'static str;

    fn ran(&self) -> &Ran;

    #[retry(base_delay = 0s)]
    async fn provided(&self) -> Result<u32, Fault> {
        rest().await;
        self.ran().third()
    }

    async fn required(&self) -> Result<&'static str, Fault>;

    #[fallback(|_| Ok(Self::NAME))]
    fn sync(&self) -> Result<&'static str, Fault> {
        self.ran().third().map(|_| "third")
    }
}

impl Service for Ran {
    const NAME: &'static str = "ran";

    fn ran(&self) -> &Ran {
        self
    }

    #[retry(base_delay = 0s)]
    #[bulkhead(max_concurrent = 1)]
    async fn required(&self) -> Result<&'static str, Fault> {
        rest().await;
        self.third().map(|_| Self::NAME)
    }
}

#[tokio::test]
async fn methods_may_be_provided_or_implemented() {
    assert_eq!(Ran::default().provided().await, Ok(3));
    assert_eq!(Ran::default().required().await, Ok("ran"));
    assert_eq!(Ran::default().sync(), Ok("ran"));
}

#[async_trait::async_trait]
trait Dynamic: Sync {
    async fn call(&self, attempt: &str, ran: &std::sync::Mutex<Vec<String>>) -> Result<usize, Fault>;

    #[fallback(default)]
    async fn provided(&self) -> Result<usize, Fault> {
        Err(Fault::Own)
    }
}

struct Client {
    name: String,
}

#[async_trait::async_trait]
impl Dynamic for Client {
    #[fallback(value = ran.lock().expect("nobody panics").len() + 100)]
    #[retry(base_delay = 0s)]
    #[circuit_breaker(name = "functions: async_trait")]
    #[timeout(1h)]
    #[bulkhead(max_concurrent = 1)]
    async fn call(&self, attempt: &str, ran: &std::sync::Mutex<Vec<String>>) -> Result<usize, Fault> {
        rest().await;
        let mut ran = ran.lock().expect("nobody panics");
        ran.push(format!("{} {attempt}", self.name));
        if attempt == "never" {
            Err(Fault::Own)?;
        }
        if ran.len() < 3 {
            return Err(Fault::Own);
        }
        Ok(ran.len())
    }
}

#[tokio::test]
async fn methods_may_be_those_of_async_trait() {
    let client: Box<dyn Dynamic + Send> = Box::new(Client { name: "ann".to_owned() });
    let ran = std::sync::Mutex::default();
    assert_eq!(client.call("soon", &ran).await, Ok(3));
    assert_eq!(ran.into_inner().expect("nobody panics"), ["ann soon", "ann soon", "ann soon"]);
    assert_eq!(client.call("never", &std::sync::Mutex::default()).await, Ok(103));
    assert_eq!(client.provided().await, Ok(0));
}
