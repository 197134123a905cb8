//! Implementations of traits.

use resilient::{ErrorKind, apply};

use super::*;

trait Users {
    fn user(&self, id: u32) -> impl Future<Output = Result<u32, Fault>> + Send;

    fn name(&self) -> String;

    /// Has a body here.
    #[apply(again)]
    fn given(&self) -> Result<u32, Fault> {
        self.ran().fails()
    }

    fn ran(&self) -> &Ran;
}

#[derive(Default)]
struct Client(Ran);

#[apply(upstream)]
impl Users for Client {
    async fn user(&self, id: u32) -> Result<u32, Fault> {
        self.0.count();
        if id > 0 {
            long().await;
        }
        Err(Fault::Own)
    }

    fn name(&self) -> String {
        "client".to_owned()
    }

    fn ran(&self) -> &Ran {
        &self.0
    }
}

#[tokio::test(start_paused = true)]
async fn have_the_stack_on_their_async_methods() {
    let client = Client::default();
    assert_eq!((client.user(0).await, client.0.taken()), (Err(Fault::Own), 2));
    assert_eq!((client.user(1).await, client.0.taken()), (Err(Fault::Refused(ErrorKind::TimedOut)), 2));
    assert_eq!(client.name(), "client");
}

#[tokio::test(start_paused = true)]
async fn keep_their_futures_send() {
    let future = async { Client::default().user(0).await };
    assert_eq!(tokio::spawn(future).await.expect("no panic"), Err(Fault::Own));
}

#[test]
fn leave_a_default_method_its_stack() {
    let client = Client::default();
    assert_eq!((client.given(), client.0.taken()), (Err(Fault::Own), 3));
}
