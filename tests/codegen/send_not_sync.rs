//! By-value arguments that are `Send` but not `Sync`: attempts borrow them, and the future is still `Send`.

use std::cell::Cell;

use resilient::{fallback, retry};

const fn is_send<T: Send>(future: T) -> T {
    future
}

#[tokio::test]
async fn a_cell() {
    #[retry(base_delay = 0s)]
    async fn counted(calls: Cell<u32>) -> Result<u32, u32> {
        tokio::task::yield_now().await;
        calls.set(calls.get() + 1);
        if calls.get() < 3 { Err(calls.get()) } else { Ok(calls.get()) }
    }
    assert_eq!(is_send(counted(Cell::new(0))).await, Ok(3));
}

#[tokio::test]
async fn a_boxed_closure() {
    #[retry(base_delay = 0s)]
    async fn called(make: Box<dyn Fn() -> u32 + Send>) -> Result<u32, ()> {
        tokio::task::yield_now().await;
        Ok(make())
    }
    assert_eq!(is_send(called(Box::new(|| 7))).await, Ok(7));
}

#[tokio::test]
async fn a_type_parameter_and_an_opaque_argument_of_which_each_attempt_has_a_copy() {
    #[retry(base_delay = 0s)]
    async fn called<F: Fn() -> u32 + Send>(make: F, mut next: impl FnMut() -> u32 + Send + Clone) -> Result<u32, u32> {
        tokio::task::yield_now().await;
        next();
        if next() == 2 { Ok(make()) } else { Err(make()) }
    }
    let mut calls = 0;
    let next = move || {
        calls += 1;
        calls
    };
    assert_eq!(is_send(called(|| 7, next)).await, Ok(7));
}

#[tokio::test]
async fn one_that_a_fallback_takes_on() {
    fn instead(calls: Cell<u32>) -> Result<u32, ()> {
        if calls.get() == 3 { Ok(calls.into_inner()) } else { Err(()) }
    }

    #[fallback(instead)]
    #[retry(base_delay = 0s)]
    async fn counted(calls: Cell<u32>) -> Result<u32, ()> {
        tokio::task::yield_now().await;
        calls.set(calls.get() + 1);
        Err(())
    }
    assert_eq!(is_send(counted(Cell::new(0))).await, Ok(3));
}
