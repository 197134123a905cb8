//! Rate limits around operations without attributes.

use resilient::ErrorKind;
use tokio::time::advance;

use super::*;

fn limiter(permits: u32, max_wait: Duration) -> RateLimiter {
    RateLimiter::new("by hand: rate", RateLimitPolicy::new(permits, secs(60)).max_wait(max_wait))
}

fn kind<T, E>(outcome: &Result<T, Failure<E>>) -> Option<ErrorKind> {
    outcome.as_ref().err().and_then(Failure::refusal).map(Error::kind)
}

#[tokio::test(start_paused = true)]
async fn each_form_takes_a_permit_or_its_cost() {
    let limiter = limiter(10, Duration::ZERO);
    assert_eq!(limiter.call(|| Ok::<_, Fault>(1)), Ok(1));
    assert_eq!(limiter.try_call(|| Err::<u32, _>(Failure::Inner(Fault::Own))), Err(Failure::Inner(Fault::Own)));
    assert_eq!(limiter.run(async { Ok::<_, Fault>(1) }).await, Ok(1));
    assert_eq!(limiter.try_run(LIMIT.run(fails_later())).await, Err(Failure::Inner(Fault::Own)));
    assert_eq!(limiter.available(), Some(6));
    assert_eq!(limiter.cost(2).call(|| Ok::<_, Fault>(1)), Ok(1));
    assert_eq!(limiter.paused_if(|_: &Fault| true).cost(2).run(async { Ok(1) }).await, Ok(1));
    assert_eq!(limiter.available(), Some(2));
    assert_eq!(kind(&limiter.cost(3).run(async { Ok::<_, Fault>(1) }).await), Some(ErrorKind::RateLimited));
    let never = limiter.cost(11).try_call(|| Ok::<_, Failure<Fault>>(1));
    assert_eq!(never.err().and_then(|failure| failure.refusal().map(Error::retry_after)), Some(None));
    assert_eq!(limiter.cost(0).call(|| Ok::<_, Fault>(1)), Ok(1), "zero counts as 1");
    assert_eq!((limiter.available(), limiter.stats().accepted_calls), (Some(1), 7));
}

#[tokio::test(start_paused = true)]
async fn calls_wait_for_their_permits() {
    let limiter = limiter(1, secs(120));
    let start = Instant::now();
    for minutes in 0..3 {
        assert_eq!(limiter.run(async { Ok::<_, Fault>(start.elapsed()) }).await, Ok(secs(60 * minutes)));
    }
    let (first, second) = tokio::join!(limiter.cost(1).run(async { Ok::<_, Fault>(1) }), async {
        assert_eq!(limiter.waiting(), 1);
        let too_long = TimeoutPolicy::new(secs(30)).try_run(limiter.run(async { Ok::<_, Fault>(2) }));
        kind(&too_long.await)
    });
    assert_eq!((first, second), (Ok(1), Some(ErrorKind::RateLimited)), "it would wait for longer than the deadline");
}

#[tokio::test(start_paused = true)]
async fn outcomes_stop_everybody_for_as_long_as_they_say() {
    type Answer = Result<u64, u64>;

    let limiter = limiter(100, Duration::ZERO);
    let is_big = |number: &u64| *number >= 10;
    let seconds = |number: &u64| Some(secs(*number));
    let held_by = |call: &dyn Fn(Answer)| {
        [Ok(5), Ok(50), Err(5), Err(70)].map(|answer| {
            limiter.resume();
            call(answer);
            limiter.held_for().as_secs()
        })
    };
    assert_eq!(held_by(&|answer| drop(limiter.call(|| answer))), [0; 4]);
    assert_eq!(held_by(&|answer| drop(limiter.cost(1).call(|| answer))), [0; 4]);
    assert_eq!(held_by(&|answer| drop(limiter.paused_if(is_big).call(|| answer))), [0, 0, 0, 30]);
    assert_eq!(held_by(&|answer| drop(limiter.paused_if_ok(is_big).call(|| answer))), [0, 30, 0, 0]);
    let with_time = |answer| drop(limiter.paused_if(is_big).retry_after(seconds).call(|| answer));
    assert_eq!(held_by(&with_time), [0, 0, 0, 70]);
    let with_time = |answer| drop(limiter.paused_if_ok(is_big).retry_after_ok(seconds).call(|| answer));
    assert_eq!(held_by(&with_time), [0, 50, 0, 0]);
    let by_both = |answer: Answer| {
        let call = limiter.cost(1).paused_if_ok(is_big).paused_if(is_big).retry_after(|_| Some(secs(1_000)));
        drop(call.try_call(|| answer.map_err(Failure::Inner)));
    };
    assert_eq!(held_by(&by_both), [0, 30, 0, 300]);
    limiter.resume();
    let late = LIMIT.run(pending::<Answer>());
    let late = limiter.paused_if(|_: &u64| true).paused_if_ok(|_| true).try_run(late).await;
    assert_eq!(
        (kind(&late), limiter.held_for()),
        (Some(ErrorKind::TimedOut), Duration::ZERO),
        "a refusal stops nobody"
    );
    let answer = limiter.paused_if(is_big).paused_if_ok(is_big).retry_after_ok(seconds).run(async { Answer::Ok(50) });
    assert_eq!((answer.await, limiter.held_for()), (Ok(50), secs(50)));
    advance(secs(50)).await;
    assert_eq!(limiter.call(|| Answer::Ok(1)), Ok(1));
}

#[tokio::test(start_paused = true)]
async fn a_future_that_is_dropped_while_it_waits_takes_nothing() {
    let limiter = limiter(1, secs(600));
    limiter.try_acquire().expect("it is free");
    let given_up = tokio::time::timeout(secs(1), limiter.cost(1).run(async { Ok::<_, Fault>(1) }));
    assert!(given_up.await.is_err());
    assert_eq!((limiter.waiting(), limiter.next_in()), (0, secs(59)));
}

#[cfg(debug_assertions)]
#[test]
fn a_failure_given_to_a_method_for_plain_errors_panics_in_debug_builds() {
    fn message(call: impl FnOnce()) -> String {
        let panic = catch_unwind(AssertUnwindSafe(call)).expect_err("it panics");
        panic.downcast_ref::<String>().cloned().expect("a message")
    }

    let limiter = limiter(10, Duration::ZERO);
    let failed = || Ok::<_, Failure<Fault>>(7);
    for (method, instead, message) in [
        ("RateLimiter::call", "try_call", message(|| drop(limiter.call(failed)))),
        ("RateLimiter::call", "try_call", message(|| drop(limiter.cost(2).call(failed)))),
        ("RateLimiter::run", "try_run", message(|| drop(limiter.run(async { failed() })))),
        ("RateLimiter::run", "try_run", message(|| drop(limiter.cost(2).run(async { failed() })))),
    ] {
        assert!(message.contains(&format!("`{method}`")) && message.contains(&format!("`{instead}`")), "{message}");
    }
    assert_eq!(limiter.available(), Some(10));
}
