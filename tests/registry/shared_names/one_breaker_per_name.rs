//! Functions that name the same breaker share it.

use super::*;

#[tokio::test]
async fn is_shared_by_all_functions_that_name_it_sync_and_async() {
    #[circuit_breaker(name = "one breaker: shared", failure_threshold = 3)]
    async fn awaits(outcome: Outcome) -> Outcome {
        outcome
    }

    #[circuit_breaker(name = "one breaker: shared")]
    fn blocks(outcome: Outcome) -> Outcome {
        outcome
    }

    struct Client(Outcome);

    impl Client {
        #[circuit_breaker(name = "one breaker: shared")]
        fn method(self) -> Outcome {
            self.0
        }
    }

    assert!(awaits(BAD).await.is_err());
    assert!(blocks(BAD).is_err());
    assert!(Client(BAD).method().is_err());
    assert!(is_open(&awaits(GOOD).await));
    assert!(is_open(&blocks(GOOD)));
    assert!(is_open(&Client(GOOD).method()));
    let stats = registry().circuit_breaker("one breaker: shared").expect("it has run").stats();
    assert_eq!((stats.failed_calls, stats.rejected_calls), (3, 3));
}

#[test]
fn is_not_that_of_another_name() {
    #[circuit_breaker(name = "one breaker: this", failure_threshold = 1)]
    fn this(outcome: Outcome) -> Outcome {
        outcome
    }

    #[circuit_breaker(name = "one breaker: that", failure_threshold = 1)]
    fn that(outcome: Outcome) -> Outcome {
        outcome
    }

    assert!(this(BAD).is_err());
    assert!(is_open(&this(GOOD)));
    assert!(that(GOOD).is_ok());
}

#[test]
fn is_shared_by_all_instances_of_a_generic_function() {
    #[circuit_breaker(name = "one breaker: generic", failure_threshold = 2)]
    fn call<T>(_: T, outcome: Outcome) -> Outcome {
        outcome
    }

    assert!(call(1_u8, BAD).is_err());
    assert!(call("text", BAD).is_err());
    assert!(is_open(&call(1.5, GOOD)));
}

#[test]
fn is_made_once_though_many_threads_come_first() {
    #[circuit_breaker(name = "one breaker: race", failure_threshold = 1000)]
    fn one() -> Outcome {
        BAD
    }

    #[circuit_breaker(name = "one breaker: race")]
    fn other() -> Outcome {
        BAD
    }

    let start = std::sync::Barrier::new(8);
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let start = &start;
            scope.spawn(move || {
                start.wait();
                assert!(if thread % 2 == 0 { one() } else { other() }.is_err());
            });
        }
    });
    assert_eq!(registry().circuit_breaker("one breaker: race").expect("it has run").stats().failed_calls, 8);
}

#[test]
fn is_no_bulkhead_of_that_name() {
    #[circuit_breaker(name = "one breaker: and a bulkhead")]
    fn call() -> Outcome {
        GOOD
    }

    assert!(call().is_ok());
    assert!(registry().circuit_breaker("one breaker: and a bulkhead").is_some());
    assert!(registry().bulkhead("one breaker: and a bulkhead").is_none());
}
