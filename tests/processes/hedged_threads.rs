//! Attempts of sync hedges while all helper threads are busy. A process of its own, because the limit holds for the whole
//! process.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use resilient::{Error, hedge, timeout};

/// As many jobs run at a time.
const THREADS: usize = 256;

/// Blocks all who pass until its other end is dropped, and counts them.
#[derive(Clone)]
struct Gate {
    closed: Arc<Mutex<Receiver<()>>>,
    came: Arc<AtomicUsize>,
}

impl Gate {
    fn closed() -> (Self, Sender<()>) {
        let (open, closed) = channel();
        (Self { closed: Arc::new(Mutex::new(closed)), came: Arc::default() }, open)
    }

    fn pass(&self) {
        self.came.fetch_add(1, Ordering::SeqCst);
        assert!(self.closed.lock().expect("nobody panics").recv().is_err(), "nothing is sent");
    }

    fn came(&self) -> usize {
        self.came.load(Ordering::SeqCst)
    }
}

#[timeout(limit)]
fn pass(gate: Gate, limit: Duration) -> Result<(), Error> {
    gate.pass();
    Ok(())
}

/// Blocks the caller, whose first attempt has been submitted, before it submits the second.
#[hedge(delay = 0s, budget = unlimited, on_hedge = |_| { let _ = submitted.send(()); before_second.pass(); })]
fn hedged(gate: Gate, submitted: Sender<()>, before_second: Gate) -> Result<(), Error> {
    gate.pass();
    Ok(())
}

struct Call {
    gate: Gate,
    open: Sender<()>,
    before_second: Sender<()>,
    caller: thread::JoinHandle<Result<(), Error>>,
}

/// A hedged call whose first attempt has been submitted.
fn call() -> Call {
    let ((gate, open), (second, before_second)) = (Gate::closed(), Gate::closed());
    let (submitted, has_submitted) = channel();
    let caller = thread::spawn({
        let gate = gate.clone();
        move || hedged(gate, submitted, second)
    });
    has_submitted.recv().expect("it submits an attempt");
    Call { gate, open, before_second, caller }
}

// Only one test, because it uses all helper threads of the process.
#[test]
fn an_attempt_that_has_not_begun_when_there_is_an_answer_never_begins() {
    let answered = call();
    while answered.gate.came() == 0 {
        thread::yield_now();
    }
    let (busy, open_busy) = Gate::closed();
    while busy.came() < THREADS - 1 {
        assert!(pass(busy.clone(), Duration::from_millis(1)).is_err());
    }
    // Its first attempt is the next in the queue.
    let next = call();
    drop(answered.before_second);
    drop(answered.open);
    assert!(answered.caller.join().expect("it does not panic").is_ok());
    assert_eq!(answered.gate.came(), 1);

    drop((open_busy, next.before_second, next.open));
    assert!(next.caller.join().expect("it does not panic").is_ok());
    let (open, _) = Gate::closed();
    assert!(pass(open, Duration::from_secs(300)).is_ok(), "whoever waited before has begun");
    assert_eq!(answered.gate.came(), 1);
}
