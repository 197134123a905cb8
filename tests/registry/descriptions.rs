//! `resilient::inspect::functions()` describes the attributes of all functions before any call.

use std::time::Duration;

use resilient::inspect::{Function, Layer, LayerKind, WorstCase, functions};
use resilient::{Backoff, Error, Jitter, Name, RetryPolicy, bulkhead, circuit_breaker, fallback, retry, timeout};

const API: RetryPolicy = RetryPolicy::new().max_attempts(5);
const USERS: &str = "users";

/// The function of this name in this file.
fn function(name: &str) -> &'static Function {
    let path = concat!(module_path!(), "::");
    let mut found = functions().filter(|function| function.path().strip_prefix(path) == Some(name));
    let function = found.next().unwrap_or_else(|| panic!("`{name}` is annotated"));
    assert!(found.next().is_none(), "`{name}` is described once");
    function
}

fn layer(name: &str) -> &'static Layer {
    let [layer] = function(name).layers() else { panic!("`{name}` has one layer") };
    layer
}

struct Client {
    limit: Duration,
}

impl Client {
    /// Fetches a user.
    #[fallback(Self::cached)]
    #[retry(max_attempts = 4, base_delay = 50ms, retry_on(Error::TimedOut { .. } | Error::BulkheadFull { limit: 1..=9, .. }))]
    #[circuit_breaker(name = USERS, failure_threshold = 5, recovery_timeout = 30s)]
    #[timeout(2s)]
    #[bulkhead(name = "users", max_concurrent = 64)]
    async fn user(&self, id: u64) -> Result<u64, Error> {
        Ok(id)
    }

    fn cached(&self, id: u64) -> Result<u64, Error> {
        self.limit.as_secs().checked_add(id).ok_or(Error::BulkheadFull { name: Name::new(&"cache"), limit: 0 })
    }

    #[retry]
    #[timeout(self.limit)]
    async fn limited(&self) -> Result<(), Error> {
        Ok(())
    }
}

mod facts {
    use super::*;

    #[test]
    fn are_there_before_any_call() {
        let user = function("user");
        assert_eq!(user.file(), file!());
        assert!(user.line() > 30 && user.line() < 45, "the line of the first attribute: {}", user.line());
        assert!(user.is_async());
        let breaker = resilient::registry().circuit_breaker(USERS).expect("an attribute names it");
        assert_eq!(breaker.stats().total_calls, 0, "nothing has been called");
    }

    #[test]
    fn name_the_layers_in_reading_order() {
        let kinds: Vec<_> = function("user").layers().iter().map(Layer::kind).collect();
        assert_eq!(
            kinds,
            [LayerKind::Fallback, LayerKind::Retry, LayerKind::CircuitBreaker, LayerKind::Timeout, LayerKind::Bulkhead]
        );
    }

    #[test]
    fn name_what_is_shared() {
        let names: Vec<_> = function("user").layers().iter().map(Layer::name).collect();
        assert_eq!(names, [None, None, Some("users"), None, Some("users")], "a constant's value, too");
    }

    #[test]
    fn hold_the_settings_as_an_attribute_would_take_them() {
        let [fallback, retry, breaker, timeout, bulkhead] = function("user").layers() else { panic!("five layers") };
        assert_eq!(fallback.setting("function"), Some("Self::cached"));
        assert_eq!(retry.setting("base_delay"), Some("50ms"));
        assert_eq!(
            retry.setting("retry_on"),
            Some("Error::TimedOut { .. } | Error::BulkheadFull { limit: 1..=9, .. }")
        );
        assert_eq!(breaker.setting("recovery_timeout"), Some("30s"));
        assert_eq!(timeout.settings().collect::<Vec<_>>(), [("duration", "2s")]);
        assert_eq!(bulkhead.settings().collect::<Vec<_>>(), [("max_concurrent", "64"), ("max_wait", "0s")]);
        assert_eq!(bulkhead.setting("max_queue"), None);
    }

    #[test]
    fn are_written_in_one_line() {
        assert_eq!(
            function("limited").to_string(),
            format!(
                "registry::descriptions::limited ({}:{}): retry(max_attempts = 3, backoff = exponential, base_delay = 100ms, \
                 max_delay = 1min, exponential_base = 2.0, jitter = full, retry_on = every error, \
                 retry_refused = timed_out, bulkhead_full, exhausted = last_error), timeout(duration = self.limit), \
                 a call takes 3 × `self.limit` + 300ms at most",
                file!(),
                function("limited").line(),
            )
        );
        drop((Client { limit: Duration::ZERO }.limited(), Client { limit: Duration::ZERO }.user(1)));
    }
}

mod defaults {
    use super::*;

    #[retry]
    fn retried() -> Result<(), Error> {
        Ok(())
    }

    /// The defaults of breakers and bulkheads are compared in `processes/verify.rs`.
    #[test]
    fn of_a_retry_are_those_of_its_policy() {
        let written = RetryPolicy::new()
            .max_attempts(3)
            .backoff(Backoff::Exponential)
            .base_delay(Duration::from_millis(100))
            .max_delay(Duration::from_secs(60))
            .exponential_base(2.0)
            .jitter(Jitter::Full)
            .retry_timed_out(true)
            .retry_bulkhead_full(true)
            .retry_circuit_open(false);
        assert_eq!(written, RetryPolicy::new());
        assert_eq!(
            layer("defaults::retried").settings().collect::<Vec<_>>(),
            [
                ("max_attempts", "3"),
                ("backoff", "exponential"),
                ("base_delay", "100ms"),
                ("max_delay", "1min"),
                ("exponential_base", "2.0"),
                ("jitter", "full"),
                ("retry_on", "every error"),
                ("retry_refused", "timed_out, bulkhead_full"),
                ("exhausted", "last_error"),
            ]
        );
        assert!(retried().is_ok());
    }
}

mod the_worst_case {
    use super::*;

    #[retry(max_attempts = 2, base_delay = 1s, jitter = none)]
    #[timeout(1min)]
    async fn known() -> Result<(), Error> {
        Ok(())
    }

    #[retry(policy = API)]
    #[timeout(1min)]
    async fn depending() -> Result<(), Error> {
        Ok(())
    }

    #[retry]
    async fn unbounded() -> Result<(), Error> {
        Ok(())
    }

    #[test]
    fn is_known_if_all_settings_are() {
        let limit = Duration::from_secs(121);
        assert_eq!(function("the_worst_case::known").worst_case(), WorstCase::Within { limit, caveat: None });
        drop(known());
    }

    #[test]
    fn leaves_a_fallback_out_and_says_so() {
        let worst_case = function("user").worst_case();
        assert_eq!(worst_case.limit(), Some(Duration::from_millis(4 * 2000 + 50 + 100 + 200)));
        assert_eq!(worst_case.to_string(), "a call takes 8.35s at most, plus the time of its fallback");
    }

    #[test]
    fn is_a_sum_of_what_is_known_later() {
        let worst_case = function("limited").worst_case();
        assert_eq!(worst_case, WorstCase::WithinSum { sum: "3 × `self.limit` + 300ms", caveat: None });
        assert_eq!(worst_case.limit(), None);
    }

    #[test]
    fn names_what_it_depends_on() {
        assert_eq!(function("the_worst_case::depending").worst_case(), WorstCase::DependsOn { values: "`API`" });
        drop(depending());
    }

    #[test]
    fn says_why_there_is_none() {
        let worst_case = function("the_worst_case::unbounded").worst_case();
        assert_eq!(worst_case, WorstCase::Unbounded { because: "its body has no timeout" });
        drop(unbounded());
    }
}

mod functions_of_every_kind {
    use super::*;

    struct Held<'a, T, const N: usize>(&'a [T; N]);

    trait Load {
        fn load(&self) -> Result<usize, Error>;

        #[retry]
        fn twice(&self) -> Result<usize, Error> {
            Ok(self.load()? * 2)
        }
    }

    impl<T: Clone, const N: usize> Load for Held<'_, T, N> {
        #[bulkhead]
        fn load(&self) -> Result<usize, Error> {
            Ok(self.0.len())
        }
    }

    #[circuit_breaker(name = "generic")]
    fn generic<T: Default>() -> Result<T, Error> {
        Ok(T::default())
    }

    #[timeout(1s)]
    fn returns_its_future() -> impl Future<Output = Result<(), Error>> {
        async { Ok(()) }
    }

    mod elsewhere {
        use super::*;

        #[retry]
        pub(super) fn in_a_module() -> Result<(), Error> {
            #[retry]
            fn in_a_body() -> Result<(), Error> {
                Ok(())
            }

            in_a_body()
        }
    }

    #[test]
    fn are_described() {
        assert_eq!(layer("functions_of_every_kind::load").to_string(), "bulkhead(max_concurrent = 10, max_wait = 0s)");
        assert_eq!(layer("functions_of_every_kind::twice").kind(), LayerKind::Retry);
        assert_eq!(layer("functions_of_every_kind::generic").name(), Some("generic"));
        assert!(function("functions_of_every_kind::returns_its_future").is_async());
        assert!(!function("functions_of_every_kind::elsewhere::in_a_module").is_async());
        assert!(!function("functions_of_every_kind::elsewhere::in_a_body").is_async());
        drop(returns_its_future());
    }

    #[test]
    fn are_described_once_however_many_instances_they_have() {
        assert_eq!((generic::<u8>().ok(), generic::<String>().ok()), (Some(0), Some(String::new())));
        assert!(Held(&[1, 2]).twice().is_ok_and(|twice| twice == 4) && Held(&['a']).load().is_ok());
        assert!(elsewhere::in_a_module().is_ok());
        let described = functions().filter(|function| function.path().contains("functions_of_every_kind")).count();
        assert_eq!(described, 6);
    }
}
