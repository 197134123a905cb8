//! Calls that are in flight while a test checks something.

use std::fmt::Debug;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use tokio::sync::oneshot::{Receiver, Sender, channel};

/// A call whose body waits until the test sends it an outcome.
pub struct InFlight<F: Future> {
    call: Pin<Box<F>>,
    end: Sender<F::Output>,
}

impl<F: Future> InFlight<F> {
    /// Begins the call and checks that it waits.
    pub async fn begin(call: impl FnOnce(Receiver<F::Output>) -> F) -> Self {
        let (end, receiver) = channel();
        let mut begun = Self { call: Box::pin(call(receiver)), end };
        begun.poll().await;
        begun
    }

    /// Polls the call once more, and checks that it still waits.
    ///
    /// # Panics
    ///
    /// If the call has ended.
    pub async fn poll(&mut self) {
        poll_fn(|context| {
            assert!(self.call.as_mut().poll(context).is_pending(), "it waits");
            Poll::Ready(())
        })
        .await;
    }

    /// Sends the body its outcome, and returns that of the call.
    ///
    /// # Panics
    ///
    /// If the body has been dropped.
    pub async fn end(self, outcome: F::Output) -> F::Output
    where
        F::Output: Debug,
    {
        self.end.send(outcome).expect("the body waits, or will");
        self.call.await
    }
}

/// A receiver for a call whose body must not run: to await it is an error.
pub fn never<T>() -> Receiver<T> {
    channel().1
}
