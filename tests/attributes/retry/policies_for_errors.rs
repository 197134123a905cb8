//! A policy with functions over the errors of one type.

use super::*;

const fn is_network(fault: &Fault) -> bool {
    matches!(fault, Fault::Network)
}

const fn asked(fault: &Fault) -> Option<Duration> {
    match fault {
        Fault::Wait(asked) => *asked,
        _ => None,
    }
}

thread_local!(static SEEN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) });

fn note(text: String) {
    SEEN.with_borrow_mut(|seen| seen.push(text));
}

const STEADY: RetryPolicy = RetryPolicy::new().jitter(Jitter::None).base_delay(millis(10));
const NETWORK: RetryPolicy<Fault> = STEADY.retry_if(is_network);
const ASKED: RetryPolicy<Fault> = STEADY.retry_after(asked);
const OBSERVED: RetryPolicy<Fault> =
    NETWORK.max_attempts(2).on_retry(|event| note(format!("{event}"))).on_give_up(|event| note(format!("{event}")));

#[tokio::test(start_paused = true)]
async fn its_filter_acts_in_async_and_sync_functions() {
    #[retry(policy = NETWORK)]
    async fn later(log: &Log, fault: Fault) -> Result<(), Fault> {
        log.attempt();
        Err(fault.clone())
    }

    #[retry(policy = NETWORK, base_delay = 0s)]
    fn now(log: &Log, fault: &Fault) -> Result<(), Fault> {
        log.attempt();
        Err(fault.clone())
    }

    for (fault, attempts) in [(Fault::Network, 3), (Fault::Status(404), 1)] {
        let log = Log::default();
        assert_eq!(later(&log, fault.clone()).await, Err(fault.clone()));
        assert_eq!(log.attempts(), attempts);
        let log = Log::default();
        assert_eq!(now(&log, &fault), Err(fault));
        assert_eq!(log.attempts(), attempts);
    }
}

#[tokio::test(start_paused = true)]
async fn a_filter_of_the_attribute_replaces_it() {
    #[retry(policy = NETWORK, retry_on(Fault::Status(_)))]
    async fn fails(log: &Log, fault: Fault) -> Result<(), Fault> {
        log.attempt();
        Err(fault.clone())
    }

    for (fault, attempts) in [(Fault::Network, 1), (Fault::Status(404), 3)] {
        let log = Log::default();
        assert!(fails(&log, fault).await.is_err());
        assert_eq!(log.attempts(), attempts);
    }
}

#[tokio::test(start_paused = true)]
async fn its_delays_are_those_that_errors_ask_for() {
    #[retry(policy = ASKED)]
    async fn asks(log: &Log) -> Result<(), Fault> {
        let asked = (log.attempt() == 1).then_some(millis(700));
        Err(Fault::Wait(asked))
    }

    #[retry(policy = ASKED, max_retry_after = 300ms)]
    async fn cut(log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Wait(Some(millis(700))))
    }

    #[retry(policy = ASKED, retry_after = |_| Some(millis(5)))]
    async fn replaced(log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Wait(Some(millis(700))))
    }

    let logs = [Log::default(), Log::default(), Log::default()];
    assert!(asks(&logs[0]).await.is_err());
    assert!(cut(&logs[1]).await.is_err());
    assert!(replaced(&logs[2]).await.is_err());
    assert_eq!(logs.map(|log| log.pauses_in_millis()), [[700, 20], [300, 300], [5, 5]]);
}

#[tokio::test(start_paused = true)]
async fn its_observers_are_called_with_the_name_of_the_function() {
    #[retry(policy = OBSERVED)]
    async fn later(fault: Fault) -> Result<(), Fault> {
        Err(fault.clone())
    }

    #[retry(policy = OBSERVED)]
    fn now(fault: &Fault) -> Result<(), Fault> {
        Err(fault.clone())
    }

    #[retry(policy = OBSERVED, on_retry = |event| note(format!("mine {}", event.attempt)))]
    async fn mine() -> Result<(), Fault> {
        Err(Fault::Network)
    }

    let seen = || SEEN.take().join("; ");
    assert!(later(Fault::Network).await.is_err());
    let both = seen();
    let expected = "later: attempt 1 of 2 failed (Network), the next in 10ms; ";
    assert!(both.contains(expected), "{both}");
    assert!(both.contains("later: given up after attempt 2 and 10ms (Network): no attempt is left"), "{both}");

    assert!(now(&Fault::Status(404)).is_err());
    let end = seen();
    assert!(end.contains("now: given up after attempt 1 and "), "{end}");
    assert!(end.ends_with("(Status(404)): it is not worth another attempt"), "{end}");

    assert!(mine().await.is_err());
    assert!(seen().starts_with("mine 1; "));
}

#[tokio::test(start_paused = true)]
async fn it_may_be_computed_in_the_call() {
    #[retry(policy = policy)]
    async fn given(policy: RetryPolicy<Fault>, log: &Log, fault: Fault) -> Result<(), Fault> {
        log.attempt();
        Err(fault.clone())
    }

    #[retry(policy = policy, max_attempts = attempts)]
    async fn changed(policy: RetryPolicy<Fault>, attempts: u32, log: &Log, fault: Fault) -> Result<(), Fault> {
        log.attempt();
        Err(fault.clone())
    }

    let logs = [Log::default(), Log::default(), Log::default(), Log::default()];
    assert!(given(NETWORK, &logs[0], Fault::Network).await.is_err());
    assert!(given(NETWORK, &logs[1], Fault::Status(404)).await.is_err());
    assert!(changed(NETWORK, 4, &logs[2], Fault::Network).await.is_err());
    assert!(changed(NETWORK, 4, &logs[3], Fault::Status(404)).await.is_err());
    assert_eq!(logs.map(|log| log.attempts()), [3, 1, 4, 1]);
}

#[tokio::test(start_paused = true)]
async fn one_that_wraps_needs_the_same_of_the_attribute() {
    const WRAPS: RetryPolicy<Fault> = NETWORK.exhausted(Exhausted::Wrap);

    #[retry(policy = WRAPS, exhausted = wrap)]
    async fn wraps(fault: Fault) -> Result<(), Fault> {
        Err(fault.clone())
    }

    assert_eq!(wraps(Fault::Network).await, Err(Fault::Refused(ErrorKind::RetriesExhausted)));
    assert_eq!(wraps(Fault::Status(404)).await, Err(Fault::Status(404)));
}

#[cfg(debug_assertions)]
#[tokio::test]
#[should_panic(expected = "write `exhausted = wrap` beside `policy`")]
async fn a_computed_one_that_wraps_panics_without_it() {
    #[retry(policy = policy)]
    async fn wraps(policy: RetryPolicy<Fault>) -> Result<(), Fault> {
        Err(Fault::Network)
    }

    let _ = wraps(NETWORK.exhausted(Exhausted::Wrap)).await;
}
