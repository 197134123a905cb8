//! A child after a fork has none of the threads that wake its parent's calls, and must not repeat the parent's random
//! numbers. A program without a test harness, because the child would have none of its threads.

#![cfg_attr(not(target_os = "linux"), allow(unused))]

use std::future::pending;
use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Waker};
use std::time::Duration;
use std::{env, fs, process, thread};

use resilient::{BulkheadPolicy, Error, TimeoutPolicy, bulkhead, retry, timeout};

#[cfg(target_os = "linux")]
fn main() {
    use fork::{Fork, fork, waitpid};

    every_wait_ends();
    let parents = delays();
    // A thread checks only once in a millisecond whether it is in a child.
    thread::sleep(Duration::from_millis(3));
    let mut drawn = vec![parents];
    for child in 0..2 {
        let file = env::temp_dir().join(format!("resilient-forked-{}-{child}", process::id()));
        match fork().expect("a child") {
            Fork::Child => {
                fails_after(Duration::from_secs(30));
                every_wait_ends();
                fs::write(&file, delays()).expect("a file for the parent");
                process::exit(0);
            }
            Fork::Parent(child) => {
                assert_eq!(waitpid(child).expect("it ends"), 0, "the child hung or failed");
                drawn.push(fs::read_to_string(&file).expect("the child has written it"));
                fs::remove_file(&file).expect("it is ours");
                every_wait_ends();
            }
        }
    }
    drawn.push(delays());
    let mut different = drawn.clone();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), drawn.len(), "some drew the same numbers: {drawn:?}");
    println!("1 passed, 0 failed");
}

#[cfg(not(target_os = "linux"))]
fn main() {}

/// Ends a child that hangs, so that the test fails instead of hanging.
fn fails_after(limit: Duration) {
    thread::spawn(move || {
        thread::sleep(limit);
        process::exit(1);
    });
}

/// A wait that the timer thread ends, and calls on a helper thread and on one of a bulkhead.
fn every_wait_ends() {
    #[timeout(10ms)]
    async fn hangs() -> Result<(), Error> {
        pending().await
    }

    #[retry(base_delay = 2ms)]
    async fn pauses() -> Result<(), Error> {
        Err(Error::TimedOut { name: resilient::Name::new(&"elsewhere"), after: Duration::ZERO })
    }

    #[timeout(20s)]
    fn on_a_helper_thread(number: u32) -> Result<u32, Error> {
        Ok(number + 1)
    }

    #[bulkhead(name = "forked: threads", threads = 1)]
    async fn on_a_thread_of_a_bulkhead(number: u32) -> Result<u32, Error> {
        Ok(number + 1)
    }

    smol::block_on(async {
        assert_eq!(on_a_thread_of_a_bulkhead(41).await.expect("a thread is there"), 42);
        assert!(hangs().await.unwrap_err().is_timed_out());
        assert!(pauses().await.is_err());
        let policy = BulkheadPolicy::new(1).max_wait(Duration::from_millis(5));
        let bulkhead = resilient::Bulkhead::new("forked", policy);
        let _slot = bulkhead.acquire().await.expect("it is free");
        assert!(bulkhead.acquire().await.is_err());
    });
    assert_eq!(on_a_helper_thread(41).expect("a helper thread is there"), 42);
    assert!(
        TimeoutPolicy::new(Duration::from_millis(5))
            .call_infallible(|| thread::sleep(Duration::from_millis(50)))
            .is_err()
    );
}

/// The jitter of a few calls.
fn delays() -> String {
    #[retry(base_delay = 1h, max_delay = 1h, on_retry = |event| seen.lock().unwrap().push(event.delay))]
    async fn fails(seen: &Mutex<Vec<Duration>>) -> Result<(), &'static str> {
        Err("no route")
    }

    let seen = Mutex::new(Vec::new());
    for _ in 0..3 {
        assert!(pin!(fails(&seen)).poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    format!("{:?}", seen.into_inner().unwrap())
}
