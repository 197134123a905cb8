//! A pipeline with a bulkhead of threads does what `#[bulkhead(threads = …)]` does, called and awaited.

mod cancelling;
mod layers;
mod limits;

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::Sender;
use std::task::Poll;
use std::thread;

use resilient::{ThreadBulkhead, ThreadBulkheadPolicy, ThreadPipeline, ThreadStats};

use super::sync_operations::hanging;
use super::*;

type Plain = ThreadPipeline<String>;

const HOUR: Duration = secs(3_600);

fn threads(policy: ThreadBulkheadPolicy) -> Arc<ThreadBulkhead> {
    Arc::new(ThreadBulkhead::new("images", policy))
}

/// So many threads, and nobody waits for one.
fn of(number: u32) -> Arc<ThreadBulkhead> {
    threads(ThreadBulkheadPolicy::new(number).max_queue(0))
}

fn thread_name() -> String {
    thread::current().name().unwrap_or_default().to_owned()
}

/// How often an operation has begun, on any thread.
#[derive(Clone, Default)]
struct Begun(Arc<AtomicU32>);

impl Begun {
    /// The number of this time, from 1.
    fn count(&self) -> u32 {
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }

    fn get(&self) -> u32 {
        self.0.load(Ordering::SeqCst)
    }
}

/// Calls an operation in both ways: sync, and within a runtime whose clock is paused.
fn both<O: Send + 'static>(
    pipeline: &Plain,
    operation: impl Fn() -> Result<O, String> + Clone + Send + 'static,
) -> [Result<O, Failure<String>>; 2] {
    [pipeline.call(operation.clone()), paused().block_on(pipeline.run(operation))]
}

/// Polls a call once, which has to wait.
async fn begin<O: std::fmt::Debug>(mut call: Pin<&mut impl Future<Output = O>>) {
    let is_pending = poll_fn(|context| Poll::Ready(call.as_mut().poll(context).is_pending())).await;
    assert!(is_pending, "it waits");
}

fn paused() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime")
}

/// An operation that hangs until the first of the two is dropped.
fn held_up() -> (Sender<()>, impl Fn() -> Result<(), String> + Clone + Send + 'static) {
    let (end, hang) = hanging();
    let operation = move || {
        hang();
        Ok(())
    };
    (end, operation)
}

/// Threads of a bulkhead that run something until this is dropped.
struct Occupied {
    release: Option<Sender<()>>,
    callers: Vec<thread::JoinHandle<()>>,
}

impl Occupied {
    fn threads(number: usize, bulkhead: &Arc<ThreadBulkhead>) -> Self {
        let (release, hang) = held_up();
        let occupy = |_| {
            let (bulkhead, hang) = (Arc::clone(bulkhead), hang.clone());
            thread::spawn(move || bulkhead.call(hang).expect("there is a thread for it"))
        };
        let callers = (0..number).map(occupy).collect();
        while bulkhead.busy() < number {
            thread::yield_now();
        }
        Self { release: Some(release), callers }
    }
}

impl Drop for Occupied {
    fn drop(&mut self) {
        self.release = None;
        for caller in self.callers.drain(..) {
            caller.join().expect("it does not panic");
        }
    }
}

#[test]
fn each_attempt_runs_a_clone_of_the_operation_on_a_thread() {
    let bulkhead = threads(ThreadBulkheadPolicy::new(2));
    let pipeline: Plain = Pipeline::new().retry(steady(3, millis(1))).build_on(&bulkhead).unwrap();
    let begun = Begun::default();
    let operation = {
        let begun = begun.clone();
        move || if begun.count().is_multiple_of(3) { Ok(thread_name()) } else { Err("busy".to_owned()) }
    };
    assert_eq!(both(&pipeline, operation), [Ok("images".to_owned()), Ok("images".to_owned())]);
    assert_eq!((begun.get(), bulkhead.stats().finished), (6, 6));
}

#[test]
fn values_of_one_type_have_fallbacks_and_filters() {
    let bulkhead = of(1);
    let built = Pipeline::new()
        .fallback(|_| Ok(0))
        .retry(steady(2, Duration::ZERO))
        .retry_if_ok(|value| *value == 1)
        .build_on(&bulkhead);
    let pipeline: ThreadPipeline<String, u32> = built.unwrap();
    assert_eq!((pipeline.call(|| Err("down".to_owned())), pipeline.call(|| Ok(1))), (Ok(0), Ok(1)));
    let ran =
        paused().block_on(async { (pipeline.run(|| Err("down".to_owned())).await, pipeline.run(|| Ok(1)).await) });
    assert_eq!(ran, (Ok(0), Ok(1)));
    assert_eq!(bulkhead.stats().finished, 8);
    assert_eq!(
        format!("{:?}", pipeline.clone()),
        r#"ThreadPipeline { name: "pipeline", layers: ["fallback", "retry", "bulkhead"], bulkhead: "images" }"#
    );
    assert_eq!(pipeline.name(), "pipeline");
}

#[test]
fn without_a_bulkhead_the_operation_moves_to_a_helper_thread() {
    let pipeline: Plain = Pipeline::new().timeout(HOUR).build_on(None::<Arc<ThreadBulkhead>>).unwrap();
    assert_eq!(both(&pipeline, || Ok(thread_name())).map(Result::unwrap), ["resilient-helper"; 2]);
}

#[test]
fn a_handle_and_a_registered_bulkhead_give_the_threads() {
    #[resilient::bulkhead(name = "pipeline: threads", threads = 2)]
    static PIPELINE_THREADS: ThreadBulkhead;

    let handle: Plain = Pipeline::new().build_on(&PIPELINE_THREADS).unwrap();
    assert_eq!(both(&handle, || Ok(thread_name())).map(Result::unwrap), ["pipeline: threads"; 2]);
    let registered = resilient::registry().thread_bulkhead("pipeline: threads").expect("it has run");
    let registered: Plain = Pipeline::new().build_on(registered).unwrap();
    assert_eq!(registered.call(|| Ok(thread_name())).unwrap(), "pipeline: threads");
    assert_eq!(PIPELINE_THREADS.stats().finished, 3);
}

#[test]
fn the_future_is_send_and_blocks_no_thread_of_the_runtime() {
    let bulkhead = of(1);
    let pipeline: Plain = Pipeline::new().retry(steady(2, millis(1))).timeout(HOUR).build_on(&bulkhead).unwrap();
    let (release, hang) = held_up();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let ended = runtime.block_on(async move {
        let call = tokio::spawn(async move { pipeline.run(hang).await });
        while bulkhead.busy() == 0 {
            tokio::task::yield_now().await;
        }
        drop(release);
        call.await.expect("it does not panic")
    });
    assert_eq!(ended, Ok(()));
}

#[test]
fn an_operation_that_calls_its_own_pipeline_runs_the_inner_one_in_place() {
    fn nested(pipeline: &Plain, depth: u32) -> Result<u32, String> {
        if depth == 0 {
            return Ok(0);
        }
        let (inner, thread) = (pipeline.clone(), thread::current().id());
        let operation = move || {
            assert!(depth == 4 || thread::current().id() == thread, "in place");
            nested(&inner, depth - 1).map(|depth| depth + 1)
        };
        let outcome = match depth {
            2 => paused().block_on(pipeline.run(operation)),
            _ => pipeline.call(operation),
        };
        outcome.map_err(|failure| failure.to_string())
    }

    let pipeline: Plain = Pipeline::new().retry(RetryPolicy::new()).timeout(HOUR).build_on(of(1)).unwrap();
    assert_eq!(nested(&pipeline, 4), Ok(4));
}
