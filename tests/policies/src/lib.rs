//! Stacks for the tests, as another crate may have them: it knows the library by another name.

/// For calls over a network.
pub mod net {
    use std::time::Duration;

    /// How long an attempt may take.
    pub const LIMIT: Duration = Duration::from_secs(2);

    /// Whether another attempt may help.
    pub const fn is_transient(error: &tough::Error) -> bool {
        error.is_timed_out()
    }

    tough::policy! {
        /// How to call a service.
        pub upstream =
            #[retry(max_attempts = 3, base_delay = 1s, backoff = constant, jitter = none, retry_if = crate::net::is_transient)]
            #[timeout(crate::net::LIMIT)];
    }
}

/// For calls of a disk.
pub mod disk {
    tough::policy! {
        /// Has the name of another stack.
        pub upstream = #[retry(max_attempts = 2, base_delay = 0s)];

        /// Known in this crate alone.
        pub(crate) own = #[retry(max_attempts = 4, base_delay = 0s)];
    }

    /// How often an attempt of a function with a stack of this crate is made.
    ///
    /// # Errors
    ///
    /// In the last attempt.
    #[tough::apply(own)]
    pub fn attempts(made: &std::cell::Cell<u32>) -> Result<(), &'static str> {
        made.set(made.get() + 1);
        Err("down")
    }
}

/// A handle of this crate, and a stack with it.
pub mod state {
    /// The breaker of what this crate calls.
    #[tough::circuit_breaker(crate = tough, name = "policies: called", failure_threshold = 1)]
    pub static CALLED: tough::CircuitBreaker;

    tough::policy! {
        /// Under the breaker of this crate.
        pub guarded = #[circuit_breaker(crate::state::CALLED)];
    }
}
