//! Attempts share the arguments, and the future is `Send` where these are `Sync`.

use async_trait::async_trait;

use super::*;

fn is_send<T: Send>(future: T) -> T {
    future
}

#[tokio::test(start_paused = true)]
async fn arguments_are_shared_by_reference() {
    #[hedge(delay = 10ms, bind = attempt)]
    async fn owned(name: String, tags: &[String], each: [u64; 2]) -> Result<String, Fault> {
        after(each[attempt.number() as usize - 1]).await?;
        Ok(format!("{name}{}", tags.len()))
    }
    #[hedge(delay = 10ms, budget = unlimited, bind = attempt)]
    async fn changed(mut list: Vec<u32>) -> Result<Vec<u32>, Fault> {
        list.push(attempt.number());
        after(if attempt.number() == 1 { 900 } else { 2 }).await?;
        Ok(list)
    }
    assert_eq!(is_send(owned("a".to_owned(), &[String::new()], [900, 2])).await, Ok("a1".to_owned()));
    assert_eq!(is_send(changed(vec![0])).await, Ok(vec![0, 2]), "each attempt has its own copy");
}

trait Reads {
    fn read(&self, id: u64) -> impl Future<Output = Result<u64, Fault>> + Send;
}

struct Client {
    base: String,
}

impl Reads for Client {
    #[hedge(delay = 10ms, bind = attempt, hedge_on(Fault::Own))]
    async fn read(&self, id: u64) -> Result<u64, Fault> {
        after(if attempt.number() == 1 { 900 } else { 2 }).await?;
        Ok(self.base.len() as u64 + id)
    }
}

#[async_trait]
trait ReadsBoxed {
    async fn read(&self, id: u64, ask: &(dyn Fn(u64) -> u64 + Sync)) -> Result<u64, Fault>;
}

#[async_trait]
impl ReadsBoxed for Client {
    #[hedge(delay = 10ms, bind = attempt, over(add in [1, 2]))]
    async fn read(&self, id: u64, ask: &(dyn Fn(u64) -> u64 + Sync)) -> Result<u64, Fault> {
        after(if attempt.number() == 1 { 900 } else { 2 }).await?;
        Ok(ask(self.base.len() as u64 + id) + add)
    }
}

#[tokio::test(start_paused = true)]
async fn traits_are_hedged() {
    let client = Client { base: "base".to_owned() };
    assert_eq!(is_send(Reads::read(&client, 3)).await, Ok(7));
    assert_eq!(is_send(ReadsBoxed::read(&client, 3, &|id| id * 2)).await, Ok(16));
}

#[tokio::test(start_paused = true)]
async fn generic_functions_are_hedged() {
    #[hedge(delay = 10ms, bind = attempt)]
    async fn generic<T: AsRef<str> + Sync, E>(of: T, ask: impl Fn(&str) -> Result<usize, E>) -> Result<usize, E> {
        sleep(millis(if attempt.number() == 1 { 900 } else { 2 })).await;
        ask(of.as_ref())
    }
    assert_eq!(timed(generic("abc", |of| Ok::<_, ()>(of.len()))).await, (Ok(3), 12));
}

#[hedge(delay = 10ms)]
fn returned(of: &str) -> impl Future<Output = Result<usize, Fault>> + Send {
    async move {
        after(2).await?;
        Ok(of.len())
    }
}

#[tokio::test(start_paused = true)]
async fn a_function_that_returns_its_future_is_hedged() {
    assert_eq!(is_send(returned("abc")).await, Ok(3));
}
