//! Type parameters and const generics in settings and results.
#![deny(warnings, clippy::pedantic)]

use std::fmt::{Debug, Display};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use resilient::{Error, RetryPolicy, fallback, retry, timeout};

fn refusal() -> Error {
    Error::TimedOut { name: resilient::Name::new(&"generics"), after: Duration::ZERO }
}

/// The module has constants with the names of the const generics, of other types and values.
mod const_generics_that_hide_constants {
    use super::*;

    #[allow(dead_code, reason = "it is hidden")]
    const N: &str = "a name";
    #[allow(dead_code, reason = "it is hidden")]
    const ATTEMPTS: u32 = 0;

    #[retry(max_attempts = ATTEMPTS, base_delay = 1ms)]
    fn of_the_function<const ATTEMPTS: usize>(calls: &AtomicU32) -> Result<(), Error> {
        calls.fetch_add(1, Ordering::Relaxed);
        Err(refusal())
    }

    struct Client<const N: usize>;

    impl<const N: usize> Client<N> {
        #[retry(max_attempts = N, base_delay = 1ms)]
        fn of_the_impl(calls: &AtomicU32) -> Result<(), Error> {
            calls.fetch_add(1, Ordering::Relaxed);
            Err(refusal())
        }
    }

    #[test]
    fn they_are_the_counts() {
        let calls = AtomicU32::new(0);
        of_the_function::<2>(&calls).unwrap_err();
        assert_eq!(calls.swap(0, Ordering::Relaxed), 2);
        Client::<4>::of_the_impl(&calls).unwrap_err();
        assert_eq!(calls.load(Ordering::Relaxed), 4);
    }
}

mod const_generics_in_settings {
    use super::*;

    #[retry(max_attempts = N, base_delay = 1ms)]
    fn of_the_function<const N: u32>(calls: &AtomicU32) -> Result<(), Error> {
        calls.fetch_add(1, Ordering::Relaxed);
        Err(refusal())
    }

    #[retry(max_attempts = N, base_delay = 1ms, jitter = none)]
    #[timeout(Duration::from_millis(MILLIS))]
    async fn of_the_async_function<const N: u32, const MILLIS: u64>(calls: &AtomicU32) -> Result<(), Error> {
        calls.fetch_add(1, Ordering::Relaxed);
        std::future::pending().await
    }

    #[derive(Default)]
    struct Client<const ATTEMPTS: u32> {
        calls: AtomicU32,
    }

    impl<const ATTEMPTS: u32> Client<ATTEMPTS> {
        const RETRY: RetryPolicy = RetryPolicy::new().max_attempts(ATTEMPTS).base_delay(Duration::from_millis(1));

        #[retry(max_attempts = ATTEMPTS, base_delay = 1ms)]
        fn blocks(&self) -> Result<(), Error> {
            self.calls.fetch_add(1, Ordering::Relaxed);
            Err(refusal())
        }

        #[retry(max_attempts = ATTEMPTS + 1, base_delay = 1ms)]
        async fn waits(&self) -> Result<(), Error> {
            self.calls.fetch_add(1, Ordering::Relaxed);
            Err(refusal())
        }

        #[retry(policy = Self::RETRY, max_delay = 1s)]
        fn by_policy(&self) -> Result<(), Error> {
            self.calls.fetch_add(1, Ordering::Relaxed);
            Err(refusal())
        }

        #[retry(max_attempts = ATTEMPTS, base_delay = 1ms)]
        async fn without_a_receiver(calls: &AtomicU32) -> Result<(), Error> {
            calls.fetch_add(1, Ordering::Relaxed);
            Err(refusal())
        }
    }

    /// A constant looks the same to the macro.
    const TIMES: u32 = 4;

    #[retry(max_attempts = TIMES, base_delay = 1ms)]
    async fn by_a_constant(calls: &AtomicU32) -> Result<(), Error> {
        calls.fetch_add(1, Ordering::Relaxed);
        Err(refusal())
    }

    #[tokio::test(start_paused = true)]
    async fn they_count() {
        let calls = AtomicU32::new(0);
        assert!(of_the_function::<5>(&calls).is_err());
        assert_eq!(calls.swap(0, Ordering::Relaxed), 5);
        assert!(of_the_async_function::<6, 20>(&calls).await.is_err());
        assert_eq!(calls.swap(0, Ordering::Relaxed), 6);
        let client = Client::<7>::default();
        assert!(client.blocks().is_err());
        assert_eq!(client.calls.swap(0, Ordering::Relaxed), 7);
        assert!(client.waits().await.is_err());
        assert_eq!(client.calls.swap(0, Ordering::Relaxed), 8);
        assert!(client.by_policy().is_err());
        assert_eq!(client.calls.swap(0, Ordering::Relaxed), 7);
        assert!(Client::<2>::without_a_receiver(&calls).await.is_err());
        assert_eq!(calls.swap(0, Ordering::Relaxed), 2);
        assert!(by_a_constant(&calls).await.is_err());
        assert_eq!(calls.swap(0, Ordering::Relaxed), 4);
        {
            const TIMES: u32 = 3;

            #[retry(max_attempts = TIMES, base_delay = 1ms)]
            fn by_a_constant_of_a_block(calls: &AtomicU32) -> Result<(), Error> {
                calls.fetch_add(1, Ordering::Relaxed);
                Err(refusal())
            }

            assert!(by_a_constant_of_a_block(&calls).is_err());
            assert_eq!(calls.swap(0, Ordering::Relaxed), 3);
        }
    }
}

mod opaque_types_in_results {
    use super::*;

    type Boxed<T> = Box<T>;

    trait Pairs {
        type Left;
        type Right;
    }

    impl<L, R> Pairs for (L, R) {
        type Left = L;
        type Right = R;
    }

    #[retry(base_delay = 1ms)]
    fn of_a_trait_object(count: u32) -> Result<Box<dyn Iterator<Item = impl Display>>, Error> {
        Ok(Box::new(0..count))
    }

    #[retry(base_delay = 1ms)]
    async fn of_a_trait_object_async(
        count: u32,
    ) -> Result<Box<dyn Iterator<Item = impl Display + use<>> + Send + 'static>, Error> {
        if count == 0 {
            return Ok(Box::new(std::iter::empty::<u32>()));
        }
        Ok(Box::new(0..count))
    }

    #[fallback(|_| Err(refusal()))]
    #[timeout(3s)]
    fn of_all_sorts(
        count: u32,
    ) -> Result<(Boxed<impl Display + Send>, Vec<[Option<impl Debug + Send>; 1]>, &'static str), Error> {
        Ok((Box::new(count), vec![[Some(count)]], "last"))
    }

    #[retry(base_delay = 1ms)]
    fn of_a_reference<'a>(count: &'a u32) -> Result<(&'a (impl Display + 'a), &'a [impl Display]), Error> {
        Ok((count, std::slice::from_ref(count)))
    }

    #[retry(base_delay = 1ms)]
    fn of_a_pointer(count: u32) -> Result<*const impl Display, Error> {
        Ok(std::ptr::from_ref(Box::leak(Box::new(count))))
    }

    #[retry(base_delay = 1ms)]
    async fn of_several(
        count: u32,
    ) -> Result<Box<dyn Pairs<Left = impl Display + Send, Right = (u32, impl Display + Send)> + Send>, Error> {
        Ok(Box::new((count, (count, "right"))) as Box<dyn Pairs<Left = u32, Right = (u32, &'static str)> + Send>)
    }

    #[retry(base_delay = 1ms)]
    fn of_a_function(count: u32) -> Result<Box<dyn Fn(u32) -> u32>, Error> {
        Ok(Box::new(move |more| count + more))
    }

    #[retry(base_delay = 1ms)]
    fn of_an_associated_type(count: u32) -> Result<impl Iterator<Item = Box<impl Display>>, Error> {
        Ok((0..count).map(Box::new))
    }

    #[retry(retry_if_ok = |items: &Vec<_>| items.is_empty(), base_delay = 1ms)]
    fn of_no_result(count: u32) -> Vec<impl Display> {
        (0..count).collect()
    }

    #[tokio::test]
    async fn they_are_left_to_the_body() {
        assert_eq!(of_a_trait_object(3).unwrap().map(|it| it.to_string()).collect::<String>(), "012");
        assert_eq!(of_a_trait_object_async(3).await.unwrap().map(|it| it.to_string()).collect::<String>(), "012");
        assert_eq!(of_all_sorts(3).unwrap().0.to_string(), "3");
        assert_eq!(of_a_reference(&3).unwrap().1[0].to_string(), "3");
        assert!(!of_a_pointer(3).unwrap().is_null());
        drop(of_several(3).await.unwrap());
        assert_eq!(of_a_function(3).unwrap()(4), 7);
        assert_eq!(of_an_associated_type(3).unwrap().count(), 3);
        assert_eq!(of_no_result(3).len(), 3);
    }
}
