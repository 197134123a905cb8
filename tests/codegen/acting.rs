//! Attributes act also if the return type is an alias or a parameter; where they might act, there is no error.

use std::fmt::Display;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use resilient::{Error, Name, circuit_breaker, fallback, retry, timeout};

type Answer<T> = Result<T, Error>;
type Count = u32;
type Later<T> = Pin<Box<dyn Future<Output = T> + Send>>;

fn fail_once(calls: &AtomicU32) -> bool {
    calls.fetch_add(1, Ordering::Relaxed) == 0
}

fn refused() -> Error {
    Error::TimedOut { name: Name::new(&"acting"), after: Duration::from_secs(1) }
}

mod aliases {
    use super::*;

    #[retry(base_delay = 0s)]
    fn of_a_result(calls: &AtomicU32) -> Answer<u32> {
        if fail_once(calls) { Err(refused()) } else { Ok(5) }
    }

    #[retry(base_delay = 0s, retry_if = |error| error.kind() == io::ErrorKind::Other)]
    async fn of_io(calls: &AtomicU32) -> io::Result<u32> {
        if fail_once(calls) { Err(io::Error::other("once")) } else { Ok(5) }
    }

    #[retry(base_delay = 0s, retry_if_ok = |count| *count < 2)]
    fn of_a_value(calls: &AtomicU32) -> Count {
        calls.fetch_add(1, Ordering::Relaxed) + 1
    }

    #[fallback(value = 7)]
    #[circuit_breaker(name = "acting: alias", failure_threshold = 3)]
    fn of_a_value_that_is_refused() -> Count {
        5
    }

    #[retry]
    fn boxed(calls: &AtomicU32) -> Pin<Box<dyn Future<Output = Answer<u32>> + Send + '_>> {
        Box::pin(async move { if fail_once(calls) { Err(refused()) } else { Ok(5) } })
    }

    #[tokio::test(start_paused = true)]
    async fn a_retry_acts_on_them() {
        let calls = || AtomicU32::new(0);
        assert_eq!(of_a_result(&calls()).unwrap(), 5);
        assert_eq!(of_io(&calls()).await.unwrap(), 5);
        assert_eq!(of_a_value(&calls()), 2);
        assert_eq!(of_a_value_that_is_refused(), 5);
        assert_eq!(boxed(&calls()).await.unwrap(), 5);
    }
}

/// A return type that is a parameter or an associated type is no error.
mod parameters {
    use super::*;

    trait Service {
        type Response;
        type Future: Future<Output = Self::Response>;

        fn call(&self) -> Self::Response;
        fn later(&self) -> Self::Future;
    }

    struct Five;

    impl Service for Five {
        type Response = Answer<u32>;
        type Future = Later<Answer<u32>>;

        fn call(&self) -> Answer<u32> {
            Ok(5)
        }

        fn later(&self) -> Later<Answer<u32>> {
            Box::pin(std::future::ready(Ok(5)))
        }
    }

    #[retry]
    fn of_the_function<T: Clone + Send>(value: &T) -> T {
        value.clone()
    }

    #[retry]
    fn belonging_to_one<S: Service>(service: &S) -> S::Response {
        service.call()
    }

    #[retry]
    fn future_of_one<S: Service>(service: &S) -> S::Future {
        service.later()
    }

    #[retry]
    fn by_its_trait<S: Service>(service: &S) -> <S as Service>::Response {
        service.call()
    }

    struct Client<Inner, Item>(Inner, Item);

    impl<Inner: Service, Item: Copy + Display + Send> Client<Inner, Item> {
        #[retry]
        fn item(&self) -> Item {
            self.1
        }

        #[retry(retry_if_ok = |_| false)]
        fn response(&self) -> Inner::Response {
            self.0.call()
        }

        #[retry]
        async fn later(&self) -> Inner::Response {
            self.0.later().await
        }

        #[retry]
        fn future(&self) -> <Inner as Service>::Future {
            self.0.later()
        }
    }

    #[tokio::test]
    async fn nothing_is_said_of_them() {
        assert_eq!(of_the_function(&5), 5);
        assert_eq!(belonging_to_one(&Five).unwrap(), 5);
        assert_eq!(future_of_one(&Five).await.unwrap(), 5);
        assert_eq!(by_its_trait(&Five).unwrap(), 5);
        let client = Client(Five, 5);
        assert_eq!(client.item(), 5);
        assert_eq!(client.response().unwrap(), 5);
        assert_eq!(client.later().await.unwrap(), 5);
        assert_eq!(client.future().await.unwrap(), 5);
    }
}

/// Functions without a `Result` where every attribute has something to do.
mod values {
    use super::*;

    #[fallback(value = 9)]
    #[retry(base_delay = 1ms)]
    #[timeout(10ms)]
    async fn retries_what_is_refused(calls: &AtomicU32) -> u32 {
        if fail_once(calls) {
            std::future::pending::<()>().await;
        }
        5
    }

    #[fallback(default)]
    #[timeout(10ms)]
    async fn answers_what_is_refused() -> Option<u32> {
        std::future::pending().await
    }

    #[tokio::test(start_paused = true)]
    async fn refusals_are_enough() {
        assert_eq!(retries_what_is_refused(&AtomicU32::new(0)).await, 5);
        assert_eq!(answers_what_is_refused().await, None);
    }
}
