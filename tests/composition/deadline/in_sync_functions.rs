//! Deadlines of sync functions.

use super::*;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Instant;

#[test]
fn no_attempt_begins_after_it_unseen() {
    // The second attempt ends 100 ms before the limit, so a slow machine sees the same.
    #[timeout(300ms)]
    #[retry(policy = steady(50, millis(200)))]
    fn call(ran: Arc<AtomicU32>) -> Result<u32, Fault> {
        ran.fetch_add(1, Ordering::SeqCst);
        Err(Fault::Own)
    }

    let ran = Arc::new(AtomicU32::new(0));
    assert_eq!(call(Arc::clone(&ran)), Err(Fault::Own), "the error that explains is kept");
    let seen = ran.load(Ordering::SeqCst);
    thread::sleep(millis(300));
    assert_eq!(ran.load(Ordering::SeqCst), seen);
    assert!(seen <= 2, "{seen} attempts in 300 ms");
}

#[test]
fn other_tasks_of_a_runtime_that_its_body_drives_have_none_of_it() {
    #[retry(policy = steady(3, millis(60)))]
    async fn background(ran: Arc<AtomicU32>) -> Result<u32, Fault> {
        assert_eq!(remaining(), None);
        ran.fetch_add(1, Ordering::SeqCst);
        Err(Fault::Own)
    }

    #[timeout(50ms, cooperative)]
    fn drives(runtime: &tokio::runtime::Runtime) -> Result<Option<Duration>, Fault> {
        Ok(runtime.block_on(async {
            tokio::task::yield_now().await;
            remaining()
        }))
    }

    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let ran = Arc::new(AtomicU32::new(0));
    let task = runtime.spawn(background(Arc::clone(&ran)));
    assert!(drives(&runtime).expect("in time").is_some());
    assert_eq!(ran.load(Ordering::SeqCst), 1, "it was polled meanwhile");
    assert_eq!(runtime.block_on(task).expect("no panic"), Err(Fault::Own));
    assert_eq!(ran.load(Ordering::SeqCst), 3);
}

#[test]
fn an_async_wait_ends_with_it() {
    #[bulkhead(name = "deadline: awaits", max_concurrent = 1, max_wait = 100s)]
    async fn awaits() -> Result<u32, Fault> {
        Ok(7)
    }

    #[timeout(30ms)]
    fn call() -> Result<u32, Fault> {
        tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(awaits())
    }

    let bulkhead = registry().bulkhead("deadline: awaits").expect("an attribute names it");
    let slot = bulkhead.try_acquire().expect("it is free");
    assert_eq!(call(), timed_out("in_sync_functions::call", millis(30)));
    let start = Instant::now();
    while bulkhead.waiting() > 0 {
        assert!(start.elapsed() < secs(10), "nobody waits unseen");
        thread::sleep(millis(1));
    }
    drop(slot);
    assert_eq!(call(), Ok(7));
}

#[test]
fn below_a_cooperative_one_retries_and_waits_come_back_in_time() {
    #[timeout(100ms, cooperative)]
    #[retry(policy = steady(50, millis(40)))]
    fn retries() -> Result<u32, Fault> {
        Err(Fault::Own)
    }

    #[timeout(100ms, cooperative)]
    #[bulkhead(name = "deadline: waits in place", max_concurrent = 1, max_wait = 100s)]
    fn waits() -> Result<u32, Fault> {
        Ok(7)
    }

    let start = Instant::now();
    assert_eq!(retries(), Err(Fault::Own));
    assert_eq!(waits(), Ok(7));
    let slot = registry().bulkhead("deadline: waits in place").expect("it has run").try_acquire().expect("it is free");
    assert_eq!(waits(), timed_out("in_sync_functions::waits", millis(100)));
    drop(slot);
    assert!(start.elapsed() < secs(10), "not after the wait");
    assert_eq!(waits(), Ok(7));
}

#[test]
fn a_body_does_not_begin_when_its_caller_has_left() {
    #[timeout(300ms)]
    #[bulkhead(name = "deadline: waits", max_concurrent = 1, max_wait = 100s)]
    fn call(ran: Arc<AtomicU32>) -> Result<u32, Fault> {
        ran.fetch_add(1, Ordering::SeqCst);
        Ok(7)
    }

    let ran = Arc::new(AtomicU32::new(0));
    assert_eq!(call(Arc::clone(&ran)), Ok(7));
    let bulkhead = registry().bulkhead("deadline: waits").expect("it has run");
    let slot = bulkhead.try_acquire().expect("it is free");
    assert_eq!(call(Arc::clone(&ran)), timed_out("in_sync_functions::call", millis(300)));
    let start = Instant::now();
    while bulkhead.waiting() > 0 {
        assert!(start.elapsed() < secs(10), "an abandoned call does not wait on");
        thread::sleep(millis(1));
    }
    drop(slot);
    thread::sleep(millis(50));
    assert_eq!(ran.load(Ordering::SeqCst), 1);
}

#[test]
fn no_hook_and_no_fallback_begins_after_it() {
    static BEGUN: AtomicU32 = AtomicU32::new(0);

    #[allow(clippy::unnecessary_wraps, reason = "a fallback has the function's type")]
    fn begin() -> Result<u32, Fault> {
        BEGUN.fetch_add(1, Ordering::SeqCst);
        Ok(0)
    }

    #[timeout(5ms, cooperative)]
    #[fallback(begin)]
    #[retry(base_delay = 1ms, on_retry = |_| drop(begin()))]
    fn late() -> Result<u32, Fault> {
        thread::sleep(millis(30));
        Err(Fault::Own)
    }

    #[timeout(5ms, cooperative)]
    fn around() -> Result<u32, Fault> {
        below()
    }

    #[fallback(begin)]
    fn below() -> Result<u32, Fault> {
        thread::sleep(millis(30));
        Err(Fault::Own)
    }

    #[timeout(policy = TimeoutPolicy::new(millis(5)).named("mine"), cooperative)]
    fn around_a_limit() -> Result<u32, Fault> {
        limited_below()
    }

    #[timeout(10s, cooperative)]
    #[fallback(begin)]
    fn limited_below() -> Result<u32, Fault> {
        thread::sleep(millis(30));
        Err(Fault::Own)
    }

    assert_eq!(around_a_limit(), timed_out_by("mine", millis(5)));
    assert_eq!(late(), timed_out("in_sync_functions::late", millis(5)));
    assert_eq!(around(), timed_out("in_sync_functions::around", millis(5)));
    assert_eq!(BEGUN.load(Ordering::SeqCst), 0);
    assert_eq!(below(), Ok(0), "without a deadline it answers");
}

#[test]
fn the_limit_that_ended_first_is_named() {
    #[timeout(20ms, cooperative)]
    fn outer(inner: fn() -> Result<u32, Fault>) -> Result<u32, Fault> {
        inner()
    }

    #[timeout(100s, cooperative)]
    fn in_place() -> Result<u32, Fault> {
        thread::sleep(millis(40));
        Ok(0)
    }

    #[timeout(100s)]
    fn on_a_helper_thread() -> Result<u32, Fault> {
        thread::sleep(millis(40));
        Ok(0)
    }

    #[timeout(10ms)]
    fn shorter() -> Result<u32, Fault> {
        thread::sleep(millis(40));
        Ok(0)
    }

    #[timeout(100s, cooperative)]
    fn longer(inner: fn() -> Result<u32, Fault>) -> Result<u32, Fault> {
        inner()
    }

    assert_eq!(outer(in_place), timed_out("in_sync_functions::outer", millis(20)));
    assert_eq!(outer(on_a_helper_thread), timed_out("in_sync_functions::outer", millis(20)));
    assert_eq!(longer(shorter), timed_out("in_sync_functions::shorter", millis(10)));
}

#[test]
fn a_computed_limit_of_zero_is_timed_out_without_running_the_body() {
    #[timeout(limit)]
    fn call(limit: Duration, ran: Arc<AtomicU32>) -> Result<u32, Fault> {
        ran.fetch_add(1, Ordering::SeqCst);
        Ok(7)
    }

    #[timeout(limit, cooperative)]
    fn in_place(limit: Duration, ran: &AtomicU32) -> Result<u32, Fault> {
        ran.fetch_add(1, Ordering::SeqCst);
        Ok(7)
    }

    let ran = Arc::new(AtomicU32::new(0));
    assert_eq!(call(Duration::ZERO, Arc::clone(&ran)), timed_out("in_sync_functions::call", Duration::ZERO));
    assert_eq!(in_place(Duration::ZERO, &ran), timed_out("in_sync_functions::in_place", Duration::ZERO));
    assert_eq!(ran.load(Ordering::SeqCst), 0);
}

#[test]
fn a_limit_of_none_runs_in_place_without_a_deadline() {
    #[timeout(limit)]
    fn call(limit: Option<Duration>) -> Result<(thread::ThreadId, bool), Fault> {
        Ok((thread::current().id(), deadline().is_some()))
    }

    assert_eq!(call(None), Ok((thread::current().id(), false)));
    let (thread, has_deadline) = call(Some(secs(100))).expect("in time");
    assert!(thread != thread::current().id() && has_deadline);
}

#[test]
fn a_breaker_below_it_counts_a_failure_at_the_deadline_and_a_late_result_in_the_totals_only() {
    #[timeout(10ms)]
    #[circuit_breaker(name = "deadline: sync", failure_threshold = 3)]
    fn call(ended: Receiver<()>) -> Result<u32, Fault> {
        let _ = ended.recv();
        Ok(0)
    }

    let (mut releases, mut results) = (Vec::<Sender<()>>::new(), Vec::new());
    // On a busy machine a body may begin late, and then the call is ignored.
    let start = Instant::now();
    while releases.is_empty() || breaker("deadline: sync").state() != CircuitState::Open {
        assert!(start.elapsed() < secs(60), "{:?}", breaker("deadline: sync").stats());
        let (release, ended) = channel();
        releases.push(release);
        results.push(call(ended));
    }
    assert!(results.iter().all(|result| *result == timed_out("in_sync_functions::call", millis(10))));
    let breaker = breaker("deadline: sync");
    assert_eq!(breaker.stats().failed_calls, 3);
    let hung = releases.len();
    drop(releases);
    while breaker.stats().successful_calls < 3 {
        assert!(start.elapsed() < secs(60), "{:?} of {hung} that hung", breaker.stats());
        thread::sleep(millis(1));
    }
    assert_eq!((breaker.state(), breaker.stats().failed_calls), (CircuitState::Open, 3));
}

#[test]
fn one_impatient_caller_opens_no_shared_breaker() {
    #[circuit_breaker(name = "deadline: sync shared", failure_threshold = 1)]
    #[bulkhead(name = "deadline: sync shared", max_concurrent = 1, max_wait = 100s)]
    fn shared() -> Result<u32, Fault> {
        Ok(0)
    }

    #[timeout(20ms)]
    fn impatient() -> Result<u32, Fault> {
        shared()
    }

    #[timeout(20ms, cooperative)]
    fn impatient_in_place() -> Result<u32, Fault> {
        shared()
    }

    #[timeout(100ms, cooperative)]
    fn impatient_around_another() -> Result<u32, Fault> {
        below_a_breaker()
    }

    #[circuit_breaker(name = "deadline: sync around", failure_threshold = 1)]
    #[timeout(100s)]
    fn below_a_breaker() -> Result<u32, Fault> {
        shared()
    }

    #[timeout(20ms)]
    #[circuit_breaker(name = "deadline: sync shared")]
    fn admitted_late() -> Result<u32, Fault> {
        thread::sleep(millis(60));
        Ok(0)
    }

    #[timeout(20ms)]
    fn late() -> Result<u32, Fault> {
        thread::sleep(millis(15));
        admitted_late()
    }

    assert_eq!((shared(), below_a_breaker()), (Ok(0), Ok(0)), "and a helper thread is there");
    let breaker = breaker("deadline: sync shared");
    let slot = registry().bulkhead("deadline: sync shared").expect("it has run").try_acquire().expect("it is free");
    for _ in 0..3 {
        assert_eq!(impatient(), timed_out("in_sync_functions::impatient", millis(20)));
        assert_eq!(impatient_in_place(), timed_out("in_sync_functions::impatient_in_place", millis(20)));
        assert!(impatient_around_another().is_err());
    }
    drop(slot);
    assert!(late().is_err());
    thread::sleep(millis(100));
    assert_eq!(breaker.state(), CircuitState::Closed);
    assert_eq!(breaker.stats().failed_calls, 0);
    let around = registry().circuit_breaker("deadline: sync around").expect("it has run");
    assert_eq!(around.stats().failed_calls, 0, "what it waited for was a slot");
}

#[test]
fn in_place_a_result_after_it_is_a_failure() {
    #[timeout(200ms, cooperative)]
    #[circuit_breaker(name = "deadline: in place", failure_threshold = 2, failure_if = |_| false)]
    fn call(takes: Duration, outcome: Result<u32, Fault>) -> Result<u32, Fault> {
        thread::sleep(takes);
        outcome
    }

    assert_eq!(call(Duration::ZERO, Ok(1)), Ok(1));
    assert!(call(millis(210), Ok(1)).is_err());
    assert!(call(millis(210), Err(Fault::Own)).is_err());
    let breaker = breaker("deadline: in place");
    assert_eq!((breaker.state(), breaker.stats().failed_calls), (CircuitState::Open, 2));
}

#[test]
fn a_breaker_by_hand_counts_a_late_result_as_a_failure() {
    let breaker = CircuitBreaker::new("deadline: by hand", BreakerPolicy::new().failure_threshold(1));
    let late = TimeoutPolicy::new(millis(200)).try_call_cooperative(|| {
        breaker.call(|| {
            thread::sleep(millis(210));
            Ok::<_, Fault>(1)
        })
    });
    assert!(late.is_err());
    assert_eq!((breaker.state(), counted(&breaker)), (CircuitState::Open, (1, 0)));
}

#[test]
fn an_async_deadline_is_seen_by_the_sync_calls_below_it() {
    #[retry(policy = steady(9, secs(100)))]
    fn inner() -> Result<u32, Fault> {
        Err(Fault::Own)
    }

    #[timeout(100s)]
    fn on_a_helper_thread() -> Result<Option<Duration>, Fault> {
        Ok(remaining())
    }

    #[timeout(50s)]
    async fn outer() -> Result<Option<Duration>, Fault> {
        assert_eq!(inner(), Err(Fault::Own));
        on_a_helper_thread()
    }

    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let left = runtime.block_on(outer()).expect("in time").expect("there is a deadline");
    assert!(left <= secs(50), "{left:?}");
}
