//! A constant limit may be an `Option`: `None` is no limit.

use std::cell::Cell;
use std::thread::{self, ThreadId};
use std::time::Duration;

use resilient::{Error, TimeoutPolicy, bulkhead, remaining, retry, timeout};
use resilient_tests::secs;

const NONE: Option<Duration> = None;
const SOME: Option<Duration> = Some(secs(2));
const PLAIN: Duration = secs(2);
static STATIC_NONE: Option<Duration> = None;
static STATIC_SOME: Option<Duration> = Some(secs(2));
const NEVER: TimeoutPolicy = TimeoutPolicy::new(Duration::MAX);

#[derive(Debug, PartialEq)]
enum Fault {
    Own,
    TimedOut(Duration),
    Full,
}

impl From<Error> for Fault {
    fn from(refusal: Error) -> Self {
        match refusal {
            Error::TimedOut { after, .. } => Self::TimedOut(after),
            _ => Self::Full,
        }
    }
}

/// Limits that are associated constants: an item in a function's body cannot name the type parameter.
trait Limits {
    const LIMIT: Option<Duration>;
    const PLAIN: Duration = PLAIN;
}

struct Patient;

impl Limits for Patient {
    const LIMIT: Option<Duration> = None;
}

struct Impatient;

impl Limits for Impatient {
    const LIMIT: Option<Duration> = SOME;
}

type Seen = Result<Option<Duration>, Fault>;

#[tokio::test(start_paused = true)]
async fn a_timeout_takes_constants_of_both_types() {
    #[timeout(NONE)]
    async fn none() -> Seen {
        Ok(remaining())
    }
    #[timeout(duration = STATIC_NONE)]
    async fn static_none() -> Seen {
        Ok(remaining())
    }
    #[timeout(policy = NEVER)]
    async fn never() -> Seen {
        Ok(remaining())
    }
    #[timeout(policy = TimeoutPolicy::new(secs(9)), duration = NONE)]
    async fn changed() -> Seen {
        Ok(remaining())
    }
    #[timeout(SOME)]
    async fn some() -> Seen {
        Ok(remaining())
    }
    #[timeout(STATIC_SOME)]
    async fn static_some() -> Seen {
        Ok(remaining())
    }
    #[timeout(PLAIN)]
    async fn plain() -> Seen {
        Ok(remaining())
    }
    #[timeout(policy = NEVER, duration = SOME)]
    async fn changed_to_some() -> Seen {
        Ok(remaining())
    }

    assert_eq!([none().await, static_none().await, never().await, changed().await], [const { Ok(None) }; 4]);
    let limited = [some().await, static_some().await, plain().await, changed_to_some().await];
    assert_eq!(limited, [const { Ok(SOME) }; 4]);
}

#[tokio::test(start_paused = true)]
async fn and_those_of_types() {
    #[timeout(L::LIMIT)]
    async fn optional<L: Limits>() -> Seen {
        Ok(remaining())
    }
    #[timeout(L::PLAIN)]
    async fn plain<L: Limits>() -> Seen {
        Ok(remaining())
    }

    assert_eq!(optional::<Patient>().await, Ok(None));
    assert_eq!(optional::<Impatient>().await, Ok(SOME));
    assert_eq!(plain::<Patient>().await, Ok(SOME));
}

#[tokio::test(start_paused = true)]
async fn each_attempt_of_an_absent_limit_is_without_one_though_it_grows() {
    #[retry(max_attempts = 3)]
    #[timeout(NONE, step = 1s)]
    async fn call(ran: &Cell<u32>) -> Seen {
        ran.set(ran.get() + 1);
        assert_eq!(remaining(), None);
        Err(Fault::Own)
    }

    let ran = Cell::new(0);
    assert_eq!(call(&ran).await, Err(Fault::Own));
    assert_eq!(ran.get(), 3);
}

#[test]
fn a_sync_body_without_a_limit_runs_in_place() {
    #[timeout(NONE)]
    fn none() -> Result<ThreadId, Fault> {
        Ok(thread::current().id())
    }
    #[timeout(policy = NEVER)]
    fn never() -> Result<ThreadId, Fault> {
        Ok(thread::current().id())
    }
    #[timeout(SOME)]
    fn some() -> Result<ThreadId, Fault> {
        Ok(thread::current().id())
    }

    let here = thread::current().id();
    assert_eq!((none(), never()), (Ok(here), Ok(here)));
    assert_ne!(some(), Ok(here));
}

#[tokio::test(start_paused = true)]
async fn the_time_of_a_retry_may_be_absent() {
    #[retry(max_attempts = 4, backoff = constant, base_delay = 1s, jitter = none, max_elapsed = NONE)]
    async fn none(ran: &Cell<u32>) -> Result<(), Fault> {
        ran.set(ran.get() + 1);
        Err(Fault::Own)
    }
    #[retry(max_attempts = 4, backoff = constant, base_delay = 1s, jitter = none, max_elapsed = STATIC_SOME)]
    async fn some(ran: &Cell<u32>) -> Result<(), Fault> {
        ran.set(ran.get() + 1);
        Err(Fault::Own)
    }
    #[retry(max_attempts = 4, backoff = constant, base_delay = 1s, jitter = none, max_elapsed = L::LIMIT)]
    async fn generic<L: Limits>(ran: &Cell<u32>) -> Result<(), Fault> {
        ran.set(ran.get() + 1);
        Err(Fault::Own)
    }
    #[retry(max_attempts = unlimited, backoff = constant, base_delay = 1s, jitter = none, max_elapsed = PLAIN)]
    async fn unlimited(ran: &Cell<u32>) -> Result<(), Fault> {
        ran.set(ran.get() + 1);
        Err(Fault::Own)
    }

    let attempts = [Cell::new(0), Cell::new(0), Cell::new(0), Cell::new(0), Cell::new(0)];
    assert_eq!(none(&attempts[0]).await, Err(Fault::Own));
    assert_eq!(some(&attempts[1]).await, Err(Fault::Own));
    assert_eq!(generic::<Patient>(&attempts[2]).await, Err(Fault::Own));
    assert_eq!(generic::<Impatient>(&attempts[3]).await, Err(Fault::Own));
    assert_eq!(unlimited(&attempts[4]).await, Err(Fault::Own));
    assert_eq!(attempts.map(Cell::into_inner), [4, 3, 4, 3, 3]);
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_a_slot_goes_on_without_a_limit() {
    #[bulkhead(max_concurrent = 1, max_wait = NONE)]
    async fn patient() -> Result<(), Fault> {
        tokio::time::sleep(secs(100)).await;
        Ok(())
    }
    #[bulkhead(max_concurrent = 1, max_wait = SOME)]
    async fn impatient() -> Result<(), Fault> {
        tokio::time::sleep(secs(100)).await;
        Ok(())
    }

    assert_eq!(tokio::join!(patient(), patient()), (Ok(()), Ok(())));
    assert_eq!(tokio::join!(impatient(), impatient()), (Ok(()), Err(Fault::Full)));
}
