//! The shapes of function that may be annotated, and how the attributes are found.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt::{Debug, Display};
use std::pin::Pin;

use resilient::{bulkhead, circuit_breaker, fallback, registry, retry, timeout};
use resilient_tests::Fault;

/// How often a body ran.
#[derive(Default)]
struct Ran(Cell<u32>);

impl Ran {
    fn count(&self) -> u32 {
        self.0.set(self.0.get() + 1);
        self.0.get()
    }

    /// Fails in all attempts but the third.
    fn third(&self) -> Result<u32, Fault> {
        if self.count() < 3 { Err(Fault::Own) } else { Ok(self.0.get()) }
    }
}

async fn rest() {
    tokio::task::yield_now().await;
}

mod receivers {
    use super::*;

    #[derive(Default)]
    struct Client {
        ran: Ran,
        changes: u32,
    }

    impl Client {
        #[retry(base_delay = 0s)]
        #[timeout(1h)]
        async fn by_reference(&self) -> Result<u32, Fault> {
            rest().await;
            self.ran.third()
        }

        #[retry(base_delay = 0s)]
        #[timeout(1h)]
        async fn exclusively(&mut self) -> Result<u32, Fault> {
            rest().await;
            self.changes += 1;
            if self.changes < 3 { Err(Fault::Own) } else { Ok(self.changes) }
        }

        #[retry(base_delay = 0s)]
        #[timeout(1h)]
        async fn by_value(self) -> Result<u32, Fault> {
            rest().await;
            self.ran.third()
        }

        #[retry(base_delay = 0s)]
        #[timeout(1h)]
        async fn boxed(self: Box<Self>) -> Result<u32, Fault> {
            rest().await;
            self.ran.third()
        }

        #[retry(base_delay = 0s)]
        #[timeout(1h)]
        async fn pinned(mut self: Pin<&mut Self>) -> Result<u32, Fault> {
            rest().await;
            self.changes += 1;
            if self.changes < 3 { Err(Fault::Own) } else { Ok(self.changes) }
        }

        #[retry(base_delay = 0s)]
        #[timeout(1h, cooperative)]
        fn sync_by_reference(&self) -> Result<u32, Fault> {
            self.ran.third()
        }

        #[retry(base_delay = 0s)]
        #[timeout(1h, cooperative)]
        fn sync_exclusively(&mut self) -> Result<u32, Fault> {
            self.changes += 1;
            if self.changes < 3 { Err(Fault::Own) } else { Ok(self.changes) }
        }

        #[circuit_breaker(name = "functions: taken")]
        fn sync_by_value(self) -> Result<u32, Fault> {
            Ok(self.changes)
        }

        #[allow(clippy::boxed_local, reason = "the box is the point")]
        #[retry(base_delay = 0s)]
        fn sync_boxed(self: Box<Self>) -> Result<u32, Fault> {
            self.ran.third()
        }

        #[retry(base_delay = 0s)]
        fn sync_pinned(mut self: Pin<&mut Self>) -> Result<u32, Fault> {
            self.changes += 1;
            if self.changes < 3 { Err(Fault::Own) } else { Ok(self.changes) }
        }

        #[retry(base_delay = 0s)]
        async fn associated(ran: &Ran) -> Result<Self, Fault> {
            rest().await;
            ran.third().map(|changes| Self { changes, ..Self::default() })
        }
    }

    #[tokio::test]
    async fn may_be_any_in_async_methods() {
        assert_eq!(Client::default().by_reference().await, Ok(3));
        assert_eq!(Client::default().exclusively().await, Ok(3));
        assert_eq!(Client::default().by_value().await, Ok(3));
        assert_eq!(Box::new(Client::default()).boxed().await, Ok(3));
        assert_eq!(Pin::new(&mut Client::default()).pinned().await, Ok(3));
        assert_eq!(Client::associated(&Ran::default()).await.map(|client| client.changes), Ok(3));
    }

    #[test]
    fn may_be_any_in_sync_methods() {
        assert_eq!(Client::default().sync_by_reference(), Ok(3));
        assert_eq!(Client::default().sync_exclusively(), Ok(3));
        assert_eq!(Client::default().sync_by_value(), Ok(0));
        assert_eq!(Box::new(Client::default()).sync_boxed(), Ok(3));
        assert_eq!(Pin::new(&mut Client::default()).sync_pinned(), Ok(3));
    }
}

mod traits {
    use super::*;

    trait Service {
        const NAME: &'static str;

        fn ran(&self) -> &Ran;

        #[retry(base_delay = 0s)]
        async fn provided(&self) -> Result<u32, Fault> {
            rest().await;
            self.ran().third()
        }

        async fn required(&self) -> Result<&'static str, Fault>;

        #[fallback(|_| Ok(Self::NAME))]
        fn sync(&self) -> Result<&'static str, Fault> {
            self.ran().third().map(|_| "third")
        }
    }

    impl Service for Ran {
        const NAME: &'static str = "ran";

        fn ran(&self) -> &Ran {
            self
        }

        #[retry(base_delay = 0s)]
        #[bulkhead(max_concurrent = 1)]
        async fn required(&self) -> Result<&'static str, Fault> {
            rest().await;
            self.third().map(|_| Self::NAME)
        }
    }

    #[tokio::test]
    async fn methods_may_be_provided_or_implemented() {
        assert_eq!(Ran::default().provided().await, Ok(3));
        assert_eq!(Ran::default().required().await, Ok("ran"));
        assert_eq!(Ran::default().sync(), Ok("ran"));
    }

    #[async_trait::async_trait]
    trait Dynamic: Sync {
        async fn call(&self, attempt: &str, ran: &std::sync::Mutex<Vec<String>>) -> Result<usize, Fault>;

        #[fallback(default)]
        async fn provided(&self) -> Result<usize, Fault> {
            Err(Fault::Own)
        }
    }

    struct Client {
        name: String,
    }

    #[async_trait::async_trait]
    impl Dynamic for Client {
        #[fallback(value = ran.lock().expect("nobody panics").len() + 100)]
        #[retry(base_delay = 0s)]
        #[circuit_breaker(name = "functions: async_trait")]
        #[timeout(1h)]
        #[bulkhead(max_concurrent = 1)]
        async fn call(&self, attempt: &str, ran: &std::sync::Mutex<Vec<String>>) -> Result<usize, Fault> {
            rest().await;
            let mut ran = ran.lock().expect("nobody panics");
            ran.push(format!("{} {attempt}", self.name));
            if attempt == "never" {
                Err(Fault::Own)?;
            }
            if ran.len() < 3 {
                return Err(Fault::Own);
            }
            Ok(ran.len())
        }
    }

    #[tokio::test]
    async fn methods_may_be_those_of_async_trait() {
        let client: Box<dyn Dynamic + Send> = Box::new(Client { name: "ann".to_owned() });
        let ran = std::sync::Mutex::default();
        assert_eq!(client.call("soon", &ran).await, Ok(3));
        assert_eq!(ran.into_inner().expect("nobody panics"), ["ann soon", "ann soon", "ann soon"]);
        assert_eq!(client.call("never", &std::sync::Mutex::default()).await, Ok(103));
        assert_eq!(client.provided().await, Ok(0));
    }
}

mod signatures {
    use super::*;

    #[tokio::test]
    async fn may_be_generic() {
        #[retry(base_delay = 0s)]
        #[timeout(1h)]
        async fn awaits<'a, T, const N: usize>(values: &'a [T; N], ran: &Ran) -> Result<&'a T, Fault>
        where
            T: Debug + PartialEq,
        {
            rest().await;
            let index = ran.third()? as usize;
            Ok(&values[index % N])
        }

        #[fallback(|_| Ok(T::default()))]
        #[circuit_breaker(name = "functions: generic")]
        fn blocks<T: Default + Clone>(values: &[T], index: usize) -> Result<T, Fault> {
            values.get(index).cloned().ok_or(Fault::Own)
        }

        assert_eq!(awaits(&["a", "b"], &Ran::default()).await, Ok(&"b"));
        assert_eq!(awaits(&[1.5], &Ran::default()).await, Ok(&1.5));
        assert_eq!(blocks(&[1, 2], 1), Ok(2));
        assert_eq!(blocks::<String>(&[], 1), Ok(String::new()));
    }

    #[tokio::test]
    async fn may_have_lifetimes_elided_or_named() {
        struct Text(String);

        impl Text {
            #[retry(base_delay = 0s)]
            async fn elided(&self, ran: &Ran) -> Result<&str, Fault> {
                rest().await;
                ran.third()?;
                Ok(&self.0)
            }

            #[retry(base_delay = 0s)]
            fn named<'a>(&self, other: &'a str, ran: &Ran) -> Result<Cow<'a, str>, Fault> {
                ran.third()?;
                assert!(!self.0.is_empty());
                Ok(Cow::Borrowed(other))
            }
        }

        #[fallback(value = left)]
        async fn longer<'left: 'right, 'right>(left: &'left str, right: &'right str) -> Result<&'right str, Fault> {
            rest().await;
            if left.len() < right.len() { Ok(right) } else { Err(Fault::Own) }
        }

        let text = Text("text".to_owned());
        assert_eq!(text.elided(&Ran::default()).await, Ok("text"));
        assert_eq!(text.named("other", &Ran::default()), Ok(Cow::Borrowed("other")));
        assert_eq!(longer("ab", "c").await, Ok("ab"));
        assert_eq!(longer("a", "bc").await, Ok("bc"));
    }

    #[tokio::test]
    async fn may_take_and_give_impl_trait() {
        #[retry(base_delay = 0s)]
        async fn awaits(value: impl Display + Copy, ran: &Ran) -> Result<impl Display, Fault> {
            rest().await;
            ran.third().map(|third| format!("{value}{third}"))
        }

        #[retry(base_delay = 0s)]
        #[circuit_breaker(name = "functions: impl Trait")]
        fn blocks(ran: &Ran) -> Result<impl Iterator<Item = u32> + use<>, Fault> {
            ran.third().map(|third| 0..third)
        }

        assert_eq!(awaits("x", &Ran::default()).await.map(|text| text.to_string()), Ok("x3".to_owned()));
        assert_eq!(blocks(&Ran::default()).map(Iterator::sum), Ok(3_u32));
    }

    #[tokio::test]
    async fn may_take_patterns_and_unused_arguments() {
        struct Point {
            x: u32,
            y: u32,
        }

        #[retry(base_delay = 0s)]
        async fn awaits(
            (a, b): (u32, u32),
            Point { x, y: z }: Point,
            [c, ..]: [u32; 2],
            _: String,
            ran: &Ran,
        ) -> Result<u32, Fault> {
            rest().await;
            ran.third().map(|third| a + b + c + x + z + third)
        }

        #[timeout(1h)]
        fn on_a_helper_thread(
            (mut a, b): (Vec<u32>, u32),
            &[c, _, _]: &'static [u32; 3],
            _: String,
        ) -> Result<Vec<u32>, Fault> {
            a.push(b + c);
            Ok(a)
        }

        let sum = awaits((1, 2), Point { x: 3, y: 4 }, [5, 6], String::new(), &Ran::default()).await;
        assert_eq!(sum, Ok(1 + 2 + 3 + 4 + 5 + 3));
        assert_eq!(on_a_helper_thread((vec![1], 2), &[3, 0, 0], String::new()), Ok(vec![1, 5]));
    }

    #[tokio::test]
    async fn may_have_arguments_with_attributes() {
        #[retry(base_delay = 0s)]
        #[timeout(1h)]
        async fn awaits(
            #[cfg(test)] id: u32,
            #[cfg(not(test))] left_out: NoSuchType,
            #[allow(unused_variables)] unused: u32,
        ) -> Result<u32, Fault> {
            rest().await;
            Ok(id)
        }

        #[fallback(|_| Ok(id))]
        #[timeout(1h)]
        fn blocks(#[cfg(test)] id: u32, #[cfg(not(test))] left_out: NoSuchType) -> Result<u32, Fault> {
            Err(Fault::Own)
        }

        assert_eq!(awaits(7, 8).await, Ok(7));
        assert_eq!(blocks(7), Ok(7));
    }

    #[test]
    fn may_recurse() {
        #[retry(base_delay = 0s)]
        #[circuit_breaker(name = "functions: recursion")]
        #[bulkhead(max_concurrent = 10)]
        fn factorial(n: u32) -> Result<u32, Fault> {
            if n == 0 { Ok(1) } else { Ok(n * factorial(n - 1)?) }
        }

        assert_eq!(factorial(5), Ok(120));
    }

    #[tokio::test]
    async fn may_recurse_through_a_box() {
        #[fallback(|_| Err(Fault::Own))]
        #[retry(base_delay = 0s)]
        #[timeout(1h)]
        async fn factorial(n: u32) -> Result<u32, Fault> {
            if n == 0 { Ok(1) } else { Ok(n * Box::pin(factorial(n - 1)).await?) }
        }

        assert_eq!(factorial(5).await, Ok(120));
    }

    #[tokio::test]
    async fn may_return_a_result_by_any_name() {
        type Alias<T> = Result<T, Fault>;

        mod own {
            pub(super) type Result<T = u32> = std::result::Result<T, super::super::Fault>;
        }

        #[retry(base_delay = 0s)]
        #[timeout(1h)]
        async fn aliased(ran: &Ran) -> Alias<u32> {
            rest().await;
            ran.third()
        }

        #[fallback(default)]
        #[retry(base_delay = 0s)]
        fn shadowed(ran: &Ran) -> own::Result {
            ran.third()
        }

        assert_eq!(aliased(&Ran::default()).await, Ok(3));
        assert_eq!(shadowed(&Ran::default()), Ok(3));
    }
}

mod bodies {
    use super::*;

    #[tokio::test]
    async fn may_hold_items_labels_and_names_like_ours() {
        #[fallback(value = 100)]
        #[retry(base_delay = 0s)]
        #[circuit_breaker(name = "functions: bodies")]
        #[timeout(1h)]
        #[bulkhead(max_concurrent = 1)]
        async fn awaits(outcome: u32, failure: &Ran) -> Result<u32, Fault> {
            const LIMIT: u32 = 3;
            fn retrying(attempt: u32) -> u32 {
                attempt
            }

            rest().await;
            let (attempt, slot, pause, policy) = (failure.count(), outcome, 1, 2);
            let body = 'bulkhead: {
                if retrying(attempt) < LIMIT {
                    break 'bulkhead Err(Fault::Own);
                }
                Ok(slot + pause + policy)
            };
            let answer = body?;
            Ok(answer)
        }

        assert_eq!(awaits(7, &Ran::default()).await, Ok(10));
    }

    mod hostile {
        pub(super) struct Ok;
        pub(super) struct Err;
        pub(super) struct Some;
        pub(super) struct None;
        pub(super) struct Result;
        pub(super) struct Clone;
    }

    mod shadowed {
        use super::hostile::{Clone, Err, None, Ok, Result, Some};
        use super::{Fault, bulkhead, circuit_breaker, fallback, retry, timeout};

        #[fallback(|_| std::result::Result::Ok(7))]
        #[retry(base_delay = 0s)]
        #[circuit_breaker(name = "functions: prelude")]
        #[timeout(1h)]
        #[bulkhead(max_concurrent = 1)]
        pub(super) fn call(mut ids: Vec<u32>) -> std::result::Result<u32, Fault> {
            let _ = (Ok, Err, Some, None, Result, Clone);
            ids.clear();
            std::result::Result::Err(Fault::Own)
        }
    }

    #[test]
    fn may_stand_where_the_prelude_is_shadowed() {
        assert_eq!(shadowed::call(vec![1]), Ok(7));
    }

    #[tokio::test]
    async fn may_be_written_by_a_macro() {
        macro_rules! retried {
            ($name:ident, $attempts:literal, $ty:ty, $body:expr) => {
                #[retry(max_attempts = $attempts, base_delay = 0s)]
                async fn $name(ran: &Ran) -> Result<$ty, Fault> {
                    rest().await;
                    if ran.count() < $attempts {
                        return Err(Fault::Own);
                    }
                    $body
                }
            };
        }

        retried!(call, 4, u32, Ok(7));

        let ran = Ran::default();
        assert_eq!(call(&ran).await, Ok(7));
        assert_eq!(ran.0.get(), 4);
    }
}

mod paths {
    use super::*;

    /// As a crate that re-exports the facade under another name.
    mod toolbox {
        pub(super) mod inner {
            pub(crate) use ::resilient as tough;
        }
    }

    #[tokio::test]
    async fn may_lead_to_the_attributes() {
        #[resilient::fallback(value = 7)]
        #[::resilient::retry(base_delay = 0s)]
        #[resilient::circuit_breaker(name = "functions: by path")]
        async fn call() -> Result<u32, Fault> {
            rest().await;
            Err(Fault::Own)
        }

        assert_eq!(call().await, Ok(7));
        let breaker = registry().circuit_breaker("functions: by path").expect("it has run");
        assert_eq!(breaker.stats().failed_calls, 3, "the order is kept");
    }

    #[tokio::test]
    async fn may_lead_to_the_crate() {
        #[toolbox::inner::tough::retry(crate = toolbox::inner::tough, base_delay = 0s)]
        #[toolbox::inner::tough::timeout(1h)]
        async fn relative(ran: &Ran) -> Result<u32, Fault> {
            rest().await;
            ran.third()
        }

        #[retry(crate = crate::functions::paths::toolbox::inner::tough, base_delay = 0s)]
        #[bulkhead(max_concurrent = 1)]
        fn from_the_crate(ran: &Ran) -> Result<u32, Fault> {
            ran.third()
        }

        #[retry(crate = ::resilient, base_delay = 0s)]
        fn absolute(ran: &Ran) -> Result<u32, Fault> {
            ran.third()
        }

        assert_eq!(relative(&Ran::default()).await, Ok(3));
        assert_eq!(from_the_crate(&Ran::default()), Ok(3));
        assert_eq!(absolute(&Ran::default()), Ok(3));
    }
}
