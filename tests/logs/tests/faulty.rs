//! A subscriber that panics, blocks, calls back or comes late harms no call, whatever it is asked for when it does.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use resilient::{BreakerPolicy, CircuitBreaker, Error, RetryPolicy, circuit_breaker, hedge, registry, retry, timeout};
use resilient_logs_tests::Kept;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{DefaultGuard, Interest};
use tracing::{Dispatch, Event, Metadata, Subscriber, info_span};
use tracing_core::span::Current;
use tracing_subscriber::Registry;
use tracing_subscriber::layer::SubscriberExt as _;

/// All that a call asks a subscriber for.
const QUESTIONS: [&str; 9] =
    ["enabled", "new_span", "record", "event", "enter", "exit", "clone_span", "try_close", "current_span"];

/// A subscriber that first calls a function with what it is asked for, while it is armed.
struct Asked {
    registry: Registry,
    armed: Arc<AtomicBool>,
    at: Box<dyn Fn(&str) + Send + Sync>,
}

impl Asked {
    fn at(&self, question: &str) -> &Registry {
        if self.armed.load(Ordering::Relaxed) {
            (self.at)(question);
        }
        &self.registry
    }
}

impl Subscriber for Asked {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.at("enabled").enabled(metadata)
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        self.at("new_span").new_span(attributes)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        self.at("record").record(span, values);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.at("event").event(event);
    }

    fn enter(&self, span: &Id) {
        self.at("enter").enter(span);
    }

    fn exit(&self, span: &Id) {
        self.at("exit").exit(span);
    }

    fn clone_span(&self, id: &Id) -> Id {
        self.at("clone_span").clone_span(id)
    }

    fn try_close(&self, id: Id) -> bool {
        self.at("try_close").try_close(id)
    }

    fn current_span(&self) -> Current {
        self.at("current_span").current_span()
    }
}

#[circuit_breaker(name = "faulty")]
fn called(outcome: Result<(), Error>) -> Result<(), Error> {
    outcome
}

#[retry(max_attempts = 2, base_delay = 1ms)]
async fn retried() -> Result<(), &'static str> {
    tokio::task::yield_now().await;
    Err("down")
}

#[retry(max_attempts = 2, base_delay = 1ms)]
fn retried_sync() -> Result<(), &'static str> {
    Err("down")
}

#[hedge(delay = 1ms, budget = unlimited, bind = attempt)]
async fn hedged() -> Result<u32, Error> {
    if attempt.number() == 1 { std::future::pending().await } else { Ok(1) }
}

#[timeout(60s)]
fn on_another_thread() -> Result<u32, Error> {
    Ok(2)
}

/// Calls of each kind that asks something of a subscriber, within a span that wants the number of attempts.
async fn everything_happens() {
    assert_eq!(called(Ok(())), Ok(()));
    assert_eq!(retried().await, Err("down"));
    assert_eq!(retried_sync(), Err("down"));
    assert_eq!(hedged().await, Ok(1));
    assert_eq!(on_another_thread(), Ok(2));
    let policy = RetryPolicy::new().max_attempts(2).base_delay(std::time::Duration::ZERO);
    assert_eq!(policy.call(|| Err::<(), _>("down")), Err("down"));
    let pipeline = resilient::Pipeline::<_, ()>::new().retry(policy).build().unwrap();
    assert!(pipeline.call(|| Err::<(), _>("down")).is_err());
}

/// Makes the calls with a subscriber that calls this function whenever one of them asks it for something.
fn with_subscriber(at: impl Fn(&str) + Send + Sync + 'static) {
    let armed = Arc::new(AtomicBool::new(false));
    let asked = Asked { registry: Registry::default(), armed: Arc::clone(&armed), at: Box::new(at) };
    let _guard = tracing::subscriber::set_default(asked);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let caller = info_span!("caller", resilient.attempts = tracing::field::Empty);
    let entered = caller.enter();
    armed.store(true, Ordering::Relaxed);
    runtime.block_on(everything_happens());
    armed.store(false, Ordering::Relaxed);
    drop(entered);
}

#[test]
fn a_panic_reaches_no_call() {
    for wanted in QUESTIONS {
        let panics = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&panics);
        with_subscriber(move |question| {
            if question == wanted {
                count.fetch_add(1, Ordering::Relaxed);
                panic!("a subscriber's own fault");
            }
        });
        assert!(panics.load(Ordering::Relaxed) > 0, "{wanted}");
    }
    with_subscriber(|_| panic!("a subscriber's own fault at everything"));
}

/// Calls the library, and returns how many good calls `breaker` has seen for it.
fn call_back(breaker: &CircuitBreaker) -> u64 {
    breaker.call(|| Ok::<_, Error>(())).unwrap();
    let policy = RetryPolicy::new().max_attempts(2).base_delay(std::time::Duration::ZERO);
    assert_eq!(policy.call(|| Err::<(), _>("down")), Err("down"));
    drop(resilient::subscribe(|_| ()));
    assert!(!resilient::snapshot().functions.is_empty());
    registry().circuit_breaker_or_insert("faulty: made within", BreakerPolicy::new()).reset();
    1
}

#[test]
fn one_that_calls_back_hinders_nobody_and_each_call_counts() {
    for wanted in QUESTIONS {
        let inside = Arc::new(CircuitBreaker::new("faulty: inside", BreakerPolicy::new()));
        let (breaker, calls) = (Arc::clone(&inside), Arc::new(AtomicU64::new(0)));
        let count = Arc::clone(&calls);
        with_subscriber(move |question| {
            if question == wanted {
                count.fetch_add(call_back(&breaker), Ordering::Relaxed);
            }
        });
        let calls = calls.load(Ordering::Relaxed);
        assert!(calls > 0, "{wanted}");
        assert_eq!(inside.stats().successful_calls, calls, "{wanted}");
    }
}

/// What blocks the first that asks: it says that it is there, and waits until the other end is dropped.
fn gate() -> (Receiver<()>, Sender<()>, impl Fn() + Send + Sync + 'static) {
    let (says, is_there) = channel();
    let (release, released) = channel::<()>();
    let first = Mutex::new(Some((says, released)));
    let pass = move || {
        let Some((says, released)) = first.lock().unwrap().take() else { return };
        says.send(()).expect("the test waits");
        assert!(released.recv().is_err());
    };
    (is_there, release, pass)
}

#[test]
fn one_that_blocks_holds_up_no_other_thread() {
    for wanted in QUESTIONS {
        let (is_there, release, pass) = gate();
        let blocked = thread::spawn(move || {
            with_subscriber(move |question| {
                if question == wanted {
                    pass();
                }
            });
        });
        is_there.recv().unwrap();
        let before = registry().circuit_breaker("faulty").unwrap().stats().successful_calls;
        with_subscriber(|_| ());
        let after = registry().circuit_breaker("faulty").unwrap().stats().successful_calls;
        assert!(after > before, "{wanted}");
        drop(release);
        blocked.join().unwrap();
    }
}

#[retry(max_attempts = 3, base_delay = 1ms)]
fn begins_without(subscriber: &RefCell<Option<DefaultGuard>>, kept: &Kept) -> Result<(), &'static str> {
    let install = || tracing::dispatcher::set_default(&Dispatch::new(Registry::default().with(kept.clone())));
    subscriber.borrow_mut().get_or_insert_with(install);
    tracing::info!("attempt");
    Err("down")
}

#[test]
fn one_that_comes_in_the_middle_of_a_call_hears_the_rest() {
    let (guard, kept) = (RefCell::new(None), Kept::default());
    assert_eq!(begins_without(&guard, &kept), Err("down"));
    drop(guard.take());
    let path = concat!(module_path!(), "::begins_without");
    let told: Vec<_> = kept.with("function", path).iter().map(resilient_logs_tests::Line::summary).collect();
    let retries: Vec<_> = told.iter().filter(|line| line.starts_with("retry ")).collect();
    assert_eq!(retries, ["retry WARN retry scheduled", "retry WARN retry scheduled", "retry WARN retries exhausted"]);
    let spans: Vec<_> = kept.with("message", "attempt").iter().map(|line| line.spans.len()).collect();
    assert_eq!(spans, [0, 1, 1], "an attempt that begins later has its span");
}
