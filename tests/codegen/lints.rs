//! The generated code warns of nothing, and hides no warning of the user's own.
#![deny(warnings, clippy::pedantic, unused_qualifications)]

use std::fmt::Display;
use std::time::Duration;

use resilient::{
    BreakerPolicy, BulkheadPolicy, Error, Jitter, RetryEvent, RetryPolicy, TimeoutPolicy, bulkhead, circuit_breaker,
    fallback, retry, timeout,
};

/// Neither `Copy` nor without a `Drop`.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("not found: {0}")]
    NotFound(String),
    #[error(transparent)]
    Refused(#[from] Error),
}

type Outcome = Result<String, Fault>;

/// `Copy`, which some lints look at.
#[derive(Clone, Copy, Debug)]
enum Plain {
    NotFound,
    Refused,
}

impl From<Error> for Plain {
    fn from(_: Error) -> Self {
        Self::Refused
    }
}

fn found(id: u32) -> Outcome {
    if id == 0 { Err(Fault::NotFound(id.to_string())) } else { Ok(id.to_string()) }
}

fn plain(id: u32) -> Result<u32, Plain> {
    id.checked_sub(1).ok_or(Plain::NotFound)
}

async fn rest() {
    tokio::task::yield_now().await;
}

#[derive(Default)]
struct Client {
    name: String,
    calls: u32,
}

mod retrying {
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
}

mod breaking {
    use super::*;

    #[circuit_breaker(name = "lints: breaking")]
    fn free(id: u32) -> Outcome {
        found(id)
    }

    #[circuit_breaker(name = "lints: breaking")]
    fn copy(id: u32) -> Result<u32, Plain> {
        plain(id)
    }

    #[circuit_breaker(name = "lints: breaking")]
    fn borrowed(text: &str, numbers: &mut Vec<usize>) -> Outcome {
        numbers.push(text.len());
        found(7)
    }

    #[circuit_breaker(name = "lints: breaking")]
    fn owned(mut text: String, (left, right): (u32, u32)) -> Outcome {
        text.push_str(&found(left + right)?);
        Ok(text)
    }

    #[circuit_breaker(name = "lints: breaking")]
    fn generic<T: Display + ?Sized, const N: usize>(value: &T, rest_of_it: [u8; N]) -> Outcome {
        if N == 0 {
            return found(0);
        }
        Ok(format!("{value} {}", rest_of_it.len()))
    }

    #[circuit_breaker(name = "lints: breaking")]
    fn nothing() -> Result<(), Fault> {
        Ok(())
    }

    #[circuit_breaker(name = "lints: breaking")]
    async fn free_async(id: u32) -> Outcome {
        rest().await;
        found(id)
    }

    #[circuit_breaker(name = "lints: breaking")]
    async fn copy_async(id: u32) -> Result<u32, Plain> {
        rest().await;
        plain(id)
    }

    #[circuit_breaker(name = "lints: breaking")]
    async fn borrowed_async(text: &str, numbers: &mut Vec<usize>) -> Outcome {
        rest().await;
        numbers.push(text.len());
        found(7)
    }

    #[circuit_breaker(name = "lints: breaking")]
    async fn owned_async(mut text: String, (left, right): (u32, u32)) -> Outcome {
        rest().await;
        text.push_str(&found(left + right)?);
        Ok(text)
    }

    #[circuit_breaker(name = "lints: breaking")]
    async fn generic_async<T: Display + ?Sized, const N: usize>(value: &T, rest_of_it: [u8; N]) -> Outcome {
        rest().await;
        if N == 0 {
            return found(0);
        }
        Ok(format!("{value} {}", rest_of_it.len()))
    }

    #[circuit_breaker(name = "lints: breaking")]
    async fn nothing_async() -> Result<(), Fault> {
        rest().await;
        Ok(())
    }

    impl Client {
        #[circuit_breaker(name = "lints: breaking")]
        fn breaking_shared(&self, id: u32) -> Outcome {
            Ok(format!("{} {} {}", self.name, self.calls, found(id)?))
        }

        #[circuit_breaker(name = "lints: breaking")]
        fn breaking_exclusive(&mut self, id: u32) -> Outcome {
            self.calls += 1;
            found(id)
        }

        #[circuit_breaker(name = "lints: breaking")]
        fn breaking_taken(self, id: u32) -> Outcome {
            found(id)?;
            Ok(self.name)
        }

        #[circuit_breaker(name = "lints: breaking")]
        async fn breaking_shared_async(&self, id: u32) -> Outcome {
            rest().await;
            Ok(format!("{} {} {}", self.name, self.calls, found(id)?))
        }

        #[circuit_breaker(name = "lints: breaking")]
        async fn breaking_exclusive_async(&mut self, id: u32) -> Outcome {
            rest().await;
            self.calls += 1;
            found(id)
        }

        #[circuit_breaker(name = "lints: breaking")]
        async fn breaking_taken_async(self, id: u32) -> Outcome {
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
        assert!(client.breaking_shared(7).is_ok() && client.breaking_exclusive(7).is_ok());
        assert!(client.breaking_shared_async(7).await.is_ok() && client.breaking_exclusive_async(7).await.is_ok());
        assert!(Client::default().breaking_taken(7).is_ok());
        assert!(Client::default().breaking_taken_async(7).await.is_ok());
    }
}

mod limiting_time {
    use super::*;

    #[timeout(1h, cooperative)]
    fn free(id: u32) -> Outcome {
        found(id)
    }

    #[timeout(1h, cooperative)]
    fn copy(id: u32) -> Result<u32, Plain> {
        plain(id)
    }

    #[timeout(1h, cooperative)]
    fn borrowed(text: &str, numbers: &mut Vec<usize>) -> Outcome {
        numbers.push(text.len());
        found(7)
    }

    #[timeout(1h)]
    fn owned(mut text: String, (left, right): (u32, u32)) -> Outcome {
        text.push_str(&found(left + right)?);
        Ok(text)
    }

    #[timeout(1h, cooperative)]
    fn generic<T: Display + ?Sized, const N: usize>(value: &T, rest_of_it: [u8; N]) -> Outcome {
        if N == 0 {
            return found(0);
        }
        Ok(format!("{value} {}", rest_of_it.len()))
    }

    #[timeout(1h)]
    fn nothing() -> Result<(), Fault> {
        Ok(())
    }

    #[timeout(1h)]
    async fn free_async(id: u32) -> Outcome {
        rest().await;
        found(id)
    }

    #[timeout(1h)]
    async fn copy_async(id: u32) -> Result<u32, Plain> {
        rest().await;
        plain(id)
    }

    #[timeout(1h)]
    async fn borrowed_async(text: &str, numbers: &mut Vec<usize>) -> Outcome {
        rest().await;
        numbers.push(text.len());
        found(7)
    }

    #[timeout(1h)]
    async fn owned_async(mut text: String, (left, right): (u32, u32)) -> Outcome {
        rest().await;
        text.push_str(&found(left + right)?);
        Ok(text)
    }

    #[timeout(1h)]
    async fn generic_async<T: Display + ?Sized, const N: usize>(value: &T, rest_of_it: [u8; N]) -> Outcome {
        rest().await;
        if N == 0 {
            return found(0);
        }
        Ok(format!("{value} {}", rest_of_it.len()))
    }

    #[timeout(1h)]
    async fn nothing_async() -> Result<(), Fault> {
        rest().await;
        Ok(())
    }

    impl Client {
        #[timeout(1h, cooperative)]
        fn limiting_time_shared(&self, id: u32) -> Outcome {
            Ok(format!("{} {} {}", self.name, self.calls, found(id)?))
        }

        #[timeout(1h, cooperative)]
        fn limiting_time_exclusive(&mut self, id: u32) -> Outcome {
            self.calls += 1;
            found(id)
        }

        #[timeout(1h)]
        fn limiting_time_taken(self, id: u32) -> Outcome {
            found(id)?;
            Ok(self.name)
        }

        #[timeout(1h)]
        async fn limiting_time_shared_async(&self, id: u32) -> Outcome {
            rest().await;
            Ok(format!("{} {} {}", self.name, self.calls, found(id)?))
        }

        #[timeout(1h)]
        async fn limiting_time_exclusive_async(&mut self, id: u32) -> Outcome {
            rest().await;
            self.calls += 1;
            found(id)
        }

        #[timeout(1h)]
        async fn limiting_time_taken_async(self, id: u32) -> Outcome {
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
        assert!(client.limiting_time_shared(7).is_ok() && client.limiting_time_exclusive(7).is_ok());
        assert!(
            client.limiting_time_shared_async(7).await.is_ok() && client.limiting_time_exclusive_async(7).await.is_ok()
        );
        assert!(Client::default().limiting_time_taken(7).is_ok());
        assert!(Client::default().limiting_time_taken_async(7).await.is_ok());
    }
}

mod limiting_number {
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
            client.limiting_number_shared_async(7).await.is_ok()
                && client.limiting_number_exclusive_async(7).await.is_ok()
        );
        assert!(Client::default().limiting_number_taken(7).is_ok());
        assert!(Client::default().limiting_number_taken_async(7).await.is_ok());
    }
}

mod answering {
    use super::*;

    #[fallback(|error| Ok(error.to_string()))]
    fn free(id: u32) -> Outcome {
        found(id)
    }

    #[fallback(value = 7)]
    fn copy(id: u32) -> Result<u32, Plain> {
        plain(id)
    }

    #[fallback(|error| Ok(error.to_string()))]
    fn borrowed(text: &str, numbers: &mut Vec<usize>) -> Outcome {
        numbers.push(text.len());
        found(7)
    }

    #[fallback(|error| Ok(error.to_string()))]
    fn owned(mut text: String, (left, right): (u32, u32)) -> Outcome {
        text.push_str(&found(left + right)?);
        Ok(text)
    }

    #[fallback(|error| Ok(error.to_string()))]
    fn generic<T: Display + ?Sized, const N: usize>(value: &T, rest_of_it: [u8; N]) -> Outcome {
        if N == 0 {
            return found(0);
        }
        Ok(format!("{value} {}", rest_of_it.len()))
    }

    #[fallback(|_| Ok(()))]
    fn nothing() -> Result<(), Fault> {
        Ok(())
    }

    #[fallback(|error| Ok(error.to_string()))]
    async fn free_async(id: u32) -> Outcome {
        rest().await;
        found(id)
    }

    #[fallback(value = 7)]
    async fn copy_async(id: u32) -> Result<u32, Plain> {
        rest().await;
        plain(id)
    }

    #[fallback(|error| Ok(error.to_string()))]
    async fn borrowed_async(text: &str, numbers: &mut Vec<usize>) -> Outcome {
        rest().await;
        numbers.push(text.len());
        found(7)
    }

    #[fallback(|error| Ok(error.to_string()))]
    async fn owned_async(mut text: String, (left, right): (u32, u32)) -> Outcome {
        rest().await;
        text.push_str(&found(left + right)?);
        Ok(text)
    }

    #[fallback(|error| Ok(error.to_string()))]
    async fn generic_async<T: Display + ?Sized, const N: usize>(value: &T, rest_of_it: [u8; N]) -> Outcome {
        rest().await;
        if N == 0 {
            return found(0);
        }
        Ok(format!("{value} {}", rest_of_it.len()))
    }

    #[fallback(|_| Ok(()))]
    async fn nothing_async() -> Result<(), Fault> {
        rest().await;
        Ok(())
    }

    impl Client {
        #[fallback(|error| Ok(error.to_string()))]
        fn answering_shared(&self, id: u32) -> Outcome {
            Ok(format!("{} {} {}", self.name, self.calls, found(id)?))
        }

        #[fallback(|error| Ok(error.to_string()))]
        fn answering_exclusive(&mut self, id: u32) -> Outcome {
            self.calls += 1;
            found(id)
        }

        #[fallback(|error| Ok(error.to_string()))]
        fn answering_taken(self, id: u32) -> Outcome {
            found(id)?;
            Ok(self.name)
        }

        #[fallback(|error| Ok(error.to_string()))]
        async fn answering_shared_async(&self, id: u32) -> Outcome {
            rest().await;
            Ok(format!("{} {} {}", self.name, self.calls, found(id)?))
        }

        #[fallback(|error| Ok(error.to_string()))]
        async fn answering_exclusive_async(&mut self, id: u32) -> Outcome {
            rest().await;
            self.calls += 1;
            found(id)
        }

        #[fallback(|error| Ok(error.to_string()))]
        async fn answering_taken_async(self, id: u32) -> Outcome {
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
        assert!(client.answering_shared(7).is_ok() && client.answering_exclusive(7).is_ok());
        assert!(client.answering_shared_async(7).await.is_ok() && client.answering_exclusive_async(7).await.is_ok());
        assert!(Client::default().answering_taken(7).is_ok());
        assert!(Client::default().answering_taken_async(7).await.is_ok());
    }
}

mod all_five {
    use super::*;

    #[fallback(|error| Ok(error.to_string()))]
    #[retry(base_delay = 1ms)]
    #[circuit_breaker(name = "lints: all_five")]
    #[timeout(1h, cooperative)]
    #[bulkhead(name = "lints: all_five", max_concurrent = 10)]
    fn free(id: u32) -> Outcome {
        found(id)
    }

    #[fallback(value = 7)]
    #[retry(base_delay = 1ms)]
    #[circuit_breaker(name = "lints: all_five")]
    #[timeout(1h, cooperative)]
    #[bulkhead(name = "lints: all_five", max_concurrent = 10)]
    fn copy(id: u32) -> Result<u32, Plain> {
        plain(id)
    }

    #[fallback(|error| Ok(error.to_string()))]
    #[retry(base_delay = 1ms)]
    #[circuit_breaker(name = "lints: all_five")]
    #[timeout(1h, cooperative)]
    #[bulkhead(name = "lints: all_five", max_concurrent = 10)]
    fn borrowed(text: &str, numbers: &mut Vec<usize>) -> Outcome {
        numbers.push(text.len());
        found(7)
    }

    #[fallback(|error| Ok(error.to_string()))]
    #[retry(base_delay = 1ms)]
    #[circuit_breaker(name = "lints: all_five")]
    #[timeout(1h)]
    #[bulkhead(name = "lints: all_five", max_concurrent = 10)]
    fn owned(mut text: String, (left, right): (u32, u32)) -> Outcome {
        text.push_str(&found(left + right)?);
        Ok(text)
    }

    #[fallback(|error| Ok(error.to_string()))]
    #[retry(base_delay = 1ms)]
    #[circuit_breaker(name = "lints: all_five")]
    #[timeout(1h, cooperative)]
    #[bulkhead(name = "lints: all_five", max_concurrent = 10)]
    fn generic<T: Display + ?Sized, const N: usize>(value: &T, rest_of_it: [u8; N]) -> Outcome {
        if N == 0 {
            return found(0);
        }
        Ok(format!("{value} {}", rest_of_it.len()))
    }

    #[fallback(|_| Ok(()))]
    #[retry(base_delay = 1ms)]
    #[circuit_breaker(name = "lints: all_five")]
    #[timeout(1h)]
    #[bulkhead(name = "lints: all_five", max_concurrent = 10)]
    fn nothing() -> Result<(), Fault> {
        Ok(())
    }

    #[fallback(|error| Ok(error.to_string()))]
    #[retry(base_delay = 1ms)]
    #[circuit_breaker(name = "lints: all_five")]
    #[timeout(1h)]
    #[bulkhead(name = "lints: all_five", max_concurrent = 10)]
    async fn free_async(id: u32) -> Outcome {
        rest().await;
        found(id)
    }

    #[fallback(value = 7)]
    #[retry(base_delay = 1ms)]
    #[circuit_breaker(name = "lints: all_five")]
    #[timeout(1h)]
    #[bulkhead(name = "lints: all_five", max_concurrent = 10)]
    async fn copy_async(id: u32) -> Result<u32, Plain> {
        rest().await;
        plain(id)
    }

    #[fallback(|error| Ok(error.to_string()))]
    #[retry(base_delay = 1ms)]
    #[circuit_breaker(name = "lints: all_five")]
    #[timeout(1h)]
    #[bulkhead(name = "lints: all_five", max_concurrent = 10)]
    async fn borrowed_async(text: &str, numbers: &mut Vec<usize>) -> Outcome {
        rest().await;
        numbers.push(text.len());
        found(7)
    }

    #[fallback(|error| Ok(error.to_string()))]
    #[retry(base_delay = 1ms)]
    #[circuit_breaker(name = "lints: all_five")]
    #[timeout(1h)]
    #[bulkhead(name = "lints: all_five", max_concurrent = 10)]
    async fn owned_async(mut text: String, (left, right): (u32, u32)) -> Outcome {
        rest().await;
        text.push_str(&found(left + right)?);
        Ok(text)
    }

    #[fallback(|error| Ok(error.to_string()))]
    #[retry(base_delay = 1ms)]
    #[circuit_breaker(name = "lints: all_five")]
    #[timeout(1h)]
    #[bulkhead(name = "lints: all_five", max_concurrent = 10)]
    async fn generic_async<T: Display + ?Sized, const N: usize>(value: &T, rest_of_it: [u8; N]) -> Outcome {
        rest().await;
        if N == 0 {
            return found(0);
        }
        Ok(format!("{value} {}", rest_of_it.len()))
    }

    #[fallback(|_| Ok(()))]
    #[retry(base_delay = 1ms)]
    #[circuit_breaker(name = "lints: all_five")]
    #[timeout(1h)]
    #[bulkhead(name = "lints: all_five", max_concurrent = 10)]
    async fn nothing_async() -> Result<(), Fault> {
        rest().await;
        Ok(())
    }

    impl Client {
        #[fallback(|error| Ok(error.to_string()))]
        #[retry(base_delay = 1ms)]
        #[circuit_breaker(name = "lints: all_five")]
        #[timeout(1h, cooperative)]
        #[bulkhead(name = "lints: all_five", max_concurrent = 10)]
        fn all_five_shared(&self, id: u32) -> Outcome {
            Ok(format!("{} {} {}", self.name, self.calls, found(id)?))
        }

        #[fallback(|error| Ok(error.to_string()))]
        #[retry(base_delay = 1ms)]
        #[circuit_breaker(name = "lints: all_five")]
        #[timeout(1h, cooperative)]
        #[bulkhead(name = "lints: all_five", max_concurrent = 10)]
        fn all_five_exclusive(&mut self, id: u32) -> Outcome {
            self.calls += 1;
            found(id)
        }

        #[fallback(|error| Ok(error.to_string()))]
        #[retry(base_delay = 1ms)]
        #[circuit_breaker(name = "lints: all_five")]
        #[timeout(1h)]
        #[bulkhead(name = "lints: all_five", max_concurrent = 10)]
        async fn all_five_shared_async(&self, id: u32) -> Outcome {
            rest().await;
            Ok(format!("{} {} {}", self.name, self.calls, found(id)?))
        }

        #[fallback(|error| Ok(error.to_string()))]
        #[retry(base_delay = 1ms)]
        #[circuit_breaker(name = "lints: all_five")]
        #[timeout(1h)]
        #[bulkhead(name = "lints: all_five", max_concurrent = 10)]
        async fn all_five_exclusive_async(&mut self, id: u32) -> Outcome {
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
        assert!(client.all_five_shared(7).is_ok() && client.all_five_exclusive(7).is_ok());
        assert!(client.all_five_shared_async(7).await.is_ok() && client.all_five_exclusive_async(7).await.is_ok());
    }
}

mod every_setting {
    use super::*;

    const RETRY: RetryPolicy = RetryPolicy::new().base_delay(Duration::from_millis(1));
    const BREAKER: BreakerPolicy = BreakerPolicy::new().failure_threshold(7);
    const TIMEOUT: TimeoutPolicy = TimeoutPolicy::new(Duration::from_secs(60));
    const BULKHEAD: BulkheadPolicy = BulkheadPolicy::new(10);
    const LIMIT: Duration = Duration::from_secs(60);

    fn is_transient(fault: &Fault) -> bool {
        matches!(fault, Fault::Refused(_))
    }

    fn asked(fault: &Fault) -> Option<Duration> {
        is_transient(fault).then_some(Duration::ZERO)
    }

    fn observe<E>(event: &RetryEvent<'_, E>) {
        assert!(event.attempt > 0);
    }

    fn refused(refusal: Error) -> Fault {
        Fault::Refused(refusal)
    }

    fn cached(id: u32, _: Duration) -> Outcome {
        found(id + 1)
    }

    async fn mirrored(id: u32, _: Duration) -> Outcome {
        rest().await;
        found(id + 1)
    }

    #[fallback(cached, mirrored, |error| found(id + u32::from(is_transient(&error))), |error| async move { Err(error) }, default, fallback_if = is_transient)]
    #[retry(
        max_attempts = 4, backoff = exponential, base_delay = limit / 60_000, max_delay = LIMIT, exponential_base = 1.5,
        jitter = 0.5, max_elapsed = limit * 2, retry_on(Fault::NotFound(_) | Fault::Refused(_) if id > 0),
        retry_if_ok = |text| text.is_empty() && id == 0, retry_after = asked, max_retry_after = 1s, on_retry = observe,
        retry_refused(timed_out, bulkhead_full, circuit_open), exhausted = wrap, bind = attempt
    )]
    #[circuit_breaker(
        name = "lints: every setting", failure_rate = 0.5, window = 10, min_calls = 10, slow_call = 1h, slow_call_rate = 0.5,
        recovery_timeout = 1s, recovery_backoff = 2.0, max_recovery_timeout = 1min, half_open_max_calls = 1,
        probe_timeout = 20s, success_threshold = 1, failure_on(Fault::NotFound(..))
    )]
    #[timeout(limit, step = 1s)]
    #[bulkhead(name = "lints: every setting", max_concurrent = 10, max_wait = 1s, max_queue = 7)]
    async fn awaits(id: u32, limit: Duration) -> Outcome {
        rest().await;
        if attempt.is_last() { found(id + 1) } else { found(id) }
    }

    #[fallback(cached, |error| found(id + u32::from(is_transient(&error))), default, fallback_on(Fault::Refused(_) | Fault::NotFound(_)))]
    #[retry(policy = RETRY, jitter = Jitter::None, retry_if = |fault| !is_transient(fault) && id > 0, on_retry = |_| ())]
    #[circuit_breaker(name = "lints: every setting, sync", policy = BREAKER, failure_if = is_transient)]
    #[timeout(policy = TIMEOUT, duration = limit, cooperative)]
    #[bulkhead(name = "lints: every setting, sync", policy = BULKHEAD)]
    fn blocks(id: u32, limit: Duration) -> Outcome {
        found(id)
    }

    #[retry(exhausted = wrap, map_err = refused)]
    #[circuit_breaker(name = "lints: map_err", map_err = |refusal| Fault::NotFound(format!("{id}: {refusal}")))]
    #[timeout(1h, map_err = refused)]
    #[bulkhead(max_concurrent = 1)]
    async fn maps(id: u32) -> Outcome {
        rest().await;
        found(id)
    }

    #[fallback(|_| 7)]
    #[timeout("1m 30s")]
    async fn gives_no_result() -> u32 {
        rest().await;
        7
    }

    #[fallback(default)]
    #[timeout(LIMIT)]
    async fn gives_nothing() {
        rest().await;
    }

    #[fallback(default)]
    #[bulkhead(max_concurrent = 1)]
    fn gives_nothing_at_once() {}

    #[retry(retry_if_ok = Option::is_none, base_delay = 1ms)]
    fn gives_an_option(id: u32) -> Option<u32> {
        id.checked_sub(1)
    }

    #[retry(base_delay = 1ms)]
    fn gives_what_displays(id: u32) -> Result<impl Display, Plain> {
        plain(id)
    }

    /// It is documented, too.
    #[inline]
    #[must_use]
    #[fallback(value = true)]
    #[timeout(1h)]
    fn carries_attributes(#[allow(unused_variables)] id: u32) -> bool {
        true
    }

    #[tokio::test]
    async fn it_acts_as_without_a_warning() {
        assert!(awaits(7, LIMIT).await.is_ok());
        assert!(blocks(7, LIMIT).is_ok());
        assert!(maps(7).await.is_ok());
        assert_eq!(gives_no_result().await, 7);
        gives_nothing().await;
        gives_nothing_at_once();
        assert_eq!(gives_an_option(7), Some(6));
        assert!(gives_what_displays(7).is_ok());
        assert!(carries_attributes(7));
    }
}

mod an_import_that_only_an_absorbed_attribute_uses {
    mod one_by_one {
        use resilient::bulkhead;
        use resilient::circuit_breaker;
        use resilient::fallback;
        use resilient::retry;
        use resilient::timeout;

        #[fallback(value = 7)]
        #[retry]
        #[circuit_breaker(name = "lints: imports")]
        #[timeout(1h)]
        #[bulkhead(max_concurrent = 1)]
        pub(super) fn call() -> Result<u32, resilient::Error> {
            Ok(7)
        }
    }

    mod beside_a_path {
        use resilient::timeout;

        #[resilient::retry]
        #[timeout(1h)]
        pub(super) async fn call() -> Result<u32, resilient::Error> {
            super::super::rest().await;
            Ok(7)
        }
    }

    #[tokio::test]
    async fn counts_as_used() {
        assert!(one_by_one::call().is_ok());
        assert!(beside_a_path::call().await.is_ok());
    }
}

/// Each `expect` fails to compile if the warning is not there.
mod a_warning_about_the_users_body_stays {
    use super::*;

    #[fallback(value = 7)]
    #[retry]
    #[circuit_breaker(name = "lints: stays, sync")]
    #[timeout(1h)]
    #[bulkhead(max_concurrent = 1)]
    fn blocks(id: u32) -> Result<u32, Error> {
        #[expect(unused_variables)]
        let nobody_reads_it = 1;
        #[expect(unused_mut)]
        let mut nobody_changes_it = id;
        #[expect(unused_must_use)]
        found(nobody_changes_it);
        #[expect(clippy::cast_possible_truncation)]
        let cut = id as u8;
        #[expect(clippy::needless_bool)]
        let small = if cut < 10 { true } else { false };
        if small {
            #[expect(clippy::needless_question_mark)]
            return Ok(Ok::<_, Error>(7)?);
        }
        Ok(id)
    }

    #[fallback(value = 7)]
    #[retry]
    #[circuit_breaker(name = "lints: stays, async")]
    #[timeout(1h)]
    #[bulkhead(max_concurrent = 1)]
    async fn awaits(id: u32) -> Result<u32, Error> {
        rest().await;
        #[expect(unused_variables)]
        let nobody_reads_it = 1;
        #[expect(unused_mut)]
        let mut nobody_changes_it = id;
        #[expect(unused_must_use)]
        found(nobody_changes_it);
        #[expect(clippy::cast_possible_truncation)]
        let cut = id as u8;
        #[expect(clippy::needless_bool)]
        let small = if cut < 10 { true } else { false };
        if small {
            return Ok(7);
        }
        Ok(id)
    }

    #[tokio::test]
    async fn it_is_there() {
        assert!(blocks(7).is_ok());
        assert!(awaits(7).await.is_ok());
    }
}
