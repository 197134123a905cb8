//! `jitter`

use super::*;

/// The delays as computed: the elapsed ones are rounded up to the millisecond of tokio's timer.
type Pauses = RefCell<Vec<Duration>>;

fn spread(pauses: &[Duration]) -> (Duration, Duration) {
    (*pauses.iter().min().expect("pauses"), *pauses.iter().max().expect("pauses"))
}

fn assert_spread_over(pauses: &Pauses, low: u64, high: u64) {
    let (least, longest) = spread(&pauses.borrow());
    assert!(least >= millis(low) && longest <= millis(high), "{least:?} to {longest:?}");
    // The shortest and the longest of 200 are within a quarter of the ends, except in one of 10^24 runs.
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
