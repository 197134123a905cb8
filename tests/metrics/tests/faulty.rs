//! A recorder that panics, blocks and calls back harms no call.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Condvar, Mutex};
use std::thread;

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use resilient::{Error, circuit_breaker};

#[circuit_breaker(name = "unharmed")]
fn call() -> Result<(), Error> {
    Ok(())
}

/// Has no memory of its own, as simple recorders do not.
struct Faulty;

static ASKED: AtomicU32 = AtomicU32::new(0);
static GO_ON: (Mutex<bool>, Condvar) = (Mutex::new(false), Condvar::new());

impl Recorder for Faulty {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        match ASKED.fetch_add(1, Ordering::Relaxed) {
            0 => panic!("a recorder's own fault"),
            1 => {
                let (is_over, changed) = &GO_ON;
                drop(changed.wait_while(is_over.lock().unwrap(), |is_over| !*is_over).unwrap());
            }
            _ => call().unwrap(),
        }
        Counter::noop()
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        panic!("a recorder's own fault, in the middle of a call")
    }
}

fn asked(times: u32) {
    while ASKED.load(Ordering::Relaxed) < times {
        thread::yield_now();
    }
}

#[test]
fn a_recorder_that_panics_blocks_and_calls_back_harms_no_call() {
    metrics::set_global_recorder(Faulty).map_err(|_| "it is the first").unwrap();
    call().unwrap();
    resilient::metrics::publish();
    assert_eq!(ASKED.load(Ordering::Relaxed), 1, "the panic ends the publication, and no more");
    let blocked = thread::spawn(resilient::metrics::publish);
    asked(2);
    (0..100).for_each(|_| call().unwrap());
    *GO_ON.0.lock().unwrap() = true;
    GO_ON.1.notify_all();
    blocked.join().unwrap();
    assert!(ASKED.load(Ordering::Relaxed) > 2, "it calls back from within");
    call().unwrap();
}
