//! Every form of `self`.

use super::*;

#[derive(Default)]
struct Client {
    ran: Ran,
    changes: u32,
}

impl Client {
    #[retry(base_delay = 0s)]
    #[timeout(1h)]
    async fn by_reference(&self) -> Result<u32, Fault> {
        rest().await;
        self.ran.third()
    }

    #[retry(base_delay = 0s)]
    #[timeout(1h)]
    async fn exclusively(&mut self) -> Result<u32, Fault> {
        rest().await;
        self.changes += 1;
        if self.changes < 3 { Err(Fault::Own) } else { Ok(self.changes) }
    }

    #[retry(base_delay = 0s)]
    #[timeout(1h)]
    async fn by_value(self) -> Result<u32, Fault> {
        rest().await;
        self.ran.third()
    }

    #[retry(base_delay = 0s)]
    #[timeout(1h)]
    async fn boxed(self: Box<Self>) -> Result<u32, Fault> {
        rest().await;
        self.ran.third()
    }

    #[retry(base_delay = 0s)]
    #[timeout(1h)]
    async fn pinned(mut self: Pin<&mut Self>) -> Result<u32, Fault> {
        rest().await;
        self.changes += 1;
        if self.changes < 3 { Err(Fault::Own) } else { Ok(self.changes) }
    }

    #[retry(base_delay = 0s)]
    #[timeout(1h, cooperative)]
    fn sync_by_reference(&self) -> Result<u32, Fault> {
        self.ran.third()
    }

    #[retry(base_delay = 0s)]
    #[timeout(1h, cooperative)]
    fn sync_exclusively(&mut self) -> Result<u32, Fault> {
        self.changes += 1;
        if self.changes < 3 { Err(Fault::Own) } else { Ok(self.changes) }
    }

    #[circuit_breaker(name = "functions: taken")]
    fn sync_by_value(self) -> Result<u32, Fault> {
        Ok(self.changes)
    }

    #[allow(clippy::boxed_local, reason = "the box is the point")]
    #[retry(base_delay = 0s)]
    fn sync_boxed(self: Box<Self>) -> Result<u32, Fault> {
        self.ran.third()
    }

    #[retry(base_delay = 0s)]
    fn sync_pinned(mut self: Pin<&mut Self>) -> Result<u32, Fault> {
        self.changes += 1;
        if self.changes < 3 { Err(Fault::Own) } else { Ok(self.changes) }
    }

    #[retry(base_delay = 0s)]
    async fn associated(ran: &Ran) -> Result<Self, Fault> {
        rest().await;
        ran.third().map(|changes| Self { changes, ..Self::default() })
    }
}

#[tokio::test]
async fn may_be_any_in_async_methods() {
    assert_eq!(Client::default().by_reference().await, Ok(3));
    assert_eq!(Client::default().exclusively().await, Ok(3));
    assert_eq!(Client::default().by_value().await, Ok(3));
    assert_eq!(Box::new(Client::default()).boxed().await, Ok(3));
    assert_eq!(Pin::new(&mut Client::default()).pinned().await, Ok(3));
    assert_eq!(Client::associated(&Ran::default()).await.map(|client| client.changes), Ok(3));
}

#[test]
fn may_be_any_in_sync_methods() {
    assert_eq!(Client::default().sync_by_reference(), Ok(3));
    assert_eq!(Client::default().sync_exclusively(), Ok(3));
    assert_eq!(Client::default().sync_by_value(), Ok(0));
    assert_eq!(Box::new(Client::default()).sync_boxed(), Ok(3));
    assert_eq!(Pin::new(&mut Client::default()).sync_pinned(), Ok(3));
}
