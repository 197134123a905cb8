//! What calls that wait keep of memory, and that they give it back. A process of its own, because the allocator counts
//! for all threads.

use std::alloc::System;
use std::future::pending;
use std::pin::Pin;
use std::task::{Context, Waker};
use std::thread;
use std::time::Duration;

use resilient::{Error, TimeoutPolicy};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const THREADS: usize = 4;
const CALLS: usize = 1_000_000;
const LIMIT: TimeoutPolicy = TimeoutPolicy::new(Duration::from_secs(3_600));

type Call = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

/// Calls that wait, begun by several threads.
fn waiting(calls: usize) -> Vec<Vec<Call>> {
    let begin = move || {
        let wait = |_| {
            let mut call: Call = Box::pin(LIMIT.run_infallible(pending()));
            assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
            call
        };
        (0..calls / THREADS).map(wait).collect()
    };
    let threads: Vec<_> = (0..THREADS).map(|_| thread::spawn(begin)).collect();
    threads.into_iter().map(|thread| thread.join().expect("no call panics")).collect()
}

#[test]
fn a_million_calls_that_wait_give_back_the_memory_of_their_timers() {
    // The timer's thread, and what each wheel keeps for the next calls.
    drop(waiting(1_000));
    let region = Region::new(ALLOCATOR);
    let kept = || {
        let change = region.change();
        change.bytes_allocated.saturating_sub(change.bytes_deallocated)
    };
    let calls = waiting(CALLS);
    let most = kept();
    assert!(most > CALLS * 100, "{most} bytes for calls that wait");
    // By another thread than those that began them.
    drop(calls);
    assert!(kept() < 100_000, "{} bytes of {most} are kept", kept());
}
