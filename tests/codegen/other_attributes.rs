//! Attributes of other crates on the same function. One above ours expands first, so it wraps the body in each attempt;
//! one below ours wraps the whole call.
#![deny(warnings)]
#![allow(clippy::needless_pass_by_value)]

mod spans;

use std::sync::atomic::{AtomicU32, Ordering};

use moving::moving;
use resilient::{Error, fallback, retry, timeout};
use spans::{Spans, counted, noted};
use tracing::instrument;

type Outcome<T> = Result<T, Error>;

fn refusal() -> Error {
    Error::TimedOut { name: resilient::Name::new(&"other attributes"), after: std::time::Duration::ZERO }
}

/// `self` in attributes of other crates still works under `#[async_trait]`.
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

/// Below ours: one span for the call with all its attempts.
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

/// Above ours: each attempt has a span, and the arguments are kept for later attempts.
mod above {
    use super::*;

    #[instrument]
    #[retry(base_delay = 1ms)]
    async fn waits(id: String) -> Outcome<String> {
        tokio::task::yield_now().await;
        Err(refusal()).map(|()| id.clone())
    }

    #[instrument(ret, err)]
    #[fallback(instead)]
    #[retry(base_delay = 1ms)]
    #[timeout(9s)]
    async fn looks_at_both(id: String, mut more: Vec<u8>) -> Outcome<String> {
        more.push(1);
        assert_eq!(more.len(), 2);
        Err(refusal()).map(|()| id.clone())
    }

    fn instead(id: String, more: Vec<u8>) -> Outcome<String> {
        if more.is_empty() { Err(refusal()) } else { Ok(format!("{id} {}", more.len())) }
    }

    #[instrument(err(Debug))]
    #[retry(base_delay = 1ms)]
    async fn looks_at_errors(id: String) -> Outcome<String> {
        Err(refusal()).map(|()| id.clone())
    }

    #[instrument(ret)]
    #[retry(base_delay = 1ms)]
    async fn looks_at_results(id: String) -> Outcome<String> {
        Err(refusal()).map(|()| id.clone())
    }

    #[instrument]
    #[retry(base_delay = 1ms)]
    fn blocks(id: String) -> Outcome<String> {
        Err(refusal()).map(|()| id.clone())
    }

    #[instrument(ret, err)]
    #[retry(base_delay = 1ms)]
    fn blocks_and_looks_at_both(id: String, mut more: Vec<u8>) -> Outcome<String> {
        more.push(1);
        assert_eq!(more.len(), 2);
        Err(refusal()).map(|()| id.clone())
    }

    #[instrument(name = "outer")]
    #[instrument(ret)]
    #[retry(base_delay = 1ms)]
    async fn twice(id: String) -> Outcome<String> {
        Err(refusal()).map(|()| id.clone())
    }

    #[instrument]
    #[timeout(9s)]
    async fn moves(id: String) -> Outcome<String> {
        Ok(id)
    }

    #[instrument(err)]
    #[retry(base_delay = 1ms)]
    fn boxed(id: String) -> std::pin::Pin<Box<dyn Future<Output = Outcome<String>> + Send>> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            Err(refusal()).map(|()| id.clone())
        })
    }

    #[tokio::test(start_paused = true)]
    async fn each_attempt_has_a_span_and_borrows_the_arguments() {
        let spans = Spans::default();
        let error = format!("event error={}", refusal());
        assert!(counted(&spans, waits("1".into())).await.is_err());
        assert_eq!(spans.taken(), ["waits id=\"1\""; 3]);
        assert_eq!(counted(&spans, looks_at_both("2".into(), vec![0])).await.unwrap(), "2 1");
        let attempt = ["looks_at_both id=\"2\" more=[0]".to_owned(), error.clone()];
        assert_eq!(spans.taken(), [&attempt[..], &attempt, &attempt].concat());
        assert!(counted(&spans, looks_at_errors("3".into())).await.is_err());
        assert_eq!(spans.taken().len(), 6);
        assert!(counted(&spans, looks_at_results("4".into())).await.is_err());
        assert_eq!(spans.taken().len(), 6);
        assert!(counted(&spans, twice("5".into())).await.is_err());
        assert_eq!(spans.taken().iter().filter(|span| span.starts_with("outer")).count(), 3);
        assert_eq!(counted(&spans, moves("6".into())).await.unwrap(), "6");
        assert_eq!(spans.taken(), ["moves id=\"6\""]);
        assert!(counted(&spans, boxed("7".into())).await.is_err());
        assert_eq!(spans.taken().len(), 6);
        assert!(noted(&spans, || blocks("8".into())).is_err());
        assert_eq!(spans.taken(), ["blocks id=\"8\""; 3]);
        assert!(noted(&spans, || blocks_and_looks_at_both("9".into(), vec![0])).is_err());
        assert_eq!(spans.taken().len(), 6);
    }
}

/// Above ours in methods, and under `#[async_trait]`.
mod above_in_methods {
    use super::*;

    #[derive(Debug)]
    struct Client {
        host: &'static str,
        calls: u32,
    }

    impl Client {
        #[instrument(skip(self), fields(host = %self.host))]
        #[retry(base_delay = 1ms)]
        async fn shared(&self, id: String) -> Outcome<String> {
            Err(refusal()).map(|()| id.clone())
        }

        #[instrument(ret)]
        #[retry(base_delay = 1ms)]
        async fn exclusive(&mut self, id: String) -> Outcome<String> {
            self.calls += 1;
            if self.calls < 3 { Err(refusal()) } else { Ok(id.clone()) }
        }

        #[instrument(err, skip_all)]
        #[retry(base_delay = 1ms)]
        fn blocks(&mut self, id: String) -> Outcome<String> {
            self.calls += 1;
            if self.calls < 3 { Err(refusal()) } else { Ok(id.clone()) }
        }
    }

    #[async_trait::async_trait]
    trait Get {
        async fn get(&self, id: String) -> Outcome<String>;
        async fn get_and_count(&mut self, id: String, key: &str) -> Outcome<String>;
        async fn taken(self, pair: (String, u32)) -> Outcome<u32>;
    }

    #[async_trait::async_trait]
    impl Get for Client {
        #[instrument(skip(self), fields(host = %self.host))]
        #[retry(base_delay = 1ms)]
        async fn get(&self, id: String) -> Outcome<String> {
            tokio::task::yield_now().await;
            Err(refusal()).map(|()| format!("{} {id}", self.host))
        }

        #[instrument(ret)]
        #[retry(base_delay = 1ms)]
        async fn get_and_count(&mut self, mut id: String, key: &str) -> Outcome<String> {
            self.calls += 1;
            id.push_str(key);
            if self.calls < 3 { Err(refusal()) } else { Ok(id) }
        }

        #[instrument(skip_all)]
        #[fallback(|_| Ok(length))]
        async fn taken(self, (id, length): (String, u32)) -> Outcome<u32> {
            drop((self, id));
            Err(refusal())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn each_attempt_has_a_span() {
        let spans = Spans::default();
        let mut client = Client { host: "here", calls: 0 };
        assert!(counted(&spans, client.shared("1".into())).await.is_err());
        assert_eq!(spans.taken(), ["shared host=here id=\"1\""; 3]);
        assert_eq!(counted(&spans, client.exclusive("2".into())).await.unwrap(), "2");
        assert_eq!(spans.taken()[4], "exclusive id=\"2\" self=Client { host: \"here\", calls: 2 }");
        client.calls = 0;
        assert_eq!(noted(&spans, || client.blocks("3".into())).unwrap(), "3");
        assert_eq!(spans.taken().len(), 5);
        assert!(counted(&spans, client.get("4".into())).await.is_err());
        assert_eq!(spans.taken(), ["get host=here id=\"4\""; 3]);
        client.calls = 0;
        assert_eq!(counted(&spans, client.get_and_count("5".into(), "k")).await.unwrap(), "5k");
        assert_eq!(spans.taken()[4], "get_and_count id=\"5\" key=\"k\" self=Client { host: \"here\", calls: 2 }");
        assert_eq!(counted(&spans, client.taken((String::new(), 7))).await.unwrap(), 7);
        assert_eq!(spans.taken(), ["taken"]);
    }
}

/// An attribute whose code is unknown to ours: arguments that it consumes are cloned for each attempt.
mod unknown_above {
    use super::*;

    static CALLS: AtomicU32 = AtomicU32::new(0);

    #[cached::macros::cached(max_size = 10)]
    #[retry(base_delay = 1ms)]
    fn cached(id: String, more: Vec<u8>) -> Result<String, std::fmt::Error> {
        if CALLS.fetch_add(1, Ordering::Relaxed) < 2 { Err(std::fmt::Error) } else { Ok(format!("{id}{}", more.len())) }
    }

    #[moving]
    #[retry(base_delay = 1ms)]
    fn moved(id: String, mut more: Vec<u8>, key: &str, counted: &mut Vec<u8>) -> Result<String, String> {
        more.push(1);
        counted.push(1);
        Err(format!("{id} {} {key} {}", more.len(), counted.len()))
    }

    /// Only the arguments that the fallback names have to be `Clone`.
    #[moving]
    #[fallback(|_| Ok(id))]
    fn moved_once(id: String, call: Box<dyn Fn(&str)>) -> Result<String, String> {
        call(&id);
        Err(id)
    }

    struct Client(&'static str);

    impl Client {
        #[moving]
        #[retry(base_delay = 1ms)]
        fn moved(&self, id: String) -> Result<String, String> {
            Err(format!("{} {id}", self.0))
        }
    }

    #[test]
    fn what_a_closure_takes_is_copied() {
        assert_eq!(moved("1".into(), Vec::new(), "key", &mut Vec::new()), Err("1 1 key 3".into()));
        assert_eq!(moved_once("2".into(), Box::new(|_| ())), Ok("2".into()));
        assert_eq!(Client("here").moved("3".into()), Err("here 3".into()));
    }

    #[test]
    fn each_attempt_has_the_arguments() {
        assert_eq!(cached("1".into(), vec![0]).unwrap(), "11");
        assert_eq!(CALLS.load(Ordering::Relaxed), 3);
    }
}
