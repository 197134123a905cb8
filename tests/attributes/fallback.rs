//! `#[fallback]`: what answers in place of a failure, and which failures are answered.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use resilient::{ErrorKind, bulkhead, circuit_breaker, fallback, registry, retry, timeout};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    Network,
    Status(u64),
    Cache,
    Refused(ErrorKind),
}

impl From<resilient::Error> for Fault {
    fn from(refusal: resilient::Error) -> Self {
        Self::Refused(refusal.kind())
    }
}

type Answer = Result<String, Fault>;

#[allow(clippy::unnecessary_wraps, reason = "it stands in for a function that returns a result")]
fn answer(text: &str) -> Answer {
    Ok(text.to_owned())
}

mod a_path {
    use super::*;

    fn from_cache(id: u32) -> Answer {
        answer(&format!("cached {id}"))
    }

    async fn from_mirror(id: u32) -> Answer {
        tokio::task::yield_now().await;
        answer(&format!("mirrored {id}"))
    }

    #[test]
    fn is_called_with_the_same_arguments() {
        #[fallback(from_cache)]
        fn user(id: u32) -> Answer {
            if id == 0 { answer("fresh") } else { Err(Fault::Network) }
        }

        assert_eq!(user(7), answer("cached 7"));
        assert_eq!(user(0), answer("fresh"));
    }

    #[tokio::test]
    async fn may_be_sync_or_async_in_an_async_function() {
        #[fallback(from_cache)]
        async fn sync(id: u32) -> Answer {
            Err(Fault::Network)
        }

        #[fallback(from_mirror)]
        async fn awaited(id: u32) -> Answer {
            Err(Fault::Network)
        }

        assert_eq!(sync(7).await, answer("cached 7"));
        assert_eq!(awaited(7).await, answer("mirrored 7"));
    }

    #[tokio::test]
    async fn may_lead_through_modules_and_types() {
        mod cache {
            pub(super) fn get(id: u32) -> super::Answer {
                super::from_cache(id)
            }
        }

        struct Cache;

        impl Cache {
            fn get(id: u32) -> Answer {
                answer(&format!("got {id}"))
            }
        }

        #[fallback(cache::get)]
        async fn by_module(id: u32) -> Answer {
            Err(Fault::Network)
        }

        #[fallback(Cache::get)]
        async fn by_type(id: u32) -> Answer {
            Err(Fault::Network)
        }

        assert_eq!(by_module(1).await, answer("cached 1"));
        assert_eq!(by_type(2).await, answer("got 2"));
    }

    #[tokio::test]
    async fn gets_owned_and_borrowed_arguments() {
        async fn joined(id: String, names: &[&str], log: &mut Vec<u32>) -> Answer {
            tokio::task::yield_now().await;
            log.push(2);
            answer(&format!("{id}: {}", names.join(" ")))
        }

        #[fallback(joined)]
        async fn call(id: String, names: &[&str], log: &mut Vec<u32>) -> Answer {
            log.push(1);
            Err(Fault::Network)
        }

        let mut log = Vec::new();
        assert_eq!(call("x".to_owned(), &["a", "b"], &mut log).await, answer("x: a b"));
        assert_eq!(log, [1, 2]);
    }

    #[test]
    fn gets_arguments_that_the_function_took_apart() {
        struct Point {
            x: u32,
            y: u32,
        }

        impl Clone for Point {
            fn clone(&self) -> Self {
                Self { ..*self }
            }
        }

        fn swapped((a, b): (u32, u32), Point { x, y }: Point, _: u8) -> Answer {
            answer(&format!("{b}{a}{y}{x}"))
        }

        #[fallback(swapped)]
        fn call((a, b): (u32, u32), Point { x, .. }: Point, _: u8) -> Answer {
            assert_eq!((a, b, x), (1, 2, 3));
            Err(Fault::Network)
        }

        assert_eq!(call((1, 2), Point { x: 3, y: 4 }, 0), answer("2143"));
    }

    #[test]
    fn gets_a_mut_argument_as_it_came() {
        fn counted(items: Vec<u32>) -> Answer {
            let sum: u32 = items.into_iter().sum();
            answer(&format!("{sum} in all"))
        }

        #[fallback(counted)]
        fn call(mut items: Vec<u32>) -> Answer {
            items.clear();
            Err(Fault::Network)
        }

        assert_eq!(call(vec![1, 2]), answer("3 in all"));
    }

    #[tokio::test]
    async fn of_a_method_gets_self_first() {
        struct Client {
            name: &'static str,
            calls: Cell<u32>,
            changes: u32,
        }

        impl Client {
            async fn cached(&self, id: u32) -> Answer {
                tokio::task::yield_now().await;
                self.calls.set(self.calls.get() + 1);
                answer(&format!("{} {id}", self.name))
            }

            #[fallback(Self::cached)]
            async fn user(&self, id: u32) -> Answer {
                self.calls.set(self.calls.get() + 1);
                Err(Fault::Network)
            }

            fn changed(&mut self) -> Answer {
                self.changes += 1;
                answer("changed")
            }

            #[fallback(Self::changed)]
            fn change(&mut self) -> Answer {
                self.changes += 10;
                Err(Fault::Network)
            }

            fn taken(self, id: u32) -> Answer {
                answer(&format!("{} {id} taken", self.name))
            }

            #[fallback(Client::taken)]
            fn take(self, id: u32) -> Answer {
                Err(Fault::Network)
            }
        }

        let mut client = Client { name: "ann", calls: Cell::new(0), changes: 0 };
        assert_eq!(client.user(7).await, answer("ann 7"));
        assert_eq!(client.calls.get(), 2);
        assert_eq!(client.change(), answer("changed"));
        assert_eq!(client.changes, 11);
        assert_eq!(client.take(8), answer("ann 8 taken"));
    }
}

mod a_closure {
    use super::*;

    #[tokio::test]
    async fn gets_the_error_and_may_use_the_arguments() {
        #[fallback(|error| Ok(format!("{name} after {error:?}")))]
        async fn call(name: &str) -> Answer {
            Err(Fault::Status(503))
        }

        assert_eq!(call("guest").await, answer("guest after Status(503)"));
    }

    #[test]
    fn gets_the_error_in_a_sync_function_too() {
        #[fallback(|error| if id == 0 { Err(error) } else { Ok(format!("guest {id}")) })]
        fn call(id: u32) -> Answer {
            Err(Fault::Network)
        }

        assert_eq!(call(7), answer("guest 7"));
        assert_eq!(call(0), Err(Fault::Network));
    }

    #[tokio::test(start_paused = true)]
    async fn gets_a_refusal_as_the_functions_own_error() {
        #[fallback(|error| match error {
            Fault::Refused(kind) => Ok(format!("{kind:?}")),
            other => Err(other),
        })]
        #[timeout(1s)]
        async fn call() -> Answer {
            std::future::pending().await
        }

        assert_eq!(call().await, answer("TimedOut"));
    }

    #[tokio::test]
    async fn may_be_async() {
        #[fallback(|error| async move {
            tokio::task::yield_now().await;
            Ok(format!("later, after {error:?}"))
        })]
        async fn call() -> Answer {
            Err(Fault::Network)
        }

        assert_eq!(call().await, answer("later, after Network"));
    }

    #[test]
    fn may_ignore_the_error() {
        #[fallback(|_| Ok(format!("guest {id}")))]
        fn call(id: u32) -> Answer {
            Err(Fault::Network)
        }

        assert_eq!(call(7), answer("guest 7"));
    }

    #[test]
    fn may_take_the_error_apart() {
        #[fallback(|fault: Fault| { let Fault::Status(status) = fault else { return Err(fault) }; Ok(status.to_string()) })]
        fn call(fault: Fault) -> Answer {
            Err(fault)
        }

        assert_eq!(call(Fault::Status(404)), answer("404"));
        assert_eq!(call(Fault::Network), Err(Fault::Network));
    }
}

mod a_value {
    use super::*;

    #[tokio::test]
    async fn is_that_of_a_success() {
        #[fallback(value = vec![1, 2])]
        async fn call() -> Result<Vec<u32>, Fault> {
            Err(Fault::Network)
        }

        assert_eq!(call().await, Ok(vec![1, 2]));
    }

    #[test]
    fn is_computed_only_when_it_is_needed() {
        #[fallback(value = { computed.set(computed.get() + 1); id + 1 })]
        fn call(id: u32, fails: bool, computed: &Cell<u32>) -> Result<u32, Fault> {
            if fails { Err(Fault::Network) } else { Ok(0) }
        }

        let computed = Cell::new(0);
        assert_eq!(call(7, false, &computed), Ok(0));
        assert_eq!(computed.get(), 0);
        assert_eq!(call(7, true, &computed), Ok(8));
        assert_eq!(computed.get(), 1);
    }

    #[test]
    fn is_the_default_where_that_is_said() {
        #[fallback(default)]
        fn call(fails: bool) -> Result<Vec<u32>, Fault> {
            if fails { Err(Fault::Network) } else { Ok(vec![1]) }
        }

        assert_eq!(call(true), Ok(Vec::new()));
        assert_eq!(call(false), Ok(vec![1]));
    }

    #[test]
    fn fits_an_alias_of_a_result() {
        #[fallback(value = 7)]
        fn call() -> std::io::Result<u32> {
            Err(std::io::ErrorKind::NotFound.into())
        }

        assert_eq!(call().expect("it is answered"), 7);
    }

    #[test]
    fn fits_a_result_without_a_value() {
        #[fallback(default)]
        fn call() -> Result<(), Fault> {
            Err(Fault::Network)
        }

        assert_eq!(call(), Ok(()));
    }
}

mod several {
    use super::*;

    type Log = RefCell<Vec<&'static str>>;

    fn from_cache(cache: Answer, log: &Log) -> Answer {
        log.borrow_mut().push("cache");
        cache
    }

    async fn from_disk(_: Answer, log: &Log) -> Answer {
        tokio::task::yield_now().await;
        log.borrow_mut().push("disk");
        answer("from disk")
    }

    #[tokio::test]
    async fn are_tried_in_order_until_one_succeeds() {
        #[fallback(from_cache, from_disk)]
        async fn call(cache: Answer, log: &Log) -> Answer {
            log.borrow_mut().push("body");
            Err(Fault::Network)
        }

        let log = Log::default();
        assert_eq!(call(Err(Fault::Cache), &log).await, answer("from disk"));
        assert_eq!(*log.borrow(), ["body", "cache", "disk"]);

        let log = Log::default();
        assert_eq!(call(answer("cached"), &log).await, answer("cached"));
        assert_eq!(*log.borrow(), ["body", "cache"]);
    }

    #[tokio::test]
    async fn are_each_given_the_error_of_the_one_before() {
        #[fallback(|error| { assert_eq!(error, Fault::Network); Err(Fault::Status(1)) }, |error| {
            assert_eq!(error, Fault::Status(1));
            Err(Fault::Status(2))
        }, |error| Ok(format!("after {error:?}")))]
        async fn call() -> Answer {
            Err(Fault::Network)
        }

        assert_eq!(call().await, answer("after Status(2)"));
    }

    #[test]
    fn give_the_error_of_the_last_when_all_fail() {
        #[fallback(from_cache, |error| { assert_eq!(error, Fault::Cache); Err(Fault::Status(9)) })]
        fn call(cache: Answer, log: &Log) -> Answer {
            Err(Fault::Network)
        }

        let log = Log::default();
        assert_eq!(call(Err(Fault::Cache), &log), Err(Fault::Status(9)));
    }

    #[test]
    fn may_end_with_a_value() {
        #[fallback(from_cache, value = "anyway".to_owned())]
        fn call(cache: Answer, log: &Log) -> Answer {
            Err(Fault::Network)
        }

        assert_eq!(call(Err(Fault::Cache), &Log::default()), answer("anyway"));
        assert_eq!(call(answer("cached"), &Log::default()), answer("cached"));
    }

    #[test]
    fn may_end_with_the_default() {
        #[fallback(from_cache, default)]
        fn call(cache: Answer, log: &Log) -> Answer {
            Err(Fault::Network)
        }

        assert_eq!(call(Err(Fault::Cache), &Log::default()), answer(""));
    }

    #[test]
    fn attributes_are_tried_from_the_inside_out() {
        #[fallback(|error| { log.borrow_mut().push("outer"); Ok(format!("after {error:?}")) })]
        #[fallback(from_cache)]
        fn call(cache: Answer, log: &Log) -> Answer {
            Err(Fault::Network)
        }

        let log = Log::default();
        assert_eq!(call(Err(Fault::Cache), &log), answer("after Cache"));
        assert_eq!(*log.borrow(), ["cache", "outer"]);
    }
}

mod a_fallback_that_fails {
    use super::*;

    #[tokio::test]
    async fn gives_its_own_error() {
        async fn also_fails(_: u32) -> Answer {
            tokio::task::yield_now().await;
            Err(Fault::Cache)
        }

        #[fallback(also_fails)]
        async fn call(id: u32) -> Answer {
            Err(Fault::Network)
        }

        assert_eq!(call(7).await, Err(Fault::Cache));
    }

    #[test]
    fn is_not_asked_again() {
        fn also_fails(log: &Cell<u32>) -> Answer {
            log.set(log.get() + 1);
            Err(Fault::Cache)
        }

        #[fallback(also_fails)]
        fn call(log: &Cell<u32>) -> Answer {
            Err(Fault::Network)
        }

        let log = Cell::new(0);
        assert_eq!(call(&log), Err(Fault::Cache));
        assert_eq!(log.get(), 1);
    }

    #[test]
    fn may_panic_as_any_function() {
        #[fallback(|_| panic!("on purpose"))]
        fn call() -> Answer {
            Err(Fault::Network)
        }

        let panic = std::panic::catch_unwind(call).expect_err("it panicked");
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"on purpose"));
    }
}

mod filters {
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
}

mod without_a_result {
    use super::*;

    async fn guess(takes: Duration) -> u32 {
        tokio::task::yield_now().await;
        u32::try_from(takes.as_secs()).unwrap_or(0)
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_is_answered_by_a_value() {
        #[fallback(value = 7)]
        #[timeout(1s)]
        async fn given(takes: Duration) -> u32 {
            tokio::time::sleep(takes).await;
            1
        }

        #[fallback(default)]
        #[timeout(1s)]
        async fn default(takes: Duration) -> Option<u32> {
            tokio::time::sleep(takes).await;
            Some(1)
        }

        assert_eq!(given(Duration::ZERO).await, 1);
        assert_eq!(given(Duration::MAX).await, 7);
        assert_eq!(default(Duration::ZERO).await, Some(1));
        assert_eq!(default(Duration::MAX).await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_is_answered_by_a_path() {
        #[fallback(guess)]
        #[timeout(1s)]
        async fn call(takes: Duration) -> u32 {
            tokio::time::sleep(takes).await;
            1
        }

        assert_eq!(call(Duration::from_secs(9)).await, 9);
    }

    #[tokio::test(start_paused = true)]
    async fn a_closure_is_given_the_refusal_itself() {
        #[fallback(|error| error.to_string())]
        #[timeout(1s)]
        async fn call() -> String {
            std::future::pending().await
        }

        assert_eq!(call().await, concat!("`", module_path!(), "::call` timed out after 1s"));
    }

    #[test]
    fn a_sync_function_is_answered_as_well() {
        #[fallback(|error| error.is_circuit_open())]
        #[circuit_breaker(name = "fallback: sync", failure_threshold = 1)]
        fn call() -> bool {
            false
        }

        assert!(!call());
        registry().circuit_breaker("fallback: sync").expect("it has run").force_open();
        assert!(call());
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_needs_to_be_returned_at_all() {
        #[fallback(default)]
        #[timeout(1s)]
        async fn call() {
            std::future::pending::<()>().await;
        }

        call().await;
    }
}

mod what_it_does_not_touch {
    use super::*;

    #[tokio::test]
    async fn a_success() {
        #[fallback(|_| -> Answer { panic!("it must not be asked") })]
        async fn call() -> Answer {
            answer("fine")
        }

        assert_eq!(call().await, answer("fine"));
    }

    #[tokio::test]
    async fn a_panic() {
        #[fallback(default)]
        async fn call() -> Answer {
            panic!("on purpose")
        }

        assert!(tokio::spawn(call()).await.expect_err("it panicked").is_panic());
    }

    #[tokio::test(start_paused = true)]
    async fn the_attempts_of_a_retry_below_it() {
        #[fallback(default)]
        #[retry]
        async fn call(attempts: &Cell<u32>) -> Answer {
            attempts.set(attempts.get() + 1);
            Err(Fault::Network)
        }

        let attempts = Cell::new(0);
        assert_eq!(call(&attempts).await, answer(""));
        assert_eq!(attempts.get(), 3);
    }
}

mod below_a_retry {
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
}
