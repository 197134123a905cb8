//! What the layers above make of the refusals, errors and panics of operations on threads.

use std::panic::{AssertUnwindSafe, catch_unwind};

use resilient::pipeline::PipelineError;
use resilient::{Hedge, HedgePolicy};

use super::*;

#[test]
fn a_bulkhead_without_room_refuses_and_a_breaker_counts_that_neither_way() {
    let (bulkhead, breaker) = (of(2), breaker_of(BreakerPolicy::new()));
    let built = Pipeline::new().retry(steady(3, millis(1))).breaker(&breaker).build_on(&bulkhead);
    let pipeline: Plain = built.unwrap();
    let occupied = Occupied::threads(2, &bulkhead);
    for refused in both(&pipeline, || -> Result<(), String> { unreachable!("there is no thread for it") }) {
        assert_eq!(kind(&refused), Some(ErrorKind::BulkheadFull));
    }
    assert_eq!((bulkhead.stats().rejected, counts(&breaker)), (6, (0, 0, 6)), "each is tried three times");
    drop(occupied);
    assert_eq!(both(&pipeline, || Ok(7)), [Ok(7), Ok(7)]);
}

#[test]
fn after_a_shutdown_it_refuses_and_no_retry_repeats_that() {
    let bulkhead = of(1);
    let pipeline: Plain = Pipeline::new().retry(steady(3, millis(1))).build_on(&bulkhead).unwrap();
    assert_eq!(bulkhead.shutdown(HOUR).left, 0);
    for refused in both(&pipeline, || Ok(7)) {
        assert_eq!(refused.unwrap_err().to_string(), "bulkhead `images` is shut down");
    }
    assert_eq!(bulkhead.stats().rejected, 2);
}

#[test]
fn a_fallback_answers_its_refusals() {
    let bulkhead = of(1);
    let built = Pipeline::new()
        .fallback(|_| Ok("answered"))
        .fallback_refused([ErrorKind::BulkheadFull])
        .retry(RetryPolicy::new())
        .build_on(&bulkhead);
    let pipeline: ThreadPipeline<String, &str> = built.unwrap();
    bulkhead.shutdown(HOUR);
    assert_eq!(pipeline.call(|| Ok("ran")), Ok("answered"));
    assert_eq!(paused().block_on(pipeline.run(|| Ok("ran"))), Ok("answered"));
}

#[test]
fn a_panic_is_the_callers_a_failure_of_the_breaker_and_gives_slots_back() {
    let (bulkhead, breaker, slots) = (of(1), breaker_of(BreakerPolicy::new()), slots(1));
    let layers = Pipeline::new().bulkhead(&slots).retry(steady(3, millis(1))).breaker(&breaker).timeout(HOUR);
    let pipeline: Plain = layers.build_on(&bulkhead).unwrap();
    let panics = || -> Result<(), String> { panic!("on purpose") };
    let caught = [
        catch_unwind(AssertUnwindSafe(|| pipeline.call(panics))),
        catch_unwind(AssertUnwindSafe(|| paused().block_on(pipeline.run(panics)))),
    ];
    for caught in caught {
        assert_eq!(caught.expect_err("it panics").downcast_ref(), Some(&"on purpose"));
    }
    assert_eq!((counts(&breaker), slots.in_flight()), ((0, 2, 0), 0));
    let stats: ThreadStats = bulkhead.stats();
    assert_eq!((stats.submitted, stats.panicked), (2, 2));
    assert_eq!(both(&pipeline, || Ok(7)), [Ok(7), Ok(7)]);
    assert_eq!(resilient::deadline(), None);
}

/// The first of two attempts hangs.
#[test]
fn a_hedge_runs_the_next_attempt_on_another_thread() {
    let bulkhead = of(2);
    let hedge = Hedge::new("threads", HedgePolicy::new(millis(1)).unlimited_budget());
    let pipeline: Plain = Pipeline::new().hedge(hedge).build_on(&bulkhead).unwrap();
    for sync in [true, false] {
        let ((release, hang), begun) = (hanging(), Begun::default());
        let operation = move || {
            if begun.count() == 1 {
                hang();
                return Err("late".to_owned());
            }
            Ok(7)
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let answer = if sync { pipeline.call(operation) } else { runtime.block_on(pipeline.run(operation)) };
        assert_eq!(answer, Ok(7), "sync: {sync}");
        drop(release);
        while bulkhead.busy() > 0 {
            thread::yield_now();
        }
    }
}

#[test]
fn what_cannot_be_meant_is_an_error_of_build_on() {
    let problems = |built: Result<ThreadPipeline<String, u32>, PipelineError>| {
        built.err().map(|error| error.problems().map(str::to_owned).collect::<Vec<_>>()).unwrap_or_default()
    };
    let hedge = || Hedge::new("threads", HedgePolicy::new(millis(1)));
    let one = problems(Pipeline::new().hedge(hedge()).build_on(of(1)));
    assert!(one[0].starts_with("the `bulkhead` below lets one call through at a time"), "{one:?}");
    assert_eq!(problems(Pipeline::new().hedge(hedge()).build_on(of(2))).len(), 0);
    assert_eq!(problems(Pipeline::new().hedge(hedge()).build_on(None::<ThreadBulkhead>)).len(), 0);
    let answers_full = || Pipeline::new().fallback(|_| Ok(1)).fallback_refused([ErrorKind::BulkheadFull]);
    assert_eq!(problems(answers_full().build_on(of(1))).len(), 0);
    let hidden = answers_full().timeout(secs(1)).fallback(|_| Ok(1)).fallback_if(|error| error == "down");
    let hidden = problems(hidden.build_on(of(1)));
    assert!(hidden[0].starts_with("`bulkhead_full` never reaches this `fallback`"), "{hidden:?}");
    let two = problems(Pipeline::new().timeout(secs(2)).timeout(secs(1)).build_on(of(1)));
    assert!(two[0].starts_with("of two adjacent `timeout`s"), "{two:?}");
}
