//! `#[retry]`: how often, when and after what a call is attempted again.

use std::cell::{Cell, RefCell};
use std::error::Error as _;
use std::time::Duration;

use resilient::{Attempt, Backoff, ErrorKind, Failure, GiveUpReason, Jitter, RetryEvent, RetryPolicy, retry};
use resilient_tests::millis;
use tokio::time::{Instant, advance};

/// When each attempt began.
#[derive(Default)]
struct Log(RefCell<Vec<Instant>>);

impl Log {
    /// Notes an attempt and tells its number.
    fn attempt(&self) -> usize {
        self.0.borrow_mut().push(Instant::now());
        self.attempts()
    }

    fn attempts(&self) -> usize {
        self.0.borrow().len()
    }

    /// From the start of each attempt to the start of the next.
    fn pauses(&self) -> Vec<Duration> {
        self.0.borrow().windows(2).map(|pair| pair[1] - pair[0]).collect()
    }

    fn pauses_in_millis(&self) -> Vec<u128> {
        self.pauses().iter().map(Duration::as_millis).collect()
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Fault {
    Network,
    Status(u16),
    Wait(Option<Duration>),
    Refused(ErrorKind),
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Fault {}

impl From<resilient::Error> for Fault {
    fn from(refusal: resilient::Error) -> Self {
        Self::Refused(refusal.kind())
    }
}

impl Fault {
    const fn asked(&self) -> Option<Duration> {
        match self {
            Self::Wait(asked) => *asked,
            _ => None,
        }
    }
}

mod how_often {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn three_attempts_are_made_by_default() {
        #[retry]
        async fn fails(log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Network)
        }

        let log = Log::default();
        assert_eq!(fails(&log).await, Err(Fault::Network));
        assert_eq!(log.attempts(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn max_attempts_counts_the_first_one_too() {
        #[retry(max_attempts = 5)]
        async fn fails(log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Network)
        }

        let log = Log::default();
        assert!(fails(&log).await.is_err());
        assert_eq!(log.attempts(), 5);
    }

    #[tokio::test(start_paused = true)]
    async fn a_success_ends_the_attempts() {
        #[retry(max_attempts = 5)]
        async fn succeeds_at(success: usize, log: &Log) -> Result<usize, Fault> {
            let attempt = log.attempt();
            if attempt < success { Err(Fault::Network) } else { Ok(attempt) }
        }

        for success in [1, 2, 5] {
            let log = Log::default();
            assert_eq!(succeeds_at(success, &log).await, Ok(success));
            assert_eq!(log.attempts(), success);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_error_of_the_last_attempt_is_returned() {
        #[retry]
        async fn fails(log: &Log) -> Result<(), String> {
            Err(format!("attempt {}", log.attempt()))
        }

        assert_eq!(fails(&Log::default()).await, Err("attempt 3".to_owned()));
    }

    #[tokio::test(start_paused = true)]
    async fn each_call_has_attempts_of_its_own() {
        #[retry(max_attempts = 2)]
        async fn fails(log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Network)
        }

        let log = Log::default();
        for _ in 0..3 {
            assert!(fails(&log).await.is_err());
        }
        assert_eq!(log.attempts(), 6);
    }

    #[tokio::test(start_paused = true)]
    async fn unlimited_attempts_end_with_the_time() {
        #[retry(max_attempts = unlimited, max_elapsed = 100s, backoff = constant, base_delay = 1s, jitter = none)]
        async fn fails(log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Network)
        }

        let log = Log::default();
        assert!(fails(&log).await.is_err());
        assert_eq!(log.attempts(), 101);
    }
}

mod pauses {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn they_double_from_100_ms_by_default() {
        #[retry(max_attempts = 5, jitter = none)]
        async fn fails(log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Network)
        }

        let log = Log::default();
        assert!(fails(&log).await.is_err());
        assert_eq!(log.pauses_in_millis(), [100, 200, 400, 800]);
    }

    #[tokio::test(start_paused = true)]
    async fn none_comes_before_the_first_attempt_or_after_the_last() {
        #[retry(max_attempts = 2, base_delay = 5s, jitter = none)]
        async fn fails(log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Network)
        }

        let (log, start) = (Log::default(), Instant::now());
        assert!(fails(&log).await.is_err());
        assert_eq!(log.0.borrow()[0], start);
        assert_eq!(start.elapsed(), Duration::from_secs(5));
    }

    #[tokio::test(start_paused = true)]
    async fn exponential_ones_grow_by_the_exponential_base() {
        #[retry(max_attempts = 5, backoff = exponential, base_delay = 10ms, exponential_base = 3.0, jitter = none)]
        async fn fails(log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Network)
        }

        let log = Log::default();
        assert!(fails(&log).await.is_err());
        assert_eq!(log.pauses_in_millis(), [10, 30, 90, 270]);
    }

    #[tokio::test(start_paused = true)]
    async fn linear_ones_grow_by_the_base_delay() {
        #[retry(max_attempts = 5, backoff = linear, base_delay = 10ms, jitter = none)]
        async fn fails(log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Network)
        }

        let log = Log::default();
        assert!(fails(&log).await.is_err());
        assert_eq!(log.pauses_in_millis(), [10, 20, 30, 40]);
    }

    #[tokio::test(start_paused = true)]
    async fn constant_ones_stay() {
        #[retry(max_attempts = 5, backoff = constant, base_delay = 10ms, jitter = none)]
        async fn fails(log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Network)
        }

        let log = Log::default();
        assert!(fails(&log).await.is_err());
        assert_eq!(log.pauses_in_millis(), [10, 10, 10, 10]);
    }

    #[tokio::test(start_paused = true)]
    async fn fibonacci_ones_grow_by_the_one_before() {
        #[retry(max_attempts = 7, backoff = fibonacci, base_delay = 10ms, jitter = none)]
        async fn fails(log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Network)
        }

        let log = Log::default();
        assert!(fails(&log).await.is_err());
        assert_eq!(log.pauses_in_millis(), [10, 10, 20, 30, 50, 80]);
    }

    #[tokio::test(start_paused = true)]
    async fn none_is_longer_than_max_delay() {
        #[retry(max_attempts = 70, base_delay = 1s, max_delay = 5s, jitter = none)]
        async fn fails(log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Network)
        }

        let log = Log::default();
        assert!(fails(&log).await.is_err());
        let pauses = log.pauses_in_millis();
        assert_eq!(pauses[..4], [1000, 2000, 4000, 5000]);
        assert!(pauses[4..].iter().all(|pause| *pause == 5000), "{pauses:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn none_is_longer_than_a_minute_by_default() {
        #[retry(max_attempts = 4, base_delay = 40s, jitter = none)]
        async fn fails(log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Network)
        }

        let log = Log::default();
        assert!(fails(&log).await.is_err());
        assert_eq!(log.pauses_in_millis(), [40_000, 60_000, 60_000]);
    }

    #[tokio::test(start_paused = true)]
    async fn one_of_zero_is_a_millisecond_of_a_paused_clock() {
        #[retry(max_attempts = 4, base_delay = 0s)]
        async fn fails(log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Network)
        }

        let log = Log::default();
        assert!(fails(&log).await.is_err());
        assert_eq!(log.pauses_in_millis(), [1, 1, 1]);
    }
}

mod jitter {
    use super::*;

    /// The pauses as computed; those that passed are rounded up to the timer's millisecond.
    type Pauses = RefCell<Vec<Duration>>;

    fn spread(pauses: &[Duration]) -> (Duration, Duration) {
        (*pauses.iter().min().expect("pauses"), *pauses.iter().max().expect("pauses"))
    }

    fn assert_spread_over(pauses: &Pauses, low: u64, high: u64) {
        let (least, longest) = spread(&pauses.borrow());
        assert!(least >= millis(low) && longest <= millis(high), "{least:?} to {longest:?}");
        // Out of 200 the least and the longest come nearer to the ends than a quarter, but for one in 10^24 runs.
        let quarter = millis(high - low) / 4;
        assert!(least < millis(low) + quarter && longest + quarter > millis(high), "{least:?} to {longest:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_full_by_default() {
        #[retry(max_attempts = 201, backoff = constant, on_retry = |event| pauses.borrow_mut().push(event.delay))]
        async fn fails(pauses: &Pauses) -> Result<(), Fault> {
            Err(Fault::Network)
        }

        let pauses = Pauses::default();
        assert!(fails(&pauses).await.is_err());
        assert_eq!(pauses.borrow().len(), 200);
        assert_spread_over(&pauses, 0, 100);
    }

    #[tokio::test(start_paused = true)]
    async fn full_spreads_from_zero_to_the_pause() {
        #[retry(max_attempts = 201, backoff = constant, base_delay = 10s, jitter = full, on_retry = |event| pauses.borrow_mut().push(event.delay))]
        async fn fails(pauses: &Pauses) -> Result<(), Fault> {
            Err(Fault::Network)
        }

        let pauses = Pauses::default();
        assert!(fails(&pauses).await.is_err());
        assert_spread_over(&pauses, 0, 10_000);
    }

    #[tokio::test(start_paused = true)]
    async fn equal_keeps_half_of_the_pause() {
        #[retry(max_attempts = 201, backoff = constant, base_delay = 10s, jitter = equal, on_retry = |event| pauses.borrow_mut().push(event.delay))]
        async fn fails(pauses: &Pauses) -> Result<(), Fault> {
            Err(Fault::Network)
        }

        let pauses = Pauses::default();
        assert!(fails(&pauses).await.is_err());
        assert_spread_over(&pauses, 5_000, 10_000);
    }

    #[tokio::test(start_paused = true)]
    async fn a_number_spreads_to_both_sides() {
        #[retry(max_attempts = 201, backoff = constant, base_delay = 10s, jitter = 0.25, on_retry = |event| pauses.borrow_mut().push(event.delay))]
        async fn fails(pauses: &Pauses) -> Result<(), Fault> {
            Err(Fault::Network)
        }

        let pauses = Pauses::default();
        assert!(fails(&pauses).await.is_err());
        assert_spread_over(&pauses, 7_500, 12_500);
    }

    #[tokio::test(start_paused = true)]
    async fn it_never_exceeds_max_delay() {
        #[retry(
            max_attempts = 201, backoff = constant, base_delay = 10s, max_delay = 10s, jitter = 1.0,
            on_retry = |event| pauses.borrow_mut().push(event.delay)
        )]
        async fn fails(pauses: &Pauses) -> Result<(), Fault> {
            Err(Fault::Network)
        }

        let pauses = Pauses::default();
        assert!(fails(&pauses).await.is_err());
        let (_, longest) = spread(&pauses.borrow());
        assert_eq!(longest, Duration::from_secs(10), "half of them are above it before the cap");
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_paused_as_long_as_computed() {
        #[retry(max_attempts = 21, base_delay = 100ms, on_retry = |event| pauses.borrow_mut().push(event.delay))]
        async fn fails(log: &Log, pauses: &Pauses) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Network)
        }

        let (log, pauses) = (Log::default(), Pauses::default());
        assert!(fails(&log, &pauses).await.is_err());
        assert_eq!(pauses.borrow().len(), 20);
        for (computed, passed) in pauses.borrow().iter().zip(log.pauses()) {
            assert!(passed >= *computed && passed <= *computed + millis(1), "{computed:?} was {passed:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn decorrelated_pauses_are_at_most_three_times_the_last_and_at_least_the_base() {
        #[retry(
            max_attempts = 201, backoff = decorrelated, base_delay = 100ms, max_delay = 20s,
            on_retry = |event| pauses.borrow_mut().push(event.delay)
        )]
        async fn fails(pauses: &Pauses) -> Result<(), Fault> {
            Err(Fault::Network)
        }

        let pauses = Pauses::default();
        assert!(fails(&pauses).await.is_err());
        let mut before = millis(100);
        for pause in pauses.borrow().iter().copied() {
            let most = (before * 3).min(Duration::from_secs(20));
            assert!(pause >= millis(100) && pause <= most, "{pause:?} after {before:?}");
            before = pause;
        }
        let (least, longest) = spread(&pauses.borrow());
        assert!(longest > least * 2, "{least:?} to {longest:?}");
    }
}

mod max_elapsed {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn no_pause_begins_that_would_end_later() {
        #[retry(max_attempts = 10, max_elapsed = 349ms, backoff = constant, jitter = none)]
        async fn fails(log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Network)
        }

        let (log, start) = (Log::default(), Instant::now());
        assert!(fails(&log).await.is_err());
        assert_eq!(log.attempts(), 4);
        assert_eq!(start.elapsed(), millis(300), "the fourth pause is not begun at all");
    }

    #[tokio::test(start_paused = true)]
    async fn an_attempt_may_start_exactly_at_the_end() {
        #[retry(max_attempts = 10, max_elapsed = 300ms, backoff = constant, jitter = none)]
        async fn fails(log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Network)
        }

        let log = Log::default();
        assert!(fails(&log).await.is_err());
        assert_eq!(log.attempts(), 4);
    }

    #[tokio::test(start_paused = true)]
    async fn the_time_of_the_attempts_counts() {
        #[retry(max_attempts = 10, max_elapsed = 1s, backoff = constant, jitter = none)]
        async fn fails_slowly(log: &Log) -> Result<(), Fault> {
            log.attempt();
            tokio::time::sleep(millis(400)).await;
            Err(Fault::Network)
        }

        let (log, start) = (Log::default(), Instant::now());
        assert!(fails_slowly(&log).await.is_err());
        assert_eq!(log.attempts(), 3);
        assert_eq!(start.elapsed(), millis(1400), "an attempt that has started may end later");
    }

    #[tokio::test(start_paused = true)]
    async fn the_attempts_may_run_out_first() {
        #[retry(max_attempts = 2, max_elapsed = 1h)]
        async fn fails(log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Network)
        }

        let log = Log::default();
        assert!(fails(&log).await.is_err());
        assert_eq!(log.attempts(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_asked_for_must_end_in_time_too() {
        #[retry(max_elapsed = 10s, retry_after = Fault::asked)]
        async fn fails(log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Wait(Some(Duration::from_secs(11))))
        }

        let (log, start) = (Log::default(), Instant::now());
        assert!(fails(&log).await.is_err());
        assert_eq!(log.attempts(), 1);
        assert_eq!(start.elapsed(), Duration::ZERO);
    }
}

mod filters {
    use super::*;

    /// The attempts that `call` makes.
    async fn attempts<F: AsyncFnOnce(&Log)>(call: F) -> usize {
        let log = Log::default();
        call(&log).await;
        log.attempts()
    }

    #[tokio::test(start_paused = true)]
    async fn retry_on_takes_a_pattern() {
        #[retry(retry_on(Fault::Network))]
        async fn fails(fault: fn() -> Fault, log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(fault())
        }

        assert_eq!(attempts(async |log| drop(fails(|| Fault::Network, log).await)).await, 3);
        assert_eq!(attempts(async |log| drop(fails(|| Fault::Status(500), log).await)).await, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn an_error_that_is_not_retried_is_returned_as_it_is() {
        #[retry(retry_on(Fault::Network))]
        async fn fails(log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Status(404))
        }

        assert_eq!(fails(&Log::default()).await, Err(Fault::Status(404)));
    }

    #[tokio::test(start_paused = true)]
    async fn retry_on_takes_alternatives_and_ranges() {
        #[retry(retry_on(Fault::Network | Fault::Status(429 | 500..=599)))]
        async fn fails(fault: fn() -> Fault, log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(fault())
        }

        assert_eq!(attempts(async |log| drop(fails(|| Fault::Network, log).await)).await, 3);
        assert_eq!(attempts(async |log| drop(fails(|| Fault::Status(429), log).await)).await, 3);
        assert_eq!(attempts(async |log| drop(fails(|| Fault::Status(500), log).await)).await, 3);
        assert_eq!(attempts(async |log| drop(fails(|| Fault::Status(599), log).await)).await, 3);
        assert_eq!(attempts(async |log| drop(fails(|| Fault::Status(499), log).await)).await, 1);
        assert_eq!(attempts(async |log| drop(fails(|| Fault::Status(600), log).await)).await, 1);
        assert_eq!(attempts(async |log| drop(fails(|| Fault::Wait(None), log).await)).await, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn retry_on_takes_a_rest_pattern() {
        #[retry(retry_on(Fault::Status(..)))]
        async fn fails(fault: fn() -> Fault, log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(fault())
        }

        assert_eq!(attempts(async |log| drop(fails(|| Fault::Status(1), log).await)).await, 3);
        assert_eq!(attempts(async |log| drop(fails(|| Fault::Network, log).await)).await, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn retry_on_takes_a_guard_that_sees_the_bindings_and_the_arguments() {
        #[retry(retry_on(Fault::Status(status) if *status >= least))]
        async fn fails(least: u16, status: u16, log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Status(status))
        }

        assert_eq!(attempts(async |log| drop(fails(500, 503, log).await)).await, 3);
        assert_eq!(attempts(async |log| drop(fails(504, 503, log).await)).await, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn retry_if_takes_a_path() {
        fn is_transient(fault: &Fault) -> bool {
            matches!(fault, Fault::Network)
        }

        #[retry(retry_if = is_transient)]
        async fn fails(fault: fn() -> Fault, log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(fault())
        }

        assert_eq!(attempts(async |log| drop(fails(|| Fault::Network, log).await)).await, 3);
        assert_eq!(attempts(async |log| drop(fails(|| Fault::Status(500), log).await)).await, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn retry_if_takes_a_closure_that_sees_the_arguments() {
        #[retry(retry_if = |fault| *fault == Fault::Status(retried))]
        async fn fails(retried: u16, log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Status(418))
        }

        assert_eq!(attempts(async |log| drop(fails(418, log).await)).await, 3);
        assert_eq!(attempts(async |log| drop(fails(500, log).await)).await, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn the_filter_is_asked_after_each_attempt() {
        #[retry(max_attempts = 5, retry_on(Fault::Network))]
        async fn fails(log: &Log) -> Result<(), Fault> {
            if log.attempt() < 3 { Err(Fault::Network) } else { Err(Fault::Status(404)) }
        }

        let log = Log::default();
        assert_eq!(fails(&log).await, Err(Fault::Status(404)));
        assert_eq!(log.attempts(), 3);
    }
}

mod retry_if_ok {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_success_may_be_worth_another_attempt() {
        #[retry(max_attempts = 5, retry_if_ok = Option::is_none)]
        async fn poll(log: &Log) -> Result<Option<usize>, Fault> {
            let attempt = log.attempt();
            Ok((attempt >= 4).then_some(attempt))
        }

        assert_eq!(poll(&Log::default()).await, Ok(Some(4)));
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_success_is_returned_when_the_attempts_run_out() {
        #[retry(retry_if_ok = |value| *value < 100)]
        async fn poll(log: &Log) -> Result<usize, Fault> {
            Ok(log.attempt())
        }

        assert_eq!(poll(&Log::default()).await, Ok(3));
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_success_is_returned_when_the_time_runs_out() {
        #[retry(max_attempts = unlimited, max_elapsed = 1s, backoff = constant, jitter = none, retry_if_ok = |_| true)]
        async fn poll(log: &Log) -> Result<usize, Fault> {
            Ok(log.attempt())
        }

        assert_eq!(poll(&Log::default()).await, Ok(11));
    }

    #[tokio::test(start_paused = true)]
    async fn errors_are_retried_beside_it() {
        #[retry(max_attempts = 5, retry_if_ok = |value| *value < 3)]
        async fn poll(log: &Log) -> Result<usize, Fault> {
            match log.attempt() {
                2 => Err(Fault::Network),
                attempt => Ok(attempt),
            }
        }

        assert_eq!(poll(&Log::default()).await, Ok(3));
    }

    #[tokio::test(start_paused = true)]
    async fn a_filter_of_errors_does_not_concern_it() {
        #[retry(max_attempts = 5, retry_on(Fault::Status(_)), retry_if_ok = |value| *value < 3)]
        async fn poll(log: &Log) -> Result<usize, Fault> {
            Ok(log.attempt())
        }

        assert_eq!(poll(&Log::default()).await, Ok(3));
    }

    #[tokio::test(start_paused = true)]
    async fn it_serves_a_function_without_a_result() {
        #[retry(max_attempts = 5, retry_if_ok = |state: &Option<usize>| state.is_none())]
        async fn poll(ready_at: usize, log: &Log) -> Option<usize> {
            let attempt = log.attempt();
            (attempt >= ready_at).then_some(attempt)
        }

        assert_eq!(poll(3, &Log::default()).await, Some(3));
        let log = Log::default();
        assert_eq!(poll(9, &log).await, None);
        assert_eq!(log.attempts(), 5);
    }
}

mod retry_after {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_pause_asked_for_replaces_the_computed_one() {
        #[retry(jitter = none, retry_after = Fault::asked)]
        async fn fails(log: &Log) -> Result<(), Fault> {
            Err(Fault::Wait(Some(Duration::from_secs(log.attempt() as u64 * 7))))
        }

        let log = Log::default();
        assert!(fails(&log).await.is_err());
        assert_eq!(log.pauses_in_millis(), [7_000, 14_000]);
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_spread_by_up_to_a_tenth() {
        #[retry(max_attempts = 101, retry_after = |_| Some(Duration::from_secs(100)))]
        async fn fails(log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Network)
        }

        let log = Log::default();
        assert!(fails(&log).await.is_err());
        let pauses = log.pauses_in_millis();
        assert!(pauses.iter().all(|pause| (100_000..=110_000).contains(pause)), "{pauses:?}");
        let (least, most) = (pauses.iter().min().expect("pauses"), pauses.iter().max().expect("pauses"));
        assert!(most - least > 5_000, "{pauses:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn its_spread_is_cut_to_what_max_elapsed_leaves() {
        #[retry(max_attempts = 2, retry_after = |_| Some(Duration::from_secs(100)), max_elapsed = 100s)]
        async fn fails(log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Network)
        }

        for _ in 0..20 {
            let log = Log::default();
            assert!(fails(&log).await.is_err());
            assert_eq!(log.pauses_in_millis(), [100_000]);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn zero_or_a_date_that_is_over_asks_for_nothing() {
        #[retry(max_attempts = 4, jitter = none, retry_after = |header| resilient::parse_retry_after(header))]
        async fn fails(log: &Log) -> Result<(), &'static str> {
            Err(["0", "Fri, 31 Dec 1999 23:59:59 GMT", "-1", ""][log.attempt() - 1])
        }

        let log = Log::default();
        assert!(fails(&log).await.is_err());
        assert_eq!(log.pauses_in_millis(), [100, 200, 400]);
    }

    #[tokio::test(start_paused = true)]
    async fn without_one_the_computed_pause_stays() {
        #[retry(max_attempts = 4, jitter = none, retry_after = |fault| fault.asked().filter(|pause| *pause > least))]
        async fn fails(least: Duration, log: &Log) -> Result<(), Fault> {
            match log.attempt() {
                2 => Err(Fault::Wait(Some(Duration::from_secs(7)))),
                3 => Err(Fault::Wait(Some(Duration::from_secs(1)))),
                _ => Err(Fault::Network),
            }
        }

        let log = Log::default();
        assert!(fails(Duration::from_secs(5), &log).await.is_err());
        assert_eq!(log.pauses_in_millis(), [100, 7_000, 400]);
    }

    /// By a function and by a closure.
    #[tokio::test(start_paused = true)]
    async fn it_may_depend_on_the_attempt() {
        #[allow(clippy::unnecessary_wraps, reason = "an error may ask for no pause")]
        fn grows(_: &Fault, attempt: Attempt) -> Option<Duration> {
            assert_eq!(attempt.elapsed() > Duration::ZERO, attempt.number() > 1);
            Some(Duration::from_secs(10) * attempt.number())
        }

        #[retry(jitter = none, retry_after = grows)]
        async fn by_function() -> Result<(), Fault> {
            Err(Fault::Network)
        }

        #[retry(jitter = none, retry_after = |fault, attempt| grows(fault, attempt).map(|pause| pause * factor))]
        async fn by_closure(factor: u32) -> Result<(), Fault> {
            Err(Fault::Network)
        }

        let start = Instant::now();
        assert!(by_function().await.is_err());
        assert_eq!(start.elapsed(), Duration::from_secs(10 + 20));
        assert!(by_closure(2).await.is_err());
        assert_eq!(start.elapsed(), Duration::from_secs(30 + 20 + 40));
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_capped_by_max_retry_after() {
        #[retry(jitter = none, retry_after = Fault::asked, max_retry_after = 20s)]
        async fn fails(log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Wait(Some(Duration::from_secs(3600))))
        }

        let log = Log::default();
        assert!(fails(&log).await.is_err());
        assert_eq!(log.pauses_in_millis(), [20_000, 20_000]);
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_capped_by_five_minutes_and_not_by_max_delay() {
        #[retry(jitter = none, retry_after = Fault::asked, max_delay = 1s)]
        async fn fails(log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Wait(Some(Duration::MAX)))
        }

        let log = Log::default();
        assert!(fails(&log).await.is_err());
        assert_eq!(log.pauses_in_millis(), [300_000, 300_000]);
    }

    #[tokio::test(start_paused = true)]
    async fn it_says_nothing_about_whether_to_retry() {
        #[retry(retry_on(Fault::Network), retry_after = Fault::asked)]
        async fn fails(log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Wait(Some(Duration::from_secs(1))))
        }

        let log = Log::default();
        assert!(fails(&log).await.is_err());
        assert_eq!(log.attempts(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_header_is_parsed_by_the_library() {
        struct Response {
            retry_after: &'static str,
        }

        #[retry(jitter = none, max_attempts = 2, retry_after = |error| resilient::parse_retry_after(error.retry_after))]
        async fn fails(log: &Log) -> Result<(), Response> {
            log.attempt();
            Err(Response { retry_after: "120" })
        }

        let log = Log::default();
        assert!(fails(&log).await.is_err());
        assert_eq!(log.pauses_in_millis(), [120_000]);
    }

    #[test]
    fn a_header_is_a_number_of_seconds_or_an_http_date() {
        use resilient::parse_retry_after;

        assert_eq!(parse_retry_after("0"), Some(Duration::ZERO));
        assert_eq!(parse_retry_after("120"), Some(Duration::from_secs(120)));
        assert_eq!(parse_retry_after("Fri, 31 Dec 1999 23:59:59 GMT"), Some(Duration::ZERO));
        let far = parse_retry_after("Thu, 31 Dec 2099 23:59:59 GMT").expect("a date");
        assert!(far > Duration::from_secs(3600 * 24 * 365));
        for malformed in ["", "soon", "-1", "1.5"] {
            assert_eq!(parse_retry_after(malformed), None, "{malformed}");
        }
    }
}

mod on_retry {
    use super::*;

    type Seen = RefCell<Vec<(u32, Duration, String)>>;

    #[tokio::test(start_paused = true)]
    async fn it_is_called_before_each_pause() {
        #[retry(max_attempts = 4, jitter = none, on_retry = |event| {
            let error = event.error.as_ref().map(ToString::to_string).unwrap_or_default();
            assert_eq!(event.attempt as usize, log.attempts(), "the next attempt has not begun");
            assert_eq!(log.0.borrow().last(), Some(&Instant::now()), "the pause has not begun");
            seen.borrow_mut().push((event.attempt, event.delay, error));
        })]
        async fn fails(log: &Log, seen: &Seen) -> Result<(), String> {
            Err(format!("no {}", log.attempt()))
        }

        let seen = Seen::default();
        assert!(fails(&Log::default(), &seen).await.is_err());
        let expected = [(1, millis(100), "no 1"), (2, millis(200), "no 2"), (3, millis(400), "no 3")]
            .map(|(n, d, e)| (n, d, e.to_owned()));
        assert_eq!(*seen.borrow(), expected);
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_not_called_where_no_pause_follows() {
        #[retry(retry_on(Fault::Network), on_retry = |_| called.set(called.get() + 1))]
        async fn run(outcome: Result<(), u16>, called: &Cell<u32>) -> Result<(), Fault> {
            outcome.map_err(Fault::Status)
        }

        let called = Cell::new(0);
        assert_eq!(run(Ok(()), &called).await, Ok(()));
        assert_eq!(run(Err(404), &called).await, Err(Fault::Status(404)));
        assert_eq!(called.get(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn it_takes_a_path() {
        thread_local!(static CALLED: Cell<u32> = const { Cell::new(0) });

        fn count(event: &RetryEvent<'_, Fault>) {
            CALLED.set(CALLED.get() + event.attempt);
        }

        #[retry(on_retry = count)]
        async fn fails() -> Result<(), Fault> {
            Err(Fault::Network)
        }

        assert!(fails().await.is_err());
        assert_eq!(CALLED.get(), 1 + 2);
    }

    #[tokio::test(start_paused = true)]
    async fn it_tells_the_function_by_its_path() {
        #[retry(max_attempts = 2, on_retry = |event| *name.borrow_mut() = event.name.to_owned())]
        async fn fails(name: &RefCell<String>) -> Result<(), Fault> {
            Err(Fault::Network)
        }

        let name = RefCell::default();
        assert!(fails(&name).await.is_err());
        assert_eq!(*name.borrow(), concat!(module_path!(), "::fails"));
    }

    #[tokio::test(start_paused = true)]
    async fn it_tells_errors_from_refusals_and_successes() {
        #[retry(max_attempts = 4, retry_if_ok = |_| true, on_retry = |event| seen.borrow_mut().push(match &event.error {
            Some(Failure::Inner(fault)) => format!("error {fault:?}"),
            Some(Failure::Refused(refusal)) => format!("refusal {:?}", refusal.kind()),
            None => "success".to_owned(),
        }))]
        #[resilient::timeout(1s)]
        async fn run(log: &Log, seen: &RefCell<Vec<String>>) -> Result<usize, Fault> {
            match log.attempt() {
                1 => Err(Fault::Network),
                2 => std::future::pending().await,
                attempt => Ok(attempt),
            }
        }

        let seen = RefCell::default();
        assert_eq!(run(&Log::default(), &seen).await, Ok(4));
        assert_eq!(*seen.borrow(), ["error Network", "refusal TimedOut", "success"]);
    }

    #[tokio::test(start_paused = true)]
    async fn it_gives_the_error_without_unwrapping() {
        #[retry(max_attempts = 4, retry_if_ok = |_| true, on_retry = |event| {
            let refusal = event.refusal().map(resilient::Error::kind);
            seen.borrow_mut().push((event.failure().cloned(), refusal, event.max_attempts));
        })]
        #[resilient::timeout(1s)]
        async fn run(log: &Log, seen: &RefCell<Vec<Told>>) -> Result<usize, Fault> {
            match log.attempt() {
                1 => Err(Fault::Network),
                2 => std::future::pending().await,
                attempt => Ok(attempt),
            }
        }

        type Told = (Option<Fault>, Option<ErrorKind>, Option<u32>);

        let seen = RefCell::default();
        assert_eq!(run(&Log::default(), &seen).await, Ok(4));
        let [failure, refusal, success]: [Told; 3] = seen.into_inner().try_into().expect("three pauses");
        assert_eq!(failure, (Some(Fault::Network), None, Some(4)));
        assert_eq!(refusal, (None, Some(ErrorKind::TimedOut), Some(4)));
        assert_eq!(success, (None, None, Some(4)));
    }

    #[tokio::test(start_paused = true)]
    async fn it_reads_like_a_line_of_a_log() {
        #[retry(max_attempts = 3, jitter = none, retry_if_ok = |_| true, on_retry = |event| lines.borrow_mut().push(event.to_string()))]
        async fn counted(log: &Log, lines: &RefCell<Vec<String>>) -> Result<usize, String> {
            if log.attempt() == 1 { Err("no route".to_owned()) } else { Ok(7) }
        }

        #[retry(max_attempts = unlimited, max_elapsed = 150ms, jitter = none, on_retry = |event| lines.borrow_mut().push(event.to_string()))]
        async fn uncounted(lines: &RefCell<Vec<String>>) -> Result<(), String> {
            Err("no route".to_owned())
        }

        let lines = RefCell::default();
        assert_eq!(counted(&Log::default(), &lines).await, Ok(7));
        assert!(uncounted(&lines).await.is_err());
        let path = module_path!();
        let expected = [
            format!("{path}::counted: attempt 1 of 3 failed (no route), the next in 100ms"),
            format!("{path}::counted: attempt 2 of 3 is not enough, the next in 200ms"),
            format!("{path}::uncounted: attempt 1 failed (no route), the next in 100ms"),
        ];
        assert_eq!(*lines.borrow(), expected);
    }
}

mod exhausted {
    use super::*;

    #[derive(Debug)]
    enum Wrapped {
        Own(Fault),
        Refused(resilient::Error),
    }

    impl std::fmt::Display for Wrapped {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(f, "{self:?}")
        }
    }

    impl std::error::Error for Wrapped {}

    impl From<resilient::Error> for Wrapped {
        fn from(refusal: resilient::Error) -> Self {
            Self::Refused(refusal)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn wrap_tells_of_all_attempts() {
        #[retry(max_attempts = 4, jitter = none, exhausted = wrap)]
        async fn fails(log: &Log) -> Result<(), Wrapped> {
            Err(Wrapped::Own(Fault::Status(u16::try_from(log.attempt()).expect("few"))))
        }

        let Err(Wrapped::Refused(error)) = fails(&Log::default()).await else { panic!("not wrapped") };
        assert_eq!(error.kind(), ErrorKind::RetriesExhausted);
        assert_eq!(error.name(), concat!(module_path!(), "::fails"));
        let resilient::Error::RetriesExhausted(exhausted) = &error else { unreachable!() };
        assert_eq!((exhausted.attempts, exhausted.why), (4, GiveUpReason::MaxAttempts));
        assert_eq!(exhausted.elapsed, millis(700));
        let last = exhausted.last_error.downcast_ref::<Wrapped>();
        assert!(matches!(last, Some(Wrapped::Own(Fault::Status(4)))), "{last:?}");
        assert!(error.source().is_some_and(<dyn std::error::Error>::is::<Wrapped>));
    }

    #[tokio::test(start_paused = true)]
    async fn wrap_holds_the_last_refusal() {
        #[retry(max_attempts = 2, exhausted = wrap)]
        #[resilient::timeout(1s)]
        async fn hangs() -> Result<(), Wrapped> {
            std::future::pending().await
        }

        let Err(Wrapped::Refused(resilient::Error::RetriesExhausted(exhausted))) = hangs().await else {
            panic!("not wrapped")
        };
        let last = exhausted.last_error.downcast_ref::<resilient::Error>();
        assert!(last.is_some_and(resilient::Error::is_timed_out), "{last:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn wrap_tells_when_the_time_ran_out() {
        #[retry(max_attempts = 9, max_elapsed = 1s, backoff = constant, base_delay = 600ms, jitter = none, exhausted = wrap)]
        async fn fails() -> Result<(), Wrapped> {
            Err(Wrapped::Own(Fault::Network))
        }

        let Err(Wrapped::Refused(resilient::Error::RetriesExhausted(exhausted))) = fails().await else {
            panic!("not wrapped")
        };
        assert_eq!((exhausted.attempts, exhausted.elapsed), (2, millis(600)));
        assert_eq!(exhausted.why, GiveUpReason::MaxElapsed);
    }

    #[tokio::test(start_paused = true)]
    async fn wrap_tells_that_a_deadline_above_left_no_time() {
        #[resilient::timeout(limit)]
        #[retry(max_attempts = 9, backoff = constant, base_delay = 600ms, jitter = none, exhausted = wrap)]
        async fn fails(limit: Duration) -> Result<(), Wrapped> {
            Err(Wrapped::Own(Fault::Network))
        }

        let Err(Wrapped::Refused(resilient::Error::RetriesExhausted(exhausted))) = fails(millis(1000)).await else {
            panic!("not wrapped")
        };
        assert_eq!((exhausted.attempts, exhausted.elapsed), (2, millis(600)));
        assert_eq!(exhausted.why, GiveUpReason::Deadline);
    }

    #[test]
    fn wrap_tells_it_in_sync_functions_too() {
        #[retry(backoff = constant, base_delay = 1h, max_delay = 1h, jitter = none, exhausted = wrap)]
        fn fails() -> Result<(), Wrapped> {
            Err(Wrapped::Own(Fault::Network))
        }

        #[resilient::timeout(60s, cooperative)]
        fn in_place() -> Result<(), Wrapped> {
            fails()
        }

        #[resilient::timeout(60s)]
        fn on_a_helper() -> Result<(), Wrapped> {
            fails()
        }

        for call in [in_place, on_a_helper] {
            let Err(Wrapped::Refused(resilient::Error::RetriesExhausted(exhausted))) = call() else {
                panic!("not wrapped")
            };
            assert_eq!((exhausted.attempts, exhausted.why), (1, GiveUpReason::Deadline));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_error_that_is_not_worth_a_retry_is_not_wrapped() {
        #[retry(exhausted = wrap, retry_on(Wrapped::Own(Fault::Network)))]
        async fn fails() -> Result<(), Wrapped> {
            Err(Wrapped::Own(Fault::Status(404)))
        }

        assert!(matches!(fails().await, Err(Wrapped::Own(Fault::Status(404)))));
    }

    #[tokio::test(start_paused = true)]
    async fn last_error_is_the_default() {
        #[retry(exhausted = last_error)]
        async fn fails() -> Result<(), String> {
            Err("as it is".to_owned())
        }

        assert_eq!(fails().await, Err("as it is".to_owned()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_success_that_is_not_good_enough_is_not_wrapped() {
        #[retry(exhausted = wrap, retry_if_ok = |_| true)]
        async fn poll(log: &Log) -> Result<usize, Wrapped> {
            Ok(log.attempt())
        }

        assert!(matches!(poll(&Log::default()).await, Ok(3)));
    }
}

mod bind {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_body_sees_its_attempt() {
        #[retry(jitter = none, bind = attempt)]
        async fn fails(seen: &RefCell<Vec<(u32, bool, Duration)>>) -> Result<(), Fault> {
            advance(millis(50)).await;
            seen.borrow_mut().push((attempt.number(), attempt.is_last(), attempt.elapsed()));
            Err(Fault::Network)
        }

        let seen = RefCell::default();
        assert!(fails(&seen).await.is_err());
        assert_eq!(*seen.borrow(), [(1, false, millis(0)), (2, false, millis(150)), (3, true, millis(400))]);
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_an_attempt_of_this_crate_and_has_any_name() {
        #[retry(bind = nth)]
        async fn succeeds() -> Result<Attempt, Fault> {
            let attempt = 7;
            assert_eq!(attempt, 7);
            Ok(nth)
        }

        assert_eq!(succeeds().await.map(Attempt::number), Ok(1));
    }
}

mod policies {
    use super::*;

    const STEADY: RetryPolicy =
        RetryPolicy::new().max_attempts(4).backoff(Backoff::Constant).base_delay(millis(250)).jitter(Jitter::None);

    #[tokio::test(start_paused = true)]
    async fn a_policy_gives_every_setting() {
        #[retry(policy = STEADY)]
        async fn fails(log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Network)
        }

        let log = Log::default();
        assert!(fails(&log).await.is_err());
        assert_eq!(log.pauses_in_millis(), [250, 250, 250]);
    }

    #[tokio::test(start_paused = true)]
    async fn settings_beside_a_policy_override_it() {
        #[retry(policy = STEADY, max_attempts = 3, backoff = linear)]
        async fn fails(log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Network)
        }

        let log = Log::default();
        assert!(fails(&log).await.is_err());
        assert_eq!(log.pauses_in_millis(), [250, 500]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_policy_may_be_an_argument() {
        #[retry(policy = policy)]
        async fn fails(policy: RetryPolicy, log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Network)
        }

        let log = Log::default();
        assert!(fails(STEADY.max_attempts(2), &log).await.is_err());
        assert_eq!(log.pauses_in_millis(), [250]);
    }

    #[tokio::test(start_paused = true)]
    async fn settings_may_come_from_arguments() {
        #[retry(max_attempts = attempts, base_delay = delay, jitter = jitter, exponential_base = growth)]
        async fn fails(attempts: u32, delay: Duration, jitter: Jitter, growth: f64, log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Network)
        }

        let log = Log::default();
        assert!(fails(3, millis(10), Jitter::None, 10.0, &log).await.is_err());
        assert_eq!(log.pauses_in_millis(), [10, 100]);
        let log = Log::default();
        assert!(fails(4, millis(20), Jitter::None, 1.0, &log).await.is_err());
        assert_eq!(log.pauses_in_millis(), [20, 20, 20]);
    }

    #[tokio::test(start_paused = true)]
    async fn settings_may_come_from_self() {
        struct Client {
            attempts: u32,
            delay: Duration,
            log: Log,
        }

        impl Client {
            const JITTER: Jitter = Jitter::None;

            #[retry(max_attempts = self.attempts, base_delay = self.delay, jitter = Self::JITTER)]
            async fn fails(&self) -> Result<(), Fault> {
                self.log.attempt();
                Err(Fault::Network)
            }
        }

        let client = Client { attempts: 4, delay: millis(30), log: Log::default() };
        assert!(client.fails().await.is_err());
        assert_eq!(client.log.pauses_in_millis(), [30, 60, 120]);
    }

    #[tokio::test(start_paused = true)]
    async fn durations_may_be_strings_and_expressions() {
        const LIMIT: Duration = Duration::from_secs(100);

        #[retry(max_attempts = 4, base_delay = "1m 30s", max_delay = LIMIT, jitter = none)]
        async fn fails(log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Network)
        }

        let log = Log::default();
        assert!(fails(&log).await.is_err());
        assert_eq!(log.pauses_in_millis(), [90_000, 100_000, 100_000]);
    }
}

mod arguments {
    use super::*;

    /// Cannot be cloned.
    struct Unique(Log);

    #[tokio::test(start_paused = true)]
    async fn an_attempt_borrows_them() {
        #[retry]
        async fn fails(unique: Unique, text: String, given: &Log) -> Result<(), Fault> {
            unique.0.attempt();
            given.attempt();
            assert_eq!(text, "text");
            Err(Fault::Network)
        }

        let log = Log::default();
        assert!(fails(Unique(Log::default()), "text".to_owned(), &log).await.is_err());
        assert_eq!(log.attempts(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn an_attempt_does_not_see_what_an_earlier_one_did_to_a_mut_one() {
        #[retry]
        async fn fails(mut items: Vec<u32>, mut count: u32, log: &Log) -> Result<(), Fault> {
            items.push(1);
            count += 1;
            assert_eq!((items.len(), count), (2, 6));
            log.attempt();
            Err(Fault::Network)
        }

        let log = Log::default();
        assert!(fails(vec![0], 5, &log).await.is_err());
        assert_eq!(log.attempts(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn a_mut_one_may_be_consumed() {
        #[retry]
        async fn fails(mut items: Vec<u32>, log: &Log) -> Result<(), Vec<u32>> {
            log.attempt();
            items.push(1);
            Err(items)
        }

        assert_eq!(fails(vec![0], &Log::default()).await, Err(vec![0, 1]));
    }

    #[tokio::test(start_paused = true)]
    async fn a_mut_one_within_a_pattern_is_cloned_too() {
        #[retry]
        async fn fails((mut text, log): (String, &Log)) -> Result<(), String> {
            log.attempt();
            text.push('!');
            Err(text)
        }

        let log = Log::default();
        assert_eq!(fails(("no".to_owned(), &log)).await, Err("no!".to_owned()));
        assert_eq!(log.attempts(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn exclusive_borrows_are_lent_to_each_attempt() {
        struct Counter(u32);

        impl Counter {
            #[retry]
            async fn fails(&mut self, items: &mut Vec<u32>) -> Result<(), Fault> {
                self.0 += 1;
                items.push(self.0);
                Err(Fault::Network)
            }
        }

        let (mut counter, mut items) = (Counter(0), Vec::new());
        assert!(counter.fails(&mut items).await.is_err());
        assert_eq!((counter.0, items), (3, vec![1, 2, 3]));
    }
}

mod the_way_out_of_the_body {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_question_mark_leaves_the_attempt() {
        fn parsed(text: &str) -> Result<u8, std::num::ParseIntError> {
            text.parse()
        }

        #[retry]
        async fn run(texts: [&str; 3], log: &Log) -> Result<u8, std::num::ParseIntError> {
            let value = parsed(texts[log.attempt() - 1])?;
            Ok(value)
        }

        assert_eq!(run(["", "x", "7"], &Log::default()).await, Ok(7));
    }

    #[tokio::test(start_paused = true)]
    async fn a_return_leaves_the_attempt() {
        #[retry]
        async fn run(log: &Log) -> Result<usize, Fault> {
            let attempt = log.attempt();
            if attempt < 3 {
                return Err(Fault::Network);
            }
            Ok(attempt)
        }

        assert_eq!(run(&Log::default()).await, Ok(3));
    }

    #[tokio::test(start_paused = true)]
    async fn a_returned_success_ends_the_attempts() {
        #[retry]
        async fn run(log: &Log) -> Result<usize, Fault> {
            if log.attempt() == 2 {
                return Ok(2);
            }
            Err(Fault::Network)
        }

        let log = Log::default();
        assert_eq!(run(&log).await, Ok(2));
        assert_eq!(log.attempts(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn break_and_continue_act_on_the_loops_of_the_body() {
        #[retry]
        async fn run(log: &Log) -> Result<usize, Fault> {
            let attempt = log.attempt();
            let mut cells = 0;
            'rows: for row in 1..=3 {
                for column in 1..=3 {
                    if column > row {
                        continue 'rows;
                    }
                    if row > attempt {
                        break 'rows;
                    }
                    cells += 1;
                }
            }
            if cells == 6 { Ok(cells) } else { Err(Fault::Network) }
        }

        let log = Log::default();
        assert_eq!(run(&log).await, Ok(6));
        assert_eq!(log.attempts(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn a_macro_that_returns_leaves_the_attempt() {
        #[retry]
        async fn run(log: &Log) -> anyhow::Result<usize> {
            let attempt = log.attempt();
            if attempt < 3 {
                anyhow::bail!("attempt {attempt}");
            }
            Ok(attempt)
        }

        assert_eq!(run(&Log::default()).await.expect("the third succeeds"), 3);
    }
}

mod cancelling {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_dropped_call_makes_no_further_attempt() {
        #[retry(max_attempts = 100, backoff = constant, base_delay = 1s, jitter = none)]
        async fn fails(log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Network)
        }

        let log = Log::default();
        assert!(tokio::time::timeout(millis(2500), fails(&log)).await.is_err());
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!(log.attempts(), 3);
    }
}
