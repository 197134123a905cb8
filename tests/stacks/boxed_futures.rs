//! `#[async_trait]` and a stack on one `impl`, in either order.

use std::time::Duration;

use resilient::{ErrorKind, apply};

use super::*;

policy! { of_client = #[retry(max_attempts = 2, base_delay = 0s)] #[timeout(self.limit)]; }

#[async_trait::async_trait]
trait Users {
    async fn user(&self, id: u32, name: &str) -> Result<String, Fault>;

    async fn count(&self) -> u32;

    fn sync(&self) -> Result<u32, Fault>;
}

struct Client {
    ran: Ran,
    limit: Duration,
}

impl Client {
    fn new() -> Self {
        Self { ran: Ran::default(), limit: secs(2) }
    }
}

macro_rules! users {
    ($Client:ident, #$first:tt #$second:tt) => {
        struct $Client(Client);

        impl std::ops::Deref for $Client {
            type Target = Client;

            fn deref(&self) -> &Client {
                &self.0
            }
        }

        #$first
        #$second
        impl Users for $Client {
            async fn user(&self, id: u32, name: &str) -> Result<String, Fault> {
                self.ran.count();
                if id > 1 {
                    return Err(Fault::Own);
                }
                tokio::time::sleep(secs(u64::from(id) * 3)).await;
                Ok(format!("{name} {id}"))
            }

            async fn count(&self) -> u32 {
                self.ran.count();
                7
            }

            fn sync(&self) -> Result<u32, Fault> {
                self.ran.fails()
            }
        }
    };
}

users!(StackBelow, #[async_trait::async_trait] #[apply(of_client)]);
users!(StackAbove, #[apply(of_client)] #[async_trait::async_trait]);

async fn is_retried_and_limited(client: Box<dyn Users + Send + Sync>, ran: &Ran) {
    assert_eq!(client.user(0, "a").await, Ok("a 0".to_owned()));
    assert_eq!(ran.taken(), 1);
    assert_eq!(client.user(1, "a").await, Err(Fault::Refused(ErrorKind::TimedOut)));
    assert_eq!(ran.taken(), 2);
    assert_eq!(client.user(2, "a").await, Err(Fault::Own));
    assert_eq!(ran.taken(), 2);
    assert_eq!(client.count().await, 7);
    assert_eq!(ran.taken(), 1, "it returns no `Result`");
    assert_eq!(client.sync(), Err(Fault::Own));
    assert_eq!(ran.taken(), 1, "it is not async");
}

#[tokio::test(start_paused = true)]
async fn may_stand_above_the_stack() {
    let client: &'static _ = Box::leak(Box::new(StackBelow(Client::new())));
    is_retried_and_limited(Box::new(Borrowed(client)), &client.ran).await;
}

#[tokio::test(start_paused = true)]
async fn may_stand_below_the_stack() {
    let client: &'static _ = Box::leak(Box::new(StackAbove(Client::new())));
    is_retried_and_limited(Box::new(Borrowed(client)), &client.ran).await;
}

/// The same client, whose count the test reads.
struct Borrowed<C: 'static>(&'static C);

#[async_trait::async_trait]
impl<C: Users + Sync> Users for Borrowed<C> {
    async fn user(&self, id: u32, name: &str) -> Result<String, Fault> {
        self.0.user(id, name).await
    }

    async fn count(&self) -> u32 {
        self.0.count().await
    }

    fn sync(&self) -> Result<u32, Fault> {
        self.0.sync()
    }
}

#[tokio::test(start_paused = true)]
async fn a_method_may_have_the_stack_itself() {
    #[async_trait::async_trait]
    trait One {
        async fn one(&self) -> Result<u32, Fault>;
    }

    #[async_trait::async_trait]
    impl One for Client {
        #[apply(of_client)]
        async fn one(&self) -> Result<u32, Fault> {
            self.ran.count();
            long().await;
            Ok(1)
        }
    }

    let client = Client::new();
    assert_eq!(client.one().await, Err(Fault::Refused(ErrorKind::TimedOut)));
    assert_eq!(client.ran.taken(), 2);
}
