//! The budget of a pipeline's retry.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Waker};

use resilient::{EarnedBy, GiveUpReason, RetryBudget, RetryBudgetPolicy, retry, retry_budget};
use tokio::time::sleep;

use super::*;

type Plain = Pipeline<&'static str>;

/// Each call earns so many tokens, of which up to ten are kept.
fn budget(share: f64) -> Arc<RetryBudget> {
    let policy = RetryBudgetPolicy::new().share(share).min_per_second(0).burst(10);
    Arc::new(RetryBudget::new("pipeline", policy))
}

fn in_budget(policy: RetryPolicy, budget: &Arc<RetryBudget>) -> Plain {
    Pipeline::new().retry(policy).budget(budget).build().expect("nothing contradicts")
}

/// The tokens that there are, and the retries that have taken one.
fn tokens(budget: &RetryBudget) -> (u64, u64) {
    (budget.available(), budget.stats().retries)
}

/// The attempts of a call that fails.
async fn attempts(pipeline: &Plain) -> u32 {
    let ran = Ran::default();
    let failed = pipeline.run(|| {
        count(&ran);
        async { Err::<(), _>("down") }
    });
    assert_eq!(failed.await, Err(Failure::Inner("down")));
    ran.get()
}

fn attempts_blocking(pipeline: &Plain) -> u32 {
    let ran = Ran::default();
    let failed = pipeline.call(|| {
        count(&ran);
        Err::<(), _>("down")
    });
    assert_eq!(failed, Err(Failure::Inner("down")));
    ran.get()
}

#[tokio::test(start_paused = true)]
async fn without_a_token_the_last_error_returns_at_once_with_the_reason() {
    for is_async in [true, false] {
        let reasons = Arc::new(std::sync::Mutex::new(Vec::new()));
        let noted = Arc::clone(&reasons);
        let layers = Pipeline::new().retry(steady(5, Duration::ZERO)).budget(budget(1.0));
        let layers = layers.on_give_up(move |event| noted.lock().unwrap().push((event.attempts, event.why)));
        let pipeline: Plain = layers.build().expect("nothing contradicts");
        let attempts = if is_async { attempts(&pipeline).await } else { attempts_blocking(&pipeline) };
        assert_eq!(attempts, 2);
        assert_eq!(*reasons.lock().unwrap(), [(2, GiveUpReason::Budget)]);
    }
}

#[tokio::test(start_paused = true)]
async fn one_budget_is_for_pipelines_and_functions_async_and_sync() {
    #[retry_budget(share = 1.0, min_per_second = 0)]
    static PIPELINE_BUDGET: RetryBudget;

    #[retry(base_delay = 0s, budget = PIPELINE_BUDGET)]
    fn function(ran: &Ran) -> Result<(), ()> {
        count(ran);
        Err(())
    }

    let pipeline: Plain =
        Pipeline::new().retry(steady(9, Duration::ZERO)).budget(&PIPELINE_BUDGET).build().expect("nothing contradicts");
    for _ in 0..3 {
        assert_eq!(pipeline.clone().run(async || Ok(1)).await, Ok(1));
    }
    assert_eq!(PIPELINE_BUDGET.available(), 3);
    let ran = Ran::default();
    assert!(function(&ran).is_err());
    assert_eq!((ran.get(), PIPELINE_BUDGET.available()), (3, 2));
    assert_eq!((attempts_blocking(&pipeline), attempts(&pipeline).await), (4, 2));
    let stats = PIPELINE_BUDGET.stats();
    assert_eq!((stats.calls, stats.retries, stats.refused_retries), (6, 6, 2));
}

#[tokio::test(start_paused = true)]
async fn only_successes_earn_where_the_budget_says_so() {
    let policy = RetryBudgetPolicy::new().share(1.0).min_per_second(0).earned_by(EarnedBy::Successes);
    let budget = Arc::new(RetryBudget::new("successes", policy));
    let pipeline = in_budget(steady(3, Duration::ZERO), &budget);
    assert_eq!((attempts(&pipeline).await, attempts_blocking(&pipeline)), (1, 1));
    assert_eq!(pipeline.run(async || Ok(1)).await, Ok(1));
    assert_eq!(pipeline.call(|| Ok(1)), Ok(1));
    assert_eq!((budget.available(), budget.stats().calls), (2, 2));
    let results = RefCell::new(vec![Ok(1), Err("down"), Err("down")]);
    let third = pipeline.run(|| {
        let result = results.borrow_mut().pop().expect("three attempts");
        async move { result }
    });
    assert_eq!((third.await, budget.available()), (Ok(1), 1), "one call, whichever attempt succeeds");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_during_a_delay_gives_its_token_back() {
    let budget = budget(1.0);
    let pipeline = in_budget(steady(2, secs(60)), &budget);
    let mut call = Box::pin(pipeline.run(async || Err::<(), _>("down")));
    assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    assert_eq!(tokens(&budget), (0, 1));
    drop(call);
    assert_eq!(tokens(&budget), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_in_a_retry_has_used_its_token() {
    let budget = budget(1.0);
    let pipeline = in_budget(steady(2, secs(1)), &budget);
    let ran = Ran::default();
    let call = pipeline.run(async || {
        let attempt: Result<(), _> = if count(&ran) == 1 { Err("down") } else { std::future::pending().await };
        attempt
    });
    assert!(tokio::time::timeout(secs(2), call).await.is_err());
    assert_eq!((ran.get(), tokens(&budget)), (2, (0, 1)));
}

/// Before the answer of a fallback is awaited, which may take long.
#[tokio::test(start_paused = true)]
async fn a_timeout_above_that_ends_a_delay_gives_its_token_back_at_once() {
    let budget = budget(1.0);
    let seen = Arc::clone(&budget);
    let layers = Pipeline::new()
        .fallback_async(move |_| {
            let seen = Arc::clone(&seen);
            async move {
                sleep(secs(60)).await;
                Ok(seen.available())
            }
        })
        .timeout(secs(100))
        .retry(steady(2, secs(60)).ignore_deadline())
        .budget(&budget);
    let pipeline: Pipeline<&str, u64> = layers.build().expect("nothing contradicts");
    let (answer, ()) = tokio::join!(
        pipeline.run(async || {
            sleep(secs(90)).await;
            Err("down")
        }),
        async {
            sleep(secs(95)).await;
            assert_eq!(tokens(&budget), (0, 1), "in the delay");
            sleep(secs(10)).await;
            assert_eq!(tokens(&budget), (1, 0), "in the fallback");
        }
    );
    assert_eq!(answer, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn an_observer_that_panics_before_the_delay_gives_the_token_back() {
    let budget = budget(1.0);
    let layers = Pipeline::new().retry(steady(2, secs(60))).budget(&budget).on_retry(|_| panic!("as it must"));
    let pipeline: Plain = layers.build().expect("nothing contradicts");
    assert!(catch_unwind(AssertUnwindSafe(|| pipeline.call(|| Err::<(), _>("down")))).is_err());
    assert_eq!(tokens(&budget), (1, 0));
    budget.try_take();
    let mut call = Box::pin(pipeline.run(async || Err::<(), _>("down")));
    let polled = catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(&mut Context::from_waker(Waker::noop()))));
    assert!(polled.is_err());
    assert_eq!(tokens(&budget), (1, 1), "while the call that has ended is still kept");
}

#[tokio::test(start_paused = true)]
async fn a_sync_delay_that_the_deadline_forbids_takes_no_token() {
    let budget = budget(1.0);
    let pipeline = in_budget(steady(2, secs(60)), &budget);
    let limited = TimeoutPolicy::new(secs(30)).named("above");
    assert!(limited.call_cooperative(|| pipeline.call(|| Err::<(), _>("down")).map_err(|_| ())).is_err());
    assert_eq!(tokens(&budget), (1, 0));
    assert_eq!(budget.stats().refused_retries, 0);
}

#[test]
fn attempts_without_a_number_need_no_other_end() {
    let unlimited = RetryPolicy::new().unlimited_attempts().base_delay(millis(1));
    assert_eq!(attempts_blocking(&in_budget(unlimited, &budget(2.0))), 3);
    for policy in [unlimited, unlimited.in_budget()] {
        let layers: resilient::pipeline::PipelineBuilder<&str> = Pipeline::new().retry(policy);
        let problem = layers.budget(None::<Arc<RetryBudget>>).build().expect_err("nothing ends it").to_string();
        assert!(problem.ends_with("unlimited attempts need a `max_elapsed`"), "{problem}");
    }
}
