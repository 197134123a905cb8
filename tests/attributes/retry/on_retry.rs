//! `on_retry`: a function that is called before each retry.

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
async fn it_has_the_path_of_the_function() {
    #[retry(max_attempts = 2, on_retry = |event| *name.borrow_mut() = event.name.to_owned())]
    async fn fails(name: &RefCell<String>) -> Result<(), Fault> {
        Err(Fault::Network)
    }

    let name = RefCell::default();
    assert!(fails(&name).await.is_err());
    assert_eq!(*name.borrow(), concat!(module_path!(), "::fails"));
}

#[tokio::test(start_paused = true)]
async fn it_distinguishes_errors_refusals_and_successes() {
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
    async fn run(log: &Log, seen: &RefCell<Vec<Seen>>) -> Result<usize, Fault> {
        match log.attempt() {
            1 => Err(Fault::Network),
            2 => std::future::pending().await,
            attempt => Ok(attempt),
        }
    }

    type Seen = (Option<Fault>, Option<ErrorKind>, Option<u32>);

    let seen = RefCell::default();
    assert_eq!(run(&Log::default(), &seen).await, Ok(4));
    let [failure, refusal, success]: [Seen; 3] = seen.into_inner().try_into().expect("three pauses");
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
