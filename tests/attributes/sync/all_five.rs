//! All five attributes on a sync function.

use super::*;

#[derive(Clone, Default)]
struct Ran(Arc<AtomicU32>);

impl Ran {
    fn count(&self) -> u32 {
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }

    fn take(&self) -> u32 {
        self.0.swap(0, Ordering::SeqCst)
    }
}

fn cached(outcomes: Vec<Outcome>, _: Ran) -> Outcome {
    Ok(u32::try_from(outcomes.into_iter().len()).unwrap_or(0) * 100)
}

#[test]
fn act_together_on_a_helper_thread() {
    #[fallback(cached)]
    #[retry(base_delay = 0s)]
    #[circuit_breaker(name = "sync: five", failure_threshold = 5, recovery_timeout = 1h)]
    #[timeout(60s)]
    #[bulkhead(name = "sync: five", max_concurrent = 1)]
    fn call(outcomes: Vec<Outcome>, ran: Ran) -> Outcome {
        outcomes[ran.count() as usize - 1]
    }

    let ran = Ran::default();
    assert_eq!(call(vec![BAD, BAD, Ok(7)], ran.clone()), Ok(7));
    assert_eq!(ran.take(), 3);
    assert_eq!(call(vec![BAD, BAD, BAD], ran.clone()), Ok(300), "answered when the attempts ran out");
    assert_eq!(ran.take(), 3);
    assert_eq!(call(vec![BAD, BAD, BAD], ran.clone()), Ok(300), "the second failure more opened the breaker");
    assert_eq!(ran.take(), 2);
    assert_eq!(call(vec![], ran.clone()), Ok(0));
    assert_eq!(ran.take(), 0);
    let breaker = registry().circuit_breaker("sync: five").expect("it has run");
    assert_eq!(breaker.state(), CircuitState::Open);
    let bulkhead = registry().bulkhead("sync: five").expect("it has run");
    assert_eq!((bulkhead.in_flight(), bulkhead.stats().accepted_calls), (0, 3 + 3 + 2));
}

#[test]
fn act_together_in_place_on_borrowed_arguments() {
    struct Client {
        ran: Cell<u32>,
        log: Vec<u32>,
    }

    impl Client {
        fn cached(&mut self, _: &[Outcome]) -> Outcome {
            Ok(self.ran.take() * 100)
        }

        #[fallback(Self::cached)]
        #[retry(base_delay = 0s, bind = attempt)]
        #[circuit_breaker(name = "sync: five in place")]
        #[timeout(60s, cooperative)]
        #[bulkhead(max_concurrent = 1)]
        fn call(&mut self, outcomes: &[Outcome]) -> Outcome {
            self.log.push(attempt.number());
            outcomes[count(&self.ran) as usize - 1]
        }
    }

    let mut client = Client { ran: Cell::new(0), log: Vec::new() };
    assert_eq!(client.call(&[BAD, Ok(7)]), Ok(7));
    client.ran.set(0);
    assert_eq!(client.call(&[BAD, BAD, BAD]), Ok(300));
    assert_eq!(client.log, [1, 2, 1, 2, 3]);
}

#[test]
fn let_a_panic_through() {
    #[fallback(value = 7)]
    #[retry(base_delay = 0s)]
    #[circuit_breaker(name = "sync: five panics", failure_threshold = 1)]
    #[timeout(60s)]
    #[bulkhead(name = "sync: five panics", max_concurrent = 1)]
    fn call() -> Outcome {
        panic!("on purpose")
    }

    let panic = std::panic::catch_unwind(call).expect_err("it panicked");
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"on purpose"));
    let breaker = registry().circuit_breaker("sync: five panics").expect("it has run");
    assert_eq!(breaker.state(), CircuitState::Open);
    assert_eq!(registry().bulkhead("sync: five panics").expect("it has run").in_flight(), 0);
}
