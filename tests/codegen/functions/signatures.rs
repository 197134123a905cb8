//! Lifetimes, patterns, `impl Trait` and other forms of a signature.

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
