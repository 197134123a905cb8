//! Each way to compose a retry and a breaker by hand follows the table.

use std::pin::Pin;

use super::*;

/// Wraps the last error, as `exhausted = wrap` does.
const WRAPS: RetryPolicy<Fault> = RETRY.for_errors().exhausted(Exhausted::Wrap);

/// What comes from below, made without attributes.
fn below(outcome: &str) -> Failed {
    match outcome {
        "own" => fails().map_err(Failure::Inner),
        "timed_out" => LIMIT.call_cooperative(hangs),
        "full" => full().call(fails),
        "open" => open().call(fails),
        "limited" => limited().call(fails),
        "exhausted_by_own" => WRAPS.try_call(|| below("own")),
        "exhausted_by_full" => WRAPS.try_call(|| below("full")),
        "exhausted_by_open" => WRAPS.retry_circuit_open(true).try_call(|| below("open")),
        other => unreachable!("{other}"),
    }
}

type Later = Pin<Box<dyn Future<Output = Failed>>>;

/// The same later.
fn below_later(outcome: &str) -> Later {
    match outcome {
        "own" => Box::pin(async { fails_later().await.map_err(Failure::Inner) }),
        "timed_out" => Box::pin(LIMIT.run(hangs_later())),
        "full" => Box::pin(full().run(fails_later())),
        "open" => Box::pin(open().run(fails_later())),
        "limited" => Box::pin(limited().run(fails_later())),
        "exhausted_by_own" => Box::pin(WRAPS.try_run(|| below_later("own"))),
        "exhausted_by_full" => Box::pin(WRAPS.try_run(|| below_later("full"))),
        "exhausted_by_open" => Box::pin(async { WRAPS.retry_circuit_open(true).try_run(|| below_later("open")).await }),
        other => unreachable!("{other}"),
    }
}

type Operation<'a> = &'a mut dyn FnMut() -> Failed;
type LaterOperation<'a> = &'a mut dyn FnMut() -> Later;

/// A way to call an operation through a policy.
type Form = fn(Operation<'_>) -> Failed;
type LaterForm = fn(LaterOperation<'_>) -> Failed;
type BreakerForm = fn(&CircuitBreaker, Operation<'_>) -> Failed;
type LaterBreakerForm = fn(&CircuitBreaker, Later) -> Failed;

/// Every error is worth another attempt in each form.
const RETRIES: [(&str, Form); 6] = [
    ("try_call", |operation| RETRY.try_call(operation)),
    ("of one type", |operation| RETRY.for_errors::<Fault>().try_call(operation)),
    ("retry_if", |operation| RETRY.retry_if(|_: &Fault| true).try_call(operation)),
    ("for_call", |operation| RETRY.for_call().on_retry(|_| ()).retry_if(|_| true).try_call(operation)),
    ("on_result", |operation| RETRY.on_result(Result::is_err).try_call(operation)),
    ("again", |operation| {
        let mut attempts = RETRY.attempts();
        loop {
            match operation() {
                Ok(value) => break Ok(value),
                Err(failure) => attempts.try_again_blocking(failure)?,
            }
        }
    }),
];

const LATER_RETRIES: [(&str, LaterForm); 6] = [
    ("try_run", |operation| wait(RETRY.try_run(operation))),
    ("of one type", |operation| wait(RETRY.for_errors::<Fault>().try_run(operation))),
    ("retry_if", |operation| wait(RETRY.retry_if(|_: &Fault| true).try_run(operation))),
    ("for_call", |operation| wait(RETRY.for_call().on_retry(|_| ()).retry_if(|_| true).try_run(operation))),
    ("on_result", |operation| wait(RETRY.on_result(Result::is_err).try_run(operation))),
    ("again", |operation| {
        wait(async {
            let mut attempts = RETRY.attempts();
            loop {
                match operation().await {
                    Ok(value) => break Ok(value),
                    Err(failure) => attempts.try_again(failure).await?,
                }
            }
        })
    }),
];

/// Every error is a failure in each form.
const BREAKERS: [(&str, BreakerForm); 5] = [
    ("try_call", |breaker, operation| breaker.try_call(operation)),
    ("failure_if", |breaker, operation| breaker.failure_if(|_| true).try_call(operation)),
    ("failure_if_ok", |breaker, operation| breaker.failure_if_ok(|_| false).try_call(operation)),
    ("both", |breaker, operation| breaker.failure_if(|_| true).failure_if_ok(|_| false).try_call(operation)),
    ("failure_if_result", |breaker, operation| breaker.failure_if_result(Result::is_err).try_call(operation)),
];

const LATER_BREAKERS: [(&str, LaterBreakerForm); 5] = [
    ("try_run", |breaker, future| wait(breaker.try_run(future))),
    ("failure_if", |breaker, future| wait(breaker.failure_if(|_| true).try_run(future))),
    ("failure_if_ok", |breaker, future| wait(breaker.failure_if_ok(|_| false).try_run(future))),
    ("both", |breaker, future| wait(breaker.failure_if(|_| true).failure_if_ok(|_| false).try_run(future))),
    ("failure_if_result", |breaker, future| wait(breaker.failure_if_result(Result::is_err).try_run(future))),
];

#[test]
fn of_a_retry_around_calls() {
    let _busy = busy();
    for Row { below: outcome, attempts, .. } in &TABLE {
        for (form, retry) in RETRIES {
            let mut made = 0;
            let last = retry(&mut || {
                made += 1;
                below(outcome)
            });
            assert!(last.is_err());
            assert_eq!(Some(made), *attempts, "{form}, {outcome}");
        }
    }
}

#[test]
fn of_a_retry_around_futures() {
    let _busy = busy();
    for Row { below: outcome, attempts, .. } in &TABLE {
        for (form, retry) in LATER_RETRIES {
            let mut made = 0;
            let last = retry(&mut || {
                made += 1;
                below_later(outcome)
            });
            assert!(last.is_err());
            assert_eq!(Some(made), *attempts, "{form}, {outcome}");
        }
    }
}

#[test]
fn of_a_breaker_around_calls() {
    let _busy = busy();
    for Row { below: outcome, counted: expected, .. } in &TABLE {
        for (form, guarded) in BREAKERS {
            let breaker = CircuitBreaker::new("by hand: every form", BreakerPolicy::new());
            let counted = counted(&breaker, |breaker| assert!(guarded(breaker, &mut || below(outcome)).is_err()));
            assert_eq!(counted, *expected, "{form}, {outcome}");
        }
    }
}

#[test]
fn of_a_breaker_around_futures() {
    let _busy = busy();
    for Row { below: outcome, counted: expected, .. } in &TABLE {
        for (form, guarded) in LATER_BREAKERS {
            let breaker = CircuitBreaker::new("by hand: every form", BreakerPolicy::new());
            let counted = counted(&breaker, |breaker| assert!(guarded(breaker, below_later(outcome)).is_err()));
            assert_eq!(counted, *expected, "{form}, {outcome}");
        }
    }
}

/// How a breaker counts an outcome of the function: failed, ignored and successful calls.
fn totals(call: impl FnOnce(&CircuitBreaker)) -> [u64; 3] {
    let breaker = CircuitBreaker::new("by hand: filters", BreakerPolicy::new());
    call(&breaker);
    let stats = breaker.stats();
    [stats.failed_calls, stats.ignored_calls, stats.successful_calls]
}

const FAILED: [u64; 3] = [1, 0, 0];
const IGNORED: [u64; 3] = [0, 1, 0];
const SUCCESSFUL: [u64; 3] = [0, 0, 1];

#[test]
fn a_filter_of_a_breaker_says_which_outcomes_are_failures() {
    type Outcome = Result<u32, u32>;

    let outcomes: [Outcome; 4] = [Ok(1), Ok(2), Err(1), Err(2)];
    let is_one = |number: &u32| *number == 1;
    let is_bad = |result: &Outcome| matches!(result, Ok(1) | Err(2));
    for outcome in outcomes {
        let expected = |[ok_1, ok_2, err_1, err_2]: [[u64; 3]; 4]| match outcome {
            Ok(1) => ok_1,
            Ok(_) => ok_2,
            Err(1) => err_1,
            Err(_) => err_2,
        };
        let by_error = expected([SUCCESSFUL, SUCCESSFUL, FAILED, IGNORED]);
        let by_value = expected([FAILED, SUCCESSFUL, FAILED, FAILED]);
        let by_both = expected([FAILED, SUCCESSFUL, FAILED, IGNORED]);
        let by_result = expected([FAILED, SUCCESSFUL, IGNORED, FAILED]);

        assert_eq!(totals(|it| drop(it.failure_if(is_one).call(|| outcome))), by_error, "{outcome:?}");
        assert_eq!(totals(|it| drop(wait(it.failure_if(is_one).run(async { outcome })))), by_error, "{outcome:?}");
        assert_eq!(totals(|it| drop(it.failure_if_ok(is_one).call(|| outcome))), by_value, "{outcome:?}");
        assert_eq!(totals(|it| drop(wait(it.failure_if_ok(is_one).run(async { outcome })))), by_value, "{outcome:?}");
        let both = |it: &CircuitBreaker| drop(it.failure_if(is_one).failure_if_ok(is_one).call(|| outcome));
        assert_eq!(totals(both), by_both, "{outcome:?}");
        assert_eq!(totals(|it| drop(it.failure_if_result(is_bad).call(|| outcome))), by_result, "{outcome:?}");
        let later = |it: &CircuitBreaker| drop(wait(it.failure_if_result(is_bad).run(async { outcome })));
        assert_eq!(totals(later), by_result, "{outcome:?}");
    }
}

#[test]
fn a_filter_of_a_breaker_gives_the_outcome_back() {
    let breaker = CircuitBreaker::new("by hand: filters", BreakerPolicy::new());
    assert_eq!(breaker.failure_if_result(|_| true).call(|| Ok::<_, ()>(7)), Ok(7));
    assert_eq!(breaker.failure_if(|_| false).call(|| Err::<(), _>(7)), Err(Failure::Inner(7)));
    breaker.force_open();
    let refused = breaker.failure_if(|(): &()| false).call(|| Ok(7));
    assert!(refused.is_err_and(|failure| failure.refusal().is_some_and(Error::is_circuit_open)));
}

#[test]
fn a_future_with_a_filter_that_hangs_is_a_failure() {
    let breaker = CircuitBreaker::new("by hand: hangs", BreakerPolicy::new());
    let late = wait(TimeoutPolicy::new(secs(1)).try_run(breaker.failure_if(|_: &Fault| false).run(hangs_later())));
    assert!(late.is_err_and(|failure| failure.refusal().is_some_and(Error::is_timed_out)));
    assert_eq!(breaker.stats().failed_calls, 1);
}
