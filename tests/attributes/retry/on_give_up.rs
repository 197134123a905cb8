//! `on_give_up`: a function that is called when no further attempt is made.

use super::*;

/// Attempts, time, reason and error of each event.
type Seen = RefCell<Vec<(u32, Duration, GiveUpReason, Option<Fault>)>>;

fn note(seen: &Seen, event: &GiveUpEvent<'_, Fault>) {
    seen.borrow_mut().push((event.attempts, event.elapsed, event.why, event.failure().cloned()));
}

#[tokio::test(start_paused = true)]
async fn it_is_called_once_when_the_attempts_run_out() {
    #[retry(jitter = none, on_give_up = |event| note(seen, event))]
    async fn fails(seen: &Seen, log: &Log) -> Result<(), Fault> {
        assert!(seen.borrow().is_empty());
        log.attempt();
        Err(Fault::Network)
    }

    let seen = Seen::default();
    assert!(fails(&seen, &Log::default()).await.is_err());
    assert_eq!(*seen.borrow(), [(3, millis(300), GiveUpReason::MaxAttempts, Some(Fault::Network))]);
}

#[tokio::test(start_paused = true)]
async fn it_alone_sees_an_error_that_the_filter_declines() {
    #[retry(retry_on(Fault::Network), exhausted = wrap, on_give_up = |event| note(seen, event))]
    async fn fails(seen: &Seen) -> Result<(), Fault> {
        Err(Fault::Status(404))
    }

    let seen = Seen::default();
    assert_eq!(fails(&seen).await, Err(Fault::Status(404)), "neither wrapped nor exhausted");
    assert_eq!(*seen.borrow(), [(1, Duration::ZERO, GiveUpReason::NotRetryable, Some(Fault::Status(404)))]);
}

#[tokio::test(start_paused = true)]
async fn it_is_not_called_on_success() {
    #[retry(retry_if_ok = |value| *value < 2, on_give_up = |event| note(seen, event))]
    async fn counts(seen: &Seen, log: &Log) -> Result<usize, Fault> {
        Ok(log.attempt())
    }

    let seen = Seen::default();
    assert_eq!(counts(&seen, &Log::default()).await, Ok(2));
    assert!(seen.borrow().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_success_that_is_not_enough_has_no_error() {
    #[retry(retry_if_ok = |_| true, jitter = none, on_give_up = |event| note(seen, event))]
    async fn counts(seen: &Seen, log: &Log) -> Result<usize, Fault> {
        Ok(log.attempt())
    }

    let seen = Seen::default();
    assert_eq!(counts(&seen, &Log::default()).await, Ok(3));
    assert_eq!(*seen.borrow(), [(3, millis(300), GiveUpReason::MaxAttempts, None)]);
}

#[tokio::test(start_paused = true)]
async fn it_says_whether_the_time_or_the_deadline_ended_the_attempts() {
    #[retry(max_attempts = unlimited, max_elapsed = 1s, backoff = constant, jitter = none, on_give_up = |event| note(seen, event))]
    async fn elapsed(seen: &Seen) -> Result<(), Fault> {
        Err(Fault::Network)
    }

    #[resilient::timeout(limit)]
    #[retry(base_delay = 700ms, jitter = none, on_give_up = |event| note(seen, event))]
    async fn limited(seen: &Seen, limit: Duration) -> Result<(), Fault> {
        Err(Fault::Network)
    }

    let seen = Seen::default();
    assert!(elapsed(&seen).await.is_err());
    assert_eq!(limited(&seen, millis(1000)).await, Err(Fault::Network));
    let expected = [
        (11, millis(1000), GiveUpReason::MaxElapsed, Some(Fault::Network)),
        (2, millis(700), GiveUpReason::Deadline, Some(Fault::Network)),
    ];
    assert_eq!(*seen.borrow(), expected);
}

#[tokio::test(start_paused = true)]
async fn it_sees_a_refusal_that_is_not_retried() {
    #[retry(retry_refused(bulkhead_full), on_give_up = |event| {
        *kind.borrow_mut() = event.refusal().map(|refusal| (refusal.kind(), event.why));
    })]
    #[resilient::timeout(1s)]
    #[resilient::bulkhead(max_concurrent = 1)]
    async fn hangs(kind: &RefCell<Option<(ErrorKind, GiveUpReason)>>) -> Result<(), Fault> {
        std::future::pending().await
    }

    let kind = RefCell::default();
    assert_eq!(hangs(&kind).await, Err(Fault::Refused(ErrorKind::TimedOut)));
    assert_eq!(*kind.borrow(), Some((ErrorKind::TimedOut, GiveUpReason::NotRetryable)));
}

#[tokio::test(start_paused = true)]
async fn it_is_not_called_after_the_deadline_above() {
    #[resilient::timeout(1s)]
    #[retry(on_give_up = |event| note(seen, event))]
    async fn late(seen: &Seen) -> Result<(), Fault> {
        // The clock moves, and this returns in the same poll.
        assert!(resilient_tests::polled(advance(millis(1100)), 1).await.is_none());
        Err(Fault::Network)
    }

    let seen = Seen::default();
    assert_eq!(late(&seen).await, Err(Fault::Refused(ErrorKind::TimedOut)));
    assert!(seen.borrow().is_empty());
}

#[test]
fn it_is_called_in_sync_functions_as_well() {
    #[retry(base_delay = 0s, retry_if = |fault| *fault == Fault::Network, on_give_up = |event| note(seen, event))]
    fn fails(seen: &Seen, tries: &Cell<u32>, then: &Fault) -> Result<(), Fault> {
        tries.set(tries.get() + 1);
        Err(if tries.get() < 3 { Fault::Network } else { then.clone() })
    }

    let whys = |then: &Fault| {
        let seen = Seen::default();
        assert!(fails(&seen, &Cell::new(0), then).is_err());
        seen.into_inner().into_iter().map(|(attempts, _, why, _)| (attempts, why)).collect::<Vec<_>>()
    };
    assert_eq!(whys(&Fault::Network), [(3, GiveUpReason::MaxAttempts)]);
    assert_eq!(whys(&Fault::Status(404)), [(3, GiveUpReason::NotRetryable)]);
}

#[test]
fn a_sync_call_that_comes_back_late_calls_nothing() {
    #[resilient::timeout(1ms, cooperative)]
    #[retry(on_give_up = |event| note(seen, event))]
    fn late(seen: &Seen) -> Result<(), Fault> {
        while resilient::remaining().is_some_and(|left| !left.is_zero()) {
            std::thread::yield_now();
        }
        Err(Fault::Network)
    }

    let seen = Seen::default();
    assert_eq!(late(&seen), Err(Fault::Refused(ErrorKind::TimedOut)));
    assert!(seen.borrow().is_empty());
}
