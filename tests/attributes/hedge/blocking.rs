//! In sync functions: each attempt on a thread of its own.

use std::cell::RefCell;
use std::panic::catch_unwind;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use resilient::{
    CircuitState, ErrorKind, HedgeEvent, HedgeReason, bulkhead, circuit_breaker, deadline, fallback, registry, retry,
    timeout, with_deadline_blocking,
};
use resilient_tests::{breaker, secs};

use super::*;

/// Attempts that wait until they are let go on.
#[derive(Clone)]
struct Gate(Arc<Mutex<Receiver<()>>>);

impl Gate {
    /// A gate, and what opens it when it is dropped.
    fn closed() -> (Self, Sender<()>) {
        let (open, gate) = channel();
        (Self(Arc::new(Mutex::new(gate))), open)
    }

    fn pass(&self) {
        assert!(self.0.lock().unwrap().recv().is_err(), "nothing is sent");
    }
}

#[test]
fn an_attempt_that_ends_before_the_delay_answers_alone() {
    #[hedge(name = "hedge: blocking, alone", delay = 1h)]
    fn call(id: u64) -> Result<u64, Fault> {
        assert_ne!(thread::current().name(), Some("test"));
        Ok(id)
    }
    assert_eq!(call(7), Ok(7));
    let stats = registry().hedge("hedge: blocking, alone").unwrap().stats();
    assert_eq!((stats.calls, stats.hedges), (1, 0));
}

#[test]
fn the_first_success_wins_and_an_attempt_that_has_begun_runs_on_unseen() {
    #[hedge(name = "hedge: blocking", delay = 1ms, budget = unlimited, bind = attempt)]
    fn call(gate: Gate, ended: Sender<u32>) -> Result<u32, Fault> {
        if attempt.number() == 1 {
            gate.pass();
        }
        ended.send(attempt.number()).unwrap();
        Ok(attempt.number())
    }
    let (gate, open) = Gate::closed();
    let (ended, has_ended) = channel();
    assert_eq!(call(gate, ended), Ok(2));
    assert_eq!(has_ended.try_iter().collect::<Vec<_>>(), [2]);
    drop(open);
    assert_eq!(has_ended.recv(), Ok(1), "it was not interrupted");
    let stats = registry().hedge("hedge: blocking").unwrap().stats();
    assert_eq!((stats.calls, stats.hedges, stats.won_by_hedge), (1, 1, 1));
}

#[test]
fn an_error_starts_the_next_attempt_at_once_and_if_all_fail_the_first_error_is_the_answer() {
    #[hedge(delay = 1h, max_hedges = 2, budget = unlimited, bind = attempt)]
    fn call(good: u32) -> Result<u32, u32> {
        if attempt.number() == good { Ok(good) } else { Err(attempt.number()) }
    }
    assert_eq!((call(1), call(2), call(3), call(4)), (Ok(1), Ok(2), Ok(3), Err(1)));
}

#[test]
fn an_error_that_is_not_worth_another_attempt_ends_the_call_though_others_run() {
    #[hedge(delay = 0s, budget = unlimited, bind = attempt, hedge_if = |error| *error != 2)]
    fn call(gate: Gate) -> Result<u32, u32> {
        if attempt.number() == 1 {
            gate.pass();
        }
        Err(attempt.number())
    }
    let (gate, _open) = Gate::closed();
    assert_eq!(call(gate), Err(2));
}

#[test]
fn each_attempt_has_the_next_item_and_a_copy_of_the_arguments() {
    #[hedge(delay = 1h, over(replica in replicas.clone()), max_hedges = 9, budget = unlimited)]
    fn call(replicas: Vec<String>, mut id: String) -> Result<String, Fault> {
        id.push_str(&replica);
        if replica == "c" { Ok(id) } else { Err(Fault::Own) }
    }
    let replicas = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(call(replicas(&["a", "b", "c"]), "7".to_owned()), Ok("7c".to_owned()));
    assert_eq!(call(replicas(&["a", "b"]), String::new()), Err(Fault::Own));
    assert_eq!(call(Vec::new(), String::new()), Err(Fault::Refused(ErrorKind::NoItems)));
}

thread_local! {
    static OBSERVED: RefCell<Vec<(u32, HedgeReason)>> = const { RefCell::new(Vec::new()) };
}

#[test]
fn the_observer_runs_on_the_thread_of_the_caller() {
    fn observe(event: &HedgeEvent<'_>) {
        OBSERVED.with_borrow_mut(|observed| observed.push((event.attempt, event.why)));
    }
    #[hedge(delay = 1h, max_hedges = 2, budget = unlimited, on_hedge = observe)]
    fn call() -> Result<u32, Fault> {
        Err(Fault::Own)
    }
    assert_eq!(call(), Err(Fault::Own));
    assert_eq!(OBSERVED.take(), [(2, HedgeReason::Failed), (3, HedgeReason::Failed)]);
}

#[test]
fn a_panic_of_an_attempt_is_that_of_the_call() {
    #[hedge(delay = 1h, bind = attempt)]
    fn call(fails_first: bool) -> Result<u32, Fault> {
        if fails_first && attempt.number() == 1 {
            return Err(Fault::Own);
        }
        panic!("attempt {}", attempt.number());
    }
    for (fails_first, message) in [(false, "attempt 1"), (true, "attempt 2")] {
        let panic = catch_unwind(|| call(fails_first)).unwrap_err();
        assert_eq!(panic.downcast_ref::<String>().map(String::as_str), Some(message));
    }
}

#[test]
fn a_panic_of_an_attempt_that_runs_on_unseen_is_nobodys() {
    #[hedge(delay = 0s, budget = unlimited, bind = attempt)]
    fn call(gate: Gate, ended: Sender<()>) -> Result<u32, Fault> {
        if attempt.number() == 1 {
            gate.pass();
            drop(ended);
            panic!("on purpose");
        }
        Ok(2)
    }
    let ((gate, open), (ended, has_ended)) = (Gate::closed(), channel());
    assert_eq!(call(gate, ended), Ok(2));
    drop(open);
    assert!(has_ended.recv().is_err());
    assert_eq!(call(Gate::closed().0, channel().0), Ok(2), "calls of this thread go on");
}

#[test]
fn attempts_have_the_deadline_and_the_runtime_of_the_caller() {
    #[hedge(delay = 1h)]
    fn call() -> Result<(bool, bool), Fault> {
        Ok((deadline().is_some(), tokio::runtime::Handle::try_current().is_ok()))
    }
    assert_eq!(call(), Ok((false, false)));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let _entered = runtime.enter();
    assert_eq!(with_deadline_blocking(secs(60), call), Ok((true, true)));
}

#[test]
fn no_attempt_starts_after_the_deadline() {
    #[hedge(delay = 0s, max_hedges = 3, budget = unlimited)]
    fn call(attempts: Arc<AtomicU32>) -> Result<u32, Fault> {
        Ok(attempts.fetch_add(1, Ordering::Relaxed))
    }
    let attempts = Arc::<AtomicU32>::default();
    assert_eq!(with_deadline_blocking(Duration::ZERO, || call(Arc::clone(&attempts))), Ok(0));
    assert_eq!(attempts.load(Ordering::Relaxed), 1);
}

#[test]
fn sync_and_async_calls_share_what_they_learn_and_their_budget() {
    #[hedge(name = "hedge: both", delay = 1h, budget(share = 0, min_per_second = 1, burst = 1))]
    fn sync() -> Result<(), Fault> {
        Err(Fault::Own)
    }
    #[hedge(name = "hedge: both")]
    async fn not_sync() -> Result<(), Fault> {
        Err(Fault::Own)
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        assert_eq!((sync(), not_sync().await), (Err(Fault::Own), Err(Fault::Own)));
    });
    let stats = registry().hedge("hedge: both").unwrap().stats();
    assert_eq!((stats.calls, stats.hedges, stats.not_in_budget), (2, 1, 1));
}

#[test]
fn a_first_attempt_that_is_refused_ends_the_call() {
    #[hedge(delay = 0s, budget = unlimited, bind = attempt)]
    #[bulkhead(name = "hedge: blocking slots", max_concurrent = 2, max_wait = unlimited)]
    #[circuit_breaker(name = "hedge: blocking open", failure_if = |_| false)]
    fn refused() -> Result<u32, Fault> {
        Ok(attempt.number())
    }
    assert!(refused().is_ok());
    breaker("hedge: blocking open").force_open();
    assert_eq!(refused(), Err(Fault::Refused(ErrorKind::CircuitOpen)));
}

#[test]
fn a_retry_and_a_timeout_below_act_on_each_attempt() {
    #[hedge(delay = 1h, max_hedges = 2, budget = unlimited, bind = attempt)]
    #[retry(max_attempts = 2, base_delay = 0s)]
    #[timeout(1h)]
    fn below(attempts: Arc<AtomicU32>) -> Result<u32, Fault> {
        attempts.fetch_add(1, Ordering::Relaxed);
        if attempt.number() == 3 { Ok(3) } else { Err(Fault::Own) }
    }
    let attempts = Arc::<AtomicU32>::default();
    assert_eq!(below(Arc::clone(&attempts)), Ok(3));
    assert_eq!(attempts.load(Ordering::Relaxed), 5, "each is made twice");
}

#[test]
fn attempts_that_a_timeout_above_leaves_are_failures_of_a_breaker_between() {
    #[timeout(50ms)]
    #[hedge(delay = 0s, budget = unlimited)]
    #[circuit_breaker(name = "hedge: left", failure_threshold = 2)]
    fn call(gate: Gate, begun: Sender<()>) -> Result<(), Fault> {
        begun.send(()).unwrap();
        gate.pass();
        Ok(())
    }
    // On a busy machine it is tried again until both attempts had begun for half of the time.
    for _ in 0..100 {
        let ((gate, _open), (begun, _has_begun)) = (Gate::closed(), channel());
        assert_eq!(call(gate, begun), Err(Fault::Refused(ErrorKind::TimedOut)));
        if breaker("hedge: left").state() == CircuitState::Open {
            return;
        }
    }
    panic!("the breaker has not opened");
}

#[test]
fn a_value_gives_the_hedge_and_generic_functions_have_attempts_too() {
    struct Client {
        hedge: Option<Hedge>,
    }

    impl Client {
        #[hedge(this.hedge.as_ref(), bind = attempt)]
        fn call<T: Clone + Send + 'static>(this: Arc<Self>, value: T) -> Result<(T, u32), Fault> {
            drop(this);
            if attempt.is_last() { Ok((value, attempt.number())) } else { Err(Fault::Own) }
        }
    }
    let hedge = Hedge::new("hedge: of a client", HedgePolicy::new(secs(60)));
    let client = Arc::new(Client { hedge: Some(hedge) });
    assert_eq!(Client::call(Arc::clone(&client), "a"), Ok(("a", 2)));
    assert_eq!(client.hedge.as_ref().unwrap().stats().hedges, 1);
    assert_eq!(Client::call(Arc::new(Client { hedge: None }), "a"), Ok(("a", 1)));
}

#[test]
fn a_fallback_above_answers_a_call_without_items() {
    #[fallback(value = 9)]
    #[hedge(delay = 1h, over(item in items))]
    fn call(items: Vec<u32>) -> Result<u32, Fault> {
        Ok(item)
    }
    assert_eq!((call(vec![3, 4]), call(Vec::new())), (Ok(3), Ok(9)));
}

#[test]
fn a_function_without_a_result_can_be_hedged() {
    #[hedge(delay = 1h)]
    fn plain(text: String) -> usize {
        text.len()
    }
    assert_eq!(plain("four".to_owned()), 4);
}
