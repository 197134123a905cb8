//! Limits that adapt themselves: which outcomes are signs of overload, and where the limit is given.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use resilient::inspect::functions;
use resilient::{AdaptiveLimit, Bulkhead, BulkheadPolicy, ErrorKind, bulkhead, registry, timeout};
use resilient_tests::{Fault, millis, secs};
use tokio::time::sleep;

type Outcome = Result<u32, Fault>;

fn limit(name: &str) -> usize {
    registry().bulkhead(name).expect("a function names it").limit()
}

#[bulkhead(max_concurrent = adaptive(max = 200), overload_after = 1s)]
static CATALOGUE: Bulkhead;

#[bulkhead(CATALOGUE)]
async fn catalogue(takes: Duration) -> Outcome {
    sleep(takes).await;
    Ok(1)
}

#[bulkhead(CATALOGUE, overload_if = |fault| *fault == Fault::Own)]
fn catalogue_blocking(outcome: Outcome) -> Outcome {
    outcome
}

#[tokio::test(start_paused = true)]
async fn functions_that_name_a_handle_change_its_limit() {
    assert_eq!(CATALOGUE.limit(), 20);
    assert_eq!(catalogue(millis(1_000)).await, Ok(1));
    assert_eq!(CATALOGUE.limit(), 20, "not slower than `overload_after`");
    assert_eq!(catalogue(millis(1_001)).await, Ok(1));
    assert_eq!(CATALOGUE.limit(), 18);
    assert_eq!(catalogue_blocking(Err(Fault::Own)), Err(Fault::Own));
    assert_eq!(CATALOGUE.limit(), 16);
    assert_eq!(
        catalogue_blocking(Err(Fault::Refused(ErrorKind::CircuitOpen))),
        Err(Fault::Refused(ErrorKind::CircuitOpen))
    );
    assert_eq!(CATALOGUE.limit(), 16);
}

#[tokio::test(start_paused = true)]
async fn good_calls_raise_it_and_a_lowered_limit_refuses_further_calls_alone() {
    #[bulkhead(name = "adaptive: grows", max_concurrent = adaptive(min = 2, max = 3, initial = 2), overload_on(Fault::Own))]
    async fn call(takes: u64, outcome: Outcome) -> Outcome {
        sleep(millis(takes)).await;
        outcome
    }

    assert_eq!(tokio::join!(call(1, Ok(1)), call(1, Ok(2))), (Ok(1), Ok(2)));
    assert_eq!(limit("adaptive: grows"), 3);
    let (first, second, third, refused) =
        tokio::join!(call(9, Err(Fault::Own)), call(50, Ok(2)), call(50, Ok(3)), async {
            sleep(millis(10)).await;
            assert_eq!(limit("adaptive: grows"), 2);
            call(1, Ok(4)).await
        });
    assert_eq!((first, second, third), (Err(Fault::Own), Ok(2), Ok(3)), "those in flight stay");
    assert_eq!(refused, Err(Fault::Refused(ErrorKind::BulkheadFull)));
}

#[tokio::test(start_paused = true)]
async fn a_timeout_below_is_overload_and_what_was_refused_below_is_not() {
    #[bulkhead(name = "adaptive: timeout", max_concurrent = adaptive(max = 10))]
    #[timeout(100ms)]
    async fn hangs() -> Outcome {
        std::future::pending().await
    }

    #[bulkhead(name = "adaptive: timeout")]
    #[bulkhead(name = "adaptive: full", max_concurrent = 1)]
    async fn refused() -> Outcome {
        Ok(1)
    }

    assert_eq!(hangs().await, Err(Fault::Refused(ErrorKind::TimedOut)));
    assert_eq!(limit("adaptive: timeout"), 9);
    let slot = registry().bulkhead("adaptive: full").expect("a function names it").try_acquire();
    assert_eq!(refused().await, Err(Fault::Refused(ErrorKind::BulkheadFull)));
    assert_eq!(limit("adaptive: timeout"), 9);
    drop(slot);
}

#[tokio::test(start_paused = true)]
async fn a_timeout_above_is_overload_if_the_callee_had_half_of_it() {
    #[timeout(100ms)]
    #[bulkhead(name = "adaptive: below a timeout", max_concurrent = adaptive(max = 10))]
    async fn hangs() -> Outcome {
        std::future::pending().await
    }

    assert_eq!(hangs().await, Err(Fault::Refused(ErrorKind::TimedOut)));
    assert_eq!(limit("adaptive: below a timeout"), 9);
}

#[tokio::test(start_paused = true)]
async fn values_and_results_can_be_signs_of_overload() {
    #[bulkhead(name = "adaptive: ok", max_concurrent = adaptive(max = 10), overload_if_ok = |status| *status == 503)]
    async fn by_value(outcome: Outcome) -> Outcome {
        outcome
    }

    #[bulkhead(name = "adaptive: result", max_concurrent = adaptive(max = 10), overload_if_result = |it| *it == Ok(503))]
    fn by_result(outcome: Outcome) -> Outcome {
        outcome
    }

    for outcome in [Ok(503), Ok(200), Err(Fault::Own)] {
        assert_eq!((by_value(outcome).await, by_result(outcome)), (outcome, outcome));
    }
    assert_eq!((limit("adaptive: ok"), limit("adaptive: result")), (9, 9));
}

#[tokio::test(start_paused = true)]
async fn a_panic_and_a_dropped_call_change_nothing_and_free_the_slot() {
    #[bulkhead(name = "adaptive: panics", max_concurrent = adaptive(max = 10))]
    fn panics() -> Outcome {
        panic!("as planned")
    }

    #[bulkhead(name = "adaptive: panics")]
    async fn waits() -> Outcome {
        sleep(secs(1)).await;
        Ok(1)
    }

    assert!(catch_unwind(AssertUnwindSafe(panics)).is_err());
    let dropped = tokio::time::timeout(millis(10), waits()).await;
    assert!(dropped.is_err());
    let bulkhead = registry().bulkhead("adaptive: panics").expect("a function names it");
    assert_eq!((bulkhead.limit(), bulkhead.in_flight()), (10, 0));
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_that_was_too_slow_by_then_is_overload() {
    #[bulkhead(name = "adaptive: slow", max_concurrent = adaptive(max = 10), overload_after = 100ms)]
    async fn waits() -> Outcome {
        sleep(secs(1)).await;
        Ok(1)
    }

    assert!(tokio::time::timeout(millis(90), waits()).await.is_err());
    assert_eq!(limit("adaptive: slow"), 10);
    assert!(tokio::time::timeout(millis(110), waits()).await.is_err());
    assert_eq!(limit("adaptive: slow"), 9);
}

#[tokio::test(start_paused = true)]
async fn a_value_and_a_policy_can_give_it() {
    const POLICY: BulkheadPolicy =
        BulkheadPolicy::new(1).adaptive(AdaptiveLimit::new(40).min(4)).overload_after(Duration::from_millis(10));

    #[bulkhead(slots)]
    async fn by_value(slots: &Arc<Bulkhead>, takes: u64) -> Outcome {
        sleep(millis(takes)).await;
        Ok(1)
    }

    #[bulkhead(name = "adaptive: by policy", policy = POLICY)]
    async fn by_policy() -> Outcome {
        sleep(millis(11)).await;
        Ok(1)
    }

    let slots = Arc::new(Bulkhead::new("adaptive: a value", POLICY));
    assert_eq!(by_value(&slots, 5).await, Ok(1));
    assert_eq!(slots.limit(), 20);
    assert_eq!(by_value(&slots, 11).await, Ok(1));
    assert_eq!(slots.limit(), 18);
    slots.set_limit(1_000);
    assert_eq!(slots.limit(), 40, "the nearest within its bounds");
    assert_eq!(by_policy().await, Ok(1));
    assert_eq!(limit("adaptive: by policy"), 18);
    let by_hand = Bulkhead::new("adaptive: by hand", POLICY);
    assert!(
        by_hand
            .run(async {
                sleep(millis(11)).await;
                Ok::<_, Fault>(1)
            })
            .await
            .is_ok()
    );
    assert_eq!((by_hand.limit(), by_hand.in_flight()), (18, 0));
}

#[bulkhead(name = "adaptive: described", max_concurrent = adaptive(max = 12), max_wait = 1s, overload_on(Fault::Own))]
async fn described_at_length() -> Outcome {
    Ok(1)
}

#[tokio::test(start_paused = true)]
async fn the_function_is_described() {
    assert_eq!(described_at_length().await, Ok(1));
    let described = |name: &str| {
        let path = format!("{}::{name}", module_path!());
        let function = functions().find(|function| function.path() == path).expect("it is annotated");
        function.layers()[0].to_string()
    };
    assert_eq!(
        described("described_at_length"),
        "bulkhead(name = \"adaptive: described\", max_concurrent = adaptive(min = 1, max = 12, initial = 12), \
         max_wait = 1s, overload_on = Fault::Own)"
    );
    assert_eq!(described("catalogue"), "bulkhead(CATALOGUE)");
}
