//! The types of settings: counts of any unsigned type, optional limits, computed names.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use resilient::{Error, bulkhead, circuit_breaker, retry};

/// Fails in every call, and counts the calls.
fn failing(calls: &AtomicU32) -> Result<(), String> {
    calls.fetch_add(1, Ordering::Relaxed);
    Err("failed".to_owned())
}

mod counts {
    use super::*;

    const ATTEMPTS: usize = 4;
    const SMALL: u8 = 2;
    const SLOTS: usize = 3;
    static QUEUE: u64 = 7;

    fn calls(run: impl FnOnce(&AtomicU32) -> Result<(), String>) -> u32 {
        let calls = AtomicU32::new(0);
        run(&calls).unwrap_err();
        calls.into_inner()
    }

    #[retry(max_attempts = ATTEMPTS, base_delay = 0s)]
    fn of_usize(calls: &AtomicU32) -> Result<(), String> {
        failing(calls)
    }

    #[retry(max_attempts = SMALL, base_delay = 0s)]
    fn of_u8(calls: &AtomicU32) -> Result<(), String> {
        failing(calls)
    }

    #[retry(max_attempts = 3usize, base_delay = 0s)]
    fn of_a_literal(calls: &AtomicU32) -> Result<(), String> {
        failing(calls)
    }

    #[retry(max_attempts = 2 + 1, base_delay = 0s)]
    fn of_numbers(calls: &AtomicU32) -> Result<(), String> {
        failing(calls)
    }

    #[retry(max_attempts = ATTEMPTS + 1, base_delay = 0s)]
    fn of_a_sum(calls: &AtomicU32) -> Result<(), String> {
        failing(calls)
    }

    #[retry(max_attempts = attempts.into(), base_delay = 0s)]
    fn converted(calls: &AtomicU32, attempts: u8) -> Result<(), String> {
        failing(calls)
    }

    #[retry(max_attempts = attempts, base_delay = 0s)]
    fn computed<N: Copy + Into<u64>>(calls: &AtomicU32, attempts: u64, _: N) -> Result<(), String> {
        failing(calls)
    }

    #[test]
    fn attempts_are_counted_in_any_unsigned_type() {
        assert_eq!(calls(of_usize), 4);
        assert_eq!(calls(of_u8), 2);
        assert_eq!(calls(of_a_literal), 3);
        assert_eq!(calls(of_numbers), 3);
        assert_eq!(calls(of_a_sum), 5);
        assert_eq!(calls(|it| converted(it, 3)), 3);
    }

    #[test]
    fn a_computed_count_of_zero_is_one() {
        assert_eq!(calls(|it| computed(it, 0, 0_u8)), 1);
        assert_eq!(calls(|it| converted(it, 0)), 1);
    }

    #[retry(max_attempts = attempts, base_delay = 0s, retry_if = |_| calls.load(Ordering::Relaxed) < 10)]
    fn up_to_ten(calls: &AtomicU32, attempts: u64) -> Result<(), String> {
        failing(calls)
    }

    #[test]
    fn a_computed_count_is_never_truncated() {
        assert_eq!(calls(|it| up_to_ten(it, (1 << 32) + 1)), 10);
    }

    struct Config;

    impl Config {
        const FAILURES: usize = 2;

        const fn probes() -> u16 {
            1
        }
    }

    #[circuit_breaker(
        name = "values: counts",
        failure_threshold = Config::FAILURES,
        half_open_max_calls = Config::probes(),
        success_threshold = SLOTS - 1
    )]
    #[bulkhead(name = "values: counts", max_concurrent = SLOTS, max_wait = 1s, max_queue = QUEUE)]
    fn shared() -> Result<(), Error> {
        Ok(())
    }

    const TEN_SECONDS: Duration = Duration::from_secs(10);

    #[circuit_breaker(name = "values: a window of calls", failure_rate = 1.0, window = SLOTS)]
    #[circuit_breaker(name = "values: a window of time", failure_rate = 1.0, window = TEN_SECONDS, min_calls = SMALL)]
    #[circuit_breaker(name = "values: a sum", failure_rate = 1.0, window = 2 + 1)]
    fn with_windows() -> Result<(), Error> {
        Ok(())
    }

    #[test]
    fn a_window_is_a_constant_of_either_kind() {
        with_windows().unwrap();
        for (name, others) in [("calls", 2), ("time", 1)] {
            let name = format!("values: a window of {name}");
            let breaker = resilient::registry().circuit_breaker(&name).expect("the breaker");
            // `reset` removes the one successful call from the breaker.
            breaker.reset();
            for _ in 0..others {
                breaker.try_acquire().unwrap().failure();
            }
            assert_eq!(breaker.state(), resilient::CircuitState::Closed, "{name}");
            breaker.try_acquire().unwrap().failure();
            assert_eq!(breaker.state(), resilient::CircuitState::Open, "{name}");
        }
    }

    #[test]
    fn shared_state_takes_constants_of_any_unsigned_type() {
        shared().unwrap();
        let breaker = resilient::registry().circuit_breaker("values: counts").expect("the breaker");
        let bulkhead = resilient::registry().bulkhead("values: counts").expect("the bulkhead");
        assert_eq!(bulkhead.limit(), 3);
        let failed = || breaker.try_acquire().map(resilient::Permit::failure);
        failed().unwrap();
        failed().unwrap();
        failed().unwrap_err();
    }
}

mod waits {
    use super::*;
    use std::sync::{Arc, Barrier};

    use tokio::time::{Instant, sleep};

    const NO_LIMIT: Option<Duration> = None;
    const A_SECOND: Option<Duration> = Some(Duration::from_secs(1));
    const DAY: Duration = Duration::from_secs(24 * 3600);

    #[bulkhead(max_concurrent = 1, max_wait = unlimited)]
    async fn unlimited(time: Duration) -> Result<(), Error> {
        sleep(time).await;
        Ok(())
    }

    #[bulkhead(max_concurrent = 1, max_wait = NO_LIMIT)]
    async fn no_limit(time: Duration) -> Result<(), Error> {
        sleep(time).await;
        Ok(())
    }

    #[bulkhead(max_concurrent = 1, max_wait = None)]
    async fn none(time: Duration) -> Result<(), Error> {
        sleep(time).await;
        Ok(())
    }

    #[bulkhead(max_concurrent = 1, max_wait = A_SECOND)]
    async fn a_second(time: Duration) -> Result<(), Error> {
        sleep(time).await;
        Ok(())
    }

    /// How long the second of two calls waits for the first, which takes a day, and the outcome of the second.
    async fn second<F: Future<Output = Result<(), Error>>>(call: impl Fn(Duration) -> F) -> (Duration, bool) {
        let start = Instant::now();
        let (first, second) = tokio::join!(call(DAY), async {
            let result = call(Duration::ZERO).await;
            (start.elapsed(), result.is_ok())
        });
        first.unwrap();
        second
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_without_a_limit_is_as_long_as_it_takes() {
        for (waited, done) in [second(unlimited).await, second(no_limit).await, second(none).await] {
            assert!(done && waited >= DAY, "{waited:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_optional_wait_that_is_there_is_a_limit() {
        let (waited, done) = second(a_second).await;
        assert!(!done && waited < Duration::from_secs(2), "{waited:?}");
    }

    #[bulkhead(max_concurrent = 1, max_wait = unlimited)]
    fn in_a_thread(end: &Barrier) -> Result<(), Error> {
        end.wait();
        Ok(())
    }

    #[test]
    fn a_sync_call_waits_without_a_limit() {
        let end = Arc::new(Barrier::new(2));
        let call = |end: Arc<Barrier>| std::thread::spawn(move || in_a_thread(&end));
        let calls = [call(end.clone()), call(end.clone())];
        // Each call meets this thread once at the barrier, one after the other, because they share a slot.
        end.wait();
        end.wait();
        for call in calls {
            call.join().expect("no panic").unwrap();
        }
    }

    #[test]
    fn the_description_says_that_nothing_limits_the_wait() {
        let function =
            resilient::inspect::functions().find(|it| it.path().ends_with("waits::unlimited")).expect("the function");
        assert_eq!(function.layers()[0].setting("max_wait"), Some("unlimited"));
        let worst_case = function.worst_case().to_string();
        assert_eq!(worst_case, "how long a call can take is unbounded, because its body has no timeout");
    }
}

mod names {
    use super::*;

    #[circuit_breaker(name = concat!("values: ", "joined"), failure_threshold = 3)]
    #[bulkhead(name = env!("CARGO_PKG_NAME"), max_concurrent = 3)]
    fn joined() -> Result<(), Error> {
        Ok(())
    }

    #[circuit_breaker(name = stringify!(values), failure_threshold = 3)]
    #[circuit_breaker(name = concat!(module_path!(), "::module"), failure_threshold = 3)]
    #[bulkhead(name = module_path!())]
    #[bulkhead(name = const { "values: block" })]
    fn of_the_module() -> Result<(), Error> {
        Ok(())
    }

    #[test]
    fn a_name_is_any_constant() {
        joined().unwrap();
        of_the_module().unwrap();
        let registry = resilient::registry();
        for name in ["values: joined", "values", "attributes::values::names::module"] {
            assert!(registry.circuit_breaker(name).is_some(), "{name}");
        }
        for name in ["resilient-tests", "attributes::values::names", "values: block"] {
            assert!(registry.bulkhead(name).is_some(), "{name}");
        }
    }
}
