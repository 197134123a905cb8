//! A half-open breaker admits as many probes as its limit.

use super::*;

#[test]
fn not_here_though_all_come_at_the_same_moment() {
    static RUNNING: AtomicU32 = AtomicU32::new(0);
    static RAN: AtomicU32 = AtomicU32::new(0);

    #[circuit_breaker(
        name = "traps: half-open", failure_threshold = 1, recovery_timeout = 1ms, half_open_max_calls = 1,
        success_threshold = 1000000
    )]
    fn call(outcome: Outcome) -> Outcome {
        assert_eq!(RUNNING.fetch_add(1, Ordering::SeqCst), 0, "one probe at a time");
        RAN.fetch_add(1, Ordering::SeqCst);
        thread::yield_now();
        RUNNING.fetch_sub(1, Ordering::SeqCst);
        outcome
    }

    assert_eq!(call(BAD), BAD);
    thread::sleep(Duration::from_millis(5));
    at_once(|| {
        for _ in 0..500 {
            let outcome = call(Ok(0));
            assert!(outcome == Ok(0) || outcome == OPEN, "{outcome:?}");
        }
    });
    assert!(RAN.load(Ordering::SeqCst) > 1);
    assert_eq!(breaker("traps: half-open").state(), CircuitState::HalfOpen);
}
