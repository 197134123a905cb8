//! Deadlines within a pipeline, above it, and below it.

use resilient::{Error, bulkhead, circuit_breaker, deadline};
use tokio::time::{Instant, sleep};

use super::*;

type Plain = Pipeline<String>;

#[tokio::test(start_paused = true)]
async fn the_body_sees_the_earliest_limit_around_it() {
    let limits = |outer, inner| -> Plain {
        let layers = Pipeline::new().timeout(secs(outer)).retry(RetryPolicy::new()).timeout(secs(inner));
        layers.build().unwrap()
    };
    for (outer, inner, above, expected) in [(9, 2, 30, 2), (3, 5, 30, 3), (9, 5, 1, 1), (4, 4, 4, 4)] {
        let pipeline = limits(outer, inner);
        let call = pipeline.run(async || {
            assert_eq!(resilient::remaining(), Some(secs(expected)));
            sleep(millis(500)).await;
            assert_eq!(resilient::remaining(), Some(millis(expected * 1000 - 500)));
            Ok::<_, String>(deadline().is_some())
        });
        assert_eq!(TimeoutPolicy::new(secs(above)).try_run(call).await, Ok(true));
        assert_eq!(deadline(), None);
    }
}

#[tokio::test(start_paused = true)]
async fn filters_and_observers_see_the_limits_above_them_alone() {
    let left = || resilient::remaining().map(|left| left.as_secs());
    let layers = Pipeline::new()
        .fallback(move |_| Ok(left()))
        .timeout(secs(9))
        .retry(steady(2, secs(1)))
        .retry_if(move |_| left() == Some(9) || left() == Some(8))
        .on_retry(move |_| assert_eq!(left(), Some(9)))
        .timeout(secs(2));
    let pipeline: Pipeline<String, Option<u64>> = layers.build().unwrap();
    assert_eq!(pipeline.run(async || Err("down".to_owned())).await, Ok(None), "no limit is above the fallback");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_names_the_limit_that_ended_first() {
    let pipeline = |outer, inner| -> Plain {
        let layers = Pipeline::new().named("api").timeout(TimeoutPolicy::new(secs(outer)).named("whole"));
        layers.retry(steady(9, Duration::ZERO)).timeout(secs(inner)).build().unwrap()
    };
    for (outer, inner, above, name, after) in [
        (3, 9, 30, "whole", 3),
        (3, 3, 30, "whole", 3),
        (5, 2, 30, "whole", 5),
        (5, 2, 1, "above", 1),
        (4, 4, 4, "above", 4),
    ] {
        let pipeline = pipeline(outer, inner);
        let call = pipeline.run(std::future::pending::<Result<(), String>>);
        let start = Instant::now();
        let late = TimeoutPolicy::new(secs(above)).named("above").try_run(call).await;
        let late = late.expect_err("it hangs");
        let refusal = late.refusal().expect("a limit ended");
        assert!(matches!(refusal, Error::TimedOut { after: limit, .. } if *limit == secs(after)), "{refusal}");
        assert_eq!((refusal.name(), start.elapsed()), (name, secs(after)));
    }
    let unnamed: Plain = Pipeline::new().named("api").timeout(secs(1)).build().unwrap();
    let late = unnamed.run(std::future::pending::<Result<(), String>>).await;
    assert_eq!(late.unwrap_err().refusal().unwrap().name(), "api");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_another_limit_drops_is_a_failure_if_only_its_callee_kept_it() {
    let breaker = breaker_of(BreakerPolicy::new());
    let pipeline: Plain = Pipeline::new().retry(steady(3, secs(1))).breaker(&breaker).build().unwrap();
    let hangs = pipeline.run(std::future::pending::<Result<(), String>>);
    assert!(TimeoutPolicy::new(secs(2)).try_run(hangs).await.is_err());
    assert_eq!(counts(&breaker), (0, 1, 0));

    let fails = pipeline.run(async || {
        sleep(millis(1500)).await;
        Err::<(), _>("down".to_owned())
    });
    assert!(TimeoutPolicy::new(millis(3500)).try_run(fails).await.is_err());
    assert_eq!(counts(&breaker), (0, 2, 1), "the second attempt had 1 s of the limit's 3.5 s");
}

#[tokio::test(start_paused = true)]
async fn a_wait_in_the_body_is_no_failure_of_what_is_around_it() {
    #[bulkhead(name = "pipeline: waits in the body", max_concurrent = 1, max_wait = 1h)]
    async fn waits() -> Result<(), Error> {
        Ok(())
    }

    waits().await.expect("it is free");
    let slot = resilient_tests::shared_bulkhead("pipeline: waits in the body").try_acquire().expect("free");
    let (outer, inner) = (breaker_of(BreakerPolicy::new()), breaker_of(BreakerPolicy::new()));
    let layers = Pipeline::new().breaker(&outer).timeout(secs(2)).breaker(&inner);
    let pipeline: Pipeline<Error> = layers.build().unwrap();
    assert_eq!(kind(&pipeline.run(waits).await), Some(ErrorKind::TimedOut));
    assert_eq!((counts(&outer), counts(&inner)), ((0, 1, 0), (0, 0, 1)), "a timeout is a failure, a wait is none");
    drop(slot);
}

#[tokio::test(start_paused = true)]
async fn a_pipeline_in_an_annotated_function_waits_for_it() {
    #[circuit_breaker(name = "pipeline: within an attribute")]
    async fn call(pipeline: &Pipeline<Error>) -> Result<(), Error> {
        pipeline.run(async || Ok(())).await.map_err(Failure::into_error)
    }

    let slots = Arc::new(Bulkhead::new("slots", BulkheadPolicy::new(1).max_wait(secs(60))));
    let pipeline: Pipeline<Error> = Pipeline::new().bulkhead(&slots).build().unwrap();
    let slot = slots.try_acquire().expect("free");
    let limited = TimeoutPolicy::new(secs(2)).run(call(&pipeline));
    assert_eq!(kind(&limited.await), Some(ErrorKind::TimedOut));
    assert_eq!(counts(resilient_tests::breaker("pipeline: within an attribute")), (0, 0, 1));
    drop(slot);
}

#[tokio::test(start_paused = true)]
async fn siblings_do_not_see_each_others_deadlines() {
    let (short, long): (Plain, Plain) =
        (Pipeline::new().timeout(secs(1)).build().unwrap(), Pipeline::new().timeout(secs(9)).build().unwrap());
    let left = async || {
        sleep(millis(100)).await;
        Ok::<_, String>(resilient::remaining().map(|left| left.as_millis()))
    };
    let (short, long, none) = tokio::join!(short.run(left), long.run(left), left());
    assert_eq!((short, long, none), (Ok(Some(900)), Ok(Some(8900)), Ok(None)));
}

#[tokio::test(start_paused = true)]
async fn more_layers_than_are_held_without_allocation_act_the_same() {
    let breakers = [(); 6].map(|()| breaker_of(BreakerPolicy::new()));
    let mut layers = Pipeline::new();
    for (number, breaker) in breakers.iter().enumerate() {
        layers = layers.timeout(secs(20 - number as u64)).breaker(breaker);
    }
    let pipeline: Plain = layers.build().unwrap();
    let call = pipeline.run(async || {
        assert_eq!(resilient::remaining(), Some(secs(15)));
        std::future::pending::<Result<(), String>>().await
    });
    let (late, start) = (call, Instant::now());
    assert_eq!(kind(&late.await), Some(ErrorKind::TimedOut));
    assert_eq!(start.elapsed(), secs(15));
    for breaker in &breakers {
        assert_eq!(counts(breaker), (0, 1, 0));
    }
    assert_eq!(pipeline.run(async || Ok(7)).await, Ok(7));
}
