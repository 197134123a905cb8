//! A half-open breaker whose probes hang, and what a breaker shows and counts without a call of its own.

use std::future::pending;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use resilient::{
    BreakerPolicy, CircuitBreaker, CircuitState, Error, ErrorKind, Permit, TimeoutPolicy, circuit_breaker, registry,
};
use resilient_tests::{millis, secs};
use tokio::time::{advance, sleep, timeout};

/// For how long a breaker is open by default.
const OPEN: Duration = secs(30);

/// Opens at the first failure, admits one probe at a time, and closes after two.
const ONE_PROBE: BreakerPolicy = BreakerPolicy::new().failure_threshold(1).half_open_max_calls(1);

/// A breaker that opened just now.
fn opened(policy: BreakerPolicy) -> CircuitBreaker {
    let breaker = CircuitBreaker::new("probes", policy);
    breaker.try_acquire().expect("it is closed").failure();
    assert_eq!(breaker.state(), CircuitState::Open);
    breaker
}

/// A breaker whose open time is over.
async fn recovering(policy: BreakerPolicy) -> CircuitBreaker {
    let breaker = opened(policy);
    advance(OPEN).await;
    breaker
}

fn refusal(breaker: &CircuitBreaker) -> Error {
    breaker.try_acquire().map(std::mem::forget).expect_err("it refuses")
}

mod hung_probes {
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
}

mod a_refusal_tells_the_state {
    use super::*;

    fn told(breaker: &CircuitBreaker) -> (CircuitState, Option<Duration>) {
        match refusal(breaker) {
            Error::CircuitOpen { state, retry_after, .. } => (state, retry_after),
            other => panic!("{other} is no refusal of a breaker"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn and_when_to_come_back_if_that_is_known() {
        let breaker = opened(ONE_PROBE);
        assert_eq!(told(&breaker), (CircuitState::Open, Some(OPEN)));
        assert_eq!(refusal(&breaker).to_string(), "circuit breaker `probes` is open, retry after 30s");
        advance(OPEN).await;
        let _probe = breaker.try_acquire().expect("a probe");
        assert_eq!(told(&breaker), (CircuitState::HalfOpen, None));
        let text = "circuit breaker `probes` is half-open with every probe under way";
        assert_eq!(refusal(&breaker).to_string(), text);
        breaker.force_open();
        assert_eq!(told(&breaker), (CircuitState::ForcedOpen, None));
        assert_eq!(refusal(&breaker).to_string(), "circuit breaker `probes` is forced open");
    }
}

mod asking {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_state_is_half_open_from_the_end_of_the_open_time_on() {
        let breaker = opened(ONE_PROBE);
        advance(Duration::from_millis(29_999)).await;
        assert_eq!(breaker.state(), CircuitState::Open);
        advance(Duration::from_millis(1)).await;
        for _ in 0..3 {
            assert_eq!(breaker.state(), CircuitState::HalfOpen);
            assert_eq!(breaker.stats().state_changes, 1, "the change is counted at the first call after it");
        }
        drop(breaker.try_acquire().expect("a probe"));
        assert_eq!(breaker.stats().state_changes, 2);
    }

    #[tokio::test(start_paused = true)]
    async fn if_open_use_the_cache_recovers() {
        let breaker = CircuitBreaker::new("cache", ONE_PROBE);
        let ask = |works: bool| {
            if breaker.state().is_open() {
                return "cache";
            }
            breaker.call(|| if works { Ok("service") } else { Err("down") }).unwrap_or("cache")
        };
        assert_eq!(ask(true), "service");
        for _ in 0..100 {
            assert_eq!(ask(false), "cache");
            advance(secs(1)).await;
        }
        for _ in 0..30 {
            ask(true);
            advance(secs(1)).await;
        }
        assert_eq!((ask(true), breaker.state()), ("service", CircuitState::Closed));
    }

    #[tokio::test(start_paused = true)]
    async fn whether_a_call_is_permitted_counts_nothing_and_takes_no_place() {
        let breaker = CircuitBreaker::new("asking", ONE_PROBE);
        assert!(breaker.is_call_permitted(), "closed");
        breaker.try_acquire().expect("it is closed").failure();
        let before = breaker.stats();
        assert!(!breaker.is_call_permitted(), "open");
        advance(OPEN).await;
        (0..10).for_each(|_| assert!(breaker.is_call_permitted(), "its time is over"));
        assert_eq!(breaker.stats(), before);
        let probe = breaker.try_acquire().expect("the place is still free");
        assert!(!breaker.is_call_permitted(), "every probe is under way");
        drop(probe);
        assert!(breaker.is_call_permitted(), "the place is free again");
        breaker.force_open();
        assert!(!breaker.is_call_permitted(), "forced open");
        breaker.disable();
        assert!(breaker.is_call_permitted(), "disabled");
        assert_eq!(breaker.stats().rejected_calls, 0);
    }
}

mod recording {
    use super::*;

    #[test]
    fn closed_it_counts_like_a_call() {
        let breaker = CircuitBreaker::new("recording", ONE_PROBE.failure_threshold(2));
        for _ in 0..10 {
            breaker.record_failure();
            breaker.record_success();
        }
        assert_eq!(breaker.state(), CircuitState::Closed);
        breaker.record_failure();
        breaker.try_acquire().expect("it is closed").failure();
        assert_eq!(breaker.state(), CircuitState::Open);
        let stats = breaker.stats();
        assert_eq!((stats.failed_calls, stats.successful_calls, stats.total_calls), (12, 10, 22));
    }

    #[test]
    fn closed_it_counts_in_the_window() {
        let policies = [
            BreakerPolicy::new().failure_rate(0.5).count_window(10),
            BreakerPolicy::new().failure_rate(0.5).time_window(secs(3600)).min_calls(10),
        ];
        for policy in policies {
            let breaker = CircuitBreaker::new("recording", policy);
            (0..5).for_each(|_| breaker.record_success());
            (0..4).for_each(|_| breaker.record_failure());
            assert_eq!(breaker.state(), CircuitState::Closed);
            breaker.record_failure();
            assert_eq!(breaker.state(), CircuitState::Open);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn open_it_changes_only_the_totals() {
        let breaker = opened(ONE_PROBE);
        for _ in 0..10 {
            breaker.record_success();
            breaker.record_failure();
        }
        let Error::CircuitOpen { retry_after, .. } = refusal(&breaker) else { unreachable!("a breaker refused") };
        assert_eq!(retry_after, Some(OPEN), "it is not open for longer");
        breaker.force_open();
        breaker.record_success();
        breaker.disable();
        breaker.record_failure();
        assert_eq!(breaker.state(), CircuitState::Disabled);
        let stats = breaker.stats();
        assert_eq!((stats.successful_calls, stats.failed_calls, stats.rejected_calls), (11, 12, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn half_open_it_counts_like_a_probe_and_takes_no_place() {
        let breaker = recovering(ONE_PROBE.success_threshold(3)).await;
        breaker.record_success();
        assert_eq!(breaker.stats().state_changes, 2, "it is the first call after the open time");
        let probe = breaker.try_acquire().expect("the place is free");
        breaker.record_success();
        assert_eq!(breaker.state(), CircuitState::HalfOpen);
        assert!(breaker.try_acquire().is_err(), "the probe still has its place");
        probe.success();
        assert_eq!(breaker.state(), CircuitState::Closed, "three successes");
    }

    #[tokio::test(start_paused = true)]
    async fn half_open_a_failure_opens_it_again() {
        let breaker = recovering(ONE_PROBE.recovery_backoff(2.0)).await;
        breaker.record_failure();
        let Error::CircuitOpen { state, retry_after, .. } = refusal(&breaker) else {
            unreachable!("a breaker refused")
        };
        assert_eq!((state, retry_after), (CircuitState::Open, Some(2 * OPEN)), "in a row");
    }
}

mod dropped {
    use super::*;

    const SLOW: BreakerPolicy = BreakerPolicy::new().slow_call(secs(1), 1.0).count_window(8);

    #[tokio::test(start_paused = true)]
    async fn permits_dropped_after_slow_call_are_slow_and_not_failed() {
        let breaker = CircuitBreaker::new("dropped", SLOW.failure_rate(0.01));
        for call in 0..8 {
            assert_eq!(breaker.state(), CircuitState::Closed, "after {call} calls");
            let permit = breaker.try_acquire().expect("it is closed");
            advance(secs(10)).await;
            drop(permit);
        }
        assert_eq!(breaker.state(), CircuitState::Open);
        let stats = breaker.stats();
        assert_eq!((stats.slow_calls, stats.ignored_calls, stats.failed_calls), (8, 8, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn futures_dropped_after_slow_call_are_slow() {
        #[circuit_breaker(name = "dropped: futures", slow_call = 1s, slow_call_rate = 1.0, window = 8)]
        async fn hangs() -> Result<(), Error> {
            pending().await
        }

        for _ in 0..8 {
            assert!(timeout(secs(10), hangs()).await.is_err());
        }
        let breaker = registry().circuit_breaker("dropped: futures").expect("it has run");
        assert_eq!(breaker.state(), CircuitState::Open);
        assert_eq!(breaker.stats().slow_calls, 8);
    }

    #[tokio::test(start_paused = true)]
    async fn dropped_by_a_deadline_that_says_nothing_of_the_callee_they_are_slow_too() {
        let breaker = CircuitBreaker::new("dropped", SLOW);
        for _ in 0..8 {
            let impatient = TimeoutPolicy::new(secs(10)).try_run(async {
                sleep(secs(6)).await;
                breaker.run(pending::<Result<(), Error>>()).await
            });
            assert!(impatient.await.is_err());
        }
        assert_eq!(breaker.state(), CircuitState::Open);
        let stats = breaker.stats();
        assert_eq!((stats.slow_calls, stats.ignored_calls, stats.failed_calls), (8, 8, 0));
    }

    #[test]
    fn in_place_what_comes_back_after_such_a_deadline_is_slow_too() {
        let breaker = CircuitBreaker::new("dropped", BreakerPolicy::new().slow_call(millis(1), 1.0).count_window(1));
        let impatient = TimeoutPolicy::new(millis(60)).try_call_cooperative(|| {
            std::thread::sleep(millis(45));
            breaker.call(|| {
                std::thread::sleep(millis(25));
                Ok::<_, Error>(())
            })
        });
        assert!(impatient.is_err());
        assert_eq!(breaker.state(), CircuitState::Open);
        let stats = breaker.stats();
        assert_eq!((stats.slow_calls, stats.ignored_calls, stats.failed_calls), (1, 1, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn dropped_earlier_or_ignored_they_count_neither_way() {
        let breaker = CircuitBreaker::new("dropped", SLOW.failure_threshold(1).count_window(1));
        for _ in 0..10 {
            let (early, ignored) = (breaker.try_acquire(), breaker.try_acquire());
            advance(secs(1)).await;
            drop(early);
            advance(secs(9)).await;
            ignored.expect("it is closed").ignore();
        }
        assert_eq!(breaker.state(), CircuitState::Closed);
        assert_eq!((breaker.stats().slow_calls, breaker.stats().ignored_calls), (0, 20));
    }

    #[tokio::test(start_paused = true)]
    async fn slow_and_dropped_they_do_not_end_a_row_of_failures() {
        let breaker = CircuitBreaker::new("dropped", SLOW.failure_threshold(2));
        breaker.record_failure();
        let permit = breaker.try_acquire().expect("it is closed");
        advance(secs(10)).await;
        drop(permit);
        assert_eq!(breaker.state(), CircuitState::Closed, "nor are they part of it");
        breaker.record_failure();
        assert_eq!(breaker.state(), CircuitState::Open);
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_probe_only_gives_its_place_back() {
        let breaker = recovering(SLOW.failure_threshold(1).half_open_max_calls(1)).await;
        for _ in 0..5 {
            let mut probe = pin!(breaker.run(pending::<Result<(), Error>>()));
            let polled = probe.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            assert!(matches!(polled, Poll::Pending));
            assert!(!breaker.is_call_permitted());
            advance(secs(10)).await;
            probe.set(breaker.run(pending()));
            assert_eq!(breaker.state(), CircuitState::HalfOpen);
            assert!(breaker.is_call_permitted());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_dropped_after_a_change_of_state_changes_the_totals_only() {
        let breaker = CircuitBreaker::new("dropped", SLOW.count_window(1));
        let late = breaker.try_acquire().expect("it is closed");
        advance(secs(10)).await;
        breaker.reset();
        drop(late);
        assert_eq!(breaker.state(), CircuitState::Closed);
        assert_eq!((breaker.stats().slow_calls, breaker.stats().ignored_calls), (1, 1));
    }
}
