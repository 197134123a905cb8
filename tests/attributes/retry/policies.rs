//! Settings from a policy, from arguments and from `self`.

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
