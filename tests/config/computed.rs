//! Settings that a function computes in each call: a configuration replaces those that it gives, and the others stay.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use resilient::{Error, RetryPolicy, TimeoutPolicy, retry, timeout};
use tokio::time::Instant;

use crate::shown::value_of;
use crate::{Config, refusal};

struct Client {
    calls: AtomicU32,
    attempts: u32,
    base: Duration,
    limit: Option<Duration>,
    policy: RetryPolicy<Error>,
    time: TimeoutPolicy,
}

impl Client {
    fn new() -> Self {
        Self {
            calls: AtomicU32::new(0),
            attempts: 2,
            base: Duration::from_secs(1),
            limit: Some(Duration::from_secs(7)),
            policy: RetryPolicy::new().max_attempts(3).base_delay(Duration::from_secs(1)).for_errors(),
            time: TimeoutPolicy::new(Duration::from_secs(7)).step(Duration::from_secs(1)),
        }
    }

    fn called(&self) -> Result<(), Error> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        Err(refusal())
    }

    #[retry(max_attempts = self.attempts, base_delay = self.base, max_delay = 3s, jitter = none)]
    async fn retried(&self) -> Result<(), Error> {
        self.called()
    }

    #[retry(max_attempts = self.attempts, base_delay = 1ms, jitter = none)]
    fn retried_sync(&self) -> Result<(), Error> {
        self.called()
    }

    #[retry(policy = self.policy, jitter = none)]
    async fn by_policy(&self) -> Result<(), Error> {
        self.called()
    }

    #[timeout(self.limit)]
    async fn limited(&self) -> Result<(), Error> {
        std::future::pending().await
    }

    #[retry(max_attempts = 2, base_delay = 0ms)]
    #[timeout(2s, step = self.base)]
    async fn with_step(&self) -> Result<(), Error> {
        std::future::pending().await
    }

    #[retry(max_attempts = 2, base_delay = 0ms)]
    #[timeout(policy = self.time)]
    async fn by_time(&self) -> Result<(), Error> {
        std::future::pending().await
    }
}

/// How many calls of the body there were, and how many seconds they took.
async fn observed(client: &Client, call: impl Future<Output = Result<(), Error>>) -> (u32, u64) {
    let begun = Instant::now();
    call.await.unwrap_err();
    (client.calls.swap(0, Ordering::Relaxed), begun.elapsed().as_secs())
}

const RETRIED: &str = "function.\"config::computed::retried\".retry";

#[tokio::test(start_paused = true)]
async fn what_a_file_gives_replaces_that_setting_and_the_others_are_computed() {
    let config = Config::alone();
    let mut client = Client::new();
    assert_eq!(observed(&client, client.retried()).await, (2, 1));
    config.apply(&format!("[{RETRIED}]\nmax_attempts = 4")).unwrap();
    assert_eq!(observed(&client, client.retried()).await, (4, 1 + 2 + 3), "three delays of at most three seconds");
    client.base = Duration::from_secs(3);
    assert_eq!(observed(&client, client.retried()).await, (4, 3 + 3 + 3), "the base is still computed");
    config.apply(&format!("[{RETRIED}]\nbackoff = \"constant\"\nbase_delay = \"2s\"")).unwrap();
    client.attempts = 3;
    assert_eq!(observed(&client, client.retried()).await, (3, 2 + 2), "the attempts are computed again");
    config.apply(&format!("[{RETRIED}]\nenabled = false")).unwrap();
    assert_eq!(observed(&client, client.retried()).await, (1, 0));
    config.apply("").unwrap();
    assert_eq!(observed(&client, client.retried()).await, (3, 3 + 3));
}

#[test]
fn a_sync_function_is_the_same() {
    let config = Config::of("[function.\"config::computed::retried_sync\".retry]\nmax_attempts = 5");
    let client = Client::new();
    client.retried_sync().unwrap_err();
    assert_eq!(client.calls.swap(0, Ordering::Relaxed), 5);
    config.apply("").unwrap();
    client.retried_sync().unwrap_err();
    assert_eq!(client.calls.load(Ordering::Relaxed), 2);
}

#[tokio::test(start_paused = true)]
async fn a_policy_that_a_call_gives_is_changed_setting_by_setting() {
    let config = Config::alone();
    let client = Client::new();
    assert_eq!(observed(&client, client.by_policy()).await, (3, 1 + 2));
    config.apply("[function.\"config::computed::by_policy\".retry]\nbackoff = \"constant\"").unwrap();
    assert_eq!(observed(&client, client.by_policy()).await, (3, 1 + 1), "the base is that of the policy");
    config.apply("[function.\"config::computed::by_policy\".retry]\nmax_attempts = 2\nbase_delay = \"5s\"").unwrap();
    assert_eq!(observed(&client, client.by_policy()).await, (2, 5));
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_a_call_computes_is_replaced() {
    let config = Config::alone();
    let mut client = Client::new();
    assert_eq!(observed(&client, client.limited()).await, (0, 7));
    let limit = "[function.\"config::computed::limited\".timeout]\nduration = \"2s\"";
    config.apply(limit).unwrap();
    assert_eq!(observed(&client, client.limited()).await, (0, 2));
    client.limit = None;
    assert_eq!(observed(&client, client.limited()).await, (0, 2), "also where the call has none");
    config.apply("[function.\"config::computed::limited\".timeout]\nenabled = false").unwrap();
    client.limit = Some(Duration::ZERO);
    let open = tokio::time::timeout(Duration::from_secs(3600), client.limited()).await;
    assert!(open.is_err(), "it has no limit");
    config.apply("").unwrap();
    assert_eq!(observed(&client, client.limited()).await, (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_limit_and_its_step_are_replaced_one_by_one() {
    let config = Config::alone();
    let client = Client::new();
    let of = |name: &str, text: &str| format!("[function.\"config::computed::{name}\".timeout]\n{text}");
    assert_eq!(observed(&client, client.with_step()).await, (0, 2 + 3));
    config.apply(&of("with_step", "duration = \"4s\"")).unwrap();
    assert_eq!(observed(&client, client.with_step()).await, (0, 4 + 5));
    config.apply(&of("with_step", "step = \"5s\"")).unwrap();
    assert_eq!(observed(&client, client.with_step()).await, (0, 2 + 7));
    assert_eq!(observed(&client, client.by_time()).await, (0, 7 + 8));
    config.apply(&of("by_time", "step = \"5s\"")).unwrap();
    assert_eq!(observed(&client, client.by_time()).await, (0, 7 + 12));
    config.apply(&of("by_time", "duration = \"1s\"")).unwrap();
    assert_eq!(observed(&client, client.by_time()).await, (0, 1 + 2));
}

#[test]
fn what_is_computed_is_shown_as_its_code() {
    let config = Config::alone();
    let of = |function: &str, layer, setting| value_of(&format!("config::computed::{function}"), layer, setting);
    assert_eq!(of("retried", "retry", "max_attempts"), "self.attempts");
    assert_eq!(of("retried", "retry", "max_delay"), "3s");
    assert_eq!(of("by_policy", "retry", "max_attempts"), "self.policy");
    assert_eq!(of("by_policy", "retry", "jitter"), "none");
    assert_eq!(of("limited", "timeout", "duration"), "self.limit");
    assert_eq!(of("with_step", "timeout", "step"), "self.base");
    config.apply(&format!("[{RETRIED}]\nmax_attempts = 4")).unwrap();
    assert_eq!(of("retried", "retry", "max_attempts"), "4");
    assert_eq!(of("retried", "retry", "base_delay"), "self.base");
}

#[test]
fn rules_about_several_settings_leave_out_what_only_a_call_knows() {
    let config = Config::alone();
    // With the default of 100 ms it would be too short.
    config.apply(&format!("[{RETRIED}]\nmax_delay = \"50ms\"")).unwrap();
    let error = config.apply(&format!("[{RETRIED}]\nbase_delay = \"4s\"")).unwrap_err();
    assert!(error.to_string().contains("`base_delay` (4s) is longer than `max_delay` (3s)"), "{error}");
    let error = config.apply(&format!("[{RETRIED}]\nmax_attempts = \"unlimited\"")).unwrap_err();
    assert!(error.to_string().contains("attempts need another end"), "{error}");
}

#[retry(max_attempts = 2, backoff = |_| Duration::from_secs(1))]
async fn by_function() -> Result<(), Error> {
    Err(refusal())
}

#[retry(max_attempts = 2, backoff = [1s])]
async fn by_list() -> Result<(), Error> {
    Err(refusal())
}

#[retry(max_attempts = 2, backoff = [delay])]
async fn by_computed_list(delay: Duration) -> Result<(), Error> {
    Err(refusal())
}

#[tokio::test(start_paused = true)]
async fn delays_that_are_code_stay() {
    let config = Config::alone();
    for function in ["by_function", "by_list", "by_computed_list"] {
        for setting in ["base_delay = \"2s\"", "backoff = \"linear\"", "exponential_base = 3"] {
            let text = format!("[function.\"config::computed::{function}\".retry]\n{setting}");
            let error = config.apply(&text).unwrap_err();
            assert!(error.to_string().contains("the delays are a list or a function in the code"), "{text}\n{error}");
        }
        let text = format!("[function.\"config::computed::{function}\".retry]\nmax_attempts = 3");
        if function == "by_function" {
            config.apply(&text).unwrap();
        }
    }
    let begun = Instant::now();
    by_function().await.unwrap_err();
    assert_eq!(begun.elapsed().as_secs(), 2);
    drop((by_list(), by_computed_list(Duration::ZERO)));
}
