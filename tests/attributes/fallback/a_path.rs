//! `#[fallback(function)]`

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
