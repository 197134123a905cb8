//! A stack on an `impl`.

use resilient::{ErrorKind, apply, bulkhead};

use super::*;

#[derive(Default)]
struct Client {
    ran: Ran,
}

#[apply(upstream)]
impl Client {
    const ANSWER: u32 = { 7 };

    fn new() -> Self {
        Self::default()
    }

    /// Acted on.
    async fn user(&self, id: u32) -> Result<u32, Fault> {
        self.ran.count();
        if id > 0 {
            long().await;
        }
        Err(Fault::Own)
    }

    /// Acted on as well.
    async fn rename<'a>(&mut self, name: &'a str) -> Result<&'a str, Fault> {
        self.ran.count();
        if name.is_empty() { Err(Fault::Own) } else { Ok(name) }
    }

    async fn number(&self) -> u32 {
        self.ran.count();
        Self::ANSWER
    }

    fn blocking(&self) -> Result<u32, Fault> {
        self.ran.fails()
    }

    /// Has another stack.
    #[apply(again)]
    async fn own(&self) -> Result<u32, Fault> {
        self.ran.fails()
    }

    #[apply(none)]
    async fn none(&self) -> Result<u32, Fault> {
        self.ran.fails()
    }

    #[cfg(any())]
    async fn absent(&self) -> Unknown {}

    #[cfg_attr(all(), apply(again))]
    async fn own_by_condition(&self) -> Result<u32, Fault> {
        self.ran.fails()
    }

    fn by_hand(&self) -> impl Future<Output = Result<u32, Fault>> + Send {
        async move { self.ran.fails() }
    }
}

#[tokio::test(start_paused = true)]
async fn acts_on_each_async_method_that_returns_a_result() {
    let mut client = Client::new();
    assert_eq!((client.user(0).await, client.ran.taken()), (Err(Fault::Own), 2));
    assert_eq!((client.user(1).await, client.ran.taken()), (Err(Fault::Refused(ErrorKind::TimedOut)), 2));
    assert_eq!((client.rename("").await, client.ran.taken()), (Err(Fault::Own), 2));
    assert_eq!((client.rename("a").await, client.ran.taken()), (Ok("a"), 1));
    assert_eq!((client.by_hand().await, client.ran.taken()), (Err(Fault::Own), 2));
}

#[tokio::test(start_paused = true)]
async fn leaves_the_other_methods_alone() {
    let client = Client::new();
    assert_eq!((client.number().await, client.ran.taken()), (7, 1));
    assert_eq!((client.blocking(), client.ran.taken()), (Err(Fault::Own), 1));
}

#[tokio::test(start_paused = true)]
async fn leaves_a_method_its_own_stack() {
    let client = Client::new();
    assert_eq!((client.own().await, client.ran.taken()), (Err(Fault::Own), 3));
    assert_eq!((client.none().await, client.ran.taken()), (Err(Fault::Own), 1));
    assert_eq!((client.own_by_condition().await, client.ran.taken()), (Err(Fault::Own), 3));
}

struct Chosen(Ran);

#[apply(again, except(ping, new))]
impl Chosen {
    fn new() -> Self {
        Self(Ran::default())
    }

    async fn ping(&self) -> Result<u32, Fault> {
        self.0.fails()
    }

    async fn other(&self) -> Result<u32, Fault> {
        self.0.fails()
    }
}

#[apply(again, all)]
impl Chosen {
    fn blocking(&self) -> Result<u32, Fault> {
        self.0.fails()
    }

    async fn also_async(&self) -> Result<u32, Fault> {
        self.0.fails()
    }

    fn plain(&self) -> u32 {
        self.0.count();
        7
    }
}

/// Only the compiler knows what it stands for.
type Outcome = Result<u32, Fault>;

#[apply(again, only(named, blocking_by_name))]
impl Chosen {
    async fn named(&self) -> Outcome {
        self.0.fails()
    }

    fn blocking_by_name(&self) -> Outcome {
        self.0.fails()
    }

    async fn left_out(&self) -> Result<u32, Fault> {
        self.0.fails()
    }
}

#[tokio::test(start_paused = true)]
async fn is_told_which_methods_are_meant() {
    let chosen = Chosen::new();
    let ran = &chosen.0;
    assert_eq!((chosen.ping().await, ran.taken()), (Err(Fault::Own), 1));
    assert_eq!((chosen.other().await, ran.taken()), (Err(Fault::Own), 3));
    assert_eq!((chosen.blocking(), ran.taken()), (Err(Fault::Own), 3));
    assert_eq!((chosen.also_async().await, ran.taken()), (Err(Fault::Own), 3));
    assert_eq!((chosen.plain(), ran.taken()), (7, 1));
    assert_eq!((chosen.named().await, ran.taken()), (Err(Fault::Own), 3));
    assert_eq!((chosen.blocking_by_name(), ran.taken()), (Err(Fault::Own), 3));
    assert_eq!((chosen.left_out().await, ran.taken()), (Err(Fault::Own), 1));
}

struct Generic<'a, T, const N: usize>(&'a Ran, [T; N]);

#[apply(again)]
impl<'a, T: Clone + Send + Sync, const N: usize> Generic<'a, T, { N }>
where
    T: PartialEq,
{
    async fn find(&self, value: &T) -> Result<&'a Ran, Fault> {
        self.0.count();
        if self.1.contains(value) { Ok(self.0) } else { Err(Fault::Own) }
    }
}

#[tokio::test(start_paused = true)]
async fn may_be_generic() {
    let ran = Ran::default();
    let generic = Generic(&ran, [1, 2]);
    assert!(generic.find(&2).await.is_ok());
    assert!(generic.find(&3).await.is_err());
    assert_eq!(ran.taken(), 4);
}

#[tokio::test(start_paused = true)]
async fn state_without_a_name_is_each_methods_own() {
    policy! { one = #[bulkhead(max_concurrent = 1)]; }

    struct Hanging;

    #[apply(one)]
    impl Hanging {
        async fn first(&self) -> Result<u32, Fault> {
            long().await;
            Ok(1)
        }

        async fn second(&self) -> Result<u32, Fault> {
            long().await;
            Ok(2)
        }
    }

    // The import that only the test of this name would use.
    #[bulkhead(max_concurrent = 1)]
    async fn third() -> Result<u32, Fault> {
        Ok(3)
    }

    let full = Err(Fault::Refused(ErrorKind::BulkheadFull));
    let (first, second, again) = tokio::join!(Hanging.first(), Hanging.second(), Hanging.first());
    assert_eq!((first, second, again, third().await), (Ok(1), Ok(2), full, Ok(3)));
}

macro_rules! client {
    ($vis:vis $Written:ident $Answer:ty, $($method:item)*) => {
        struct $Written(Ran);

        #[apply(again)]
        impl $Written {
            $($method)*

            $vis async fn own(&self) -> Result<$Answer, Fault> {
                self.0.fails()
            }
        }
    };
}

client! {
    pub(crate) Written u32,
    async fn given(&self) -> Result<u32, Fault> {
        self.0.count();
        Err(Self::FAULT)
    }
    const FAULT: Fault = Fault::Own;
}

#[tokio::test(start_paused = true)]
async fn may_be_written_by_a_macro() {
    let written = Written(Ran::default());
    assert_eq!((written.given().await, written.0.taken()), (Err(Fault::Own), 3));
    assert_eq!((written.own().await, written.0.taken()), (Err(Fault::Own), 3));
}
