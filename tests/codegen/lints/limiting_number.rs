//! `#[bulkhead]`

use super::*;

#[bulkhead(name = "lints: limiting_number", max_concurrent = 10)]
fn free(id: u32) -> Outcome {
    found(id)
}

#[bulkhead(name = "lints: limiting_number", max_concurrent = 10)]
fn copy(id: u32) -> Result<u32, Plain> {
    plain(id)
}

#[bulkhead(name = "lints: limiting_number", max_concurrent = 10)]
fn borrowed(text: &str, numbers: &mut Vec<usize>) -> Outcome {
    numbers.push(text.len());
    found(7)
}

#[bulkhead(name = "lints: limiting_number", max_concurrent = 10)]
fn owned(mut text: String, (left, right): (u32, u32)) -> Outcome {
    text.push_str(&found(left + right)?);
    Ok(text)
}

#[bulkhead(name = "lints: limiting_number", max_concurrent = 10)]
fn generic<T: Display + ?Sized, const N: usize>(value: &T, rest_of_it: [u8; N]) -> Outcome {
    if N == 0 {
        return found(0);
    }
    Ok(format!("{value} {}", rest_of_it.len()))
}

#[bulkhead(name = "lints: limiting_number", max_concurrent = 10)]
fn nothing() -> Result<(), Fault> {
    Ok(())
}

#[bulkhead(name = "lints: limiting_number", max_concurrent = 10)]
async fn free_async(id: u32) -> Outcome {
    rest().await;
    found(id)
}

#[bulkhead(name = "lints: limiting_number", max_concurrent = 10)]
async fn copy_async(id: u32) -> Result<u32, Plain> {
    rest().await;
    plain(id)
}

#[bulkhead(name = "lints: limiting_number", max_concurrent = 10)]
async fn borrowed_async(text: &str, numbers: &mut Vec<usize>) -> Outcome {
    rest().await;
    numbers.push(text.len());
    found(7)
}

#[bulkhead(name = "lints: limiting_number", max_concurrent = 10)]
async fn owned_async(mut text: String, (left, right): (u32, u32)) -> Outcome {
    rest().await;
    text.push_str(&found(left + right)?);
    Ok(text)
}

#[bulkhead(name = "lints: limiting_number", max_concurrent = 10)]
async fn generic_async<T: Display + ?Sized, const N: usize>(value: &T, rest_of_it: [u8; N]) -> Outcome {
    rest().await;
    if N == 0 {
        return found(0);
    }
    Ok(format!("{value} {}", rest_of_it.len()))
}

#[bulkhead(name = "lints: limiting_number", max_concurrent = 10)]
async fn nothing_async() -> Result<(), Fault> {
    rest().await;
    Ok(())
}

impl Client {
    #[bulkhead(name = "lints: limiting_number", max_concurrent = 10)]
    fn limiting_number_shared(&self, id: u32) -> Outcome {
        Ok(format!("{} {} {}", self.name, self.calls, found(id)?))
    }

    #[bulkhead(name = "lints: limiting_number", max_concurrent = 10)]
    fn limiting_number_exclusive(&mut self, id: u32) -> Outcome {
        self.calls += 1;
        found(id)
    }

    #[bulkhead(name = "lints: limiting_number", max_concurrent = 10)]
    fn limiting_number_taken(self, id: u32) -> Outcome {
        found(id)?;
        Ok(self.name)
    }

    #[bulkhead(name = "lints: limiting_number", max_concurrent = 10)]
    async fn limiting_number_shared_async(&self, id: u32) -> Outcome {
        rest().await;
        Ok(format!("{} {} {}", self.name, self.calls, found(id)?))
    }

    #[bulkhead(name = "lints: limiting_number", max_concurrent = 10)]
    async fn limiting_number_exclusive_async(&mut self, id: u32) -> Outcome {
        rest().await;
        self.calls += 1;
        found(id)
    }

    #[bulkhead(name = "lints: limiting_number", max_concurrent = 10)]
    async fn limiting_number_taken_async(self, id: u32) -> Outcome {
        rest().await;
        found(id)?;
        Ok(self.name)
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
    assert!(client.limiting_number_shared(7).is_ok() && client.limiting_number_exclusive(7).is_ok());
    assert!(
        client.limiting_number_shared_async(7).await.is_ok() && client.limiting_number_exclusive_async(7).await.is_ok()
    );
    assert!(Client::default().limiting_number_taken(7).is_ok());
    assert!(Client::default().limiting_number_taken_async(7).await.is_ok());
}
