//! Sync timeouts within sync timeouts: with more callers than helper threads, none waits for ever. A process of its
//! own, because the helper threads are shared by the whole process.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use resilient::{Error, retry, timeout};

/// The limit that `TimeoutPolicy::call` documents.
const PLACES: usize = 256;

/// The tests share the helper threads of the process, so only one runs at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Jobs wait here until as many have arrived as there are threads.
#[derive(Clone, Default)]
struct Crowd(Arc<AtomicUsize>);

impl Crowd {
    fn join(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
        while self.0.load(Ordering::SeqCst) < PLACES {
            thread::sleep(Duration::from_millis(1));
        }
    }
}

/// How many of `callers` calls succeed, each made by a thread of its own.
fn successes<C>(callers: usize, call: impl Fn() -> C) -> usize
where
    C: FnOnce() -> bool + Send + 'static,
{
    let start = |_| thread::Builder::new().stack_size(64 << 10).spawn(call()).expect("a thread");
    let threads: Vec<_> = (0..callers).map(start).collect();
    threads.into_iter().map(|thread| usize::from(thread.join().expect("it does not panic"))).sum()
}

#[timeout(60s)]
fn inner(value: u32) -> Result<u32, Error> {
    Ok(value + 1)
}

#[timeout(100s)]
fn middle(value: u32) -> Result<u32, Error> {
    Ok(inner(inner(value)?)? + 1)
}

#[test]
fn callers_of_a_limit_within_a_limit_all_succeed() {
    #[timeout(200s)]
    fn outer(crowd: Crowd) -> Result<u32, Error> {
        crowd.join();
        inner(inner(0)?)
    }

    let _alone = alone();
    for callers in [300, 600] {
        let crowd = Crowd::default();
        let call = || {
            let crowd = crowd.clone();
            || outer(crowd).is_ok_and(|value| value == 2)
        };
        assert_eq!(successes(callers, call), callers);
    }
}

#[test]
fn callers_of_limits_at_three_depths_all_succeed_on_a_bounded_number_of_threads() {
    #[timeout(200s)]
    fn outer(crowd: Crowd) -> Result<u32, Error> {
        crowd.join();
        middle(middle(0)?)
    }

    let _alone = alone();
    let crowd = Crowd::default();
    let call = || {
        let crowd = crowd.clone();
        || outer(crowd).is_ok_and(|value| value == 6)
    };
    assert_eq!(successes(300, call), 300);
    if let Some(threads) = helper_threads() {
        assert!((PLACES..=3 * PLACES).contains(&threads), "{threads} helper threads");
    }
}

/// Counts threads by their names as Linux lists them, cut to 15 bytes.
fn helper_threads() -> Option<usize> {
    let threads = std::fs::read_dir("/proc/self/task").ok()?;
    let names = threads.filter_map(|thread| std::fs::read_to_string(thread.ok()?.path().join("comm")).ok());
    Some(names.filter(|name| name.starts_with("resilient-help")).count())
}

#[test]
fn callers_of_one_function_with_a_limit_of_each_attempt_and_of_the_whole_all_succeed() {
    #[derive(Debug)]
    enum Fault {
        Own,
        Refused,
    }

    impl From<Error> for Fault {
        fn from(_: Error) -> Self {
            Self::Refused
        }
    }

    #[timeout(200s)]
    #[retry(max_attempts = 3, base_delay = 1ms, retry_on(Fault::Own))]
    #[timeout(100s)]
    fn call(crowd: Crowd, attempts: Arc<AtomicUsize>) -> Result<u32, Fault> {
        match attempts.fetch_add(1, Ordering::SeqCst) {
            0 => {
                crowd.join();
                Err(Fault::Own)
            }
            1 => Err(Fault::Own),
            _ => Ok(inner(0)?),
        }
    }

    let _alone = alone();
    let crowd = Crowd::default();
    let call = || {
        let crowd = crowd.clone();
        || call(crowd, Arc::default()).is_ok()
    };
    assert_eq!(successes(300, call), 300);
}

#[test]
fn an_unrelated_function_begins_while_callers_of_a_limit_within_a_limit_hold_all_places() {
    #[timeout(200s)]
    fn outer(crowd: Crowd) -> Result<u32, Error> {
        crowd.join();
        inner(0)
    }

    #[timeout(200s)]
    fn unrelated() -> Result<(), Error> {
        Ok(())
    }

    let _alone = alone();
    let crowd = Crowd::default();
    let nested = thread::spawn({
        let crowd = crowd.clone();
        move || {
            let call = || {
                let crowd = crowd.clone();
                || outer(crowd).is_ok()
            };
            successes(300, call)
        }
    });
    crowd.join();
    assert!(unrelated().is_ok());
    assert_eq!(nested.join().expect("it does not panic"), 300);
}
