//! What generated code writes into bodies.

/// A copy for one attempt. Taking it out moves it into the attempt, even if it is `Copy`: a block that only uses a
/// `Copy` value would borrow it.
#[derive(Debug)]
pub struct Own<T>(pub T);

impl<T> Own<T> {
    /// The copy.
    pub fn own(self) -> T {
        self.0
    }
}

/// Gives an async block its type, by a `return` that never runs.
///
/// # Panics
///
/// Never called.
pub fn never<T>() -> T {
    unreachable!("nothing runs here")
}
