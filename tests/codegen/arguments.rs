//! Arguments: only those that a setting names are needed after the body, so the body borrows or copies only these.
#![deny(warnings, clippy::pedantic)]
#![allow(clippy::needless_pass_by_value)]

use std::cell::Cell;
use std::fmt::Display;
use std::time::Duration;

use resilient::{Error, bulkhead, circuit_breaker, fallback, retry, timeout};

/// Neither `Copy` nor `Clone`.
#[derive(Debug, PartialEq)]
struct Key(u32);

/// Counts how often it is cloned.
#[derive(Debug, Default)]
struct Counted<'a> {
    copies: Option<&'a Cell<u32>>,
}

impl Clone for Counted<'_> {
    fn clone(&self) -> Self {
        self.copies.expect("a count").update(|copies| copies + 1);
        Self { copies: self.copies }
    }
}

#[derive(Debug, PartialEq)]
enum Fault {
    Own(u32),
    Refused,
}

impl From<Error> for Fault {
    fn from(_: Error) -> Self {
        Self::Refused
    }
}

type Outcome<T> = Result<T, Fault>;

fn consumed(key: Key) -> Outcome<u32> {
    if key.0 == 0 { Err(Fault::Own(0)) } else { Ok(key.0) }
}

async fn consumed_later(key: Key) -> Outcome<u32> {
    tokio::task::yield_now().await;
    consumed(key)
}

mod settings_that_name_no_argument {
    use super::*;

    #[fallback(value = 7)]
    fn value(key: Key) -> Outcome<u32> {
        consumed(key)
    }

    #[fallback(|_| Ok(8), fallback_if = |error| matches!(error, Fault::Own(0)))]
    async fn closure(mut key: Key) -> Outcome<u32> {
        key.0 += 0;
        consumed_later(key).await
    }

    #[fallback(default, fallback_on(Fault::Own(code) if *code == 0))]
    fn guard(mut key: Key) -> Outcome<u32> {
        key.0 += 0;
        consumed(key)
    }

    #[circuit_breaker(name = "arguments: none named", failure_if = |_| true, map_err = |_| Fault::Refused)]
    async fn breaker(mut key: Key) -> Outcome<u32> {
        key.0 += 0;
        consumed_later(key).await
    }

    #[bulkhead(max_concurrent = 3, map_err = |_| Fault::Refused)]
    #[circuit_breaker(name = "arguments: none named", failure_on(Fault::Own(code) if *code > 0))]
    fn bulkhead_and_breaker(mut key: Key) -> Outcome<u32> {
        key.0 += 0;
        consumed(key)
    }

    #[timeout(9s, map_err = |_| Fault::Refused)]
    async fn limit(mut key: Key) -> Outcome<u32> {
        key.0 += 0;
        consumed_later(key).await
    }

    #[fallback(|_| Ok(9))]
    #[timeout(9s, map_err = |_| Fault::Refused)]
    fn limit_on_a_thread(mut key: Key, other: Key) -> Outcome<u32> {
        key.0 += other.0;
        consumed(key)
    }

    #[timeout(9s)]
    #[retry(base_delay = 1ms)]
    fn retry_on_a_thread(key: Key) -> Outcome<u32> {
        consumed(Key(key.0))
    }

    struct Client(Key);

    impl Client {
        #[fallback(value = 7)]
        fn taken(self, key: Key) -> Outcome<u32> {
            consumed(Key(consumed(self.0)? + key.0))
        }

        #[fallback(|_| Ok(8))]
        async fn taken_async(self: Box<Self>, (key, _): (Key, Key)) -> Outcome<u32> {
            let client = *self;
            consumed_later(Key(consumed(client.0)? + key.0)).await
        }
    }

    #[tokio::test]
    async fn leave_arguments_to_the_body() {
        assert_eq!((value(Key(0)), value(Key(1))), (Ok(7), Ok(1)));
        assert_eq!((closure(Key(0)).await, closure(Key(1)).await), (Ok(8), Ok(1)));
        assert_eq!((guard(Key(0)), guard(Key(1))), (Ok(0), Ok(1)));
        assert_eq!((breaker(Key(0)).await, breaker(Key(1)).await), (Err(Fault::Own(0)), Ok(1)));
        assert_eq!((bulkhead_and_breaker(Key(0)), bulkhead_and_breaker(Key(1))), (Err(Fault::Own(0)), Ok(1)));
        assert_eq!((limit(Key(0)).await, limit(Key(1)).await), (Err(Fault::Own(0)), Ok(1)));
        assert_eq!((limit_on_a_thread(Key(0), Key(0)), limit_on_a_thread(Key(1), Key(2))), (Ok(9), Ok(3)));
        assert_eq!(retry_on_a_thread(Key(1)), Ok(1));
        assert_eq!((Client(Key(0)).taken(Key(1)), Client(Key(1)).taken(Key(1))), (Ok(7), Ok(2)));
        assert_eq!(Box::new(Client(Key(0))).taken_async((Key(1), Key(1))).await, Ok(8));
    }
}

mod settings_that_name_one_argument {
    use super::*;

    #[fallback(|_| Ok(id))]
    async fn closure(id: u32, key: Key) -> Outcome<u32> {
        consumed_later(key).await
    }

    #[fallback(value = id.0)]
    fn value(id: Key, mut key: Key) -> Outcome<u32> {
        key.0 += id.0 - 5;
        consumed(key)
    }

    #[fallback(|_| Ok(id.0))]
    #[timeout(9s)]
    fn on_a_thread(id: IdOf, mut key: Key) -> Outcome<u32> {
        key.0 += id.0 - 5;
        consumed(key)
    }

    #[derive(Clone)]
    struct IdOf(u32);

    #[circuit_breaker(name = "arguments: one named", failure_if = |error| *error == Fault::Own(*id))]
    async fn breaker(id: &u32, key: Key) -> Outcome<u32> {
        consumed_later(key).await
    }

    /// The future stays `Send`, although the key need not be `Sync`.
    #[fallback(|_| Ok(id))]
    async fn not_sync<T: Into<u32>>(id: u32, key: T, cell: Cell<u32>) -> Outcome<u32> {
        tokio::task::yield_now().await;
        cell.set(cell.get() + key.into());
        consumed_later(Key(cell.get())).await
    }

    /// The filter uses the key, and so does the body.
    #[circuit_breaker(name = "arguments: one named", failure_if = |_| key.get() == 1)]
    async fn beside_the_body(key: Cell<u32>) -> Outcome<u32> {
        tokio::task::yield_now().await;
        key.set(key.get() - 1);
        consumed(Key(key.get()))
    }

    #[fallback(other, |_| Ok(id.0))]
    fn of_a_function_and_a_closure(id: IdOf, counted: Counted<'_>) -> Outcome<u32> {
        drop(counted.clone());
        consumed(Key(id.0 - 5))
    }

    fn other(_: IdOf, counted: Counted<'_>) -> Outcome<u32> {
        assert!(counted.copies.is_some());
        Err(Fault::Own(1))
    }

    #[tokio::test]
    async fn leave_the_others_to_the_body() {
        assert_eq!((closure(5, Key(0)).await, closure(5, Key(1)).await), (Ok(5), Ok(1)));
        assert_eq!((value(Key(5), Key(0)), value(Key(5), Key(1))), (Ok(5), Ok(1)));
        assert_eq!((on_a_thread(IdOf(5), Key(0)), on_a_thread(IdOf(5), Key(1))), (Ok(5), Ok(1)));
        assert_eq!((breaker(&5, Key(0)).await, breaker(&5, Key(1)).await), (Err(Fault::Own(0)), Ok(1)));
        assert_eq!(tokio::spawn(not_sync(5, 3_u8, Cell::new(0))).await.unwrap(), Ok(3));
        assert_eq!(tokio::spawn(not_sync(5, 0_u8, Cell::new(0))).await.unwrap(), Ok(5));
        assert_eq!(beside_the_body(Cell::new(3)).await, Ok(2));
        let copies = Cell::new(0);
        let answer = of_a_function_and_a_closure(IdOf(5), Counted { copies: Some(&copies) });
        assert_eq!((answer, copies.get()), (Ok(5), 1));
    }
}

/// Each closure names the argument in another way, and each body consumes it.
mod ways_to_name_an_argument {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Answer {
        id: String,
    }

    #[derive(Debug, PartialEq)]
    struct Text(String);

    impl From<Error> for Text {
        fn from(error: Error) -> Self {
            Self(error.to_string())
        }
    }

    fn failed<T>() -> Result<T, Text> {
        Err(Text("failed".into()))
    }

    macro_rules! text {
        ($($tokens:tt)*) => { format!($($tokens)*) };
    }

    #[fallback(|_| Ok(format!("of {id}")))]
    fn captured(id: String) -> Result<String, Text> {
        failed().map(|()| id.clone())
    }

    #[fallback(|_| Ok(format!("{0:>width$}", 5)))]
    async fn as_a_width(width: usize) -> Result<String, Text> {
        tokio::task::yield_now().await;
        failed().map(|()| width.to_string())
    }

    #[fallback(|_| Ok([text!("{id:?}")].concat()))]
    async fn within_macros(id: String) -> Result<String, Text> {
        failed().map(|()| id.clone())
    }

    #[fallback(value = Answer { id })]
    fn as_a_field(id: String) -> Result<Answer, Text> {
        failed().map(|()| Answer { id: id.clone() })
    }

    #[fallback(|_| { let deeper = || Ok(r#type.clone()); deeper() })]
    fn in_a_closure(r#type: String) -> Result<String, Text> {
        failed().map(|()| r#type.clone())
    }

    #[fallback(default, fallback_on(Text(text) if text == id))]
    fn in_a_guard(id: &str, key: Key) -> Result<u32, Text> {
        assert!(key.0 > 0);
        Err(Text(id.to_owned()))
    }

    #[timeout(limit, map_err = |_| Text(format!("{id} within {limit:?}")))]
    async fn in_map_err(id: String, limit: Duration) -> Result<String, Text> {
        std::future::pending::<()>().await;
        Ok(id.clone())
    }

    struct Client(String);

    impl Client {
        #[fallback(|_| Ok(format!("{} {other}", self.0, other = other)))]
        async fn taken(self, other: impl Display) -> Result<String, Text> {
            failed().map(|()| format!("{} {other}", self.0))
        }
    }

    #[tokio::test(start_paused = true)]
    async fn are_all_seen() {
        assert_eq!(captured("a".into()).unwrap(), "of a");
        assert_eq!(as_a_width(3).await.unwrap(), "  5");
        assert_eq!(within_macros("b".into()).await.unwrap(), "\"b\"");
        assert_eq!(as_a_field("c".into()).unwrap(), Answer { id: "c".into() });
        assert_eq!(in_a_closure("d".into()).unwrap(), "d");
        assert_eq!(in_a_guard("e", Key(1)), Ok(0));
        assert_eq!(in_map_err("f".into(), Duration::from_millis(5)).await, Err(Text("f within 5ms".into())));
        assert_eq!(Client("g".into()).taken(5).await.unwrap(), "g 5");
    }
}

mod copies {
    use super::*;

    #[retry(max_attempts = 3, base_delay = 1ms)]
    fn declared_mut(mut counted: Counted<'_>, mut other: Vec<u8>) -> Outcome<usize> {
        other.push(1);
        assert!(counted.copies.take().is_some());
        Err(Fault::Own(u32::try_from(other.len()).unwrap()))
    }

    #[fallback(|_| Ok(counted.copies.map_or(0, Cell::get)))]
    fn needed(mut counted: Counted<'_>) -> Outcome<u32> {
        assert!(counted.copies.take().is_some());
        Err(Fault::Own(0))
    }

    #[fallback(|_| Ok(id))]
    fn not_needed(id: u32, mut counted: Counted<'_>) -> Outcome<u32> {
        assert!(counted.copies.take().is_some());
        Err(Fault::Own(0))
    }

    #[test]
    fn are_made_of_what_is_needed_and_changed() {
        let copies = Cell::new(0);
        assert_eq!(declared_mut(Counted { copies: Some(&copies) }, Vec::new()), Err(Fault::Own(1)));
        assert_eq!(copies.replace(0), 3);
        assert_eq!(needed(Counted { copies: Some(&copies) }), Ok(1));
        assert_eq!(copies.replace(0), 1);
        assert_eq!(not_needed(5, Counted { copies: Some(&copies) }), Ok(5));
        assert_eq!(copies.get(), 0);
    }
}
