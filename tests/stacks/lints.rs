//! Lints see each method of an `impl` at its place, and nothing that the stack writes.
#![deny(unused_qualifications, unused_results, clippy::all)]

use resilient::apply;

use super::*;

struct Client(Ran);

#[apply(upstream)]
impl Client {
    /// The expectation is fulfilled only if the lint finds this method.
    #[expect(dead_code, reason = "nobody calls it")]
    async fn dead(&self) -> Result<u32, Fault> {
        self.0.fails()
    }

    #[expect(unused_variables, reason = "of the body")]
    async fn careless(&self, given: u32) -> Result<u32, Fault> {
        self.0.fails()
    }

    #[deprecated = "for the test"]
    async fn old(&self) -> Result<u32, Fault> {
        self.0.fails()
    }
}

#[tokio::test(start_paused = true)]
async fn are_about_the_users_code() {
    let client = Client(Ran::default());
    assert_eq!((client.careless(7).await, client.0.taken()), (Err(Fault::Own), 2));
    #[expect(deprecated, reason = "the attribute is kept")]
    let old = client.old().await;
    assert_eq!((old, client.0.taken()), (Err(Fault::Own), 2));
}
