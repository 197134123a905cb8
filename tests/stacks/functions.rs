//! A stack on a function acts as if its attributes stood there.

use std::fmt::Debug;

use resilient::{ErrorKind, apply};

use super::*;

#[apply(upstream)]
async fn plain(ran: &Ran) -> Result<u32, Fault> {
    ran.fails()
}

#[apply(crate::upstream)]
async fn hanging(ran: &Ran) -> Result<u32, Fault> {
    ran.count();
    long().await;
    Ok(7)
}

#[apply(super::again)]
fn blocking(ran: &Ran) -> Result<u32, Fault> {
    ran.fails()
}

#[tokio::test(start_paused = true)]
async fn acts_on_async_functions() {
    let ran = Ran::default();
    assert_eq!(plain(&ran).await, Err(Fault::Own));
    assert_eq!(ran.taken(), 2);
    assert_eq!(hanging(&ran).await, Err(Fault::Refused(ErrorKind::TimedOut)));
    assert_eq!(ran.taken(), 2);
}

#[test]
fn acts_on_sync_functions() {
    let ran = Ran::default();
    assert_eq!(blocking(&ran), Err(Fault::Own));
    assert_eq!(ran.taken(), 3);
}

#[apply(again)]
fn generic<'a, T, const N: usize>(ran: &Ran, values: &[T; N], last: &'a T) -> Result<&'a T, Fault>
where
    T: PartialEq + Debug,
{
    ran.count();
    if values.contains(last) { Err(Fault::Own) } else { Ok(last) }
}

#[test]
fn acts_on_generic_functions() {
    let ran = Ran::default();
    assert_eq!(generic(&ran, &[1, 2], &3), Ok(&3));
    assert_eq!(generic(&ran, &["a", "b"], &"b"), Err(Fault::Own));
    assert_eq!(ran.taken(), 4);
}

#[tokio::test(start_paused = true)]
async fn acts_in_a_function_and_in_a_block() {
    policy! { inner = #[retry(max_attempts = 4, base_delay = 0s)]; }

    #[apply(inner)]
    fn within(ran: &Ran) -> Result<u32, Fault> {
        ran.fails()
    }

    let ran = Ran::default();
    assert_eq!(within(&ran), Err(Fault::Own));
    assert_eq!(ran.taken(), 4);
}

#[tokio::test(start_paused = true)]
async fn the_future_can_be_spawned() {
    #[apply(upstream)]
    async fn owned(answer: u32) -> Result<u32, Fault> {
        tokio::task::yield_now().await;
        Ok(answer)
    }

    assert_eq!(tokio::spawn(owned(7)).await.expect("no panic"), Ok(7));
}

macro_rules! functions {
    ($stack:path, $($name:ident)*) => {
        $(
            #[apply($stack)]
            fn $name(ran: &Ran) -> Result<u32, Fault> {
                ran.fails()
            }
        )*
    };
}

functions!(again, written_by_a_macro another);

#[test]
fn acts_on_functions_that_a_macro_writes() {
    let ran = Ran::default();
    assert_eq!((written_by_a_macro(&ran), another(&ran)), (Err(Fault::Own), Err(Fault::Own)));
    assert_eq!(ran.taken(), 6);
}

macro_rules! stack {
    ($name:ident, $attempts:expr) => {
        policy! { $name = #[retry(max_attempts = $attempts, base_delay = 0s)]; }
    };
}

stack!(of_a_macro, 5);

#[test]
fn may_be_written_by_a_macro() {
    #[apply(of_a_macro)]
    fn fails(ran: &Ran) -> Result<u32, Fault> {
        ran.fails()
    }

    let ran = Ran::default();
    assert_eq!(fails(&ran), Err(Fault::Own));
    assert_eq!(ran.taken(), 5);
}
