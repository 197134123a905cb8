//! `over`: each attempt has an item of its own.

use super::*;

#[tokio::test(start_paused = true)]
async fn each_attempt_runs_with_the_next_item_and_the_items_bound_the_attempts() {
    struct Client {
        replicas: Vec<u64>,
    }

    impl Client {
        #[hedge(delay = 100ms, max_hedges = 9, budget = unlimited, over(replica in &self.replicas))]
        async fn read(&self, key: u64) -> Result<u64, Fault> {
            after(*replica).await.map(|answer| answer + key)
        }
    }
    let read = |replicas: &[u64]| {
        let client = Client { replicas: replicas.to_vec() };
        async move { timed(client.read(7)).await }
    };
    assert_eq!(read(&[500, 20, 2]).await, (Ok(27), 120));
    assert_eq!(read(&[11, 13]).await, (Err(Fault::Own), 24));
    assert_eq!(read(&[500]).await, (Ok(507), 500));
}

#[tokio::test(start_paused = true)]
async fn an_item_may_be_owned() {
    #[hedge(delay = 100ms, over(name in names.iter().cloned()), bind = attempt)]
    async fn read(names: Vec<String>) -> Result<String, Fault> {
        if attempt.number() == 1 {
            std::future::pending::<()>().await;
        }
        Ok(name)
    }
    assert_eq!(read(vec!["a".to_owned(), "b".to_owned()]).await, Ok("b".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn without_items_the_call_is_refused() {
    #[hedge(name = "hedge: no items", delay = 100ms, over(item in items))]
    async fn by_from(items: &[u64]) -> Result<u64, Error> {
        Ok(*item)
    }
    #[hedge(delay = 100ms, over(item in items), map_err = |refusal: Error| refusal.name().to_owned())]
    async fn by_function(items: &[u64]) -> Result<u64, String> {
        Ok(*item)
    }
    let refusal = by_from(&[]).await.unwrap_err();
    assert_eq!((refusal.kind(), refusal.name()), (resilient::ErrorKind::NoItems, "hedge: no items"));
    assert_eq!(by_from(&[4]).await, Ok(4));
    assert_eq!(by_function(&[]).await, Err(concat!(module_path!(), "::by_function").to_owned()));
}
