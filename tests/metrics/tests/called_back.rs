//! A recorder that calls the library, panics or blocks harms no call, whatever it is called for when it does, and each call
//! is counted.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread;

use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit,
    with_local_recorder,
};
use resilient::metrics::{Value, publish, read};
use resilient::{BreakerPolicy, Error, registry, retry, timeout};

/// All that a recorder is called for.
const CALLED_FOR: [&str; 7] =
    ["describe", "register_counter", "register_gauge", "register_histogram", "counter", "gauge", "histogram"];

#[retry]
#[timeout(cooperative, duration = 60s)]
fn called() -> Result<(), Error> {
    CALLS.fetch_add(1, Ordering::Relaxed);
    Ok(())
}

static CALLS: AtomicU64 = AtomicU64::new(0);

/// A recorder, and what it makes, which call a function with what they are called for.
#[derive(Clone)]
struct Acts(Arc<dyn Fn(&str) + Send + Sync>);

impl Acts {
    fn at(&self, called_for: &str) {
        (self.0)(called_for);
    }
}

impl Recorder for Acts {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {
        self.at("describe");
    }

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {
        self.at("describe");
    }

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {
        self.at("describe");
    }

    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        self.at("register_counter");
        Counter::from_arc(Arc::new(self.clone()))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        self.at("register_gauge");
        Gauge::from_arc(Arc::new(self.clone()))
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        self.at("register_histogram");
        Histogram::from_arc(Arc::new(self.clone()))
    }
}

impl CounterFn for Acts {
    fn increment(&self, _: u64) {}

    fn absolute(&self, _: u64) {
        self.at("counter");
    }
}

impl GaugeFn for Acts {
    fn increment(&self, _: f64) {}

    fn decrement(&self, _: f64) {}

    fn set(&self, _: f64) {
        self.at("gauge");
    }
}

impl HistogramFn for Acts {
    fn record(&self, _: f64) {
        self.at("histogram");
    }
}

/// Publishes and makes a call, with a recorder of this thread that calls a function where it is called for this.
fn with_recorder(called_for: &'static str, action: impl Fn() + Send + Sync + 'static) {
    let acts = Acts(Arc::new(move |now| {
        if now == called_for {
            action();
        }
    }));
    // Not freed, because a recorder at the address of the last one would get no descriptions.
    let recorder: &'static Acts = Box::leak(Box::new(acts));
    with_local_recorder(recorder, || {
        publish();
        called().unwrap();
        publish();
    });
}

fn counts_are_exact() {
    let calls = CALLS.load(Ordering::Relaxed);
    let mut counted = Vec::new();
    read(|reading| match (reading.instrument.name, reading.attributes.get(1), reading.value) {
        ("resilient.retry.calls", Some(&"success"), Value::Count(count)) => counted.push(("retry", count)),
        ("resilient.timeout.calls", Some(&"in_time"), Value::Count(count)) => counted.push(("timeout", count)),
        _ => {}
    });
    counted.sort_unstable();
    assert_eq!(counted, [("retry", calls), ("timeout", calls)]);
}

/// What the library might be asked for in the middle of a publication or of a call.
fn call_back() {
    publish();
    called().unwrap();
    all_can_be_read();
    drop(resilient::subscribe(|_| ()));
    assert!(!resilient::snapshot().functions.is_empty());
    registry().circuit_breaker_or_insert("made within", BreakerPolicy::new()).reset();
}

fn all_can_be_read() {
    let mut series = 0;
    read(|_| series += 1);
    assert!(series > 0);
}

fn calls_back(called_for: &'static str) {
    let done = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&done);
    with_recorder(called_for, move || {
        count.fetch_add(1, Ordering::Relaxed);
        call_back();
    });
    assert!(done.load(Ordering::Relaxed) > 0, "{called_for}");
}

fn panics(called_for: &'static str) {
    let done = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&done);
    with_recorder(called_for, move || {
        count.fetch_add(1, Ordering::Relaxed);
        panic!("a recorder's own fault");
    });
    assert!(done.load(Ordering::Relaxed) > 0, "{called_for}");
}

/// Blocks on another thread until this one has made calls.
fn blocks(called_for: &'static str) {
    let (says, is_there) = channel();
    let (release, released) = channel::<()>();
    let first = Mutex::new(Some((says, released)));
    let blocked = thread::spawn(move || {
        with_recorder(called_for, move || {
            let Some((says, released)) = first.lock().unwrap().take() else { return };
            says.send(()).expect("the test waits");
            assert!(released.recv().is_err());
        });
    });
    is_there.recv().unwrap();
    (0..100).for_each(|_| called().unwrap());
    assert!(!resilient::snapshot().functions.is_empty());
    all_can_be_read();
    drop(release);
    blocked.join().unwrap();
}

/// One test, because all recorders of a process publish the same counts.
#[test]
fn whatever_it_is_called_for_it_harms_no_call() {
    for called_for in CALLED_FOR {
        calls_back(called_for);
        counts_are_exact();
        panics(called_for);
        counts_are_exact();
        blocks(called_for);
        counts_are_exact();
    }
}
