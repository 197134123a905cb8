//! `fallback_on` and `fallback_if` select the errors that are answered.

use super::*;

#[test]
fn fallback_on_names_the_errors_to_answer() {
    #[fallback(default, fallback_on(Fault::Network | Fault::Status(500..=599)))]
    fn call(fault: Fault) -> Answer {
        Err(fault)
    }

    assert_eq!(call(Fault::Network), answer(""));
    assert_eq!(call(Fault::Status(500)), answer(""));
    assert_eq!(call(Fault::Status(404)), Err(Fault::Status(404)));
}

#[test]
fn a_guard_sees_the_bindings_and_the_arguments() {
    #[fallback(default, fallback_on(Fault::Status(status) if *status >= least))]
    fn call(status: u64, least: u64) -> Answer {
        Err(Fault::Status(status))
    }

    assert_eq!(call(500, 500), answer(""));
    assert_eq!(call(499, 500), Err(Fault::Status(499)));
}

#[test]
fn fallback_if_takes_a_path_or_a_closure() {
    fn is_network(fault: &Fault) -> bool {
        *fault == Fault::Network
    }

    #[fallback(default, fallback_if = is_network)]
    fn by_path(fault: Fault) -> Answer {
        Err(fault)
    }

    #[fallback(default, fallback_if = |fault| *fault == answered)]
    fn by_closure(fault: Fault, answered: Fault) -> Answer {
        Err(fault)
    }

    assert_eq!(by_path(Fault::Network), answer(""));
    assert_eq!(by_path(Fault::Cache), Err(Fault::Cache));
    assert_eq!(by_closure(Fault::Cache, Fault::Cache), answer(""));
    assert_eq!(by_closure(Fault::Cache, Fault::Network), Err(Fault::Cache));
}

#[tokio::test(start_paused = true)]
async fn an_expired_timeout_is_always_answered() {
    #[fallback(default, fallback_on(Fault::Network))]
    #[timeout(1s)]
    async fn call() -> Answer {
        std::future::pending().await
    }

    assert_eq!(call().await, answer(""));
}

#[tokio::test]
async fn an_open_breaker_is_always_answered() {
    #[fallback(default, fallback_if = |_| false)]
    #[circuit_breaker(name = "fallback: open", failure_threshold = 1)]
    async fn call() -> Answer {
        Err(Fault::Network)
    }

    assert_eq!(call().await, Err(Fault::Network));
    assert_eq!(call().await, answer(""));
}

#[test]
fn a_full_bulkhead_is_always_answered() {
    #[fallback(default, fallback_if = |_| false)]
    #[bulkhead(name = "fallback: full", max_concurrent = 1)]
    fn call() -> Answer {
        Err(Fault::Network)
    }

    assert_eq!(call(), Err(Fault::Network));
    let slot = registry().bulkhead("fallback: full").expect("it has run").try_acquire().expect("free");
    assert_eq!(call(), answer(""));
    drop(slot);
}

#[test]
fn the_filter_stands_for_all_answers_and_not_for_their_errors() {
    #[fallback(|_| Err(Fault::Cache), |error| Ok(format!("after {error:?}")), fallback_on(Fault::Network))]
    fn call(fault: Fault) -> Answer {
        Err(fault)
    }

    assert_eq!(call(Fault::Network), answer("after Cache"), "the second is asked whatever the first failed with");
    assert_eq!(call(Fault::Cache), Err(Fault::Cache));
}
