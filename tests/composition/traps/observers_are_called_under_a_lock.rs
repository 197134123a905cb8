//! Hooks are called without a lock, so they may use the library.

use super::*;

#[test]
fn not_here_so_they_may_look_at_everything_and_call_anything() {
    #[circuit_breaker(name = "traps: observed", failure_threshold = 1, recovery_timeout = 1h)]
    #[bulkhead(name = "traps: observed", max_concurrent = 1)]
    fn observed(outcome: Outcome) -> Outcome {
        outcome
    }

    fn look_and_heal() {
        assert_eq!(registry().bulkhead("traps: observed").expect("it has run").in_flight(), 0);
        assert_eq!(breaker("traps: observed").state(), CircuitState::Open);
        breaker("traps: observed").reset();
        assert_eq!(observed(Ok(7)), Ok(7));
        registry().circuit_breaker_or_insert("traps: made by an observer", BreakerPolicy::new());
        assert_eq!(observed(BAD), BAD);
    }

    #[retry(
        base_delay = 0s, retry_if = |_| { look_and_heal(); true }, retry_if_ok = |_| { look_and_heal(); true },
        retry_after = |_| { look_and_heal(); None }, on_retry = |_| look_and_heal()
    )]
    #[circuit_breaker(name = "traps: observing", failure_if = |_| { look_and_heal(); true })]
    #[bulkhead(name = "traps: observing", max_concurrent = 1)]
    fn observing(ran: &Cell<u32>) -> Outcome {
        ran.set(ran.get() + 1);
        if ran.get() == 1 { BAD } else { Ok(ran.get()) }
    }

    assert_eq!(observed(BAD), BAD);
    assert_eq!(observing(&Cell::new(0)), Ok(3));
}
