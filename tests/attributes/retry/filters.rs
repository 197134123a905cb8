//! `retry_on` and `retry_if` select the errors that are retried.

use super::*;

/// How many attempts `call` makes.
async fn attempts<F: AsyncFnOnce(&Log)>(call: F) -> usize {
    let log = Log::default();
    call(&log).await;
    log.attempts()
}

#[tokio::test(start_paused = true)]
async fn retry_on_takes_a_pattern() {
    #[retry(retry_on(Fault::Network))]
    async fn fails(fault: fn() -> Fault, log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(fault())
    }

    assert_eq!(attempts(async |log| drop(fails(|| Fault::Network, log).await)).await, 3);
    assert_eq!(attempts(async |log| drop(fails(|| Fault::Status(500), log).await)).await, 1);
}

#[tokio::test(start_paused = true)]
async fn an_error_that_is_not_retried_is_returned_as_it_is() {
    #[retry(retry_on(Fault::Network))]
    async fn fails(log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Status(404))
    }

    assert_eq!(fails(&Log::default()).await, Err(Fault::Status(404)));
}

#[tokio::test(start_paused = true)]
async fn retry_on_takes_alternatives_and_ranges() {
    #[retry(retry_on(Fault::Network | Fault::Status(429 | 500..=599)))]
    async fn fails(fault: fn() -> Fault, log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(fault())
    }

    assert_eq!(attempts(async |log| drop(fails(|| Fault::Network, log).await)).await, 3);
    assert_eq!(attempts(async |log| drop(fails(|| Fault::Status(429), log).await)).await, 3);
    assert_eq!(attempts(async |log| drop(fails(|| Fault::Status(500), log).await)).await, 3);
    assert_eq!(attempts(async |log| drop(fails(|| Fault::Status(599), log).await)).await, 3);
    assert_eq!(attempts(async |log| drop(fails(|| Fault::Status(499), log).await)).await, 1);
    assert_eq!(attempts(async |log| drop(fails(|| Fault::Status(600), log).await)).await, 1);
    assert_eq!(attempts(async |log| drop(fails(|| Fault::Wait(None), log).await)).await, 1);
}

#[tokio::test(start_paused = true)]
async fn retry_on_takes_a_rest_pattern() {
    #[retry(retry_on(Fault::Status(..)))]
    async fn fails(fault: fn() -> Fault, log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(fault())
    }

    assert_eq!(attempts(async |log| drop(fails(|| Fault::Status(1), log).await)).await, 3);
    assert_eq!(attempts(async |log| drop(fails(|| Fault::Network, log).await)).await, 1);
}

#[tokio::test(start_paused = true)]
async fn retry_on_takes_a_guard_that_sees_the_bindings_and_the_arguments() {
    #[retry(retry_on(Fault::Status(status) if *status >= least))]
    async fn fails(least: u16, status: u16, log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Status(status))
    }

    assert_eq!(attempts(async |log| drop(fails(500, 503, log).await)).await, 3);
    assert_eq!(attempts(async |log| drop(fails(504, 503, log).await)).await, 1);
}

#[tokio::test(start_paused = true)]
async fn retry_if_takes_a_path() {
    fn is_transient(fault: &Fault) -> bool {
        matches!(fault, Fault::Network)
    }

    #[retry(retry_if = is_transient)]
    async fn fails(fault: fn() -> Fault, log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(fault())
    }

    assert_eq!(attempts(async |log| drop(fails(|| Fault::Network, log).await)).await, 3);
    assert_eq!(attempts(async |log| drop(fails(|| Fault::Status(500), log).await)).await, 1);
}

#[tokio::test(start_paused = true)]
async fn retry_if_takes_a_closure_that_sees_the_arguments() {
    #[retry(retry_if = |fault| *fault == Fault::Status(retried))]
    async fn fails(retried: u16, log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Status(418))
    }

    assert_eq!(attempts(async |log| drop(fails(418, log).await)).await, 3);
    assert_eq!(attempts(async |log| drop(fails(500, log).await)).await, 1);
}

#[tokio::test(start_paused = true)]
async fn the_filter_is_asked_after_each_attempt() {
    #[retry(max_attempts = 5, retry_on(Fault::Network))]
    async fn fails(log: &Log) -> Result<(), Fault> {
        if log.attempt() < 3 { Err(Fault::Network) } else { Err(Fault::Status(404)) }
    }

    let log = Log::default();
    assert_eq!(fails(&log).await, Err(Fault::Status(404)));
    assert_eq!(log.attempts(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_predicate_may_change_what_it_borrows() {
    #[retry(retry_if = |_| { seen.push(()); true })]
    async fn fails(seen: &mut Vec<()>) -> Result<(), Fault> {
        std::future::ready(()).await;
        Err(Fault::Network)
    }

    let mut seen = Vec::new();
    assert_eq!(fails(&mut seen).await, Err(Fault::Network));
    assert_eq!(seen.len(), 3);
}
