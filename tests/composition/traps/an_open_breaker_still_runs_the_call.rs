//! An open breaker runs no call.

use super::*;

#[test]
fn not_here_whoever_calls() {
    static RAN: AtomicU32 = AtomicU32::new(0);

    #[circuit_breaker(name = "traps: open", failure_threshold = 1, recovery_timeout = 1h)]
    fn call() -> Outcome {
        RAN.fetch_add(1, Ordering::SeqCst);
        BAD
    }

    assert_eq!(call(), BAD);
    at_once(|| {
        for _ in 0..500 {
            assert_eq!(call(), OPEN);
        }
    });
    assert_eq!(RAN.load(Ordering::SeqCst), 1);
    assert_eq!(breaker("traps: open").stats().rejected_calls, 8 * 500);
}
