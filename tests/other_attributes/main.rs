//! Attributes of other crates on the same function. One above ours expands first, so it is around the body, in each
//! attempt; one below ours is around the whole.
#![deny(warnings)]
#![allow(clippy::needless_pass_by_value)]

mod spans;

use std::sync::atomic::{AtomicU32, Ordering};

use resilient::{Error, fallback, retry, timeout};
use spans::{Spans, counted, noted};
use tracing::instrument;

type Outcome<T> = Result<T, Error>;

fn refusal() -> Error {
    Error::TimedOut { name: resilient::Name::new(&"other attributes"), after: std::time::Duration::ZERO }
}

/// `self` in attributes of other crates stays `self` under `#[async_trait]`.
mod async_trait_below {
    use super::*;

    struct Client {
        host: String,
        limit: std::time::Duration,
        calls: AtomicU32,
    }

    #[async_trait::async_trait]
    trait Get {
        async fn get(&self, id: String) -> Outcome<String>;
        async fn exclusively(&mut self, id: String) -> Outcome<String>;
    }

    #[async_trait::async_trait]
    impl Get for Client {
        #[fallback(|_| Ok(format!("{} instead of {id}", self.host)))]
        #[retry(base_delay = 1ms)]
        #[timeout(self.limit)]
        #[instrument(skip(self), fields(host = %self.host))]
        async fn get(&self, id: String) -> Outcome<String> {
            self.calls.fetch_add(1, Ordering::Relaxed);
            Err(refusal())
        }

        #[retry(base_delay = 1ms)]
        #[instrument(skip(self), fields(host = %self.host))]
        async fn exclusively(&mut self, id: String) -> Outcome<String> {
            *self.calls.get_mut() += 1;
            if *self.calls.get_mut() < 5 { Err(refusal()) } else { Ok(id.clone()) }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn their_self_is_not_renamed_and_one_span_is_around_the_call() {
        let spans = Spans::default();
        let limit = std::time::Duration::from_secs(3);
        let mut client = Client { host: "here".into(), limit, calls: AtomicU32::new(0) };
        let got = counted(&spans, client.get("3".into())).await;
        assert_eq!(got.unwrap(), "here instead of 3");
        assert_eq!(client.calls.load(Ordering::Relaxed), 3);
        assert_eq!(spans.taken(), ["get host=here id=\"3\""]);
        let got = counted(&spans, client.exclusively("4".into())).await;
        assert_eq!(got.unwrap(), "4");
        assert_eq!(spans.taken(), ["exclusively host=here id=\"4\""]);
    }
}

/// Below ours: one span is around the call with all its attempts.
mod below {
    use super::*;

    #[retry(base_delay = 1ms)]
    #[instrument(ret, err)]
    async fn waits(id: String) -> Outcome<String> {
        Err(refusal()).map(|()| id.clone())
    }

    #[retry(base_delay = 1ms)]
    #[instrument]
    fn blocks(id: String) -> Outcome<String> {
        Err(refusal()).map(|()| id.clone())
    }

    #[tokio::test(start_paused = true)]
    async fn one_span_is_around_the_call() {
        let spans = Spans::default();
        assert!(counted(&spans, waits("3".into())).await.is_err());
        let error = format!("event error={}", refusal());
        assert_eq!(spans.taken(), ["waits id=\"3\"", &error]);
        assert!(noted(&spans, || blocks("4".into())).is_err());
        assert_eq!(spans.taken(), ["blocks id=\"4\""]);
    }
}
