//! The helper threads of sync timeouts are limited: what happens while all of them are busy. A process of its own,
//! because the limit holds for the whole process.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use resilient::{Error, timeout};

/// The limit that `TimeoutPolicy::call` documents.
const THREADS: usize = 256;

/// Blocks every thread that calls `pass` until the gate is opened.
#[derive(Default)]
struct Gate {
    open: Mutex<bool>,
    opened: Condvar,
    came: AtomicUsize,
}

impl Gate {
    fn pass(&self) {
        self.came.fetch_add(1, Ordering::SeqCst);
        let closed = self.opened.wait_while(self.open.lock().expect("nobody panics"), |open| !*open);
        drop(closed.expect("nobody panics"));
    }

    fn open(&self) {
        *self.open.lock().expect("nobody panics") = true;
        self.opened.notify_all();
    }

    fn came(&self) -> usize {
        self.came.load(Ordering::SeqCst)
    }
}

#[timeout(limit)]
fn pass(gate: Arc<Gate>, limit: Duration) -> Result<(), Error> {
    gate.pass();
    Ok(())
}

// Only one test, because it uses all helper threads of the process.
#[test]
fn while_all_are_busy_a_call_waits_for_one_and_never_begins_if_its_time_is_over() {
    let (busy, late) = (Arc::new(Gate::default()), Arc::new(Gate::default()));
    let start = Instant::now();
    while busy.came() < THREADS {
        assert!(start.elapsed() < Duration::from_secs(300), "{} threads came up", busy.came());
        assert!(pass(Arc::clone(&busy), Duration::from_millis(1)).is_err());
    }

    for _ in 0..20 {
        assert!(pass(Arc::clone(&late), Duration::from_millis(1)).is_err_and(|error| error.is_timed_out()));
    }
    let open = Arc::new(Gate::default());
    open.open();
    let gets_a_thread = std::thread::spawn({
        let open = Arc::clone(&open);
        move || pass(open, Duration::from_secs(300))
    });
    std::thread::sleep(Duration::from_millis(20));
    assert_eq!((busy.came(), late.came(), open.came()), (THREADS, 0, 0), "no more than so many run at a time");

    busy.open();
    assert!(gets_a_thread.join().expect("it does not panic").is_ok());
    late.open();
    assert!(pass(Arc::clone(&late), Duration::from_secs(300)).is_ok());
    assert_eq!(late.came(), 1, "what was late never began");
}
