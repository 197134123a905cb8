//! A fallback below a retry acts in each attempt.

use super::*;

#[tokio::test(start_paused = true)]
async fn it_answers_in_each_attempt_what_its_filter_names() {
    fn cached(fault: Fault, _: &Cell<u32>) -> Answer {
        answer(&format!("in place of {fault:?}"))
    }

    #[retry]
    #[fallback(cached, fallback_on(Fault::Cache))]
    async fn call(fault: Fault, attempts: &Cell<u32>) -> Answer {
        attempts.set(attempts.get() + 1);
        Err(fault)
    }

    let attempts = Cell::new(0);
    assert_eq!(call(Fault::Cache, &attempts).await, answer("in place of Cache"));
    assert_eq!(attempts.get(), 1);
    assert_eq!(call(Fault::Network, &attempts).await, Err(Fault::Network));
    assert_eq!(attempts.get(), 1 + 3);
}

#[tokio::test(start_paused = true)]
async fn its_own_error_is_retried() {
    #[retry(retry_on(Fault::Cache))]
    #[fallback(|_| Err(Fault::Cache), fallback_on(Fault::Network))]
    async fn call(attempts: &Cell<u32>) -> Answer {
        attempts.set(attempts.get() + 1);
        if attempts.get() < 3 { Err(Fault::Network) } else { answer("third") }
    }

    let attempts = Cell::new(0);
    assert_eq!(call(&attempts).await, answer("third"));
}
