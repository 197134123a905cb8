//! A breaker still opens and closes correctly after outages and idle times of any length.

use std::pin::pin;
use std::sync::mpsc;
use std::task::{Context, Waker};
use std::thread;
use std::time::Duration;

use resilient::{BreakerPolicy, CircuitBreaker, CircuitState, Permit, circuit_breaker, registry};
use tokio::time::{Instant, advance};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);
const HOUR_AND_A_HALF: Duration = Duration::from_secs(5_400);
const DAY: Duration = Duration::from_secs(86_400);
const WEEK: Duration = Duration::from_secs(7 * 86_400);

const LENGTHS: [Duration; 5] = [MINUTE, HOUR, HOUR_AND_A_HALF, DAY, WEEK];

/// Opens when half of the calls fail.
const HALF: BreakerPolicy = BreakerPolicy::new().failure_rate(0.5).recovery_timeout(SECOND);

/// Advances tokio's clock without yielding, which would take most of the time of these tests. No other task waits for
/// the clock.
fn pass(span: Duration) {
    let after = Instant::now() + span;
    let moved = pin!(advance(span));
    assert!(moved.poll(&mut Context::from_waker(Waker::noop())).is_pending(), "it lets others have their turn");
    assert_eq!(Instant::now(), after);
}

/// A bad call: it fails. Returns whether it was admitted.
async fn fails(breaker: &CircuitBreaker) -> bool {
    breaker.try_acquire().map(Permit::failure).is_ok()
}

/// A bad call: it takes two seconds. Returns whether it was admitted.
async fn hangs(breaker: &CircuitBreaker) -> bool {
    let Ok(permit) = breaker.try_acquire() else { return false };
    pass(2 * SECOND);
    permit.success();
    true
}

fn succeeds(breaker: &CircuitBreaker) -> bool {
    breaker.try_acquire().map(Permit::success).is_ok()
}

/// Every probe fails for `length`: one per second, or a hundred thousand in all if that is fewer.
async fn outage(breaker: &CircuitBreaker, length: Duration, bad: impl AsyncFn(&CircuitBreaker) -> bool) {
    let over = Instant::now() + length;
    while Instant::now() < over {
        bad(breaker).await;
        pass(SECOND.max(length / 100_000));
    }
}

/// Good calls for an hour, after which the breaker is closed.
fn healthy_hour(breaker: &CircuitBreaker) {
    for _ in 0..3_600 {
        succeeds(breaker);
        pass(SECOND);
    }
    assert_eq!(breaker.state(), CircuitState::Closed);
}

/// How many bad calls are made until the breaker opens, at most `most`.
async fn until_open(breaker: &CircuitBreaker, most: u32, bad: impl AsyncFn(&CircuitBreaker) -> bool) -> u32 {
    for made in 0..most {
        if !bad(breaker).await {
            return made;
        }
    }
    most
}

/// Opens, stays open during the outage, closes in the healthy hour, and opens again. Two rounds, except for the longest
/// outage, because a breaker has many outages.
async fn opens_closes_and_opens_again(
    policy: BreakerPolicy,
    length: Duration,
    bad: impl AsyncFn(&CircuitBreaker) -> bool + Copy,
) {
    let breaker = CircuitBreaker::new("outage", policy.checked());
    for round in 0..if length < WEEK { 2 } else { 1 } {
        let made = until_open(&breaker, 1_000, bad).await;
        assert!((10..=200).contains(&made), "opened by {made} bad calls in round {round}, {length:?}, {policy:?}");
        outage(&breaker, length, bad).await;
        healthy_hour(&breaker);
    }
    let made = until_open(&breaker, 1_000, bad).await;
    assert!((10..=200).contains(&made), "opened by {made} bad calls at the end, {length:?}, {policy:?}");
}

#[tokio::test(start_paused = true)]
async fn a_count_window_judges_after_an_outage_of_a_minute_to_a_week() {
    for length in LENGTHS {
        opens_closes_and_opens_again(HALF.count_window(100), length, fails).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_time_window_judges_after_an_outage_of_a_minute_to_a_week() {
    for length in LENGTHS {
        opens_closes_and_opens_again(HALF.time_window(MINUTE).min_calls(20), length, fails).await;
    }
}

#[tokio::test(start_paused = true)]
async fn slow_calls_are_judged_after_an_outage_of_a_minute_to_a_week() {
    let policy = BreakerPolicy::new().slow_call(SECOND, 0.5).recovery_timeout(SECOND).count_window(100);
    for length in LENGTHS {
        opens_closes_and_opens_again(policy, length, hangs).await;
    }
}

#[tokio::test(start_paused = true)]
async fn failures_in_a_row_are_counted_after_an_outage_of_a_minute_to_a_week() {
    for length in LENGTHS {
        let policy = BreakerPolicy::new().failure_threshold(10).recovery_timeout(SECOND);
        opens_closes_and_opens_again(policy, length, fails).await;
    }
}

/// A thread that makes as many good calls as it is asked for, and is idle otherwise.
fn on_a_thread_of_their_own(breaker: &'static CircuitBreaker) -> impl Fn(u32) {
    let (order, orders) = mpsc::channel();
    let (done, all_done) = mpsc::channel();
    thread::spawn(move || {
        for calls in orders {
            (0..calls).for_each(|_| assert!(succeeds(breaker)));
            done.send(()).expect("the test waits");
        }
    });
    move |calls| {
        order.send(calls).expect("the thread waits");
        all_done.recv().expect("every call is admitted");
    }
}

/// One thread makes bad calls during outages while another is idle. The idle thread's good calls from before are
/// forgotten, and those from after count.
#[tokio::test(start_paused = true)]
async fn the_good_calls_of_a_thread_that_was_idle_count_after_outages() {
    for outages in [1, 2, 3, 4] {
        let breaker: &CircuitBreaker = Box::leak(Box::new(CircuitBreaker::new("idle thread", HALF.count_window(100))));
        let good_calls = on_a_thread_of_their_own(breaker);
        good_calls(1_000);
        for _ in 0..outages {
            until_open(breaker, 1_000, fails).await;
            outage(breaker, 50 * MINUTE, fails).await;
            healthy_hour(breaker);
            assert!(fails(breaker).await);
        }
        for round in 0..100 {
            good_calls(99);
            assert!(fails(breaker).await, "it opened at 1 % failures, in round {round} after {outages} outages");
        }
    }
}

#[tokio::test]
async fn a_permit_kept_across_many_resets_is_not_accepted() {
    for resets in [1, 2, 16_383, 16_384, 16_385, 1 << 17] {
        let policies =
            [BreakerPolicy::new().failure_threshold(1), HALF.count_window(1), HALF.time_window(MINUTE).min_calls(1)];
        for policy in policies {
            let breaker = CircuitBreaker::new("resets", policy);
            let kept = breaker.try_acquire().expect("it is closed");
            (0..resets).for_each(|_| breaker.reset());
            kept.failure();
            assert_eq!(breaker.state(), CircuitState::Closed, "{resets} resets, {policy:?}");
            assert_eq!(breaker.stats().failed_calls, 1);
            assert!(fails(&breaker).await);
            assert_eq!(breaker.state(), CircuitState::Open, "{resets} resets, {policy:?}");
        }
    }
}

/// Good calls, followed by an idle time after which a slice number of few bits would wrap.
#[tokio::test(start_paused = true)]
async fn a_time_window_forgets_good_calls_after_any_idle_time() {
    // Idle times in slices; each is also tried with one slice less and one more.
    for slices in [1 << 13, 1 << 22, 1 << 27, 1 << 28, 1 << 29, 1_u64 << 32] {
        for idle in [slices - 1, slices, slices + 1] {
            let breaker = CircuitBreaker::new("idle", HALF.time_window(Duration::from_millis(10)));
            (0..1_000).for_each(|_| assert!(succeeds(&breaker)));
            pass(Duration::from_millis(idle));
            assert_eq!(until_open(&breaker, 100, fails).await, 10, "after {idle} slices");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn more_good_calls_than_a_word_once_held_still_count() {
    // A low rate, because the test takes longer for failures than for good calls.
    let policy = BreakerPolicy::new().failure_rate(0.01).time_window(HOUR);
    let breaker = CircuitBreaker::new("many", policy);
    let good = (1 << 22) + 500_000;
    (0..good).for_each(|_| assert!(succeeds(&breaker)));
    for failure in 0..good / 105 {
        assert!(fails(&breaker).await, "it opened after {failure} failures beside {good} good calls");
    }
    let further = until_open(&breaker, good, fails).await;
    assert!((good / 105 + further).abs_diff(good / 99) <= 1, "1 % of all calls: {further} further failures");
}

#[tokio::test(start_paused = true)]
async fn async_and_sync_functions_of_one_breaker_judge_after_an_outage() {
    #[circuit_breaker(name = "outage: both", failure_rate = 0.5, window = 100, recovery_timeout = 1s)]
    async fn awaits(ok: bool) -> Result<(), Option<resilient::Error>> {
        ok.then_some(()).ok_or(None)
    }

    #[circuit_breaker(name = "outage: both")]
    fn blocks(ok: bool) -> Result<(), Option<resilient::Error>> {
        ok.then_some(()).ok_or(None)
    }

    assert!(awaits(true).await.is_ok());
    let breaker = registry().circuit_breaker("outage: both").expect("it has run");
    for _ in 0..100 {
        let _ = blocks(false);
    }
    assert_eq!(breaker.state(), CircuitState::Open);
    outage(breaker, HOUR_AND_A_HALF, async |_: &CircuitBreaker| awaits(false).await.is_ok() | blocks(false).is_ok())
        .await;
    healthy_hour(breaker);
    for _ in 0..25 {
        assert!(matches!(blocks(false), Err(None)), "it opened too early");
        assert!(matches!(awaits(false).await, Err(None)), "it opened too early");
    }
    assert!(matches!(awaits(true).await, Err(Some(refusal)) if refusal.is_circuit_open()));
}
