//! Bodies that are held on their threads, callers that leave, and shutdowns.

mod shutdown;
mod threads;

use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use super::policy::ThreadBulkheadPolicy;
use super::thread_bulkhead::{ThreadBulkhead, ThreadStats};
use crate::core::error::{Error, Failure};
use crate::deadline::current::deadline;
use crate::deadline::given::with_deadline_blocking;

const HOUR: Duration = Duration::from_secs(3_600);

type Outcome<T> = Result<T, Failure<Infallible>>;

fn of(threads: u32, max_queue: u32) -> Arc<ThreadBulkhead> {
    Arc::new(ThreadBulkhead::new("test", ThreadBulkheadPolicy::new(threads).max_queue(max_queue)))
}

/// Bodies that run until this is dropped.
struct Held {
    release: Option<Sender<()>>,
    callers: Vec<thread::JoinHandle<Outcome<()>>>,
}

impl Held {
    /// As many as there are threads.
    fn all_of(bulkhead: &Arc<ThreadBulkhead>) -> Self {
        let (release, released) = channel::<()>();
        let released = Arc::new(std::sync::Mutex::new(released));
        let (begun, has_begun) = channel();
        let most = bulkhead.policy().most_running();
        let callers = (0..most).map(|_| {
            let (bulkhead, begun, released) = (Arc::clone(bulkhead), begun.clone(), Arc::clone(&released));
            let body = move || {
                begun.send(()).expect("the test waits");
                drop(released.lock().map(|released| released.recv()));
                Ok(())
            };
            thread::spawn(move || bulkhead.call(body))
        });
        let callers = callers.collect();
        (0..most).for_each(|_| has_begun.recv().expect("a thread for each"));
        Self { release: Some(release), callers }
    }

    /// Lets them end, and waits for that.
    fn release(mut self) {
        drop(self.release.take());
        for caller in self.callers.drain(..) {
            assert_eq!(caller.join().expect("it does not panic"), Ok(()));
        }
    }
}

fn is_refused<T>(outcome: &Outcome<T>) -> bool {
    matches!(outcome, Err(Failure::Refused(Error::BulkheadFull { .. })))
}

fn poll_once<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime")
}

#[test]
fn exactly_as_many_are_admitted_as_there_are_threads_and_places_in_the_queue() {
    for (threads, max_queue) in [(1, 0), (1, 3), (4, 0), (3, 100)] {
        let bulkhead = of(threads, max_queue);
        let capacity = (threads + max_queue) as usize;
        assert_eq!((bulkhead.capacity(), bulkhead.available_capacity()), (capacity, capacity));
        let held = Held::all_of(&bulkhead);
        let runtime = runtime();
        runtime.block_on(async {
            let mut waiting: Vec<_> =
                (0..max_queue).map(|_| Box::pin(bulkhead.run(|| Ok::<_, Infallible>(7)))).collect();
            for call in &mut waiting {
                assert!(poll_once(call.as_mut()).is_pending());
            }
            assert_eq!((bulkhead.busy(), bulkhead.queued()), (threads as usize, max_queue as usize));
            assert_eq!(bulkhead.available_capacity(), 0);
            for _ in 0..3 {
                assert!(is_refused(&bulkhead.run(|| Ok(7)).await));
                assert!(is_refused(&bulkhead.call(|| Ok(7))));
            }
            held.release();
            for call in waiting {
                assert_eq!(call.await, Ok(7));
            }
        });
        let ended = u64::from(threads + max_queue);
        let stats = ThreadStats { submitted: ended + 6, finished: ended, rejected: 6, ..ThreadStats::default() };
        assert_eq!(bulkhead.stats(), stats);
        assert_eq!((bulkhead.busy(), bulkhead.available_capacity()), (0, capacity));
    }
}

#[test]
fn calls_one_after_the_other_need_no_queue() {
    let bulkhead = of(1, 0);
    assert!((0..2_000).all(|call| bulkhead.call(move || Ok(call)) == Ok::<_, Failure<Infallible>>(call)));
    runtime().block_on(async {
        for call in 0..2_000 {
            assert_eq!(bulkhead.run(move || Ok(call)).await, Ok::<_, Failure<Infallible>>(call));
        }
    });
}

#[test]
fn sync_and_async_callers_are_served_in_the_order_of_their_arrival() {
    let bulkhead = of(1, 10);
    let held = Held::all_of(&bulkhead);
    let (ran, order) = channel();
    let body = |number: u32| {
        let ran = ran.clone();
        move || {
            ran.send(number).expect("the test waits");
            Ok::<_, Infallible>(())
        }
    };
    let runtime = runtime();
    runtime.block_on(async {
        let mut first = pin!(bulkhead.run(body(1)));
        assert!(poll_once(first.as_mut()).is_pending());
        let second = thread::spawn({
            let (bulkhead, body) = (Arc::clone(&bulkhead), body(2));
            move || bulkhead.call(body)
        });
        while bulkhead.queued() < 2 {
            thread::yield_now();
        }
        let mut third = pin!(bulkhead.run(body(3)));
        assert!(poll_once(third.as_mut()).is_pending());
        held.release();
        assert!(first.await.is_ok() && third.await.is_ok());
        assert!(second.join().expect("it does not panic").is_ok());
    });
    assert_eq!(order.try_iter().collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn a_caller_that_is_dropped_takes_its_body_out_of_the_queue() {
    let bulkhead = of(1, 2);
    let held = Held::all_of(&bulkhead);
    let holds = Arc::new(());
    let also = Arc::clone(&holds);
    {
        let mut call = pin!(bulkhead.run(move || -> Result<(), Infallible> { unreachable!("{also:?} is dropped") }));
        assert!(poll_once(call.as_mut()).is_pending());
        assert_eq!(bulkhead.queued(), 1);
    }
    assert_eq!((bulkhead.queued(), Arc::strong_count(&holds)), (0, 1));
    held.release();
    assert_eq!((bulkhead.stats().abandoned, bulkhead.stats().finished), (1, 1));
}

#[test]
fn a_body_whose_caller_is_dropped_runs_on_to_its_end() {
    let bulkhead = of(1, 1);
    let (release, released) = channel::<()>();
    let (begins, begun) = channel();
    let (ends, ended) = channel();
    let body = move || {
        begins.send(()).expect("the test waits");
        assert!(released.recv().is_err());
        ends.send(thread::current().name().map(str::to_owned)).expect("the test waits");
        Ok::<_, Infallible>(())
    };
    {
        let mut call = pin!(bulkhead.run(body));
        assert!(poll_once(call.as_mut()).is_pending());
        assert_eq!(begun.recv(), Ok(()));
    }
    assert_eq!((bulkhead.busy(), bulkhead.stats().abandoned), (1, 1));
    drop(release);
    assert_eq!(ended.recv(), Ok(Some("test".to_owned())));
    assert_eq!(bulkhead.call(|| Ok(7)), Ok::<_, Failure<Infallible>>(7));
    assert_eq!(bulkhead.stats(), ThreadStats { submitted: 2, finished: 1, abandoned: 1, ..ThreadStats::default() });
}

#[tokio::test(start_paused = true)]
async fn a_body_that_has_not_begun_within_max_wait_is_refused_and_never_begins() {
    let policy = ThreadBulkheadPolicy::new(1).max_wait(HOUR);
    let bulkhead = Arc::new(ThreadBulkhead::new("test", policy));
    let held = Held::all_of(&bulkhead);
    let mut call = pin!(bulkhead.run(|| -> Result<(), Infallible> { unreachable!("it never begins") }));
    assert!(poll_once(call.as_mut()).is_pending());
    tokio::time::advance(HOUR / 2).await;
    assert!(poll_once(call.as_mut()).is_pending());
    tokio::time::advance(HOUR / 2).await;
    assert!(is_refused(&call.await));
    assert_eq!(bulkhead.queued(), 0);
    held.release();
    assert_eq!(bulkhead.stats().rejected, 1);
}

#[test]
fn a_sync_caller_waits_as_long_as_it_may() {
    let policy = ThreadBulkheadPolicy::new(1).max_wait(Duration::from_millis(20));
    let bulkhead = Arc::new(ThreadBulkhead::new("test", policy));
    let held = Held::all_of(&bulkhead);
    let refused = bulkhead.call(|| -> Result<(), Infallible> { unreachable!("it never begins") });
    assert_eq!(refused, Err(Failure::Refused(Error::BulkheadFull { name: bulkhead.name(), limit: 1 })));
    held.release();
    assert_eq!(bulkhead.call(|| Ok(7)), Ok::<_, Failure<Infallible>>(7));
}

#[test]
fn a_call_that_may_not_wait_is_admitted_if_a_thread_can_be_made_or_is_idle() {
    let policy = ThreadBulkheadPolicy::new(1).max_wait(Duration::ZERO);
    let bulkhead = Arc::new(ThreadBulkhead::new("test", policy));
    assert!((0..100).all(|_| bulkhead.call(|| Ok::<_, Infallible>(())).is_ok()));
    let held = Held::all_of(&bulkhead);
    assert!(is_refused(&bulkhead.call(|| Ok(()))));
    held.release();
}

#[test]
fn a_panic_is_the_callers_and_the_thread_goes_on() {
    let bulkhead = of(1, 0);
    for _ in 0..10 {
        let call = AssertUnwindSafe(|| bulkhead.call(|| -> Result<(), Infallible> { panic!("on purpose") }));
        let panic = catch_unwind(call).expect_err("it panics");
        assert_eq!(panic.downcast_ref(), Some(&"on purpose"));
        let run = async { bulkhead.run(|| -> Result<(), Infallible> { panic!("on purpose") }).await };
        assert!(catch_unwind(AssertUnwindSafe(|| runtime().block_on(run))).is_err());
    }
    assert_eq!(bulkhead.call(|| Ok(7)), Ok::<_, Failure<Infallible>>(7));
    let stats = ThreadStats { submitted: 21, finished: 1, panicked: 20, ..ThreadStats::default() };
    assert_eq!((bulkhead.stats(), bulkhead.busy()), (stats, 0));
}

fn nested(bulkhead: &Arc<ThreadBulkhead>, depth: u32) -> Result<u32, Infallible> {
    if depth == 0 {
        return Ok(0);
    }
    let (inner, thread) = (Arc::clone(bulkhead), thread::current().id());
    let body = move || {
        assert!(depth == 3 || thread::current().id() == thread, "in place");
        Ok(nested(&inner, depth - 1)? + 1)
    };
    let outcome = if depth == 2 { runtime().block_on(bulkhead.run(body)) } else { bulkhead.call(body) };
    outcome.map_err(|_: Failure<Infallible>| unreachable!("it is not refused"))
}

#[test]
fn a_call_on_a_thread_of_the_same_bulkhead_runs_in_place() {
    let bulkhead = of(1, 0);
    assert_eq!(nested(&bulkhead, 3), Ok(3));
    let stats = ThreadStats { submitted: 3, finished: 3, ..ThreadStats::default() };
    assert_eq!(bulkhead.stats(), stats);
    let inner = Arc::clone(&bulkhead);
    let panics = move || {
        let call = || inner.call(|| -> Result<(), Infallible> { panic!("on purpose") });
        Ok::<_, Infallible>(catch_unwind(AssertUnwindSafe(call)).is_err())
    };
    assert_eq!(bulkhead.call(panics), Ok(true));
    assert_eq!(bulkhead.stats().panicked, 1);
}

#[test]
fn two_bulkheads_that_call_each_other_do_not_wait_for_each_other() {
    let (one, other) = (of(1, 100), of(1, 100));
    let there_and_back = || {
        let (one, other) = (Arc::clone(&one), Arc::clone(&other));
        move || {
            let back = Arc::clone(&one);
            let there = move || other.try_call(move || back.call(|| Ok::<_, Infallible>(7)));
            one.try_call(there)
        }
    };
    let callers: Vec<_> = (0..8).map(|_| thread::spawn(there_and_back())).collect();
    assert!(callers.into_iter().all(|caller| caller.join().expect("it does not panic") == Ok(7)));
}

#[test]
fn a_deadline_ends_the_wait_and_is_known_on_the_thread() {
    let bulkhead = of(1, 1);
    assert_eq!(bulkhead.call(|| Ok::<_, Infallible>(deadline().is_some())), Ok(false));
    let known = with_deadline_blocking(HOUR, || bulkhead.call(|| Ok::<_, Infallible>(deadline())));
    assert!(known.expect("there is time").is_some_and(|deadline| !deadline.is_over()));

    let (release, released) = channel::<()>();
    let soon = Duration::from_millis(10);
    let hangs = move || Ok::<_, Infallible>(released.recv().is_err());
    let late = with_deadline_blocking(soon, || bulkhead.call(hangs));
    assert!(matches!(late, Err(Failure::Refused(Error::TimedOut { .. }))));
    let never = || -> Result<(), Infallible> { unreachable!("it never begins") };
    let waits = with_deadline_blocking(soon, || bulkhead.call(never));
    assert!(matches!(waits, Err(Failure::Refused(Error::TimedOut { .. }))));
    let too_late = with_deadline_blocking(Duration::ZERO, || bulkhead.call(never));
    assert!(matches!(too_late, Err(Failure::Refused(Error::TimedOut { .. }))));
    drop(release);
    let stats = ThreadStats { submitted: 5, finished: 2, abandoned: 2, ..ThreadStats::default() };
    assert_eq!(bulkhead.call(|| Ok(7)), Ok::<_, Failure<Infallible>>(7));
    assert_eq!(bulkhead.stats(), ThreadStats { finished: 3, ..stats });
}

#[test]
fn calls_from_many_threads_that_leave_at_random_leave_nothing_behind() {
    let bulkhead = of(3, 5);
    let ran = Arc::new(AtomicUsize::new(0));
    thread::scope(|scope| {
        for caller in 0..8_u64 {
            let (bulkhead, ran) = (&bulkhead, &ran);
            scope.spawn(move || {
                let runtime = runtime();
                for call in 0..500_u64 {
                    let ran = Arc::clone(ran);
                    let body = move || Ok::<_, Infallible>(ran.fetch_add(1, Ordering::Relaxed));
                    match (caller + call) % 4 {
                        0 => drop(bulkhead.call(body)),
                        1 => drop(runtime.block_on(bulkhead.run(body))),
                        2 => drop(poll_once(pin!(bulkhead.run(body)))),
                        _ => drop(with_deadline_blocking(Duration::from_micros(call), || bulkhead.call(body))),
                    }
                }
            });
        }
    });
    assert_eq!(bulkhead.shutdown(HOUR).left, 0);
    let ThreadStats { submitted, finished, panicked, rejected, abandoned } = bulkhead.stats();
    assert_eq!(submitted, finished + panicked + rejected + abandoned);
    assert!(ran.load(Ordering::Relaxed) as u64 >= finished);
    assert_eq!((bulkhead.busy(), bulkhead.queued()), (0, 0));
}
