//! `#[circuit_breaker]`: what opens it, how long it stays open, and what closes it again.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use resilient::{BreakerPolicy, CircuitBreaker, CircuitState, CircuitStats, ErrorKind, Failure, circuit_breaker};
use resilient_tests::{InFlight, breaker, never, secs};
use tokio::sync::oneshot;
use tokio::time::{advance, sleep};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    Broken,
    NotFound,
    Status(u64),
    Refused(ErrorKind),
}

impl From<resilient::Error> for Fault {
    fn from(refusal: resilient::Error) -> Self {
        Self::Refused(refusal.kind())
    }
}

type Outcome = Result<(), Fault>;

const GOOD: Outcome = Ok(());
const BAD: Outcome = Err(Fault::Broken);
const NOT_FOUND: Outcome = Err(Fault::NotFound);
const REFUSED: Outcome = Err(Fault::Refused(ErrorKind::CircuitOpen));

mod opening {
    use super::*;

    #[tokio::test]
    async fn five_failures_in_a_row_open_it_by_default() {
        #[circuit_breaker(name = "opening: default")]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        for _ in 0..4 {
            assert_eq!(call(BAD).await, BAD);
        }
        assert_eq!(breaker("opening: default").state(), CircuitState::Closed);
        assert_eq!(call(BAD).await, BAD);
        assert_eq!(breaker("opening: default").state(), CircuitState::Open);
        assert_eq!(call(GOOD).await, REFUSED);
    }

    #[tokio::test]
    async fn failure_threshold_says_how_many() {
        #[circuit_breaker(name = "opening: threshold", failure_threshold = 2)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        assert_eq!(call(BAD).await, BAD);
        assert_eq!(call(BAD).await, BAD);
        assert_eq!(call(GOOD).await, REFUSED);
    }

    #[tokio::test]
    async fn a_success_starts_the_count_again() {
        #[circuit_breaker(name = "opening: in a row", failure_threshold = 2)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        for _ in 0..10 {
            assert_eq!(call(BAD).await, BAD);
            assert_eq!(call(GOOD).await, GOOD);
        }
        assert_eq!(breaker("opening: in a row").state(), CircuitState::Closed);
    }

    #[tokio::test]
    async fn a_refused_call_does_not_run_the_body() {
        #[circuit_breaker(name = "opening: body", failure_threshold = 1)]
        async fn call(ran: &Cell<u32>) -> Outcome {
            ran.set(ran.get() + 1);
            BAD
        }

        let ran = Cell::new(0);
        assert_eq!(call(&ran).await, BAD);
        for _ in 0..10 {
            assert_eq!(call(&ran).await, REFUSED);
        }
        assert_eq!(ran.get(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_tells_the_name_and_when_to_come_back() {
        #[circuit_breaker(name = "opening: refusal", failure_threshold = 1, recovery_timeout = 10s)]
        async fn call() -> Result<(), Option<resilient::Error>> {
            Err(None)
        }

        assert!(matches!(call().await, Err(None)));
        advance(secs(3)).await;
        let Err(Some(refusal)) = call().await else { panic!("not refused") };
        assert!(refusal.is_circuit_open());
        assert_eq!(refusal.name(), "opening: refusal");
        assert_eq!(refusal.retry_after(), Some(secs(7)));
    }

    #[tokio::test]
    async fn a_name_may_be_a_constant() {
        const NAME: &str = "opening: constant";

        #[circuit_breaker(name = NAME, failure_threshold = 1)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        assert_eq!(call(BAD).await, BAD);
        assert_eq!(breaker(NAME).state(), CircuitState::Open);
    }

    #[tokio::test]
    async fn a_policy_gives_the_settings_and_others_override_it() {
        const POLICY: BreakerPolicy = BreakerPolicy::new().failure_threshold(1).success_threshold(7);

        #[circuit_breaker(name = "opening: policy", policy = POLICY, failure_threshold = 3)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        for _ in 0..3 {
            assert_eq!(call(BAD).await, BAD);
        }
        assert_eq!(call(GOOD).await, REFUSED);
        assert_eq!(breaker("opening: policy").policy(), POLICY.failure_threshold(3));
    }
}

mod failure_rate {
    use super::*;

    #[tokio::test]
    async fn it_opens_when_the_share_in_the_window_reaches_it() {
        #[circuit_breaker(name = "rate: share", failure_rate = 0.3, window = 10)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        for outcome in [BAD, GOOD, GOOD, GOOD, BAD, GOOD, GOOD, GOOD, GOOD] {
            assert_eq!(call(outcome).await, outcome);
        }
        assert_eq!(breaker("rate: share").state(), CircuitState::Closed);
        assert_eq!(call(BAD).await, BAD);
        assert_eq!(breaker("rate: share").state(), CircuitState::Open, "3 of 10 reach 0.3");
    }

    #[tokio::test]
    async fn a_smaller_share_does_not_open_it() {
        #[circuit_breaker(name = "rate: smaller", failure_rate = 0.5, window = 10)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        for call_number in 0..1000 {
            let outcome = if call_number % 10 < 4 { BAD } else { GOOD };
            assert_eq!(call(outcome).await, outcome, "call {call_number}");
        }
    }

    #[tokio::test]
    async fn a_count_window_slides_with_every_call() {
        #[circuit_breaker(name = "rate: slides", failure_rate = 0.5, window = 10)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        for _ in 0..10_000 {
            assert_eq!(call(GOOD).await, GOOD);
        }
        for _ in 0..4 {
            assert_eq!(call(BAD).await, BAD);
        }
        assert_eq!(breaker("rate: slides").state(), CircuitState::Closed);
        assert_eq!(call(BAD).await, BAD);
        assert_eq!(breaker("rate: slides").state(), CircuitState::Open, "after 10,000 successes 5 failures are enough");
    }

    #[tokio::test]
    async fn what_left_a_count_window_no_longer_counts() {
        #[circuit_breaker(name = "rate: left", failure_rate = 0.5, window = 4)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        for outcome in [BAD, GOOD, GOOD, GOOD, BAD, GOOD, GOOD, GOOD, BAD] {
            assert_eq!(call(outcome).await, outcome);
        }
        assert_eq!(breaker("rate: left").state(), CircuitState::Closed);
        assert_eq!(call(BAD).await, BAD);
        assert_eq!(breaker("rate: left").state(), CircuitState::Open);
    }

    #[tokio::test]
    async fn a_count_window_judges_when_it_is_full() {
        #[circuit_breaker(name = "rate: full", failure_rate = 0.1, window = 50)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        for _ in 0..49 {
            assert_eq!(call(BAD).await, BAD);
        }
        assert_eq!(breaker("rate: full").state(), CircuitState::Closed);
        assert_eq!(call(GOOD).await, GOOD);
        assert_eq!(breaker("rate: full").state(), CircuitState::Open);
    }

    #[tokio::test]
    async fn min_calls_lets_it_judge_earlier() {
        #[circuit_breaker(name = "rate: min calls", failure_rate = 0.5, window = 100, min_calls = 4)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        for outcome in [BAD, BAD, GOOD] {
            assert_eq!(call(outcome).await, outcome);
        }
        assert_eq!(breaker("rate: min calls").state(), CircuitState::Closed);
        assert_eq!(call(GOOD).await, GOOD);
        assert_eq!(breaker("rate: min calls").state(), CircuitState::Open);
    }

    #[tokio::test]
    async fn failures_in_a_row_no_longer_matter() {
        #[circuit_breaker(name = "rate: row", failure_rate = 0.9, window = 100)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        for _ in 0..50 {
            assert_eq!(call(GOOD).await, GOOD);
        }
        for _ in 0..89 {
            assert_eq!(call(BAD).await, BAD);
        }
        assert_eq!(breaker("rate: row").state(), CircuitState::Closed);
    }

    #[tokio::test(start_paused = true)]
    async fn a_time_window_forgets_what_is_older() {
        #[circuit_breaker(name = "rate: time", failure_rate = 0.5, window = 10s, min_calls = 4)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        for _ in 0..3 {
            assert_eq!(call(BAD).await, BAD);
        }
        advance(secs(11)).await;
        for _ in 0..3 {
            assert_eq!(call(BAD).await, BAD);
        }
        assert_eq!(breaker("rate: time").state(), CircuitState::Closed);
        assert_eq!(call(BAD).await, BAD);
        assert_eq!(breaker("rate: time").state(), CircuitState::Open);
    }

    #[tokio::test(start_paused = true)]
    async fn a_time_window_remembers_what_is_younger() {
        #[circuit_breaker(name = "rate: younger", failure_rate = 0.5, window = 10s, min_calls = 4)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        for _ in 0..3 {
            assert_eq!(call(BAD).await, BAD);
        }
        advance(secs(8)).await;
        assert_eq!(call(GOOD).await, GOOD);
        assert_eq!(breaker("rate: younger").state(), CircuitState::Open);
    }

    #[tokio::test(start_paused = true)]
    async fn a_time_window_slides() {
        #[circuit_breaker(name = "rate: time slides", failure_rate = 0.5, window = 10s, min_calls = 1)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        for _ in 0..100 {
            assert_eq!(call(GOOD).await, GOOD);
        }
        advance(secs(5)).await;
        for _ in 0..50 {
            assert_eq!(call(BAD).await, BAD);
        }
        assert_eq!(breaker("rate: time slides").state(), CircuitState::Closed, "50 of 150");
        advance(secs(6)).await;
        assert_eq!(call(GOOD).await, GOOD);
        assert_eq!(breaker("rate: time slides").state(), CircuitState::Open, "50 of 51");
    }

    #[tokio::test(start_paused = true)]
    async fn a_time_window_needs_ten_calls_by_default() {
        #[circuit_breaker(name = "rate: ten", failure_rate = 0.5, window = 1min)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        for _ in 0..9 {
            assert_eq!(call(BAD).await, BAD);
        }
        assert_eq!(breaker("rate: ten").state(), CircuitState::Closed);
        assert_eq!(call(BAD).await, BAD);
        assert_eq!(breaker("rate: ten").state(), CircuitState::Open);
    }

    #[tokio::test(start_paused = true)]
    async fn a_breaker_that_closed_again_starts_with_an_empty_window() {
        #[circuit_breaker(name = "rate: again", failure_rate = 0.5, window = 4, success_threshold = 1)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        for _ in 0..4 {
            assert_eq!(call(BAD).await, BAD);
        }
        advance(secs(30)).await;
        assert_eq!(call(GOOD).await, GOOD);
        for outcome in [BAD, GOOD, GOOD, GOOD, BAD] {
            assert_eq!(call(outcome).await, outcome);
        }
        assert_eq!(breaker("rate: again").state(), CircuitState::Closed);
    }
}

mod slow_calls {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn their_share_opens_it_although_they_succeed() {
        #[circuit_breaker(name = "slow: share", slow_call = 1s, slow_call_rate = 0.5, window = 4)]
        async fn call(takes: Duration) -> Outcome {
            sleep(takes).await;
            GOOD
        }

        for takes in [2, 0, 0] {
            assert_eq!(call(secs(takes)).await, GOOD);
        }
        assert_eq!(breaker("slow: share").state(), CircuitState::Closed);
        assert_eq!(call(secs(2)).await, GOOD);
        assert_eq!(breaker("slow: share").state(), CircuitState::Open);
        assert_eq!(breaker("slow: share").stats().slow_calls, 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_of_exactly_that_length_is_not_slow() {
        #[circuit_breaker(name = "slow: exactly", slow_call = 1s, slow_call_rate = 0.01, window = 1)]
        async fn call(takes: Duration) -> Outcome {
            sleep(takes).await;
            GOOD
        }

        assert_eq!(call(secs(1)).await, GOOD);
        assert_eq!(breaker("slow: exactly").state(), CircuitState::Closed);
        assert_eq!(call(Duration::from_millis(1001)).await, GOOD);
        assert_eq!(breaker("slow: exactly").state(), CircuitState::Open);
    }

    #[tokio::test(start_paused = true)]
    async fn failures_in_a_row_still_open_it() {
        #[circuit_breaker(name = "slow: beside", slow_call = 1s, slow_call_rate = 0.5, window = 100, failure_threshold = 2)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        assert_eq!(call(BAD).await, BAD);
        assert_eq!(call(BAD).await, BAD);
        assert_eq!(breaker("slow: beside").state(), CircuitState::Open);
    }

    #[tokio::test(start_paused = true)]
    async fn a_rate_of_failures_may_stand_beside_it() {
        #[circuit_breaker(name = "slow: both", slow_call = 1s, slow_call_rate = 1.0, failure_rate = 0.5, window = 2)]
        async fn call(takes: Duration, outcome: Outcome) -> Outcome {
            sleep(takes).await;
            outcome
        }

        assert_eq!(call(secs(2), GOOD).await, GOOD);
        assert_eq!(call(secs(0), BAD).await, BAD);
        assert_eq!(breaker("slow: both").state(), CircuitState::Open);
    }
}

mod recovering {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_stays_open_for_thirty_seconds_by_default() {
        #[circuit_breaker(name = "recovering: default", failure_threshold = 1)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        assert_eq!(call(BAD).await, BAD);
        advance(Duration::from_millis(29_998)).await;
        assert_eq!(call(GOOD).await, REFUSED);
        advance(Duration::from_millis(2)).await;
        assert_eq!(call(GOOD).await, GOOD);
        assert_eq!(breaker("recovering: default").state(), CircuitState::HalfOpen);
    }

    #[tokio::test(start_paused = true)]
    async fn recovery_timeout_says_how_long() {
        #[circuit_breaker(name = "recovering: timeout", failure_threshold = 1, recovery_timeout = 5min)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        assert_eq!(call(BAD).await, BAD);
        advance(secs(299)).await;
        assert_eq!(call(GOOD).await, REFUSED);
        advance(secs(1)).await;
        assert_eq!(call(GOOD).await, GOOD);
    }

    #[tokio::test(start_paused = true)]
    async fn refused_calls_do_not_keep_it_open() {
        #[circuit_breaker(name = "recovering: refused", failure_threshold = 1, recovery_timeout = 10s)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        assert_eq!(call(BAD).await, BAD);
        for _ in 0..9 {
            advance(secs(1)).await;
            assert_eq!(call(GOOD).await, REFUSED);
        }
        advance(secs(1)).await;
        assert_eq!(call(GOOD).await, GOOD);
    }

    #[tokio::test(start_paused = true)]
    async fn two_successful_probes_close_it_by_default() {
        #[circuit_breaker(name = "recovering: close", failure_threshold = 1)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        assert_eq!(call(BAD).await, BAD);
        advance(secs(30)).await;
        assert_eq!(call(GOOD).await, GOOD);
        assert_eq!(breaker("recovering: close").state(), CircuitState::HalfOpen);
        assert_eq!(call(GOOD).await, GOOD);
        assert_eq!(breaker("recovering: close").state(), CircuitState::Closed);
    }

    #[tokio::test(start_paused = true)]
    async fn success_threshold_says_how_many_also_above_the_bound() {
        #[circuit_breaker(
            name = "recovering: success",
            failure_threshold = 1,
            success_threshold = 5,
            half_open_max_calls = 1
        )]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        assert_eq!(call(BAD).await, BAD);
        advance(secs(30)).await;
        for _ in 0..4 {
            assert_eq!(call(GOOD).await, GOOD);
            assert_eq!(breaker("recovering: success").state(), CircuitState::HalfOpen);
        }
        assert_eq!(call(GOOD).await, GOOD);
        assert_eq!(breaker("recovering: success").state(), CircuitState::Closed);
    }

    #[tokio::test(start_paused = true)]
    async fn one_failed_probe_opens_it_again() {
        #[circuit_breaker(name = "recovering: failed probe", failure_threshold = 5)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        for _ in 0..5 {
            assert_eq!(call(BAD).await, BAD);
        }
        advance(secs(30)).await;
        assert_eq!(call(GOOD).await, GOOD);
        assert_eq!(call(BAD).await, BAD);
        assert_eq!(breaker("recovering: failed probe").state(), CircuitState::Open);
        advance(Duration::from_millis(29_998)).await;
        assert_eq!(call(GOOD).await, REFUSED, "it stays open as long as the first time");
        advance(Duration::from_millis(2)).await;
        assert_eq!(call(GOOD).await, GOOD);
        assert_eq!(breaker("recovering: failed probe").state(), CircuitState::HalfOpen, "it needs two successes anew");
    }

    #[tokio::test(start_paused = true)]
    async fn the_failures_from_before_do_not_count_after_it_closed() {
        #[circuit_breaker(name = "recovering: forgets", failure_threshold = 3, success_threshold = 1)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        for _ in 0..3 {
            assert_eq!(call(BAD).await, BAD);
        }
        advance(secs(30)).await;
        assert_eq!(call(GOOD).await, GOOD);
        for _ in 0..2 {
            assert_eq!(call(BAD).await, BAD);
        }
        assert_eq!(breaker("recovering: forgets").state(), CircuitState::Closed);
        assert_eq!(call(BAD).await, BAD);
        assert_eq!(breaker("recovering: forgets").state(), CircuitState::Open);
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_probe_is_a_failed_one() {
        #[circuit_breaker(
            name = "recovering: slow probe", failure_threshold = 1, slow_call = 1s, slow_call_rate = 0.5, window = 10
        )]
        async fn call(takes: Duration, outcome: Outcome) -> Outcome {
            sleep(takes).await;
            outcome
        }

        assert_eq!(call(secs(0), BAD).await, BAD);
        advance(secs(30)).await;
        assert_eq!(call(secs(2), GOOD).await, GOOD);
        assert_eq!(breaker("recovering: slow probe").state(), CircuitState::Open);
    }

    #[tokio::test(start_paused = true)]
    async fn recovery_backoff_lengthens_each_opening_in_a_row_up_to_its_cap() {
        #[circuit_breaker(
            name = "recovering: backoff", failure_threshold = 1, success_threshold = 1,
            recovery_timeout = 10s, recovery_backoff = 2.0, max_recovery_timeout = 35s
        )]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        fn open_for() -> Option<Duration> {
            breaker("recovering: backoff").try_acquire().expect_err("it is open").retry_after()
        }

        assert_eq!(call(BAD).await, BAD);
        for open in [10, 20, 35, 35] {
            assert_eq!(open_for(), Some(secs(open)));
            advance(secs(open)).await;
            assert_eq!(call(BAD).await, BAD, "a probe");
        }
        advance(secs(35)).await;
        assert_eq!(call(GOOD).await, GOOD, "it closes, which ends the row");
        assert_eq!(call(BAD).await, BAD);
        assert_eq!(open_for(), Some(secs(10)));
    }

    #[tokio::test(start_paused = true)]
    async fn open_times_do_not_grow_by_default() {
        #[circuit_breaker(name = "recovering: no backoff", failure_threshold = 1, recovery_timeout = 10s)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        assert_eq!(call(BAD).await, BAD);
        for _ in 0..5 {
            advance(secs(10)).await;
            assert_eq!(call(BAD).await, BAD);
        }
    }
}

mod half_open {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn three_probes_are_in_flight_at_a_time_by_default() {
        #[circuit_breaker(name = "half-open: three", failure_threshold = 1)]
        async fn call(told: oneshot::Receiver<Outcome>) -> Outcome {
            told.await.unwrap_or(BAD)
        }

        assert_eq!(InFlight::begin(call).await.end(BAD).await, BAD);
        advance(secs(30)).await;
        let first = InFlight::begin(call).await;
        let second = InFlight::begin(call).await;
        let third = InFlight::begin(call).await;
        assert_eq!(call(never()).await, REFUSED);
        assert_eq!(first.end(GOOD).await, GOOD);
        let fourth = InFlight::begin(call).await;
        assert_eq!(call(never()).await, REFUSED, "the one that ended made place for one");
        assert_eq!(second.end(GOOD).await, GOOD);
        assert_eq!(breaker("half-open: three").state(), CircuitState::Closed);
        drop((third, fourth));
    }

    #[tokio::test(start_paused = true)]
    async fn a_bound_of_one_lets_one_probe_pass() {
        #[circuit_breaker(name = "half-open: one", failure_threshold = 1, half_open_max_calls = 1)]
        async fn call(told: oneshot::Receiver<Outcome>) -> Outcome {
            told.await.unwrap_or(BAD)
        }

        assert_eq!(InFlight::begin(call).await.end(BAD).await, BAD);
        advance(secs(30)).await;
        let probe = InFlight::begin(call).await;
        for _ in 0..10 {
            assert_eq!(call(never()).await, REFUSED);
        }
        assert_eq!(probe.end(GOOD).await, GOOD);
    }

    #[tokio::test(start_paused = true)]
    async fn a_dropped_probe_gives_its_place_back_and_counts_neither_way() {
        #[circuit_breaker(
            name = "half-open: dropped",
            failure_threshold = 1,
            half_open_max_calls = 1,
            success_threshold = 2
        )]
        async fn call(told: oneshot::Receiver<Outcome>) -> Outcome {
            told.await.unwrap_or(BAD)
        }

        assert_eq!(InFlight::begin(call).await.end(BAD).await, BAD);
        advance(secs(30)).await;
        for _ in 0..10 {
            drop(InFlight::begin(call).await);
            assert_eq!(breaker("half-open: dropped").state(), CircuitState::HalfOpen);
        }
        assert_eq!(breaker("half-open: dropped").stats().ignored_calls, 10);
        assert_eq!(InFlight::begin(call).await.end(GOOD).await, GOOD);
        assert_eq!(InFlight::begin(call).await.end(GOOD).await, GOOD);
        assert_eq!(breaker("half-open: dropped").state(), CircuitState::Closed);
    }

    #[tokio::test(start_paused = true)]
    async fn a_future_that_is_never_polled_takes_no_place() {
        #[circuit_breaker(name = "half-open: never polled", failure_threshold = 1, half_open_max_calls = 1)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        assert_eq!(call(BAD).await, BAD);
        advance(secs(30)).await;
        let never = call(GOOD);
        assert_eq!(call(GOOD).await, GOOD);
        drop(never);
        assert_eq!(breaker("half-open: never polled").stats().total_calls, 2);
    }

    #[tokio::test(start_paused = true)]
    async fn an_ignored_error_gives_the_place_back_and_counts_neither_way() {
        #[circuit_breaker(
            name = "half-open: ignored",
            failure_threshold = 1,
            half_open_max_calls = 1,
            success_threshold = 1,
            failure_on(Fault::Broken)
        )]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        assert_eq!(call(BAD).await, BAD);
        advance(secs(30)).await;
        for _ in 0..10 {
            assert_eq!(call(NOT_FOUND).await, NOT_FOUND);
            assert_eq!(breaker("half-open: ignored").state(), CircuitState::HalfOpen);
        }
        assert_eq!(call(GOOD).await, GOOD);
        assert_eq!(breaker("half-open: ignored").state(), CircuitState::Closed);
    }
}

mod filters {
    use super::*;

    #[tokio::test]
    async fn failure_on_names_the_errors_that_are_failures() {
        #[circuit_breaker(name = "filters: on", failure_threshold = 2, failure_on(Fault::Broken | Fault::Status(500..=599)))]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        for _ in 0..10 {
            assert_eq!(call(NOT_FOUND).await, NOT_FOUND);
            assert_eq!(call(Err(Fault::Status(404))).await, Err(Fault::Status(404)));
        }
        assert_eq!(breaker("filters: on").state(), CircuitState::Closed);
        assert_eq!(call(Err(Fault::Status(500))).await, Err(Fault::Status(500)));
        assert_eq!(call(BAD).await, BAD);
        assert_eq!(breaker("filters: on").state(), CircuitState::Open);
    }

    #[tokio::test]
    async fn failure_if_takes_a_path_or_a_closure() {
        fn is_server_fault(fault: &Fault) -> bool {
            matches!(fault, Fault::Status(500..))
        }

        #[circuit_breaker(name = "filters: path", failure_threshold = 1, failure_if = is_server_fault)]
        async fn by_path(outcome: Outcome) -> Outcome {
            outcome
        }

        #[circuit_breaker(name = "filters: closure", failure_threshold = 1, failure_if = |fault| *fault == serious)]
        async fn by_closure(outcome: Outcome, serious: Fault) -> Outcome {
            outcome
        }

        assert_eq!(by_path(BAD).await, BAD);
        assert_eq!(breaker("filters: path").state(), CircuitState::Closed);
        assert_eq!(by_path(Err(Fault::Status(500))).await, Err(Fault::Status(500)));
        assert_eq!(breaker("filters: path").state(), CircuitState::Open);

        assert_eq!(by_closure(BAD, Fault::NotFound).await, BAD);
        assert_eq!(breaker("filters: closure").state(), CircuitState::Closed);
        assert_eq!(by_closure(BAD, Fault::Broken).await, BAD);
        assert_eq!(breaker("filters: closure").state(), CircuitState::Open);
    }

    #[tokio::test]
    async fn a_guard_sees_the_arguments() {
        #[circuit_breaker(name = "filters: guard", failure_threshold = 1, failure_on(Fault::Status(status) if *status >= least))]
        async fn call(outcome: Outcome, least: u64) -> Outcome {
            outcome
        }

        let outcome = Err(Fault::Status(503));
        assert_eq!(call(outcome, 504).await, outcome);
        assert_eq!(breaker("filters: guard").state(), CircuitState::Closed);
        assert_eq!(call(outcome, 503).await, outcome);
        assert_eq!(breaker("filters: guard").state(), CircuitState::Open);
    }

    #[tokio::test]
    async fn an_error_that_is_no_failure_is_no_success_either() {
        #[circuit_breaker(name = "filters: neither", failure_threshold = 2, failure_on(Fault::Broken))]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        assert_eq!(call(BAD).await, BAD);
        assert_eq!(call(NOT_FOUND).await, NOT_FOUND);
        assert_eq!(call(BAD).await, BAD);
        assert_eq!(breaker("filters: neither").state(), CircuitState::Open, "it did not end the row");
        let stats = breaker("filters: neither").stats();
        assert_eq!((stats.successful_calls, stats.failed_calls, stats.ignored_calls), (0, 2, 1));
    }

    #[tokio::test]
    async fn an_error_that_is_no_failure_takes_no_place_in_a_window() {
        #[circuit_breaker(name = "filters: window", failure_rate = 0.5, window = 4, failure_on(Fault::Broken))]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        assert_eq!(call(BAD).await, BAD);
        assert_eq!(call(BAD).await, BAD);
        for _ in 0..100 {
            assert_eq!(call(NOT_FOUND).await, NOT_FOUND);
        }
        assert_eq!(breaker("filters: window").state(), CircuitState::Closed);
        assert_eq!(call(GOOD).await, GOOD);
        assert_eq!(call(GOOD).await, GOOD);
        assert_eq!(breaker("filters: window").state(), CircuitState::Open);
    }
}

mod late_results {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_failure_from_before_the_trip_does_not_open_it_after_it_recovered() {
        #[circuit_breaker(name = "late: failure", failure_threshold = 1, success_threshold = 1)]
        async fn call(told: oneshot::Receiver<Outcome>) -> Outcome {
            told.await.unwrap_or(BAD)
        }

        let early = InFlight::begin(call).await;
        let tripping = InFlight::begin(call).await;
        assert_eq!(tripping.end(BAD).await, BAD);
        advance(secs(30)).await;
        assert_eq!(InFlight::begin(call).await.end(GOOD).await, GOOD);
        assert_eq!(breaker("late: failure").state(), CircuitState::Closed);
        assert_eq!(early.end(BAD).await, BAD);
        assert_eq!(breaker("late: failure").state(), CircuitState::Closed);
        assert_eq!(breaker("late: failure").stats().failed_calls, 2, "the totals know of it");
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_from_before_the_trip_does_not_open_it_while_half_open() {
        #[circuit_breaker(name = "late: half-open failure", failure_threshold = 1)]
        async fn call(told: oneshot::Receiver<Outcome>) -> Outcome {
            told.await.unwrap_or(BAD)
        }

        let early = InFlight::begin(call).await;
        assert_eq!(InFlight::begin(call).await.end(BAD).await, BAD);
        advance(secs(30)).await;
        let probe = InFlight::begin(call).await;
        assert_eq!(early.end(BAD).await, BAD);
        assert_eq!(breaker("late: half-open failure").state(), CircuitState::HalfOpen);
        drop(probe);
    }

    #[tokio::test(start_paused = true)]
    async fn a_success_from_before_the_trip_does_not_close_it() {
        #[circuit_breaker(
            name = "late: success",
            failure_threshold = 1,
            success_threshold = 1,
            half_open_max_calls = 1
        )]
        async fn call(told: oneshot::Receiver<Outcome>) -> Outcome {
            told.await.unwrap_or(BAD)
        }

        let (open, half_open) = (InFlight::begin(call).await, InFlight::begin(call).await);
        assert_eq!(InFlight::begin(call).await.end(BAD).await, BAD);
        assert_eq!(open.end(GOOD).await, GOOD);
        assert_eq!(breaker("late: success").state(), CircuitState::Open);
        advance(secs(30)).await;
        let probe = InFlight::begin(call).await;
        assert_eq!(half_open.end(GOOD).await, GOOD);
        assert_eq!(breaker("late: success").state(), CircuitState::HalfOpen);
        assert_eq!(call(never()).await, REFUSED, "nor does it free the probe's place");
        assert_eq!(breaker("late: success").stats().successful_calls, 2);
        drop(probe);
    }

    #[tokio::test(start_paused = true)]
    async fn a_probe_from_an_earlier_recovery_says_nothing_about_a_later_one() {
        #[circuit_breaker(name = "late: probe", failure_threshold = 1, success_threshold = 1)]
        async fn call(told: oneshot::Receiver<Outcome>) -> Outcome {
            told.await.unwrap_or(BAD)
        }

        assert_eq!(InFlight::begin(call).await.end(BAD).await, BAD);
        advance(secs(30)).await;
        let early = InFlight::begin(call).await;
        assert_eq!(InFlight::begin(call).await.end(BAD).await, BAD);
        advance(secs(30)).await;
        let probe = InFlight::begin(call).await;
        assert_eq!(early.end(GOOD).await, GOOD);
        assert_eq!(breaker("late: probe").state(), CircuitState::HalfOpen);
        assert_eq!(probe.end(GOOD).await, GOOD);
        assert_eq!(breaker("late: probe").state(), CircuitState::Closed);
    }

    #[tokio::test(start_paused = true)]
    async fn a_result_from_before_does_not_enter_the_new_window() {
        #[circuit_breaker(name = "late: window", failure_rate = 1.0, window = 1, success_threshold = 1)]
        async fn call(told: oneshot::Receiver<Outcome>) -> Outcome {
            told.await.unwrap_or(BAD)
        }

        let early = InFlight::begin(call).await;
        assert_eq!(InFlight::begin(call).await.end(BAD).await, BAD);
        advance(secs(30)).await;
        assert_eq!(InFlight::begin(call).await.end(GOOD).await, GOOD);
        assert_eq!(early.end(BAD).await, BAD);
        assert_eq!(breaker("late: window").state(), CircuitState::Closed);
    }

    #[tokio::test]
    async fn a_result_from_before_a_reset_does_not_count() {
        #[circuit_breaker(name = "late: reset", failure_threshold = 1)]
        async fn call(told: oneshot::Receiver<Outcome>) -> Outcome {
            told.await.unwrap_or(BAD)
        }

        let early = InFlight::begin(call).await;
        breaker("late: reset").reset();
        assert_eq!(early.end(BAD).await, BAD);
        assert_eq!(breaker("late: reset").state(), CircuitState::Closed);
    }
}

mod panics {
    use super::*;

    #[tokio::test]
    async fn an_async_one_counts_as_a_failure_and_goes_on_unwinding() {
        #[circuit_breaker(name = "panics: async", failure_threshold = 2, failure_on(Fault::Broken))]
        async fn call() -> Outcome {
            tokio::task::yield_now().await;
            panic!("on purpose")
        }

        for _ in 0..2 {
            let ended = tokio::spawn(call()).await.expect_err("it panicked");
            assert_eq!(ended.into_panic().downcast_ref::<&str>(), Some(&"on purpose"));
        }
        assert_eq!(breaker("panics: async").stats().failed_calls, 2);
        assert_eq!(breaker("panics: async").state(), CircuitState::Open);
    }

    #[test]
    fn a_sync_one_counts_as_a_failure_and_goes_on_unwinding() {
        #[circuit_breaker(name = "panics: sync", failure_threshold = 2, failure_on(Fault::Broken))]
        fn call() -> Outcome {
            panic!("on purpose")
        }

        for _ in 0..2 {
            let panic = catch_unwind(call).expect_err("it panicked");
            assert_eq!(panic.downcast_ref::<&str>(), Some(&"on purpose"));
        }
        assert_eq!(breaker("panics: sync").stats().failed_calls, 2);
        assert_eq!(call(), REFUSED);
    }

    #[tokio::test(start_paused = true)]
    async fn a_probe_that_panics_opens_it_again() {
        #[circuit_breaker(name = "panics: probe", failure_threshold = 1)]
        async fn call(outcome: Option<Outcome>) -> Outcome {
            outcome.expect("an outcome")
        }

        assert_eq!(call(Some(BAD)).await, BAD);
        advance(secs(30)).await;
        assert!(tokio::spawn(call(None)).await.expect_err("it panicked").is_panic());
        assert_eq!(breaker("panics: probe").state(), CircuitState::Open);
    }
}

mod by_hand {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn forced_open_it_refuses_until_it_is_reset() {
        #[circuit_breaker(name = "by hand: open", failure_threshold = 1)]
        async fn call(outcome: Outcome) -> Result<(), Option<resilient::Error>> {
            outcome.map_err(|_| None)
        }

        assert!(call(GOOD).await.is_ok());
        breaker("by hand: open").force_open();
        assert_eq!(breaker("by hand: open").state(), CircuitState::ForcedOpen);
        advance(secs(3600)).await;
        let Err(Some(refusal)) = call(GOOD).await else { panic!("not refused") };
        assert!(refusal.is_circuit_open());
        assert_eq!(refusal.retry_after(), None, "nobody knows when");
        breaker("by hand: open").reset();
        assert_eq!(breaker("by hand: open").state(), CircuitState::Closed);
        assert!(call(GOOD).await.is_ok());
    }

    #[tokio::test]
    async fn disabled_it_admits_every_call_until_it_is_reset() {
        #[circuit_breaker(name = "by hand: disabled", failure_threshold = 1)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        assert_eq!(call(GOOD).await, GOOD);
        breaker("by hand: disabled").disable();
        for _ in 0..10 {
            assert_eq!(call(BAD).await, BAD);
        }
        assert_eq!(breaker("by hand: disabled").state(), CircuitState::Disabled);
        assert_eq!(breaker("by hand: disabled").stats().failed_calls, 10);
        breaker("by hand: disabled").reset();
        assert_eq!(call(BAD).await, BAD);
        assert_eq!(call(BAD).await, REFUSED);
    }

    #[tokio::test]
    async fn a_reset_closes_an_open_one() {
        #[circuit_breaker(name = "by hand: reset", failure_threshold = 2)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        assert_eq!(call(BAD).await, BAD);
        breaker("by hand: reset").reset();
        assert_eq!(call(BAD).await, BAD, "the failure from before no longer counts");
        assert_eq!(call(BAD).await, BAD);
        assert_eq!(call(BAD).await, REFUSED);
        breaker("by hand: reset").reset();
        assert_eq!(call(GOOD).await, GOOD);
        assert_eq!(breaker("by hand: reset").stats().failed_calls, 3, "the totals stay");
    }
}

mod stats {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn they_tell_what_became_of_every_call() {
        #[circuit_breaker(
            name = "stats", failure_threshold = 2, failure_on(Fault::Broken), slow_call = 1s, slow_call_rate = 1.0,
            window = 100, success_threshold = 1
        )]
        async fn call(takes: Duration, outcome: Outcome) -> Outcome {
            sleep(takes).await;
            outcome
        }

        for (takes, outcome) in [(0, GOOD), (2, GOOD), (0, NOT_FOUND), (0, BAD), (0, BAD)] {
            assert_eq!(call(secs(takes), outcome).await, outcome);
        }
        for _ in 0..3 {
            assert_eq!(call(secs(0), GOOD).await, REFUSED);
        }
        advance(secs(30)).await;
        assert_eq!(call(secs(0), GOOD).await, GOOD);
        let CircuitStats {
            total_calls,
            successful_calls,
            failed_calls,
            ignored_calls,
            slow_calls,
            rejected_calls,
            state_changes,
            ..
        } = breaker("stats").stats();
        assert_eq!((total_calls, successful_calls, failed_calls, ignored_calls), (6, 3, 2, 1));
        assert_eq!((slow_calls, rejected_calls), (1, 3));
        assert_eq!(state_changes, 3, "open, half-open, closed");
    }
}

mod without_an_attribute {
    use super::*;

    fn breaker(policy: BreakerPolicy) -> CircuitBreaker {
        CircuitBreaker::new("own", policy)
    }

    const TOUCHY: BreakerPolicy = BreakerPolicy::new().failure_threshold(1).success_threshold(1).half_open_max_calls(1);

    #[tokio::test(start_paused = true)]
    async fn a_permit_is_told_how_the_call_ended() {
        let breaker = breaker(TOUCHY);
        breaker.try_acquire().expect("closed").success();
        breaker.try_acquire().expect("closed").ignore();
        assert_eq!(breaker.state(), CircuitState::Closed);
        breaker.try_acquire().expect("closed").failure();
        assert_eq!(breaker.state(), CircuitState::Open);
        let refusal = breaker.try_acquire().expect_err("open");
        assert_eq!((refusal.name(), refusal.retry_after()), ("own", Some(secs(30))));
        let stats = breaker.stats();
        assert_eq!(
            (stats.successful_calls, stats.ignored_calls, stats.failed_calls, stats.rejected_calls),
            (1, 1, 1, 1)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_dropped_permit_counts_neither_way_and_gives_its_place_back() {
        let breaker = breaker(TOUCHY);
        breaker.try_acquire().expect("closed").failure();
        advance(secs(30)).await;
        let probe = breaker.try_acquire().expect("a probe");
        assert!(breaker.try_acquire().is_err());
        drop(probe);
        assert_eq!(breaker.state(), CircuitState::HalfOpen);
        breaker.try_acquire().expect("the place is free").success();
        assert_eq!(breaker.state(), CircuitState::Closed);
        assert_eq!(breaker.stats().ignored_calls, 1);
    }

    #[test]
    fn call_keeps_the_error_apart_from_the_refusal() {
        let breaker = breaker(TOUCHY);
        assert!(matches!(breaker.call(|| Ok::<_, String>(7)), Ok(7)));
        let failed = breaker.call(|| Err::<(), _>("mine".to_owned()));
        assert!(matches!(&failed, Err(Failure::Inner(error)) if error == "mine"), "{failed:?}");
        let refused = breaker.call(|| -> Result<(), String> { panic!("must not run") });
        assert!(matches!(&refused, Err(Failure::Refused(refusal)) if refusal.is_circuit_open()), "{refused:?}");
    }

    #[tokio::test]
    async fn run_keeps_the_error_apart_from_the_refusal() {
        let breaker = breaker(TOUCHY);
        assert!(matches!(breaker.run(async { Ok::<_, String>(7) }).await, Ok(7)));
        let failed = breaker.run(async { Err::<(), _>("mine".to_owned()) }).await;
        assert!(matches!(&failed, Err(Failure::Inner(error)) if error == "mine"), "{failed:?}");
        let refused = breaker.run(async { panic!("must not run") as Result<(), String> }).await;
        assert!(matches!(&refused, Err(Failure::Refused(refusal)) if refusal.is_circuit_open()), "{refused:?}");
    }

    #[test]
    fn call_counts_a_panic_as_a_failure() {
        let breaker = breaker(TOUCHY);
        let panic = catch_unwind(AssertUnwindSafe(|| breaker.call(|| -> Result<(), String> { panic!("on purpose") })));
        assert!(panic.is_err());
        assert_eq!(breaker.state(), CircuitState::Open);
    }

    #[tokio::test]
    async fn run_counts_a_dropped_future_neither_way() {
        let breaker = breaker(TOUCHY);
        tokio::select! {
            biased;
            _ = breaker.run(std::future::pending::<Outcome>()) => unreachable!(),
            () = std::future::ready(()) => {}
        }
        let stats = breaker.stats();
        assert_eq!((stats.total_calls, stats.ignored_calls, stats.failed_calls), (1, 1, 0));
    }
}

#[test]
fn a_sync_function_is_guarded_in_the_same_way() {
    #[circuit_breaker(name = "sync", failure_threshold = 2, failure_on(Fault::Broken))]
    fn call(outcome: Outcome, ran: &Cell<u32>) -> Outcome {
        ran.set(ran.get() + 1);
        outcome
    }

    let ran = Cell::new(0);
    for outcome in [GOOD, NOT_FOUND, BAD, BAD] {
        assert_eq!(call(outcome, &ran), outcome);
    }
    assert_eq!(call(GOOD, &ran), REFUSED);
    assert_eq!(ran.get(), 4);
}
