//! Outcomes by which the server says "too many": everybody who shares the limit stops.

use super::*;

/// What a server answers.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Answer {
    TooMany { retry_after: Option<Duration> },
    Failed,
    Refused(ErrorKind),
}

impl From<Error> for Answer {
    fn from(refusal: Error) -> Self {
        Self::Refused(refusal.kind())
    }
}

impl Answer {
    const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TooMany { retry_after } => *retry_after,
            _ => None,
        }
    }
}

type Answered = Result<u16, Answer>;

const STOPPED: Answered = Err(Answer::Refused(ErrorKind::RateLimited));

fn too_many(secs: Option<u64>) -> Answered {
    Err(Answer::TooMany { retry_after: secs.map(Duration::from_secs) })
}

#[tokio::test(start_paused = true)]
async fn a_429_in_one_function_stops_all_that_share_the_limit() {
    #[rate_limit(name = "rate: 429", permits = 100, per = 1s, paused_on(Answer::TooMany { .. }), retry_after = Answer::retry_after)]
    async fn answered(answer: Answered) -> Answered {
        answer
    }

    #[rate_limit(name = "rate: 429")]
    async fn other() -> Answered {
        Ok(200)
    }

    #[rate_limit(name = "rate: 429")]
    fn blocking() -> Answered {
        Ok(200)
    }

    assert_eq!(answered(Err(Answer::Failed)).await, Err(Answer::Failed));
    assert_eq!((other().await, blocking()), (Ok(200), Ok(200)));
    assert_eq!(answered(too_many(Some(10))).await, too_many(Some(10)));
    assert_eq!((answered(Ok(1)).await, other().await, blocking()), (STOPPED, STOPPED, STOPPED));
    let limiter = limiter("rate: 429");
    assert_eq!((limiter.held_for(), limiter.stats().holds), (secs(10), 1));
    advance(secs(10)).await;
    assert_eq!((other().await, blocking()), (Ok(200), STOPPED), "they begin evenly after it");
    advance(millis(10)).await;
    assert_eq!(blocking(), Ok(200));
}

#[tokio::test(start_paused = true)]
async fn a_429_in_a_sync_function_stops_async_ones() {
    #[rate_limit(name = "rate: sync 429", paused_if = |answer: &Answer| *answer != Answer::Failed)]
    fn answered(answer: Answered) -> Answered {
        answer
    }

    #[rate_limit(name = "rate: sync 429", max_wait = 1min, default_retry_after = 20s, paused_on(Answer::Failed))]
    async fn other() -> Answered {
        Ok(200)
    }

    assert_eq!(answered(too_many(None)), too_many(None));
    let start = Instant::now();
    assert_eq!((other().await, start.elapsed()), (Ok(200), secs(20)));
}

#[tokio::test(start_paused = true)]
async fn a_success_may_say_so_too() {
    #[rate_limit(
        name = "rate: by values",
        paused_if_ok = |status| *status == 429,
        retry_after_ok = |status| Some(Duration::from_millis(u64::from(*status))),
        max_retry_after = 400ms,
        default_retry_after = 300ms
    )]
    async fn answered(status: u16) -> Answered {
        Ok(status)
    }

    assert_eq!(answered(200).await, Ok(200));
    assert_eq!((answered(429).await, answered(200).await), (Ok(429), STOPPED));
    assert_eq!(limiter("rate: by values").held_for(), millis(400), "the longest time cuts it");
}

#[tokio::test(start_paused = true)]
async fn a_pause_is_never_shortened_by_a_later_shorter_one() {
    #[rate_limit(name = "rate: pauses", paused_on(Answer::TooMany { .. }), retry_after = Answer::retry_after)]
    async fn answered(answer: Answered, after: Duration) -> Answered {
        sleep(after).await;
        answer
    }

    let (long, short) = tokio::join!(answered(too_many(Some(60)), millis(1)), answered(too_many(Some(5)), millis(2)));
    assert_eq!((long, short), (too_many(Some(60)), too_many(Some(5))));
    assert_eq!(limiter("rate: pauses").held_for(), millis(59_999));
    limiter("rate: pauses").resume();
    assert_eq!(answered(Ok(200), Duration::ZERO).await, Ok(200));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_from_below_says_nothing() {
    #[rate_limit(name = "rate: above", permits = 9, paused_if = |_| true)]
    #[rate_limit(name = "rate: below", permits = 1)]
    async fn answered() -> Answered {
        Ok(200)
    }

    assert_eq!((answered().await, answered().await), (Ok(200), STOPPED));
    assert_eq!((limiter("rate: above").stats().holds, limiter("rate: below").stats().holds), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_retry_waits_until_the_server_lets_it_go_on() {
    #[retry(retry_refused(rate_limited), base_delay = 1ms, max_delay = 1ms)]
    #[rate_limit(name = "rate: told to wait", paused_on(Answer::TooMany { .. }), retry_after = Answer::retry_after)]
    async fn answered(answers: &std::sync::Mutex<Vec<Answered>>) -> Answered {
        answers.lock().expect("no test panics with it").pop().expect("no further attempt")
    }

    let answers = std::sync::Mutex::new(vec![Ok(200), too_many(Some(30))]);
    let start = Instant::now();
    assert_eq!(answered(&answers).await, Ok(200));
    assert!(start.elapsed() >= secs(30) && start.elapsed() < secs(31), "{:?}", start.elapsed());
}
