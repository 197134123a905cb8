//! `backoff` as a list of pauses, and as a function of the attempt.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_list_is_taken_in_order_and_its_last_pause_repeats() {
    #[retry(max_attempts = 5, backoff = [1s, 5s, 10s])]
    async fn fails(log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Network)
    }

    let log = Log::default();
    assert!(fails(&log).await.is_err());
    assert_eq!(log.pauses_in_millis(), [1000, 5000, 10_000, 10_000], "without jitter");
}

#[tokio::test(start_paused = true)]
async fn a_list_may_have_constants_and_values_of_the_call() {
    const FIRST: Duration = millis(7);

    struct Client {
        second: Duration,
    }

    impl Client {
        const THIRD: Duration = millis(9);

        #[retry(max_attempts = 4, backoff = [FIRST, self.second, last * 2])]
        async fn computed(&self, last: Duration, log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Network)
        }

        #[retry(backoff = [FIRST, Self::THIRD])]
        async fn constant(&self, log: &Log) -> Result<(), Fault> {
            log.attempt();
            Err(Fault::Network)
        }
    }

    let client = Client { second: millis(8) };
    let (computed, constant) = (Log::default(), Log::default());
    assert!(client.computed(millis(10), &computed).await.is_err());
    assert!(client.constant(&constant).await.is_err());
    assert_eq!(computed.pauses_in_millis(), [7, 8, 20]);
    assert_eq!(constant.pauses_in_millis(), [7, 9]);
}

#[tokio::test(start_paused = true)]
async fn a_closure_computes_the_pause_from_the_attempt_and_the_arguments() {
    #[retry(max_attempts = 4, max_delay = 350ms, backoff = |attempt| step * attempt)]
    async fn fails(step: Duration, log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Network)
    }

    let log = Log::default();
    assert!(fails(millis(150), &log).await.is_err());
    assert_eq!(log.pauses_in_millis(), [150, 300, 350], "capped, and without jitter");
}

#[tokio::test(start_paused = true)]
async fn a_path_does_as_well() {
    fn squared(attempt: u32) -> Duration {
        millis(u64::from(attempt).pow(2))
    }

    struct Pauses;

    impl Pauses {
        fn squared(attempt: u32) -> Duration {
            squared(attempt)
        }
    }

    #[retry(max_attempts = 4, backoff = squared)]
    async fn by_name(log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Network)
    }

    #[retry(backoff = Pauses::squared, retry_on(Fault::Network), exhausted = wrap)]
    async fn by_path(log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Network)
    }

    let (by, of) = (Log::default(), Log::default());
    assert!(by_name(&by).await.is_err());
    assert!(by_path(&of).await.is_err());
    assert_eq!(by.pauses_in_millis(), [1, 4, 9]);
    assert_eq!(of.pauses_in_millis(), [1, 4]);
}

#[tokio::test(start_paused = true)]
async fn jitter_acts_where_it_is_written() {
    #[retry(max_attempts = 200, backoff = [1s], jitter = equal)]
    async fn listed(log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Network)
    }

    #[retry(max_attempts = 200, backoff = |_| millis(1000), jitter = equal)]
    async fn computed(log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Network)
    }

    let (of_list, of_function) = (Log::default(), Log::default());
    assert!(listed(&of_list).await.is_err());
    assert!(computed(&of_function).await.is_err());
    for pauses in [of_list.pauses(), of_function.pauses()] {
        assert!(pauses.iter().all(|pause| (millis(499)..=millis(1001)).contains(pause)), "{pauses:?}");
        assert!(pauses.iter().any(|pause| *pause < millis(990)));
    }
}

#[tokio::test(start_paused = true)]
async fn it_changes_a_policy() {
    const POLICY: RetryPolicy = RetryPolicy::new().max_attempts(4).jitter(Jitter::None);

    #[retry(policy = POLICY, backoff = [2s, 3s])]
    async fn listed(log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Network)
    }

    #[retry(policy = POLICY, backoff = |attempt| millis(u64::from(attempt)))]
    async fn computed(log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Network)
    }

    let (of_list, of_function) = (Log::default(), Log::default());
    assert!(listed(&of_list).await.is_err());
    assert!(computed(&of_function).await.is_err());
    assert_eq!(of_list.pauses_in_millis(), [2000, 3000, 3000]);
    assert_eq!(of_function.pauses_in_millis(), [1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn what_the_server_or_a_breaker_asks_for_comes_first() {
    #[retry(backoff = |_| millis(10), retry_after = Fault::asked, retry_refused(circuit_open))]
    #[resilient::circuit_breaker(name = "backoff: open", failure_threshold = 2, recovery_timeout = 5s, success_threshold = 1)]
    async fn asked(log: &Log) -> Result<(), Fault> {
        match log.attempt() {
            1 => Err(Fault::Wait(Some(millis(2000)))),
            2 => Err(Fault::Network),
            _ => Ok(()),
        }
    }

    let log = Log::default();
    assert_eq!(asked(&log).await, Err(Fault::Refused(ErrorKind::CircuitOpen)), "the third attempt was refused");
    let pauses = log.pauses();
    // tokio's clock rounds a pause up to whole milliseconds.
    assert!(pauses[0] >= millis(2000) && pauses[0] <= millis(2200), "spread by a tenth: {pauses:?}");

    let begun = Instant::now();
    assert_eq!(asked(&log).await, Ok(()));
    let waited = begun.elapsed();
    assert!(waited >= millis(4990) && waited <= millis(5010), "{waited:?}");
}

#[test]
fn sync_functions_pause_by_them_as_well() {
    #[retry(backoff = [0s, 1ms])]
    fn listed(tries: &Cell<u32>) -> Result<(), Fault> {
        tries.set(tries.get() + 1);
        Err(Fault::Network)
    }

    #[retry(max_attempts = 4, backoff = |attempt| { asked.borrow_mut().push(attempt); Duration::ZERO })]
    fn computed(asked: &RefCell<Vec<u32>>) -> Result<(), Fault> {
        Err(Fault::Network)
    }

    let (tries, asked) = (Cell::new(0), RefCell::default());
    assert!(listed(&tries).is_err());
    assert!(computed(&asked).is_err());
    assert_eq!(tries.get(), 3);
    assert_eq!(*asked.borrow(), [1, 2, 3], "not asked after the last attempt");
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_does_not_fit_is_not_made() {
    #[retry(max_attempts = unlimited, max_elapsed = 10s, backoff = [1s, 5s, 10s])]
    async fn fails(log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Network)
    }

    let log = Log::default();
    assert!(fails(&log).await.is_err());
    assert_eq!(log.pauses_in_millis(), [1000, 5000]);
}
