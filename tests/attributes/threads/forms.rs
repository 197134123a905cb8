//! Functions, methods, handles and values.

use super::*;

#[bulkhead(name = "threads: forms", threads = 2)]
fn sync(id: u64) -> Result<(u64, String), Error> {
    Ok((id, thread_name()))
}

#[bulkhead(name = "threads: forms", threads)]
async fn on_the_same(id: u64) -> Result<(u64, String), Error> {
    Ok((id, thread_name()))
}

#[tokio::test]
async fn the_body_of_a_sync_and_of_an_async_function_runs_on_threads_that_they_share() {
    assert_eq!(sync(1), Ok((1, "threads: forms".to_owned())));
    assert_eq!(on_the_same(2).await, Ok((2, "threads: forms".to_owned())));
    let bulkhead = images("threads: forms");
    assert_eq!((bulkhead.capacity(), bulkhead.stats().finished), (102, 2));
    assert_eq!(bulkhead.policy(), ThreadBulkheadPolicy::new(2));
    assert!(registry().bulkhead("threads: forms").is_none(), "one without threads is another kind");
}

#[bulkhead(threads = 1)]
fn own() -> Result<String, Error> {
    Ok(thread_name())
}

#[test]
fn without_a_name_it_is_the_functions_own() {
    assert_eq!(own(), Ok(concat!(module_path!(), "::own").to_owned()));
}

const POLICY: ThreadBulkheadPolicy = ThreadBulkheadPolicy::new(3).max_queue(7);

#[bulkhead(name = "threads: policy", policy = POLICY, threads, max_wait = 5s)]
fn by_policy() -> Result<(), Error> {
    Ok(())
}

#[bulkhead(name = "threads: all settings", threads = THREADS, max_queue = 3, max_wait = unlimited, keep_alive = 1min)]
async fn all_settings() -> Result<(), Error> {
    Ok(())
}

const THREADS: usize = 5;

#[tokio::test]
async fn settings_reach_the_bulkhead() {
    assert_eq!((by_policy(), all_settings().await), (Ok(()), Ok(())));
    assert_eq!(images("threads: policy").policy(), POLICY.max_wait(secs(5)));
    let all = ThreadBulkheadPolicy::new(5).max_queue(3).keep_alive(secs(60));
    assert_eq!(images("threads: all settings").policy(), all);
}

/// Images.
#[bulkhead(threads = 2, max_queue = 1)]
static HANDLE: ThreadBulkhead;

#[bulkhead(HANDLE, threads)]
fn by_handle() -> Result<String, Error> {
    Ok(thread_name())
}

struct Service {
    own: Arc<ThreadBulkhead>,
    none: Option<ThreadBulkhead>,
}

#[bulkhead(own, threads)]
async fn by_value(own: Arc<ThreadBulkhead>, id: u64) -> Result<(u64, String), Error> {
    Ok((id, thread_name()))
}

#[bulkhead(service.none, threads)]
async fn without(service: Arc<Service>) -> Result<String, Error> {
    Ok(format!("{}, {}", thread_name(), service.own.capacity()))
}

#[bulkhead(service.none, threads)]
fn without_sync(service: Arc<Service>) -> Result<String, Error> {
    Ok(format!("{}, {}", thread_name(), service.own.capacity()))
}

#[tokio::test]
async fn a_handle_and_a_value_give_the_threads() {
    assert_eq!(by_handle(), Ok("handle".to_owned()));
    assert_eq!((HANDLE.capacity(), HANDLE.stats().finished), (3, 1));
    let own = Arc::new(ThreadBulkhead::new("of its own", ThreadBulkheadPolicy::new(1)));
    assert_eq!(by_value(Arc::clone(&own), 7).await, Ok((7, "of its own".to_owned())));
    let service = Arc::new(Service { own, none: None });
    assert_eq!(without(Arc::clone(&service)).await, Ok("resilient-helper, 101".to_owned()));
    assert_eq!(without_sync(service), Ok("resilient-helper, 101".to_owned()));
}

#[derive(Clone)]
struct Client {
    base: String,
}

impl Client {
    #[bulkhead(threads = 1)]
    async fn method(self, mut path: String) -> Result<String, Error> {
        path.insert_str(0, &self.base);
        Ok(path)
    }

    #[bulkhead(threads = 1)]
    fn shared(self: Arc<Self>, (left, right): (u32, u32)) -> Result<String, Error> {
        let sum = left + right;
        let Some(sum) = Some(sum).filter(|sum| *sum > 0) else { return Ok(String::new()) };
        Ok(format!("{}{sum}", self.base))
    }
}

#[bulkhead(threads = 1)]
async fn generic<T: Send + 'static, const N: usize>(values: [T; N]) -> Result<Vec<T>, Error> {
    Ok(values.into_iter().rev().collect())
}

#[fallback(|_| "answered".to_owned())]
#[bulkhead(threads = 1)]
async fn plain(panics: bool) -> String {
    assert!(!panics, "on purpose");
    thread_name()
}

#[tokio::test]
async fn arguments_are_moved_and_question_marks_and_returns_leave_the_body() {
    let client = Client { base: "/".to_owned() };
    assert_eq!(client.clone().method("a".to_owned()).await, Ok("/a".to_owned()));
    assert_eq!(Arc::new(client.clone()).shared((1, 2)), Ok("/3".to_owned()));
    assert_eq!(Arc::new(client).shared((0, 0)), Ok(String::new()));
    assert_eq!(generic([1, 2, 3]).await, Ok(vec![3, 2, 1]));
    assert_eq!(plain(false).await, concat!(module_path!(), "::plain"));
    let panics = tokio::spawn(plain(true)).await;
    assert!(panics.is_err_and(|error| error.is_panic()), "it goes on in the caller");
}

#[tokio::test]
async fn the_future_is_send_and_blocks_no_thread_of_the_runtime() {
    #[bulkhead(threads = 1)]
    async fn held(begun: Sender<()>, released: Receiver<()>) -> Result<(), Error> {
        hold(&begun, &released);
        Ok(())
    }

    let (release, released) = channel();
    let (begun, has_begun) = channel();
    let call = tokio::spawn(held(begun, released));
    // On the only thread of this runtime.
    while has_begun.try_recv().is_err() {
        tokio::task::yield_now().await;
    }
    drop::<Sender<()>>(release);
    assert!(call.await.expect("it does not panic").is_ok());
}

mod shared_settings {
    use super::*;

    resilient::policy! {
        pub(crate) threaded = #[retry(max_attempts = 2, base_delay = 0s)] #[bulkhead(name = "threads: stack", threads = 2)];
    }

    #[resilient::apply(threaded)]
    fn sync(id: u64) -> Result<u64, Error> {
        Ok(id)
    }

    #[resilient::apply(threaded, bulkhead(max_queue = 3))]
    async fn of_other_settings(id: u64) -> Result<u64, Error> {
        Ok(id)
    }

    #[test]
    fn a_stack_for_many_functions_can_have_threads() {
        assert_eq!(sync(7), Ok(7));
        assert_eq!(images("threads: stack").capacity(), 102);
        let _ = of_other_settings;
    }
}
