//! The attributes act on the whole future, in traits and behind `async_trait` too.

use super::*;

trait Service {
    async fn awaits(&mut self, id: String) -> Outcome;
    fn blocks(&self, id: u32) -> Outcome;
}

#[derive(Default)]
struct Client {
    calls: u32,
}

impl Service for Client {
    #[retry]
    #[circuit_breaker(name = "traps: trait")]
    #[timeout(1s)]
    async fn awaits(&mut self, id: String) -> Outcome {
        self.calls += 1;
        match self.calls {
            1 => BAD,
            2 => std::future::pending().await,
            calls => Ok(calls * 10 + u32::try_from(id.len()).unwrap_or(0)),
        }
    }

    #[fallback(value = id + self.calls)]
    fn blocks(&self, id: u32) -> Outcome {
        BAD
    }
}

#[tokio::test(start_paused = true)]
async fn not_in_the_implementation_of_a_trait() {
    let mut client = Client::default();
    assert_eq!(client.awaits("ab".to_owned()).await, Ok(32));
    assert_eq!(client.blocks(7), Ok(10));
    let stats = breaker("traps: trait").stats();
    assert_eq!((stats.failed_calls, stats.successful_calls), (2, 1));
}

#[async_trait::async_trait]
trait Boxed {
    async fn call(&mut self, id: &str) -> Outcome;

    #[retry(max_attempts = 2)]
    async fn provided(&self, ran: &AtomicU32) -> Outcome {
        tokio::task::yield_now().await;
        ran.fetch_add(1, Ordering::SeqCst);
        BAD
    }
}

#[async_trait::async_trait]
impl Boxed for Client {
    #[retry]
    #[circuit_breaker(name = "traps: async_trait")]
    #[timeout(1s)]
    async fn call(&mut self, id: &str) -> Outcome {
        self.calls += 1;
        match self.calls {
            1 => {
                BAD?;
                unreachable!()
            }
            2 => std::future::pending().await,
            calls => Ok(calls * 10 + u32::try_from(id.len()).unwrap_or(0)),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn not_behind_async_trait() {
    let mut client: Box<dyn Boxed + Send> = Box::new(Client::default());
    assert_eq!(client.call("ab").await, Ok(32));
    let stats = breaker("traps: async_trait").stats();
    assert_eq!((stats.failed_calls, stats.successful_calls), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn not_in_a_provided_method_behind_async_trait() {
    let ran = AtomicU32::new(0);
    assert_eq!(Client::default().provided(&ran).await, BAD);
    assert_eq!(ran.into_inner(), 2);
}

#[tokio::test(start_paused = true)]
async fn not_in_methods_of_any_receiver() {
    #[derive(Clone, Default)]
    struct Any(u32);

    impl Any {
        #[retry]
        async fn boxed(self: Box<Self>, ran: &Cell<u32>) -> Outcome {
            ran.set(ran.get() + 1);
            if ran.get() < 3 { BAD } else { Ok(self.0) }
        }

        #[retry]
        async fn pinned(self: Pin<&mut Self>, ran: &Cell<u32>) -> Outcome {
            ran.set(ran.get() + 1);
            if ran.get() < 3 { BAD } else { Ok(self.0) }
        }

        #[timeout(1s)]
        async fn consumed(self) -> Outcome {
            tokio::task::yield_now().await;
            Ok(self.0)
        }
    }

    assert_eq!(Box::new(Any(7)).boxed(&Cell::new(0)).await, Ok(7));
    assert_eq!(Pin::new(&mut Any(8)).pinned(&Cell::new(0)).await, Ok(8));
    assert_eq!(Any(9).consumed().await, Ok(9));
}

#[tokio::test(start_paused = true)]
async fn not_when_an_argument_is_consumed_or_borrowed_exclusively() {
    #[timeout(1s)]
    async fn consumes(text: String) -> Result<String, Fault> {
        tokio::task::yield_now().await;
        Ok(text)
    }

    #[retry]
    async fn borrows(log: &mut Vec<u32>) -> Outcome {
        log.push(1);
        if log.len() < 3 { BAD } else { Ok(7) }
    }

    assert_eq!(consumes("text".to_owned()).await, Ok("text".to_owned()));
    assert_eq!(borrows(&mut Vec::new()).await, Ok(7));
}
