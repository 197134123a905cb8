//! Calls that are under way while a test looks.

use std::fmt::Debug;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use tokio::sync::oneshot::{Receiver, Sender, channel};

/// A call that has begun and waits; its body ends as it is told to.
pub struct InFlight<F: Future> {
    call: Pin<Box<F>>,
    end: Sender<F::Output>,
}

impl<F: Future> InFlight<F> {
    /// Begins the call and sees that it waits.
    pub async fn begin(call: impl FnOnce(Receiver<F::Output>) -> F) -> Self {
        let (end, told) = channel();
        let mut begun = Self { call: Box::pin(call(told)), end };
        begun.poll().await;
        begun
    }

    /// Polls it once more, and sees that it still waits.
    ///
    /// # Panics
    ///
    /// If it has ended.
    pub async fn poll(&mut self) {
        poll_fn(|context| {
            assert!(self.call.as_mut().poll(context).is_pending(), "it waits");
            Poll::Ready(())
        })
        .await;
    }

    /// Tells the body how to end, and what the call comes to then.
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

/// The receiver for a call whose body must not run: it would fail at once.
pub fn never<T>() -> Receiver<T> {
    channel().1
}
