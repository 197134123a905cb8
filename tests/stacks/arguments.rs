//! What the settings of a stack name: arguments of the function, `self`, and what its own crate has.

use std::time::Duration;

use resilient::{ErrorKind, apply};
use resilient_tests::PAUSE_OF_ZERO;
use tokio::time::Instant;

use super::*;

/// The longest that one of these functions may take.
pub(crate) const LIMIT: Duration = secs(3);

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the form of a predicate")]
pub(crate) const fn is_worth_another(error: &Fault) -> bool {
    !matches!(error, Fault::Own)
}

pub(crate) fn refused(_: &Ran, limit: Duration) -> Result<u32, Fault> {
    u32::try_from(limit.as_secs()).map_err(|_| Fault::Own)
}

mod elsewhere {
    resilient::policy! {
        pub(crate) of_argument = #[timeout(limit)];
        pub(crate) of_self = #[timeout(self.limit * self.factor())];
        pub(crate) of_type = #[timeout(Self::LIMIT)];
        pub(crate) of_crate = #[retry(max_attempts = 2, base_delay = 0s, retry_if = crate::arguments::is_worth_another)]
            #[timeout(crate::arguments::LIMIT)];
        pub(crate) of_closure =
            #[fallback(|error| if format!("{limit:?} {error:?}").starts_with("1s Refused") { Ok(7) } else { Err(error) })]
            #[timeout(1s)];
        pub(crate) of_function = #[fallback(crate::arguments::refused)] #[timeout(1s)];
        pub(crate) of_attempt = #[retry(max_attempts = 3, base_delay = 0s, bind = attempt)];
    }
}
use elsewhere::{of_argument, of_attempt, of_closure, of_crate, of_function, of_self, of_type};

#[apply(of_argument)]
async fn limited(limit: Duration) -> Result<u32, Fault> {
    tokio::time::sleep(limit * 2).await;
    Ok(7)
}

struct Client {
    limit: Duration,
}

impl Client {
    const LIMIT: Duration = secs(4);

    fn factor(&self) -> u32 {
        u32::from(self.limit > secs(1)) + 1
    }

    #[apply(of_self)]
    async fn of_self(&self) -> Result<u32, Fault> {
        long().await;
        long().await;
        Ok(7)
    }

    #[apply(of_type)]
    async fn of_type(&self) -> Result<u32, Fault> {
        tokio::time::sleep(self.limit).await;
        Ok(7)
    }
}

#[apply(of_crate)]
async fn of_crate(ran: &Ran, secs: u64) -> Result<u32, Fault> {
    ran.count();
    tokio::time::sleep(Duration::from_secs(secs)).await;
    Err(Fault::Own)
}

/// How long it takes.
async fn taken<T>(future: impl Future<Output = T>) -> (T, Duration) {
    let start = Instant::now();
    (future.await, start.elapsed())
}

const TIMED_OUT: Result<u32, Fault> = Err(Fault::Refused(ErrorKind::TimedOut));

#[tokio::test(start_paused = true)]
async fn an_argument_is_known_by_its_name() {
    assert_eq!(taken(limited(secs(2))).await, (TIMED_OUT, secs(2)));
}

#[tokio::test(start_paused = true)]
async fn self_is_that_of_the_method() {
    let (short, long) = (Client { limit: secs(1) }, Client { limit: secs(3) });
    assert_eq!(taken(short.of_self()).await, (TIMED_OUT, secs(1)));
    assert_eq!(taken(long.of_self()).await, (TIMED_OUT, secs(6)));
    assert_eq!(taken(Client { limit: secs(9) }.of_type()).await, (TIMED_OUT, secs(4)));
}

#[tokio::test(start_paused = true)]
async fn a_path_begins_at_the_crate_of_the_stack() {
    let ran = Ran::default();
    assert_eq!(taken(of_crate(&ran, 9)).await, (TIMED_OUT, secs(6) + PAUSE_OF_ZERO));
    assert_eq!(ran.taken(), 2);
    assert_eq!(of_crate(&ran, 0).await, Err(Fault::Own));
    assert_eq!(ran.taken(), 1, "the function of the stack's crate says so");
}

#[tokio::test(start_paused = true)]
async fn a_closure_uses_arguments_also_in_text() {
    #[apply(of_closure)]
    async fn answered(limit: Duration) -> Result<u32, Fault> {
        tokio::time::sleep(limit * 3).await;
        Ok(3)
    }

    assert_eq!(answered(secs(1)).await, Ok(7));
    assert_eq!(answered(secs(2)).await, TIMED_OUT);
}

#[tokio::test(start_paused = true)]
async fn a_fallback_is_called_with_the_arguments() {
    #[apply(of_function)]
    async fn answered(ran: &Ran, limit: Duration) -> Result<u32, Fault> {
        ran.count();
        tokio::time::sleep(limit).await;
        Ok(3)
    }

    let ran = Ran::default();
    assert_eq!(answered(&ran, secs(9)).await, Ok(9));
    assert_eq!(ran.taken(), 1);
}

#[test]
fn the_body_knows_what_the_stack_binds() {
    #[apply(of_attempt)]
    fn number() -> Result<u32, Fault> {
        if attempt.is_last() { Ok(attempt.number()) } else { Err(Fault::Own) }
    }

    assert_eq!(number(), Ok(3));
}
