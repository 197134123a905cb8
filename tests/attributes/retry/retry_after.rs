//! `retry_after`: a delay that the error asks for.

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

/// `retry_after` as a function and as a closure.
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
