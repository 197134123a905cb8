//! A value belongs to whoever holds it.

use super::*;

struct Client {
    breaker: Arc<CircuitBreaker>,
    boxed: Box<Bulkhead>,
}

impl Client {
    fn new() -> Self {
        Self { breaker: Arc::new(fragile()), boxed: Box::new(slots(1)) }
    }

    fn breaker(&self) -> Arc<CircuitBreaker> {
        Arc::clone(&self.breaker)
    }

    #[circuit_breaker(self.breaker)]
    #[bulkhead(self.boxed)]
    async fn call(&self, outcome: Outcome) -> Outcome {
        outcome
    }

    #[circuit_breaker(self.breaker())]
    #[bulkhead(&*self.boxed)]
    fn call_blocking(&self, outcome: Outcome) -> Outcome {
        outcome
    }
}

#[tokio::test]
async fn instances_do_not_share_it() {
    let (one, other) = (Client::new(), Client::new());
    assert_eq!(one.call(BAD).await, BAD);
    assert_eq!((one.call(Ok(1)).await, one.call_blocking(Ok(1))), (OPEN, OPEN));
    assert_eq!((other.call(Ok(1)).await, other.call_blocking(Ok(1))), (Ok(1), Ok(1)));

    let held = other.boxed.try_acquire().expect("it is free");
    assert_eq!((other.call(Ok(1)).await, other.call_blocking(Ok(1))), (FULL, FULL));
    drop(held);
    assert_eq!(other.call_blocking(Ok(1)), Ok(1));
}

#[test]
fn it_is_in_no_registry() {
    let client = Client::new();
    assert_eq!(client.call_blocking(Ok(1)), Ok(1));
    assert!(registry().circuit_breaker("value").is_none());
    assert!(!registry().circuit_breakers().iter().any(|breaker| std::ptr::eq(*breaker, &raw const *client.breaker)));
}

/// A pointer of the user's own.
struct Pointer(CircuitBreaker);

impl Deref for Pointer {
    type Target = CircuitBreaker;

    fn deref(&self) -> &CircuitBreaker {
        &self.0
    }
}

#[test]
fn it_is_whatever_dereferences_to_state() {
    static LAZY: LazyLock<CircuitBreaker> = LazyLock::new(fragile);

    #[circuit_breaker(LAZY)]
    fn lazy() -> Outcome {
        BAD
    }

    #[circuit_breaker(breaker)]
    fn argument(breaker: &CircuitBreaker) -> Outcome {
        BAD
    }

    #[circuit_breaker(breaker)]
    fn pointer(breaker: &Arc<Pointer>) -> Outcome {
        BAD
    }

    #[circuit_breaker(breaker)]
    fn generic<B: Deref<Target = CircuitBreaker>>(breaker: B) -> Outcome {
        BAD
    }

    #[circuit_breaker(breakers[index])]
    fn one_of_many(breakers: &[CircuitBreaker], index: usize) -> Outcome {
        BAD
    }

    #[circuit_breaker(if first { one } else { other })]
    fn either(one: &CircuitBreaker, other: &CircuitBreaker, first: bool) -> Outcome {
        BAD
    }

    assert_eq!([lazy(), lazy()], [BAD, OPEN]);
    let breaker = fragile();
    assert_eq!([argument(&breaker), argument(&breaker)], [BAD, OPEN]);
    let breaker = Arc::new(Pointer(fragile()));
    assert_eq!([pointer(&breaker), pointer(&breaker)], [BAD, OPEN]);
    let breaker = Arc::new(fragile());
    assert_eq!([generic(&*breaker), generic(breaker)], [BAD, OPEN]);
    let many = [fragile(), fragile()];
    assert_eq!([one_of_many(&many, 1), one_of_many(&many, 0), one_of_many(&many, 1)], [BAD, BAD, OPEN]);
    let (one, other) = (fragile(), fragile());
    assert_eq!([either(&one, &other, true), either(&one, &other, false)], [BAD, BAD]);
    assert_eq!([either(&one, &other, true), either(&one, &other, false)], [OPEN, OPEN]);
}

/// Counts how often it is asked for its breaker.
struct Asked {
    breaker: CircuitBreaker,
    times: Cell<u32>,
}

impl Asked {
    fn breaker(&self) -> &CircuitBreaker {
        self.times.set(self.times.get() + 1);
        &self.breaker
    }
}

#[tokio::test(start_paused = true)]
async fn it_is_evaluated_when_the_call_reaches_the_layer() {
    #[retry(max_attempts = 3)]
    #[circuit_breaker(asked.breaker())]
    async fn each_attempt(asked: &Asked) -> Outcome {
        BAD
    }

    #[circuit_breaker(outer)]
    #[circuit_breaker(asked.breaker())]
    fn below_another(outer: &CircuitBreaker, asked: &Asked) -> Outcome {
        Ok(1)
    }

    let tolerant = || CircuitBreaker::new("value", BreakerPolicy::new());
    let asked = Asked { breaker: tolerant(), times: Cell::new(0) };
    let call = each_attempt(&asked);
    assert_eq!(asked.times.get(), 0, "a future does nothing before it is polled");
    assert_eq!(call.await, BAD);
    assert_eq!(asked.times.get(), 3);

    let outer = tolerant();
    assert_eq!(below_another(&outer, &asked), Ok(1));
    outer.force_open();
    assert_eq!(below_another(&outer, &asked), OPEN);
    assert_eq!(asked.times.get(), 4);
}

#[tokio::test]
async fn every_filter_stands_beside_it() {
    #[circuit_breaker(breaker, failure_if_ok = |value| *value == limit)]
    async fn by_value(breaker: &Arc<CircuitBreaker>, limit: u32, outcome: Outcome) -> Outcome {
        outcome
    }

    #[circuit_breaker(breaker, failure_if = |_| false, failure_if_ok = |value| *value == limit)]
    fn by_value_blocking(breaker: &Arc<CircuitBreaker>, limit: u32, outcome: Outcome) -> Outcome {
        outcome
    }

    #[circuit_breaker(breaker, failure_if_result = |result| *result == Ok(limit))]
    async fn by_result(breaker: &Arc<CircuitBreaker>, limit: u32, outcome: Outcome) -> Outcome {
        outcome
    }

    #[circuit_breaker(breaker.as_ref(), failure_if_result = |result| *result == Ok(limit))]
    fn by_result_blocking(breaker: &Arc<CircuitBreaker>, limit: u32, outcome: Outcome) -> Outcome {
        outcome
    }

    let breaker = || Arc::new(fragile());
    let [one, two, three, four] = [breaker(), breaker(), breaker(), breaker()];
    assert_eq!((by_value(&one, 7, Ok(7)).await, by_value_blocking(&two, 7, Ok(7))), (Ok(7), Ok(7)));
    assert_eq!((by_result(&three, 7, Ok(7)).await, by_result_blocking(&four, 7, Ok(7))), (Ok(7), Ok(7)));
    for open in [one, two, three, four] {
        assert_eq!(open.state(), CircuitState::Open);
        open.reset();
        assert_eq!(by_result(&open, 7, BAD).await, BAD);
        assert_eq!((by_result_blocking(&open, 7, BAD), by_value_blocking(&open, 7, BAD)), (BAD, BAD));
        assert_eq!(by_value(&open, 7, Ok(1)).await, Ok(1));
    }
}

/// A predicate of a sync function may change what it borrows.
#[test]
fn a_predicate_may_count() {
    static LAZY: LazyLock<CircuitBreaker> = LazyLock::new(|| CircuitBreaker::new("value", BreakerPolicy::new()));

    #[circuit_breaker(breaker, failure_if = |_| { *asked += 1; false })]
    fn by_value(breaker: &CircuitBreaker, asked: &mut u32) -> Outcome {
        BAD
    }

    #[circuit_breaker(LAZY, failure_if = |_| { *asked += 1; false })]
    fn by_static(asked: &mut u32) -> Outcome {
        BAD
    }

    let mut asked = 0;
    assert_eq!((by_value(&fragile(), &mut asked), by_static(&mut asked)), (BAD, BAD));
    assert_eq!(asked, 2);
}

#[test]
fn settings_of_calls_stand_beside_it() {
    #[circuit_breaker(failure_on(Fault::Refused(_)), breaker)]
    fn ignores_its_own(breaker: &CircuitBreaker) -> Outcome {
        BAD
    }

    #[circuit_breaker(breaker, map_err = |_| 7)]
    fn with_its_own_error(breaker: &CircuitBreaker) -> Result<u32, u32> {
        Ok(1)
    }

    let breaker = fragile();
    assert_eq!([ignores_its_own(&breaker), ignores_its_own(&breaker)], [BAD, BAD]);
    breaker.force_open();
    assert_eq!(with_its_own_error(&breaker), Err(7));
}
