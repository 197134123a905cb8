//! Settings that differ at one place.

use std::time::Duration;

use resilient::{ErrorKind, apply};
use resilient_tests::millis;
use tokio::time::Instant;

use super::*;

const TIMED_OUT: Result<u32, Fault> = Err(Fault::Refused(ErrorKind::TimedOut));

async fn taken(ran: &Ran, future: impl Future<Output = Result<u32, Fault>>) -> (Result<u32, Fault>, u32, Duration) {
    let start = Instant::now();
    (future.await, ran.taken(), start.elapsed())
}

async fn hangs(ran: &Ran) -> Result<u32, Fault> {
    ran.count();
    tokio::time::sleep(secs(100)).await;
    Ok(7)
}

policy! {
    several =
        #[timeout(10s)]
        #[retry(max_attempts = 3, base_delay = 1s, backoff = constant, jitter = none, retry_on(crate::Fault::Refused(_)))]
        #[timeout(duration = 2s)];
    answered = #[fallback(|_| Ok(1), value = 2, fallback_on(_))] #[timeout(1s)];
}

#[apply(several)]
async fn as_it_is(ran: &Ran) -> Result<u32, Fault> {
    hangs(ran).await
}

#[apply(several, timeout.2(4s), retry(max_attempts = 2))]
async fn setting_by_setting(ran: &Ran) -> Result<u32, Fault> {
    hangs(ran).await
}

#[apply(several, timeout.1(5s))]
async fn the_first(ran: &Ran) -> Result<u32, Fault> {
    hangs(ran).await
}

#[tokio::test(start_paused = true)]
async fn replace_those_of_the_stack() {
    let ran = Ran::default();
    assert_eq!(taken(&ran, as_it_is(&ran)).await, (TIMED_OUT, 3, secs(8)));
    assert_eq!(taken(&ran, setting_by_setting(&ran)).await, (TIMED_OUT, 2, secs(9)), "the pause is the stack's");
    assert_eq!(taken(&ran, the_first(&ran)).await, (TIMED_OUT, 2, secs(5)));
}

#[tokio::test(start_paused = true)]
async fn may_use_arguments_and_what_this_module_has() {
    const LIMIT: Duration = secs(3);

    #[apply(upstream, timeout(limit), retry(max_attempts = attempts))]
    async fn of_arguments(ran: &Ran, limit: Duration, attempts: u32) -> Result<u32, Fault> {
        hangs(ran).await
    }

    #[apply(upstream, timeout(LIMIT))]
    async fn of_this_function(ran: &Ran) -> Result<u32, Fault> {
        hangs(ran).await
    }

    let ran = Ran::default();
    assert_eq!(taken(&ran, of_arguments(&ran, secs(2), 3)).await, (TIMED_OUT, 3, secs(6) + 2 * PAUSE));
    assert_eq!(taken(&ran, of_this_function(&ran)).await, (TIMED_OUT, 2, secs(6) + PAUSE));
}

/// What a pause of zero takes of a clock that stands still.
const PAUSE: Duration = resilient_tests::PAUSE_OF_ZERO;

#[tokio::test(start_paused = true)]
async fn a_filter_takes_the_place_of_the_other_kind() {
    #[apply(several, retry(retry_if = |error| *error == Fault::Own))]
    async fn filtered(ran: &Ran) -> Result<u32, Fault> {
        ran.fails()
    }

    #[apply(several, retry(retry_if_result = |result| matches!(result, Err(Fault::Own) | Ok(7))))]
    async fn filtered_whole(ran: &Ran) -> Result<u32, Fault> {
        ran.count();
        Ok(7)
    }

    let ran = Ran::default();
    assert_eq!(taken(&ran, filtered(&ran)).await, (Err(Fault::Own), 3, secs(2)));
    assert_eq!(taken(&ran, filtered_whole(&ran)).await, (Ok(7), 3, secs(2)));
}

#[tokio::test(start_paused = true)]
async fn answers_take_the_place_of_all_answers() {
    #[apply(answered, fallback(value = 3))]
    async fn by_value(ran: &Ran) -> Result<u32, Fault> {
        hangs(ran).await
    }

    #[apply(answered, fallback(|_| Err(Fault::Own)))]
    async fn by_closure(ran: &Ran) -> Result<u32, Fault> {
        hangs(ran).await
    }

    let ran = Ran::default();
    assert_eq!(by_value(&ran).await, Ok(3));
    assert_eq!(by_closure(&ran).await, Err(Fault::Own));
}

#[tokio::test(start_paused = true)]
async fn act_on_each_method_of_an_impl() {
    struct Client(Ran);

    #[apply(several, timeout.1(3500ms), except(other))]
    impl Client {
        async fn first(&self) -> Result<u32, Fault> {
            hangs(&self.0).await
        }

        #[apply(several, timeout.1(4s))]
        async fn second(&self) -> Result<u32, Fault> {
            hangs(&self.0).await
        }

        async fn other(&self) -> Result<u32, Fault> {
            self.0.fails()
        }
    }

    let client = Client(Ran::default());
    assert_eq!(taken(&client.0, client.first()).await, (TIMED_OUT, 2, millis(3500)));
    assert_eq!(taken(&client.0, client.second()).await, (TIMED_OUT, 2, secs(4)));
    assert_eq!(taken(&client.0, client.other()).await, (Err(Fault::Own), 1, secs(0)));
}
