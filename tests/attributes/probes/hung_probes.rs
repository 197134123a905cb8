//! A probe that hangs loses its place to another call after a time.

use super::*;

#[tokio::test(start_paused = true)]
async fn one_that_never_ends_does_not_keep_others_out_for_ever() {
    let breaker = recovering(ONE_PROBE).await;
    let hung = breaker.try_acquire().expect("a probe");
    advance(secs(29)).await;
    assert!(breaker.try_acquire().is_err(), "its place is kept for 30 s by default");
    advance(secs(1)).await;
    for _ in 0..2 {
        breaker.try_acquire().expect("a place").success();
    }
    assert_eq!(breaker.state(), CircuitState::Closed);
    hung.failure();
    assert_eq!(breaker.state(), CircuitState::Closed, "it is too late to count");
    assert_eq!(breaker.stats().failed_calls, 2);
}

#[tokio::test(start_paused = true)]
async fn the_default_is_the_open_time_if_that_is_longer() {
    let breaker = opened(ONE_PROBE.recovery_timeout(secs(60)));
    advance(secs(60)).await;
    let _hung = breaker.try_acquire().expect("a probe");
    advance(secs(59)).await;
    assert!(!breaker.is_call_permitted());
    advance(secs(1)).await;
    assert!(breaker.is_call_permitted());
}

#[tokio::test(start_paused = true)]
async fn each_place_goes_to_one_caller_and_in_the_order_they_were_taken() {
    let breaker = recovering(ONE_PROBE.half_open_max_calls(3).probe_timeout(secs(5))).await;
    let mut hung = Vec::new();
    for _ in 0..3 {
        hung.push(breaker.try_acquire().expect("a probe"));
        advance(secs(1)).await;
    }
    advance(secs(1)).await;
    assert!(breaker.try_acquire().is_err(), "the first has a second left");
    for _ in 0..3 {
        advance(secs(1)).await;
        hung.push(breaker.try_acquire().expect("the place of one"));
        assert!(breaker.try_acquire().is_err(), "of one only");
    }
}

#[tokio::test(start_paused = true)]
async fn one_whose_place_was_taken_frees_nobody_elses_however_it_ends() {
    let ends: [fn(Permit<'_>); 3] = [|permit| drop(permit), |permit| permit.ignore(), |permit| permit.success()];
    for end in ends {
        let breaker = recovering(ONE_PROBE.probe_timeout(secs(5))).await;
        let hung = breaker.try_acquire().expect("a probe");
        advance(secs(5)).await;
        let second = breaker.try_acquire().expect("the place of the first");
        end(hung);
        assert!(breaker.try_acquire().is_err(), "the second is still under way");
        drop(second);
        assert!(breaker.is_call_permitted());
    }
}

#[tokio::test(start_paused = true)]
async fn a_late_result_counts_in_the_same_half_open_period() {
    let breaker = recovering(ONE_PROBE.probe_timeout(secs(5))).await;
    let late = breaker.try_acquire().expect("a probe");
    advance(secs(60)).await;
    let second = breaker.try_acquire().expect("the place of the first");
    late.success();
    assert_eq!(breaker.state(), CircuitState::HalfOpen);
    second.success();
    assert_eq!(breaker.state(), CircuitState::Closed, "both count");

    let breaker = recovering(ONE_PROBE.probe_timeout(secs(5))).await;
    let late = breaker.try_acquire().expect("a probe");
    advance(secs(60)).await;
    let _second = breaker.try_acquire().expect("the place of the first");
    late.failure();
    assert_eq!(breaker.state(), CircuitState::Open);
}

#[tokio::test(start_paused = true)]
async fn a_late_result_does_not_count_in_the_next_half_open_period() {
    let ends: [fn(Permit<'_>); 3] = [|permit| permit.failure(), |permit| permit.success(), |permit| drop(permit)];
    for end in ends {
        let breaker = recovering(ONE_PROBE.probe_timeout(secs(5)).success_threshold(1)).await;
        let late = breaker.try_acquire().expect("a probe");
        advance(secs(5)).await;
        breaker.try_acquire().expect("the place of the first").failure();
        advance(OPEN).await;
        let _probe = breaker.try_acquire().expect("the next period");
        end(late);
        assert_eq!(breaker.state(), CircuitState::HalfOpen);
        assert!(breaker.try_acquire().is_err(), "nor is a place free");
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_but_healthy_service_recovers_although_every_probe_loses_its_place() {
    #[circuit_breaker(
        name = "probes: slow",
        failure_threshold = 1,
        half_open_max_calls = 1,
        probe_timeout = 10s,
        success_threshold = 3
    )]
    async fn call(fails: bool) -> Result<(), Error> {
        if fails {
            return Err(Error::TimedOut { name: resilient::Name::new(&"it"), after: secs(1) });
        }
        sleep(secs(45)).await;
        Ok(())
    }

    assert!(call(true).await.is_err());
    advance(OPEN).await;
    let callers: Vec<_> = (0..200_u64)
        .map(|number| {
            tokio::spawn(async move {
                sleep(secs(number)).await;
                call(false).await
            })
        })
        .collect();
    sleep(secs(45 + 20 + 1)).await;
    let breaker = registry().circuit_breaker("probes: slow").expect("it has run");
    assert_eq!(breaker.state(), CircuitState::Closed, "three probes, each in the place of the one before");
    assert_eq!(breaker.stats().successful_calls, 3);
    for caller in callers {
        let _ = caller.await.expect("it does not panic");
    }
    assert_eq!(breaker.state(), CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_function_whose_calls_hang_is_probed_again_and_again() {
    #[circuit_breaker(name = "probes: hung", failure_threshold = 1, half_open_max_calls = 1, probe_timeout = 1s)]
    async fn hangs(fails: bool) -> Result<(), Error> {
        if fails {
            return Err(Error::TimedOut { name: resilient::Name::new(&"it"), after: secs(1) });
        }
        pending().await
    }

    #[circuit_breaker(name = "probes: hung")]
    fn blocks() -> Result<(), Error> {
        Ok(())
    }

    assert!(hangs(true).await.is_err());
    advance(OPEN).await;
    let hung: Vec<_> = (0..5).map(|_| Box::pin(hangs(false))).collect();
    let mut begun = Vec::new();
    for mut call in hung {
        assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        assert_eq!(blocks().map_err(|refusal| refusal.kind()), Err(ErrorKind::CircuitOpen));
        begun.push(call);
        advance(secs(1)).await;
    }
    assert_eq!(blocks().map_err(|refusal| refusal.kind()), Ok(()));
    assert_eq!(blocks().map_err(|refusal| refusal.kind()), Ok(()));
    assert_eq!(registry().circuit_breaker("probes: hung").expect("it has run").state(), CircuitState::Closed);
}
