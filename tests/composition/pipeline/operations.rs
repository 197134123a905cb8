//! What a pipeline runs may borrow, and its future is `Send` where the operation's is.

use std::future::Future;
use std::io;
use std::rc::Rc;

use super::*;

static LASTING: std::sync::LazyLock<CircuitBreaker> =
    std::sync::LazyLock::new(|| CircuitBreaker::new("lasting", BreakerPolicy::new()));

struct Client {
    pipeline: Pipeline<io::Error>,
    base: String,
}

type Answer = Result<String, Failure<io::Error>>;

impl Client {
    fn new() -> Self {
        let slots = slots(10);
        let pipeline = Pipeline::new()
            .named("api")
            .retry(RetryPolicy::new())
            .breaker(&LASTING)
            .timeout(secs(2))
            .bulkhead(&slots)
            .build()
            .expect("nothing contradicts");
        Self { pipeline, base: "b".to_owned() }
    }

    async fn http(&self, id: u64, query: &str) -> Result<String, io::Error> {
        tokio::task::yield_now().await;
        Ok(format!("{}{id}{query}", self.base))
    }

    async fn get(&self, id: u64, query: &str) -> Answer {
        self.pipeline.run(|| self.http(id, query)).await
    }

    async fn tagged(&self, id: u64, tags: Vec<String>) -> Answer {
        self.pipeline.run(|| async { self.http(id, &tags[0]).await }).await
    }

    async fn by_async_closure(&self, id: u64, query: &str) -> Answer {
        self.pipeline.run(async || self.http(id, query).await).await
    }

    fn returned<'a>(&'a self, id: u64, query: &'a str) -> impl Future<Output = Answer> + Send + 'a {
        self.pipeline.run(move || self.http(id, query))
    }
}

trait Gets {
    fn gets(&self, id: u64, query: &str) -> impl Future<Output = Answer> + Send;
}

impl Gets for Client {
    async fn gets(&self, id: u64, query: &str) -> Answer {
        self.pipeline.run(|| self.http(id, query)).await
    }
}

#[async_trait::async_trait]
trait Dynamic: Sync {
    async fn get_dynamically(&self, query: &str, digit: &(dyn Fn(u32) -> u32 + Send + Sync)) -> Answer;
}

#[async_trait::async_trait]
impl Dynamic for Client {
    async fn get_dynamically(&self, query: &str, digit: &(dyn Fn(u32) -> u32 + Send + Sync)) -> Answer {
        let body = || async {
            self.http(1, query).await?;
            Ok(digit(3).to_string())
        };
        self.pipeline.run(body).await
    }
}

#[tokio::test]
async fn is_spawned_from_functions_traits_and_trait_objects() {
    let client = Arc::new(Client::new());
    let task = tokio::spawn(async move {
        let dynamic: &dyn Dynamic = &*client;
        [
            client.get(1, "q").await,
            client.tagged(2, vec!["t".to_owned()]).await,
            client.by_async_closure(3, "c").await,
            client.returned(4, "r").await,
            client.gets(5, "g").await,
            dynamic.get_dynamically("d", &|digit| digit + 1).await,
        ]
        .map(Result::unwrap)
    });
    assert_eq!(task.await.expect("no panic"), ["b1q", "b2t", "b3c", "b4r", "b5g", "4"]);
}

#[tokio::test]
async fn may_give_what_is_not_send_if_its_future_is() {
    fn is_send<F: Future + Send>(future: F) -> F {
        future
    }

    let pipeline: Pipeline<Rc<str>> = Pipeline::new().retry(steady(2, millis(1))).timeout(secs(1)).build().unwrap();
    let ran = std::sync::atomic::AtomicU32::new(0);
    let outcome = is_send(pipeline.run(|| async {
        tokio::task::yield_now().await;
        ran.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Err::<Rc<u32>, _>(Rc::from("down"))
    }));
    assert_eq!(outcome.await.unwrap_err().inner().map(|error| &**error), Some("down"));
    assert_eq!(ran.into_inner(), 2);
}

#[tokio::test]
async fn need_not_be_send_where_its_task_stays_on_a_thread() {
    let pipeline: Pipeline<String> = Pipeline::new().retry(RetryPolicy::new()).timeout(secs(1)).build().unwrap();
    let text = Rc::new("local".to_owned());
    let outcome = pipeline.run(|| async {
        tokio::task::yield_now().await;
        Ok(Rc::clone(&text))
    });
    assert_eq!(outcome.await.unwrap(), text);
}

#[tokio::test]
async fn changes_what_it_captures() {
    let pipeline: Pipeline<u32> = Pipeline::new().retry(steady(3, millis(1))).build().unwrap();
    let mut calls = Vec::new();
    let outcome = pipeline.run(|| {
        calls.push(calls.len());
        let last = calls.len() == 3;
        async move { if last { Ok("third") } else { Err(1) } }
    });
    assert_eq!(outcome.await.unwrap(), "third");
    assert_eq!(calls, [0, 1, 2]);
}

#[tokio::test]
async fn has_values_of_any_type_where_the_pipeline_names_none() {
    let pipeline: Pipeline<()> = Pipeline::new().retry(RetryPolicy::new()).build().unwrap();
    assert_eq!(pipeline.run(async || Ok(7)).await, Ok(7));
    assert_eq!(pipeline.run(async || Ok("seven")).await, Ok("seven"));
    assert_eq!(pipeline.run(async || Ok(())).await, Ok(()));
    assert_eq!(pipeline.call(|| Ok([7])), Ok([7]));
}

#[tokio::test]
async fn has_values_of_a_type_parameter() {
    struct Cache<V> {
        pipeline: Pipeline<String, V>,
    }

    impl<V: Clone + Send + Sync + 'static> Cache<V> {
        fn new(spare: V) -> Self {
            Self { pipeline: Pipeline::new().fallback(move |_| Ok(spare.clone())).build().unwrap() }
        }

        async fn get(&self, found: Result<V, String>) -> Result<V, Failure<String>> {
            self.pipeline.run(|| std::future::ready(found.clone())).await
        }
    }

    let cache = Cache::new(7);
    assert_eq!(cache.get(Ok(1)).await, Ok(1));
    assert_eq!(cache.get(Err("lost".to_owned())).await, Ok(7));
}

#[tokio::test]
async fn runs_through_nothing_without_layers() {
    let pipeline: Pipeline<String> = Pipeline::new().build().unwrap();
    assert_eq!(pipeline.run(async || Ok(7)).await, Ok(7));
    assert_eq!(pipeline.call(|| Err::<(), _>("down".to_owned())), Err(Failure::Inner("down".to_owned())));
}

#[tokio::test]
async fn a_call_can_have_a_last_answer_of_its_own() {
    let pipeline: Pipeline<String> = Pipeline::new().retry(steady(1, millis(1))).build().unwrap();
    let own = "cached".to_owned();
    let answer = pipeline.run_or(
        async || Err("down".to_owned()),
        |failure| {
            assert_eq!(failure, Failure::Inner("down".to_owned()));
            Ok(own.clone())
        },
    );
    assert_eq!(answer.await, Ok("cached".to_owned()));
    let answer = pipeline.run_or_async(async || Err::<String, _>("down".to_owned()), async |_| Err("both".to_owned()));
    assert_eq!(answer.await, Err("both".to_owned()));
    let answer = pipeline.run_or_async(async || Ok(own.clone()), async |_| unreachable!("it succeeds"));
    assert_eq!(answer.await, Ok("cached".to_owned()));
    assert_eq!(pipeline.call_or(|| Err("down".to_owned()), |_| Ok(own.clone())), Ok("cached".to_owned()));
}

#[test]
fn shows_its_layers() {
    let pipeline: Pipeline<String> =
        Pipeline::new().named("api").retry(RetryPolicy::new()).timeout(secs(1)).build().unwrap();
    assert_eq!(format!("{pipeline:?}"), r#"Pipeline { name: "api", layers: ["retry", "timeout"] }"#);
    assert_eq!(pipeline.clone().name(), "api");
}
