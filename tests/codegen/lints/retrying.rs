//! `#[retry]`

use super::*;

#[retry(base_delay = 1ms)]
fn free(id: u32) -> Outcome {
    found(id)
}

#[retry(base_delay = 1ms)]
fn copy(id: u32) -> Result<u32, Plain> {
    plain(id)
}

#[retry(base_delay = 1ms)]
fn borrowed(text: &str, numbers: &mut Vec<usize>) -> Outcome {
    numbers.push(text.len());
    found(7)
}

#[retry(base_delay = 1ms)]
fn owned(mut text: String, (left, right): (u32, u32)) -> Outcome {
    text.push_str(&found(left + right)?);
    Ok(text)
}

#[retry(base_delay = 1ms)]
fn generic<T: Display + ?Sized, const N: usize>(value: &T, rest_of_it: [u8; N]) -> Outcome {
    if N == 0 {
        return found(0);
    }
    Ok(format!("{value} {}", rest_of_it.len()))
}

#[retry(base_delay = 1ms)]
fn nothing() -> Result<(), Fault> {
    Ok(())
}

#[retry(base_delay = 1ms)]
async fn free_async(id: u32) -> Outcome {
    rest().await;
    found(id)
}

#[retry(base_delay = 1ms)]
async fn copy_async(id: u32) -> Result<u32, Plain> {
    rest().await;
    plain(id)
}

#[retry(base_delay = 1ms)]
async fn borrowed_async(text: &str, numbers: &mut Vec<usize>) -> Outcome {
    rest().await;
    numbers.push(text.len());
    found(7)
}

#[retry(base_delay = 1ms)]
async fn owned_async(mut text: String, (left, right): (u32, u32)) -> Outcome {
    rest().await;
    text.push_str(&found(left + right)?);
    Ok(text)
}

#[retry(base_delay = 1ms)]
async fn generic_async<T: Display + ?Sized, const N: usize>(value: &T, rest_of_it: [u8; N]) -> Outcome {
    rest().await;
    if N == 0 {
        return found(0);
    }
    Ok(format!("{value} {}", rest_of_it.len()))
}

#[retry(base_delay = 1ms)]
async fn nothing_async() -> Result<(), Fault> {
    rest().await;
    Ok(())
}

impl Client {
    #[retry(base_delay = 1ms)]
    fn retrying_shared(&self, id: u32) -> Outcome {
        Ok(format!("{} {} {}", self.name, self.calls, found(id)?))
    }

    #[retry(base_delay = 1ms)]
    fn retrying_exclusive(&mut self, id: u32) -> Outcome {
        self.calls += 1;
        found(id)
    }

    #[retry(base_delay = 1ms)]
    async fn retrying_shared_async(&self, id: u32) -> Outcome {
        rest().await;
        Ok(format!("{} {} {}", self.name, self.calls, found(id)?))
    }

    #[retry(base_delay = 1ms)]
    async fn retrying_exclusive_async(&mut self, id: u32) -> Outcome {
        rest().await;
        self.calls += 1;
        found(id)
    }
}

#[tokio::test]
async fn it_acts_as_without_a_warning() {
    assert!(free(7).is_ok() && copy(7).is_ok() && nothing().is_ok());
    assert!(borrowed("text", &mut Vec::new()).is_ok());
    assert!(owned("text".to_owned(), (1, 2)).is_ok());
    assert!(generic("text", [0; 3]).is_ok());
    assert!(free_async(7).await.is_ok() && copy_async(7).await.is_ok() && nothing_async().await.is_ok());
    assert!(borrowed_async("text", &mut Vec::new()).await.is_ok());
    assert!(owned_async("text".to_owned(), (1, 2)).await.is_ok());
    assert!(generic_async("text", [0; 3]).await.is_ok());
    let mut client = Client::default();
    assert!(client.retrying_shared(7).is_ok() && client.retrying_exclusive(7).is_ok());
    assert!(client.retrying_shared_async(7).await.is_ok() && client.retrying_exclusive_async(7).await.is_ok());
}
