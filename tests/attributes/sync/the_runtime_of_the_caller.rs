//! The thread that runs the body of a sync timeout enters the runtime of its caller.

use std::sync::mpsc::channel;
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};

use super::*;

type Outcome<T> = Result<T, resilient::Error>;

/// Awaits another task of the current runtime.
fn use_the_runtime() -> u32 {
    let handle = Handle::current();
    handle.block_on(async {
        tokio::time::sleep(Duration::from_millis(1)).await;
        tokio::spawn(async { 7 }).await.expect("it does not panic")
    })
}

#[timeout(60s)]
fn limited() -> Outcome<u32> {
    Ok(use_the_runtime())
}

#[timeout(60s)]
fn limited_twice() -> Outcome<u32> {
    limited()
}

#[timeout(60s)]
fn has_runtime() -> Outcome<bool> {
    Ok(Handle::try_current().is_ok())
}

fn runtimes() -> [Runtime; 2] {
    let threads = Builder::new_multi_thread().worker_threads(2).enable_time().build();
    let one_thread = Builder::new_current_thread().enable_time().build();
    [threads.expect("a runtime"), one_thread.expect("a runtime")]
}

#[test]
fn serves_the_body_at_every_depth() {
    let [threads, one_thread] = runtimes();
    // On a thread that may block, as in `spawn_blocking`.
    for limited in [limited, limited_twice] {
        let call = async { tokio::task::spawn_blocking(limited).await.expect("it does not panic") };
        assert_eq!(threads.block_on(call).ok(), Some(7));
        let call = async { tokio::task::spawn_blocking(limited).await.expect("it does not panic") };
        assert_eq!(one_thread.block_on(call).ok(), Some(7));
    }
}

#[test]
fn is_the_one_that_was_entered_and_not_that_of_an_earlier_call() {
    for runtime in runtimes() {
        let _entered = runtime.enter();
        assert_eq!(has_runtime().ok(), Some(true));
    }
    for _ in 0..10 {
        assert_eq!(has_runtime().ok(), Some(false), "outside there is none, whichever thread serves");
    }
}

#[test]
fn runs_a_task_that_the_body_spawns() {
    #[timeout(60s)]
    fn spawns() -> Outcome<tokio::task::JoinHandle<u32>> {
        Ok(tokio::spawn(async { 7 }))
    }

    for runtime in runtimes() {
        let spawned = async { spawns()?.await.map_err(|_| unreachable!("it does not panic")) };
        let answer: Outcome<u32> = runtime.block_on(spawned);
        assert_eq!(answer.ok(), Some(7));
    }
}

#[test]
fn shuts_down_though_a_body_runs_on() {
    #[timeout(5ms)]
    fn hangs(release: Receiver<()>) -> Outcome<()> {
        let _ = release.recv();
        Ok(())
    }

    for runtime in runtimes() {
        let (release, released) = channel::<()>();
        let entered = runtime.enter();
        assert!(hangs(released).is_err_and(|error| error.is_timed_out()));
        drop(entered);
        // If the library waited for the runtime's tasks, async or blocking, the test would hang here.
        drop(runtime);
        drop(release);
    }
}
#[test]
fn gives_its_clock_to_the_body_and_a_retry_ends_though_that_stands_still() {
    #[timeout(60s)]
    #[retry(max_attempts = unlimited, max_elapsed = 20ms, base_delay = 5ms, jitter = none, backoff = constant)]
    fn fails() -> Outcome<Duration> {
        let late = resilient::TimeoutPolicy::new(Duration::from_nanos(1)).call_cooperative(|| {
            thread::sleep(AGES);
            Ok(AGES)
        });
        late.map_err(resilient::Failure::into_error)
    }

    #[timeout(60s)]
    fn paused_time() -> Outcome<Duration> {
        let start = tokio::time::Instant::now();
        thread::sleep(AGES);
        Ok(start.elapsed())
    }

    const AGES: Duration = Duration::from_millis(2);
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
    runtime.block_on(async {
        assert_eq!(paused_time().ok(), Some(Duration::ZERO));
        assert!(fails().is_err());
    });
}
