//! A million calls, sync and async, while more than a thousand configurations are applied: each call is answered as if
//! nobody configured, all counters are right, and no state is lost. A process of its own, because it keeps all cores busy,
//! and because a configuration is the whole program's.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use resilient::config::loader;
use resilient::events::{Event, Kinds};
use resilient::{CircuitState, Error, bulkhead, circuit_breaker, rate_limit, registry, retry, timeout};

/// Of each kind, sync and async.
const CALLERS: u64 = 4;
const CALLS_OF_EACH: u64 = 1_000_000 / (2 * CALLERS);
const CONFIGURATIONS: u64 = 1_000;

/// No configuration gives more slots.
const MOST_SLOTS: u64 = 6;
const FEW_PERMITS: u64 = 500;
const MANY_PERMITS: u64 = 1_000;

static INSIDE: AtomicU64 = AtomicU64::new(0);
static MOST_INSIDE: AtomicU64 = AtomicU64::new(0);
static BODIES: AtomicU64 = AtomicU64::new(0);
static TORN: AtomicU64 = AtomicU64::new(0);

fn add(counter: &AtomicU64) -> u64 {
    counter.fetch_add(1, Ordering::Relaxed) + 1
}

fn get(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

#[derive(Debug, PartialEq)]
enum Fault {
    Own(u64),
    Refused(Error),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

fn enters() {
    MOST_INSIDE.fetch_max(add(&INSIDE), Ordering::Relaxed);
}

/// Few fail, because each pause between attempts is a real one.
fn leaves(number: u64, attempts: &AtomicU64) -> Result<u64, Fault> {
    INSIDE.fetch_sub(1, Ordering::Relaxed);
    add(&BODIES);
    add(attempts);
    if number.is_multiple_of(200) { Err(Fault::Own(number)) } else { Ok(number) }
}

#[retry(max_attempts = 2, backoff = constant, base_delay = 1ns, jitter = none)]
#[circuit_breaker(name = "storm", failure_rate = 1.0, window = 100)]
#[timeout(1h, cooperative)]
#[bulkhead(name = "storm", max_concurrent = 4, max_wait = unlimited)]
fn called(number: u64, attempts: &AtomicU64) -> Result<u64, Fault> {
    enters();
    leaves(number, attempts)
}

#[retry(max_attempts = 2, backoff = constant, base_delay = 1ns, jitter = none)]
#[circuit_breaker(name = "storm")]
#[timeout(1h)]
#[bulkhead(name = "storm")]
async fn called_later(number: u64, attempts: &AtomicU64) -> Result<u64, Fault> {
    enters();
    if number.is_multiple_of(16) {
        tokio::task::yield_now().await;
    }
    leaves(number, attempts)
}

/// Opened before the storm.
#[circuit_breaker(name = "storm: open", failure_threshold = 1, recovery_timeout = 24h)]
fn refused() -> Result<u64, Fault> {
    Err(Fault::Own(0))
}

#[rate_limit(name = "storm: permits", permits = 500, per = 24h)]
fn limited() -> Result<u64, Fault> {
    std::hint::black_box(Ok(0))
}

/// Switched off and on.
#[circuit_breaker(name = "storm: switched", failure_threshold = 1)]
#[bulkhead(name = "storm: switched", max_concurrent = 9)]
fn switched(number: u64) -> Result<u64, Fault> {
    std::hint::black_box(Ok(number))
}

/// Many slots without a wait, or one slot that calls wait for: by neither is one of eight callers ever refused.
#[bulkhead(name = "storm: both", max_concurrent = 64)]
fn patient(number: u64) -> Result<u64, Fault> {
    thread::yield_now();
    std::hint::black_box(Ok(number))
}

/// Two policies of the retries, of which each call has one as a whole: two attempts with 1 ns between them, or five with
/// 2 ns; and off.
fn configuration(round: u64) -> String {
    let (attempts, delay) = [(2, "1ns"), (5, "2ns")][usize::from(round % 2 == 1)];
    let retry = format!(
        "[all.retry]\nmax_attempts = {attempts}\nbase_delay = \"{delay}\"\nenabled = {}\n",
        !round.is_multiple_of(7)
    );
    let stack = format!(
        "[all.timeout]\nduration = \"{}h\"\nenabled = {}\n\
         [circuit_breaker.storm]\nwindow = {}\n[bulkhead.storm]\nmax_concurrent = {}\n",
        1 + round % 3,
        !round.is_multiple_of(5),
        100 + round % 3,
        1 + round % MOST_SLOTS,
    );
    let others = format!(
        "[circuit_breaker.\"storm: open\"]\nfailure_threshold = {}\nrecovery_timeout = \"{}h\"\n\
         [rate_limit.\"storm: permits\"]\npermits = {}\n\
         [bulkhead.\"storm: both\"]\nmax_concurrent = {}\nmax_wait = \"{}\"\n\
         [circuit_breaker.\"storm: switched\"]\nenabled = {}\n[bulkhead.\"storm: switched\"]\nenabled = {}\n",
        1 + round % 3,
        23 + round % 2,
        FEW_PERMITS + round * 37 % (MANY_PERMITS - FEW_PERMITS + 1),
        if round.is_multiple_of(2) { 1 } else { 64 },
        if round.is_multiple_of(2) { "unlimited" } else { "0s" },
        round.is_multiple_of(3),
        round.is_multiple_of(2),
    );
    [retry, stack, others].concat()
}

/// What the callers counted.
#[derive(Default)]
struct Seen {
    calls: AtomicU64,
    others: AtomicU64,
    permitted: AtomicU64,
}

impl Seen {
    fn outcome(&self, number: u64, outcome: Result<u64, Fault>, attempts: u64) {
        add(&self.calls);
        if number.is_multiple_of(200) {
            assert_eq!(outcome, Err(Fault::Own(number)));
            assert!([1, 2, 5].contains(&attempts), "{attempts} attempts are of no policy");
        } else {
            assert_eq!((outcome, attempts), (Ok(number), 1));
        }
        if number.is_multiple_of(32) {
            self.others(number);
        }
    }

    fn others(&self, number: u64) {
        add(&self.others);
        assert!(matches!(refused(), Err(Fault::Refused(Error::CircuitOpen { state: CircuitState::Open, .. }))));
        match limited() {
            Ok(_) => drop(add(&self.permitted)),
            Err(fault) => assert!(matches!(fault, Fault::Refused(Error::RateLimited { .. }))),
        }
        assert_eq!((patient(number), switched(number)), (Ok(number), Ok(number)));
    }
}

/// A call under way keeps the policy that it began with, so no delay is of one policy and its number of another.
fn is_torn(event: &Event<'_>) -> bool {
    match event {
        Event::RetryScheduled(event) => match event.delay.as_nanos() {
            1 => event.attempt > 1,
            2 => event.attempt > 4,
            _ => true,
        },
        _ => false,
    }
}

/// The numbers of a caller, until the storm is over.
fn numbers(applied: &AtomicU64) -> impl Iterator<Item = u64> {
    (0..).take_while(|number| *number < CALLS_OF_EACH || get(applied) < CONFIGURATIONS)
}

fn storm(seen: &Seen) -> u64 {
    let (applied, is_over) = (AtomicU64::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                loader().variables([]).apply(&configuration(get(&applied))).unwrap();
                add(&applied);
            }
        });
        let sync: Vec<_> = (0..CALLERS)
            .map(|_| {
                scope.spawn(|| {
                    for number in numbers(&applied) {
                        let attempts = AtomicU64::new(0);
                        let outcome = called(number, &attempts);
                        seen.outcome(number, outcome, get(&attempts));
                    }
                })
            })
            .collect();
        let later: Vec<_> = (0..CALLERS)
            .map(|_| {
                scope.spawn(|| {
                    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
                    runtime.block_on(async {
                        for number in numbers(&applied) {
                            let attempts = AtomicU64::new(0);
                            let outcome = called_later(number, &attempts).await;
                            seen.outcome(number, outcome, get(&attempts));
                        }
                    });
                })
            })
            .collect();
        let ended: Vec<_> = sync.into_iter().chain(later).map(thread::ScopedJoinHandle::join).collect();
        is_over.store(true, Ordering::Relaxed);
        assert!(ended.iter().all(Result::is_ok));
    });
    applied.into_inner()
}

#[test]
fn a_storm_of_configurations_loses_no_call_and_no_state() {
    assert_eq!(refused(), Err(Fault::Own(0)));
    let changes = resilient::events().kinds(Kinds::CHANGES).channel(16);
    let torn = resilient::events().kinds(Kinds::RETRIES).subscribe(|event| {
        if is_torn(event) {
            add(&TORN);
        }
    });
    let seen = Seen::default();
    assert!(storm(&seen) >= CONFIGURATIONS);
    drop(torn);
    loader().variables([]).apply(&format!("[rate_limit.\"storm: permits\"]\npermits = {MANY_PERMITS}\n")).unwrap();

    let (calls, others, permitted) = (get(&seen.calls), get(&seen.others), get(&seen.permitted));
    assert!(calls >= 1_000_000);
    assert_eq!((get(&TORN), get(&INSIDE)), (0, 0));
    assert!(get(&MOST_INSIDE) <= MOST_SLOTS);
    stack_has_counted_all(get(&BODIES));

    let open = registry().circuit_breaker("storm: open").unwrap();
    assert_eq!((open.state(), open.stats().rejected_calls), (CircuitState::Open, others));
    changed_nothing(changes);
    let permits = registry().rate_limiter("storm: permits").unwrap();
    assert!((FEW_PERMITS..=MANY_PERMITS).contains(&permitted), "{permitted}");
    assert_eq!(permits.available(), Some(MANY_PERMITS - permitted), "each permit is taken once");
    let switched = registry().bulkhead("storm: switched").unwrap();
    assert_eq!((switched.in_flight(), switched.limit()), (0, 9));
}

fn stack_has_counted_all(bodies: u64) {
    let breaker = registry().circuit_breaker("storm").unwrap().stats();
    assert_eq!((breaker.successful_calls + breaker.failed_calls, breaker.rejected_calls), (bodies, 0));
    let bulkhead = registry().bulkhead("storm").unwrap();
    assert_eq!((bulkhead.stats().accepted_calls, bulkhead.stats().rejected_calls), (bodies, 0));
    assert_eq!((bulkhead.in_flight(), bulkhead.limit()), (0, 4), "as it is written, without a value");
    let slots: Vec<_> = (0..5).map_while(|_| bulkhead.try_acquire().ok()).collect();
    assert_eq!(slots.len(), 4);
}

/// Of breakers, no state changed.
fn changed_nothing(mut changes: resilient::events::EventStream) {
    assert!(changes.try_next().unwrap().is_none());
}
