//! Code of others that must not end a thread of ours, or a call.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs code that may panic, even with a payload that panics when it is dropped. Returns whether it panicked.
pub(crate) fn panics(action: impl FnOnce()) -> bool {
    let Err(payload) = catch_unwind(AssertUnwindSafe(action)) else { return false };
    if let Err(next) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        // Leaked, because dropping it could panic again.
        std::mem::forget(next);
    }
    true
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use super::*;

    struct PanicsWhenDropped(u32);

    impl Drop for PanicsWhenDropped {
        fn drop(&mut self) {
            if self.0 > 0 {
                std::panic::panic_any(PanicsWhenDropped(self.0 - 1));
            }
        }
    }

    #[test]
    fn a_payload_that_panics_when_it_is_dropped_harms_nobody() {
        assert!(!panics(|| ()));
        assert!(panics(|| std::panic::panic_any(PanicsWhenDropped(2))));
    }
}
