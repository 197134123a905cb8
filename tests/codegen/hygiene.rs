//! Users' names that must not collide with generated code: items named like local variables, traits that give every
//! type methods, and generics of the function or its `impl`.
#![deny(warnings)]

use resilient::{Error, RetryEvent, bulkhead, circuit_breaker, fallback, retry, timeout};

type Outcome<T> = Result<T, Error>;

/// Constants, statics and unit structs: a pattern with the name of one of them refers to it and binds nothing.
#[allow(dead_code, non_upper_case_globals, non_camel_case_types)]
mod items {
    macro_rules! items {
        (const: $($constant:ident)*; static: $($statik:ident)*; struct: $($unit:ident)*;) => {
            $(pub(super) const $constant: u8 = 0;)*
            $(pub(super) static $statik: u8 = 0;)*
            $(pub(super) struct $unit;)*
        };
    }

    items! {
        const: policy outcome pause error verdict attempt retrying answer failure value limit site it end into this;
        static: job body argument later returns refusal lifted deadline event result delay index left right observer;
        struct: retry_policy name key call future filter predicate guard permit slot pipeline unit next own;
    }
}

/// Methods for every type: those that take `self` by value take precedence over those by reference.
#[allow(dead_code, clippy::new_ret_no_self, clippy::should_implement_trait)]
mod methods {
    macro_rules! methods {
        ($name:ident($this:ty): $($method:ident)*) => {
            pub(super) trait $name: Sized {
                $(fn $method(self: $this) {})*
            }

            impl<T> $name for T {}
        };
    }

    methods! {
        ByValue(Self):
        next get own begin wrap success guard guard_blocking guard_cooperative guard_on_another_thread lift lift_call
        lift_future look settled unrefused error error_by own_error instead kind number observe retry_if retry_if_ok
        retry_after outcome failure of of_call of_future resolve checked copied crosses into_source refused
        from_refusal into_answer sleep new max_attempts poll
    }

    methods! { ByReference(&Self): state run call name policy stats limit policy_of as_error widen count }
}

mod free {
    #[allow(unused_imports)]
    use super::items::*;
    #[allow(unused_imports)]
    use super::methods::*;
    use super::*;

    #[retry(max_attempts = 2, base_delay = 1ms, retry_if = |_| true, on_retry = |_: &RetryEvent<'_, Error>| ())]
    fn retried(id: u32) -> Outcome<u32> {
        Ok(id)
    }

    #[retry(max_attempts = id + 2, base_delay = 1ms, retry_on(Error::TimedOut { .. } if id > 0), exhausted = wrap)]
    async fn retried_async(mut id: u32) -> Outcome<u32> {
        id += 1;
        Ok(id)
    }

    #[retry(max_attempts = 2, base_delay = 1ms, retry_if_ok = |found: &u32| *found > 100, bind = turn)]
    fn polled(id: u32) -> u32 {
        id + turn.number()
    }

    #[circuit_breaker(name = "hygiene, free", failure_threshold = 3, failure_on(Error::TimedOut { .. }))]
    fn broken(id: u32) -> Outcome<u32> {
        Ok(id)
    }

    #[circuit_breaker(name = "hygiene, free", map_err = |given| given)]
    async fn broken_async(id: u32) -> Outcome<u32> {
        Ok(id)
    }

    #[timeout(5s)]
    fn limited(mut id: u32) -> Outcome<u32> {
        id += 1;
        Ok(id)
    }

    #[retry(base_delay = 1ms)]
    #[timeout(5s, step = 1s)]
    async fn limited_async(id: u32) -> Outcome<u32> {
        Ok(id)
    }

    #[timeout(5s, cooperative)]
    fn limited_in_place(id: u32) -> Outcome<u32> {
        Ok(id)
    }

    #[bulkhead(max_concurrent = 3)]
    fn shared(id: u32) -> Outcome<u32> {
        Ok(id)
    }

    #[bulkhead(name = "hygiene, free", max_concurrent = 3)]
    async fn shared_async(id: u32) -> Outcome<u32> {
        Ok(id)
    }

    #[fallback(other, |_| Ok(7), value = 8)]
    fn answered(id: u32) -> Outcome<u32> {
        Err(refused(id))
    }

    #[fallback(other_async, |given| Err(changed(given)), default)]
    async fn answered_async((id, _): (u32, u32)) -> Outcome<u32> {
        Err(refused(id))
    }

    fn other(id: u32) -> Outcome<u32> {
        Err(refused(id))
    }

    async fn other_async((id, _): (u32, u32)) -> Outcome<u32> {
        tokio::task::yield_now().await;
        Err(refused(id))
    }

    fn changed(given: Error) -> Error {
        given
    }

    fn refused(id: u32) -> Error {
        Error::TimedOut { name: resilient::Name::new(&"hygiene"), after: std::time::Duration::from_secs(id.into()) }
    }

    #[fallback(|_| Ok(9), fallback_if = |_| true)]
    #[timeout(5s, map_err = |given| given)]
    #[retry(base_delay = 1ms, exhausted = wrap)]
    #[circuit_breaker(name = "hygiene, all", failure_threshold = 3)]
    #[bulkhead(name = "hygiene, all", max_concurrent = 3)]
    fn all(id: u32) -> Outcome<u32> {
        Ok(id)
    }

    #[fallback(|_| Ok(9), fallback_if = |_| true)]
    #[timeout(5s, map_err = |given| given)]
    #[retry(base_delay = 1ms, exhausted = wrap)]
    #[circuit_breaker(name = "hygiene, all", failure_threshold = 3)]
    #[bulkhead(name = "hygiene, all", max_concurrent = 3, map_err = |given| given)]
    async fn all_async(id: u32) -> Outcome<u32> {
        Ok(id)
    }

    #[fallback(default)]
    #[timeout(5s)]
    #[circuit_breaker(name = "hygiene, plain")]
    fn plain(id: u32) -> u32 {
        id
    }

    #[fallback(|_| 5)]
    #[timeout(5s)]
    #[bulkhead]
    async fn plain_async(id: u32) -> u32 {
        id
    }

    pub(super) async fn functions() {
        assert_eq!(retried(1).unwrap(), 1);
        assert_eq!(retried_async(1).await.unwrap(), 2);
        assert_eq!(polled(100), 102);
        assert_eq!(broken(1).unwrap(), 1);
        assert_eq!(broken_async(1).await.unwrap(), 1);
        assert_eq!(limited(1).unwrap(), 2);
        assert_eq!(limited_async(1).await.unwrap(), 1);
        assert_eq!(limited_in_place(1).unwrap(), 1);
        assert_eq!(shared(1).unwrap(), 1);
        assert_eq!(shared_async(1).await.unwrap(), 1);
        assert_eq!(answered(1).unwrap(), 7);
        assert_eq!(answered_async((1, 2)).await.unwrap(), 0);
        assert_eq!(all(1).unwrap(), 1);
        assert_eq!(all_async(1).await.unwrap(), 1);
        assert_eq!(plain(1), 1);
        assert_eq!(plain_async(1).await, 1);
    }
}

mod in_an_impl {
    #[allow(unused_imports)]
    use super::items::*;
    #[allow(unused_imports)]
    use super::methods::*;
    use super::*;

    #[derive(Clone, Copy)]
    struct Client(u32);

    impl Client {
        #[fallback(Self::other)]
        #[retry(base_delay = 1ms, max_attempts = self.0 + 2)]
        #[timeout(5s)]
        #[circuit_breaker(name = "hygiene, method")]
        #[bulkhead(name = "hygiene, method", max_concurrent = 3)]
        async fn all_async(&self, id: u32) -> Outcome<u32> {
            Ok(self.0 + id)
        }

        async fn other(&self, id: u32) -> Outcome<u32> {
            tokio::task::yield_now().await;
            Ok(self.0 * id)
        }

        #[retry(base_delay = 1ms)]
        #[timeout(5s)]
        #[circuit_breaker(name = "hygiene, method")]
        #[bulkhead(name = "hygiene, method", max_concurrent = 3)]
        fn all(self, id: u32) -> Outcome<u32> {
            Ok(self.0 + id)
        }

        #[retry(base_delay = 1ms)]
        fn counted(&mut self) -> Outcome<u32> {
            self.0 += 1;
            Ok(self.0)
        }
    }

    #[async_trait::async_trait]
    trait Get {
        async fn get_it(&self, id: u32) -> Outcome<u32>;
    }

    #[async_trait::async_trait]
    impl Get for Client {
        #[fallback(|_| Ok(id))]
        #[retry(base_delay = 1ms)]
        #[timeout(5s)]
        async fn get_it(&self, id: u32) -> Outcome<u32> {
            Ok(self.0 + id)
        }
    }

    pub(super) async fn methods() {
        let mut client = Client(1);
        assert_eq!(client.all(1).unwrap(), 2);
        assert_eq!(client.all_async(1).await.unwrap(), 2);
        assert_eq!(client.get_it(1).await.unwrap(), 2);
        assert_eq!(client.counted().unwrap(), 2);
    }
}

/// The expansion of tokio's attribute has a `let body`.
#[tokio::test]
async fn functions_act_beside_items_and_methods_of_any_name() {
    free::functions().await;
}

#[tokio::test]
async fn methods_act_beside_items_and_methods_of_any_name() {
    in_an_impl::methods().await;
}

/// Arguments and fields with the names of the attributes, all but the first of which are expanded by the first.
mod like_attributes {
    use std::time::Duration;

    use super::*;

    struct Options {
        retry: u32,
        timeout: Duration,
    }

    #[retry(base_delay = 1ms)]
    #[timeout(timeout)]
    async fn limited(url: &str, timeout: Duration) -> Outcome<String> {
        Ok(format!("{url} {}", timeout.as_secs()))
    }

    #[timeout(9s)]
    #[retry(max_attempts = retry, base_delay = 1ms)]
    #[timeout(timeout)]
    async fn pattern(Options { retry, timeout }: Options) -> Outcome<u64> {
        Ok(timeout.as_secs() + u64::from(retry))
    }

    #[fallback(|_| Ok(fallback))]
    #[timeout(Duration::from_secs(timeout.into()))]
    #[retry(max_attempts = retry, base_delay = 1ms)]
    #[circuit_breaker(name = "called like attributes")]
    #[bulkhead(max_concurrent = 3)]
    fn all(fallback: u32, timeout: u32, retry: u32, circuit_breaker: u32, bulkhead: u32) -> Outcome<u32> {
        Ok(fallback + timeout + retry + circuit_breaker + bulkhead)
    }

    #[bulkhead(max_concurrent = 3)]
    #[circuit_breaker(name = "called like attributes")]
    #[retry(max_attempts = retry, base_delay = 1ms)]
    #[timeout(Duration::from_secs(timeout.into()))]
    #[fallback(|_| Ok(fallback), fallback_if = |_| false)]
    async fn reversed(fallback: u32, timeout: u32, retry: u32, circuit_breaker: u32, bulkhead: u32) -> Outcome<u32> {
        Ok(fallback + timeout + retry + circuit_breaker + bulkhead)
    }

    #[resilient::retry(base_delay = 1ms)]
    #[resilient::timeout(Duration::from_secs(resilient.into()))]
    fn by_path(resilient: u32, timeout: u32) -> Outcome<u32> {
        Ok(resilient + timeout)
    }

    mod again {
        pub(super) use ::resilient;
    }

    #[retry(base_delay = 1ms, crate = again::resilient)]
    #[again::resilient::timeout(9s)]
    #[bulkhead]
    async fn renamed(again: u32, timeout: u32, bulkhead: u32) -> Outcome<u32> {
        Ok(again + timeout + bulkhead)
    }

    #[async_trait::async_trait]
    trait Get {
        async fn get(&self, timeout: Duration) -> Outcome<u64>;
    }

    #[async_trait::async_trait]
    impl Get for Options {
        #[retry(max_attempts = self.retry, base_delay = 1ms)]
        #[timeout(timeout)]
        async fn get(&self, timeout: Duration) -> Outcome<u64> {
            Ok((timeout + self.timeout).as_secs())
        }
    }

    #[tokio::test]
    async fn arguments_may_be_called_like_absorbed_attributes() {
        let options = || Options { retry: 2, timeout: Duration::from_secs(3) };
        assert_eq!(limited("url", Duration::from_secs(3)).await.unwrap(), "url 3");
        assert_eq!(pattern(options()).await.unwrap(), 5);
        assert_eq!(all(1, 2, 3, 4, 5).unwrap(), 15);
        assert_eq!(reversed(1, 2, 3, 4, 5).await.unwrap(), 15);
        assert_eq!(by_path(1, 2).unwrap(), 3);
        assert_eq!(renamed(1, 2, 3).await.unwrap(), 6);
        assert_eq!(options().get(Duration::from_secs(3)).await.unwrap(), 6);
    }
}

/// Imports of attributes that the first attribute expands.
mod imports {
    use resilient::{retry, timeout};

    #[retry(base_delay = 1ms)]
    #[timeout(9s)]
    async fn get(timeout: u32) -> super::Outcome<u32> {
        Ok(timeout)
    }

    #[tokio::test]
    async fn an_import_of_an_absorbed_attribute_is_used() {
        assert_eq!(get(3).await.unwrap(), 3);
    }
}
