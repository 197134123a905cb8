//! A breaker's own function, which is called at each change of its state.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use resilient::events::{BreakerChanged, ChangeReason};
use resilient::{BreakerPolicy, CircuitBreaker, CircuitBreakers, CircuitState, Error, Failure, Pipeline};
use resilient::{circuit_breaker, registry};

/// What a function of a test was called with. Each test has one of its own, because a breaker's function has no state.
struct Noted(Mutex<Vec<BreakerChanged>>);

impl Noted {
    const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    fn note(&self, change: &BreakerChanged) {
        self.0.lock().unwrap().push(*change);
    }

    fn states(&self) -> Vec<(u64, CircuitState)> {
        std::mem::take(&mut *self.0.lock().unwrap()).iter().map(|change| (change.number, change.to)).collect()
    }
}

static OF_ATTRIBUTE: Noted = Noted::new();

fn note(change: &BreakerChanged) {
    OF_ATTRIBUTE.note(change);
}

#[circuit_breaker(
    name = "function: attribute", failure_threshold = 1, recovery_timeout = 5s, success_threshold = 1,
    on_state_change = note
)]
async fn called(outcome: Result<u32, Error>) -> Result<u32, Error> {
    outcome
}

#[circuit_breaker(name = "function: attribute")]
fn called_sync(outcome: Result<u32, Error>) -> Result<u32, Error> {
    outcome
}

const FAIL: Result<u32, Error> = Err(Error::NoItems { name: resilient::Name::new(&"test") });

#[tokio::test(start_paused = true)]
async fn an_attribute_names_it_for_all_functions_that_share_the_breaker() {
    let _ = called_sync(FAIL);
    tokio::time::advance(Duration::from_secs(6)).await;
    let _ = called(Ok(1)).await;
    let changes = OF_ATTRIBUTE.0.lock().unwrap().clone();
    let because: Vec<_> = changes.iter().map(|change| change.because).collect();
    assert_eq!(because, [ChangeReason::Streak, ChangeReason::OpenTimeOver, ChangeReason::Probe]);
    assert!(changes.iter().all(|change| change.name == "function: attribute"));
    assert_eq!((changes[0].open_for, changes[0].stats.failed_calls), (Some(Duration::from_secs(5)), 1));
    let states = [(1, CircuitState::Open), (2, CircuitState::HalfOpen), (3, CircuitState::Closed)];
    assert_eq!(OF_ATTRIBUTE.states(), states);
}

static OF_HANDLE: Noted = Noted::new();
static OF_PIPELINE: Noted = Noted::new();
static OF_KEYS: Noted = Noted::new();

#[circuit_breaker(failure_threshold = 1, on_state_change = |change| OF_HANDLE.note(change))]
static HANDLE: CircuitBreaker;

#[circuit_breaker(failure_threshold = 1, on_state_change = |change: &BreakerChanged| OF_KEYS.note(change))]
static KEYS: CircuitBreakers;

#[test]
fn handles_pipelines_and_breakers_of_keys_have_one_too() {
    HANDLE.force_open();
    assert_eq!(OF_HANDLE.states(), [(1, CircuitState::ForcedOpen)]);

    let policy = BreakerPolicy::new().failure_threshold(1).on_state_change(|change| OF_PIPELINE.note(change));
    let pipeline = Pipeline::<&'static str, ()>::new().breaker(CircuitBreaker::new("of pipeline", policy));
    let pipeline = pipeline.build().unwrap();
    assert!(matches!(pipeline.call(|| Err::<(), _>("down")), Err(Failure::Inner("down"))));
    assert_eq!(OF_PIPELINE.states(), [(1, CircuitState::Open)]);

    for host in ["a.example", "b.example"] {
        KEYS.get(host).record_failure();
    }
    assert_eq!(OF_KEYS.states(), [(1, CircuitState::Open); 2], "each key has a breaker of its own");
}

static OF_FOUR: Noted = Noted::new();
static IS_BUSY: AtomicBool = AtomicBool::new(false);

#[test]
fn changes_of_four_threads_come_once_and_in_order_and_one_at_a_time() {
    const ROUNDS: u64 = 1_000;
    let policy = BreakerPolicy::new().on_state_change(|change| {
        assert!(!IS_BUSY.swap(true, Ordering::Relaxed), "two at once");
        OF_FOUR.note(change);
        IS_BUSY.store(false, Ordering::Relaxed);
    });
    let breaker = CircuitBreaker::new("of four threads", policy);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..ROUNDS {
                    breaker.force_open();
                    breaker.reset();
                }
            });
        }
    });
    let numbers: Vec<_> = OF_FOUR.states().into_iter().map(|(number, _)| number).collect();
    assert_eq!(numbers, (1..=8 * ROUNDS).collect::<Vec<_>>());
}

static PANICS: AtomicU32 = AtomicU32::new(0);

#[circuit_breaker(name = "function: panics", failure_threshold = 1, on_state_change = |_| {
    PANICS.fetch_add(1, Ordering::Relaxed);
    panic!("a fault of the function");
})]
fn panics_at_changes() -> Result<u32, Error> {
    FAIL
}

#[test]
fn a_panic_in_it_is_counted_and_reaches_no_call() {
    let before = resilient::events().listener_panics();
    assert_eq!(panics_at_changes(), FAIL);
    assert!(panics_at_changes().unwrap_err().is_circuit_open());
    assert_eq!(PANICS.load(Ordering::Relaxed), 1);
    assert!(resilient::events().listener_panics() > before);
}

static OF_ITSELF: Noted = Noted::new();

fn close_again(change: &BreakerChanged) {
    OF_ITSELF.note(change);
    if change.to == CircuitState::Open {
        registry().circuit_breaker("function: re-enters").unwrap().reset();
        assert_eq!(re_enters(), FAIL, "it may call what it protects");
    }
}

#[circuit_breaker(name = "function: re-enters", failure_threshold = 2, on_state_change = close_again)]
fn re_enters() -> Result<u32, Error> {
    FAIL
}

#[test]
fn it_may_change_the_breaker_and_call_through_it() {
    let _ = (re_enters(), re_enters());
    assert_eq!(OF_ITSELF.states(), [(1, CircuitState::Open), (2, CircuitState::Closed)]);
    assert_eq!(registry().circuit_breaker("function: re-enters").unwrap().state(), CircuitState::Closed);
}

#[test]
fn policies_with_one_and_without_differ() {
    let (with, other) = (BreakerPolicy::new().on_state_change(note), BreakerPolicy::new().on_state_change(close_again));
    assert_ne!(with, BreakerPolicy::new());
    assert_eq!(with, other, "functions cannot be compared");
    assert!(format!("{with:?}").contains("on_state_change: Some(a function)"), "{with:?}");
}
