//! `retry_if_result`: one filter that looks at values and errors alike.

use super::*;

#[tokio::test(start_paused = true)]
async fn it_decides_about_values_and_errors() {
    #[retry(max_attempts = 5, retry_if_result = |result| matches!(result, Ok(503) | Err(Fault::Network)))]
    async fn get(answers: &[Result<u16, Fault>], log: &Log) -> Result<u16, Fault> {
        answers[log.attempt() - 1].clone()
    }

    let log = Log::default();
    assert_eq!(get(&[Ok(503), Err(Fault::Network), Ok(200)], &log).await, Ok(200));
    assert_eq!(log.attempts(), 3);
    assert_eq!(get(&[Err(Fault::Status(404))], &Log::default()).await, Err(Fault::Status(404)));
    assert_eq!(get(&[const { Ok(503) }; 5], &Log::default()).await, Ok(503), "the last result is returned");
}

#[test]
fn it_takes_a_path_and_a_result_that_is_no_clone_in_sync_functions() {
    #[derive(Debug)]
    struct Response(u16);

    fn is_busy(result: &Result<Response, Fault>) -> bool {
        matches!(result, Ok(Response(503)))
    }

    #[retry(base_delay = 0s, retry_if_result = is_busy)]
    fn get(tries: &Cell<u16>) -> Result<Response, Fault> {
        tries.set(tries.get() + 1);
        match tries.get() {
            3 => Err(Fault::Network),
            _ => Ok(Response(503)),
        }
    }

    let tries = Cell::new(0);
    assert!(matches!(get(&tries), Err(Fault::Network)));
    assert_eq!(tries.get(), 3);
}

#[tokio::test(start_paused = true)]
async fn refusals_are_left_to_their_own_setting() {
    #[retry(retry_if_result = |_| false)]
    #[resilient::timeout(1s)]
    async fn hangs(log: &Log) -> Result<u16, Fault> {
        if log.attempt() < 3 { std::future::pending().await } else { Ok(200) }
    }

    assert_eq!(hangs(&Log::default()).await, Ok(200));
}

#[tokio::test(start_paused = true)]
async fn the_pause_and_the_hooks_go_with_it() {
    #[retry(
        max_attempts = 2,
        jitter = none,
        retry_if_result = Result::is_ok,
        retry_after_ok = |_| Some(millis(700)),
        on_retry = |event| assert!(event.error.is_none()),
        on_give_up = |event| whys.borrow_mut().push(event.why),
    )]
    async fn get(log: &Log, whys: &RefCell<Vec<GiveUpReason>>) -> Result<usize, Fault> {
        Ok(log.attempt())
    }

    let (log, whys) = (Log::default(), RefCell::default());
    assert_eq!(get(&log, &whys).await, Ok(2));
    assert_eq!(log.pauses_in_millis(), [700]);
    assert_eq!(*whys.borrow(), [GiveUpReason::MaxAttempts]);
}

#[tokio::test(start_paused = true)]
async fn it_wraps_the_last_error() {
    #[retry(max_attempts = 2, retry_if_result = Result::is_err, exhausted = wrap)]
    async fn get() -> Result<u16, Fault> {
        Err(Fault::Network)
    }

    assert_eq!(get().await, Err(Fault::Refused(ErrorKind::RetriesExhausted)));
}
