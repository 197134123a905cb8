//! `retry_after_ok`: the pause that a success asks for.

use super::*;

struct Response {
    status: u16,
    retry_after: Option<Duration>,
}

impl Response {
    const fn asked(&self) -> Option<Duration> {
        self.retry_after
    }
}

#[tokio::test(start_paused = true)]
async fn a_success_that_is_tried_again_may_ask_for_its_pause() {
    #[retry(jitter = none, retry_if_ok = |response| response.status == 503, retry_after_ok = Response::asked)]
    async fn get(log: &Log) -> Result<Response, Fault> {
        Ok(match log.attempt() {
            1 => Response { status: 503, retry_after: Some(millis(1500)) },
            2 => Response { status: 503, retry_after: None },
            _ => Response { status: 200, retry_after: Some(millis(9000)) },
        })
    }

    let log = Log::default();
    assert_eq!(get(&log).await.map(|response| response.status), Ok(200));
    assert_eq!(log.pauses_in_millis(), [1500, 200], "the second is the computed one");
}

#[tokio::test(start_paused = true)]
async fn values_and_errors_ask_each_by_its_own_setting() {
    #[retry(
        jitter = none,
        retry_if_ok = Option::is_some,
        retry_after_ok = |asked| *asked,
        retry_after = Fault::asked,
        max_retry_after = 2s,
    )]
    async fn get(log: &Log) -> Result<Option<Duration>, Fault> {
        match log.attempt() {
            1 => Ok(Some(millis(60_000))),
            2 => Err(Fault::Wait(Some(millis(300)))),
            _ => Ok(None),
        }
    }

    let log = Log::default();
    assert_eq!(get(&log).await, Ok(None));
    assert_eq!(log.pauses_in_millis(), [2000, 300]);
}

#[test]
fn it_serves_sync_functions_without_a_result() {
    #[retry(base_delay = 1min, retry_if_ok = |value| *value < 2, retry_after_ok = |_| Some(Duration::from_nanos(1)))]
    fn poll(tries: &Cell<u32>) -> u32 {
        tries.set(tries.get() + 1);
        tries.get()
    }

    assert_eq!(poll(&Cell::new(0)), 2);
}
